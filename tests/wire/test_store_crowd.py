"""What a feed of quiet sources costs where others are loud."""

from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Engine

from feedbot.source import SourceId
from feedbot.store import Store, open_store
from tests.newsroom import CLINIC, NOW, feed, item, state
from tests.wire.test_store_plans import BIG, Heard, steps

QUIET = [SourceId(f"quiet {n}") for n in range(70)]


def asked(store: Store) -> Heard:
    """Return the statements that the feed of the quiet sources takes."""
    said: Heard = []

    def hear(_one: object, _two: object, statement: str, values: tuple[object, ...], *_more: object) -> None:
        said.append((statement, tuple(values)))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        assert len(store.newest(feed(*QUIET, limit=30))) == 30
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
    return [(statement, values) for statement, values in said if statement.startswith("SELECT")]


def test_the_cost_of_a_feed_does_not_grow_with_the_items_of_sources_that_it_does_not_show(tmp_path: Path) -> None:
    path = tmp_path / "feedbot.sqlite3"
    with open_store(f"sqlite:///{path}") as store:
        for source in QUIET:
            store.commit(state(source), items=[item(source, source_id=source, keys=())])
        counts = []
        for batch in range(3):
            loud = [
                item(f"loud {batch} {n}", source_id=CLINIC, keys=(), published_at=NOW.replace(hour=10 + batch))
                for n in range(1500)
            ]
            store.commit(state(CLINIC), items=loud)
            counts.append(len(heard := asked(store)))
    assert counts[0] == counts[1] == counts[2]
    found = steps(path, heard)
    assert any("CORRELATED SCALAR SUBQUERY" in step for step in found)
    assert [step for step in found if step.startswith(tuple(f"SCAN {table} " for table in BIG))] == []
    assert [step for step in found if "TEMP B-TREE" in step] == []
