"""When a source is to be checked next."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

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
        return _next(source.cron, now.astimezone(ZoneInfo(source.timezone)))
    return now + every(source) * (1 + JITTER * jitter)


def check_cron(text: str) -> None:
    """Raise ValueError, with the reason, when `text` is no cron line of five fields."""
    from cronsim import CronSim, CronSimError  # noqa: PLC0415 - only sources with a cron line need it

    try:
        CronSim(text, datetime(2026, 1, 1, tzinfo=UTC))
    except CronSimError as error:
        raise ValueError(f"not a cron line of five fields: {error}") from None


def _next(cron: str, after: datetime) -> datetime:
    from cronsim import CronSim  # noqa: PLC0415 - only sources with a cron line need it

    return next(CronSim(cron, after)).astimezone(UTC)
