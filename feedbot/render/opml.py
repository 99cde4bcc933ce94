"""OPML 2.0: the list of all published feeds, for readers that subscribe to many at once, and that of all sources."""

from collections.abc import Collection, Mapping, Sequence

from lxml import etree

from feedbot.feed import Feed, Site
from feedbot.item import legal
from feedbot.render.text import SUMMARY_LIMIT, address, language, line
from feedbot.source import Source, SourceId

NAMESPACE = "urn:feedbot:opml"
"""Of attributes that only feedbot reads."""


def opml(site: Site, feeds: Sequence[Feed]) -> bytes:
    """Return the OPML document that lists `feeds` in the order given, each by its Atom address."""
    return _written(site, [_outline(site, feed) for feed in feeds])


def subscriptions(site: Site, sources: Sequence[tuple[Source, Feed]], feeds: Collection[SourceId]) -> bytes:
    """Return the OPML document that lists sources, each with the feed made of it; `import` reads it back.

    Other readers take what they can read: the address of a source that is a feed (one of `feeds`), and that of the
    feed made of it for any other. What only feedbot understands stands in attributes of its own namespace.
    """
    return _written(site, [_subscription(site, source, feed, feeds) for source, feed in sources])


def _written(site: Site, outlines: Sequence[Mapping[str, str]]) -> bytes:
    own = any(name.startswith("{") for outline in outlines for name in outline)
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"feedbot": NAMESPACE} if own else None)
    etree.SubElement(etree.SubElement(root, "head"), "title").text = line(site.title) or "Feeds"
    body = etree.SubElement(root, "body")
    for outline in outlines:
        etree.SubElement(body, "outline", dict(outline))
    whole: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return whole


def _subscription(site: Site, source: Source, feed: Feed, feeds: Collection[SourceId]) -> Mapping[str, str]:
    url = legal(source.url)
    mine = {"id": source.id, "url": url, "kind": source.kind, "follow": "true" if source.follow else ""}
    direct = {"xmlUrl": url, "htmlUrl": address(source.home)} if source.id in feeds else {}
    said = _outline(site, feed) | direct | {f"{{{NAMESPACE}}}{name}": value for name, value in mine.items()}
    return {name: value for name, value in said.items() if value}


def _outline(site: Site, feed: Feed) -> dict[str, str]:
    title = line(feed.title) or feed.id
    said = {
        "type": "rss",
        "text": title,
        "title": title,
        "description": line(feed.description, SUMMARY_LIMIT),
        "xmlUrl": site.feed_url(f"{feed.stem}.atom.xml"),
        "htmlUrl": address(feed.home),
        "language": language(feed.language),
    }
    return {name: value for name, value in said.items() if value}
