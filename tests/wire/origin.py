"""An origin on loopback that answers as a script says, however badly."""

import socket
import ssl
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread

Script = Callable[["Talk"], object]


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked. Names of headers are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    connection: int


@dataclass(slots=True)
class Talk:
    """One connection, as the server has it."""

    sock: socket.socket
    origin: "Origin"
    number: int
    rest: bytes = b""

    def hear(self) -> Request | None:
        """Wait for a request; None where the client is gone."""
        while b"\r\n\r\n" not in self.rest:
            more = self.sock.recv(65536)
            if not more:
                return None
            self.rest += more
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        while len(self.rest) < (length := int(headers.get("content-length", 0))):
            self.rest += self.sock.recv(65536)
        body, self.rest = self.rest[:length], self.rest[length:]
        request = Request(method, path, headers, body, self.number)
        self.origin.requests.append(request)
        return request

    def say(self, data: bytes) -> None:
        self.sock.sendall(data)

    def drip(self, data: bytes) -> None:
        """Say it a byte at a time, until the origin is closed."""
        for byte in data:
            self.sock.sendall(bytes([byte]))
            if self.origin.over.wait(0.02):
                return

    def repeat(self, data: bytes) -> None:
        """Say it for ever."""
        while not self.origin.over.is_set():
            self.sock.sendall(data)

    def hang(self) -> None:
        self.origin.over.wait(10)

    def end(self) -> None:
        """Close the connection under TLS, without the alert that says so."""
        with socket.socket(fileno=self.sock.detach()) as bare:
            bare.shutdown(socket.SHUT_RDWR)

    def reset(self) -> None:
        """Break the connection off as a crash would."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


@dataclass(slots=True)
class Origin:
    """A listening server. `url` ends in a slash."""

    script: Script
    tls: ssl.SSLContext | None = None
    listening: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    requests: list[Request] = field(default_factory=list)
    over: Event = field(default_factory=Event)
    connections: int = 0
    threads: list[Thread] = field(default_factory=list)

    sockets: list[socket.socket] = field(default_factory=list)
    port: int = 0

    def __post_init__(self) -> None:
        self.port = self.listening.getsockname()[1]

    @property
    def url(self) -> str:
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}/"

    def serve(self) -> None:
        while True:
            sock, _ = self.listening.accept()
            if self.over.is_set():
                sock.close()
                return
            self.connections += 1
            self.sockets.append(sock.dup())
            thread = Thread(target=self._talk, args=(sock, self.sockets[-1], self.connections))
            self.threads.append(thread)
            thread.start()

    def _talk(self, sock: socket.socket, same: socket.socket, number: int) -> None:
        sock.settimeout(5)
        with suppress(OSError, ValueError), same, sock:
            if self.tls is None:
                self.script(Talk(sock, self, number))
                return
            with self.tls.wrap_socket(sock, server_side=True) as secure:
                self.script(Talk(secure, self, number))


@contextmanager
def serving(script: Script, tls: ssl.SSLContext | None = None) -> Iterator[Origin]:
    """Serve by a script, one run of it for each connection."""
    origin = Origin(script, tls)
    main = Thread(target=origin.serve)
    main.start()
    try:
        yield origin
    finally:
        origin.over.set()
        socket.create_connection(("127.0.0.1", origin.port)).close()
        main.join(10)
        for sock in origin.sockets:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in origin.threads:
            thread.join(10)
        origin.listening.close()


def answering(answer: Callable[[Request], bytes]) -> Script:
    """Return the script of a well-behaved origin that keeps connections."""

    def script(talk: Talk) -> None:
        while request := talk.hear():
            talk.say(answer(request))

    return script


def saying(*steps: bytes | Script) -> Script:
    """Return the script that hears one request, says and does what it is told, and closes."""

    def script(talk: Talk) -> None:
        talk.hear()
        for step in steps:
            if isinstance(step, bytes):
                talk.say(step)
            else:
                step(talk)

    return script


def dripping(data: bytes) -> Script:
    return lambda talk: talk.drip(data)


def repeating(data: bytes) -> Script:
    return lambda talk: talk.repeat(data)


def page(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """Return a whole answer; underscores in names of headers are hyphens."""
    lines = [
        f"{name.replace('_', '-')}: {value}" for name, value in ({"Content_Length": str(len(body))} | headers).items()
    ]
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode("latin-1") + body


def always(body: bytes = b"", status: str = "200 OK", **headers: str) -> Script:
    """Return the script that has one answer to everything."""
    return answering(lambda _: page(body, status, **headers))
