"""A real PostgreSQL server: who works on its databases, lost connections, and what is told of trouble."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from psycopg import sql

from feedbot.errors import StoreBusy, StoreError, StoreUnusable
from feedbot.source import SourceId, SourceState
from feedbot.store import open_store, read_store, worker
from feedbot.store.orders import order
from tests.postgresql import Server

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
OFFICE = SourceId("office")


@pytest.fixture
def url(server: Server, prepared: str) -> Iterator[str]:
    name = server.made(like=prepared)
    yield server.url(name)
    server.dropped(name)


def cut(server: Server) -> None:
    """End every session of feedbot, as a server does that is restarted."""
    server.run(sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'feedbot'"))


def test_tables_are_made_where_there_are_none(server: Server) -> None:
    name = server.made()
    with read_store(server.url(name)) as store:
        assert store is None
    with open_store(server.url(name)) as store:
        store.commit(SourceState(source_id=OFFICE, checked_at=NOW))
    with read_store(server.url(name)) as read:
        assert read is not None
        assert read.state(OFFICE).checked_at == NOW
    server.dropped(name)


def test_one_feedbot_at_a_time_works_on_a_database(url: str) -> None:
    with open_store(url):
        assert worker(url).startswith("session ")
        with pytest.raises(StoreBusy, match=r"in use by another feedbot \(session \d+"), open_store(url, wait=0.1):
            pass
    assert worker(url) == ""
    with open_store(url, wait=0.1):
        pass


def test_databases_of_one_server_do_not_stand_in_each_others_way(server: Server, url: str, prepared: str) -> None:
    other = server.made(like=prepared)
    with open_store(url), open_store(server.url(other), wait=0.1):
        pass
    server.dropped(other)


def test_who_only_reads_is_let_in_and_can_write_nothing(url: str) -> None:
    with open_store(url) as store, read_store(url) as read:
        store.commit(SourceState(source_id=OFFICE, checked_at=NOW))
        assert read is not None
        assert read.state(OFFICE).checked_at == NOW
        with pytest.raises(StoreError, match="for reading only"):
            read.commit(SourceState(source_id=OFFICE))


def test_the_operator_asks_something_beside_the_one_who_works(url: str) -> None:
    with open_store(url) as store:
        store.commit(SourceState(source_id=OFFICE, checked_at=NOW))
        assert order(url, OFFICE, "accept", NOW)
        assert store.state(OFFICE).asked == "accept"


def test_a_lost_connection_costs_one_transaction_and_no_more(server: Server, url: str) -> None:
    with open_store(url) as store:
        store.commit(SourceState(source_id=OFFICE, checked_at=NOW))
        cut(server)
        with pytest.raises(StoreError, match="cannot be reached"):
            store.commit(SourceState(source_id=OFFICE))
        assert store.state(OFFICE).checked_at == NOW
        store.commit(SourceState(source_id=OFFICE, title="Office"))
        assert store.state(OFFICE).title == "Office"


def test_who_lost_the_connection_to_another_feedbot_writes_nothing_more(server: Server, url: str) -> None:
    with open_store(url) as first:
        cut(server)
        with pytest.raises(StoreError, match="cannot be reached"):
            first.commit(SourceState(source_id=OFFICE))
        with open_store(url) as second:
            second.commit(SourceState(source_id=OFFICE, title="The second"))
            with pytest.raises(StoreBusy, match="in use by another feedbot"):
                first.commit(SourceState(source_id=OFFICE, title="The first"))
            assert second.state(OFFICE).title == "The second"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("postgresql://user:hunter2@127.0.0.1:1/news", "cannot be reached"),
        ("postgresql://user:hunter2@/news?host=/nowhere", "cannot be reached"),
        ("postgresql://user:hunter2@/", "is not supported"),
    ],
)
def test_a_server_that_is_not_there_is_told_without_the_password(address: str, told: str) -> None:
    with pytest.raises(StoreError, match=told) as refusal, open_store(address):
        pass
    assert "hunter2" not in str(refusal.value)


def test_a_database_that_is_not_there_is_told_with_the_remedy(server: Server) -> None:
    with pytest.raises(StoreError, match="createdb"), open_store(server.url("nowhere")):
        pass


def test_a_database_of_somebody_else_is_left_alone(server: Server) -> None:
    name = server.made()
    import psycopg  # noqa: PLC0415 - as somebody else's program does

    with psycopg.connect(server.url(name), autocommit=True) as connection:
        connection.execute("CREATE TABLE theirs (id integer)")
    with pytest.raises(StoreUnusable, match="not one of feedbot"), open_store(server.url(name)):
        pass
    server.dropped(name)


CONFIG = """\
database: {url}
feeds_dir: {place}/feeds
sources:
  - {{id: office, url: "file://{place}/news.xml", every: 1h}}
targets:
  box: {{maildir: "{place}/mail"}}
"""


def feedbot(place: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "feedbot", *words, "--config", str(place / "feedbot.yaml")]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env={**os.environ})


def feed(*names: str) -> str:
    items = "".join(f"<item><title>{n}</title><link>https://example.org/{n}</link></item>" for n in names)
    return f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>"


def test_news_goes_the_whole_way_on_a_server(url: str, tmp_path: Path) -> None:
    (tmp_path / "feedbot.yaml").write_text(CONFIG.format(url=url, place=tmp_path))
    (tmp_path / "news.xml").write_text(feed("first"))
    assert feedbot(tmp_path, "run").returncode == 0
    (tmp_path / "news.xml").write_text(feed("second", "first"))
    assert feedbot(tmp_path, "check").returncode == 0
    assert feedbot(tmp_path, "publish").returncode == 0
    assert feedbot(tmp_path, "deliver").returncode == 0
    assert len(list((tmp_path / "mail" / "new").iterdir())) == 1
    told = json.loads((tmp_path / "feeds" / "office.json").read_text())
    assert {one["title"] for one in told["items"]} == {"first", "second"}
    said = feedbot(tmp_path, "status")
    assert (said.returncode, said.stdout.startswith("No feedbot is at work. 1 source")) == (0, True)
    doctor = feedbot(tmp_path, "doctor").stdout
    assert "is whole: schema" in doctor
    assert "why" not in feedbot(tmp_path, "why", "second").stderr
    assert "pg_dump" in feedbot(tmp_path, "backup", str(tmp_path / "copy")).stderr
