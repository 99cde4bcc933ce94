"""When a source is to be checked next."""

from datetime import datetime, timedelta

from feedbot.cadence import following
from feedbot.source import Source

DEFAULT = timedelta(minutes=30)
"""How often a source is checked that says nothing of it."""
JITTER = 0.1


def every(source: Source) -> timedelta:
    """Return the plain interval between checks, from which failures back off."""
    return source.every or DEFAULT


def next_due(source: Source, now: datetime, jitter: float) -> datetime:
    """Return when `source` is due after a check at `now` (aware UTC).

    `jitter` in [0, 1) lengthens an interval by up to a tenth, so that sources added together drift apart;
    a cron line is kept to the minute, in the source's time zone.
    """
    if source.cron:
        return following(source.cron, now, source.timezone)
    return now + every(source) * (1 + JITTER * jitter)
