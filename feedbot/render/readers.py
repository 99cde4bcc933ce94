"""Where a feed can be subscribed to with one click."""

import ipaddress
from collections.abc import Sequence
from urllib.parse import quote, urlsplit

READERS = (
    ("Feedly", "https://feedly.com/i/subscription/feed/{}"),
    ("Inoreader", "https://www.inoreader.com/?add_feed={}"),
    ("NewsBlur", "https://www.newsblur.com/?url={}"),
    ("The Old Reader", "https://theoldreader.com/feeds/subscribe?url={}"),
    ("Feedbin", "https://feedbin.com/?subscribe={}"),
)
"""Readers on the web, and where each takes the address of a feed."""
_NEAR = (".local", ".internal", ".localhost", ".lan", ".home.arpa")


def app(url: str) -> str:
    """Return the link that the reader on this device opens, whichever it is."""
    return f"feed:{url}"


def readers(url: str) -> Sequence[tuple[str, str]]:
    """Return name and link of readers on the web that can subscribe to `url`; none where they cannot reach it."""
    return [(name, link.format(quote(url, safe=""))) for name, link in READERS] if _public(url) else []


def _public(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith(_NEAR)
