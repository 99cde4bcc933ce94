"""The folder of feeds, read for one request at a time: a file by its name, its tag, and its packed forms."""

import hashlib
import os
import re
import stat
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Protocol

from feedbot.feed import media_type as media_type_of

CODINGS = {"br": ".br", "gzip": ".gz"}
"""Content codings (RFC 9110 section 8.4.1) that may stand beside a file, the better one first."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,199}")
_REMEMBERED = 10_000
SMALL = 256
"""Bytes below which a file has no packed forms (see store.shelf)."""
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


class Bucket(Protocol):
    """What is asked of a bucket."""

    def get(self, name: str) -> bytes | None:
        """Return what a file holds."""
        ...

    def changed(self, name: str) -> datetime | None:
        """Return when it was put there."""
        ...


class Folder:
    """Looks files up by name; what a look came to is remembered until the file changes. Safe to share by threads.

    `pack` puts packed forms beside files of these names that have none: when they are first asked for.
    """

    def __init__(self, place: Path, pack: Callable[[Iterable[str]], None] | None = None) -> None:
        self._place = str(place)
        self._pack = pack
        self._files: OrderedDict[str, tuple[_Mark, File]] = OrderedDict()
        self._lock = Lock()

    def find(self, name: str) -> File | None:
        """Return the file of that name; None where there is none, or nothing that is handed out."""
        media_type = media_type_of(name)
        if media_type is None or not _NAME.fullmatch(name):
            return None
        try:
            there = os.lstat(self._path(name))
            if not stat.S_ISREG(there.st_mode):
                return None
            mark = _mark(there)
            with self._lock:
                known = self._files.get(name)
            return known[1] if known and known[0] == mark else self._looked(name, media_type)
        except OSError:
            return None

    def read(self, file: File, coding: str = "") -> bytes | None:
        """Return the content in that coding; None where the file was replaced since it was found."""
        try:
            with Path(self._path(file.name + CODINGS.get(coding, ""))).open("rb") as stream:
                if os.fstat(stream.fileno()).st_mtime_ns == file.written:
                    return stream.read()
        except OSError:
            pass
        with self._lock:
            self._files.pop(file.name, None)
        return None

    def ready(self) -> bool:
        """Say whether there is anything to hand out."""
        return self.find("index.html") is not None

    def _path(self, name: str) -> str:
        return f"{self._place}/{name}"

    def _looked(self, name: str, media_type: str) -> File:
        """Look at a file, and remember it once it is there in every coding that it will have."""
        with os.fdopen(os.open(self._path(name), os.O_RDONLY | os.O_NOFOLLOW), "rb") as stream:
            there = os.fstat(stream.fileno())
            digest = hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
        if self._pack and there.st_size >= SMALL:
            self._pack([name])
        file = File(
            name=name,
            media_type=media_type,
            digest=digest,
            changed=datetime.fromtimestamp(int(there.st_mtime), UTC),
            codings=tuple(coding for coding, end in CODINGS.items() if self._packed(name + end, there.st_mtime_ns)),
            written=there.st_mtime_ns,
        )
        if len(file.codings) == len(CODINGS) or there.st_size < SMALL:
            self._remember(_mark(there), file)
        return file

    def _remember(self, mark: _Mark, file: File) -> None:
        with self._lock:
            self._files[file.name] = (mark, file)
            if len(self._files) > _REMEMBERED:
                self._files.popitem(last=False)

    def _packed(self, name: str, changed: int) -> bool:
        try:
            there = os.lstat(self._path(name))
        except OSError:
            return False
        return stat.S_ISREG(there.st_mode) and there.st_mtime_ns == changed


class Objects:
    """Looks files up in a bucket, by name; each look asks the bucket. Safe to share by threads."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    def find(self, name: str) -> File | None:
        """Return the file of that name; None where there is none, or nothing that is handed out."""
        media_type = media_type_of(name)
        if media_type is None or not _NAME.fullmatch(name):
            return None
        body, changed = self._bucket.get(name), self._bucket.changed(name)
        if body is None or changed is None:
            return None
        digest = hashlib.blake2b(body, digest_size=16).hexdigest()
        return File(name=name, media_type=media_type, digest=digest, changed=changed, codings=(), written=0)

    def read(self, file: File, coding: str = "") -> bytes | None:
        """Return the content; None where the file was replaced since it was found, and for any `coding`."""
        body = None if coding else self._bucket.get(file.name)
        same = body is not None and hashlib.blake2b(body, digest_size=16).hexdigest() == file.digest
        return body if same else None

    def ready(self) -> bool:
        """Say whether there is anything to hand out."""
        return self._bucket.get("index.html") is not None


def _mark(there: os.stat_result) -> _Mark:
    return there.st_ino, there.st_size, there.st_mtime_ns
