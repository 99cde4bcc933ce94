"""Atom 1.0 (RFC 4287) and RSS 2.0, built by feedgen and mended where it falls short.

feedgen 1.0.0 makes the tree of a feed's head and that of each entry; `mends` then works on them. An entry is
written by itself, so that what was written once can be kept. What feedgen is kept from doing here: it prepends
entries, takes the last link for the channel's, dates by the clock what was not dated, and switches the locale of
the whole process for every RSS date.
"""

from functools import cache

from feedgen.entry import FeedEntry
from feedgen.ext.dc import DcEntryExtension
from feedgen.ext.media import MediaEntryExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from feedbot.item import Attachment
from feedbot.render import mends
from feedbot.render.edition import NEVER, Edition, Entry
from feedbot.render.media import guessed

GENERATOR = "feedbot"
ATOM_TYPE = "application/atom+xml"
RSS_TYPE = "application/rss+xml"
ATOM_END = b"</feed>\n"
RSS_END = b"</channel>\n</rss>\n"
_DECLARATION = b"<?xml version='1.0' encoding='UTF-8'?>\n<?xml-stylesheet type='text/css' href='feed.css'?>\n"


def atom(edition: Edition) -> bytes:
    """Return the Atom document of `edition`."""
    return b"".join((atom_head(edition), *map(atom_entry, edition.entries), ATOM_END))


def rss(edition: Edition) -> bytes:
    """Return the RSS document of `edition`."""
    return b"".join((rss_head(edition), *map(rss_item, edition.entries), RSS_END))


def atom_head(edition: Edition) -> bytes:
    """Return an Atom document up to its first entry."""
    generator = _generator(edition)
    generator.id(edition.id)
    generator.updated(edition.updated or NEVER)
    publisher = {"name": edition.publisher, "uri": edition.publisher_url, "email": edition.contact}
    generator.author({name: value for name, value in publisher.items() if value})
    if edition.description:
        generator.subtitle(edition.description)
    _links(generator, edition, "atom.xml", ATOM_TYPE)
    root = mends.feed(_tree(generator.atom_str()), edition)
    return _opened(root, "</feed>\n")


def rss_head(edition: Edition) -> bytes:
    """Return an RSS document up to its first item."""
    generator = _generator(edition)
    _undated(generator)
    generator.description(edition.description or edition.title)
    if edition.contact:
        generator.webMaster(f"{edition.contact} ({edition.publisher})")
    _links(generator, edition, "rss.xml", RSS_TYPE)
    root = mends.channel(_tree(generator.rss_str()), edition)
    return _opened(root, "  </channel>\n</rss>\n")


def both(entry: Entry) -> tuple[bytes, bytes]:
    """Return an entry of an Atom document, and the item of an RSS document that says the same."""
    files = mends.enclosures(entry)
    into = _said(entry)
    in_atom = mends.entry(into.atom_entry(), entry, files)
    _said_in_rss(into, entry, files)
    in_rss = mends.item(into.rss_entry(), entry)
    return _written(mends.atom_root(), in_atom), _written(mends.rss_root(), in_rss)


def atom_entry(entry: Entry) -> bytes:
    """Return an entry of an Atom document."""
    return both(entry)[0]


def rss_item(entry: Entry) -> bytes:
    """Return an item of an RSS document."""
    return both(entry)[1]


def _said(entry: Entry) -> FeedEntry:
    """Return an entry that says all that feedgen can say in Atom; most of it is said in RSS by the same."""
    into = FeedEntry()
    into.register_extension("media", MediaEntryExtension)  # `load_extension` would look for it anew each time
    into.id(entry.id)
    into.title(entry.title)
    into.updated(entry.updated)
    if entry.categories:
        into.category([{"term": name} for name in entry.categories])
    if entry.image:
        picture = {"url": entry.image.url, "medium": "image", "type": guessed(entry.image.url)}
        into.media.content({name: value for name, value in picture.items() if value}, group=None)
    if entry.summary:
        into.description(mends.as_html(entry.summary))  # first: it would be the content of Atom, too
        into.summary(entry.summary)
    into.content(entry.content, type="html")
    if entry.authors:
        into.author([{"name": name} for name in entry.authors])
    if entry.origin:
        into.source(url=entry.origin.rss_url, title=entry.origin.title)
    return into


def _said_in_rss(into: FeedEntry, entry: Entry, files: tuple[Attachment, ...]) -> None:
    """Add what is said in RSS alone."""
    into.register_extension("dc", DcEntryExtension)
    if entry.url:
        into.link(href=entry.url, rel="alternate")
    if entry.authors:
        into.dc.dc_creator(list(entry.authors))
    if entry.language:
        into.dc.dc_language(entry.language)
    if entry.comments:
        into.comments(entry.comments)
    for one in files[:1]:
        into.enclosure(one.url, one.length or 0, one.type)
    _other_files(into, entry, files[:1])


def _generator(edition: Edition) -> FeedGenerator:
    generator = FeedGenerator()
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
    if edition.hub and not edition.part.name:
        generator.link(href=edition.hub, rel="hub")
    generator.link(href=edition.home, rel="alternate", type="text/html")


def _other_files(into: FeedEntry, entry: Entry, first: tuple[Attachment, ...]) -> None:
    """Set what RSS has no room for as enclosures: it takes one."""
    for one in entry.attachments:
        if one not in first:
            size = {"fileSize": str(one.length)} if one.length else {}
            into.media.content({"url": one.url, "type": one.type, **size}, group=None)


def _tree(document: bytes) -> etree._Element:
    return etree.fromstring(document, etree.XMLParser(huge_tree=True, resolve_entities=False, remove_blank_text=True))


def _opened(root: etree._Element, end: str) -> bytes:
    """Return a document without the `end` of its text."""
    body: bytes = etree.tostring(root, encoding="UTF-8", pretty_print=True)
    return _DECLARATION + body.removesuffix(end.encode())


def _written(root: etree._Element, entry: etree._Element) -> bytes:
    """Return the text of an entry in a document whose `root` declares all namespaces."""
    root.append(entry)
    body: bytes = etree.tostring(entry, encoding="UTF-8", pretty_print=True)
    return body.replace(_declared(tuple(root.nsmap)), b"", 1)


@cache
def _declared(names: tuple[str | None, ...]) -> bytes:
    """Return how the namespaces of these names are declared when an element is written by itself."""
    root = mends.rss_root() if "content" in names else mends.atom_root()
    written: bytes = etree.tostring(etree.SubElement(root, "x"))
    return written[2:-2]
