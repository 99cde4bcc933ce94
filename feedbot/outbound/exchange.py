"""Exchange: what one request may still take; and sockets that hold it to that, whatever happens above them.

A timeout of a socket is one for each read, so that a server that drips bytes is never too slow. Here every read and
write gets only the time that is left of the whole, and what was read is counted before anybody can collect it.
"""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from feedbot.errors import FetchError, Overdue

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer


class Exchange:
    """One request with all its hops. `url` is what errors call it; `seconds` and `max_bytes` bound all of it."""

    __slots__ = ("_ends", "_limit", "_seconds", "hops", "received", "reused", "total", "url")

    def __init__(self, url: str, *, seconds: float, max_bytes: int) -> None:
        self.url = url
        self._seconds = seconds
        self._ends = monotonic() + seconds
        self._limit = max_bytes
        self.total = 0
        self.hops = -1
        self.begin()

    def begin(self) -> None:
        """Begin a hop."""
        self.hops += 1
        self.received = 0
        self.reused = False

    @property
    def stale(self) -> bool:
        """Whether a kept connection turned out to be dead: the request may be sent again (RFC 9112 section 9.3.1)."""
        return self.reused and not self.received

    def left(self) -> float:
        """Return the seconds that are left. Raises Overdue where there are none."""
        left = self._ends - monotonic()
        if left <= 0:
            raise self.overdue()
        return left

    def take(self, count: int) -> None:
        """Count bytes that were read. Raises FetchError where they are too many."""
        self.received += count
        self.total += count
        self._limit -= count
        if self._limit < 0:
            raise FetchError(f"{self.url}: the answer is larger than what is taken of one", permanent=True)

    def overdue(self) -> Overdue:
        """Return the error that says that the time is over."""
        return Overdue(f"{self.url}: no whole answer within {self._seconds:g} s")


class TimedSocket(socket.socket):
    """A socket that takes part in an exchange; without one it is as any other."""

    exchange: Exchange | None = None
    spoken: bool = False
    """Whether a request went over it already."""

    def recv_into(self, buffer: "WriteableBuffer", nbytes: int = 0, flags: int = 0) -> int:
        """Read what there is, within what is left of the exchange."""
        with self._in_time() as exchange:
            count = super().recv_into(buffer, nbytes, flags)
        if exchange is not None:
            exchange.take(count)
        return count

    def send(self, data: "ReadableBuffer", flags: int = 0) -> int:
        """Send a part of `data`, within what is left of the exchange."""
        with self._in_time():
            return super().send(data, flags)

    def sendall(self, data: "ReadableBuffer", flags: int = 0) -> None:
        """Send `data`, within what is left of the exchange."""
        with self._in_time():
            super().sendall(data, flags)

    @contextmanager
    def _in_time(self) -> Iterator[Exchange | None]:
        exchange = self.exchange
        if exchange is not None:
            self.settimeout(exchange.left())
        try:
            yield exchange
        except TimeoutError:
            if exchange is None:
                raise
            raise exchange.overdue() from None


class TimedTlsSocket(TimedSocket, ssl.SSLSocket):  # type: ignore[misc]  # its stub names defaults otherwise
    """The same over TLS."""
