"""Nothing is lost, and every repeat is recognised, however often the process is killed."""

import os
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.story.receiver import SECRET, Received, kill, receiving

KILLS = int(os.environ.get("FEEDBOT_KILLS", "12"))
"""How often the process is killed; a run with 200 is part of every release."""
DELIVERIES = max(30, KILLS * 5 // 2)
BEGUN = datetime.now(UTC)  # noqa: TID251 - the program under test reads the real clock

CONFIG = """\
database: sqlite:///{place}/feedbot.sqlite3
feeds_dir: {place}/feeds
network: {{allow: [127.0.0.0/8]}}
sources:
  - {{id: news, url: "file://{place}/news.xml"}}
targets:
  hook: {{webhook: "{hook}", secret: {secret}}}
"""


def feed(count: int) -> str:
    entries = "".join(
        f"<item><title>Story {n}</title><link>https://example.org/{n}</link>"
        f"<pubDate>{format_datetime(BEGUN - timedelta(minutes=n))}</pubDate></item>"
        for n in range(count)
    )
    return f'<rss version="2.0"><channel><title>News</title>{entries}</channel></rss>'


def feedbot(place: Path, *words: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "feedbot", *words, "--config", str(place / "feedbot.yaml")]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def finished(process: "subprocess.Popen[bytes]") -> int:
    _, errors = process.communicate(timeout=120)
    assert b"Traceback" not in errors, errors.decode()
    return process.returncode


class Killer:
    """Kills the process that runs, at random moments of a delivery, until it has killed often enough."""

    def __init__(self, kills: int, seed: int) -> None:
        self.left = kills
        self.pid = 0
        self.moments: list[str] = []
        self._chance = random.Random(seed)

    def at(self, moment: str) -> None:
        if self.pid and self.left and self._chance.random() < 0.15:
            self.left -= 1
            self.moments.append(moment)
            pid, self.pid = self.pid, 0
            kill(pid)


def told(received: Received) -> list[str]:
    return received.titles()


@pytest.mark.parametrize("seed", [1])
def test_every_item_arrives_and_every_repeat_carries_the_same_key(tmp_path: Path, seed: int) -> None:
    killer = Killer(KILLS, seed)
    with receiving(killer.at) as (hook, received):
        (tmp_path / "feedbot.yaml").write_text(CONFIG.format(place=tmp_path, hook=hook, secret=SECRET))
        (tmp_path / "news.xml").write_text(feed(1))
        assert finished(feedbot(tmp_path, "run")) == 0
        (tmp_path / "news.xml").write_text(feed(DELIVERIES + 1))
        assert finished(feedbot(tmp_path, "check")) == 0
        for _ in range(KILLS + 5):
            process = feedbot(tmp_path, "deliver")
            killer.pid = process.pid
            if finished(process) == 0:
                break
        killer.left = 0
        assert finished(feedbot(tmp_path, "deliver")) == 0
    assert len(killer.moments) == KILLS
    assert told(received) == sorted(f"Story {n}" for n in range(1, DELIVERIES + 1)), "each once by its key"
    assert len(received.bodies) == DELIVERIES
    assert received.repeats() <= KILLS
    for copies in received.bodies.values():
        assert len(set(copies)) == 1, "a repeat is the same message"


def test_a_check_that_is_killed_stores_all_or_nothing(tmp_path: Path) -> None:
    (tmp_path / "feedbot.yaml").write_text(CONFIG.format(place=tmp_path, hook="http://127.0.0.1:9/", secret=SECRET))
    (tmp_path / "news.xml").write_text(feed(1))
    assert finished(feedbot(tmp_path, "run")) == 0
    chance = random.Random(7)
    for count in range(2, 2 + max(3, KILLS // 4)):
        (tmp_path / "news.xml").write_text(feed(count * 10))
        process = feedbot(tmp_path, "check")
        try:
            process.wait(timeout=chance.uniform(0.2, 0.8))
        except subprocess.TimeoutExpired:
            kill(process.pid)
        process.communicate()
        stored, owed = counts(tmp_path)
        assert stored - 1 == owed, "every item but the baseline's is owed, in one commit"
        assert (stored - 10 * (stored // 10)) in {0, 1}, "a whole check is there, or none of it"


def counts(place: Path) -> tuple[int, int]:
    import sqlite3  # noqa: PLC0415 - a look from outside, past all of our own code

    with sqlite3.connect(place / "feedbot.sqlite3") as store:
        (stored,) = store.execute("SELECT count(*) FROM items").fetchone()
        (owed,) = store.execute("SELECT count(*) FROM deliveries").fetchone()
    store.close()
    return stored, owed
