"""One writing process for a database: a lock on a file beside it, which the kernel lets go of on death."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from time import monotonic

from feedbot.errors import StoreBusy

STEP = 0.05


@contextmanager
def locked(database: Path, *, wait: float) -> Iterator[None]:
    """Hold the database for this process. Raises StoreBusy after `wait` seconds."""
    path = database.with_name(database.name + ".lock")
    with path.open("a+") as file:
        _take(file.fileno(), path, database, wait)
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield


def _take(descriptor: int, path: Path, database: Path, wait: float) -> None:
    ends = monotonic() + wait
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if monotonic() >= ends:
                holder = path.read_text().strip() or "unknown"
                raise StoreBusy(
                    f"{database} is in use by another feedbot (process {holder}); "
                    "wait until it is done, or stop it. Nothing was changed."
                ) from None
            Event().wait(STEP)
        else:
            return
