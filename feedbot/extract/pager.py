"""Pager: the address of the page that has the items before those of this one."""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urldefrag, urljoin, urlsplit

from feedbot.errors import ExtractError
from feedbot.extract import charset
from feedbot.extract.clean import absolute
from feedbot.extract.cursors import html_in, next_of_json, with_parameter
from feedbot.extract.dialects import Element
from feedbot.extract.document import open_document
from feedbot.extract.jsonapi import is_json
from feedbot.extract.links import key_of
from feedbot.extract.pagerlinks import next_by, next_in
from feedbot.extract.xmltree import base_of, grow
from feedbot.item import Extraction, url_key
from feedbot.page import Page
from feedbot.source import ListingRule

MAX_URL = 2000
_LINK = re.compile(r"<([^<>]{1,2000})>([^<]{0,1000})")
_REL = re.compile(r""";\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))""", re.IGNORECASE)
_PAGED = ("feed", "json", "listing", "jsonld", "state", "microdata", "hfeed")
"""Kinds of pages that go on elsewhere."""


def next_page(page: Page, found: Extraction) -> str:
    """Return the address of the page with the older items, `""` where none is seen.

    It is on the same site as `page`, another page than it, and none of the items in `found`. A `next` in the rule of
    `found` decides alone.
    """
    if found.kind not in _PAGED or not page.url.startswith(("http://", "https://")):
        return ""
    items = {url_key(item.url) for item in found.items if item.url}
    for url in _seen(page, found):
        fit = _fit(url, page.url)
        if fit and url_key(fit) not in items:
            return fit
    return ""


def as_page(page: Page) -> Page:
    """Return a later page as one that can be read like the first: HTML is taken out of the JSON that wraps it."""
    html = html_in(page)
    return (
        replace(page, body=html.encode("utf-8", "replace"), content_type="text/html; charset=utf-8") if html else page
    )


def same_site(url: str, home: str) -> bool:
    """Say whether two addresses are of one site: the same host, with or without `www.`, and the same port."""
    here, there = urlsplit(home), urlsplit(url)
    plain = {80, 443, None}
    ports = (here.port in plain and there.port in plain) or here.port == there.port
    return ports and (there.hostname or "").removeprefix("www.") == (here.hostname or "").removeprefix("www.")


def _seen(page: Page, found: Extraction) -> Iterator[str]:
    """Give the addresses that may be meant, the likeliest first."""
    rule = found.rule
    if isinstance(rule, ListingRule) and rule.next and not is_json(page):
        yield from next_by(rule.next, open_document(page))
        return
    yield from _of_header(page)
    if is_json(page):
        yield from next_of_json(page, found)
    elif found.kind == "feed":
        yield from _of_feed(page, found)
    else:
        yield from next_in(open_document(page))


def _of_header(page: Page) -> Iterator[str]:
    """Give what a Link header calls next (RFC 8288 section 3)."""
    for url, rest in _LINK.findall(page.link[:10_000]):
        relation = _REL.search(rest)
        if relation and "next" in (relation[1] or relation[2] or "").lower().split():
            yield url.strip()


def _of_feed(page: Page, found: Extraction) -> Iterator[str]:
    """Give the next page of a paged feed, or the archive before this document (RFC 5005 sections 3 and 4)."""
    try:
        root = grow(charset.decode(page.body, page.content_type).lstrip("\ufeff \t\r\n\0"))
    except ExtractError:
        return
    links = list(_links(root, page.url))
    for relation in ("next", "prev-archive"):
        yield from (url for rel, url in links if rel == relation)
    if "wordpress" in found.generator.lower() and found.items:
        told = re.search(r"[?&]paged=(\d{1,6})(?:&|$)", page.url)
        yield with_parameter(page.url, "paged", str(int(told[1]) + 1 if told else 2))


def _links(root: Element, url: str) -> Iterator[tuple[str, str]]:
    """Give the links of a feed itself, not those of its entries: relation and address."""
    base = base_of(root, url)
    tops = [root, *(child for child in root if _name(child) == "channel")]
    for top in tops:
        for child in top:
            if _name(child) == "link" and child.get("href"):
                relation = (child.get("rel") or "").rpartition("/")[2].lower()
                yield relation, absolute(child.get("href") or "", base_of(top, base)) or ""


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2].rpartition(":")[2].lower()


def _fit(url: str, home: str) -> str:
    """Return `url` in full where it is another page of the same site, `""` otherwise."""
    if not url or len(url) > MAX_URL:
        return ""
    try:
        there = urldefrag(urljoin(home, url.strip())).url
        parts = urlsplit(there)
        if parts.scheme not in {"http", "https"} or parts.username or not same_site(there, home):
            return ""
    except ValueError:
        return ""
    if home.startswith("https:") and parts.scheme == "http":
        there = parts._replace(scheme="https", netloc=parts.netloc.removesuffix(":80")).geturl()
    return "" if key_of(there) == key_of(urldefrag(home).url) else there
