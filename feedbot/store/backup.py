"""Copies of the database: taken while another process works on it, proved, and put back in its place."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from feedbot.errors import StoreError, StoreUnusable
from feedbot.store.faults import told, unreadable
from feedbot.store.lock import locked
from feedbot.store.place import path_of
from feedbot.store.schema import SCHEMA, current, newer
from feedbot.store.sqlite import FileDatabase

MODE = 0o600
"""A copy holds addresses of private feeds and of people."""
PATIENCE = 5.0
ASIDE = ".before-restore"
"""How the name of the database ends that a restored one replaced."""
_BESIDE = ("-wal", "-shm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy of the database that was proved to be whole."""

    path: Path
    bytes: int
    schema: str
    items: int


def back_up(url: str, to: Path) -> Copy:
    """Copy the database as it is at one moment into the file `to`, also while another process works on it.

    The copy is one whole file, which takes the place of an older copy only when it was proved. Raises StoreError,
    StoreUnusable where there is nothing to copy or the database is damaged.
    """
    path = path_of(url)
    if not path.exists():
        raise StoreUnusable(f"{path}: there is no database yet; there is nothing to copy")
    target = to.resolve()
    _free_for(target, path)
    with _aside(target) as part:
        _copy(path, part)
        copy = _proved(part)
        _placed(part, target)
    return Copy(path=target, bytes=copy.bytes, schema=copy.schema, items=copy.items)


def restore(url: str, copy: Path, *, wait: float = PATIENCE) -> Copy:
    """Put a copy in the place of the database; the one that stood there is kept beside it, its name ending in ASIDE.

    A copy that an older feedbot made is brought up to date when it is opened. Raises StoreBusy while another feedbot
    works, StoreUnusable where the copy is damaged, no database of feedbot, or of a newer one; nothing changed then.
    """
    path = path_of(url)
    if not copy.exists():
        raise StoreUnusable(f"{copy}: there is no such file")
    with _explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with locked(path, wait=wait), _aside(path) as part:
        _copy(copy.resolve(), part)
        proved = _proved(part, told_as=copy)
        if proved.schema > SCHEMA.head:
            raise newer(copy, proved.schema)
        with _explained(path):
            _set_aside(path)
            _placed(part, path)
    return Copy(path=path, bytes=proved.bytes, schema=proved.schema, items=proved.items)


def _free_for(target: Path, path: Path) -> None:
    """Raise StoreError where the copy would replace anything but an older copy."""
    own = {path, *(path.with_name(path.name + end) for end in (*_BESIDE, ".lock"))}
    if target in own:
        raise StoreError(f"{target} is the database itself; name another file")
    if target.is_dir():
        raise StoreError(f"{target} is a folder; name a file in it")
    with _explained(target):
        if target.exists() and _begins(target) not in {b"", b"SQLite format 3"}:
            raise StoreError(f"{target} is there and no database; name another file, or move it away")


def _begins(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(15)


@contextmanager
def _aside(target: Path) -> Iterator[Path]:
    """Give a name beside `target` to write at; whatever is left there is removed."""
    part = target.with_name(f"{target.name}.part")
    names = [part, *(part.with_name(part.name + end) for end in (*_BESIDE, "-journal"))]
    try:
        with _explained(target):
            for name in names:
                name.unlink(missing_ok=True)
            os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, MODE))
        yield part
    finally:
        with suppress(OSError):
            for name in names:
                name.unlink(missing_ok=True)


def _copy(path: Path, part: Path) -> None:
    """Copy all pages of one moment: who writes meanwhile is not kept from it, and is not seen."""
    with told(path), closing(sqlite3.connect(f"file:{quote(os.fsencode(path))}?mode=ro", uri=True)) as old:
        old.execute("BEGIN")
        old.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        with told(part), closing(sqlite3.connect(part)) as new:
            old.backup(new)
            new.execute("PRAGMA journal_mode=DELETE")


def _proved(part: Path, told_as: Path | None = None) -> Copy:
    """Read all of a copy. Raises StoreUnusable where it is damaged, or no database of feedbot."""
    name = told_as or part
    with told(name), closing(sqlite3.connect(part)) as copy:
        said = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        if said != "ok":
            raise unreadable(name, f"the database is damaged ({said})")
    database = FileDatabase(part, writable=False)
    try:
        with database.reading() as connection:
            schema = current(connection, name)
            if schema is None:
                raise unreadable(name, "nothing is stored in this database")
            items: int = connection.exec_driver_sql("SELECT count(*) FROM items").scalar_one()
    finally:
        database.close()
    return Copy(path=part, bytes=part.stat().st_size, schema=schema, items=items)


def _set_aside(path: Path) -> None:
    """Keep the database that is to be replaced under another name, whole where it is not damaged."""
    if not path.exists():
        return
    with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as old:
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for end in ("", *_BESIDE):
        name, kept = path.with_name(path.name + end), path.with_name(path.name + ASIDE + end)
        kept.unlink(missing_ok=True)
        if name.exists():
            os.link(name, kept)
    for end in _BESIDE:  # a log of the old database would be read into the new one
        path.with_name(path.name + end).unlink(missing_ok=True)


def _placed(part: Path, target: Path) -> None:
    """Rename for good: the content first, then the name."""
    with _explained(target):
        _synced(part, os.O_RDONLY)
        part.replace(target)
        _synced(target.parent, os.O_RDONLY | os.O_DIRECTORY)


def _synced(place: Path, how: int) -> None:
    descriptor = os.open(place, how)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror or error}. Make room there, or let this user write.") from error
