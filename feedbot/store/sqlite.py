"""The connections to a database in a file, by SQLite: one that writes, guarded by a lock, and readers beside it."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock
from typing import Literal
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import Pool, QueuePool, StaticPool

from feedbot.errors import StoreError
from feedbot.store.database import BUSY, Database
from feedbot.store.faults import told

_WRITER = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    "mmap_size=0",
    "cache_size=-16000",
    "journal_size_limit=67108864",
)
_READER = ("query_only=ON", "mmap_size=0", "cache_size=-2000")


class FileDatabase(Database):
    """A database in a file of this machine; writers of this process take turns, and another process has none."""

    def __init__(self, path: Path, *, writable: bool = True, busy: float = BUSY) -> None:
        opener = _opener(path, "rwc" if writable else "ro", busy)
        super().__init__(str(path), _engine(opener, "BEGIN", _READER, QueuePool, pool_size=8, max_overflow=-1))
        self.path = path
        self.writable = writable
        self._opener = opener
        self._writers = _engine(opener, "BEGIN IMMEDIATE", _WRITER, StaticPool)
        self._turn = Lock()
        self._writer: Connection | None = None

    @property
    def place(self) -> Path | None:
        """The file."""
        return self.path

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if not self.writable:
            raise StoreError(f"{self.path} was opened for reading only")
        with self._turn, told(self.path):
            if self._writer is None:
                self._writer = self._writers.connect()
            with self._writer.begin():
                yield self._writer

    def taken(self) -> int:
        """Return the bytes that the database takes, what is not yet in its file included."""
        log = self.path.with_name(f"{self.path.name}-wal")
        return sum(file.stat().st_size for file in (self.path, log) if file.exists())

    def compact(self) -> None:
        """Give unused room back to the disk; takes as much again while it lasts. Nobody else may write."""
        with self._turn, told(self.path), closing(self._opener()) as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of the file."""
        if self._writer is not None:
            self._writer.close()
        self._writers.dispose()
        super().close()


def _opener(path: Path, mode: Literal["rwc", "ro"], busy: float) -> Callable[[], sqlite3.Connection]:
    address = f"file:{quote(os.fsencode(path))}?mode={mode}"
    return lambda: sqlite3.connect(address, uri=True, timeout=busy, isolation_level=None, check_same_thread=False)


def _engine(
    opener: Callable[[], sqlite3.Connection],
    begin: str,
    pragmas: tuple[str, ...],
    pool: type[Pool],
    **sizes: int,
) -> Engine:
    """Return an engine whose transactions are begun by us: the driver would leave out DDL and reading ones."""
    engine = create_engine("sqlite://", creator=opener, poolclass=pool, **sizes)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.connection.cursor().execute(begin)

    return engine
