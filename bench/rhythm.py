"""Ninety days of looking at sources by what was learned of them, against looking every hour.

Sources are made up in the image of real ones: newsrooms and courts that publish in office hours, papers, wires,
blogs, podcasts, schools with holidays, releases, warnings at any time. Each begins with what its page shows, and is
looked at by the rule that the service goes by; clocks are simulated, so nothing waits.

    python bench/rhythm.py [--days 90] [--seeds 3]

What is printed: for each kind of source and for all, requests per new item by the hour and by what is learned (each
with one for robots.txt a day, as if every source had a host of its own), and the 95th percentile of the minutes from
publication until it is seen. The proof that the work was done: every item is seen once by both.
"""

import argparse
import bisect
import random
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from feedbot import rhythm
from feedbot.habits import MEMORY, Moment, learned
from feedbot.manners import Manners
from feedbot.source import Source, SourceId
from feedbot.timetable import written

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
BEGIN = datetime(2026, 7, 6, tzinfo=UTC)
HISTORY = 730

Day = Callable[[date, random.Random], list[float]]
"""The hours of the local day at which something is published."""


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    zone: str
    day: Day
    shows: int = 20
    dated: str = "time"


def often(chance: random.Random, mean: float) -> int:
    """Return a number of events whose mean is that (Poisson)."""
    count, left = 0, chance.expovariate(1.0)
    while left < mean:
        count, left = count + 1, left + chance.expovariate(1.0)
    return count


def office(per_day: float, begin: float = 9, end: float = 17.5, days: Sequence[int] = range(5)) -> Day:
    def day(when: date, chance: random.Random) -> list[float]:
        mean = per_day if when.weekday() in days and not holiday(when) else per_day * 0.01
        middle = (begin + end) / 2
        return [min(23.9, max(0, chance.gauss(middle, (end - begin) / 4.5))) for _ in range(often(chance, mean))]

    return day


def holiday(when: date) -> bool:
    return (when.month, when.day) in {(1, 1), (12, 25), (12, 26), (5, 1)}


def round_hours(inner: Day) -> Day:
    """Most are published on the hour or the half hour."""

    def day(when: date, chance: random.Random) -> list[float]:
        return [round(one * 2) / 2 if chance.random() < 0.7 else one for one in inner(when, chance)]

    return day


def sharp(hour: float, days: Sequence[int], share: float = 0.8, batch: int = 1) -> Day:
    def day(when: date, chance: random.Random) -> list[float]:
        if when.weekday() not in days or chance.random() > share or holiday(when):
            return []
        return [hour + chance.uniform(0, 0.05) for _ in range(chance.randint(1, batch))]

    return day


def round_the_clock(per_day: float, swing: float = 0.0) -> Day:
    """At any hour, by night less where there is a swing."""

    def day(_: date, chance: random.Random) -> list[float]:
        hours = [chance.uniform(0, 24) for _ in range(often(chance, per_day * (1 + swing)))]
        return [one for one in hours if 7 <= one <= 22 or chance.random() > swing]

    return day


def paper(when: date, chance: random.Random) -> list[float]:
    mean = 25 if when.weekday() < 5 else 12
    return [min(23.8, max(5.5, chance.gauss(13.5, 4.2))) for _ in range(often(chance, mean))]


def school(when: date, chance: random.Random) -> list[float]:
    off = when.month == 8 or (when.month == 7 and when.day > 22) or (when.month == 12 and when.day > 20)
    return [] if off else office(0.7, 8, 16)(when, chance)


def house(when: date, chance: random.Random) -> list[float]:
    off = when.month == 8 or (when.month == 7 and when.day > 20) or (when.month == 9 and when.day < 5)
    return [] if off else office(4, 11, 20, range(4))(when, chance)


def evenings(per_week: float) -> Day:
    def day(_: date, chance: random.Random) -> list[float]:
        return [min(23.9, max(7, chance.gauss(20, 2.5))) for _ in range(often(chance, per_week / 7))]

    return day


KINDS = (
    Kind("newsroom of a public body", "Europe/London", office(1.5), 10),
    Kind("the same, dates without hours", "Europe/London", office(1.5), 10, "day"),
    Kind("the same, without dates", "Europe/Berlin", office(1.5), 10, "seen"),
    Kind("small council", "Europe/Paris", office(0.4), 10),
    Kind("ministry", "Europe/Berlin", round_hours(office(5, 8, 18))),
    Kind("office of statistics", "Europe/London", sharp(9.5, range(1, 4), batch=4)),
    Kind("court", "America/New_York", sharp(10.0, range(5), 0.6, batch=8)),
    Kind("parliament", "Europe/London", house),
    Kind("school", "Europe/London", school, 15),
    Kind("company", "Asia/Tokyo", round_hours(office(0.3, 9, 16))),
    Kind("regional paper", "America/Chicago", paper, 30),
    Kind("wire", "UTC", round_the_clock(110, 0.5), 50),
    Kind("podcast", "Europe/Berlin", sharp(6.0, [2], 0.95)),
    Kind("weekly blog", "America/New_York", evenings(1)),
    Kind("monthly blog", "Europe/London", evenings(0.25)),
    Kind("releases of software", "America/Los_Angeles", office(0.15, 9, 20)),
    Kind("warnings at any hour", "Australia/Sydney", round_the_clock(0.7)),
)


def published(kind: Kind, days: int, chance: random.Random) -> list[datetime]:
    zone = ZoneInfo(kind.zone)
    found = []
    for number in range(-HISTORY, days):
        when = (BEGIN + number * DAY).date()
        for hour in kind.day(when, chance):
            local = datetime.combine(when, datetime.min.time(), zone) + timedelta(hours=min(hour, 23.99))
            found.append(local.astimezone(UTC))
    return sorted(found)


def told(kind: Kind, when: datetime, seen: datetime) -> Moment:
    """Return what is known of an item: all, its day, or nothing but when it was seen."""
    if kind.dated == "seen":
        return Moment(published=seen, seen=seen)
    if kind.dated == "day":
        local = when.astimezone(ZoneInfo(kind.zone))
        when = local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    return Moment(published=when, seen=seen)


@dataclass(slots=True)
class Outcome:
    requests: int
    waits: list[float]

    @property
    def late(self) -> float:
        """The 95th percentile of waits, in minutes."""
        return statistics.quantiles(self.waits, n=20)[-1] if len(self.waits) > 1 else self.waits[0]


def watched(news: list[datetime], ends: datetime, due: Callable[[datetime, int], datetime]) -> Outcome:
    """Look whenever it is due; `due` is told the time and how many items are seen by then."""
    now, at, outcome = BEGIN, bisect.bisect_right(news, BEGIN), Outcome(0, [])
    while True:
        now = due(now, at)
        if now > ends:
            return outcome
        outcome.requests += 1
        upto = bisect.bisect_right(news, now)
        outcome.waits += [(now - one) / timedelta(minutes=1) for one in news[at:upto]]
        at = upto


def by_habit(kind: Kind, news: list[datetime], ends: datetime, chance: random.Random) -> Outcome:
    source = Source(id=SourceId("news"), url="https://example.org/", timezone=kind.zone)
    shown = bisect.bisect_right(news, BEGIN)
    seen = [told(kind, one, BEGIN) for one in news[max(0, shown - kind.shows) : shown]]
    known, manners, zone = shown, Manners(), ZoneInfo(kind.zone)

    def due(now: datetime, at: int) -> datetime:
        nonlocal known, manners
        seen.extend(told(kind, one, now) for one in news[known:at])
        known = at
        if manners.wants_lesson(now):
            habits = learned(seen[-MEMORY:], zone, now, since=BEGIN)
            manners = replace(manners, timetable=written(habits.paces()), learned_at=now)
        return rhythm.next_due(source, now, chance.random(), rhythm.Past(timetable=manners.timetable))

    return watched(news, ends, due)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--days", type=int, default=90)
    asked.add_argument("--seeds", type=int, default=3)
    options = asked.parse_args()
    ends = BEGIN + options.days * DAY
    sums = {"hourly": Outcome(0, []), "learned": Outcome(0, [])}
    print(f"{'kind of source':<32}{'items':>7}{'requests/item':>22}{'ratio':>8}{'p95 in min':>18}")
    whole = True
    for kind in KINDS:
        both = {"hourly": Outcome(0, []), "learned": Outcome(0, [])}
        for seed in range(options.seeds):
            chance = random.Random(f"{kind.name} {seed}")
            news = published(kind, options.days, chance)
            phase = chance.random() * HOUR
            outcomes = {
                "hourly": watched(news, ends, lambda now, _, phase=phase: now + (HOUR if now > BEGIN else phase)),
                "learned": by_habit(kind, news, ends, chance),
            }
            for name, one in outcomes.items():
                for total in (both[name], sums[name]):
                    total.requests += one.requests + options.days  # robots.txt, once a day
                    total.waits += one.waits
                end = bisect.bisect_right(news, ends - DAY) - bisect.bisect_right(news, BEGIN)
                whole &= len(one.waits) >= end
        show(kind.name, both)
    show("all", sums)
    ratio = sums["learned"].requests / sums["hourly"].requests
    print(f"proof: every item that was published a day before the end was seen by both: {whole}")
    sys.exit(0 if whole and ratio <= 1 / 3 and sums["learned"].late <= sums["hourly"].late else 1)


def show(name: str, both: dict[str, Outcome]) -> None:
    hourly, mine = both["hourly"], both["learned"]
    items = len(hourly.waits) or 1
    print(
        f"{name:<32}{len(hourly.waits):>7}{hourly.requests / items:>12.1f}{mine.requests / items:>10.1f}"
        f"{mine.requests / hourly.requests:>8.2f}{hourly.late:>9.0f}{mine.late:>9.0f}"
    )


if __name__ == "__main__":
    main()
