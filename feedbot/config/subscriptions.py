"""OPML 2.0, read: which feeds somebody follows. Another program wrote it, so nothing in it is trusted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args
from urllib.parse import urlsplit

from lxml import etree

from feedbot.config.model import Kinds
from feedbot.errors import ExtractError
from feedbot.item import legal

MAX_BYTES = 20_000_000
_OWN = "{urn:feedbot:opml}"
_KINDS = frozenset(get_args(Kinds))
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A feed that somebody follows; what only feedbot writes is empty in the lists of others."""

    url: str
    title: str = ""
    id: str = ""
    kind: str = "feed"
    follow: bool = False


def read_opml(body: bytes) -> list[Subscription]:
    """Return the subscriptions of an OPML document, groups flattened, each address once.

    Raises ExtractError when it is none.
    """
    if len(body) > MAX_BYTES:
        raise ExtractError(f"the file is larger than {MAX_BYTES:,} bytes; that is no list of feeds")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, load_dtd=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None or etree.QName(root).localname.lower() != "opml":
        raise ExtractError("the file is no OPML; export the subscriptions of a reader as OPML and import that")
    found = (_subscription(outline) for outline in root.iter("outline"))
    return list({one.url: one for one in found if one is not None}.values())


def _subscription(outline: etree._Element) -> Subscription | None:
    said = dict(_said(outline))
    url = said.get(f"{_OWN}url") or said.get("xmlurl", "")
    if not _address(url):
        return None
    kind, name = said.get(f"{_OWN}kind", "feed"), said.get(f"{_OWN}id", "")
    return Subscription(
        url=url,
        title=" ".join((said.get("title") or said.get("text", "")).split())[:500],
        id=name if _ID.fullmatch(name) else "",
        kind=kind if kind in _KINDS else "feed",
        follow=said.get(f"{_OWN}follow") == "true",
    )


def _said(outline: etree._Element) -> Iterator[tuple[str, str]]:
    """Give what an outline says; readers write `xmlUrl` in every way."""
    for name, value in outline.attrib.items():
        text = str(name)
        yield (text if text.startswith("{") else text.lower()), legal(str(value)).strip()


def _address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r"[\s\x00-\x1f\x7f]", url)
    except ValueError:
        return False
