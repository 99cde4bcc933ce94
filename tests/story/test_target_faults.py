"""What targets do wrong, and what becomes of what they are owed: a real store, real servers, and a clock of our own."""

import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from feedbot.compose import Letterhead, compose, portions
from feedbot.decision import decide
from feedbot.deliver import Delivered, Desk, deliver
from feedbot.delivery import BACKOFF, MAIL_BACKOFF, Delivery, State
from feedbot.feed import Site
from feedbot.item import ItemId
from feedbot.lookout import Surroundings, tell, watch
from feedbot.outbound import Outbound
from feedbot.ports import Sender
from feedbot.send import Relay
from feedbot.send.smtp import SmtpSender
from feedbot.send.webhook import WebhookSender
from feedbot.source import Source, SourceId, SourceState, TargetId
from feedbot.store import Store, open_store
from feedbot.target import ENOUGH, EmailTarget, Target, TargetState, WebhookTarget
from tests.newsroom import item
from tests.wire.mailserver import Office, checked, free_port
from tests.wire.receiver import Answer, Receiver, listening

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
HOOK, LIST, CHIEF = TargetId("hook"), TargetId("list"), TargetId("chief")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
HEAD = Letterhead(site=Site(title="News", url="https://news.example/"), sender="News <news@example.org>")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass
class World:
    """A store, a clock, one target and the way to it; the jitter is the greatest there is."""

    store: Store
    target: Target
    sender: Sender
    now: datetime = NOW
    passes: list[Delivered] = field(default_factory=list)

    def news(self, *names: str, **said: object) -> None:
        """Have news, each of a source of its own where no other one is said."""
        for name in names:
            of = SourceId(str(said.get("source_id", f"source of {name}")))
            one = item(name, **{"published_at": self.now, "source_id": of} | said)
            source = Source(id=of, url="https://office.example/", notify=(self.target.id,))
            decision = decide(one, "published", source, [self.target], self.now, slight=False, barred="")
            self.store.commit(SourceState(source_id=of), items=[one], decisions=[decision])

    def deliver(self) -> Delivered:
        done = deliver(
            self.target,
            outbox=self.store,
            sender=self.sender,
            desk=Desk(
                lambda to, told, items: compose(to, told, items, HEAD),
                lambda to, told, items: portions(to, told, items, HEAD),
            ),
            clock=lambda: self.now,
            jitter=lambda: 0.99,
            stop=lambda: False,
        )
        self.passes.append(done)
        return done

    def go_on(self, span: timedelta) -> None:
        """Let time pass, from one moment at which something is due to the next."""
        until = self.now + span
        while self.now <= until:
            self.deliver()
            standing = self.store.targets()[self.target.id]
            moments = [one for one in (standing.oldest_due, standing.state.paused_until) if one]
            self.now = max([*moments, self.now + timedelta(seconds=1)]) if standing.oldest_due else until + MINUTE
            if standing.state.disabled_at:
                return

    @property
    def state(self) -> TargetState:
        return self.store.target(self.target.id)

    def row(self, name: str) -> Delivery:
        (found,) = self.store.deliveries_of(ItemId(name))
        return found


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/feedbot.sqlite3") as opened:
        yield opened


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as server:
        yield server


@pytest.fixture
def hook(store: Store, receiver: Receiver) -> Iterator[World]:
    target = WebhookTarget(id=HOOK, url=receiver.url, secrets=(SECRET,), allow=("127.0.0.0/8",))
    with closing(Outbound("feedbot/test")) as outbound:
        world = World(store, target, WebhookSender(target, outbound, lambda: NOW))
        world.sender = WebhookSender(target, outbound, lambda: world.now, timedelta(milliseconds=300))
        yield world


@contextmanager
def posting(
    store: Store, office: Office, *recipients: str, login: Mapping[str, str] = MappingProxyType({}), **options: Any
) -> Iterator[World]:
    controller = Controller(office, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    target = EmailTarget(id=LIST, recipients=recipients or ("ann@example.org",))
    facts: dict[str, Any] = {"host": "localhost", "port": controller.port, "starttls": "never", **login}
    try:
        with closing(SmtpSender(Relay(**facts), ssl.create_default_context())) as sender:
            yield World(store, target, sender)
    finally:
        controller.stop()


def gaps(moments: Sequence[datetime]) -> list[timedelta]:
    return [later - earlier for earlier, later in pairwise(moments)]


def test_a_webhook_that_fails_is_tried_by_the_schedule_with_one_id_one_body_and_its_own_time(
    hook: World, receiver: Receiver
) -> None:
    receiver.answers = [Answer(500), None, *[Answer(503)] * 20]
    hook.news("i1")
    hook.go_on(10 * DAY)
    tried = [one.at for one in hook.row("i1").tries]
    assert gaps(tried) == [wait * 1.198 for wait in BACKOFF]
    assert hook.row("i1").state is State.DEAD
    assert len({request.headers["webhook-id"] for request in receiver.requests}) == 1
    assert len({request.body for request in receiver.requests}) == 1
    stamps = [int(request.headers["webhook-timestamp"]) for request in receiver.requests]
    assert len(set(stamps)) == len(stamps) == len(BACKOFF) + 1
    assert hook.store.retry(HOOK) == 1
    receiver.answers.clear()
    hook.deliver()
    assert hook.row("i1").state is State.SENT


def test_an_answer_that_comes_too_late_makes_one_repeat_with_the_same_id(hook: World, receiver: Receiver) -> None:
    receiver.gate.clear()
    hook.news("i1")
    assert hook.deliver().failed == 1
    receiver.gate.set()
    hook.go_on(MINUTE)
    assert hook.row("i1").state is State.SENT
    assert len({(request.headers["webhook-id"], request.body) for request in receiver.requests}) == 1
    assert len(receiver.requests) == 2


@pytest.mark.parametrize(
    ("answer", "pause"),
    [
        (Answer(429, {"Retry-After": "3600"}), HOUR),
        (Answer(429, body=b'{"retry_after": 90.5}'), timedelta(seconds=90.5)),
        (Answer(429, {"Retry-After": "864000"}), DAY),
        (Answer(502), BACKOFF[0] * 1.198),
        (Answer(504), BACKOFF[0] * 1.198),
    ],
)
def test_a_target_that_is_overrun_is_left_alone_as_a_whole(
    hook: World, receiver: Receiver, answer: Answer, pause: timedelta
) -> None:
    receiver.answers = [answer]
    hook.news(*(f"i{n}" for n in range(9)))
    hook.deliver()
    assert hook.state.paused_until == NOW + pause
    hook.now += pause - timedelta(seconds=1)
    assert hook.deliver().outcomes == ()
    assert len(receiver.requests) == 1, "not one more was asked"
    hook.now += timedelta(seconds=1)
    assert hook.deliver().sent == 9
    assert hook.state == TargetState(target_id=HOOK)


@pytest.mark.parametrize("status", [410, 301, 308])
def test_a_target_that_is_gone_or_moved_is_disabled_and_its_queue_can_be_replayed(
    hook: World, receiver: Receiver, status: int
) -> None:
    receiver.answers = [Answer(status, {"Location": "https://elsewhere.example/"})]
    hook.news("i1", "i2", "i3")
    assert str(status) in hook.deliver().disabled
    hook.news("i4")
    hook.now += 30 * DAY
    assert hook.deliver().outcomes == ()
    assert len(receiver.requests) == 1, "nothing is sent after it, and no redirect is followed"
    hook.store.retry(HOOK)
    hook.go_on(MINUTE)
    assert {hook.row(f"i{n}").state for n in range(1, 5)} == {State.SENT}


@pytest.mark.parametrize("status", [404, 302, 401])
def test_a_target_that_takes_nothing_for_five_days_is_disabled_and_its_queue_kept(
    hook: World, receiver: Receiver, status: int
) -> None:
    receiver.answers = [Answer(status)] * 1000
    for day in range(7):
        hook.news(*(f"d{day}-{n}" for n in range(3)))
        hook.go_on(DAY)
    assert hook.state.disabled_at
    assert ENOUGH <= hook.state.disabled_at - NOW < ENOUGH + DAY
    assert f"it took nothing for 5 days; the last answer was: 127.0.0.1 answered {status}" in hook.state.reason
    assert len(receiver.requests) < 200, "a dead target costs next to nothing"
    receiver.answers.clear()
    hook.store.retry(HOOK)
    hook.go_on(HOUR)
    assert {row.state for name in range(3) for row in [hook.row(f"d6-{name}")]} == {State.SENT}


def test_of_a_disabled_target_its_operator_hears_by_another_one(hook: World, receiver: Receiver) -> None:
    receiver.answers = [Answer(410)]
    hook.news("i1")
    hook.deliver()
    watch(hook.store, hook.store, Surroundings(targets=[HOOK, CHIEF]), hook.now)
    (told,) = tell(hook.store, [HOOK, CHIEF], "UTC", hook.now)
    assert (told.alert.kind, told.alert.subject, told.hearers) == ("target", HOOK, 1)
    (owed,) = hook.store.claim(CHIEF, now=hook.now, lease=MINUTE, limit=9)
    said = hook.store.items([owed])[owed.item_id]
    assert "410 Gone" in said.summary
    assert "feedbot retry --target hook" in said.summary


@pytest.mark.parametrize("refusal", ["450 4.2.0 greylisted", "451 4.3.0 try later", "452 4.2.2 mailbox full"])
def test_a_mail_that_is_refused_for_a_while_is_tried_for_five_days(store: Store, refusal: str) -> None:
    office = Office(data=[refusal] * 50)
    with posting(store, office) as world:
        world.news("i1")
        world.go_on(10 * DAY)
        tried = [one.at for one in world.row("i1").tries]
        assert gaps(tried) == [wait * 1.198 for wait in MAIL_BACKOFF]
        assert 4 * DAY < (tried[-1] - tried[0]) / 1.198 < 5 * DAY
        assert world.row("i1").state is State.DEAD


def test_greylisting_costs_a_mail_five_minutes(store: Store) -> None:
    office = Office(data=["450 4.2.0 greylisted", "450 4.2.0 greylisted"])
    with posting(store, office) as world:
        world.news("i1")
        world.go_on(HOUR)
        assert world.row("i1").state is State.SENT
        assert len(office.received) == 1


@pytest.mark.parametrize("refusal", ["550 5.1.1 no such user", "554 5.7.1 spam", "552 5.3.4 too big"])
def test_a_mail_that_is_refused_for_good_is_dead_and_costs_no_other(store: Store, refusal: str) -> None:
    with posting(store, Office(data=[refusal])) as world:
        world.news("i1", "i2")
        done = world.deliver()
        assert (done.dead, done.sent) == (1, 1)
        assert refusal[:3] in world.row("i1").reason


def test_a_server_that_leaves_in_mid_session_loses_no_mail(store: Store) -> None:
    office = Office(mail=["250 ok", "421 4.3.2 going down", "250 ok"])
    with posting(store, office) as world:
        world.news("i1", "i2", "i3")
        world.go_on(HOUR)
        assert len(office.received) == 3
        assert {world.row(f"i{n}").state for n in (1, 2, 3)} == {State.SENT}


def test_a_lost_answer_makes_one_repeat_with_the_same_message_id(store: Store) -> None:
    office = Office(data=["cut"])
    with posting(store, office) as world:
        world.news("i1")
        world.go_on(HOUR)
        assert world.row("i1").state is State.SENT
        first, second = office.received
        assert first.raw == second.raw
        assert f"Message-ID: <{world.row('i1').key}@news.example>".encode() in first.raw


def test_without_starttls_no_mail_leaves_where_it_is_required_and_nothing_is_lost(store: Store) -> None:
    office = Office()
    with posting(store, office, login={"starttls": "required"}) as world:
        world.news("i1")
        done = world.deliver()
        assert (done.failed, office.received) == (1, [])
        assert "offers no STARTTLS" in world.state.reason
        assert world.state.paused_until


def test_a_refused_login_pauses_the_target_and_is_told_once(store: Store) -> None:
    office = Office()
    login = {"user": "news", "password": "wrong"}
    with posting(store, office, login=login, authenticator=checked, auth_require_tls=False) as world:
        world.news("i1", "i2")
        alerts = []
        for _ in range(20):
            world.deliver()
            watch(store, store, Surroundings(targets=[LIST, CHIEF]), world.now)
            alerts += tell(store, [CHIEF], "UTC", world.now)
            world.now += 15 * MINUTE
        assert office.received == []
        assert [(one.alert.subject, one.telling) for one in alerts] == [(LIST, "raised")]
        assert "refused the login of news: 535" in alerts[0].alert.cause
        assert "wrong" not in alerts[0].alert.cause


def test_one_refused_recipient_of_two_hundred_costs_the_others_nothing(store: Store) -> None:
    everyone = [f"r{n}@example.org" for n in range(200)]
    office = Office(refused={"r7@example.org": "550 5.1.1 no such user", "r9@example.org": "451 4.3.0 later"})
    with posting(store, office, *everyone) as world:
        world.news("i1")
        world.deliver()
        office.refused.pop("r9@example.org")
        world.go_on(HOUR)
        got = [address for one in office.received for address in one.recipients]
        assert sorted(got) == sorted(set(everyone) - {"r7@example.org"}), "each once"
        assert world.row("i1").state is State.SENT
        assert "r7@example.org" in world.row("i1").reason


HOSTILE: dict[str, object] = {
    "title": "Beds\r\nBcc: all@example.org\r\n\r\n<script>x()</script> @everyone <!channel> \u202egpj.exe {{ 7*7 }}"
    + "A" * 10**6,
    "summary": "<img src=x onerror=x()> [x](javascript:x()) @here <@U1>" * 2000,
    "content_html": "<script>x()</script><a href='javascript:x()'>Hi</a>",
    "url": "https://office.example/1",
}


def test_hostile_words_reach_a_webhook_and_a_mailbox_as_words(hook: World, receiver: Receiver, store: Store) -> None:
    hook.news("i1", **HOSTILE)
    assert hook.deliver().sent == 1
    (request,) = receiver.requests
    assert len(request.body) <= 20_000
    office = Office()
    with posting(store, office) as world:
        world.news("i2", **HOSTILE)
        assert world.deliver().sent == 1
        (mail,) = office.received
        head, _, body = mail.raw.partition(b"\r\n\r\n")
        assert mail.recipients == ["ann@example.org"]
        assert b"\nBcc:" not in head
        assert b"<script" not in body.partition(b"text/html")[2], "in the text it is a word like others"
        assert len(mail.raw) < 100_000


def test_messages_of_one_source_keep_their_order_while_others_go_on(hook: World, receiver: Receiver) -> None:
    receiver.answers = [Answer(503), Answer(204), Answer(503)]
    hook.news("a1", "a2", "a3", source_id="a")
    hook.news("b1", source_id="b")
    hook.go_on(HOUR)
    order = sorted(("a1", "a2", "a3", "b1"), key=lambda name: hook.row(name).settled_at or NOW)
    assert order == ["b1", "a1", "a2", "a3"]
    assert {hook.row(name).state for name in order} == {State.SENT}
