"""Loopback servers of the demo: the newsroom with the feeds beside it, and a webhook receiver."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

from feedbot.demo.newsroom import Newsroom

TYPES = {
    ".atom.xml": "application/atom+xml; charset=utf-8",
    ".rss.xml": "application/rss+xml; charset=utf-8",
    ".json": "application/feed+json",
    ".opml": "text/x-opml; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A webhook that came in; `verified` says whether its signature is right (Standard Webhooks)."""

    id: str
    verified: bool
    payload: dict[str, Any]


@dataclass(slots=True)
class Receiver:
    """Takes webhooks and checks their signatures, as a user's own receiver would."""

    secret: str
    receipts: list[Receipt] = field(default_factory=list)

    def take(self, headers: Callable[[str], str], body: bytes) -> HTTPStatus:
        """Keep a webhook and answer it."""
        signed = b".".join((headers("webhook-id").encode(), headers("webhook-timestamp").encode(), body))
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        verified = any(hmac.compare_digest(wanted, one) for one in headers("webhook-signature").split())
        self.receipts.append(Receipt(id=headers("webhook-id"), verified=verified, payload=json.loads(body)))
        return HTTPStatus.NO_CONTENT if verified else HTTPStatus.UNAUTHORIZED


@contextmanager
def serving(newsroom: Newsroom, feeds_dir: Path, receiver: Receiver, port: int = 0) -> Iterator[str]:
    """Serve all three on one loopback port; yield the address of the root."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = unquote(urlsplit(self.path).path)
            found = newsroom.answer(path) or _published(feeds_dir, path)
            self._answer(HTTPStatus.OK, *found) if found else self._answer(HTTPStatus.NOT_FOUND)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            self._answer(receiver.take(lambda name: self.headers.get(name, ""), body))

        def _answer(self, status: HTTPStatus, media_type: str = "text/plain", body: bytes = b"") -> None:
            self.send_response(status)
            self.send_header("content-type", media_type)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server passes
            """Say nothing: the demo tells its own story."""

    server = _Server(("127.0.0.1", port), Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that went away is no trouble of the newsroom."""


def _published(feeds_dir: Path, path: str) -> tuple[str, bytes] | None:
    name = path.removeprefix("/feeds/") or "index.html"
    file = feeds_dir / name
    media_type = next((kind for suffix, kind in TYPES.items() if name.endswith(suffix)), None)
    if not path.startswith("/feeds/") or "/" in name or media_type is None or not file.is_file():
        return None
    return media_type, file.read_bytes()
