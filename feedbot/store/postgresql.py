"""The connections to a database of a PostgreSQL server, by psycopg: one that writes, and readers beside it.

Who writes holds a lock of the session, so that one feedbot at a time works on a database, as with a file. All is
written on the connection that holds it: who lost that connection has lost the lock with it, and can write nothing
before it has both again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, Select, bindparam, create_engine, func, select, text
from sqlalchemy.dialects.sqlite.dml import OnConflictDoNothing, OnConflictDoUpdate
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import NullPool, QueuePool

from feedbot.errors import StoreBusy, StoreError, StoreUnusable
from feedbot.store.database import BUSY, Database
from feedbot.store.faults import told
from feedbot.store.place import name_of

KEY = 0x66656564626F74
"""The number of the lock ("feedbot"); such locks are of one database."""
STEP = 0.1
"""Seconds between two tries to get the lock."""
CONNECT = 10
"""Seconds that a server may take to answer."""
_ALONE = select(func.pg_try_advisory_lock(bindparam("key")))
_HOLDER = text(
    "SELECT a.pid, coalesce(host(a.client_addr), 'this machine') AS place FROM pg_locks l JOIN pg_stat_activity a"
    " ON a.pid = l.pid WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1"
    " AND (l.classid::bigint << 32 | l.objid::bigint) = :key AND a.datname = current_database()"
)
_REFUSED = {
    "does not exist": "Make what is missing (`createuser`, `createdb`), then try again.",
    "authentication failed": "Check the user and the password in `database:`.",
    "no password supplied": "Give a password in `database:`, such as postgresql://user:${PASSWORD}@host/name.",
    "too many": "Free connections of the server; nothing was stored, the next pass goes on.",
}
"""What to do, by what a server says that lets nobody in."""
_REMEDIES = {
    "42501": "Let that user make and write tables in the database.",
    "53": "Free what the server lacks; nothing was stored, the next pass goes on.",
}
"""What to do, by the beginning of a state of the SQL standard."""


class ServerDatabase(Database):
    """A database of a server; writers of this process take turns.

    Another process has none, where it is opened to be `alone`.
    """

    def __init__(
        self, url: str, *, writable: bool = True, alone: bool = True, wait: float = 0.0, busy: float = BUSY
    ) -> None:
        super().__init__(name_of(url), _readers(url, busy))
        self.writable = writable
        self._alone = alone
        self._writers = _writers(url, busy)
        self._turn = Lock()
        self._writer: Connection | None = None
        if writable and alone:
            with self._turn, told(self.name):
                self._hold(wait)

    @property
    def place(self) -> Path | None:
        """None: the server knows."""
        return None

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Give the one connection that writes, in a transaction: all of it is stored, or nothing.

        Raises StoreBusy where the connection was lost, and another feedbot works on the database by now.
        """
        if not self.writable:
            raise StoreError(f"{self.name} was opened for reading only")
        with self._turn, told(self.name):
            connection = self._hold(0.0)
            with connection.begin():
                yield connection

    def taken(self) -> int:
        """Return the bytes that the database takes on the server."""
        with self.reading() as connection:
            size: int = connection.execute(select(func.pg_database_size(func.current_database()))).scalar_one()
            return size

    def compact(self) -> None:
        """Leave that to the server, which does it by itself (autovacuum)."""

    def close(self) -> None:
        """Let go of every connection, and with the one that writes of the lock."""
        if self._writer is not None:
            self._writer.close()
        self._writers.dispose()
        super().close()

    def _enter(self, connection: Connection, wait: float) -> None:
        """Let a connection be the one that writes. Raises StoreBusy."""
        if self._alone:
            locked(connection, self.name, wait)

    def _hold(self, wait: float) -> Connection:
        """Return the connection that holds the lock; where it was lost, another one that could get it."""
        if self._writer is not None and not (self._writer.closed or self._writer.invalidated):
            return self._writer
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        connection = self._writers.connect()
        try:
            self._enter(connection, wait)
        except BaseException:
            connection.close()
            raise
        self._writer = connection
        return connection


@compiles(OnConflictDoNothing, "postgresql")
def _do_nothing(clause: Any, compiler: Any, **options: Any) -> str:  # noqa: ANN401 - as SQLAlchemy calls it
    """Write what the tables' inserts say for SQLite, which PostgreSQL takes word for word."""
    clause.constraint_target = None  # its compiler asks for the name of a constraint, too
    return str(compiler.visit_on_conflict_do_nothing(clause, **options))


@compiles(OnConflictDoUpdate, "postgresql")
def _do_update(clause: Any, compiler: Any, **options: Any) -> str:  # noqa: ANN401 - the same
    """Write the same of an update."""
    clause.constraint_target = None
    return str(compiler.visit_on_conflict_do_update(clause, **options))


def holder_of(url: str) -> str:
    """Return who works on the database, in words; empty where nobody does. Raises StoreError."""
    engine = _readers(url, BUSY)
    try:
        with told(name_of(url)), engine.connect() as connection:
            return _holder(connection)
    finally:
        engine.dispose()


def explained(error: BaseException, name: str) -> StoreError:
    """Return what an error of the driver means."""
    state = getattr(error, "sqlstate", None) or ""
    said = " ".join(str(error).split()) or type(error).__name__
    if state.startswith("55P03"):
        return StoreBusy(f"{name} is locked by another program; nothing was stored.")
    remedy = next((words for begin, words in _REMEDIES.items() if state.startswith(begin)), "")
    if not state or state.startswith(("08", "57P")):
        for words, remedy in _REFUSED.items():
            if words in said:
                return StoreUnusable(f"{name}: {said}. {remedy}")
        remedy = "Look whether the server runs and can be reached from here; nothing was stored, the next pass goes on."
        return StoreError(f"{name} cannot be reached: {said}. {remedy}")
    kind = StoreUnusable if state.startswith("XX") else StoreError
    return kind(f"{name}: {said}. {remedy}".rstrip())


def locked(connection: Connection, name: str, wait: float, asking: Select[tuple[bool]] = _ALONE) -> None:
    """Get the lock of the session by `asking` for it. Raises StoreBusy after `wait` seconds."""
    ends = monotonic() + wait
    while True:
        with connection.begin():
            if connection.execute(asking, {"key": KEY}).scalar():
                return
            who = _holder(connection)
        if monotonic() >= ends:
            raise StoreBusy(
                f"{name} is in use by another feedbot ({who or 'unknown'}). Nothing was changed. "
                "Wait until it is done, or stop it, then try again."
            )
        Event().wait(STEP)


def _holder(connection: Connection) -> str:
    row = connection.execute(_HOLDER, {"key": KEY}).first()
    return f"session {row.pid} of {row.place}" if row else ""


def _readers(url: str, busy: float) -> Engine:
    engine = create_engine(
        address(url),
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=-1,
        pool_pre_ping=True,
        isolation_level="REPEATABLE READ",
        connect_args=options(busy),
    )
    return engine.execution_options(postgresql_readonly=True)


def _writers(url: str, busy: float) -> Engine:
    return create_engine(address(url), poolclass=NullPool, connect_args=options(busy))


def address(url: str) -> URL:
    """Return what SQLAlchemy opens by psycopg."""
    return make_url(url).set(drivername="postgresql+psycopg")


def options(busy: float) -> dict[str, object]:
    """Return how every connection is made."""
    return {
        "connect_timeout": CONNECT,
        "application_name": "feedbot",
        "options": f"-c lock_timeout={int(busy * 1000)} -c timezone=UTC",
        "keepalives_idle": 30,
    }
