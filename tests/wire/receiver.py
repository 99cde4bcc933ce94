"""A receiver of webhooks on loopback that answers as a test tells it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR
from threading import Event, Thread
from typing import Any


@dataclass(frozen=True)
class Answer:
    status: int = 204
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Receiver(ThreadingHTTPServer):
    """Answers as it is told, in turn; afterwards always with 204. None cuts the connection; a closed gate holds all."""

    daemon_threads = True

    def __init__(self) -> None:
        self.answers: list[Answer | None] = []
        self.requests: list[Request] = []
        self.gate = Event()
        self.gate.set()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hooks/T0KEN99?key=p4rameter"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        assert isinstance(self.server, Receiver)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.requests.append(Request(self.command, self.path, headers, body))
        self.server.gate.wait(30)
        answer = self.server.answers.pop(0) if self.server.answers else Answer()
        if answer is None:
            self.close_connection = True
            self.connection.shutdown(SHUT_RDWR)
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(answer.body)))
        with suppress(OSError):  # who waited too long for it has left
            self.end_headers()
            self.wfile.write(answer.body)

    do_PUT = do_OPTIONS = do_POST  # noqa: N815 - so called by the server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - so called by the server
        pass


@contextmanager
def listening() -> Iterator[Receiver]:
    """Give a receiver that is at work until the end."""
    with Receiver() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()
