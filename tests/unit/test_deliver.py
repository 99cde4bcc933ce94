from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from feedbot.conduct import PAUSE
from feedbot.deliver import BATCH, ENDLESS, LEASE, Delivered, Desk, deliver
from feedbot.delivery import BACKOFF, Delivery, Hook, Message, Sent, State
from feedbot.errors import SendError
from feedbot.item import Item, ItemId
from feedbot.source import SourceId, SourceState, TargetId
from feedbot.target import PATIENCE, MaildirTarget, Target, TargetState
from tests.fakes import MemoryStore
from tests.newsfeed import bare

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
OPS = TargetId("ops")
TARGET = MaildirTarget(id=OPS, path="mail")


@dataclass
class Box(MemoryStore):
    """An outbox in memory; `taken` makes it refuse outcomes, as when the lease has run out."""

    taken: bool = True

    def owe(self, *names: str, revision: int = 1, source: str = "") -> None:
        """Owe items, each of a source of its own where none is named."""
        for name in names:
            of = SourceId(source or f"source of {name}")
            item = bare(name, title=f"{name} at {revision}", revision=revision, source_id=of)
            owed = Delivery(item_id=item.id, revision=revision, target_id=OPS, created_at=NOW, due_at=NOW)
            self.commit(SourceState(source_id=item.source_id), items=[item], debts=[owed])

    def items(self, deliveries: Sequence[Delivery]) -> Mapping[ItemId, Item]:
        assert len({delivery.item_id for delivery in deliveries}) == len(deliveries)
        return super().items(deliveries)

    def settle(self, deliveries: Sequence[Delivery], target: TargetState | None = None) -> int:
        return super().settle(deliveries, target) if self.taken else 0

    def row(self, name: str, revision: int = 1) -> Delivery:
        return next(row for row in self.deliveries.values() if (row.item_id, row.revision) == (name, revision))


@dataclass
class Post:
    """A sender whose answers are prepared; None is a yes, an exception is raised."""

    answers: Mapping[str, BaseException] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    after: Callable[[], None] = lambda: None

    def send(self, message: Message) -> Sent:
        assert isinstance(message, Hook)
        title = message.body.decode()
        self.sent.append(title)
        self.after()
        if (error := self.answers.get(title.partition(" ")[0])) is not None:
            raise error
        return Sent("ok")

    def close(self) -> None: ...


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def on(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def compose(target: Target, deliveries: Sequence[Delivery], items: Mapping[ItemId, Item]) -> Message:
    (delivery,) = deliveries
    title = items[delivery.item_id].title
    if title.startswith("broken"):
        raise KeyError("secret-token")
    return Hook(key=delivery.key, body=title.encode())


def run(box: Box, post: Post | None = None, clock: Clock | None = None, stops: Iterable[bool] = ()) -> Delivered:
    answers = iter(stops)
    return deliver(
        TARGET,
        outbox=box,
        sender=post or Post(),
        desk=Desk(compose),
        clock=clock or Clock(),
        jitter=lambda: 0.0,
        stop=lambda: next(answers, False),
    )


def test_everything_owed_is_sent_once_in_order() -> None:
    box, post = Box(), Post()
    names = [f"i{n}" for n in range(2 * BATCH + 3)]
    box.owe(*names)
    done = run(box, post)
    assert post.sent == [f"{name} at 1" for name in names]
    assert (done.sent, done.failed, done.dead, done.late) == (len(names), 0, 0, 0)
    assert {row.state for row in box.deliveries.values()} == {State.SENT}
    assert run(box, post).outcomes == ()


def test_two_revisions_of_one_item_say_each_what_was_said_then() -> None:
    box, post = Box(), Post()
    box.owe("i1")
    box.owe("i1", revision=2)
    run(box, post)
    assert post.sent == ["i1 at 1", "i1 at 2"]


def test_a_temporary_failure_waits_and_costs_no_other() -> None:
    box = Box()
    box.owe("i1", "i2")
    done = run(box, Post({"i1": SendError("503")}))
    assert (done.sent, done.failed) == (1, 1)
    assert box.row("i1").due_at == NOW + timedelta(seconds=5)
    assert box.row("i1").reason == "503"


def test_a_permanent_failure_is_dead_with_its_reason() -> None:
    box = Box()
    box.owe("i1", "i2")
    done = run(box, Post({"i1": SendError("550 no such user", permanent=True)}))
    assert (done.sent, done.dead) == (1, 1)
    assert box.row("i1").reason == "550 no such user"


def test_an_item_that_is_no_longer_stored_is_dead_and_costs_no_other() -> None:
    box, post = Box(), Post()
    box.owe("i1", "i2")
    del box.revisions[ItemId("i1"), 1]
    done = run(box, post)
    assert (done.dead, post.sent) == (1, ["i2 at 1"])
    assert "no longer in the store" in box.row("i1").reason


def test_a_message_that_cannot_be_composed_is_dead_and_says_where_but_no_secret() -> None:
    box = Box()
    box.owe("broken", "i2")
    done = run(box)
    assert (done.sent, done.dead) == (1, 1)
    assert box.row("broken").reason.startswith("the message could not be composed: KeyError in test_deliver.py, line ")


def test_a_fault_of_the_sender_is_tried_again_and_costs_no_other() -> None:
    box = Box()
    box.owe("i1", "i2")
    done = run(box, Post({"i1": RuntimeError("at https://hooks.example/s3cret")}))
    assert (done.sent, done.failed) == (1, 1)
    assert "s3cret" not in box.row("i1").reason


def test_what_ends_the_process_leaves_the_rest_untried_and_the_one_in_flight_leased() -> None:
    box = Box()
    box.owe("i1", "i2", "i3")
    with pytest.raises(KeyboardInterrupt):
        run(box, Post({"i2": KeyboardInterrupt()}))
    assert box.row("i1").state is State.SENT
    assert (box.row("i2").state, box.row("i2").attempts) == (State.LEASED, 1)
    assert (box.row("i3").state, box.row("i3").attempts) == (State.PENDING, 0)


def test_a_delivery_that_was_begun_before_is_tried_alone() -> None:
    box, clock = Box(), Clock()
    box.owe("i1", "i2", "i3")
    seen: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        run(box, Post({"i1": KeyboardInterrupt()}), clock)
    box.deliveries |= {row.key: replace(row, attempts=1) for row in box.deliveries.values()}
    clock.on(LEASE.seconds)
    run(
        box,
        Post({}, after=lambda: seen.append(sum(row.state is State.LEASED for row in box.deliveries.values()))),
        clock,
    )
    assert seen == [1, 1, 1]
    assert {row.state for row in box.deliveries.values()} == {State.SENT}


def test_a_delivery_that_ends_the_process_every_time_is_given_up_alone() -> None:
    box, clock = Box(), Clock()
    box.owe("i1", "i2")
    for _ in range(ENDLESS):
        with pytest.raises(KeyboardInterrupt):
            run(box, Post({"i1": KeyboardInterrupt()}), clock)
        clock.on(LEASE.seconds)
    post = Post()
    done = run(box, post, clock)
    assert (done.dead, done.sent, post.sent) == (1, 1, ["i2 at 1"])
    assert "never finished" in box.row("i1").reason


def test_a_throttling_target_is_left_alone_as_a_whole() -> None:
    box, post = Box(), Post({"i1": SendError("429", throttled=True, retry_after=timedelta(hours=1))})
    box.owe("i1", "i2")
    done = run(box, post)
    assert done.paused_until == box.targets[OPS].paused_until == NOW + timedelta(hours=1)
    assert (box.row("i2").state, box.row("i2").attempts) == (State.PENDING, 0)
    assert len(post.sent) == 1


def test_a_pause_is_never_longer_than_a_day() -> None:
    box = Box()
    box.owe("i1")
    done = run(box, Post({"i1": SendError("429", throttled=True, retry_after=timedelta(days=3650))}))
    assert done.paused_until == NOW + timedelta(days=1)


def test_a_target_that_does_not_say_how_long_is_left_alone_until_the_next_try_of_that_message() -> None:
    box = Box()
    box.owe("i1", "i2")
    assert run(box, Post({"i1": SendError("502", throttled=True)})).paused_until == box.row("i1").due_at


def test_a_target_that_throttles_the_last_try_is_still_left_alone() -> None:
    box = Box()
    box.owe("i1", "i2")
    box.deliveries |= {box.row("i1").key: replace(box.row("i1"), attempts=len(BACKOFF))}
    done = run(box, Post({"i1": SendError("502", throttled=True)}))
    assert (done.dead, done.paused_until) == (1, NOW + PAUSE)


def test_a_target_that_is_gone_is_disabled_and_its_queue_kept() -> None:
    box = Box()
    box.owe("i1", "i2")
    done = run(box, Post({"i1": SendError("410 Gone", gone=True)}))
    assert done.disabled == box.targets[OPS].reason == "410 Gone"
    assert box.targets[OPS].disabled_at == NOW
    assert {box.row(name).state for name in ("i1", "i2")} == {State.PENDING}
    assert box.row("i2").attempts == 0


def test_a_target_that_fails_time_and_again_is_left_alone_for_this_pass() -> None:
    box, post = Box(), Post({f"i{n}": SendError("timed out") for n in range(9)})
    box.owe(*(f"i{n}" for n in range(9)))
    done = run(box, post)
    assert (done.failed, len(post.sent)) == (PATIENCE, PATIENCE)
    assert sum(row.attempts for row in box.deliveries.values()) == PATIENCE


def test_no_try_is_begun_with_too_little_of_the_lease_left() -> None:
    box, clock = Box(), Clock()
    box.owe("i1", "i2", "i3")
    done = run(box, Post(after=lambda: clock.on(20)), clock)
    assert (done.sent, done.late) == (3, 0)
    assert box.claims == 4
    assert {row.attempts for row in box.deliveries.values()} == {1}


def test_an_outcome_that_comes_after_the_lease_is_not_counted_as_stored() -> None:
    box = Box(taken=False)
    box.owe("i1")
    assert run(box, stops=(False, False, True)).late == 1


def test_a_stop_gives_back_what_was_not_begun() -> None:
    box, post = Box(), Post()
    box.owe("i1", "i2", "i3")
    run(box, post, stops=(False, False, False, False, True, True))
    assert post.sent == ["i1 at 1", "i2 at 1"]
    assert (box.row("i3").state, box.row("i3").attempts) == (State.PENDING, 0)
    assert box.claims == 2
