"""The folder of feeds, read for one request at a time: a file by its name, its tag, and its packed forms."""

import hashlib
import os
import re
import stat
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

TYPES = {
    ".atom.xml": "application/atom+xml; charset=utf-8",
    ".rss.xml": "application/rss+xml; charset=utf-8",
    ".json": "application/feed+json",
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".opml": "text/x-opml; charset=utf-8",
}
"""Media type of a published file by the end of its name; nothing else is handed out."""
CODINGS = {"br": ".br", "gzip": ".gz"}
"""Content codings (RFC 9110 section 8.4.1) that may stand beside a file, the better one first."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,199}")
_REMEMBERED = 10_000
_Mark = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file as it stands now. `digest` is of its content, `codings` are those that it is there in."""

    name: str
    media_type: str
    digest: str
    changed: datetime
    """To the second, aware UTC."""
    codings: tuple[str, ...]
    written: int = field(repr=False)
    """When it was put there, in nanoseconds: later for each content that had this name (see store.shelf)."""


class Folder:
    """Looks files up by name; what their content comes to is remembered until they change. Safe to share by threads."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._digests: OrderedDict[str, tuple[_Mark, str]] = OrderedDict()
        self._lock = Lock()

    def find(self, name: str) -> File | None:
        """Return the file of that name; None where there is none, or nothing that is handed out."""
        media_type = _media_type(name)
        if media_type is None or not _NAME.fullmatch(name):
            return None
        try:
            there = (self._place / name).lstat()
            if not stat.S_ISREG(there.st_mode):
                return None
            digest = self._digest(name, _mark(there))
        except OSError:
            return None
        changed = datetime.fromtimestamp(int(there.st_mtime), UTC)
        codings = tuple(coding for coding, end in CODINGS.items() if self._packed(name + end, there.st_mtime_ns))
        return File(
            name=name,
            media_type=media_type,
            digest=digest,
            changed=changed,
            codings=codings,
            written=there.st_mtime_ns,
        )

    def read(self, file: File, coding: str = "") -> bytes | None:
        """Return the content in that coding; None where the file was replaced since it was found."""
        try:
            with (self._place / (file.name + CODINGS.get(coding, ""))).open("rb") as stream:
                same = os.fstat(stream.fileno()).st_mtime_ns == file.written
                return stream.read() if same else None
        except OSError:
            return None

    def ready(self) -> bool:
        """Say whether there is anything to hand out."""
        return self.find("index.html") is not None

    def _packed(self, name: str, changed: int) -> bool:
        try:
            there = (self._place / name).lstat()
        except OSError:
            return False
        return stat.S_ISREG(there.st_mode) and there.st_mtime_ns == changed

    def _digest(self, name: str, mark: _Mark) -> str:
        with self._lock:
            known = self._digests.get(name)
        if known and known[0] == mark:
            return known[1]
        with (self._place / name).open("rb") as file:
            before = _mark(os.fstat(file.fileno()))
            digest = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
        with self._lock:
            self._digests[name] = (before, digest)
            self._digests.move_to_end(name)
            if len(self._digests) > _REMEMBERED:
                self._digests.popitem(last=False)
        return digest


def _mark(there: os.stat_result) -> _Mark:
    return there.st_ino, there.st_size, there.st_mtime_ns


def _media_type(name: str) -> str | None:
    return next((kind for end, kind in TYPES.items() if name.endswith(end) and name != end), None)
