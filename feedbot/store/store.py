"""Store: the ports in one, on one database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from feedbot.errors import StoreUnusable
from feedbot.store.catalogue import Catalogue
from feedbot.store.database import Database
from feedbot.store.inbox import Inbox
from feedbot.store.lock import locked
from feedbot.store.outbox import Outbox
from feedbot.store.schema import HEAD, current, prepare
from feedbot.store.status import Status

PATIENCE = 5.0
"""Seconds that a second process waits for the first."""


class Store(Inbox, Outbox, Catalogue, Status):
    """Satisfies Inbox, Outbox and Catalogue of the ports, and answers `status`."""


@contextmanager
def open_store(url: str, *, wait: float = PATIENCE) -> Iterator[Store]:
    """Open the database for work, making it where there is none; leases of a dead process are freed.

    Raises StoreBusy when another process works on it, StoreUnusable when it is corrupt or newer than this code.
    """
    database = Database(url)
    database.path.parent.mkdir(parents=True, exist_ok=True)
    with locked(database.path, wait=wait):
        try:
            prepare(database)
            store = Store(database)
            store.release_leases()
            yield store
        finally:
            database.close()


@contextmanager
def read_store(url: str) -> Iterator[Store | None]:
    """Open the database to look at it, also while another process works; None where there is none yet."""
    path = Path(url.removeprefix("sqlite:///"))
    if not path.exists():
        yield None
        return
    database = Database(url)
    try:
        version = current(database)
        if version != HEAD:
            raise StoreUnusable(f"{path} has schema {version}, this feedbot needs {HEAD}; `feedbot run` upgrades it")
        yield Store(database)
    finally:
        database.close()
