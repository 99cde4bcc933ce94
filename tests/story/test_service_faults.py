"""What befalls a running service: a full disk, a kill, an upgrade, a wrong start; it goes on, and loses nothing."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Event

import pytest

from tests.story.receiver import SECRET, receiving
from tests.story.test_reload import feed, made_due, rows, serving, write
from tests.story.test_serve import Service
from tests.story.test_upkeep import feedbot
from tests.wire.origin import Talk
from tests.wire.origin import serving as origin
from tests.wire.test_store_harm import refusal
from tests.wire.test_store_opening import BEFORE_ARCHIVES

SMALL_DISK = 'mount -t tmpfs -o size=3m none "$1" && shift && exec "$@"'
DUE_SOON = """
import sqlite3, sys
with sqlite3.connect(sys.argv[1], timeout=30) as database:
    database.execute("UPDATE sources SET due_at = datetime('now', '+8 seconds'), body_digest = NULL")
database.close()
"""
ON_SMALL_DISK = """\
database: sqlite:///{place}/disk/feedbot.sqlite3
feeds_dir: {place}/disk/feeds
sources:
  - {{id: office, url: "file://{place}/news.xml", every: 5m}}
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "news.xml").write_text(feed("a", "b"))
    write(tmp_path)
    return tmp_path


@contextmanager
def serving_on_a_small_disk(place: Path) -> Iterator[tuple[Service, Path]]:
    """Run the service where `disk` is a disk of 3 MiB that only it sees; give the way to that disk from outside."""
    serve = [sys.executable, "-m", "feedbot", "serve", "--tick", "0.2", "--port", "0", "--config", "feedbot.yaml"]
    command = ["unshare", "--mount", "sh", "-c", SMALL_DISK, "sh", str(place / "disk"), *serve]
    process = subprocess.Popen(command, cwd=place, stderr=subprocess.PIPE, text=True)
    try:
        yield Service(process), Path(f"/proc/{process.pid}/root{place}/disk")
    finally:
        process.kill()
        process.communicate()


def test_a_full_disk_is_told_and_the_service_mends_itself_when_there_is_room(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    if why := refusal(tmp_path / "disk"):
        pytest.skip(f"no small disk can be mounted: {why}")
    (tmp_path / "news.xml").write_text(feed("a"))
    (tmp_path / "feedbot.yaml").write_text(ON_SMALL_DISK.format(place=tmp_path))
    with serving_on_a_small_disk(tmp_path) as (service, disk):
        service.url = service.until("listening")["url"]
        service.until("published", feed="index")
        good = service.ask("feeds/office.json")[2]
        (tmp_path / "news.xml").write_text(feed("b", "a", long=100_000))
        inside = ["nsenter", "--target", str(service.process.pid), "--mount", sys.executable, "-c", DUE_SOON]
        subprocess.run([*inside, str(tmp_path / "disk" / "feedbot.sqlite3")], check=True, timeout=60)
        fill(disk / "filler")
        said = service.until("failed", duty="check")
        assert "the disk is full; nothing was stored" in said["error"]
        status, _, why_not = service.ask("readyz")
        assert (status, b"the disk is full" in why_not) == (503, True)
        assert service.ask("healthz")[0] == 200, "a new start would not help"
        assert b'feedbot_duty_failing{duty="check"} 1.0' in service.ask("metrics")[2]
        assert service.ask("feeds/office.json")[2] == good
        (disk / "filler").unlink()
        assert service.until("checked", source="office", health="fresh")["new"] == 1
        service.until("published", feed="index")
        assert is_ready(service), "each duty has had its turn since"
        assert json.loads(service.ask("feeds/office.json")[2])["items"][0]["title"] == "b"


def is_ready(service: Service) -> bool:
    """Say whether the service is ready within half a minute."""
    return any(service.ask("readyz")[0] == 200 or Event().wait(0.1) for _ in range(300))


def fill(file: Path) -> None:
    """Write until there is no room left."""
    with file.open("wb", buffering=0) as filler, suppress(OSError):
        while filler.write(bytes(4096)):
            pass


def test_a_service_that_was_killed_goes_on_where_it_was_and_tells_nothing_twice(place: Path) -> None:
    with receiving() as (hook, received):
        write(place, targets=f"{{hook: {{webhook: '{hook}', secret: '{SECRET}'}}}}")
        for news in (["a", "b"], ["c", "a", "b"], ["d", "c", "a", "b"]):
            (place / "news.xml").write_text(feed(*news))
            if (place / "feedbot.sqlite3").exists():
                made_due(place)
            with serving(place) as service:
                if len(news) > 2:
                    service.until("delivered", target="hook")
                else:
                    service.until("published", feed="index")
                service.process.kill()
                service.process.wait(timeout=30)
    assert received.titles() == ["c", "d"]
    assert received.repeats() == 0
    assert feedbot(place, "publish").returncode == 0
    assert not list((place / "feeds").glob(".feedbot-*")), "what was half written is tidied away"


def test_a_start_after_a_kill_checks_nothing_that_is_not_due(place: Path) -> None:
    with serving(place) as service:
        service.until("published", feed="index")
        service.process.kill()
    with serving(place) as again:
        again.until("serving")
        again.process.send_signal(signal.SIGTERM)
        lines = [json.loads(line) for line in again.process.communicate(timeout=30)[1].splitlines()]
    assert "checked" not in {line["event"] for line in lines}


def test_an_upgrade_brings_the_database_up_to_date_and_keeps_a_copy(place: Path) -> None:
    assert feedbot(place, "run").returncode == 0
    before = rows(place, "SELECT id FROM items ORDER BY seq")
    made_old(place)
    assert "`feedbot run` brings it up to date" in feedbot(place, "status").stderr
    with serving(place) as service:
        service.until("serving")
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(timeout=30) == 0
    assert rows(place, "SELECT id FROM items ORDER BY seq") == before
    (copy,) = place.glob("feedbot.sqlite3.*.backup")
    assert feedbot(place, "restore", copy.name).returncode == 0
    assert feedbot(place, "run").returncode == 0
    assert rows(place, "SELECT id FROM items ORDER BY seq") == before


def test_a_database_of_a_later_feedbot_is_not_touched(place: Path) -> None:
    assert feedbot(place, "run").returncode == 0
    with closing(sqlite3.connect(place / "feedbot.sqlite3")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    content = (place / "feedbot.sqlite3").read_bytes()
    ended = feedbot(place, "serve", "--port", "0")
    assert (ended.returncode, "made by a newer feedbot" in ended.stderr) == (1, True)
    assert (place / "feedbot.sqlite3").read_bytes() == content


def made_old(place: Path) -> None:
    """Make the database what an older feedbot left."""
    with closing(sqlite3.connect(place / "feedbot.sqlite3")) as database, database:
        database.executescript(BEFORE_ARCHIVES)


def test_a_wrong_configuration_at_the_start_touches_nothing_and_names_no_secret(tmp_path: Path) -> None:
    (tmp_path / "feedbot.yaml").write_text(
        "\ufeffsources:\n  - {id: a, url: 'https://example.org/', evry: 5m}\ntargets:\n"
        "  hook: {webhook: 'https://example.org/', secret: hunter2hunter2, colour: red}\n"
    )
    ended = feedbot(tmp_path, "serve", "--port", "0")
    assert ended.returncode == 2
    assert "feedbot.yaml:2:" in ended.stderr
    assert "did you mean `every`?" in ended.stderr
    assert "hunter2" not in ended.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["feedbot.yaml"]


HASTY = """
import sys
from pathlib import Path
from feedbot import log
from feedbot.app import open_app
from feedbot.config import load
from feedbot.schedule import serve
from feedbot.service import Service
log.configure(json=True)
config = load(Path("feedbot.yaml"), {})
with open_app(config) as app:
    serve(Service(app, lambda: config), tick=0.2, grace=0.5)
"""
SLOW = """\
database: sqlite:///feedbot.sqlite3
network: {{allow: [127.0.0.0/8]}}
sources:
  - {{id: slow, url: "{url}news.xml"}}
"""


@contextmanager
def silent() -> Iterator[tuple[str, Event]]:
    """Serve an origin that hears and does not answer; give its address, and what is set once somebody asked."""
    asked = Event()

    def hear(talk: Talk) -> None:
        talk.hear()
        asked.set()
        talk.hang()

    with origin(hear) as there:
        yield there.url, asked


def test_what_is_not_finished_in_time_is_cut_off_and_done_after_the_next_start(tmp_path: Path) -> None:
    with silent() as (url, asked):
        (tmp_path / "feedbot.yaml").write_text(SLOW.format(url=url))
        hasty = [sys.executable, "-c", HASTY]
        process = subprocess.Popen(hasty, cwd=tmp_path, stderr=subprocess.PIPE, text=True, env=os.environ)
        service = Service(process)
        service.until("serving")
        assert asked.wait(60)
        process.terminate()
        service.until("cut off")
        assert process.wait(timeout=30) == 0
        process.communicate()
    status = json.loads(feedbot(tmp_path, "status", "--json").stdout)
    assert (status["summary"]["process"], status["summary"]["overdue"]) == ("", 1)


def test_a_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    with silent() as (url, asked):
        (tmp_path / "feedbot.yaml").write_text(SLOW.format(url=url))
        with serving(tmp_path) as service:
            assert asked.wait(60)
            service.process.terminate()
            service.until("stopping")
            service.process.terminate()
            assert service.process.wait(timeout=30) == 130


@pytest.mark.skipif(shutil.which("kill") is None, reason="there is no kill")
def test_the_way_that_systemd_asks_for_a_reload_is_heeded(place: Path) -> None:
    with serving(place) as service:
        service.until("serving")
        subprocess.run(["kill", "-HUP", str(service.process.pid)], check=True)
        assert service.until("reloaded")["sources"] == 1
