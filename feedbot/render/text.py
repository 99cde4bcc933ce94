"""What feeds carry as text: one line, a paragraph, an address, a language; hostile input is cleaned or refused."""

import re
from html import escape
from urllib.parse import quote, urlsplit, urlunsplit

from feedbot.item import legal

LINE_LIMIT = 500
"""Characters that a title, name or category may have; a longer one is cut at a word, with an ellipsis."""
SUMMARY_LIMIT = 5_000
CONTENT_LIMIT = 1_000_000
"""Longer content is left to the publisher's page: no reader shows it, and it would weigh on every poll."""
URL_LIMIT = 4_000
_SPACE = re.compile("[ \t\n\r\x0b\x0c\u2028\u2029]+")
_PARAGRAPHS = re.compile(r"\n\s*\n")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*", re.IGNORECASE)
_SAFE = "/:@!$&'()*+,;=~-._"
_CONTROL = re.compile("[\x7f-\x9f]")
_MEANT = {n: bytes([n]).decode("cp1252", "ignore") if n > 127 else None for n in range(127, 160)}
"""What is meant by control characters that no reader shows: letters of Windows-1252, as browsers read `&#150;`."""
_PLAIN = re.compile(
    r"https?://[a-z0-9._-]+(?::[1-9]\d{1,3}|:[1-5]\d{4})?/(?:[\w/:@!$&'()*+,;=~.-]|%[0-9A-Fa-f]{2})*"
    r"(?:\?(?:[\w/:@!$&()*+,;=~.?-]|%[0-9A-Fa-f]{2})+)?",
    re.ASCII,
)
"""What most addresses look like: nothing in them has to be changed."""
_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")


def line(text: str, limit: int = LINE_LIMIT) -> str:
    """Return `text` on one line: legal characters, single spaces, none at the ends, at most `limit` characters."""
    plain = text.isascii() and text.isprintable() and "  " not in text  # most are, and then there is little to do
    return cut(text[: limit * 4].strip() if plain else _SPACE.sub(" ", shown(text[: limit * 4])).strip(), limit)


def shown(text: str) -> str:
    """Return `text` in characters that readers show: legal ones, and no control characters (XML 1.0 section 2.2)."""
    clean = legal(text)
    return clean.translate(_MEANT) if _CONTROL.search(clean) else clean


def cut(text: str, limit: int) -> str:
    """Return `text` with at most `limit` characters, cut at a word where there is one, with an ellipsis."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    return f"{head.rsplit(' ', 1)[0] if ' ' in head[limit // 2 :] else head}…"


def markup(html: str) -> str:
    """Return sanitised HTML in legal characters, with plain line ends."""
    return shown(html).replace("\r\n", "\n").replace("\r", "\n").strip()


def paragraphs(text: str) -> str:
    """Return plain text as HTML: an empty line parts paragraphs, a line end is kept."""
    parts = (part.strip() for part in _PARAGRAPHS.split(markup(text)))
    return "".join(f"<p>{escape(part, quote=False).replace(chr(10), '<br>')}</p>" for part in parts if part)


def address(url: str) -> str:
    """Return `url` as a URI that is safe to follow, or nothing where it is not HTTP or cannot be read.

    Letters that a URI cannot hold are percent-encoded, a host in other scripts is written in its ASCII form
    (RFC 3987 section 3.1), and a user name or password in it is dropped.
    """
    if len(url) <= URL_LIMIT and _PLAIN.fullmatch(url):
        return url
    text = re.sub(r"[\t\n\r]", "", legal(url)).strip()
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
        netloc = _host(host)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not netloc or len(text) > URL_LIMIT:
        return ""
    where = f"{netloc}:{port}" if port else netloc
    query = _quoted(parts.query, "?").replace("'", "%27")  # as browsers write it, and parsers that go by their rules
    return urlunsplit((parts.scheme, where, _quoted(parts.path) or "/", query, _quoted(parts.fragment, "?")))


def language(tag: str | None) -> str:
    """Return a BCP 47 language tag, or nothing where `tag` is none."""
    text = (tag or "").strip().replace("_", "-")
    return text if _LANGUAGE.fullmatch(text) else ""


def _host(host: str) -> str:
    if ":" in host:
        return f"[{host}]" if re.fullmatch(r"[0-9a-f:.]+", host) else ""
    ascii_host = host if host.isascii() else host.encode("idna").decode("ascii")
    return ascii_host.lower() if re.fullmatch(r"[A-Za-z0-9._-]+", ascii_host) else ""


def _quoted(part: str, extra: str = "") -> str:
    return quote(_STRAY.sub("%25", part), safe=f"{_SAFE}%{extra}")
