"""A week of polling: 1,000 readers ask every ten minutes for feeds that change five times a day.

Time is scaled, all else is real: `feedbot serve` reads the sources, publishes and answers; nginx, where it is
installed, hands out the same folder beside it, asked the same in the same order. Everything is on loopback.

    python bench/polling.py [--readers 1000] [--days 7] [--feeds 10] [--changes 5] [--connections 8]

What is printed: the share answered 304, bytes against whole files, service times, requests a second. The proof
that the work was done: at the end every reader holds the very bytes that stand on the shelf.
"""

import argparse
import contextlib
import gzip
import json
import random
import selectors
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import brotli

POLLS_A_DAY = 144
ITEMS = 50
TEXT = "The inquiry found that patients who wait in corridors are seen less often, and that nobody owns the queue. "
CONFIG = """\
site: {{title: Polling, url: "http://127.0.0.1:{port}/", packed: true}}
sources:
{sources}
"""
NGINX = """\
daemon off; pid {place}/nginx.pid; error_log {place}/nginx.err; worker_processes 1;
{modules}
events {{ worker_connections 1024; }}
http {{
  access_log off; client_body_temp_path {place}/b; proxy_temp_path {place}/p; fastcgi_temp_path {place}/f;
  uwsgi_temp_path {place}/u; scgi_temp_path {place}/s; keepalive_requests 1000000; sendfile on;
  types {{ application/atom+xml xml; application/feed+json json; text/html html; }}
  server {{
    listen 127.0.0.1:{port}; root {place}; gzip_static on; {brotli}
    add_header Cache-Control "public, max-age=300"; add_header Vary Accept-Encoding;
    add_header Access-Control-Allow-Origin "*"; add_header X-Content-Type-Options nosniff;
  }}
}}
"""
BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")


@dataclass
class Reader:
    """A reader of one feed: it keeps what it got, and asks with the validators of that."""

    path: str
    accepts: str
    by_time: bool
    tag: str = ""
    changed: str = ""
    body: bytes = b""
    coding: str = ""

    def request(self) -> bytes:
        asked = [f"GET {self.path} HTTP/1.1", "Host: 127.0.0.1", "User-Agent: bench"]
        asked += [f"Accept-Encoding: {self.accepts}"] if self.accepts else []
        asked += [f"If-None-Match: {self.tag}"] if self.tag and not self.by_time else []
        asked += [f"If-Modified-Since: {self.changed}"] if self.changed else []
        return "\r\n".join([*asked, "", ""]).encode()

    def take(self, head: dict[str, str], body: bytes) -> None:
        self.tag, self.changed = head.get("etag", ""), head.get("last-modified", "")
        self.body, self.coding = body, head.get("content-encoding", "")

    def content(self) -> bytes:
        return {"gzip": gzip.decompress, "br": brotli.decompress, "": bytes}[self.coding](self.body)


@dataclass
class Tally:
    """What a server did."""

    answers: int = 0
    unchanged: int = 0
    bytes: int = 0
    whole: int = 0
    took: float = 0.0
    times: list[float] = field(default_factory=list)


@dataclass
class Line:
    """A connection that is kept: one request is under way at most."""

    sock: socket.socket
    reader: Reader | None = None
    begun: float = 0.0
    heard: bytearray = field(default_factory=bytearray)


class Crowd:
    """Readers that ask one server over a few kept connections."""

    def __init__(self, port: int, readers: Sequence[Reader], connections: int) -> None:
        self.readers, self.tally = readers, Tally()
        self._port, self._connections = port, connections
        self._lines: list[Line] = []
        self._events = selectors.DefaultSelector()

    def connect(self) -> None:
        """Open the connections that are kept while all ask; servers close those that are idle for long."""
        self.close()
        for _ in range(self._connections):
            line = Line(socket.create_connection(("127.0.0.1", self._port)))
            line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._events.register(line.sock, selectors.EVENT_READ, line)
            self._lines.append(line)

    def poll(self, order: Sequence[int], sizes: dict[str, int]) -> None:
        """Let every reader ask once, in that order."""
        self.connect()
        waiting = deque(self.readers[number] for number in order)
        begun, busy = time.perf_counter(), 0
        for line in self._lines[: len(waiting)]:
            self._ask(line, waiting.popleft())
            busy += 1
        while busy:
            for key, _ in self._events.select():
                line = key.data
                line.heard += line.sock.recv(1 << 18) or _lost()
                if self._answered(line, sizes):
                    if waiting:
                        self._ask(line, waiting.popleft())
                    else:
                        busy -= 1
        self.tally.took += time.perf_counter() - begun

    def close(self) -> None:
        for line in self._lines:
            self._events.unregister(line.sock)
            line.sock.close()
        self._lines = []

    def _ask(self, line: Line, reader: Reader) -> None:
        line.reader, line.begun = reader, time.perf_counter()
        line.sock.sendall(reader.request())

    def _answered(self, line: Line, sizes: dict[str, int]) -> bool:
        end = line.heard.find(b"\r\n\r\n")
        if end < 0:
            return False
        status, unchanged = line.heard[9:12], line.heard[9:12] == b"304"
        head: dict[str, str] = {}
        length = end + 4
        if not unchanged:
            assert status == b"200", bytes(line.heard[:300])
            pairs = (one.partition(": ") for one in line.heard[:end].decode().split("\r\n")[1:])
            head = {name.lower(): value for name, _, value in pairs}
            length += int(head["content-length"])
            if len(line.heard) < length:
                return False
        reader = line.reader
        assert reader is not None
        self._count(unchanged, length, sizes[reader.path] + end + 4, time.perf_counter() - line.begun)
        if not unchanged:
            reader.take(head, bytes(line.heard[end + 4 : length]))
        del line.heard[:length]
        return True

    def _count(self, unchanged: bool, length: int, whole: int, took: float) -> None:  # noqa: FBT001 - a fact
        tally = self.tally
        tally.answers += 1
        tally.unchanged += unchanged
        tally.bytes += length
        tally.whole += whole
        tally.times.append(took)


def _lost() -> bytes:
    raise SystemExit("the server closed a connection")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def story(feed: int, number: int) -> dict[str, Any]:
    return {
        "id": f"{feed}-{number}",
        "url": f"https://office{feed}.example/news/{number}",
        "title": f"Inquiry {number} of office {feed} says what was found",
        "date_published": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_780_000_000 + 60 * number)),
        "summary": TEXT,
        "content_html": "".join(f"<p>{TEXT * 3} ({feed}, {number}, {line})</p>" for line in range(5)),
        "image": f"https://office{feed}.example/{number}.jpg",
    }


class News:
    """The sources: one JSON Feed each, of which the newest items are shown."""

    def __init__(self, place: Path, feeds: int) -> None:
        self.place, self.feeds, self.numbers = place, range(feeds), [ITEMS] * feeds
        for feed in self.feeds:
            self._write(feed)

    def change(self) -> None:
        for feed in self.feeds:
            self.numbers[feed] += 1
            self._write(feed)

    def _write(self, feed: int) -> None:
        newest = range(self.numbers[feed], self.numbers[feed] - ITEMS, -1)
        said = {"version": "https://jsonfeed.org/version/1.1", "title": f"Office {feed}"}
        body = json.dumps(said | {"items": [story(feed, number) for number in newest]})
        aside = self.place / "aside"
        aside.write_text(body)
        aside.replace(self.place / f"news{feed}.json")

    def shown(self) -> bool:
        """Say whether everything that changed is on the shelf."""
        for feed in self.feeds:
            name = f"office{feed}.atom.xml"
            wanted = f"/news/{self.numbers[feed]}<".encode(), f'/news/{self.numbers[feed]}"'.encode()
            file = self.place / "feeds" / name
            body = file.read_bytes() if file.exists() else b""
            packed = self.place / "feeds" / f"{name}.br"
            if not any(one in body for one in wanted) or not packed.exists():
                return False
            if packed.stat().st_mtime_ns != file.stat().st_mtime_ns:
                return False
        return True

    def wait(self) -> None:
        until = time.monotonic() + 60
        while not self.shown():
            if time.monotonic() > until:
                raise SystemExit("feedbot did not publish a change within a minute")
            time.sleep(0.05)  # noqa: TID251 - a bench waits


@contextlib.contextmanager
def feedbot(place: Path, port: int, feeds: int) -> Iterator[subprocess.Popen[bytes]]:
    sources = "".join(
        f'  - {{id: office{feed}, url: "file://{place}/news{feed}.json", every: 1s}}\n' for feed in range(feeds)
    )
    (place / "feedbot.yaml").write_text(CONFIG.format(port=port, sources=sources))
    command = [sys.executable, "-m", "feedbot", "serve", "--config", "feedbot.yaml", "--tick", "5"]
    with (place / "serve.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=place, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


@contextlib.contextmanager
def nginx(place: Path, port: int) -> Iterator[None]:
    modules = f"load_module {BROTLI};" if BROTLI.exists() else ""
    text = NGINX.format(place=place, port=port, modules=modules, brotli="brotli_static on;" if modules else "")
    (place / "nginx.conf").write_text(text)
    command = [shutil.which("nginx") or "/usr/sbin/nginx", "-p", str(place), "-c", str(place / "nginx.conf")]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        listens(port)
        yield
    finally:
        process.terminate()
        process.wait(30)


def listens(port: int) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)  # noqa: TID251 - a bench waits
        else:
            return


def readers(count: int, feeds: int, chance: random.Random) -> list[Reader]:
    """Return readers as they are: most take gzip, many brotli, some nothing; one in ten asks by time only."""
    accepts = ("gzip, deflate, br", "gzip, deflate, br, zstd", "gzip, deflate", "gzip", "gzip", "")
    return [
        Reader(f"/feeds/office{number % feeds}.atom.xml", chance.choice(accepts), chance.random() < 0.1)
        for number in range(count)
    ]


def told(name: str, tally: Tally) -> None:
    times = sorted(tally.times)
    print(
        f"{name:<8} {tally.answers:>9,} answers  304: {tally.unchanged / tally.answers:6.2%}  "
        f"bytes: {tally.bytes / tally.whole:6.2%} of whole files  "
        f"median {statistics.median(times) * 1e3:.2f} ms  p99 {times[int(len(times) * 0.99)] * 1e3:.2f} ms  "
        f"{tally.answers / tally.took:,.0f} requests/s"
    )


def holding(place: Path, crowd: Crowd) -> int:
    return sum(reader.content() == (place / reader.path.lstrip("/")).read_bytes() for reader in crowd.readers)


def memory(process: subprocess.Popen[bytes]) -> int:
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS"))


def week(options: argparse.Namespace, place: Path, crowds: dict[str, Crowd], news: News) -> None:
    """Let every reader ask every ten minutes; feeds change at even distances."""
    chance = random.Random(7)
    polls, every = options.days * POLLS_A_DAY, POLLS_A_DAY // options.changes
    order = list(range(options.readers))
    for number in range(polls):
        if number % every == every // 2:
            news.change()
            news.wait()
        sizes = {reader.path: 0 for reader in crowds["feedbot"].readers}
        sizes = {path: (place / path.lstrip("/")).stat().st_size for path in sizes}
        chance.shuffle(order)
        for crowd in crowds.values():
            crowd.poll(order, sizes)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in (("readers", 1000), ("days", 7), ("feeds", 10), ("changes", 5), ("connections", 8)):
        asked.add_argument(f"--{name}", type=int, default=usual)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="polling-") as folder, contextlib.ExitStack() as stack:
        place, port = Path(folder), free_port()
        place.chmod(0o755)
        news = News(place, options.feeds)
        process = stack.enter_context(feedbot(place, port, options.feeds))
        listens(port)
        news.wait()
        print(f"memory of `feedbot serve` before the first poll: {memory(process)} MB")
        ports = {"feedbot": port}
        if shutil.which("nginx") or Path("/usr/sbin/nginx").exists():
            ports["nginx"] = free_port()
            stack.enter_context(nginx(place, ports["nginx"]))
        crowds = {
            name: Crowd(one, readers(options.readers, options.feeds, random.Random(1)), options.connections)
            for name, one in ports.items()
        }
        week(options, place, crowds, news)
        for name, crowd in crowds.items():
            told(name, crowd.tally)
            right = holding(place, crowd)
            print(f"{'':<8} proof: {right} of {options.readers} readers hold the bytes that stand on the shelf")
            crowd.close()
        print(f"memory of `feedbot serve` afterwards: {memory(process)} MB")
        mine = crowds["feedbot"].tally
        well = mine.unchanged / mine.answers >= 0.95 and mine.bytes / mine.whole <= 0.08
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
