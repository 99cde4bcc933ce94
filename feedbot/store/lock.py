"""One writing process for a database: a lock on a file beside it, which the kernel lets go of on death."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TextIO

from feedbot.errors import StoreBusy, StoreError

STEP = 0.05
"""Seconds between two tries to get the lock."""


@contextmanager
def locked(database: Path, *, wait: float) -> Iterator[None]:
    """Hold the database for this process. Raises StoreBusy after `wait` seconds, StoreError when there is no way to."""
    path = database.with_name(database.name + ".lock")
    try:
        file = path.open("a+", encoding="ascii", errors="replace")
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}. Let this user write into that folder.") from error
    with file:
        _take(file, database, wait)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def holder(database: Path) -> str:
    """Return the number of the process that holds the database; empty where none does."""
    try:
        with database.with_name(database.name + ".lock").open("r", encoding="ascii", errors="replace") as file:
            try:
                fcntl.flock(file.fileno(), fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return file.read(20).strip() or "unknown"
    except OSError:
        pass
    return ""


def _take(file: TextIO, database: Path, wait: float) -> None:
    ends = monotonic() + wait
    while not _taken(file):
        if monotonic() >= ends:
            raise StoreBusy(_refusal(file, database))
        Event().wait(STEP)


def _taken(file: TextIO) -> bool:
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _refusal(file: TextIO, database: Path) -> str:
    file.seek(0)
    holder = file.read(20).strip()
    who = f"process {holder}" if holder else "process unknown"
    stop = f"`kill {holder}`" if holder else "its own means"
    return (
        f"{database} is in use by another feedbot ({who}). Nothing was changed. "
        f"Wait until it is done, or stop it ({stop}), then try again."
    )
