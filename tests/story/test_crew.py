"""Several feedbots share the work: nothing is checked by two, nothing sent twice, and nobody misses a killed one."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread

import pytest

from feedbot.source import SourceId
from feedbot.store import share_store
from tests.postgresql import Server

PATIENCE = 90.0
ITEM = "<item><title>{title}</title><link>{url}/{n}</link><guid>{url}/{n}</guid><pubDate>{when}</pubDate></item>"
FEED = '<?xml version="1.0"?><rss version="2.0"><channel><title>{name}</title><link>{url}</link>{items}</channel></rss>'


@dataclass
class World:
    """Offices that publish feeds, each at a host of its own, and a hook that hears of everything."""

    stories: dict[int, int] = field(default_factory=dict)
    """How many stories the office at each port has."""
    asked: Counter[int] = field(default_factory=Counter)
    at_once: Counter[int] = field(default_factory=Counter)
    most: int = 0
    heard: list[tuple[str, str]] = field(default_factory=list)
    """The id and the titles of each call of the hook."""
    slowness: float = 0.05
    """Seconds that an office takes to answer."""
    lock: Lock = field(default_factory=Lock)
    pause: Event = field(default_factory=Event)

    @property
    def titles(self) -> Counter[str]:
        """Every title that was heard of, by distinct messages."""
        return Counter(title for _, title in {*self.heard})

    def page(self, port: int) -> bytes:
        url, now = f"http://127.0.0.1:{port}", format_datetime(datetime.now(UTC))  # noqa: TID251 - news is of today
        numbers = range(self.stories[port])
        items = "".join(ITEM.format(title=f"Story {n} of office {port}", url=url, n=n, when=now) for n in numbers)
        return FEED.format(name=f"Office {port}", url=url, items=items).encode()

    def publish(self) -> None:
        for port in self.stories:
            self.stories[port] += 1

    def wanted(self, first: int) -> set[str]:
        return {f"Story {n} of office {port}" for port, count in self.stories.items() for n in range(first, count)}


@contextmanager
def office(world: World) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            port = int(self.connection.getsockname()[1])
            with world.lock:
                world.asked[port] += 1
                world.at_once[port] += 1
                world.most = max(world.most, world.at_once[port])
            world.pause.wait(world.slowness)
            body = world.page(port)
            with world.lock:
                world.at_once[port] -= 1
            self.send_response(404 if self.path == "/robots.txt" else 200)
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            with world.lock:
                titles = [one["title"] for one in body["data"]["items"]]
                world.heard += [(self.headers["webhook-id"], title) for title in titles]
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server passes
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    port = int(server.server_address[1])
    world.stories[port] = 2
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield port
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Site:
    """An installation, and who works on it."""

    place: Path
    world: World
    url: str
    working: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        log = (self.place / f"log{len(self.working)}").open("wb")
        command = [sys.executable, "-m", "feedbot", *words, "--config", "feedbot.yaml"]
        with log:
            process = subprocess.Popen(command, cwd=self.place, stdout=log, stderr=log, env=os.environ | {"TZ": "UTC"})
        self.working.append(process)
        return process

    def end(self) -> None:
        for one in self.working:
            if one.poll() is None:
                one.send_signal(signal.SIGTERM)
        for one in self.working:
            one.wait(40)

    def until(self, titles: set[str]) -> bool:
        turn = Event()
        for _ in range(int(PATIENCE / 0.1)):
            if {*self.world.titles} >= titles:
                return True
            turn.wait(0.1)
        return False

    def logs(self) -> str:
        return "".join(file.read_text() for file in sorted(self.place.glob("log*")))


@pytest.fixture
def site(tmp_path: Path, server: Server, prepared: str) -> Iterator[Site]:
    name, world = server.made(like=prepared), World()
    with ExitStack() as stack:
        stack.callback(server.dropped, name)
        ports = [stack.enter_context(office(world)) for _ in range(5)]
        sources = "".join(
            f"  - {{id: office{n}, url: 'http://127.0.0.1:{port}/feed', every: 2s}}\n" for n, port in enumerate(ports)
        )
        (tmp_path / "feedbot.yaml").write_text(
            f"database: '{server.url(name)}'\nengine: distributed\nnetwork: {{allow: [127.0.0.0/8]}}\n"
            f"sources:\n{sources}targets:\n  hook: {{webhook: 'http://127.0.0.1:{ports[0]}/hook'}}\n"
        )
        site = Site(tmp_path, world, server.url(name))
        stack.callback(site.end)
        yield site


def test_three_share_the_work_and_nothing_is_done_twice(site: Site) -> None:
    site.start("serve", "--no-web", "--tick", "1")
    site.start("worker", "--slots", "4")
    site.start("worker", "--slots", "4")
    known(site)
    for _ in range(3):
        site.world.publish()
        assert site.until(site.world.wanted(2)), site.logs()
    assert set(site.world.titles.values()) == {1}
    assert len(site.world.heard) == len({*site.world.heard}), "nobody was killed: no message comes again"
    assert site.world.most == 1, "no host is asked by two"
    assert published(site) >= site.world.wanted(0)
    site.end()
    assert [one.returncode for one in site.working] == [0, 0, 0], site.logs()


def test_what_a_killed_worker_had_begun_is_done_by_another(site: Site) -> None:
    site.start("serve", "--no-web", "--tick", "1", "--slots", "2")
    first = site.start("worker", "--slots", "4")
    known(site)
    site.world.publish()
    site.world.slowness = 0.5
    at_work(site, first.pid)
    first.kill()
    site.start("worker", "--slots", "4")
    assert site.until(site.world.wanted(2)), site.logs()
    site.world.publish()
    assert site.until(site.world.wanted(2)), site.logs()
    assert set(site.world.titles.values()) == {1}


def test_who_shares_no_work_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "feedbot.yaml").write_text("sources: []\n")
    command = [sys.executable, "-m", "feedbot", "worker", "--config", "feedbot.yaml"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "set `engine: distributed`, or use `feedbot serve`" in done.stderr


def known(site: Site) -> None:
    """Wait until each office was looked at for the first time."""
    turn = Event()
    with share_store(site.url) as store:
        for _ in range(int(PATIENCE / 0.1)):
            if all(store.state(SourceId(f"office{n}")).baseline_at for n in range(5)):
                return
            turn.wait(0.1)
    pytest.fail(site.logs())


def at_work(site: Site, pid: int) -> None:
    """Wait until a process is at an office."""
    turn = Event()
    with share_store(site.url) as store:
        for _ in range(int(PATIENCE / 0.01)):
            held = store.holders(datetime.now(UTC))  # noqa: TID251 - leases are of now
            if any(name.startswith("host:") and holder.endswith(f" {pid}") for name, holder in held.items()):
                return
            turn.wait(0.01)
    pytest.fail(site.logs())


def published(site: Site) -> set[str]:
    """Return the titles that the feed of everything holds."""
    turn, wanted = Event(), site.world.wanted(0)
    for _ in range(int(PATIENCE / 0.1)):
        with_all = site.place / "feeds" / "all.json"
        titles = {one["title"] for one in json.loads(with_all.read_text())["items"]} if with_all.exists() else set()
        if titles >= wanted:
            return titles
        turn.wait(0.1)
    return titles
