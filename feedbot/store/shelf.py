"""The shelf: the folder where feed files stand. A file is replaced whole or not at all."""

import os
import tempfile
from pathlib import Path

from feedbot.errors import ShelfError

STRAY = ".feedbot-"
"""How the name of a file begins that is still being written."""
MODE = 0o644
"""Feed files are for everyone to read, whatever server hands them out."""


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

    def put(self, name: str, body: bytes) -> None:
        """Replace a file whole: written aside, synced, renamed. Raises ShelfError; the old one stands then."""
        path = self._path(name)
        if path.is_symlink() or path.is_dir():
            raise ShelfError(f"{path}: a link or folder stands where the feed file belongs; move it away")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _replace(path, body)
        except OSError as error:
            raise _failure(path, error) from error

    def _path(self, name: str) -> Path:
        if not name or Path(name).name != name or name.startswith(".") or "\0" in name:
            raise ShelfError(f"{name!r} is not the name of a feed file")
        return self._folder / name


def _replace(path: Path, body: bytes) -> None:
    descriptor, aside = tempfile.mkstemp(prefix=STRAY, dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, MODE)
            file.write(body)
            file.flush()
            os.fsync(descriptor)
        Path(aside).replace(path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Make the rename last, too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _failure(path: Path, error: OSError) -> ShelfError:
    return ShelfError(
        f"{path}: {error.strerror or error}; the last good file stands. Make the folder writable, or room."
    )
