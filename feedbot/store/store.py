"""Store: the ports in one, on one database."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager

from feedbot.errors import StoreBusy, StoreUnusable
from feedbot.ports import Transaction
from feedbot.store.agenda import Agenda
from feedbot.store.alarms import Alarms
from feedbot.store.attic import Attic
from feedbot.store.board import Board
from feedbot.store.catalogue import Catalogue
from feedbot.store.courtesy import Courtesy
from feedbot.store.database import BUSY
from feedbot.store.facts import Facts
from feedbot.store.gauges import Meter
from feedbot.store.history import History
from feedbot.store.inbox import Inbox
from feedbot.store.leases import Leases
from feedbot.store.ledger import Ledger
from feedbot.store.opening import alone, beside, together
from feedbot.store.outbox import Outbox
from feedbot.store.place import file_of, name_of
from feedbot.store.schema import SCHEMA, current, newer, prepare
from feedbot.store.status import Status

PATIENCE = 5.0
"""Seconds that a second process waits for the first."""


class Store(
    Inbox, Outbox, Catalogue, History, Board, Agenda, Status, Alarms, Attic, Meter, Facts, Ledger, Courtesy, Leases
):
    """Everything that feedbot remembers. Satisfies Inbox, Outbox and Catalogue of the ports; safe to share by threads.

    Every time in or out is aware UTC; a naive one is refused with ValueError. Any method may raise StoreError,
    StoreBusy when another program has the file locked for too long, StoreUnusable when it is damaged.
    """

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Begin a transaction, which all that this thread stores within joins."""
        return self._database.transaction()


@contextmanager
def open_store(url: str, *, wait: float = PATIENCE, busy: float = BUSY) -> Iterator[Store]:
    """Open the database for work, making its tables where there are none; a dead process's leases are freed.

    `url` is `sqlite:///PATH`, made with its folder where there is none, or `postgresql://HOST/NAME`. Waits `wait`
    seconds for another feedbot, and each statement `busy` seconds for any other program that has it locked. Raises
    StoreBusy when another feedbot works on it, StoreUnusable when it is damaged, no database, or made by a newer
    feedbot; an older one is brought up to date, a file after it was copied.
    """
    with alone(url, wait=wait, busy=busy) as database:
        prepare(database)
        store = Store(database)
        store.release_leases()
        yield store


@contextmanager
def share_store(url: str, *, wait: float = PATIENCE, busy: float = BUSY) -> Iterator[Store]:
    """Open a database of a server for work, beside other processes that do the same: leases say who does what.

    Making its tables, or bringing them up to date, is done alone. Raises StoreBusy where another feedbot has it alone
    for `wait` seconds, and StoreUnusable as `open_store` does.
    """
    if file_of(url) is not None:
        raise StoreUnusable(f"{name_of(url)} is a file, on which one feedbot works; name a `postgresql://` database")
    if not _ready(url, busy):
        try:
            with alone(url, wait=wait, busy=busy) as database:
                prepare(database)
        except StoreBusy:
            if not _ready(url, busy):  # who came first made them, and is at work
                raise
    with together(url, wait=wait, busy=busy) as database:
        yield Store(database)


def _ready(url: str, busy: float) -> bool:
    """Say whether the tables are there, and up to date."""
    with closing(beside(url, writable=False, busy=busy)) as database, database.reading() as connection:
        return current(connection, database.name) == SCHEMA.head


@contextmanager
def read_store(url: str, *, busy: float = BUSY) -> Iterator[Store | None]:
    """Open the database only to read it, also while another process works; None where there is none yet.

    Raises StoreUnusable as `open_store` does, and for an older schema, which only that one may upgrade.
    """
    path = file_of(url)
    if path is not None and not path.exists():
        yield None
        return
    database = beside(url, writable=False, busy=busy)
    name = database.name
    try:
        with database.reading() as connection:
            version = current(connection, name)
        if version is not None and version < SCHEMA.head:
            raise StoreUnusable(f"{name} has schema {version}, not {SCHEMA.head}; `feedbot run` brings it up to date")
        if version is not None and version > SCHEMA.head:
            raise newer(name, version)
        yield Store(database) if version else None
    finally:
        database.close()
