"""The store at work: threads, other programs, a full disk."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest

from feedbot.errors import StoreBusy, StoreError
from feedbot.source import SourceId
from feedbot.store import Store, open_store
from tests.fulldisk import room_for
from tests.newsroom import ALL, CLINIC, LEASE, NOW, OFFICE, OPS, feed, item, names, owed, stand, state


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "feedbot.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{path}") as opened:
        yield opened


def test_a_commit_is_seen_whole_or_not_at_all(store: Store, path: Path) -> None:
    seen: set[tuple[int, int]] = set()
    done = Event()

    def look() -> None:
        with closing(sqlite3.connect(path)) as other:
            while not done.is_set():
                count = "SELECT (SELECT count(*) FROM items), (SELECT count(*) FROM deliveries)"
                seen.add(other.execute(count).fetchone())

    looking = Thread(target=look)
    looking.start()
    for n in range(30):
        ids = [f"i{n}-{m}" for m in range(10)]
        store.commit(state(), items=[item(one) for one in ids], debts=[owed(one) for one in ids])
    done.set()
    looking.join()
    assert {items - deliveries for items, deliveries in seen} == {0}
    assert {items % 10 for items, _ in seen} == {0}


def test_threads_that_write_and_read_at_once_do_not_disturb_each_other(store: Store) -> None:
    errors: list[BaseException] = []
    together = Barrier(8)

    def work(number: int) -> None:
        source = SourceId(f"s{number}")
        try:
            together.wait()
            for n in range(15):
                name = f"{source}-{n}"
                new = item(name, source_id=source)
                store.commit(state(source, failures=n), items=[new], debts=[owed(name)], feeds=[ALL])
                assert store.state(source).failures == n
                assert set(store.known(source, new.keys)) == set(new.keys)
                store.newest(feed(source))
        except BaseException as error:  # noqa: BLE001 - told by the one who waits
            errors.append(error)

    threads = [Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert stand(store).version == 120


def test_threads_that_claim_at_once_share_without_overlap(store: Store) -> None:
    ids = [f"i{n}" for n in range(60)]
    store.commit(state(), items=[item(one) for one in ids], debts=[owed(one) for one in ids])
    taken: list[str] = []

    def claim() -> None:
        while some := store.claim(OPS, now=NOW, lease=LEASE, limit=7):
            taken.extend(names(some))

    threads = [Thread(target=claim) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(ids)


def test_another_program_that_has_the_file_locked_is_waited_for_and_then_told(path: Path) -> None:
    with open_store(f"sqlite:///{path}", busy=0.05) as store, closing(sqlite3.connect(path)) as other:
        store.commit(state(title="before"))
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy, match=f"{path} is locked by another program"):
            store.commit(state(title="refused"))
        assert store.state(OFFICE).title == "before"
        other.rollback()
        store.commit(state(title="after"))
        assert store.state(OFFICE).title == "after"


def test_a_full_disk_is_told_and_costs_only_what_was_not_stored(store: Store, path: Path) -> None:
    store.commit(state(title="before"), items=[item("a")])
    size = max(file.stat().st_size for file in path.parent.iterdir())
    with room_for(size + 8192), pytest.raises(StoreError, match=str(path)):
        store.commit(state(title="lost"), items=[item(f"i{n}", content_text="long " * 5000) for n in range(20)])
    assert store.state(OFFICE).title == "before"
    assert names(store.newest(feed())) == ["a"]
    store.commit(state(title="after"), items=[item("b")])
    assert names(store.newest(feed())) == ["a", "b"]


def test_a_renamed_source_keeps_what_is_known_of_it(store: Store) -> None:
    store.commit(state(title="Office"), items=[item("a", categories=("News",))], debts=[owed("a")])
    new = SourceId("bureau")
    assert store.rename(OFFICE, new)
    assert store.state(new).title == "Office"
    assert store.state(OFFICE).title == ""
    assert set(store.known(new, {"guid:a"})) == {"guid:a"}
    assert names(store.newest(feed(new))) == ["a"]
    assert names(store.claim(OPS, now=NOW, lease=LEASE, limit=9)) == ["a"]


def test_a_source_that_is_known_is_not_replaced_by_one_that_is_renamed(store: Store) -> None:
    store.commit(state(OFFICE), items=[item("a")])
    store.commit(state(CLINIC, title="Clinic"))
    assert not store.rename(OFFICE, CLINIC)
    assert not store.rename(SourceId("never"), SourceId("bureau"))
    assert names(store.newest(feed(OFFICE))) == ["a"]


def test_what_is_read_in_a_snapshot_is_of_one_state(store: Store) -> None:
    store.commit(state(), items=[item("a")], feeds=[ALL])

    with store.snapshot():
        before = store.lineup(feed())
        writing = Thread(target=lambda: store.commit(state(), items=[item("b"), item("a", revision=2)], feeds=[ALL]))
        writing.start()
        writing.join()
        seen = store.read(before), store.lineup(feed()), stand(store).version

    assert seen == ([item("a", keys=())], before, 1)
    assert [place.revision for place in store.lineup(feed())] == [2, 1]
    assert stand(store).version == 2
