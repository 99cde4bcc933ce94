import base64
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from socket import create_server
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from feedbot.delivery import Hook, Mail
from feedbot.errors import SendError
from feedbot.outbound import Outbound
from feedbot.send.webhook import WebhookSender, retry_after, signed
from feedbot.source import TargetId
from feedbot.target import Access, WebhookTarget
from tests.wire.receiver import Answer, Receiver, listening

SECRET = "whsec_" + base64.b64encode(b"a key of twenty-four byt").decode()
OLD = "whsec_" + base64.b64encode(b"another of twenty-four..").decode()
HOOK = Hook(key="k1", body='{"type":"item.published","title":"Corridors – “more”"}'.encode())
LOOPBACK = ("127.0.0.0/8",)


def now() -> datetime:
    """Read the real time, with which the public library compares."""
    return datetime.now(UTC).replace(microsecond=500_000)  # noqa: TID251 - see above


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as server:
        yield server


@pytest.fixture
def outbound() -> Iterator[Outbound]:
    with closing(Outbound("feedbot/test")) as client:
        yield client


Send = Callable[..., str]


@pytest.fixture
def send(receiver: Receiver, outbound: Outbound) -> Send:
    def one(hook: Hook = HOOK, **said: Any) -> str:
        return sender(outbound, **({"url": receiver.url} | said)).send(hook).reply

    return one


def sender(outbound: Outbound, **said: Any) -> WebhookSender:
    plain: dict[str, Any] = {"id": TargetId("hook"), "secrets": (SECRET,), "allow": LOOPBACK}
    return WebhookSender(WebhookTarget(**(plain | said)), outbound, now)


def refusal(send: Send, **said: Any) -> SendError:
    with pytest.raises(SendError) as caught:
        send(**said)
    shown = str(caught.value)
    assert not any(secret in shown for secret in ("T0KEN99", "p4rameter", SECRET))
    return caught.value


def test_the_public_library_verifies_what_arrives(receiver: Receiver, send: Send) -> None:
    assert send() == "204 No Content"
    (request,) = receiver.requests
    assert Webhook(SECRET).verify(request.body, request.headers) == json.loads(HOOK.body)
    assert request.body == HOOK.body
    assert request.headers["content-type"] == "application/json"
    assert request.headers["webhook-id"] == "msg_k1"
    assert "feedbot" in request.headers["user-agent"]


def test_every_secret_signs_so_that_they_can_be_changed(receiver: Receiver, send: Send) -> None:
    send(secrets=(SECRET, OLD))
    (request,) = receiver.requests
    assert Webhook(SECRET).verify(request.body, request.headers)
    assert Webhook(OLD).verify(request.body, request.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_AAAA").verify(request.body, request.headers)


def test_a_repeat_has_the_same_id_and_body_and_the_time_of_its_own(receiver: Receiver, outbound: Outbound) -> None:
    target = WebhookTarget(id=TargetId("hook"), url=receiver.url, secrets=(SECRET,), allow=LOOPBACK)
    first_try = now()
    times = iter((first_try, first_try + timedelta(seconds=5)))
    for _ in range(2):
        WebhookSender(target, outbound, lambda: next(times)).send(HOOK)
    first, second = receiver.requests
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 5
    assert Webhook(SECRET).verify(second.body, second.headers)


def test_base64_without_its_prefix_and_plain_text_sign_too() -> None:
    bare, text = SECRET.removeprefix("whsec_"), "correct horse, battery staple"
    (first,) = {signed(HOOK, (secret,), now())["Webhook-Signature"] for secret in (SECRET, bare)}
    assert first.startswith("v1,")
    headers = {name.lower(): value for name, value in signed(HOOK, (text,), now()).items()}
    key = base64.b64encode(text.encode()).decode()
    assert Webhook(key).verify(HOOK.body, headers)


def test_a_broken_secret_is_told_without_showing_it() -> None:
    with pytest.raises(SendError, match="not base64") as caught:
        signed(HOOK, ("whsec_not!base64",), now())
    assert "not!base64" not in str(caught.value)
    assert caught.value.throttled


def test_without_a_secret_nothing_is_signed() -> None:
    assert "Webhook-Signature" not in signed(HOOK, (), now())


@pytest.mark.parametrize(
    ("status", "permanent", "throttled"),
    [
        (400, True, False),
        (401, False, False),
        (403, False, False),
        (404, False, False),
        (413, True, False),
        (408, False, False),
        (425, False, False),
        (429, False, True),
        (500, False, False),
        (502, False, True),
        (503, False, False),
        (504, False, True),
        (599, False, False),
    ],
)
def test_an_answer_decides_what_becomes_of_the_message(
    receiver: Receiver, send: Send, status: int, *, permanent: bool, throttled: bool
) -> None:
    receiver.answers = [Answer(status)]
    error = refusal(send)
    assert (error.permanent, error.throttled, error.gone) == (permanent, throttled, False)
    assert f"127.0.0.1 answered {status}" in str(error)


def test_a_receiver_that_is_gone_wants_nothing_more(receiver: Receiver, send: Send) -> None:
    receiver.answers = [Answer(410)]
    assert refusal(send).gone


@pytest.mark.parametrize("status", [301, 308])
def test_an_address_that_moved_for_good_is_used_no_more(receiver: Receiver, send: Send, status: int) -> None:
    receiver.answers = [Answer(status, {"Location": receiver.url.replace("hooks", "elsewhere")})]
    error = refusal(send)
    assert error.gone
    assert "configure the address that it leads to" in str(error)
    assert len(receiver.requests) == 1


def test_redirects_are_not_followed(receiver: Receiver, send: Send) -> None:
    receiver.answers = [Answer(302, {"Location": receiver.url.replace("hooks", "elsewhere")})]
    error = refusal(send)
    assert (error.permanent, error.throttled) == (False, False)
    assert "redirects are not followed" in str(error)
    assert len(receiver.requests) == 1


@pytest.mark.parametrize(
    ("body", "wait"),
    [
        (b'{"message": "slow down", "retry_after": 0.65, "global": false}', timedelta(seconds=0.65)),
        (b'{"ok": false, "parameters": {"retry_after": 35}}', timedelta(seconds=35)),
        (b'{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2000}', timedelta(seconds=2)),
        (b'{"retry_after": "soon"}', None),
        (b'{"retry_after": 1e999}', timedelta(seconds=10**9)),
        (b'{"retry_after": null, "parameters": []}', None),
        (b"[1]", None),
        (b"slow down", None),
    ],
)
def test_chat_services_say_in_the_body_how_long_to_wait(
    receiver: Receiver, send: Send, body: bytes, wait: timedelta | None
) -> None:
    receiver.answers = [Answer(429, body=body)]
    assert refusal(send).retry_after == wait


def test_a_chat_service_gets_its_own_words_unsigned_where_and_how_it_wants(receiver: Receiver, send: Send) -> None:
    elsewhere = receiver.url.replace("hooks", "rooms")
    send(Hook(key="k", body=b"{}", url=elsewhere, method="PUT", signed=False))
    (request,) = receiver.requests
    assert (request.method, request.path) == ("PUT", "/rooms/T0KEN99?key=p4rameter")
    assert not [name for name in request.headers if name.startswith("webhook-")]


@pytest.mark.parametrize(
    ("access", "header"),
    [
        (Access(token="t0k3n"), "Bearer t0k3n"),
        (Access(login=("news", "pässword")), "Basic bmV3czpww6Rzc3dvcmQ="),
        (Access(headers={"Authorization": "Key x"}), "Key x"),
    ],
)
def test_a_target_is_shown_who_we_are(receiver: Receiver, send: Send, access: Access, header: str) -> None:
    send(access=access)
    (request,) = receiver.requests
    assert request.headers["authorization"] == header
    assert "webhook-signature" in request.headers


def test_no_header_of_the_operator_replaces_a_signature(receiver: Receiver, send: Send) -> None:
    send(access=Access(headers={"X-Team": "news", "Content-Type": "text/plain"}))
    (request,) = receiver.requests
    assert (request.headers["x-team"], request.headers["content-type"]) == ("news", "application/json")


def test_a_refusal_that_repeats_a_token_is_not_told(receiver: Receiver, send: Send) -> None:
    receiver.answers = [Answer(401, body=b"no such token: t0k3n")]
    assert "t0k3n" not in str(refusal(send, access=Access(token="t0k3n")))


@pytest.mark.parametrize("status", [429, 503])
def test_the_wait_that_a_receiver_asks_for_is_handed_on(receiver: Receiver, send: Send, status: int) -> None:
    receiver.answers = [Answer(status, {"Retry-After": "120"})]
    assert refusal(send).retry_after == timedelta(seconds=120)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(seconds=120)),
        (" 7 ", timedelta(seconds=7)),
        ("Mon, 23 Nov 2026 10:00:00 GMT", timedelta(minutes=30)),
        ("Mon, 23 Nov 2026 09:00:00 GMT", None),
        ("99999999999999999999", timedelta(seconds=10**9)),
        ("soon", None),
        ("-5", None),
        ("²", None),
        ("", None),
    ],
)
def test_retry_after_comes_in_seconds_or_as_a_date(value: str, wait: timedelta | None) -> None:
    assert retry_after(value, datetime(2026, 11, 23, 9, 30, tzinfo=UTC)) == wait


def test_what_a_receiver_says_about_a_refusal_is_told_but_no_part_of_the_address(
    receiver: Receiver, send: Send
) -> None:
    receiver.answers = [Answer(400, body=b"invalid\npayload"), Answer(400, body=b"no such hook: T0KEN99")]
    assert str(refusal(send)) == "127.0.0.1 answered 400 Bad Request: invalid payload"
    assert str(refusal(send)) == "127.0.0.1 answered 400 Bad Request"


def test_a_connection_that_breaks_is_tried_again(receiver: Receiver, send: Send) -> None:
    receiver.answers = [None]
    error = refusal(send)
    assert (error.permanent, error.throttled) == (False, False)
    assert "could not be reached" in str(error)


def test_a_receiver_that_is_not_there_is_tried_again(send: Send) -> None:
    with closing(create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    error = refusal(send, url=f"http://127.0.0.1:{port}/hooks/T0KEN99")
    assert str(error) == "127.0.0.1 could not be reached: nothing listens there (connection refused)"
    assert (error.permanent, error.throttled) == (False, False)


def test_a_private_address_that_nobody_allowed_is_refused_with_a_remedy(receiver: Receiver, send: Send) -> None:
    error = refusal(send, allow=())
    assert error.permanent
    assert "network: {allow: [127.0.0.0/8]}" in str(error)
    assert receiver.requests == []


def test_only_webhooks_can_be_posted(outbound: Outbound) -> None:
    post = sender(outbound, url="https://hooks.example/")
    with pytest.raises(SendError) as caught:
        post.send(Mail(key="k", sender="", recipients=(), raw=b""))
    post.close()
    assert caught.value.permanent
