"""The connections to a database, whichever it is: in transactions, and with every error told in words."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import local

from sqlalchemy import Connection, Engine

from feedbot.ports import Lease, Transaction
from feedbot.store.faults import told

CHUNK = 500
"""Values asked for in one statement; every database limits them, old SQLite to 999."""
BUSY = 30.0
"""Seconds that a statement waits for another program that has the database locked."""


@dataclass(slots=True)
class Begun:
    """A transaction that was begun; satisfies ports.Transaction."""

    connection: Connection
    afterwards: list[Callable[[], object]] = field(default_factory=list)

    @property
    def driver(self) -> object:
        """The connection, as the driver of the database knows it."""
        return self.connection.connection.driver_connection

    def savepoint(self) -> AbstractContextManager[object]:
        """Let what is done within be undone alone, where it fails."""
        return self.connection.begin_nested()

    def then(self, done: Callable[[], object]) -> None:
        """Have `done` called once all of it is stored; never where it is not."""
        self.afterwards.append(done)


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

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection that writes, in a transaction: all of it is stored, or nothing.

        A thread that asks for one while it has one joins what it began.
        """
        begun: Begun | None = getattr(self._mine, "begun", None)
        if begun is not None:
            yield begun.connection
            return
        with self._writing() as connection:
            self._mine.begun = begun = Begun(connection)
            try:
                yield connection
            finally:
                self._mine.begun = None
        for done in begun.afterwards:
            done()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Begin a transaction, which all that this thread writes within joins."""
        with self.writing():
            yield self._mine.begun

    @abstractmethod
    def _writing(self) -> AbstractContextManager[Connection]:
        """Give a connection in a transaction of its own."""

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
