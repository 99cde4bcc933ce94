"""Windows: the hours of a week in which a source may be looked at, also where clocks are set."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from feedbot.rhythm import in_window, next_due
from feedbot.source import Source, SourceId
from feedbot.window import first_open, window

OFFICE = window("mon-fri 07:00-19:00")
LONDON = "Europe/London"
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


def source(*windows: str, zone: str = LONDON, **said: object) -> Source:
    opens = tuple(window(one) for one in windows)
    known = {"id": SourceId("news"), "url": "https://example.org/", "windows": opens, "timezone": zone}
    return Source(**known | said)  # type: ignore[arg-type]


def at(text: str, zone: str = LONDON) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-23T06:59", "2026-11-23T07:00"),
        ("2026-11-23T07:00", "2026-11-23T07:00"),
        ("2026-11-23T18:59", "2026-11-23T18:59"),
        ("2026-11-23T19:00", "2026-11-24T07:00"),
        ("2026-11-27T19:30", "2026-11-30T07:00"),
        ("2026-11-29T12:00", "2026-11-30T07:00"),
    ],
)
def test_a_window_opens_at_its_hour_on_its_days(now: str, opens: str) -> None:
    assert OFFICE.opens(datetime.fromisoformat(now)) == datetime.fromisoformat(opens)


def test_a_window_over_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    night = window("fri 22:00-02:00")
    saturday = datetime(2026, 11, 28, 1, 30, tzinfo=UTC)
    assert night.opens(saturday) == saturday
    assert night.opens(saturday + timedelta(hours=1)) == datetime(2026, 12, 4, 22, tzinfo=UTC)


def test_of_several_windows_the_first_that_opens_counts() -> None:
    both = (OFFICE, window("sat,sun 10:00-18:00"))
    assert first_open(both, datetime(2026, 11, 28, 3, tzinfo=UTC)) == datetime(2026, 11, 28, 10, tzinfo=UTC)


def test_a_window_that_says_24_00_lasts_until_midnight() -> None:
    evening = window("20:00-24:00")
    assert evening.opens(datetime(2026, 11, 28, 23, 59, tzinfo=UTC)).hour == 23
    assert evening.opens(datetime(2026, 11, 29, 0, 0, tzinfo=UTC)).hour == 20


@pytest.mark.parametrize("text", ["", "mon-fri", "funday 07:00-19:00", "07:00-25:00", "24:30-26:00", "mon 7-19"])
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no window of hours|no time of the day|no day of the week"):
        window(text)


def test_a_source_that_would_be_due_in_the_night_is_due_soon_after_the_window_opens() -> None:
    due = next_due(source("mon-fri 07:00-19:00", every=timedelta(hours=1)), at("2026-11-23T18:30"), 0.5)
    assert at("2026-11-24T07:00") <= due <= at("2026-11-24T07:06")


def test_a_cron_line_outside_of_the_window_waits_for_the_window() -> None:
    due = next_due(source("10:00-12:00", cron="0 8 * * *"), at("2026-11-23T09:00"), 0.0)
    assert due == at("2026-11-24T10:00")


def test_a_failing_source_is_not_tried_outside_of_its_window() -> None:
    assert in_window(source("mon-fri 07:00-19:00"), at("2026-11-28T12:00"), 0.0) == at("2026-11-30T07:00")


def test_a_window_keeps_its_hours_when_summer_time_begins_and_ends() -> None:
    kept = source("07:00-19:00")
    for night in ("2027-03-27T23:00", "2026-10-24T23:00"):
        due = in_window(kept, at(night), 0.0)
        assert due.astimezone(ZoneInfo(LONDON)).hour == 7
        assert timedelta(hours=7) <= due - at(night) <= timedelta(hours=9)


def test_a_window_in_an_hour_that_does_not_exist_opens_right_after_it() -> None:
    due = in_window(source("01:15-01:45"), at("2027-03-28T00:30"), 0.0)
    assert at("2027-03-28T00:30") < due <= at("2027-03-28T02:30")
