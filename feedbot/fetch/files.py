"""Pages from the disk: a file as it is, a folder as a listing (see page.FOLDER)."""

import hashlib
import json
import mimetypes
import os
import stat
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from heapq import nlargest
from pathlib import Path
from urllib.parse import unquote, urlsplit

from feedbot.errors import FetchError
from feedbot.extract.charset import decode
from feedbot.item import Json, rfc3339
from feedbot.page import FOLDER, NotModified, Page, Validators
from feedbot.ports import Clock

MAX_BYTES = 5_000_000
MAX_FILES = 1_000
"""So many files of a folder are listed: the newest."""
MAX_TEXT = 200_000
"""Larger text files are listed without their text."""
TEXTS = frozenset({".txt", ".md", ".markdown", ".html", ".htm"})
TYPES = {
    ".atom": "application/atom+xml",
    ".json": "application/json",
    ".markdown": "text/markdown",
    ".md": "text/markdown",
    ".rdf": "application/rdf+xml",
    ".rss": "application/rss+xml",
    ".xhtml": "application/xhtml+xml",
    ".xml": "application/xml",
}
SETTLED = timedelta(seconds=2)
"""What changed less than this ago may change once more without its time showing it."""

Found = tuple[Path, os.stat_result]


@cache
def _standard() -> mimetypes.MimeTypes:
    """Return the types that Python knows, whatever this machine's own files say of them."""
    return mimetypes.MimeTypes()


class FilesFetcher:
    """Reads files and folders, given as `file:` URLs or paths.

    Only what `opened` opens is read: a folder opens all in it, a file all that stands beside it; hidden things stay
    closed. None opens everything.
    """

    def __init__(self, clock: Clock, opened: Collection[str] | None = None) -> None:
        self._clock = clock
        self._roots = None if opened is None else frozenset(_root(_path(url)) for url in opened)

    def fetch(self, url: str, *, validators: Validators, allow: tuple[str, ...]) -> Page | NotModified:  # noqa: ARG002 - no network is reached
        """Return the file or the folder's listing, or NotModified. Raises FetchError that names the path."""
        path = _path(url)
        try:
            return self._read(path, validators)
        except FileNotFoundError:
            raise FetchError(f"{path}: there is no such file or folder", permanent=True) from None
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else str(error)
            raise FetchError(f"{path}: cannot be read: {why}") from error

    def _read(self, path: Path, validators: Validators) -> Page | NotModified:
        real = path.resolve(strict=True)
        self._check_opened(path, real)
        folder = real.is_dir()
        found = _listed(real) if folder else [(real, _checked(path, real.stat()))]
        now = self._clock()
        etag = _etag(found, now)
        if etag is not None and etag == validators.etag:
            return NotModified(validators=validators)
        page = Page(
            url=path.absolute().as_uri(),
            body=_listing(path.absolute(), found) if folder else real.read_bytes(),
            content_type=FOLDER if folder else _type(path),
            etag=etag,
            fetched_at=now,
        )
        return NotModified(validators=page.validators) if page.digest == validators.digest else page

    def _check_opened(self, path: Path, real: Path) -> None:
        """Raise FetchError where no source opens the place that `path` really is."""
        if self._roots is None:
            return
        for root in (real, *real.parents):
            if root in self._roots and not any(part.startswith(".") for part in real.relative_to(root).parts):
                return
        raise FetchError(f"{path}: not read: no source of the configuration is there", permanent=True)


def _path(url: str) -> Path:
    parts = urlsplit(url.strip())
    if parts.scheme == "file" and parts.netloc not in {"", "localhost"}:
        raise FetchError(f"{url}: is on another machine; write file:///path for a file of this one", permanent=True)
    if parts.scheme not in {"file", ""}:
        raise FetchError(f"{url}: not a file: address", permanent=True)
    return Path(unquote(parts.path)) if parts.scheme else Path(url.strip()).expanduser()


def _root(path: Path) -> Path:
    """Return the folder that a source opens."""
    real = path.resolve()
    return real.parent if real.is_file() or (real.suffix and not real.exists()) else real


def _checked(path: Path, found: os.stat_result) -> os.stat_result:
    """Return what is known of a file that can be read whole. Raises FetchError: a pipe or a device has no end."""
    if not stat.S_ISREG(found.st_mode):
        raise FetchError(f"{path}: neither a file nor a folder", permanent=True)
    if found.st_size > MAX_BYTES:
        raise FetchError(f"{path}: larger than {MAX_BYTES:,} bytes", permanent=True)
    return found


def _listed(folder: Path) -> list[Found]:
    """Return the newest files of a folder, by name; hidden ones and links that lead elsewhere are left out."""
    with os.scandir(folder) as entries:
        files = [
            (Path(entry.path), entry.stat(follow_symlinks=False))
            for entry in entries
            if entry.is_file(follow_symlinks=False) and not entry.name.startswith(".")
        ]
    return sorted(nlargest(MAX_FILES, files, key=lambda file: file[1].st_mtime_ns), key=lambda file: file[0].name)


def _etag(found: Sequence[Found], now: datetime) -> str | None:
    """Return what changes when a file is written, replaced or renamed; None while that cannot be relied on."""
    newest = max((file.st_mtime for _, file in found), default=0.0)
    if now.timestamp() - newest < SETTLED.total_seconds():
        return None
    facts = [(path.name, file.st_ino, file.st_size, file.st_mtime_ns, file.st_ctime_ns) for path, file in found]
    return f'"{hashlib.blake2b(repr(facts).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()}"'


def _type(path: Path) -> str:
    return TYPES.get(path.suffix.lower()) or _standard().guess_type(path.name)[0] or ""


def _listing(folder: Path, found: Sequence[Found]) -> bytes:
    entries, left = [], MAX_BYTES
    for path, file in found:
        entry = _entry(folder / path.name, file)
        if path.suffix.lower() in TEXTS and file.st_size <= min(MAX_TEXT, left):
            entry["text"] = decode(path.read_bytes()[:MAX_TEXT], str(entry["type"]))
            left -= file.st_size
        entries.append(entry)
    return json.dumps({"files": entries}, ensure_ascii=False).encode("utf-8", "replace")


def _entry(path: Path, file: os.stat_result) -> Json:
    return {
        "name": path.name,
        "url": path.as_uri(),
        "modified": rfc3339(datetime.fromtimestamp(int(file.st_mtime), UTC)),
        "type": _type(path),
        "length": file.st_size,
    }
