"""Holding: the right to do a thing that no two processes may do at once."""

import os
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import datetime, timedelta
from threading import Lock

from feedbot.errors import StoreError
from feedbot.ports import Clock, Lease, Leases

TERM = timedelta(seconds=30)
"""A lease runs so long; who works renews it several times in that."""
LONGEST = timedelta(minutes=10)
"""Work that takes longer hangs, it seems: its leases are not renewed any more, and others may have a try."""
NO_TIME = timedelta()


class Alone:
    """The one process that works on a database has every right."""

    def of(self, _name: str, *, rest: timedelta = NO_TIME, fenced: bool = True) -> AbstractContextManager[bool]:  # noqa: ARG002 - as Shared
        """Let it do what it wants."""
        return nullcontext(enter_result=True)


class Shared:
    """One of several processes has the rights for which it holds leases; `renew` prolongs them, every TERM / 3."""

    def __init__(self, leases: Leases, clock: Clock) -> None:
        self._leases = leases
        self._clock = clock
        self._holder = f"{socket.gethostname()} {os.getpid()}"
        self._turn = Lock()
        self._held: dict[Lease, datetime] = {}

    @contextmanager
    def of(self, name: str, *, rest: timedelta = NO_TIME, fenced: bool = True) -> Iterator[bool]:
        """Let this process alone do within what `name` says, where the answer is true; others may after `rest`.

        Where it is `fenced`, nothing is stored within once another process has the right: see LeaseLost.
        """
        now = self._clock()
        lease = self._leases.lease(name, holder=self._holder, now=now, until=now + TERM)
        if lease is None:
            yield False
            return
        with self._turn:
            self._held[lease] = now
        try:
            with self._leases.under(lease) if fenced else nullcontext():
                yield True
        finally:
            with self._turn:
                self._held.pop(lease, None)
            with suppress(StoreError):  # it runs out
                self._leases.release(lease, at=self._clock() + rest)

    def leads(self, name: str, period: timedelta) -> bool:
        """Say whether this process is the one that does `name` in this period."""
        now = self._clock()
        return self._leases.lease(name, holder=self._holder, now=now, until=now + 0.9 * period) is not None

    def renew(self) -> None:
        """Prolong what is held, but for what hangs. Raises StoreError."""
        now = self._clock()
        with self._turn:
            held = [lease for lease, since in self._held.items() if now - since < LONGEST]
        if held:
            self._leases.renew(held, until=now + TERM)
