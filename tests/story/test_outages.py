"""Many items for several targets, while the process is killed, targets are away and lines are cut: none is lost."""

import json
import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path
from socket import SHUT_RDWR
from threading import Lock, Thread

from standardwebhooks import Webhook

from feedbot.app import utc_now
from feedbot.config import load
from feedbot.decision import decide
from feedbot.source import SourceState
from feedbot.store import open_store
from tests.newsroom import item
from tests.story.receiver import SECRET, kill

ITEMS = int(os.environ.get("FEEDBOT_ITEMS", "40"))
"""How many items each of the targets is owed; a run with 1000 is part of every release."""
TARGETS = {
    "plain": "",
    "gathered": ", batch: 1s",
    "daily": ', digest: "* * * * *"',
    "cards": ", format: slack, rate: 900/1m",
}
KILLS = max(3, ITEMS // 20)
SEED = int(os.environ.get("FEEDBOT_SEED", "1"))
CONFIG = """\
database: sqlite:///{place}/feedbot.sqlite3
feeds_dir: {place}/feeds
network: {{allow: [127.0.0.0/8]}}
sources:
{sources}
targets:
{targets}
  box: {{maildir: "{place}/mail"}}
"""
SOURCES = 4


@dataclass
class Net:
    """Receivers that take, refuse, cut before or after they took, or are slow, by chance; `out` is away altogether."""

    chance: random.Random
    out: str = ""
    calm: bool = False
    taken: dict[str, dict[str, set[bytes]]] = field(default_factory=dict)
    repeats: int = 0
    lost_answers: int = 0
    """Bodies that were taken, whose sender was not told so."""
    lock: Lock = field(default_factory=Lock)

    def fate(self, name: str) -> str:
        with self.lock:
            if self.calm:
                return "taken"
            if name == self.out:
                return self.chance.choice(["500", "503", "cut before"])
            return self.chance.choices(["taken", "500", "429", "cut before", "cut after"], [88, 4, 2, 3, 3])[0]

    def take(self, name: str, key: str, body: bytes, fate: str) -> None:
        with self.lock:
            copies = self.taken.setdefault(name, {})
            self.repeats += key in copies
            copies.setdefault(key, set()).add(body)
            self.lost_answers += fate == "cut after"


@contextmanager
def receiving(net: Net) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            name, fate = self.path[1:], net.fate(self.path[1:])
            if fate in {"taken", "cut after"}:
                key = self.headers.get("webhook-id") or body.decode()
                if "webhook-id" in self.headers:
                    Webhook(SECRET).verify(body, {one.lower(): said for one, said in self.headers.items()})
                net.take(name, key, body, fate)
            if fate.startswith("cut"):
                self.close_connection = True
                with suppress(OSError):
                    self.connection.shutdown(SHUT_RDWR)
                return
            self.send_response(200 if fate == "taken" else int(fate))
            self.send_header("Content-Length", "0")
            self.send_header("Retry-After", "1")
            with suppress(OSError):
                self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server passes
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A sender that was killed leaves a broken connection: that is the point."""

    server = Server(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def publish(place: Path) -> list[str]:
    """Have news, shared among the sources, and owe them as a check does; return their titles."""
    now = utc_now()
    config = load(place / "feedbot.yaml", {})
    with open_store(config.settings.database) as store:
        for number, source in zip(range(ITEMS), cycle(config.sources), strict=False):
            title = f"Story number {number}."
            link = f"https://{source.id}.example.org/{number}"
            one = item(f"i{number}", source_id=source.id, title=title, url=link, published_at=now)
            decision = decide(one, "published", source, config.targets, now, slight=False, barred="")
            store.commit(SourceState(source_id=source.id, baseline_at=now), items=[one], decisions=[decision])
    return sorted(f"Story number {number}." for number in range(ITEMS))


def configure(place: Path, url: str) -> None:
    sources = "\n".join(f'  - {{id: s{n}, url: "file://{place}/s{n}.xml"}}' for n in range(SOURCES))
    targets = "\n".join(
        f'  {name}: {{webhook: "{url}/{name}", secret: {SECRET}{more}}}' for name, more in TARGETS.items()
    )
    (place / "feedbot.yaml").write_text(CONFIG.format(place=place, sources=sources, targets=targets))


def feedbot(place: Path, *words: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "feedbot", *words, "--config", str(place / "feedbot.yaml")]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def owed(place: Path) -> int:
    """Look from outside how many deliveries are still owed; make those due that wait for another try or time."""
    with closing(sqlite3.connect(place / "feedbot.sqlite3", timeout=30)) as store, store:
        store.execute("UPDATE deliveries SET due_at = created_at WHERE state = 'pending' AND message = ''")
        store.execute("UPDATE deliveries SET due_at = '2020-01-01 00:00:00' WHERE state = 'pending' AND message != ''")
        store.execute("UPDATE deliveries SET state = 'pending', settled_at = NULL, attempts = 1 WHERE state = 'dead'")
        store.execute("UPDATE targets SET paused_until = NULL, failing_since = NULL, failures = 0, occasions = ''")
        (count,) = store.execute("SELECT count(*) FROM deliveries WHERE state IN ('pending', 'leased')").fetchone()
    return int(count)


def titles(net: Net, name: str) -> list[str]:
    """Return the titles that a target was told, those of one message once."""
    found = []
    for copies in net.taken[name].values():
        said = json.loads(min(copies))
        if name == "cards":
            text = json.dumps(said)
            found += [f"Story number {n}." for n in range(ITEMS) if f"Story number {n}." in text]
        else:
            found += [item["title"] for item in said["data"]["items"]]
    return sorted(found)


def disturbed(place: Path, net: Net, chance: random.Random) -> None:
    """Deliver, killed at random moments, each target away once for a while."""
    names = [*TARGETS, ""]
    for number in range(KILLS):
        net.out = names[number % len(names)]
        process = feedbot(place, "deliver")
        try:
            process.wait(chance.uniform(0.5, 2.5))
        except subprocess.TimeoutExpired:
            kill(process.pid)
        process.wait()
        owed(place)


def test_nothing_is_lost_and_a_repeat_is_the_same_message(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    net = Net(chance)
    with receiving(net) as url:
        configure(tmp_path, url)
        wanted = publish(tmp_path)
        disturbed(tmp_path, net, chance)
        net.calm, net.out = True, ""
        for _ in range(60):
            if not owed(tmp_path):
                break
            feedbot(tmp_path, "deliver").wait(300)
    assert owed(tmp_path) == 0
    for name in TARGETS:
        assert titles(net, name) == wanted, name
        assert all(len(copies) == 1 for copies in net.taken[name].values()), "a repeat is the same message"
    assert net.repeats <= KILLS * len(TARGETS) + net.lost_answers
    assert len(list((tmp_path / "mail" / "new").iterdir())) == ITEMS
