"""Pictures and files: their media types, and the lead image in the content, where every reader shows it."""

import re
from functools import lru_cache
from html import escape, unescape
from posixpath import splitext
from urllib.parse import urlsplit

from feedbot.item import Image

TYPES = {
    ".aac": "audio/aac",
    ".avif": "image/avif",
    ".csv": "text/csv",
    ".doc": "application/msword",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".epub": "application/epub+zip",
    ".flac": "audio/flac",
    ".gif": "image/gif",
    ".ics": "text/calendar",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".m4a": "audio/mp4",
    ".m4v": "video/mp4",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".ppt": "application/vnd.ms-powerpoint",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".webp": "image/webp",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}
"""Media type of a file name's end. A table of our own: the system's differs from machine to machine."""
UNKNOWN = "application/octet-stream"
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_SOURCE = re.compile(r"""\s(src|alt)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_SIZE = re.compile(r"[-_@]\d+x(\d+)?(?=\.\w+$)")
_TAG = re.compile(r"<[^>]*>")


def kind(said: str, url: str) -> str:
    """Return the media type of what is at `url`: what is `said` of it, or what its name ends in."""
    told = said.partition(";")[0].strip().lower()
    return told if _TYPE.fullmatch(told) else guessed(url) or UNKNOWN


@lru_cache(maxsize=1024)  # every format asks
def guessed(url: str) -> str:
    """Return the media type that a file name tells, or nothing."""
    return TYPES.get(splitext(urlsplit(url).path)[1].lower(), "")


def with_picture(html: str, image: Image | None) -> str:
    """Return `html` with the lead image at its head, unless it holds that image already, in any size."""
    if image is None or _holds(html, image):
        return html
    return f'<p><img src="{escape(image.url)}" alt="{escape(image.alt or "")}"></p>{html}'


def linked(title: str, url: str) -> str:
    """Return a paragraph that says `title`, as a link where there is somewhere to go."""
    words = escape(title, quote=False)
    return f'<p><a href="{escape(url)}">{words}</a></p>' if url else f"<p>{words}</p>"


def text_of(html: str) -> str:
    """Return the words of an HTML fragment on one line."""
    return " ".join(unescape(_TAG.sub(" ", html)).split())


def _holds(html: str, image: Image) -> bool:
    wanted = _name(image.url)
    for tag in _IMAGE.findall(html):
        said = {name.lower(): unescape(double or single) for name, double, single in _SOURCE.findall(tag)}
        same_words = bool(image.alt) and " ".join(said.get("alt", "").split()) == image.alt
        if same_words or _name(said.get("src", "")) == wanted:
            return True
    return False


def _name(url: str) -> str:
    return _SIZE.sub("", url.partition("?")[0].partition("://")[2])
