"""The shelf: the folder where feed files stand. A file is replaced whole or not at all."""

import gzip
import io
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from feedbot.errors import ShelfError

if TYPE_CHECKING:
    from feedbot.store.bucket import BucketShelf

STRAY = ".feedbot-"
"""How the name of a file begins that is still being written."""
MODE = 0o644
"""Feed files are for everyone to read, whatever server hands them out."""
PACKED = (".gz", ".br")
"""How the names of a file's packed forms end, which web servers hand out in its place."""
SMALL = 256
"""Bytes below which packing saves nothing."""


def shelf_at(folder: Path, bucket: str) -> "FolderShelf | BucketShelf":
    """Return the bucket at that address; the folder where there is none. Raises ShelfError where fsspec is not here."""
    if not bucket:
        return FolderShelf(folder)
    try:
        from feedbot.store.bucket import BucketShelf  # noqa: PLC0415 - most feeds stand in a folder
    except ImportError as error:
        raise ShelfError(f"{bucket} needs {error.name}, which is not here: `pip install 'feedbot[s3]'`") from error
    return BucketShelf(bucket)


class FolderShelf:
    """A folder of files, made when it is missing; satisfies ports.Shelf."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def tidy(self) -> None:
        """Remove what a killed process left half written; only for the one process that writes here."""
        for stray in self._folder.glob(f"{STRAY}*"):
            try:
                stray.unlink(missing_ok=True)
            except OSError as error:
                raise _failure(stray, error) from error

    def names(self) -> frozenset[str]:
        """Return the names of the files that stand there; a link is none."""
        try:
            with os.scandir(self._folder) as there:
                return frozenset(one.name for one in there if one.is_file(follow_symlinks=False))
        except OSError:  # no folder yet, or none that can be looked into: what is put there will say so
            return frozenset()

    def get(self, name: str) -> bytes | None:
        """Return what a file holds; None where it is not there or cannot be read."""
        try:
            return self._path(name).read_bytes()
        except OSError:
            return None

    def put(self, name: str, body: bytes) -> None:
        """Replace a file whole: written aside, synced, renamed. Raises ShelfError; the old one stands then.

        Its packed forms go first: no web server hands out an old one beside a new file.
        """
        path = self._path(name)
        if path.is_symlink() or path.is_dir():
            raise ShelfError(f"{path}: a link or folder stands where the feed file belongs; move it away")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _unpack(path)
            _replace(path, body)
        except OSError as error:
            raise _failure(path, error) from error

    def settle(self) -> None:
        """Have what was put outlast a power cut under its name. Raises ShelfError."""
        try:
            _sync(self._folder)
        except OSError as error:
            raise _failure(self._folder, error) from error

    def pack(self, names: Iterable[str]) -> None:
        """Put packed forms beside those of these files that have none of their present content.

        A packed form has the time of its file: that is how it is known to be of the same content. One that
        cannot be written is no trouble: the file itself is handed out then.
        """
        for name in names:
            path = self._path(name)
            changed = _time(path)
            if path.is_file() and any(_time(_beside(path, end)) != changed for end in PACKED):
                with suppress(OSError):
                    _pack(path, changed)

    def remove(self, name: str) -> None:
        """Take a file away, with its packed forms; it may be gone already. Raises ShelfError."""
        path = self._path(name)
        for one in (path, *(_beside(path, end) for end in PACKED)):
            try:
                one.unlink(missing_ok=True)
            except OSError as error:
                raise _failure(one, error) from error

    def _path(self, name: str) -> Path:
        if not name or Path(name).name != name or name.startswith(".") or "\0" in name:
            raise ShelfError(f"{name!r} is not the name of a feed file")
        return self._folder / name


def _replace(path: Path, body: bytes) -> None:
    """Replace a file. Its time is later than that of the one before: a time stands for one content."""
    _write(path, body, lasting=True, after=_time(path))


def _write(path: Path, body: bytes, *, lasting: bool, after: int = 0, changed: int = 0) -> None:
    """Write aside, then rename; `lasting` survives a power cut.

    The file has the time `changed`, in nanoseconds, where one is given, otherwise its own, but later than `after`.
    """
    aside = path.with_name(f"{STRAY}{os.getpid()}-{id(body)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, MODE)
    try:
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            os.fchmod(descriptor, MODE)
            _all_of(body, file)
            if lasting:
                os.fsync(descriptor)
            when = changed or max(os.fstat(descriptor).st_mtime_ns, after + 1)
            os.utime(descriptor, ns=(when, when))
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def _all_of(body: bytes, file: io.FileIO) -> None:
    """Write a body whole: one call may take only a part of it."""
    left = memoryview(body)
    while left:
        left = left[file.write(left) :]


def _pack(path: Path, changed: int) -> None:
    """Write the packed forms of a file; a small file has none, and old ones of it are taken away."""
    import brotli  # noqa: PLC0415 - most passes find nothing to write

    body = path.read_bytes()
    if len(body) < SMALL:
        _unpack(path)
        return
    _write(_beside(path, ".gz"), gzip.compress(body, 1, mtime=0), lasting=False, changed=changed)
    _write(_beside(path, ".br"), brotli.compress(body, quality=2), lasting=False, changed=changed)
    if _time(path) != changed:  # replaced meanwhile
        _unpack(path)


def _unpack(path: Path) -> None:
    """Take the packed forms of a file away, where it has any."""
    for end in PACKED:
        _beside(path, end).unlink(missing_ok=True)


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)


def _time(path: Path) -> int:
    """Return when a file was changed, in nanoseconds; 0 where there is none."""
    try:
        return path.lstat().st_mtime_ns
    except OSError:
        return 0


def _sync(folder: Path) -> None:
    """Make renames last, too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _failure(path: Path, error: OSError) -> ShelfError:
    return ShelfError(
        f"{path}: {error.strerror or error}; the last good file stands. Make the folder writable, or room."
    )
