"""What goes together, and when: digests, batches and nights, told once each, whatever clocks and processes do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from feedbot.cadence import Quiet, Rhythm
from feedbot.decision import decide
from feedbot.deliver import LEASE, Delivered, Desk, deliver
from feedbot.delivery import Delivery, Event, Hook, Message, Sent, State, message_key
from feedbot.errors import SendError
from feedbot.item import Item, ItemId
from feedbot.source import Filter, Source, SourceId, SourceState, TargetId
from feedbot.target import MaildirTarget, Rate, Target
from tests.fakes import MemoryStore
from tests.newsfeed import bare

LONDON = "Europe/London"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BOARD = TargetId("board")
DAILY = Rhythm(digest="daily 08:30")
SOURCES = {name: Source(id=SourceId(name), url=f"https://{name}.example/", notify=(BOARD,)) for name in ("a", "b")}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass
class World:
    """A target with a rhythm, a store and a clock; `sent` is what the target took: when, the key, and the titles."""

    now: datetime
    target: MaildirTarget
    sources: dict[str, Source] = field(default_factory=lambda: dict(SOURCES))
    store: MemoryStore = field(default_factory=MemoryStore)
    sent: list[tuple[datetime, str, list[str]]] = field(default_factory=list)
    trouble: list[BaseException | None] = field(default_factory=list)
    most: int = 100

    def news(self, name: str, source: str = "a", event: Event = "published", revision: int = 1, **said: Any) -> None:
        plain = {"title": f"{name} at {revision}", "url": f"https://{source}.example/{name}", "published_at": self.now}
        item = bare(name, source_id=SourceId(source), first_seen=self.now, revision=revision, **plain | said)
        decision = decide(item, event, self.sources[source], [self.target], self.now, slight=False, barred="")
        self.store.commit(SourceState(source_id=item.source_id), items=[item], decisions=[decision])

    def go_on(self, span: timedelta, step: timedelta = timedelta(minutes=10)) -> None:
        """Let time pass while feedbot works."""
        until = self.now + span
        while self.now < until:
            self.now += step
            self.deliver()

    def deliver(self) -> Delivered:
        return deliver(
            self.target,
            outbox=self.store,
            sender=self,
            desk=Desk(self.compose, self.portions),
            clock=lambda: self.now,
            jitter=lambda: 0.0,
            stop=lambda: False,
        )

    def compose(self, _target: Target, told: Sequence[Delivery], items: Mapping[ItemId, Item]) -> Message:
        titles = [f"{one.event} {items[one.item_id].title}" for one in told]
        if "published broken" in titles:
            raise KeyError
        return Hook(key=message_key(told), body="\n".join(titles).encode())

    def portions(
        self, target: Target, told: Sequence[Delivery], items: Mapping[ItemId, Item]
    ) -> list[Sequence[Delivery]]:
        self.compose(target, told, items)
        return [told[start : start + self.most] for start in range(0, len(told), self.most)]

    def send(self, message: Message) -> Sent:
        assert isinstance(message, Hook)
        if trouble := self.trouble.pop(0) if self.trouble else None:
            raise trouble
        self.sent.append((self.now, message.key, message.body.decode().split("\n")))
        return Sent("ok")

    def close(self) -> None: ...

    @property
    def days(self) -> list[str]:
        """The days and clock times on the wall at which a message went out."""
        zone = ZoneInfo(self.target.timezone)
        return [f"{when.astimezone(zone):%m-%d %H:%M}" for when, _, _ in self.sent]

    @property
    def titles(self) -> list[list[str]]:
        return [titles for _, _, titles in self.sent]

    def row(self, name: str, revision: int = 1) -> Delivery:
        rows = self.store.deliveries.values()
        return next(one for one in rows if (one.item_id, one.revision) == (name, revision))


def world(now: str, rhythm: Rhythm = DAILY, **said: Any) -> World:
    target = MaildirTarget(id=BOARD, path="mail", rhythm=rhythm, timezone=LONDON)
    return World(now=at(now), target=replace(target, **said))


@pytest.mark.parametrize(
    ("start", "days"),
    [
        ("2026-03-27 12:00", ["03-28", "03-29", "03-30", "03-31"]),
        ("2026-10-23 12:00", ["10-24", "10-25", "10-26", "10-27"]),
        ("2028-02-27 12:00", ["02-28", "02-29", "03-01", "03-02"]),
        ("2026-12-30 12:00", ["12-31", "01-01", "01-02", "01-03"]),
    ],
)
def test_one_digest_a_day_tells_each_item_once(start: str, days: list[str]) -> None:
    paper = world(start)
    for number in range(96):
        paper.news(f"i{number}")
        paper.go_on(HOUR)
    assert paper.days == [f"{day} 08:30" for day in days]
    paper.go_on(DAY)
    told = [title for titles in paper.titles for title in titles]
    assert len(told) == len(set(told)) == 96
    assert len(paper.sent) == len(days) + 1


@pytest.mark.parametrize("clock", ["01:30", "01:00", "02:00", "00:59"])
@pytest.mark.parametrize("start", ["2026-03-27 12:00", "2026-10-23 12:00"])
def test_a_digest_in_an_hour_that_is_skipped_or_comes_twice_goes_out_once(start: str, clock: str) -> None:
    paper = world(start, Rhythm(digest=f"daily {clock}"))
    for number in range(4 * 48):
        paper.news(f"i{number}")
        paper.go_on(HOUR / 2)
    days = [day.split()[0] for day in paper.days]
    assert len(days) == len(set(days)) == 4


def test_where_nothing_is_new_nothing_is_sent() -> None:
    paper = world("2026-11-20 12:00")
    paper.news("i1")
    paper.go_on(7 * DAY)
    assert paper.days == ["11-21 08:30"]


def test_after_three_days_without_us_one_digest_makes_up_for_all() -> None:
    paper = world("2026-11-20 12:00")
    paper.news("i1")
    paper.now = at("2026-11-23 12:00")
    paper.news("i2")
    paper.go_on(2 * DAY)
    assert paper.days == ["11-23 12:10", "11-24 08:30"]
    assert paper.titles == [["published i1 at 1"], ["published i2 at 1"]]


def test_after_three_days_without_its_target_one_digest_makes_up_for_all() -> None:
    paper = world("2026-11-20 12:00")
    paper.store.save_target(replace(paper.store.target(BOARD), paused_until=at("2026-11-23 12:00")))
    for number in range(6):
        paper.news(f"i{number}")
        paper.go_on(DAY / 2)
    paper.news("i6")
    paper.go_on(DAY)
    assert paper.days == ["11-23 12:00", "11-24 08:30"]
    assert [len(titles) for titles in paper.titles] == [6, 1]


def test_a_digest_that_failed_stays_as_it_was_and_the_next_one_is_another() -> None:
    paper = world("2026-11-20 12:00")
    paper.trouble = [SendError("503")] * 4
    paper.news("i1")
    paper.go_on(DAY)
    paper.news("i2")
    paper.go_on(2 * DAY)
    assert paper.titles == [["published i1 at 1"], ["published i2 at 1"]]
    assert len(paper.row("i1").tries) == 4


def test_a_clock_that_is_set_back_makes_no_second_digest_of_a_day() -> None:
    paper = world("2026-11-22 12:00")
    paper.news("i1")
    paper.go_on(DAY)
    assert paper.days == ["11-23 08:30"]
    paper.now -= DAY
    paper.news("i2")
    paper.go_on(2 * DAY)
    assert paper.days == ["11-23 08:30", "11-24 08:30"]


def test_a_clock_that_was_a_day_ahead_for_a_while_loses_nothing_and_doubles_nothing() -> None:
    paper = world("2026-11-23 07:00")
    paper.news("i1")
    paper.now += DAY
    paper.deliver()
    paper.now -= DAY
    paper.news("i2")
    paper.go_on(2 * DAY)
    assert paper.titles == [["published i1 at 1"], ["published i2 at 1"]]
    assert paper.days[1] == "11-24 08:30"


def test_a_clock_that_was_years_ahead_holds_nothing_up() -> None:
    paper = world("2026-11-23 07:00")
    paper.now += 1000 * DAY
    paper.news("i1")
    paper.go_on(DAY)
    paper.now = at("2026-11-23 08:00")
    paper.news("i2")
    paper.go_on(DAY)
    assert len(paper.sent) == 2


def test_a_night_of_sleep_costs_no_digest() -> None:
    paper = world("2026-11-22 22:00")
    paper.news("i1")
    paper.now += 8 * HOUR
    paper.go_on(DAY)
    assert paper.days == ["11-23 08:30"]


def test_several_revisions_of_an_item_are_told_once_as_the_latest() -> None:
    paper = world("2026-11-22 12:00", edits="all")
    for revision, event in ((1, "published"), (2, "updated"), (3, "updated")):
        paper.news("i1", event="published" if event == "published" else "updated", revision=revision)
        paper.go_on(HOUR)
    paper.go_on(DAY)
    assert paper.titles == [["published i1 at 3"]]
    first = paper.row("i1", 1)
    assert (first.state, first.stage, first.rule) == (State.DROPPED, "superseded", "its revision 2 is told instead")


def test_what_was_taken_back_before_the_digest_is_not_in_it() -> None:
    paper = world("2026-11-22 12:00", withdrawn=True)
    paper.news("i1")
    paper.news("i1", event="withdrawn", revision=2)
    paper.go_on(DAY)
    assert paper.sent == []
    assert {one.state for one in paper.store.deliveries.values()} == {State.DROPPED}


def test_the_same_story_of_several_sources_is_told_once_and_says_so() -> None:
    paper = world("2026-11-22 12:00")
    link = "https://wire.example/story"
    paper.news("i1", url=link)
    paper.go_on(HOUR)
    paper.news("i2", source="b", url=link)
    paper.go_on(DAY)
    assert paper.titles == [["published i1 at 1"]]
    assert (paper.row("i2").stage, paper.row("i2").rule) == ("duplicate", "i1 of a tells the same")


def test_a_target_may_want_every_source_that_tells_a_story() -> None:
    paper = world("2026-11-22 12:00", merge=False)
    for name, source in (("i1", "a"), ("i2", "b")):
        paper.news(name, source=source, url="https://wire.example/story")
    paper.go_on(DAY)
    assert [len(titles) for titles in paper.titles] == [2]


def test_a_batch_gathers_what_comes_within_its_window() -> None:
    paper = world("2026-11-23 09:00", Rhythm(gather=timedelta(minutes=30)))
    for number in range(12):
        paper.news(f"i{number}")
        paper.go_on(timedelta(minutes=10))
    paper.go_on(HOUR)
    assert [len(titles) for titles in paper.titles] == [3, 3, 3, 3]
    assert paper.days[0] == "11-23 09:30"


def test_what_comes_at_night_is_held_and_told_together_in_the_morning() -> None:
    quiet = Rhythm(quiet=Quiet(begins=time(22), ends=time(7)))
    paper = world("2026-11-23 20:30", quiet)
    for number in range(10):
        paper.news(f"i{number}")
        paper.go_on(HOUR)
    paper.go_on(DAY)
    assert paper.days == ["11-23 20:40", "11-23 21:40", "11-24 07:00"]
    assert sum(map(len, paper.titles)) == 10
    assert paper.row("i5").rule == "targets.board.quiet: 22:00-07:00; one of 8 in a message"


def test_what_is_urgent_is_told_at_once_and_alone() -> None:
    paper = world("2026-11-23 23:00", urgent=Filter(only={"title": ("recall",)}))
    paper.news("i1")
    paper.news("i2", title="Recall of beds")
    paper.go_on(DAY)
    assert paper.days == ["11-23 23:10", "11-24 08:30"]
    assert paper.titles[0] == ["published Recall of beds"]


def test_a_source_may_have_a_rhythm_of_its_own_with_a_target() -> None:
    paper = world("2026-11-23 09:00")
    paper.sources["b"] = replace(SOURCES["b"], rhythms={BOARD: Rhythm(digest="weekly fri 08:30")})
    paper.news("i1")
    paper.news("i2", source="b")
    paper.go_on(7 * DAY)
    assert list(zip(paper.days, paper.titles, strict=True)) == [
        ("11-24 08:30", ["published i1 at 1"]),
        ("11-27 08:30", ["published i2 at 1"]),
    ]
    assert paper.row("i2").rule == "sources.b.notify.board.digest: weekly fri 08:30"


def test_a_digest_that_does_not_fit_one_message_goes_in_several_and_loses_none() -> None:
    paper = world("2026-11-23 09:00")
    paper.most = 4
    for number in range(10):
        paper.news(f"i{number}")
    paper.go_on(DAY)
    assert [len(titles) for titles in paper.titles] == [4, 4, 2]
    assert len({key for _, key, _ in paper.sent}) == 3


def test_more_than_is_put_together_at_once_goes_out_the_same_morning() -> None:
    paper = world("2026-11-23 09:00")
    paper.most = 2000
    for number in range(1100):
        paper.news(f"i{number}")
    paper.go_on(DAY)
    assert [len(titles) for titles in paper.titles] == [1000, 100]
    assert set(paper.days) == {"11-24 08:30"}


def test_the_newest_stands_first() -> None:
    paper = world("2026-11-23 09:00")
    for name, hours in (("old", 3), ("new", 0), ("older", 9)):
        paper.news(name, published_at=paper.now - hours * HOUR)
    paper.go_on(DAY)
    assert paper.titles == [["published new at 1", "published old at 1", "published older at 1"]]


def test_a_kill_while_a_digest_is_sent_repeats_it_with_the_same_key_and_nothing_more() -> None:
    paper = world("2026-11-23 09:00")
    paper.most = 2
    for number in range(4):
        paper.news(f"i{number}")
    paper.trouble = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        paper.go_on(DAY)
    keys = {one.message for one in paper.store.deliveries.values()}
    paper.news("i4")
    paper.now += LEASE
    paper.go_on(HOUR)
    assert {key for _, key, _ in paper.sent} == keys
    assert sorted(map(len, paper.titles)) == [2, 2]


def test_one_item_that_cannot_be_told_costs_a_digest_nothing_else() -> None:
    paper = world("2026-11-23 09:00")
    paper.news("good")
    paper.news("broken", title="broken")
    paper.go_on(DAY)
    assert paper.titles == [["published good at 1"]]
    assert paper.row("broken").state is State.DEAD


def test_a_cap_on_an_hour_puts_what_is_left_into_the_last_message() -> None:
    paper = world("2026-11-23 09:00", Rhythm(), cap_per_hour=3)
    for number in range(10):
        paper.news(f"i{number}")
    paper.go_on(HOUR / 2)
    assert [len(titles) for titles in paper.titles] == [1, 1, 8]
    paper.news("i10")
    paper.go_on(HOUR / 3)
    assert len(paper.sent) == 3
    paper.go_on(HOUR)
    assert paper.titles[3:] == [["published i10 at 1"]]
    assert "one of 8 in a message" in paper.row("i9").rule


def test_a_cap_on_an_hour_holds_for_a_digest_in_parts() -> None:
    paper = world("2026-11-23 09:00", cap_per_hour=2)
    paper.most = 3
    for number in range(10):
        paper.news(f"i{number}")
    paper.go_on(DAY)
    assert [len(titles) for titles in paper.titles] == [3, 7]


def test_no_more_is_sent_than_a_target_takes_in_a_minute() -> None:
    paper = world("2026-11-23 09:00", Rhythm(), rate=Rate(count=4, per=timedelta(minutes=1)))
    for number in range(10):
        paper.news(f"i{number}")
    minutes = []
    for _ in range(4):
        paper.deliver()
        minutes.append(len(paper.sent))
        paper.now += timedelta(minutes=1)
    assert minutes == [4, 8, 10, 10]
