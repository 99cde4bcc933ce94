"""When a source is to be checked next."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from feedbot import timetable
from feedbot.cadence import following
from feedbot.page import UNSAID, Wishes
from feedbot.source import Source
from feedbot.window import first_open

DEFAULT = timedelta(minutes=30)
"""How often a source is checked of which nothing is known."""
SOONEST, LATEST = timedelta(minutes=5), timedelta(days=1)
"""Bounds of what is learned."""
JITTER = 0.1
FRESH, FRESH_AS_TOLD = timedelta(hours=6), timedelta(hours=1)
"""So long a source that says its page is fresh is believed: where its rhythm is learned, and where `every` says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is known of a source when its next check is planned."""

    timetable: str = ""
    """How often it is looked at in each hour of its week, by what was learned; empty where nothing was."""
    wishes: Wishes = UNSAID
    """What it says itself of how often it wants to be asked."""


def every(source: Source) -> timedelta:
    """Return the plain interval between checks, from which failures back off."""
    return source.every or DEFAULT


def learns(source: Source) -> bool:
    """Say whether the rhythm of a source is learned."""
    return source.every is None and source.cron is None


def next_due(source: Source, now: datetime, jitter: float, past: Past | None = None) -> datetime:
    """Return when `source` is due after a check at `now` (aware UTC).

    `jitter` in [0, 1) lengthens an interval by up to a tenth, so that sources added together drift apart; a cron line
    is kept to the minute, in the source's time zone. Where nothing is said, the interval is learned. What the source
    wishes itself is heeded within bounds, but for a cron line.
    """
    known = past or Past()
    if source.cron:
        return in_window(source, following(source.cron, now, source.timezone), jitter)
    plain = _interval(source, now, jitter, known)
    most = max(FRESH_AS_TOLD if source.every else FRESH, plain)
    return in_window(source, known.wishes.heeded(now, now + plain, most), jitter)


def in_window(source: Source, due: datetime, jitter: float) -> datetime:
    """Return `due`, or where no window of the source is open then, soon after the next one opens."""
    if not source.windows:
        return due
    opens = first_open(source.windows, due.astimezone(ZoneInfo(source.timezone))).astimezone(UTC)
    return due if opens <= due else opens + every(source) * (JITTER * jitter)


def _interval(source: Source, now: datetime, jitter: float, past: Past) -> timedelta:
    if not learns(source) or not timetable.is_one(past.timetable):
        return every(source) * (1 + JITTER * jitter)
    wait = timetable.wait(past.timetable, now.astimezone(ZoneInfo(source.timezone)), LATEST)
    return min(max(wait * (1 + JITTER * (jitter - 0.5)), SOONEST), LATEST)
