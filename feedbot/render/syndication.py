"""Atom 1.0 (RFC 4287) and RSS 2.0, built by feedgen and mended where it falls short.

feedgen 1.0.0 writes each entry; `mends` then works on the tree. What feedgen is kept from doing here:
it prepends entries, takes the last link for the channel's, dates by the clock what was not dated, and
switches the locale of the whole process for every RSS date.
"""

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
from lxml import etree

from feedbot.item import Attachment
from feedbot.render import mends
from feedbot.render.edition import NEVER, Edition, Entry
from feedbot.render.media import guessed

GENERATOR = "feedbot"
ATOM_TYPE = "application/atom+xml"
RSS_TYPE = "application/rss+xml"


def atom(edition: Edition) -> bytes:
    """Return the Atom document of `edition`."""
    generator = _generator(edition)
    generator.id(edition.id)
    generator.updated(edition.updated or NEVER)
    publisher = {"name": edition.publisher, "uri": edition.publisher_url, "email": edition.contact}
    generator.author({name: value for name, value in publisher.items() if value})
    if edition.description:
        generator.subtitle(edition.description)
    _links(generator, edition, "atom.xml", ATOM_TYPE)
    for entry in edition.entries:
        _atom_entry(generator.add_entry(order="append"), entry)
    root = _tree(generator.atom_str())
    mends.atom(root, edition)
    return _written(root)


def rss(edition: Edition) -> bytes:
    """Return the RSS document of `edition`."""
    generator = _generator(edition)
    _undated(generator)
    generator.load_extension("dc")
    generator.description(edition.description or edition.title)
    if edition.contact:
        generator.webMaster(f"{edition.contact} ({edition.publisher})")
    _links(generator, edition, "rss.xml", RSS_TYPE)
    for entry in edition.entries:
        _rss_item(generator.add_entry(order="append"), entry)
    root = _tree(generator.rss_str())
    mends.rss(root, edition)
    return _written(root)


def _generator(edition: Edition) -> FeedGenerator:
    generator = FeedGenerator()
    generator.load_extension("media")
    generator.title(edition.title)
    generator.generator(GENERATOR)
    if edition.language:
        generator.language(edition.language)
    return generator


def _undated(generator: FeedGenerator) -> None:
    """Keep feedgen from dating the channel: it has no other way, and `mends` writes that date."""
    generator._FeedGenerator__rss_lastBuildDate = None  # noqa: SLF001 - the setter cannot take it back


def _links(generator: FeedGenerator, edition: Edition, suffix: str, kind: str) -> None:
    generator.link(href=edition.url(suffix), rel="self", type=kind)
    if edition.hub:
        generator.link(href=edition.hub, rel="hub")
    generator.link(href=edition.home, rel="alternate", type="text/html")


def _atom_entry(into: FeedEntry, entry: Entry) -> None:
    _said(into, entry)
    into.updated(entry.updated)
    into.published(entry.published)
    into.content(entry.content, type="html")
    if entry.summary:
        into.summary(entry.summary)
    if entry.authors:
        into.author([{"name": name} for name in entry.authors])
    if entry.origin:
        into.source(url=entry.origin.feed_url, title=entry.origin.title)


def _rss_item(into: FeedEntry, entry: Entry) -> None:
    _said(into, entry)
    if entry.url:
        into.link(href=entry.url, rel="alternate")
    into.content(entry.content)
    if entry.summary:
        into.description(mends.as_html(entry.summary))
    if entry.authors:
        into.dc.dc_creator(list(entry.authors))
    if entry.language:
        into.dc.dc_language(entry.language)
    if entry.comments:
        into.comments(entry.comments)
    if entry.origin:
        into.source(url=entry.origin.rss_url, title=entry.origin.title)
    first = mends.enclosures(entry)[:1]
    for one in first:
        into.enclosure(one.url, one.length or 0, one.type)
    _other_files(into, entry, first)


def _said(into: FeedEntry, entry: Entry) -> None:
    """Set what both formats take alike."""
    into.id(entry.id)
    into.title(entry.title)
    if entry.categories:
        into.category([{"term": name} for name in entry.categories])
    if entry.image:
        picture = {"url": entry.image.url, "medium": "image", "type": guessed(entry.image.url)}
        into.media.content({name: value for name, value in picture.items() if value}, group=None)


def _other_files(into: FeedEntry, entry: Entry, first: tuple[Attachment, ...]) -> None:
    """Set what RSS has no room for as enclosures: it takes one."""
    for one in entry.attachments:
        if one not in first:
            size = {"fileSize": str(one.length)} if one.length else {}
            into.media.content({"url": one.url, "type": one.type, **size}, group=None)


def _tree(document: bytes) -> etree._Element:
    return etree.fromstring(document, etree.XMLParser(huge_tree=True, resolve_entities=False))


def _written(root: etree._Element) -> bytes:
    etree.cleanup_namespaces(root)
    body: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return body
