"""The HTTP server: uvicorn, in a thread of this process, with its parser httptools. Only this module knows it.

uvicorn waits for clients without a thread for each, which is all that is asynchronous here: what answers is an
ordinary function, and it answers at once; what is posted is stored, and may have to wait in a thread.
"""

import asyncio
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from feedbot.errors import ServeError
from feedbot.web.answer import Answer, Request

CONNECTIONS = 1_000
"""Open connections, idle ones included; who comes on top of them is asked to come back."""
IDLE = 30
"""Seconds that a connection may be open without a whole request, or with an answer that is not fetched."""
GRACE = 5
"""Seconds that answers under way are given when the server is stopped."""
LARGEST_HEAD = 16_384
"""Bytes of a request up to the end of its headers."""


@contextmanager
def listening(answer: Callable[[Request], Answer], host: str, port: int) -> Iterator[int]:
    """Answer requests at that address (port 0: a free one) while the context lasts; yield the port.

    Answers under way are finished at the end. Raises ServeError where nobody can listen there.
    """
    with _bound(host, port) as listener:
        ready = Event()
        server = _Server(_config(answer), ready)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, name="web", daemon=True)
        thread.start()
        ready.wait()
        try:
            yield int(listener.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join(2 * GRACE)


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config, ready: Event) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.set()


class _Connection(HttpToolsProtocol):
    """Ends connections that ask too slowly, too long, or do not fetch their answers."""

    _deadline: asyncio.TimerHandle | None = None
    _heard = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._extend()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._heard += len(data)
        if self._heard > LARGEST_HEAD:
            self.send_400_response("This request is larger than any that reads a feed.")
            return
        super().data_received(data)

    def on_response_complete(self) -> None:
        self._heard = 0
        self._extend()
        super().on_response_complete()

    def _extend(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(IDLE, self.transport.abort)


def _config(answer: Callable[[Request], Answer]) -> uvicorn.Config:
    for name in ("uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # a client that goes away is no news
    return uvicorn.Config(
        _asgi(answer),
        http=_Connection,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=IDLE,
        timeout_graceful_shutdown=GRACE,
        backlog=CONNECTIONS,
    )


def _asgi(answer: Callable[[Request], Answer]) -> Any:  # noqa: ANN401 - an application as ASGI 3 has it
    async def application(scope: Any, _receive: Any, send: Any) -> None:  # noqa: ANN401 - the same
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        client = scope["client"][0] if scope.get("client") else ""
        request = Request(method=scope["method"], path=scope["path"], headers=headers, client=client)
        said = await asyncio.to_thread(answer, request) if request.method == "POST" else answer(request)
        named = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in said.headers.items()]
        await send({"type": "http.response.start", "status": said.status.value, "headers": named})
        await send({"type": "http.response.body", "body": said.body})

    return application


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(where[:2], family=family, backlog=CONNECTIONS)
    except OSError as error:
        why = (error.strerror or str(error)).partition(" (")[0]
        remedy = "choose another port with --port or `serve: {port: …}`, or hand out the files by --no-web"
        raise ServeError(f"feeds cannot be served at {host}:{port}: {why}; {remedy}") from error
