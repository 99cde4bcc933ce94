"""OPML 2.0: the list of all published feeds, for readers that subscribe to many at once."""

from collections.abc import Sequence

from lxml import etree

from feedbot.feed import Feed, Site
from feedbot.render.text import SUMMARY_LIMIT, address, language, line


def opml(site: Site, feeds: Sequence[Feed]) -> bytes:
    """Return the OPML document that lists `feeds` in the order given, each by its Atom address."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = line(site.title) or "Feeds"
    body = etree.SubElement(root, "body")
    for feed in feeds:
        etree.SubElement(body, "outline", _outline(site, feed))
    whole: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return whole


def _outline(site: Site, feed: Feed) -> dict[str, str]:
    title = line(feed.title) or feed.id
    said = {
        "type": "rss",
        "text": title,
        "title": title,
        "description": line(feed.description, SUMMARY_LIMIT),
        "xmlUrl": site.feed_url(f"{feed.id}.atom.xml"),
        "htmlUrl": address(feed.home),
        "language": language(feed.language),
    }
    return {name: value for name, value in said.items() if value}
