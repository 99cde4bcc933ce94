"""Pages from the disk: a file as it is, a folder as a listing (see page.FOLDER)."""

import json
import mimetypes
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from feedbot.errors import FetchError
from feedbot.page import FOLDER, NotModified, Page, Validators
from feedbot.ports import Clock

MAX_BYTES = 5_000_000
MAX_FILES = 2_000
TEXTS = frozenset({".txt", ".md", ".html", ".htm"})
TEXT_BYTES = 200_000
TYPES = {".atom": "application/atom+xml", ".rss": "application/rss+xml", ".xml": "application/xml"}


class FilesFetcher:
    """Reads `file:` URLs; satisfies ports.Fetcher."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def fetch(self, url: str, *, validators: Validators, allow: tuple[str, ...]) -> Page | NotModified:  # noqa: ARG002
        """Return the file or the folder's listing, or NotModified. Raises FetchError that names the path."""
        path = _path(url)
        try:
            body, kind = (_listing(path), FOLDER) if path.is_dir() else (_whole(path), _type(path))
        except OSError as error:
            raise FetchError(f"{path}: {error.strerror or error}") from error
        page = Page(url=path.resolve().as_uri(), body=body, content_type=kind, fetched_at=self._clock())
        return NotModified(validators=page.validators) if page.digest == validators.digest else page


def _path(url: str) -> Path:
    parts = urlsplit(url)
    if parts.scheme not in {"", "file"} or (parts.scheme and parts.netloc not in {"", "localhost"}):
        raise FetchError(f"{url}: only http, https and file addresses can be read", permanent=True)
    return Path(unquote(parts.path) if parts.scheme else url)


def _whole(path: Path) -> bytes:
    if path.stat().st_size > MAX_BYTES:
        raise FetchError(f"{path}: larger than {MAX_BYTES} bytes", permanent=True)
    return path.read_bytes()


def _type(path: Path) -> str:
    return TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0] or ""


def _listing(folder: Path) -> bytes:
    files = sorted(file for file in folder.iterdir() if file.is_file() and not file.name.startswith("."))
    return json.dumps({"files": [_entry(file) for file in files[:MAX_FILES]]}, ensure_ascii=False).encode()


def _entry(file: Path) -> dict[str, object]:
    stat = file.stat()
    entry: dict[str, object] = {
        "name": file.name,
        "url": file.resolve().as_uri(),
        "modified": datetime.fromtimestamp(stat.st_mtime, UTC).isoformat(),
        "type": _type(file),
        "length": stat.st_size,
    }
    if file.suffix.lower() in TEXTS and stat.st_size <= TEXT_BYTES:
        entry["text"] = file.read_text(encoding="utf-8", errors="replace")
    return entry
