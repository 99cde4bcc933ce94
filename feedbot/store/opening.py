"""Opening: which kind of database an address names, and who works on it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from feedbot.errors import StoreError, StoreUnusable
from feedbot.store.database import BUSY, Database
from feedbot.store.lock import holder, locked
from feedbot.store.place import file_of, name_of
from feedbot.store.sqlite import FileDatabase


@contextmanager
def alone(url: str, *, wait: float, busy: float = BUSY) -> Iterator[Database]:
    """Give a database that no other feedbot works on meanwhile, made with its folder where it is a file.

    Raises StoreBusy where somebody works on it for `wait` seconds, StoreUnusable, and StoreError.
    """
    path = file_of(url)
    if path is None:
        with closing(server(url, wait=wait, busy=busy)) as database:
            yield database
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{path.parent}: {error.strerror}. Make that folder, writable by this user.") from error
    with locked(path, wait=wait), closing(FileDatabase(path, busy=busy)) as file:
        yield file


def server(url: str, *, writable: bool = True, alone: bool = True, wait: float = 0.0, busy: float = BUSY) -> Database:
    """Open a database of a server. Raises StoreBusy, StoreError, and StoreUnusable where its driver is not here."""
    with _driver(url):
        from feedbot.store.postgresql import ServerDatabase  # noqa: PLC0415 - only where that is the database

        return ServerDatabase(url, writable=writable, alone=alone, wait=wait, busy=busy)


@contextmanager
def _driver(url: str) -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise StoreUnusable(
            f"{name_of(url)} needs {error.name}, which is not here: `pip install 'feedbot[engine]'`"
        ) from error


@contextmanager
def together(url: str, *, wait: float, busy: float = BUSY) -> Iterator[Database]:
    """Give a database of a server that other processes work on at the same time.

    Raises StoreBusy where one has it alone for `wait` seconds, and StoreError.
    """
    with _driver(url):
        from feedbot.store.shared import SharedDatabase  # noqa: PLC0415 - only where that is the database

        database = SharedDatabase(url, wait=wait, busy=busy)
    with closing(database):
        yield database


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
