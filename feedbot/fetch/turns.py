"""Turns: requests to one host go one after the other, with a pause between them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from threading import Event, Lock
from time import monotonic
from urllib.parse import urlsplit

PAUSE = 1.0
"""Seconds between the end of a request and the beginning of the next one to the same host."""
MANY = 1_000
"""So many hosts are remembered before those that are free are forgotten."""


@dataclass(slots=True)
class _Host:
    turn: Lock = field(default_factory=Lock)
    free_at: float = 0.0


class Turns:
    """Gives each host one request at a time. Safe to share by threads."""

    def __init__(
        self,
        pause: float = PAUSE,
        *,
        wait: Callable[[float], object] | None = None,
        ticking: Callable[[], float] = monotonic,
    ) -> None:
        self._pause = pause
        self._wait = wait or Event().wait
        self._ticking = ticking
        self._hosts: dict[str, _Host] = {}
        self._lock = Lock()

    @contextmanager
    def of(self, host: str) -> Iterator[None]:
        """Wait until it is one's turn, and have it."""
        one = self._host(host)
        with one.turn:
            if is_paced(host) and (gap := one.free_at - self._ticking()) > 0:
                self._wait(min(gap, self._pause))
            try:
                yield
            finally:
                one.free_at = self._ticking() + self._pause

    def _host(self, host: str) -> _Host:
        with self._lock:
            if len(self._hosts) > MANY:
                now = self._ticking()
                self._hosts = {name: one for name, one in self._hosts.items() if one.turn.locked() or one.free_at > now}
            return self._hosts.setdefault(host, _Host())


def host_in(url: str) -> str:
    """Return the host of an address; empty where it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def is_paced(host: str) -> bool:
    """Say whether there are pauses between requests to a host: this machine needs none."""
    if host in {"", "localhost"}:
        return False
    try:
        return not ip_address(host).is_loopback
    except ValueError:
        return True
