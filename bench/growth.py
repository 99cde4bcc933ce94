"""Whether a check costs the same however many sources there are, and however many items are stored.

    python bench/growth.py [sources|items] [--small]

In one process, as the service works: the same sources are due again and again, first among few, then among many.
The origin is a process of its own, whose counts are the proof that the work was done.
"""

import argparse
import gc
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[1]))

from origin import Origin, origin

from feedbot import log
from feedbot.app import App, open_app
from feedbot.config import load_text
from feedbot.config.build import Config
from feedbot.item import Item
from feedbot.roster import portion
from feedbot.source import TROUBLE, Source, SourceId, SourceState
from tests.newsroom import item

ROUNDS = 5
DUE = 1_000
"""Sources that are due in each pass."""


def configured(place: Path, there: Origin, count: int) -> Config:
    """Return a configuration of so many sources, of which the first are at the origin."""
    said = f"network: {{allow: [127.0.0.0/8]}}\ndatabase: sqlite:///{place}/db.sqlite3\nfeeds_dir: {place}/feeds\n"
    text = f"{said}sources:\n  - {{id: s0, url: '{there.url(0)}', every: 15m}}\n"
    config = load_text(text, str(place / "feedbot.yaml"), {})
    first = config.sources[0]
    here = [replace(first, id=SourceId(f"s{n}"), url=there.url(n)) for n in range(len(there.hosts))]
    far = [replace(first, id=SourceId(f"far{n}"), url=f"http://far{n}.example/") for n in range(count - len(here))]
    return replace(config, sources=(*here, *far))


class Desk:
    """A service whose sources at the origin are due whenever it is asked."""

    def __init__(self, app: App, place: Path, due: int) -> None:
        self.app, self.due = app, due
        self.path = place / "db.sqlite3"

    def learn(self, sources: Sequence[Source]) -> None:
        """Have every other source stand as one that is due in an hour."""
        later = datetime.now(UTC) + timedelta(hours=1)  # noqa: TID251 - a bench
        self.app.store.commit(SourceState(source_id=sources[-1].id, due_at=later))
        with sqlite3.connect(self.path) as raw:
            asked = "SELECT due_at FROM sources WHERE source_id = ?", (sources[-1].id,)
            raw.execute("UPDATE sources SET due_at = ? WHERE due_at IS NULL", raw.execute(*asked).fetchone())

    def again(self) -> None:
        """Have the sources at the origin due."""
        with sqlite3.connect(self.path) as raw:
            raw.execute("UPDATE sources SET due_at = NULL WHERE source_id LIKE 's%'")

    def passed(self) -> float:
        """Do a pass; return the seconds of CPU for each source that was checked."""
        self.again()
        gc.collect()
        began = process_time()
        checked = list(self.app.check(portion(self.app.due())))
        took = process_time() - began
        if len(checked) != self.due or any(one.health in TROUBLE for one in checked):
            sys.exit(f"{len(checked)} of {self.due} sources were checked: {[one.evidence for one in checked][:3]}")
        return took / self.due


@contextmanager
def desk(place: Path, there: Origin, sources: int, items: int) -> Iterator[Desk]:
    """Open a service with so many sources, and about so many items, spread over those that are due."""
    place.mkdir()
    config = configured(place, there, sources)
    with open_app(config) as app:
        one = Desk(app, place, len(there.hosts))
        one.learn(config.sources)
        one.passed()
        each = items // len(there.hosts)
        for source in config.sources[: len(there.hosts) if each else 0]:
            old = [_old(source.id, number) for number in range(each)]
            app.store.commit(app.store.states([source.id])[source.id], items=old)
        one.passed()
        yield one


def _old(source: SourceId, number: int) -> Item:
    when = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
    name = f"{source}-{number}"
    return item(name, source_id=source, published_at=when, first_seen=when, changed_at=when)


def grown(name: str, sizes: Sequence[tuple[int, int]], due: int, *, news: bool) -> int:
    """Print what a check costs at two sizes, in turn; 1 where the origin saw something else."""
    with ExitStack() as stack:
        place, there = Path(stack.enter_context(tempfile.TemporaryDirectory())), stack.enter_context(origin(due))
        few, many = (stack.enter_context(desk(place / f"desk{n}", there, *size)) for n, size in enumerate(sizes))
        there.counts()
        pairs = []
        for _ in range(ROUNDS):
            if news:
                there.publish()
            pairs.append((few.passed(), many.passed()))
        counts = there.counts()
    small, large = (median(one[n] for one in pairs) for n in (0, 1))
    rate = median(one / other for one, other in pairs)
    what = ("sources", 0) if name == "sources" else ("items", 1)
    said = (
        f"{1000 * small:.2f} ms a check at {sizes[0][what[1]]} {what[0]}, {1000 * large:.2f} ms at {sizes[1][what[1]]}"
    )
    print(f"{name}: {said}: {rate:.2f}x of the checks a second (goal 0.9x)")
    wanted = "200" if news else "304"
    return int(counts[wanted] != 2 * ROUNDS * due)


def main() -> int:
    """Answer the questions; 1 where a proof fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", nargs="*", metavar="QUESTION", help="sources, items")
    parser.add_argument("--small", action="store_true", help="a few of everything, to see that it works")
    options = parser.parse_args()
    log.configure(json=True, level="warning")
    wrong = 0
    if "sources" in (options.questions or ["sources"]):
        sizes, due = ([(20, 0), (500, 0)], 20) if options.small else ([(DUE, 0), (100 * DUE, 0)], DUE)
        wrong += grown("sources", sizes, due, news=False)
    if "items" in (options.questions or ["items"]):
        sizes, due = ([(20, 100), (20, 1_000)], 20) if options.small else ([(40, 10_000), (40, 1_000_000)], 40)
        wrong += grown("items", sizes, due, news=True)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
