"""What goes wrong with a database, told in words: which one, what is wrong, what to do."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import StatementError

from feedbot.errors import StoreBusy, StoreError, StoreUnusable

PRIMARY = 0xFF
"""The part of an SQLite result code that names the kind of trouble."""


@contextmanager
def told(name: Path | str) -> Iterator[None]:
    """Turn the driver's errors into a StoreError that names the database; ValueError stays one."""
    try:
        yield
    except StatementError as error:
        if isinstance(error.orig, ValueError):
            raise error.orig from error
        raise _explained(error.orig or error, name) from error
    except sqlite3.Error as error:
        raise _explained(error, name) from error


def unreadable(path: Path | str, what: str) -> StoreUnusable:
    """Return the error for a file that is no database of feedbot, or a broken one."""
    return StoreUnusable(
        f"{path}: {what}. Nothing was changed. Put a backup in its place, or begin anew with "
        f"`mv {path} {path}.damaged` (the first check of each source is then its baseline: nobody is told)."
    )


def _explained(error: BaseException, name: Path | str) -> StoreError:
    if type(error).__module__.startswith("psycopg"):
        from feedbot.store.postgresql import explained  # noqa: PLC0415 - only where that is the database

        return explained(error, str(name))
    return _of_file(error, name)


def _of_file(error: BaseException, path: Path | str) -> StoreError:
    match getattr(error, "sqlite_errorcode", 0) & PRIMARY:
        case sqlite3.SQLITE_NOTADB:
            return unreadable(path, "this is no database")
        case sqlite3.SQLITE_CORRUPT:
            return unreadable(path, f"the database is damaged ({error})")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreBusy(f"{path} is locked by another program; nothing was stored. Close what has it open.")
        case sqlite3.SQLITE_FULL:
            return StoreError(f"{path}: the disk is full; nothing was stored. Free some space, the next pass goes on.")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return StoreError(f"{path}: {error}. Let this user read and write the file and its folder.")
        case sqlite3.SQLITE_IOERR:
            return StoreError(f"{path}: {error}; nothing was stored. Look at the disk and its free space.")
        case _:
            return StoreError(f"{path}: {error}")
