"""The connection to the database: one writer, readers beside it, and the lock that keeps a second process out."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from feedbot.errors import StoreError, StoreUnusable


class Database:
    """Gives out connections in transactions; every error of the driver becomes a StoreError that names the file."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.path = Path(url.removeprefix("sqlite:///"))
        self.engine = _engine(url)
        self._writer = RLock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that only reads."""
        with self._translated(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give the one connection that writes, in a transaction: all of it is stored, or nothing."""
        with self._writer, self._translated(), self.engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Let go of the file."""
        self.engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            text = f"{self.path}: {error.orig}"
            if "malformed" in text or "not a database" in text:
                remedy = "restore a backup, or move the file away to begin anew"
                raise StoreUnusable(f"{text}; {remedy}") from error
            raise StoreError(text) from error


def _engine(url: str) -> Engine:
    engine = create_engine(url, poolclass=QueuePool, pool_size=4, max_overflow=32)

    @event.listens_for(engine, "connect")
    def prepare(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "busy_timeout=30000",
            "mmap_size=0",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine
