"""A webhook receiver for stories: keeps every request, and may kill the process that sends."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

from standardwebhooks.webhooks import Webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass(slots=True)
class Received:
    """What came in: for each webhook-id the bodies, in order."""

    bodies: dict[str, list[bytes]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def take(self, headers: dict[str, str], body: bytes) -> None:
        Webhook(SECRET).verify(body.decode(), headers)
        with self.lock:
            self.bodies.setdefault(headers["webhook-id"], []).append(body)

    def titles(self) -> list[str]:
        return sorted(item["title"] for copies in self.bodies.values() for item in items(copies[0]))

    def repeats(self) -> int:
        return sum(len(copies) - 1 for copies in self.bodies.values())


def items(body: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(body)["data"]["items"]
    return found


def nothing(_moment: str) -> None:
    """What happens at each moment of a request, where the test wants nothing to happen."""


@contextmanager
def receiving(at: Callable[[str], None] = nothing) -> Iterator[tuple[str, Received]]:
    """Serve on loopback; `at` is called with `begun`, `taken` and `answered` for each request."""
    received = Received()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            at("begun")
            body = self.rfile.read(int(self.headers["content-length"]))
            received.take({name.lower(): value for name, value in self.headers.items()}, body)
            at("taken")
            self.send_response(204)
            self.end_headers()
            at("answered")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server passes
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A sender that was killed leaves a broken connection: that is the point."""

    server = Server(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook", received
    finally:
        server.shutdown()
        server.server_close()


def kill(pid: int) -> None:
    """End a process as a power cut would."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
