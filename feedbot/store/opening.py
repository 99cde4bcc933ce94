"""Opening: which kind of database an address names, and who works on it."""

from feedbot.errors import StoreUnusable
from feedbot.store.database import BUSY, Database
from feedbot.store.lock import holder
from feedbot.store.place import file_of, name_of
from feedbot.store.sqlite import FileDatabase


def server(url: str, *, writable: bool = True, alone: bool = True, wait: float = 0.0, busy: float = BUSY) -> Database:
    """Open a database of a server. Raises StoreBusy, StoreError, and StoreUnusable where its driver is not here."""
    try:
        from feedbot.store.postgresql import ServerDatabase  # noqa: PLC0415 - only where that is the database

        return ServerDatabase(url, writable=writable, alone=alone, wait=wait, busy=busy)
    except ImportError as error:
        raise StoreUnusable(
            f"{name_of(url)} needs {error.name}, which is not here: `pip install 'feedbot[engine]'`"
        ) from error


def beside(url: str, *, writable: bool = True, busy: float = BUSY) -> Database:
    """Open a database also while another process works on it."""
    path = file_of(url)
    if path is None:
        return server(url, writable=writable, alone=False, busy=busy)
    return FileDatabase(path, writable=writable, busy=busy)


def worker(url: str) -> str:
    """Return who works on a database, such as `process 12`; empty where nobody does. Raises StoreError."""
    path = file_of(url)
    if path is not None:
        number = holder(path)
        return f"process {number}" if number else ""
    from feedbot.store.postgresql import holder_of  # noqa: PLC0415 - only where that is the database

    return holder_of(url)
