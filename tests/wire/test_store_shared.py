"""Several processes on one database of a PostgreSQL server: nobody stores what another one does by now."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta

import pytest
from psycopg import sql

from feedbot.errors import LeaseLost, StoreBusy, StoreError, StoreUnusable
from feedbot.store import open_store, share_store
from tests.newsroom import ALL, LEASE, NOW, OFFICE, OPS, item, owed, state
from tests.postgresql import Server

SOON = NOW + timedelta(minutes=1)
LATER = SOON + timedelta(minutes=1)


@pytest.fixture
def url(server: Server, prepared: str) -> Iterator[str]:
    name = server.made(like=prepared)
    yield server.url(name)
    server.dropped(name)


def test_two_work_side_by_side_and_nobody_alone_beside_them(url: str) -> None:
    with share_store(url) as one, share_store(url) as other:
        one.commit(state())
        assert other.state(OFFICE) == state()
        with pytest.raises(StoreBusy), open_store(url, wait=0.1):
            pass
    with open_store(url, wait=0.1), pytest.raises(StoreBusy), share_store(url, wait=0.1):
        pass


def test_those_who_start_at_once_make_the_tables_once(server: Server) -> None:
    name = server.made()

    def start(_number: int) -> bool:
        with share_store(server.url(name)) as store:
            store.register([OFFICE])
            return store.state(OFFICE).source_id == OFFICE

    with ThreadPoolExecutor(max_workers=4) as pool:
        assert all(pool.map(start, range(4)))
    server.dropped(name)


def test_a_file_is_shared_by_nobody() -> None:
    with pytest.raises(StoreUnusable, match="postgresql://"), share_store("sqlite:///var/news.sqlite3"):
        pass


def test_who_was_frozen_over_its_lease_stores_nothing_any_more(url: str) -> None:
    with share_store(url) as frozen, share_store(url) as other:
        late = frozen.lease("host:a", holder="frozen", now=NOW, until=SOON)
        assert late is not None
        with frozen.under(late):
            frozen.commit(state())
        taken = other.lease("host:a", holder="other", now=SOON, until=LATER)
        assert taken is not None
        with other.under(taken):
            other.commit(state(), items=[item("a")])
        with frozen.under(late), pytest.raises(LeaseLost, match="host:a is done by another"):
            frozen.commit(state(), items=[item("b")])
        assert other.latest([item("b").id]) == {}
        frozen.commit(state(), items=[item("c")])


def test_nothing_is_claimed_by_two(url: str) -> None:
    with ExitStack() as stack:
        stores = [stack.enter_context(share_store(url)) for _ in range(4)]
        names = [f"item{n}" for n in range(40)]
        stores[0].commit(state(), items=[item(one) for one in names], debts=[owed(one) for one in names])

        def claims(number: int) -> list[str]:
            found: list[str] = []
            while some := stores[number].claim(OPS, now=NOW + LEASE, lease=LEASE, limit=3):
                found += [one.item_id for one in some]
            return found

        with ThreadPoolExecutor(max_workers=4) as pool:
            claimed = [one for some in pool.map(claims, range(4)) for one in some]
    assert len(claimed) == len(set(claimed))
    assert set(claimed) <= {item(one).id for one in names}


def test_items_that_are_stored_at_once_all_come_after_those_that_were_seen(url: str) -> None:
    with ExitStack() as stack:
        stores = [stack.enter_context(share_store(url)) for _ in range(4)]
        stores[0].commit(state(), feeds=[ALL])

        def store(number: int) -> None:
            for n in range(10):
                stores[number].commit(state(), items=[item(f"{number}-{n}")], feeds=[ALL])

        with ThreadPoolExecutor(max_workers=4) as pool:
            list(pool.map(store, range(4)))
        assert stores[0].stands()[ALL].version == 41


def test_after_the_server_was_restarted_they_go_on(server: Server, url: str) -> None:
    with share_store(url) as store:
        store.commit(state())
        server.run(sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'feedbot'"))
        with pytest.raises(StoreError, match="cannot be reached"):
            store.commit(state())
        store.commit(state(), items=[item("a")])
        with pytest.raises(StoreBusy), open_store(url, wait=0.1):
            pass
