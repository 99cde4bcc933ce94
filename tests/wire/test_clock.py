"""Clocks that are set, machines that sleep, days of 23 and 25 hours: a source is looked at once too often at most."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from feedbot.check import Setting, check
from feedbot.page import NotModified, Page, Validators
from feedbot.source import Source, SourceId
from feedbot.store import Store, open_store
from feedbot.window import window

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FEED = b'<rss version="2.0"><channel><title>News</title><item><title>a</title><link>https://e.org/a</link></item></channel></rss>'


class Site:
    def fetch(
        self, url: str, *, validators: Validators, allow: tuple[str, ...], browser: bool = False
    ) -> Page | NotModified:
        if validators.etag:
            return NotModified(validators=validators)
        return Page(url=url, body=FEED, content_type="application/rss+xml", etag='"a"')


class Service:
    """A service that asks every few minutes what is due, by a clock that may be set."""

    def __init__(self, store: Store, *sources: Source) -> None:
        self.store = store
        self.sources = {one.id: one for one in sources}
        self.now = NOW
        store.register(list(self.sources))

    def run(self, span: timedelta, step: timedelta = 5 * MINUTE) -> list[tuple[SourceId, datetime]]:
        looked = []
        for _ in range(int(span / step)):
            for name in self.store.due(None, self.now):
                check(self.sources[name], Setting(), fetcher=Site(), inbox=self.store, clock=lambda: self.now)
                looked.append((name, self.now))
            self.now += step
        return looked

    def jump(self, by: timedelta) -> None:
        self.now += by
        if by < timedelta():
            self.store.heed_clock(self.now)


def source(name: str = "news", **said: Any) -> Source:
    return Source(**{"id": SourceId(name), "url": f"https://{name}.example/", "kind": "feed"} | said)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/feedbot.sqlite3") as opened:
        yield opened


SHAPES: tuple[dict[str, Any], ...] = (
    {"every": HOUR},
    {"cron": "0 * * * *"},
    {},
    {"every": HOUR, "windows": (window("00:00-23:59"),)},
)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("jump", [DAY, -DAY, 8 * HOUR, -8 * HOUR], ids=["day on", "day back", "asleep", "8 h back"])
def test_a_clock_that_is_set_costs_one_look_at_most_and_none_is_lost(
    store: Store, shape: dict[str, Any], jump: timedelta
) -> None:
    service = Service(store, source(**shape))
    service.run(6 * HOUR)
    service.jump(jump)
    soon = service.run(25 * MINUTE)
    assert len(soon) <= 1
    later = service.run(25 * HOUR)
    assert len(later) >= 1
    if shape.get("every"):
        assert 20 <= len(later) <= 26


def test_a_clock_that_jumped_a_day_ahead_and_back_leaves_nothing_waiting_for_a_day(store: Store) -> None:
    service = Service(store, source(every=HOUR))
    service.run(2 * HOUR)
    service.jump(DAY)
    service.run(10 * MINUTE)
    service.jump(-DAY)
    assert len(service.run(HOUR)) in {1, 2}


def test_a_start_after_the_clock_was_set_back_goes_on_at_once(store: Store) -> None:
    service = Service(store, source(every=HOUR))
    service.run(10 * MINUTE)
    assert store.heed_clock(service.now - 9 * DAY) == 1
    assert store.due(None, service.now - 9 * DAY) == ["news"]
    assert store.heed_clock(service.now) == 0


@pytest.mark.parametrize("night", ["2027-03-27T20:00", "2026-10-24T20:00"], ids=["summer begins", "summer ends"])
def test_a_night_in_which_summer_time_begins_or_ends_is_like_any_other(store: Store, night: str) -> None:
    sources = (
        source("hourly", every=HOUR, timezone="Europe/London"),
        source("nightly", cron="30 1 * * *", timezone="Europe/London"),
        source("morning", every=HOUR, windows=(window("07:00-08:00"),), timezone="Europe/London"),
    )
    service = Service(store, *sources)
    service.now = datetime.fromisoformat(night).replace(tzinfo=ZoneInfo("Europe/London")).astimezone(UTC)
    looked = service.run(16 * HOUR)[3:]
    times = {name: [when for one, when in looked if one == name] for name in service.sources}
    assert 13 <= len(times[SourceId("hourly")]) <= 16
    assert len(times[SourceId("nightly")]) == 1
    assert {when.astimezone(ZoneInfo("Europe/London")).hour for when in times[SourceId("morning")]} <= {7, 8}
    assert times[SourceId("morning")]


def test_a_leap_day_is_a_day(store: Store) -> None:
    service = Service(store, source("daily", cron="0 12 * * *"), source("leap", cron="0 12 29 2 *"))
    service.now = datetime(2028, 2, 28, 9, tzinfo=UTC)
    looked = service.run(3 * DAY)[2:]
    assert [(name, when.day) for name, when in looked] == [("daily", 28), ("daily", 29), ("leap", 29), ("daily", 1)]


def test_a_hundred_sources_that_slept_are_each_looked_at_once(store: Store) -> None:
    service = Service(store, *(source(f"s{n}", every=HOUR) for n in range(100)))
    service.run(5 * MINUTE)
    service.jump(8 * HOUR)
    looked = [name for name, _ in service.run(30 * MINUTE)]
    assert sorted(looked) == sorted(service.sources)
