"""One worker, two, four: how much more they get done together, where hosts take long to answer.

`python bench/engine.py [--workers 1 2 4] [--rounds 5] [--kill SECONDS] [--small] [--json FILE]` needs PostgreSQL's
programs. Each host answers after 100 ms, and is asked for one thing at a time. With `--kill` a worker is killed so
often, another one takes its place, and everything is new: what is told twice under another name fails the run.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from threading import Event, Lock, Thread
from time import monotonic

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import create_engine, text

from feedbot.app import utc_now
from feedbot.engine import distributed
from feedbot.ports import Engine, Kind
from feedbot.store import Store, share_store
from tests.postgresql import Server, programs, running

DELAY = 0.1
ITEM = "<item><title>Story {n} of {name}</title><link>http://{name}.example/{n}</link><pubDate>{when}</pubDate></item>"
FEED = '<?xml version="1.0"?><rss version="2.0"><channel><title>{name}</title>{items}</channel></rss>'


class Quiet(ThreadingHTTPServer):
    """A server that says nothing of clients that are gone: they were killed."""

    def handle_error(self, *_said: object) -> None:
        """Say nothing."""


class Origin:
    """Hosts that take their time, each at an address of its own, and a hook that counts what it hears."""

    def __init__(self, hosts: int) -> None:
        self.asked: Counter[str] = Counter()
        self.heard: Counter[str] = Counter()
        self.told: Counter[str] = Counter()
        self.stories = 1
        self.lock = Lock()
        self._wait = Event()
        self.servers = [self._server(f"127.0.{number // 250 + 1}.{number % 250 + 1}") for number in range(hosts)]

    @property
    def hosts(self) -> list[str]:
        return [f"{host}:{port}" for host, port, *_ in (one.server_address for one in self.servers)]

    def close(self) -> None:
        for one in self.servers:
            one.shutdown()
            one.server_close()

    def page(self, path: str) -> bytes:
        name, now = path.strip("/"), format_datetime(utc_now())
        items = "".join(ITEM.format(n=n, name=name, when=now) for n in range(self.stories))
        return FEED.format(name=name, items=items).encode()

    def _server(self, address: str) -> ThreadingHTTPServer:
        origin = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                with origin.lock:
                    origin.asked[self.path] += 1
                origin._wait.wait(DELAY)
                tag = f'"{origin.stories}"'
                fresh = self.headers.get("if-none-match") == tag
                body = b"" if fresh else origin.page(self.path)
                self.send_response(304 if fresh else 404 if self.path == "/robots.txt" else 200)
                for name, value in (("ETag", tag), ("Content-Length", str(len(body))), ("Connection", "close")):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                with origin.lock:
                    origin.heard[self.headers["webhook-id"]] += 1
                    if origin.heard[self.headers["webhook-id"]] == 1:
                        origin.told.update(one["title"] for one in body["data"]["items"])
                self.send_response(204)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_said: object) -> None:
                """Say nothing."""

        server = Quiet((address, 0), Handler)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return server


class Fleet:
    """Workers on one database, and the sources that they look after."""

    def __init__(self, store: Store, engine: Engine, place: Path, url: str, options: argparse.Namespace) -> None:
        self.store, self.engine, self.place = store, engine, place
        self.origin = origin = Origin(options.hosts)
        urls = {
            f"s{number}-{n}": f"http://{host}/s{number}-{n}"
            for number, host in enumerate(origin.hosts)
            for n in range(options.each)
        }
        self.ids, self.options = [*urls], options
        sources = "".join(f"  - {{id: {one}, url: '{url}', every: 1d, robots: ignore}}\n" for one, url in urls.items())
        (place / "feedbot.yaml").write_text(
            f"database: '{url}'\nengine: distributed\nnetwork: {{allow: [127.0.0.0/8]}}\nsources:\n{sources}"
            f"targets:\n  hook: {{webhook: 'http://{origin.hosts[0]}/hook'}}\n"
        )
        self.working: list[subprocess.Popen[bytes]] = []
        self.database = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))

    def start(self, *words: str) -> None:
        command = [
            sys.executable,
            "-m",
            "feedbot",
            *(words or ("worker",)),
            f"--slots={self.options.slots}",
            "--config=feedbot.yaml",
        ]
        log = (self.place / f"log{len(list(self.place.glob('log*')))}").open("wb")
        environ = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
        self.working.append(subprocess.Popen(command, cwd=self.place, stdout=log, stderr=log, env=environ))

    def kill(self, which: int) -> None:
        self.working[which].kill()
        self.working.pop(which).wait()

    def end(self) -> None:
        for one in self.working:
            one.send_signal(signal.SIGTERM)
        for one in self.working:
            one.wait(60)
        self.working.clear()

    def due(self) -> int:
        with self.database.begin() as connection:
            waits = "SELECT count(*) FROM sources WHERE configured AND (due_at IS NULL OR due_at <= now())"
            return int(connection.execute(text(waits)).scalar_one())

    def busy(self) -> int:
        with self.database.begin() as connection:
            return int(connection.execute(text("SELECT count(*) FROM procrastinate_jobs")).scalar_one())

    def look(self) -> None:
        """Make everything due, wake the workers, and wait until all of it is done."""
        turn = Event()
        with self.database.begin() as connection:
            connection.execute(text("UPDATE sources SET due_at = now()"))
        with self.store.transaction() as tx:
            for host in self.origin.hosts:
                self.engine.enqueue(tx, Kind.CHECK, host, utc_now())
        while self.due() or self.busy():
            turn.wait(0.02)


def main() -> int:
    """Print the figures; 1 where a proof failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--hosts", type=int, default=48)
    parser.add_argument("--each", type=int, default=4)
    parser.add_argument("--slots", type=int, default=2)
    parser.add_argument("--kill", type=float, default=0.0)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if options.small:
        options.hosts, options.each, options.rounds, options.workers = 6, 2, 1, [1, 2]
    found = programs()
    if found is None:
        print("PostgreSQL is not installed (Debian: postgresql); nothing was measured")
        return 0
    with running(found) as server, tempfile.TemporaryDirectory() as place:
        return (killed if options.kill else measured)(options, server, Path(place))


@contextmanager
def fleet(options: argparse.Namespace, server: Server, place: Path) -> Iterator[Fleet]:
    """Give a fleet without workers."""
    with ExitStack() as stack:
        url = server.url(server.made())
        store = stack.enter_context(share_store(url))
        quiet = distributed(url, clock=utc_now, leads=lambda *_: True, failed=lambda *_: None)
        one = Fleet(store, stack.enter_context(quiet), place, url, options)
        stack.callback(one.origin.close)
        yield one


def measured(options: argparse.Namespace, server: Server, place: Path) -> int:
    """Let more and more workers look at everything once; each source is to be asked for once in each round."""
    rates: dict[int, list[float]] = {}
    wrong = 0
    with fleet(options, server, place) as one:
        for count in options.workers:
            for _ in range(count):
                one.start()
            if not rates:
                store_waits(lambda: one.due() == len(one.ids))
            one.look()
            for _ in range(options.rounds):
                before, began = Counter(one.origin.asked), monotonic()
                one.look()
                rates.setdefault(count, []).append(len(one.ids) / (monotonic() - began))
                asked = one.origin.asked - before
                wrong += sum(asked[f"/{name}"] != 1 for name in one.ids)
            one.end()
    base = median(rates[options.workers[0]])
    for count, some in rates.items():
        print(f"{count} workers, {options.slots} slots each: {median(some):.1f} checks/s, {median(some) / base:.2f}x")
    print(f"{len(one.ids)} sources at {options.hosts} hosts, {DELAY * 1000:.0f} ms each; not asked just once: {wrong}")
    if options.json:
        rows = [
            {"workers": n, "checks_per_second": round(median(all_), 1), "delay_ms": 100} for n, all_ in rates.items()
        ]
        options.json.write_text(json.dumps(rows))
    return int(wrong > 0)


def killed(options: argparse.Namespace, server: Server, place: Path) -> int:
    """Let workers be killed again and again while everything is new; count what is told."""
    with fleet(options, server, place) as one:
        one.start("serve", "--no-web", "--tick=2")
        for _ in range(3):
            one.start()
        store_waits(lambda: one.due() == 0 and len(one.origin.asked) == len(one.ids))
        done, kills = Event(), 0
        wanted: set[str] = set()

        def killing() -> None:
            nonlocal kills
            while not done.wait(options.kill):
                one.kill(1)
                kills += 1
                one.start()

        killer = Thread(target=killing)
        killer.start()
        before, rounds = one.origin.asked.total(), 0
        for _ in range(options.rounds):
            one.origin.stories += 1
            rounds += 1
            wanted.update(f"Story {one.origin.stories - 1} of {name}" for name in one.ids)
            with one.database.begin() as connection:
                connection.execute(text("UPDATE sources SET due_at = now()"))
            store_waits(lambda: len(one.origin.told) == len(wanted))
        done.set()
        killer.join()
        one.end()
        more = one.origin.asked.total() - before - rounds * len(one.ids)
        twice = sum(n > 1 for n in one.origin.told.values())
        again = sum(n - 1 for n in one.origin.heard.values())
    print(f"{len(wanted)} stories were told by workers of which {kills} were killed; missing: 0")
    print(f"told twice under another id: {twice}; messages that came again: {again}; checks begun again: {more}")
    return int(twice > 0 or again > kills * options.slots)


def store_waits(done: Callable[[], bool]) -> None:
    """Wait until it is done."""
    turn = Event()
    while not done():
        turn.wait(0.1)


if __name__ == "__main__":
    sys.exit(main())
