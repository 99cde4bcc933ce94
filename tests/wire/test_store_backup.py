"""Copies of the database: taken while it is written to, and put back."""

import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest

from feedbot.errors import StoreBusy, StoreError, StoreUnusable
from feedbot.store import back_up, open_store, restore
from feedbot.store.schema import SCHEMA
from tests.newsroom import LEASE, NOW, OPS, feed, item, names, owed, state


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/feedbot.sqlite3"
    with open_store(url) as store:
        store.commit(state(title="Office"), items=[item("a"), item("b")], debts=[owed("a")])
    return url


def items(url: str) -> list[str]:
    with open_store(url) as store:
        return sorted(names(store.newest(feed(limit=1000))))


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_copy_is_one_file_that_only_its_owner_reads(url: str, tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir()
    copy = back_up(url, tmp_path / "copies" / "monday")
    assert (copy.items, copy.schema, copy.bytes) == (2, SCHEMA.head, copy.path.stat().st_size)
    assert files(tmp_path / "copies") == ["monday"]
    assert copy.path.stat().st_mode & 0o777 == 0o600
    assert items(f"sqlite:///{copy.path}") == ["a", "b"], "it can be opened as it is"


def test_a_copy_holds_one_moment_while_another_writes(url: str, tmp_path: Path) -> None:
    begun, enough = Event(), Event()

    def write() -> None:
        with open_store(url) as store:
            for number in range(100_000):
                store.commit(state(title=f"{number}"), items=[item(f"w{number}")], debts=[owed(f"w{number}")])
                begun.set()
                if enough.is_set():
                    return

    writer = Thread(target=write)
    writer.start()
    try:
        assert begun.wait(30)
        for number in range(5):
            copy = back_up(url, tmp_path / "copy")
            with closing(sqlite3.connect(copy.path)) as database:
                (stored,) = database.execute("SELECT count(*) FROM items WHERE id LIKE 'w%'").fetchone()
                (debts,) = database.execute("SELECT count(*) FROM deliveries").fetchone()
                (title,) = database.execute("SELECT title FROM sources").fetchone()
            assert stored == debts - 1 == int(title) + 1, f"copy {number} holds whole commits"
    finally:
        enough.set()
        writer.join()


def test_a_copy_that_is_put_back_brings_back_what_was_and_keeps_what_is(url: str, tmp_path: Path) -> None:
    copy = back_up(url, tmp_path / "copy").path
    with open_store(url) as store:
        store.commit(state(title="later"), items=[item("c")])
    restored = restore(url, copy)
    assert restored.items == 2
    assert items(url) == ["a", "b"]
    assert items(f"sqlite:///{tmp_path}/feedbot.sqlite3.before-restore") == ["a", "b", "c"]
    with open_store(url) as store:
        assert names(store.claim(OPS, now=NOW, lease=LEASE, limit=9)) == ["a"], "what was owed is owed again"


def test_the_log_of_a_killed_process_is_not_read_into_what_is_put_back(url: str, tmp_path: Path) -> None:
    copy = back_up(url, tmp_path / "copy").path
    path = tmp_path / "feedbot.sqlite3"
    with open_store(url) as store:
        store.commit(state(title="later"), items=[item(f"late{n}") for n in range(50)])
        log = path.with_name(f"{path.name}-wal").read_bytes()
    path.with_name(f"{path.name}-wal").write_bytes(log)  # as a killed process leaves it
    restore(url, copy)
    assert items(url) == ["a", "b"]


def test_a_copy_replaces_an_older_copy_and_nothing_else(url: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    back_up(url, copy)
    back_up(url, copy)
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear diary")
    with pytest.raises(StoreError, match=r"letter\.txt is there and no database"):
        back_up(url, letter)
    assert letter.read_text() == "Dear diary"
    for own in ("feedbot.sqlite3", "feedbot.sqlite3-wal"):
        with pytest.raises(StoreError, match="the database itself"):
            back_up(url, tmp_path / own)
    with pytest.raises(StoreError, match="is a folder"):
        back_up(url, tmp_path)
    with pytest.raises(StoreError, match="No such file or directory"):
        back_up(url, tmp_path / "nowhere" / "copy")


def test_a_damaged_database_is_not_copied_over_a_good_copy(url: str, tmp_path: Path) -> None:
    copy, path = tmp_path / "copy", tmp_path / "feedbot.sqlite3"
    with open_store(url) as store:
        store.commit(state(), items=[item(f"i{n}") for n in range(500)])
    back_up(url, copy)
    good = copy.read_bytes()
    path.write_bytes(path.read_bytes()[:8192] + b"\xff" * 200_000)
    with pytest.raises(StoreUnusable, match="damaged"):
        back_up(url, copy)
    assert copy.read_bytes() == good
    assert not [name for name in files(tmp_path) if name.endswith(".part")]


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"Dear diary, " * 1000, "no database"), (b"", "nothing is stored"), (None, "no such file")],
)
def test_what_is_no_copy_is_not_put_back(url: str, tmp_path: Path, content: bytes | None, told: str) -> None:
    copy = tmp_path / "copy"
    if content is not None:
        copy.write_bytes(content)
    with pytest.raises(StoreUnusable, match=told):
        restore(url, copy)
    assert items(url) == ["a", "b"]
    assert not (tmp_path / "feedbot.sqlite3.before-restore").exists()


def test_a_copy_of_a_newer_feedbot_is_not_put_back(url: str, tmp_path: Path) -> None:
    copy = back_up(url, tmp_path / "copy").path
    with closing(sqlite3.connect(copy)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreUnusable, match="newer feedbot"):
        restore(url, copy)


def test_nothing_is_put_back_under_a_working_process(url: str, tmp_path: Path) -> None:
    copy = back_up(url, tmp_path / "copy").path
    with open_store(url), pytest.raises(StoreBusy):
        restore(url, copy, wait=0)


def test_a_damaged_database_can_be_replaced_by_a_copy(url: str, tmp_path: Path) -> None:
    copy, path = back_up(url, tmp_path / "copy").path, tmp_path / "feedbot.sqlite3"
    path.write_bytes(path.read_bytes()[:4096] + b"\xff" * 50_000)
    restore(url, copy)
    assert items(url) == ["a", "b"]
    assert (tmp_path / "feedbot.sqlite3.before-restore").read_bytes()[-1:] == b"\xff"


def test_without_a_database_there_is_nothing_to_copy(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match="no database yet"):
        back_up(f"sqlite:///{tmp_path}/none.sqlite3", tmp_path / "copy")
    assert files(tmp_path) == []
