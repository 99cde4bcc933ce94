"""The HTTP server: waitress, in a thread of this process. Slow clients cost no thread, and stopping loses no answer."""

import logging
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from waitress.server import create_server

from feedbot.errors import ServeError

WORKERS = 4
"""Threads that answer; each answer takes far below a millisecond, so more would only wait for each other."""
CONNECTIONS = 1000
"""Open connections, idle ones included; further ones wait until one is closed."""
IDLE = 30
"""Seconds that an idle connection is kept open."""
GRACE = 5.0
"""Seconds that answers under way are given when the server is stopped."""
LARGEST_HEAD, LARGEST_BODY = 16_384, 1_024
Wsgi = Callable[..., Iterable[bytes]]


@contextmanager
def listening(door: Wsgi, host: str, port: int) -> Iterator[int]:
    """Serve `door` at that address (port 0: a free one) while the context lasts; yield the port.

    Answers under way are finished at the end. Raises ServeError where nobody can listen there.
    """
    for name in ("waitress", "waitress.queue"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # a client that goes away is no news
    there: dict[int, Any] = {}
    server = create_server(
        door,
        map=there,
        sockets=[_bound(host, port)],
        threads=WORKERS,
        connection_limit=CONNECTIONS,
        channel_timeout=IDLE,
        cleanup_interval=IDLE // 2,
        max_request_header_size=LARGEST_HEAD,
        max_request_body_size=LARGEST_BODY,
        asyncore_use_poll=True,
        ident=None,
        clear_untrusted_proxy_headers=True,
    )
    thread = Thread(target=server.run, name="web", daemon=True)
    thread.start()
    try:
        yield int(server.effective_port)
    finally:
        server.accepting = False
        server.task_dispatcher.shutdown(timeout=GRACE)
        server.trigger.pull_trigger(lambda: _leave(server))
        thread.join(GRACE)


def _leave(server: Any) -> None:  # noqa: ANN401 - waitress has no types
    """Stop listening, and close each connection once its answer is out; the server ends with the last of them."""
    server.close()
    for connection in list(server.active_channels.values()):
        connection.close_when_flushed = True


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(where[:2], family=family, backlog=CONNECTIONS)
    except OSError as error:
        why = (error.strerror or str(error)).partition(" (")[0]
        remedy = "choose another port with --port or `serve: {port: …}`, or hand out the files by --no-web"
        raise ServeError(f"feeds cannot be served at {host}:{port}: {why}; {remedy}") from error
