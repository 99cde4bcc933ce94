"""Watch: whether files changed, and whether who writes them is done."""

from collections.abc import Iterable
from pathlib import Path

_Mark = tuple[int, int, int]
_NOTHING: _Mark = (0, 0, 0)


class Watch:
    """Looks at the times, sizes and numbers of files. A change is told once, when it stands for two looks."""

    def __init__(self, files: Iterable[Path]) -> None:
        self._known = {file: _mark(file) for file in files}
        self._last = dict(self._known)

    def settle(self) -> None:
        """Take the files as they are now for known."""
        self._known = self._last = {file: _mark(file) for file in self._known}

    def follow(self, files: Iterable[Path]) -> None:
        """Look at these files from now on; what is known of those looked at before stays."""
        self._known = {file: self._known.get(file) or _mark(file) for file in files}
        self._last = {file: self._last.get(file, mark) for file, mark in self._known.items()}

    def changed(self) -> bool:
        """Say whether a file is another than it was, and the same as at the last look."""
        before, self._last = self._last, {file: _mark(file) for file in self._known}
        if self._last == self._known or self._last != before:
            return False
        self._known = self._last
        return True


def _mark(file: Path) -> _Mark:
    try:
        there = file.stat()
    except OSError:
        return _NOTHING
    return there.st_mtime_ns, there.st_size, there.st_ino
