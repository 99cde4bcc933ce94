"""Habits: when a source publishes, learned from when it has published: hours, weekdays, seasons.

Of hours and weekdays there is a density over the week in the source's own time zone; of how much is published, a rate
that follows the last weeks, and where years are known, what was usual at this time of the year.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from math import exp, sqrt

from feedbot.timetable import HOURS

MEMORY = 300
"""So many of the newest items tell when a source publishes."""
DAY, YEAR = timedelta(days=1), timedelta(days=365.2425)
TOGETHER = timedelta(minutes=15)
"""What is published within so long is one event: one look sees all of it."""
BATCH = 3
"""So many items that were first seen at the same moment, without dates, say nothing of when they were published."""
LATELY, OF_LATE = 21.0, 120.0
"""Days after which an event weighs e times less: for the rate, and for hours and weekdays."""
USUAL = 7.0
"""So many days of looking the usual rate is worth beside that of late."""
SEASON = timedelta(days=15)
"""To either side of this day in earlier years."""
NEAR, WIDE = (0.15, 0.7, 0.15), (0.05, 0.15, 0.6, 0.15, 0.05)
"""How an event counts for the hours around it: those of the week, and those of any day."""
TRUST = 15.0
"""Events after which each hour of the week speaks as much for itself as its weekday and its hour of the day do."""
MOST_OF_IT = 0.93
"""The share of events that the busy hours hold."""
LOOKS = 22.0
"""Looks a week in the busy hours of a source that publishes daily; one that publishes less is worth fewer."""
SELDOM = 1 / 22
"""Looks an hour where nothing usually comes."""
SHORT, LONG = timedelta(minutes=18), timedelta(minutes=56)
"""Bounds of what lies between two looks in the busy hours of such a source."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When an item was published, as far as that is known, and when it was first seen; aware UTC."""

    published: datetime
    seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """When a source publishes."""

    rate: float
    """Events a day that are to be expected now, on average over the week."""
    week: tuple[float, ...]
    """The share of events in each hour of the week; the sum is 1."""
    doubt: float
    """The share of events that may come at any hour: few are known, and habits change."""

    def paces(self) -> tuple[float, ...]:
        """Return how many looks each hour of the week is worth.

        In the hours that hold most of what is published, looks follow each other evenly; the less is published in
        another hour, the rarer they are.
        """
        line, busy = self._busy()
        gap = self._gap(busy)
        return tuple(max(self._worth(share, line) / gap, SELDOM) for share in self.week)

    def _busy(self) -> tuple[float, int]:
        """Return the least share of the busy hours, and how many they are."""
        total, share, count = 0.0, 0.0, 0
        for count, share in enumerate(sorted(self.week, reverse=True), start=1):  # noqa: B007 - both are returned
            total += share
            if total >= MOST_OF_IT:
                break
        return share, count

    def _gap(self, busy: int) -> float:
        """Return the hours between two looks in the busy hours."""
        rate = min(max(self.rate, 0.01), 1.0)
        longest = LONG / timedelta(hours=1) / rate
        return max(min(busy / (LOOKS * sqrt(sqrt(rate))), longest), SHORT / timedelta(hours=1))

    def _worth(self, share: float, line: float) -> float:
        """Return what a look in an hour is worth beside one in a busy hour."""
        if share >= line:
            return 1.0
        expected = (1 - self.doubt) * share + self.doubt / HOURS
        return min(1.0, (expected / line) ** 2)


def learned(moments: Sequence[Moment], zone: tzinfo, now: datetime, *, since: datetime) -> Habits:
    """Return the habits of a source of which `moments` are the newest, up to MEMORY, in any order.

    It was looked at from `since` on, so that nothing came where nothing is known.
    """
    events = _events(moments, zone, now)
    known = [when for when, _ in events[-1:]]
    begin = min(known) if known and len(moments) >= MEMORY else min([since, *known])
    return Habits(
        rate=_rate([when for when, _ in events], now, begin),
        week=_week(events, begin.astimezone(zone), now.astimezone(zone)),
        doubt=max(0.06, 1 / (1 + len(events) / 2)),
    )


def _events(moments: Sequence[Moment], zone: tzinfo, now: datetime) -> list[tuple[datetime, bool]]:
    """Return when something was published, the newest first, and whether the hour of it is known."""
    at_once = Counter(one.seen for one in moments if one.published == one.seen)
    found: list[tuple[datetime, bool]] = []
    for one in sorted(moments, key=lambda one: one.published, reverse=True):
        if one.published > now or at_once[one.published] >= BATCH:
            continue
        when, exact = _when(one, zone)
        if not found or abs(found[-1][0] - when) >= TOGETHER:
            found.append((when, exact))
    return found


def _when(one: Moment, zone: tzinfo) -> tuple[datetime, bool]:
    """Return when an item came: of one that has but a day, when it was seen, if that was soon."""
    if one.published.astimezone(zone).time() != time():
        return one.published, True
    soon = one.published <= one.seen < one.published + DAY * 1.25
    return (one.seen, True) if soon else (one.published, False)


def _rate(events: Sequence[datetime], now: datetime, begin: datetime) -> float:
    """Return how many events a day are to be expected."""
    known = max((now - begin) / DAY, 1.0)
    usual = _seasonal(events, now, known, (len(events) + 0.5) / (known + 1))
    weighed = sum(exp(-((now - one) / DAY / LATELY)) for one in events)
    looked = LATELY * (1 - exp(-known / LATELY))
    return (weighed + usual * USUAL) / (looked + USUAL)


def _seasonal(events: Sequence[datetime], now: datetime, known: float, usual: float) -> float:
    """Return what is usual at this time of the year, where at least one year is known."""
    years = int((known * DAY - SEASON) / YEAR)
    if years < 1:
        return usual
    days = [now - YEAR * number for number in range(1, years + 1)]
    count = sum(abs(one - day) < SEASON for one in events for day in days)
    return (count + usual * USUAL) / (years * 2 * (SEASON / DAY) + USUAL)


def _week(events: Sequence[tuple[datetime, bool]], begin: datetime, now: datetime) -> tuple[float, ...]:
    """Return the density over the week: what each hour says for itself, and its weekday and hour of the day together.

    Both are counted against how often such an hour was looked at. `begin` and `now` are in the source's own zone.
    """
    days_looked, hours_looked = _looked(begin, now)
    own, days, hours = [0.0] * HOURS, [0.0] * 7, [0.0] * 24
    total = exacts = 0.0
    for when, exact in events:
        there, weight = when.astimezone(now.tzinfo), exp(-((now - when) / DAY / OF_LATE))
        days[there.weekday()] += weight
        total += weight
        if exact:
            exacts += weight
            _spread(own, there.weekday() * 24 + there.hour, weight, NEAR)
            _spread(hours, there.hour, weight, WIDE)
    mean = (total + 0.5) / (sum(days_looked) + 1)
    by_day = [(came + mean) / (looked + 1) for came, looked in zip(days, days_looked, strict=True)]
    usual = (exacts + 0.5) / (sum(hours_looked) + 1) / 2
    by_hour = [(came + usual) / (looked + 0.5) for came, looked in zip(hours, hours_looked, strict=True)]
    shared = _shares([day * hour for day in by_day for hour in by_hour])
    for_itself = _shares([(own[at] + shared[at] * mean * 7) / (days_looked[at // 24] + 1) for at in range(HOURS)])
    trust = exacts / (exacts + TRUST)
    return tuple(trust * one + (1 - trust) * other for one, other in zip(for_itself, shared, strict=True))


def _spread(bins: list[float], middle: int, weight: float, shape: tuple[float, ...]) -> None:
    for at, share in enumerate(shape, start=middle - len(shape) // 2):
        bins[at % len(bins)] += weight * share


def _shares(worths: list[float]) -> list[float]:
    total = sum(worths)
    return [one / total for one in worths]


def _looked(begin: datetime, now: datetime) -> tuple[list[float], list[float]]:
    """Return for each weekday, and for each hour of the day, how often it was looked at, of late more than before."""
    first = (now.date() - begin.date()).days
    days, whole = [0.0] * 7, 0.0
    for ago in range(min(first, 365) + 1):
        share = ((now.hour + now.minute / 60) / 24 if ago == 0 else 1.0) - (begin.hour / 24 if ago == first else 0.0)
        weight = exp(-ago / OF_LATE)
        whole += weight
        days[(now.weekday() - ago) % 7] += max(0.0, share) * weight
    last = exp(-first / OF_LATE)
    hours = [max(0.0, whole - (hour > now.hour) - (last if hour < begin.hour else 0.0)) for hour in range(24)]
    return days, hours
