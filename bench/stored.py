"""What the store costs, however much is in it; beside raw sqlite3 that writes the same rows in the same transactions.

python bench/stored.py [known|written|settled|sources] [--small]
"""

import argparse
import gc
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).parents[1]))

from feedbot.delivery import BACKOFF, Sent, settle
from feedbot.feed import FeedId
from feedbot.source import SourceId, SourceState
from feedbot.store import Store, open_store
from tests.newsroom import LEASE, NOW, OFFICE, OPS, item, owed, state

ROUNDS = 5
FEED = FeedId("office")


@contextmanager
def opened(place: Path, name: str) -> Iterator[Store]:
    """Open a database of its own."""
    with open_store(f"sqlite:///{place}/{name}.sqlite3") as store:
        yield store


def timed(work: Callable[[], object], *, clock: Callable[[], float] = process_time) -> float:
    """Return the seconds that a piece of work takes."""
    gc.collect()
    began = clock()
    work()
    return clock() - began


def filled(store: Store, items: int) -> None:
    """Store so many items, in large transactions."""
    for start in range(0, items, 5_000):
        store.commit(state(), items=[item(f"item{n}") for n in range(start, min(start + 5_000, items))])


def known(place: Path, *, small: bool) -> int:
    """How long it takes to find 20 keys among many items, and among few."""
    few, many = (500, 5_000) if small else (10_000, 1_000_000)
    with opened(place, "few") as one, opened(place, "many") as other:
        filled(one, few)
        filled(other, many)
        keys = [f"guid:item{n}" for n in range(0, few, few // 20)]
        found = {len(store.known(OFFICE, keys)) for store in (one, other)}

        def ask(store: Store) -> Callable[[], object]:
            return lambda: [store.known(OFFICE, keys) for _ in range(200)]

        pairs = [(timed(ask(other)), timed(ask(one))) for _ in range(ROUNDS)]
    ratio = median(mine / base for mine, base in pairs)
    print(f"known: 20 keys among {many} items take {ratio:.2f}x of what they take among {few} (goal 1.3x)")
    return int(found != {20})


def written(place: Path, *, small: bool) -> int:
    """How many items are stored in a second, twenty to a transaction, against raw sqlite3 with the same rows."""
    count = 20 if small else 200
    pairs = [_written(place, str(number), count) for number in range(1 if small else ROUNDS)]
    ours, speed = median(mine for mine, _ in pairs), median(base / mine for mine, base in pairs)
    print(f"written: {20 * count / ours:.0f} items/s of CPU, {speed:.2f}x of raw sqlite3 (goal 0.6x)")
    return 0


def _written(place: Path, name: str, count: int) -> tuple[float, float]:
    """Return the seconds that it took us, and raw sqlite3."""
    with opened(place, f"ours{name}") as store:
        pages = [[item(f"item{page}-{n}") for n in range(20)] for page in range(count)]
        ours = timed(lambda: [store.commit(state(), items=page, feeds=[FEED]) for page in pages])
    rows = _rows(place / f"ours{name}.sqlite3")
    return ours, timed(lambda: _raw(place / f"raw{name}.sqlite3", rows, count))


def _rows(path: Path) -> dict[str, tuple[list[str], list[tuple[object, ...]]]]:
    """Return every row that stands in a database, and how its tables are made."""
    with sqlite3.connect(path) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        made = {}
        for table in tables:
            about = database.execute("SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql NOT NULL", (table,))
            made[table] = ([one[0] for one in about], database.execute(f"SELECT * FROM {table}").fetchall())
    return {name: (sql, rows) for name, (sql, rows) in made.items() if rows and not name.startswith("sqlite_")}


def _raw(path: Path, tables: dict[str, tuple[list[str], list[tuple[object, ...]]]], parts: int) -> None:
    """Write the same rows into the same tables, in as many transactions."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    for sql, _ in tables.values():
        for one in sorted(sql, key=lambda said: not said.startswith("CREATE TABLE")):
            database.execute(one)
    for part in range(parts):
        database.execute("BEGIN IMMEDIATE")
        for name, (_, rows) in tables.items():
            some = rows[part::parts]
            if some:
                database.executemany(f"INSERT INTO {name} VALUES ({','.join('?' * len(some[0]))})", some)
        database.execute("COMMIT")
    database.close()


def settled(place: Path, *, small: bool) -> int:
    """How long it takes to claim a delivery and to settle it."""
    count = 50 if small else 2_000
    with opened(place, "outbox") as store:
        names = [f"item{n}" for n in range(count)]
        store.commit(state(), items=[item(one) for one in names], debts=[owed(one) for one in names])
        took, done = [], 0
        for _ in range(count // 8):
            began = process_time()
            claimed = store.claim(OPS, now=NOW + LEASE, lease=LEASE, limit=8)
            outcome = [settle(one, Sent(), now=NOW + LEASE, jitter=0.5, waits=BACKOFF) for one in claimed]
            done += store.settle(outcome)
            took.append((process_time() - began) / 8)
    print(f"settled: {1000 * median(took):.2f} ms of CPU for each delivery that is claimed and settled, 8 at a time")
    return int(done != count // 8 * 8)


def sources(place: Path, *, small: bool) -> int:
    """How long it takes to put many sources on the list, to see that none is due, and to find those that are."""
    for count in (100, 1_000) if small else (1_000, 100_000):
        with opened(place, f"sources{count}") as store:
            print(f"sources: {count} {_looked(store, place / f'sources{count}.sqlite3', count)}")
    return 0


def _looked(store: Store, path: Path, count: int) -> str:
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    ids, later, some = [SourceId(f"source{n}") for n in range(count)], now + timedelta(hours=1), min(count, 1_000)
    listed = timed(lambda: store.register(ids), clock=perf_counter)
    store.commit(SourceState(source_id=ids[0], due_at=later))
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE sources SET due_at = (SELECT due_at FROM sources WHERE source_id = ?)", (ids[0],))
    idle = timed(lambda: [store.due(None, now) for _ in range(100)]) / 100
    due = timed(lambda: store.due(None, later + timedelta(hours=1), limit=1_000)) / some
    read = timed(lambda: store.states(ids[:1_000])) / some
    told = f"{1e6 * due:.1f} us to find one that is due, {1e6 * read:.1f} us to read how it stands"
    return f"listed in {listed:.2f} s, idle look {1000 * idle:.2f} ms of CPU, {told}"


def main() -> int:
    """Answer the questions; 1 where a proof fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    questions = {"known": known, "written": written, "settled": settled, "sources": sources}
    parser.add_argument("questions", nargs="*", metavar="QUESTION", help=", ".join(questions))
    parser.add_argument("--small", action="store_true", help="a few of everything, to see that it works")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        chosen = [questions[name] for name in options.questions or questions]
        return max(answer(Path(place), small=options.small) for answer in chosen)


if __name__ == "__main__":
    sys.exit(main())
