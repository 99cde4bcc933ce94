"""Read a feed of any kind: RSS, RDF, Atom, CDF or JSON Feed, sound or broken."""

import re
from dataclasses import replace

from feedbot.errors import ExtractError
from feedbot.extract import charset, jsonfeed, tolerant, xmlfeed, xmltree
from feedbot.extract.dating import Dating
from feedbot.item import Extraction
from feedbot.page import Page

HEAD = 4000
"""So many bytes at the beginning tell what a page is."""

HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|title)[\s>]", re.IGNORECASE)
JSON_WORDS = (b'"version"', b'"items"', b'"home_page_url"')
"""What a JSON Feed has that does not say so by its version."""
TITLE = re.compile(r"<title[^<>]*>([^<]{1,200})", re.IGNORECASE)


def is_feed(page: Page) -> bool:
    """Say whether `page` looks like a feed, by its first bytes; reading it can still fail."""
    head = charset.decode(page.body[:HEAD], page.content_type).lstrip("\ufeff \t\r\n")
    if head.startswith("{"):
        return b"jsonfeed.org" in page.body or all(word in page.body for word in JSON_WORDS)
    root, html = tolerant.ROOT.search(head), HTML.search(head)
    if root is None or (html is not None and html.start() < root.start() and not head.startswith("<!--")):
        return False
    return "rdf" not in root[0].lower() or "rss" in head or "simple/0.9" in head


def read(page: Page, *, timezone: str = "UTC", language: str | None = None) -> Extraction:
    """Return what a feed says of itself, and its items in its own order.

    A sound document is parsed as it stands; another is mended first. Times without a zone are meant in `timezone`
    (IANA); `language` (BCP 47) is that of dates in words.

    Raises:
        ExtractError: the page is no feed; the text says what it is instead.
    """
    dating = Dating(timezone=timezone, language=language)
    text = charset.decode(page.body, page.content_type).lstrip("\ufeff \t\r\n\0")
    if not text:
        raise ExtractError("the page is empty where a feed was expected")
    try:
        found = jsonfeed.read(text, page.url, dating) if text.startswith("{") else _read_xml(text, page.url, dating)
    except RecursionError:
        raise ExtractError("the feed is nested too deeply to be read") from None
    return replace(found, url=page.url)


def _read_xml(text: str, url: str, dating: Dating) -> Extraction:
    root = tolerant.ROOT.search(text)
    if root is None or HTML.search(tolerant.COMMENT.sub("", text[: root.start()])):
        raise ExtractError(_instead(text))
    return xmlfeed.read(xmltree.grow(text), url, dating)


def _instead(text: str) -> str:
    """Say what stands where a feed was expected."""
    title = TITLE.search(text)
    if HTML.search(text, 0, HEAD):
        named = f', titled "{" ".join(title[1].split())}"' if title else ""
        return f"the page is HTML where a feed was expected{named}: a block, a login or an error page?"
    if not text.startswith("<"):
        return f"the page is neither XML nor JSON: it begins with {text[:40]!r}"
    return f"the page is XML, but no feed: it begins with {text[:60]!r}"
