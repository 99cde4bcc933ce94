"""Cadence: when a target hears of what it is owed: at once, gathered for a while, at set times, not at night."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

Stage = Literal["", "gathered", "held", "merged", "superseded", "duplicate", "unwanted"]
"""Where a delivery stands beside its state: it waits for others, or for the end of quiet hours; it goes with others; a
later revision, or another source, tells it instead; nobody is left who wants it."""
TOGETHER = "batch "
"""Begins the names of waves that take along what came while they waited."""
QUIET = "quiet"
"""The wave of what was held through quiet hours."""
_HOUR = r"([01]?\d|2[0-3]):([0-5]\d)"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = rf"(?P<day>{'|'.join(_DAYS)})[a-z]*"
_SAID = re.compile(
    rf"(?:(?P<daily>daily)|(?P<weekdays>weekdays)|weekly\s+{_DAY}|monthly\s+(?P<date>[1-9]|[12]\d|3[01]|last))\s+{_HOUR}"
)
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Hours of a day in which nothing is told, `ends` excluded; they may span midnight."""

    begins: time
    ends: time

    def __str__(self) -> str:
        """Return them as they are configured."""
        return f"{self.begins:%H:%M}-{self.ends:%H:%M}"

    def over(self, when: datetime, zone: str) -> datetime | None:
        """Return when the quiet hours end that `when` (aware) falls in, in UTC; None where it falls in none."""
        local = when.astimezone(ZoneInfo(zone))
        clock = local.time()
        overnight = self.begins > self.ends
        inside = (clock >= self.begins or clock < self.ends) if overnight else self.begins <= clock < self.ends
        if not inside:
            return None
        day = local.date() + timedelta(days=1 if overnight and clock >= self.begins else 0)
        first = datetime.combine(day, self.ends, local.tzinfo)
        ends = (one.astimezone(UTC) for one in (first, first.replace(fold=1)))
        return next((one for one in ends if one > when), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """When a target wants to hear. `digest` is how set times are configured, such as `daily 08:30` (see cron_of).

    What comes within `gather` of the first goes together. Neither: each item goes at once.
    """

    gather: timedelta | None = None
    digest: str = ""
    quiet: Quiet | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """When something is told, aware UTC. What has the same `wave` goes together; each goes alone where it has none."""

    due_at: datetime
    wave: str = ""
    stage: Stage = ""
    rule: str = ""
    """The rule that decided it, as it is configured; empty where it goes at once."""


def due(rhythm: Rhythm, now: datetime, zone: str, *, urgent: bool = False) -> Turn:
    """Return when what is owed at `now` (aware) is told in that time zone; at once where it is `urgent`.

    A set time is that after `now`, so that what is owed in one period has one due time, whenever it is sent. Where a
    clock is put forward over a set time, that time is right after; where it is put back, it comes once.
    """
    if urgent:
        return Turn(due_at=now, rule="urgent: it matches")
    turn = _turn(rhythm, now, zone)
    if rhythm.quiet and (ends := rhythm.quiet.over(turn.due_at, zone)):
        rules = "; ".join(filter(None, (turn.rule, f"quiet: {rhythm.quiet}")))
        return replace(turn, due_at=ends, wave=turn.wave or QUIET, stage=turn.stage or "held", rule=rules)
    return turn


def _turn(rhythm: Rhythm, now: datetime, zone: str) -> Turn:
    if rhythm.digest:
        when = following(cron_of(rhythm.digest), now, zone)
        said = f"digest: {rhythm.digest}"
        return Turn(due_at=when, wave=f"digest {rhythm.digest}", stage="gathered", rule=said)
    if rhythm.gather:
        span = written(rhythm.gather)
        return Turn(due_at=now + rhythm.gather, wave=f"{TOGETHER}{span}", stage="gathered", rule=f"batch: {span}")
    return Turn(due_at=now)


@lru_cache(maxsize=256)
def cron_of(said: str) -> str:
    """Return the cron line of `daily 08:30`, `weekdays 08:30`, `weekly mon 08:30`, `monthly 1 08:30`, or of itself.

    Raises ValueError with the reason where it is none of them.
    """
    plain = " ".join(said.lower().split())
    found = _SAID.fullmatch(plain)
    if found is None:
        check_cron(plain)
        return plain
    hour, minute = found.groups()[-2:]
    date = {"last": "L", None: "*"}.get(found["date"], found["date"])
    days = "1-5" if found["weekdays"] else str(_DAYS.index(found["day"]) + 1) if found["day"] else "*"
    return f"{int(minute)} {int(hour)} {date} * {days}"


def check_cron(text: str) -> None:
    """Raise ValueError, with the reason, when `text` is no cron line of five fields."""
    from cronsim import CronSim, CronSimError  # noqa: PLC0415 - most configurations have no cron line

    try:
        CronSim(text, datetime(2026, 1, 1, tzinfo=UTC))
    except CronSimError as error:
        raise ValueError(f"not a cron line of five fields: {error}") from None


def following(cron: str, after: datetime, zone: str) -> datetime:
    """Return the first time of a cron line after `after` (aware) in that time zone, in UTC."""
    from cronsim import CronSim  # noqa: PLC0415 - most configurations have no cron line

    times = (when.astimezone(UTC) for when in CronSim(cron, after.astimezone(ZoneInfo(zone))))
    return next(when for when in times if when > after)  # in an hour that comes twice, CronSim begins with the first


def written(span: timedelta) -> str:
    """Return a duration as it is configured: `10m`."""
    seconds = int(span.total_seconds())
    size, unit = next((size, unit) for size, unit in _UNITS if seconds % size == 0)
    return f"{seconds // size}{unit}"
