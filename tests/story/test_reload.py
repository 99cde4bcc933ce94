"""A running service takes a changed configuration as a whole, or keeps the one it has; and tells systemd of it."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.story.receiver import SECRET, Received, receiving
from tests.story.test_serve import Service

CONFIG = """\
database: sqlite:///feedbot.sqlite3
network: {{allow: [127.0.0.0/8]}}
sources:
  - {{id: {name}, url: "file://{place}/news.xml", every: 5m{more}}}
targets: {targets}
"""


def feed(*titles: str, long: int = 0) -> str:
    text = f"<description>{'word ' * (long // 5)}</description>" if long else ""
    entries = "".join(
        f"<item><title>{title}</title><link>https://example.org/{title}</link>{text}</item>" for title in titles
    )
    return f'<rss version="2.0"><channel><title>News</title>{entries}</channel></rss>'


def write(place: Path, name: str = "office", more: str = "", targets: str = "{}") -> None:
    """Replace the configuration whole, as careful editors do."""
    aside = place / "aside.yaml"
    aside.write_text(CONFIG.format(name=name, place=place, more=more, targets=targets))
    aside.replace(place / "feedbot.yaml")


def rows(place: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(place / "feedbot.sqlite3")) as database:
        return database.execute(query).fetchall()


@contextmanager
def serving(place: Path, **environ: str) -> Iterator[Service]:
    process = subprocess.Popen(
        [sys.executable, "-m", "feedbot", "serve", "--tick", "0.2", "--port", "0", "--config", "feedbot.yaml"],
        cwd=place,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environ},
    )
    service = Service(process)
    try:
        yield service
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "news.xml").write_text(feed("a", "b"))
    write(tmp_path)
    return tmp_path


@pytest.fixture
def service(place: Path) -> Iterator[Service]:
    with serving(place) as running:
        running.url = running.until("listening")["url"]
        running.until("published", feed="index")
        yield running


def test_a_changed_file_is_taken_and_a_renamed_source_keeps_its_history(service: Service, place: Path) -> None:
    before = rows(place, "SELECT id FROM items ORDER BY seq")
    write(place, "head-office", ", was: office")
    said = service.until("reloaded")
    assert (said["added"], said["removed"], said["renamed"]) == (["head-office"], [], ["office"])
    service.until("published", feed="head-office")
    service.until("published", feed="index")
    assert rows(place, "SELECT id FROM items ORDER BY seq") == before
    assert rows(place, "SELECT source_id, configured FROM sources") == [("head-office", 1)]
    status, _, body = service.ask("feeds/office.atom.xml")
    assert (status, body) == (200, service.ask("feeds/head-office.atom.xml")[2]), "the old address leads to the new one"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sources:\n  - {id: office, url: 'ftp://example.org/'}\n", "sources[0].url"),
        ("sources:\n  - {id: off", "not YAML"),
        ("database: sqlite:///other.sqlite3\n", "database: cannot change while feedbot runs"),
        ("targets: {hook: {webhook: '${NOBODY_SET_THIS}'}}\n", "the environment has no NOBODY_SET_THIS"),
    ],
)
def test_a_wrong_file_is_told_and_the_service_goes_on_by_the_old_one(
    service: Service, place: Path, text: str, told: str
) -> None:
    (place / "feedbot.yaml").write_text(text)
    said = service.until("not reloaded")
    assert told in " ".join(said["problems"])
    assert said["level"] == "error"
    assert b"feedbot_config_good 0.0" in service.ask("metrics")[2]
    assert service.ask("feeds/office.atom.xml")[0] == 200
    write(place, more=", title: Mended")
    service.until("reloaded")
    service.until("published", feed="office")
    assert b"feedbot_config_good 1.0" in service.ask("metrics")[2]
    assert b"<title>Mended</title>" in service.ask("feeds/office.atom.xml")[2]
    assert not (place / "other.sqlite3").exists()


def test_sighup_reads_secrets_again_and_a_removed_target_gets_nothing_more(place: Path) -> None:
    with receiving() as (hook, received):
        (place / "secret").write_text(f"{SECRET}\n")
        target = f"{{hook: {{webhook: '{hook}', secret_file: secret}}}}"
        write(place, targets=target)
        with serving(place) as service:
            service.until("published", feed="index")
            service.process.send_signal(signal.SIGHUP)
            service.until("reloaded")
            (place / "news.xml").write_text(feed("c", "a", "b"))
            made_due(place)
            service.until("delivered", target="hook")
            write(place)
            service.until("reloaded", targets=0)
            (place / "news.xml").write_text(feed("d", "c", "a", "b"))
            made_due(place)
            service.until("checked", source="office", new=1)
            ended(service)
    assert titles(received) == ["c"]


def test_systemd_is_told_of_start_watchdog_reload_and_end(place: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(place / "notify"))
        manager.settimeout(30)

        def heard(what: str) -> str:
            while True:
                if (said := manager.recv(4096).decode()).startswith(what):
                    return said

        with serving(place, NOTIFY_SOCKET=str(place / "notify"), WATCHDOG_USEC="600000") as service:
            assert "1 sources" in heard("READY=1")
            heard("WATCHDOG=1")
            heard("WATCHDOG=1")
            service.process.send_signal(signal.SIGHUP)
            assert "MONOTONIC_USEC=" in heard("RELOADING=1")
            heard("READY=1")
            service.process.terminate()
            heard("STOPPING=1")
            assert service.process.wait(timeout=30) == 0


def made_due(place: Path) -> None:
    with closing(sqlite3.connect(place / "feedbot.sqlite3", timeout=30)) as database, database:
        database.execute("UPDATE sources SET due_at = '2000-01-01 00:00:00', body_digest = NULL")


def ended(service: Service) -> None:
    service.process.terminate()
    service.until("stopped")
    assert service.process.wait(timeout=30) == 0


def titles(received: Received) -> list[str]:
    return received.titles()
