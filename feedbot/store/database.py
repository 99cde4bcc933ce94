"""The connections to a database, whichever it is: in transactions, and with every error told in words."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import local

from sqlalchemy import Connection, Engine

from feedbot.ports import Lease
from feedbot.store.faults import told

CHUNK = 500
"""Values asked for in one statement; every database limits them, old SQLite to 999."""
BUSY = 30.0
"""Seconds that a statement waits for another program that has the database locked."""


class Database(ABC):
    """Gives out connections in transactions; every error of the driver becomes a StoreError that names the database.

    Safe to use from many threads: writers take turns, readers see what was last committed.
    """

    def __init__(self, name: str, readers: Engine) -> None:
        self.name = name
        """What errors call it: no secret is in it."""
        self._readers = readers
        self._mine = local()

    @property
    @abstractmethod
    def place(self) -> Path | None:
        """The file of the database; None where a server has it."""

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database throughout, and cannot write.

        A thread that asks for one while it holds one gets the same: all that it reads is of that state.
        """
        held: Connection | None = getattr(self._mine, "connection", None)
        with told(self.name):
            if held is not None:
                yield held
                return
            with self._readers.connect() as connection:
                self._mine.connection = connection
                try:
                    yield connection
                finally:
                    self._mine.connection = None

    @abstractmethod
    def writing(self) -> AbstractContextManager[Connection]:
        """Give the one connection that writes, in a transaction: all of it is stored, or nothing."""

    @contextmanager
    def under(self, lease: Lease) -> Iterator[None]:
        """Let this thread write nothing within unless the lease is still its own.

        A database that one process has alone needs no such proof.
        """
        before: Lease | None = getattr(self._mine, "lease", None)
        self._mine.lease = lease
        try:
            yield
        finally:
            self._mine.lease = before

    @abstractmethod
    def taken(self) -> int:
        """Return the bytes that the database takes."""

    @abstractmethod
    def compact(self) -> None:
        """Give unused room back to the disk."""

    def close(self) -> None:
        """Let go of every connection."""
        self._readers.dispose()
