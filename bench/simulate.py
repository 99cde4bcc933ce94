"""How far it goes: what many sources and many readers ask of workers, database and engine; a model, not a measurement.

    python bench/simulate.py [--measured FILE] [--small]

Costs are those measured on one core (see Costs); sources publish as those that were looked at do: few often, many
seldom. A day of each is drawn and queued at its host, so that lateness comes from pauses and not from a formula.
`--measured` takes what `engine.py --json` wrote, and says how far the model is from it.
"""

import argparse
import heapq
import json
import random
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

DAY = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Seconds of one core, bytes and rows, of one thing each, as measured with this version."""

    unchanged: float = 0.0075
    """A check that finds nothing new, by a worker: client, lease, wake-up and state (bench/engine.py)."""
    changed: float = 0.050
    """A check that finds something, with its feed drawn in three formats and a page (bench/passes.py changed)."""
    delivery: float = 0.0012
    """A message: claimed, composed, sent and settled (bench/notify.py)."""
    fetch: float = 0.3
    """Seconds that a host takes to answer, in the middle; hosts differ by a factor of three both ways."""
    pause: float = 1.0
    """Seconds between two requests to a host."""
    writes: int = 6
    """Transactions of a check: the wake-up, its end, the lease, its return, and the state with what is new."""
    commits: float = 4_000.0
    """Transactions that a database takes in a second with one disk that syncs in groups."""
    jobs: float = 1_500.0
    """Wake-ups that the engine gets through in a second."""
    wal: int = 9_000
    """Bytes of log that a check leaves behind; a new item takes as much again."""
    item: int = 4_500
    """Bytes that an item takes with its revision, keys and place in indexes."""
    owed: int = 420
    """Bytes of a delivery."""
    slots: int = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Sources of one kind: their share, their new items a day, and how often they are looked at a day."""

    share: float
    news: float
    looks: float


KINDS = (
    Kind(share=0.04, news=40.0, looks=120.0),
    Kind(share=0.16, news=6.0, looks=40.0),
    Kind(share=0.40, news=0.7, looks=12.0),
    Kind(share=0.40, news=0.05, looks=4.0),
)
TARGETS = 0.5
"""Targets that hear of an item, on average."""
OF_A_HOST = 1.6
"""Sources of a host on average; they follow a power law, and the largest hosts have thousands."""


def lateness(sources: int, costs: Costs, seed: int) -> float:
    """Return the 99th percentile of the seconds that a look comes late, of a sample, by what its host is asked for."""
    draw = random.Random(seed)
    late: list[float] = []
    left = min(sources, 20_000)
    while left > 0:
        size = min(left, int(draw.paretovariate(1.6)), 3_000)
        left -= size
        looks: list[float] = []
        for _ in range(size):
            kind = draw.choices(KINDS, [one.share for one in KINDS])[0]
            gap = DAY / kind.looks
            at = draw.uniform(0, gap)
            while at < DAY:
                looks.append(at)
                at += gap * draw.uniform(0.8, 1.2)
        heapq.heapify(looks)
        free = 0.0
        pace = costs.fetch * 3 ** draw.uniform(-1, 1)
        while looks:
            due = heapq.heappop(looks)
            begins = max(due, free)
            late.append(begins - due)
            free = begins + pace + costs.pause
    return quantiles(late, n=100)[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What so many sources ask for; rates are per second, at the busiest hour, which has twice the mean."""

    sources: int
    checks: float
    news: float
    cores: float
    waiting: float
    """Requests under way at once."""
    transactions: float
    wal: float
    rows: float
    """Items that a year brings."""
    jobs: float
    late: float

    @classmethod
    def of(cls, sources: int, costs: Costs, seed: int) -> "Load":
        """Return it."""
        checks = 2 * sources * sum(one.share * one.looks for one in KINDS) / DAY
        news = 2 * sources * sum(one.share * one.news for one in KINDS) / DAY
        told = news * TARGETS
        quiet = max(0.0, checks - news)
        jobs = checks / 1.3 + news + told
        return cls(
            sources=sources,
            checks=checks,
            news=news,
            cores=quiet * costs.unchanged + min(news, checks) * costs.changed + told * costs.delivery,
            waiting=checks * costs.fetch * 1.3,
            transactions=checks * costs.writes + news * 2 + told * 2,
            wal=checks * costs.wal + news * costs.wal,
            rows=news / 2 * DAY * 365,
            jobs=jobs,
            late=lateness(sources, costs, seed),
        )

    def workers(self, costs: Costs) -> int:
        """Return how many workers of one core it takes, each with its slots, at two thirds of what they can."""
        return max(1, round(max(self.cores, self.waiting / costs.slots) / 0.66 + 0.5))

    def first(self, costs: Costs) -> str:
        """Return what is at its end first, and what replaces it."""
        shares = {
            "the database's commits: group states of a host in one transaction, then shard hosts over databases": (
                self.transactions / costs.commits
            ),
            "the engine: one queue for each shard of hosts, then a broker in its place (the seam stays)": (
                self.jobs / costs.jobs
            ),
            "the size of tables: partition items and deliveries by month": self.rows * costs.item / 2e12,
            "workers: start more": self.cores / 64,
        }
        worst = max(shares, key=shares.__getitem__)
        return f"{shares[worst]:.1%} of {worst}"


def readers(costs: Costs) -> None:
    """Say how long one item takes to a hundred million who read a list by mail, and what feeds take instead."""
    people, batch, each = 100_000_000, 100, 0.0025
    messages = people / batch
    size = 30_000
    hours = messages * each / 3600
    print(f"one item to {people:,} by mail, {batch} to a message: {messages:,.0f} messages, {hours:.1f} h")
    print(f"  of one core, {messages * size / 1e9:,.0f} GB to the mail server; 64 cores hand it over in minutes, and")
    print(
        f"  {messages * costs.owed / 1e6:,.0f} MB of rows; each alone (with an own way out) takes {batch} times that."
    )
    asks = people * 24 * 6 / DAY / 10
    print(
        f"the same people with readers that ask every ten minutes, a tenth of them at a time: {asks:,.0f} requests/s,"
    )
    print("  of which more than 99.7 % are 304: a CDN before the feeds, as nothing in them differs between readers.")


def compared(rows: list[dict[str, float]], costs: Costs, slots: int) -> int:
    """Say how far the model is from what was measured with so many workers."""
    worst = 0.0
    for row in rows:
        workers, delay = int(row["workers"]), row["delay_ms"] / 1000
        alone = slots / (delay + costs.unchanged + 0.006)
        model = min(workers * alone, 2 / (costs.unchanged + 0.004))
        off = model / row["checks_per_second"] - 1
        worst = max(worst, abs(off))
        print(f"{workers} workers: model {model:.1f} checks/s, measured {row['checks_per_second']:.1f}: {off:+.0%}")
    print(f"the model is off by up to {worst:.0%}")
    return int(worst > 0.25)


def main() -> int:
    """Print what the model says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--measured", type=Path, help="what engine.py --json wrote")
    parser.add_argument("--slots", type=int, default=2, help="of each worker that was measured")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--small", action="store_true", help="a part of it")
    options = parser.parse_args()
    costs = Costs()
    sizes = (1_000, 100_000) if options.small else (10_000, 100_000, 1_000_000, 10_000_000)
    print("sources     checks/s  new/s  workers  commits/s  WAL MB/s  jobs/s  items/year  late p99  first at its end")
    for size in sizes:
        load = Load.of(size, costs, options.seed)
        print(
            f"{size:<10,} {load.checks:9.1f} {load.news:6.1f} {load.workers(costs):8} {load.transactions:10.0f}"
            f" {load.wal / 1e6:9.2f} {load.jobs:7.0f} {load.rows:11,.0f} {load.late:7.1f} s  {load.first(costs)}"
        )
    readers(costs)
    return compared(json.loads(options.measured.read_text()), costs, options.slots) if options.measured else 0


if __name__ == "__main__":
    sys.exit(main())
