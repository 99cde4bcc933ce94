"""A database moves from a file to a PostgreSQL server: whole, again after an interruption, and nothing else."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feedbot.delivery import Delivery
from feedbot.errors import StoreBusy, StoreUnusable
from feedbot.source import SourceState, TargetId
from feedbot.store import Store, move, open_store
from feedbot.store.tables import metadata
from tests.newsroom import item
from tests.postgresql import Server

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
BOARD = TargetId("board")


@pytest.fixture
def to(server: Server) -> Iterator[str]:
    name = server.made()
    yield server.url(name)
    server.dropped(name)


@pytest.fixture
def file(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/feedbot.sqlite3"
    with open_store(url) as store:
        fill(store, range(30))
    return url


def fill(store: Store, numbers: range) -> None:
    items = [item(f"piece-{number} ‘quoted’ \N{SNOWMAN}") for number in numbers]
    debts = [Delivery(item_id=one.id, revision=1, target_id=BOARD, created_at=NOW, due_at=NOW) for one in items]
    store.commit(SourceState(source_id=items[0].source_id, checked_at=NOW), items=items, debts=debts)


def told(url: str) -> list[str]:
    with open_store(url) as store:
        owed = store.claim(BOARD, now=NOW, lease=NOW - NOW, limit=100)
        return [store.items([one])[one.item_id].title for one in owed]


def test_all_of_it_moves_and_work_goes_on_there(file: str, to: str) -> None:
    moved = {one.table: one for one in move(file, to)}
    assert moved.keys() == metadata.tables.keys()
    assert (moved["items"].rows, moved["items"].stored) == (30, 30)
    with open_store(to) as store:
        fill(store, range(30, 33))
    titles = told(to)
    assert (len(titles), len({*titles})) == (33, 33)


def test_who_was_interrupted_begins_again_and_stores_nothing_twice(file: str, to: str) -> None:
    begun = move(file, to)
    for one in begun:
        if one.table == "items":
            break
    begun.close()  # type: ignore[attr-defined]  # it is a generator
    moved = {one.table: one for one in move(file, to)}
    assert (moved["items"].rows, moved["items"].stored) == (30, 0)
    assert (moved["deliveries"].rows, moved["deliveries"].stored) == (30, 30)


def test_a_server_that_holds_something_else_is_refused(file: str, to: str) -> None:
    with open_store(to) as store:
        fill(store, range(40, 41))
    with pytest.raises(StoreUnusable, match="Begin with an empty database"):
        list(move(file, to))


def test_nothing_moves_while_somebody_works(file: str, to: str) -> None:
    with open_store(to), pytest.raises(StoreBusy, match="in use by another feedbot"):
        next(iter(move(file, to)))


def test_a_file_is_no_place_to_move_to(file: str, tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match="feedbot backup"):
        list(move(file, f"sqlite:///{tmp_path}/other.sqlite3"))


def test_it_is_done_by_one_command(file: str, to: str, tmp_path: Path) -> None:
    (tmp_path / "feedbot.yaml").write_text(f"database: {file}\nsources: []\n")

    def feedbot(*words: str, **known: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "feedbot", "migrate", *words, "--config", str(tmp_path / "feedbot.yaml")]
        environ = {**os.environ, **known}
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=environ)

    missing = feedbot("--to", "${SERVER}")
    assert (missing.returncode, "the environment has no SERVER" in missing.stderr) == (2, True)
    done = feedbot("--to", "${SERVER}", SERVER=to)
    assert (done.returncode, done.stderr) == (0, "")
    assert "items: 30 rows, 30 of them stored now; the same in both" in done.stdout
    again = json.loads(feedbot("--to", "${SERVER}", "--json", SERVER=to).stdout)
    assert sum(one["stored"] for one in again["tables"]) == 0
