"""The shelf: the folder where feed files stand. A file is replaced whole or not at all."""

import os
from pathlib import Path

from feedbot.errors import ShelfError

STRAY = ".feedbot-"
"""How the name of a file begins that is still being written."""


class FolderShelf:
    """A folder of files; satisfies ports.Shelf."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def tidy(self) -> None:
        """Remove what a killed process left half written."""
        for stray in self._folder.glob(f"{STRAY}*"):
            stray.unlink(missing_ok=True)

    def has(self, name: str) -> bool:
        """Say whether a file of that name stands there."""
        return (self._folder / name).is_file()

    def put(self, name: str, body: bytes) -> None:
        """Write aside, sync, rename. Raises ShelfError; the old file stands then."""
        if Path(name).name != name or name.startswith("."):
            raise ShelfError(f"{name}: not the name of a feed file")
        path, aside = self._folder / name, self._folder / f"{STRAY}{name}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if path.is_symlink() or path.is_dir():
                raise ShelfError(f"{path}: something stands there that is no file of feedbot; move it away")
            with aside.open("wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            aside.rename(path)
            _sync(self._folder)
        except OSError as error:
            aside.unlink(missing_ok=True)
            raise ShelfError(f"{path}: {error.strerror or error}") from error


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
