"""A database of a server that several processes work on at once: what each of them may do, leases say.

Who is at work holds the lock of the database together with the others, so that nobody has it alone meanwhile, such as
one who brings its tables up to date.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, bindparam, create_engine, func, select
from sqlalchemy.pool import QueuePool

from feedbot.errors import LeaseLost, StoreBusy, StoreError
from feedbot.ports import Lease
from feedbot.store import tables
from feedbot.store.columns import SHARED
from feedbot.store.database import BUSY
from feedbot.store.faults import told
from feedbot.store.postgresql import KEY, ServerDatabase, address, locked, options

WRITERS = 4
"""Connections that are kept for those who write side by side; more are made while they are needed."""


class SharedDatabase(ServerDatabase):
    """Many write at once, also other processes."""

    def __init__(self, url: str, *, wait: float = 0.0, busy: float = BUSY) -> None:
        super().__init__(url, wait=wait, busy=busy)
        pool = create_engine(
            address(url), poolclass=QueuePool, pool_size=WRITERS, max_overflow=-1, connect_args=options(busy)
        )
        self._pool = pool.execution_options(**{SHARED: True})

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction: all of it is stored, or nothing.

        Raises LeaseLost where this thread works under a lease that is not its own any more (see `under`), and
        StoreBusy where somebody has the database alone.
        """
        try:
            with told(self.name), self._pool.connect() as connection, connection.begin():
                self._admit(connection)
                yield connection
        except (LeaseLost, StoreBusy):
            raise
        except StoreError:
            self._look()
            raise

    def close(self) -> None:
        """Let go of every connection."""
        self._pool.dispose()
        super().close()

    def _enter(self, connection: Connection, wait: float) -> None:
        locked(connection, self.name, wait, _TOGETHER)

    def _admit(self, connection: Connection) -> None:
        if not connection.execute(_AT_ONCE, {"key": KEY}).scalar():
            raise StoreBusy(f"{self.name}: another feedbot has it alone. Nothing was stored, the next pass goes on.")
        lease: Lease | None = getattr(self._mine, "lease", None)
        if lease and not connection.execute(_STILL, {"of": lease.name, "mine": lease.token}).first():
            raise LeaseLost(f"{lease.name} is done by another feedbot by now. Nothing was stored.")

    def _look(self) -> None:
        """Be among those at work again, where the connection that says so was lost, too."""
        with self._turn:
            if self._writer is not None:
                self._writer.invalidate()
                self._writer.close()
                self._writer = None
            try:
                with told(self.name):
                    self._hold(0.0)
            except StoreError:  # the transaction that failed is told; the next one tries again
                return


_TOGETHER = select(func.pg_try_advisory_lock_shared(bindparam("key")))
_AT_ONCE = select(func.pg_try_advisory_xact_lock_shared(bindparam("key")))
_l = tables.leases.c
_STILL = select(_l.token).where(_l.name == bindparam("of"), _l.token == bindparam("mine")).with_for_update()
