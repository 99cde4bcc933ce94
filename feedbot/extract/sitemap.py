"""Read a sitemap or a news sitemap (sitemaps.org 0.9, Google News 0.9)."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from urllib.parse import unquote, urlsplit

from lxml import etree

from feedbot.errors import ExtractError
from feedbot.extract.charset import decode
from feedbot.extract.clean import absolute
from feedbot.extract.moments import Reading
from feedbot.extract.texts import tidy
from feedbot.item import Candidate, Extraction, Image, legal
from feedbot.page import Page
from feedbot.source import Health, SitemapRule

MAX_ITEMS = 1000
"""The newest so many entries are news; older ones are the site's past."""

FEW = 5000
"""Of so many entries each is read; of more, those whose dates sort last as they are written (W3C date format)."""
MOST_ENTRIES = 50_000
"""A sitemap has no more entries than these (sitemaps.org)."""

_NEWS = ("news", "post", "article", "blog", "press", "stor")
"""Words by which a sitemap says that it is of news, the plainest first."""
_INDEX = re.compile(r"<(?:\w+:)?sitemapindex[\s>]")
_ROOT = re.compile(r"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]")


def is_sitemap(page: Page) -> bool:
    """Say whether a page is a sitemap, by its beginning."""
    return bool(_ROOT.search(decode(page.body[:3000], page.content_type)))


def read(page: Page, rule: SitemapRule | None = None, reading: Reading | None = None) -> Extraction:
    """Return the entries of a sitemap as items, the newest first.

    Raises:
        ExtractError: it is an index of other sitemaps; the text names the likeliest ones.
    """
    rule, reading = rule or SitemapRule(), reading or Reading()
    root = _tree(page)
    if _name(root) == "sitemapindex":
        inner = [_words(node, "loc") for node in root]
        raise ExtractError(f"this is an index of sitemaps; use one of: {', '.join(inner[:5])}")
    nodes = [node for node in islice(root, MOST_ENTRIES) if _name(node) == "url"]
    named = [(node, absolute(_words(node, "loc") or "#", page.url) or "") for node in nodes]
    wanted = [node for node, url in named if url and rule.path in url]
    entries = [_candidate(node, page, reading) for node in _newest(wanted)]
    entries.sort(key=lambda entry: str(entry.published or entry.updated or ""), reverse=True)
    items = tuple(entries[:MAX_ITEMS])
    evidence = f"a sitemap of {len(nodes)} pages" + (f", {len(wanted)} of them under {rule.path}" if rule.path else "")
    return Extraction(
        url=page.url,
        kind="sitemap",
        rule=rule,
        confidence=0.9 if any(entry.published for entry in items) else 0.6,
        health=Health.FRESH if items else Health.EMPTY,
        evidence=(evidence,),
        items=items,
    )


def _newest(nodes: Sequence[etree._Element]) -> Sequence[etree._Element]:
    """Return the nodes that may be among the newest: all of a few, of many those with the greatest dates."""
    if len(nodes) <= FEW:
        return nodes
    return sorted(nodes, key=_when, reverse=True)[:FEW]


def _when(node: etree._Element) -> str:
    """Return the date of an entry as it is written, which begins with the year; that of the news goes first."""
    said = dict(_fields(node))
    return said.get("publication_date") or said.get("lastmod", "")


def likeliest(page: Page) -> str:
    """Return the sitemap of an index that news is likeliest to be in, `""` where the page is no index."""
    if not _INDEX.search(decode(page.body[:3000], page.content_type)):
        return ""
    inner = [(_words(node, "lastmod"), absolute(_words(node, "loc"), page.url) or "") for node in _tree(page)]
    named = [(len(_NEWS) - _rank(url), when, url) for when, url in inner if url]
    return max(named, default=(0, "", ""))[2]


def _rank(url: str) -> int:
    name = urlsplit(url).path.rsplit("/", 1)[-1].lower()
    return next((at for at, word in enumerate(_NEWS) if word in name), len(_NEWS))


def _tree(page: Page) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, encoding="utf-8")
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", legal(decode(page.body[:50_000_000], page.content_type)))
    try:
        root = etree.fromstring(text.strip().encode(), parser)
    except etree.XMLSyntaxError as error:
        raise ExtractError(f"the sitemap holds no XML that could be read: {error}") from error
    if root is None:
        raise ExtractError("the sitemap holds no XML that could be read")
    return root


def _candidate(node: etree._Element, page: Page, reading: Reading) -> Candidate:
    said = dict(_fields(node))
    url = absolute(said.get("loc", "#"), page.url) or ""
    image = absolute(said["image"], page.url) if "image" in said else None
    return Candidate(
        url=url,
        title=said.get("title") or _called(url),
        published=reading.read(said["publication_date"]) if "publication_date" in said else None,
        updated=reading.read(said["lastmod"]) if "lastmod" in said else None,
        categories=tuple(filter(None, (word.strip() for word in said.get("keywords", "").split(",")))),
        image=Image(url=image) if image else None,
        language=said.get("language"),
    )


def _fields(node: etree._Element) -> Iterator[tuple[str, str]]:
    for inner in node.iterdescendants():
        name = _name(inner)
        above = inner.getparent()
        owner = _name(above) if above is not None else ""
        if owner == "image":
            name = {"loc": "image"}.get(name, "")
        if inner.text and inner.text.strip() and name:
            yield name, tidy(inner.text)


def _words(node: etree._Element, name: str) -> str:
    return next((tidy(inner.text or "") for inner in node if _name(inner) == name), "")


def _name(node: etree._Element) -> str:
    return str(node.tag).rsplit("}", 1)[-1] if isinstance(node.tag, str) else ""


def _called(url: str) -> str:
    """Return a title made of the last words of an address."""
    slug = unquote(urlsplit(url).path).rstrip("/").rsplit("/", 1)[-1]
    words = re.sub(r"\.\w{2,5}$", "", slug).replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:] or url
