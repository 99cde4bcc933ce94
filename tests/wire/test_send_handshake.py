from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from feedbot.errors import SendError
from feedbot.outbound import Outbound
from feedbot.send.handshake import Finding, shake
from feedbot.send.webhook import WebhookSender
from feedbot.source import TargetId
from feedbot.target import WebhookTarget
from tests.wire.receiver import Answer, Receiver, listening

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as server:
        yield server


def found(receiver: Receiver, **said: Any) -> list[Finding]:
    plain: dict[str, Any] = {"secrets": (SECRET,), "allow": ("127.0.0.0/8",)}
    target = WebhookTarget(id=TargetId("hook"), url=receiver.url, **(plain | said))
    with closing(Outbound("feedbot/test")) as outbound:
        sender = WebhookSender(target, outbound, lambda: NOW)
        return shake(target, sender, "news.example", "ch4llenge", NOW)


def test_a_receiver_that_repeats_and_verifies_is_well(receiver: Receiver) -> None:
    receiver.answers = [Answer(200, body=b'{"challenge": "ch4llenge"}'), Answer(401)]
    assert [one.well for one in found(receiver)] == [True, True, True]
    genuine, forged = receiver.requests
    assert genuine.body == forged.body
    assert genuine.headers["webhook-signature"] != forged.headers["webhook-signature"]


def test_a_receiver_that_takes_everything_is_told_with_remedies(receiver: Receiver) -> None:
    findings = found(receiver)
    assert [one.well for one in findings] == [True, False, False]
    assert "a false signature was not refused: 204" in findings[-1].what
    assert all(one.remedy for one in findings)


def test_a_webhook_that_is_not_signed_is_warned_of(receiver: Receiver) -> None:
    assert "nothing is signed" in found(receiver, secrets=())[-1].what


@pytest.mark.parametrize(("allowed", "well"), [("news.example", True), ("*", True), ("e.example", False), ("", False)])
def test_cloudevents_asks_for_permission(receiver: Receiver, allowed: str, *, well: bool) -> None:
    receiver.answers = [Answer(200, {"WebHook-Allowed-Origin": allowed} if allowed else {})]
    (finding,) = found(receiver, format="cloudevents")
    assert finding.well is well
    (request,) = receiver.requests
    assert (request.method, request.headers["webhook-request-origin"]) == ("OPTIONS", "news.example")


def test_a_chat_service_shakes_no_hands(receiver: Receiver) -> None:
    with pytest.raises(SendError, match="slack knows no handshake"):
        found(receiver, format="slack")
