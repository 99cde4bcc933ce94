"""Learned rhythm: when a source is looked at follows from when it has published."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from feedbot import rhythm, timetable
from feedbot.habits import Moment, learned
from feedbot.source import Source, SourceId

BEGIN = datetime(2026, 8, 31, tzinfo=UTC)
NOW = datetime(2026, 11, 23, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
DAY = timedelta(days=1)


def looks(text: str, begin: datetime, span: timedelta, zone: str = "Europe/London") -> list[datetime]:
    """Return when a source with this timetable is looked at."""
    source = Source(id=SourceId("news"), url="https://example.org/", timezone=zone)
    found, now = [], begin
    while (now := rhythm.next_due(source, now, 0.5, rhythm.Past(timetable=text))) < begin + span:
        found.append(now)
    return found


def daily(*hours: int, days: range = range(5), until: datetime = NOW) -> Iterator[Moment]:
    when = BEGIN
    while when < until:
        if when.weekday() in days:
            for hour in hours:
                told = when.replace(tzinfo=LONDON, hour=hour, minute=30).astimezone(UTC)
                yield Moment(published=told, seen=told + timedelta(minutes=20))
        when += DAY


def taught(moments: Iterator[Moment], now: datetime = NOW, since: datetime = BEGIN) -> str:
    return timetable.written(learned(list(moments), LONDON, now, since=since).paces())


def test_a_source_that_publishes_in_office_hours_is_looked_at_in_office_hours() -> None:
    week = looks(taught(daily(9, 11, 14, 16)), NOW, 7 * DAY)
    office = [one for one in week if 9 <= one.hour < 17 and one.weekday() < 5]
    assert len(office) > 0.7 * len(week)
    assert len(week) < 7 * 24 / 2.5


def test_within_the_hours_of_its_news_an_hour_passes_at_most_between_two_looks() -> None:
    day = [one for one in looks(taught(daily(9, 10, 11, 12, 13, 14, 15)), NOW, DAY) if 9 <= one.hour <= 15]
    assert max(later - one for one, later in pairwise(day)) <= timedelta(minutes=65)


def test_a_source_that_is_silent_at_weekends_is_still_looked_at_every_day() -> None:
    week = looks(taught(daily(9, 14)), NOW, 14 * DAY)
    assert max(later - one for one, later in pairwise(week)) <= DAY


def test_a_source_that_fell_silent_is_looked_at_less() -> None:
    busy = looks(taught(daily(9, 11, 14, 16)), NOW, 7 * DAY)
    silent = looks(taught(daily(9, 11, 14, 16, until=NOW - 60 * DAY)), NOW, 7 * DAY)
    assert len(silent) < 0.8 * len(busy)


def test_hours_are_those_of_the_source_when_summer_time_ends() -> None:
    text = taught(daily(9, 9, 9), now=datetime(2026, 10, 20, tzinfo=UTC))
    before = looks(text, datetime(2026, 10, 19, tzinfo=UTC), 5 * DAY)
    after = looks(text, datetime(2026, 10, 26, tzinfo=UTC), 5 * DAY)
    for week, hours in ((before, {8, 9}), (after, {9, 10})):
        near = [one for one in week if one.hour in hours]
        assert len(near) >= 5


def test_items_of_the_first_look_that_have_no_dates_teach_no_hour() -> None:
    seen = [Moment(published=NOW, seen=NOW) for _ in range(20)]
    paces = learned(seen, LONDON, NOW, since=NOW).paces()
    assert max(paces) < 1.5 * min(paces)


def test_items_dated_by_the_day_teach_by_when_they_were_first_seen() -> None:
    moments = [
        Moment(published=one.published.replace(hour=0, minute=0), seen=one.published) for one in daily(14, until=NOW)
    ]
    day = looks(taught(iter(moments), now=NOW), NOW + DAY, DAY)
    assert sum(12 <= one.hour <= 16 for one in day) >= len(day) / 3


def test_bounds_are_five_minutes_and_a_day() -> None:
    source = Source(id=SourceId("news"), url="https://example.org/")
    fast, slow = timetable.written([99.0] * 168), timetable.written([0.0] * 168)
    assert rhythm.next_due(source, NOW, 0.0, rhythm.Past(timetable=fast)) >= NOW + timedelta(minutes=5)
    assert rhythm.next_due(source, NOW, 0.99, rhythm.Past(timetable=slow)) == NOW + DAY


@pytest.mark.parametrize("pace", [0.05, 0.3, 1.0, 3.2])
def test_a_timetable_keeps_a_pace_within_a_twentieth(pace: float) -> None:
    text = timetable.written([pace] * 168)
    assert len(text) == 168
    assert timetable.wait(text, NOW, 3 * DAY) / timedelta(hours=1) == pytest.approx(1 / pace, rel=0.05)


def test_a_leap_day_and_a_year_of_news_break_nothing() -> None:
    leap = datetime(2028, 2, 29, 12, tzinfo=UTC)
    moments = [Moment(published=leap - DAY * days, seen=leap - DAY * days) for days in range(0, 800, 3)]
    text = timetable.written(learned(moments, LONDON, leap, since=leap - 800 * DAY).paces())
    assert leap < looks(text, leap, 7 * DAY)[0] <= leap + DAY


def test_nothing_that_is_known_is_looked_at_as_often_as_before() -> None:
    source = Source(id=SourceId("news"), url="https://example.org/")
    assert rhythm.next_due(source, NOW, 0.0, rhythm.Past()) == NOW + rhythm.DEFAULT
