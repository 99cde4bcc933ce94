"""When targets hear of news: at once, gathered, at set times, over nights, and whatever clocks do."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedbot.cadence import Quiet, Rhythm, Turn, cron_of, due

LONDON = "Europe/London"
NIGHT = Quiet(begins=time(22), ends=time(7))
SHORT = timedelta(minutes=10)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def told(digest: str, now: str, zone: str = LONDON) -> datetime:
    return due(Rhythm(digest=digest), at(now), zone).due_at


def test_without_a_rhythm_it_is_told_at_once_and_alone() -> None:
    now = at("2026-11-23 03:00")
    assert due(Rhythm(), now, LONDON) == Turn(due_at=now)


def test_a_batch_waits_as_long_as_it_says() -> None:
    turn = due(Rhythm(gather=SHORT), at("2026-11-23 09:00"), LONDON)
    assert (turn.due_at, turn.wave, turn.stage) == (at("2026-11-23 09:10"), "batch 10m", "gathered")
    assert turn.rule == "batch: 10m"


@pytest.mark.parametrize(
    ("digest", "now", "when"),
    [
        ("daily 08:30", "2026-11-23 08:29:59", "2026-11-23 08:30"),
        ("daily 08:30", "2026-11-23 08:30", "2026-11-24 08:30"),
        ("daily 8:30", "2026-07-01 08:00", "2026-07-02 07:30"),
        ("weekly mon 08:30", "2026-11-23 09:00", "2026-11-30 08:30"),
        ("Weekly Sunday 08:30", "2026-11-23 09:00", "2026-11-29 08:30"),
        ("weekdays 08:30", "2026-11-27 09:00", "2026-11-30 08:30"),
        ("monthly 1 09:00", "2026-11-23 09:00", "2026-12-01 09:00"),
        ("monthly last 09:00", "2028-02-01 09:00", "2028-02-29 09:00"),
        ("monthly 29 09:00", "2027-01-30 09:00", "2027-03-29 08:00"),
        ("0 8 29 2 *", "2026-11-23 09:00", "2028-02-29 08:00"),
        ("0 8,16 * * mon-fri", "2026-11-23 09:00", "2026-11-23 16:00"),
        ("daily 01:30", "2026-03-28 12:00", "2026-03-29 01:00"),
        ("daily 01:30", "2026-10-24 12:00", "2026-10-25 00:30"),
        ("daily 01:30", "2026-10-25 00:40", "2026-10-26 01:30"),
        ("daily 01:30", "2026-10-25 01:10", "2026-10-26 01:30"),
    ],
)
def test_a_digest_is_due_at_the_next_set_time_of_its_zone(digest: str, now: str, when: str) -> None:
    assert told(digest, now) == at(when)


@pytest.mark.parametrize("text", ["", "daily", "daily 24:00", "weekly 08:30", "monthly 32 08:30", "hourly", "* * * *"])
def test_set_times_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a cron line of five fields"):
        cron_of(text)


ZONES = [LONDON, "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu", "UTC"]
NOWS = st.integers(0, 3 * 365 * 1440).map(lambda minute: at("2026-01-01") + timedelta(minutes=minute))
MINUTES = st.integers(0, 1439).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")


@given(
    clock=MINUTES,
    zone=st.sampled_from(ZONES),
    now=NOWS,
)
def test_every_day_has_one_set_time_in_every_zone(clock: str, zone: str, now: datetime) -> None:
    first = due(Rhythm(digest=f"daily {clock}"), now, zone).due_at
    second = due(Rhythm(digest=f"daily {clock}"), first, zone).due_at
    assert now < first < second
    days = [one.astimezone(ZoneInfo(zone)).date() for one in (first, second)]
    assert days[1] - days[0] == timedelta(days=1)


@pytest.mark.parametrize(
    ("now", "over"),
    [
        ("2026-11-23 21:59", None),
        ("2026-11-23 22:00", "2026-11-24 07:00"),
        ("2026-11-24 06:59", "2026-11-24 07:00"),
        ("2026-11-24 07:00", None),
        ("2026-07-01 21:30", "2026-07-02 06:00"),
        ("2026-03-28 23:00", "2026-03-29 06:00"),
        ("2026-10-24 22:00", "2026-10-25 07:00"),
    ],
)
def test_quiet_hours_end_where_clocks_on_the_wall_say_so(now: str, over: str | None) -> None:
    assert NIGHT.over(at(now), LONDON) == (at(over) if over else None)


def test_quiet_hours_that_end_in_an_hour_that_comes_twice_end_when_they_first_do_or_then_again() -> None:
    early = Quiet(begins=time(0), ends=time(1, 30))
    assert early.over(at("2026-10-25 00:10"), LONDON) == at("2026-10-25 00:30")
    assert early.over(at("2026-10-25 01:10"), LONDON) == at("2026-10-25 01:30")


@given(
    begins=MINUTES,
    ends=MINUTES,
    zone=st.sampled_from(ZONES),
    now=NOWS,
)
def test_what_is_held_is_told_within_a_day(begins: str, ends: str, zone: str, now: datetime) -> None:
    quiet = Quiet(begins=time.fromisoformat(begins), ends=time.fromisoformat(ends))
    turn = due(Rhythm(quiet=quiet), now, zone)
    assert now <= turn.due_at <= now + timedelta(hours=26)


def test_what_is_held_through_the_night_goes_together_and_says_why() -> None:
    turn = due(Rhythm(quiet=NIGHT), at("2026-11-23 23:00"), LONDON)
    assert turn == Turn(due_at=at("2026-11-24 07:00"), wave="quiet", stage="held", rule="quiet: 22:00-07:00")
    batch = due(Rhythm(gather=SHORT, quiet=NIGHT), at("2026-11-23 21:55"), LONDON)
    assert (batch.due_at, batch.wave) == (at("2026-11-24 07:00"), "batch 10m")
    assert batch.rule == "batch: 10m; quiet: 22:00-07:00"


def test_what_is_urgent_waits_for_nothing() -> None:
    now = at("2026-11-23 23:00")
    for rhythm in (Rhythm(quiet=NIGHT), Rhythm(digest="daily 08:30"), Rhythm(gather=SHORT)):
        turn = due(rhythm, now, LONDON, urgent=True)
        assert (turn.due_at, turn.wave) == (now, "")
