"""An origin in a process of its own: many hosts on loopback, whose feeds, pages and calls of a hook are counted."""

import asyncio
import json
import ssl
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection

STEP = 0.01
NEWS = "Tue, 24 Nov 2026 {:02}:{:02}:00 GMT"


def addresses(count: int) -> list[str]:
    """Return so many addresses of this machine."""
    return [f"127.{20 + n // 60_000}.{n // 240 % 250 + 1}.{n % 240 + 1}" for n in range(count)]


class Origin:
    """The other end of the process."""

    def __init__(self, ends: Connection, port: int, hosts: Sequence[str], scheme: str) -> None:
        self._ends = ends
        self.port = port
        self.hosts = hosts
        self.scheme = scheme

    def url(self, number: int) -> str:
        """Return the address of a feed."""
        return f"{self.scheme}://{self.hosts[number]}:{self.port}/{number}"

    def publish(self) -> None:
        """Have every host publish one more story."""
        self._ends.send("publish")
        self._ends.recv()

    def counts(self) -> Counter[str]:
        """Return how often each status was answered, and each story was told to the hook, since the last call."""
        self._ends.send("counts")
        return Counter(self._ends.recv())


@contextmanager
def origin(
    hosts: int, *, items: int = 20, kind: str = "feed", delay: float = 0.0, tls: tuple[str, str] | None = None
) -> Iterator[Origin]:
    """Run one; `kind` is what it answers: a feed or a page, of so many items. `tls` names a certificate and its key."""
    ours, theirs = get_context("spawn").Pipe()
    options = {"items": items, "kind": kind, "delay": delay, "tls": tls}
    process = get_context("spawn").Process(target=_run, args=(theirs, addresses(hosts), options), daemon=True)
    process.start()
    try:
        yield Origin(ours, ours.recv(), addresses(hosts), "https" if tls else "http")
    finally:
        process.terminate()
        process.join()


def _run(ends: Connection, hosts: list[str], options: dict[str, object]) -> None:
    asyncio.run(_Server(ends, options).run(hosts))


class _Server:
    def __init__(self, ends: Connection, options: dict[str, object]) -> None:
        self.ends, self.options = ends, options
        self.stories = int(str(options["items"]))
        self.seen: Counter[str] = Counter()

    async def run(self, hosts: list[str]) -> None:
        context = None
        if self.options["tls"]:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(*self.options["tls"])  # type: ignore[misc]
        first = await asyncio.start_server(self.answer, hosts[0], 0, ssl=context, backlog=512)
        port = first.sockets[0].getsockname()[1]
        if hosts[1:]:
            await asyncio.start_server(self.answer, hosts[1:], port, ssl=context, backlog=64)
        self.ends.send(port)
        while True:
            await asyncio.sleep(STEP)
            while self.ends.poll():
                if self.ends.recv() == "publish":
                    self.stories += 1
                    self.ends.send(None)
                else:
                    self.ends.send(dict(self.seen))
                    self.seen.clear()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self.one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *rest = head.split("\r\n")
        said = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in rest if one)}
        method, path, _ = line.split(" ", 2)
        body = await reader.readexactly(int(said.get("content-length", 0)))
        if self.options["delay"] and method == "GET":
            await asyncio.sleep(float(str(self.options["delay"])))
        tag = f'"{self.stories}"'
        if method == "POST":
            status, content = 204, b""
            self.seen.update(f"told {item['title']}" for item in json.loads(body)["data"]["items"])
        elif path == "/robots.txt":
            status, content = 404, b""
        elif said.get("if-none-match") == tag:
            status, content = 304, b""
        else:
            status, content = 200, self.page(path.strip("/"))
        self.seen[f"{status}" if path != "/robots.txt" else "robots"] += 1
        media = "text/html" if self.options["kind"] == "page" else "application/rss+xml"
        fields = f"ETag: {tag}\r\nContent-Type: {media}; charset=utf-8\r\nContent-Length: {len(content)}\r\n"
        writer.write(f"HTTP/1.1 {status} OK\r\n{fields}\r\n".encode() + content)
        await writer.drain()
        return said.get("connection", "").lower() != "close"

    def page(self, name: str) -> bytes:
        numbers = range(self.stories - 1, self.stories - 1 - int(str(self.options["items"])), -1)
        if self.options["kind"] == "page":
            rows = "".join(
                f'<li class="card"><h3><a href="/news/{name}-{n}">Story {n} of office {name}</a></h3>'
                f'<time datetime="2026-11-24T{n // 60 % 24:02}:{n % 60:02}">24 November 2026</time>'
                f"<p>What office {name} found out about matter {n}, in a sentence or two.</p></li>"
                for n in numbers
            )
            head = f"<html><head><title>Office {name}</title></head>"
            return f"{head}<body><main><ul>{rows}</ul></main></body></html>".encode()
        rows = "".join(
            f"<item><title>Story {n} of office {name}</title><link>https://office{name}.example/{n}</link>"
            f"<guid>office{name}-{n}</guid><pubDate>{NEWS.format(n // 60 % 24, n % 60)}</pubDate>"
            f"<description>What office {name} found out about matter {n}, in a sentence or two.</description></item>"
            for n in numbers
        )
        text = f'<rss version="2.0"><channel><title>Office {name}</title>{rows}</channel></rss>'
        return f'<?xml version="1.0"?>{text}'.encode()
