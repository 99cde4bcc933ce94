"""What feedgen cannot say, or says wrongly, added to the trees that it made."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Any

from lxml import etree

from feedbot.item import Attachment
from feedbot.render.edition import Edition, Entry
from feedbot.render.media import guessed

ATOM_NAMES = {
    "fh": "http://purl.org/syndication/history/1.0",
    "media": "http://search.yahoo.com/mrss/",
}
RSS_NAMES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "fh": "http://purl.org/syndication/history/1.0",
    "media": "http://search.yahoo.com/mrss/",
}
"""Declared by every document, used or not, so that each entry can be written by itself."""
ATOM = "{http://www.w3.org/2005/Atom}"
MEDIA = "{http://search.yahoo.com/mrss/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
TOMBSTONES = "{http://purl.org/atompub/tombstones/1.0}"
HISTORY = "{http://purl.org/syndication/history/1.0}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def atom_root() -> etree._Element:
    """Return the element that an Atom document is, empty."""
    return etree.Element("feed", nsmap=ATOM_NAMES)


def rss_root() -> etree._Element:
    """Return the element that an RSS document is, empty."""
    return etree.Element("rss", {"version": "2.0"}, nsmap=RSS_NAMES)


def feed(told: etree._Element, edition: Edition) -> etree._Element:
    """Return an Atom document without entries: what feedgen made, with the links of its parts (RFC 5005)."""
    names: Any = {None: ATOM[1:-1], **ATOM_NAMES}  # the stubs know no default namespace
    root = etree.Element(f"{ATOM}feed", {str(k): str(v) for k, v in told.attrib.items()}, nsmap=names)
    root.extend(list(told))
    links = root.findall(f"{ATOM}link")
    _history(links[-1], edition, "atom.xml")
    for one in edition.withdrawn if edition.tombstones else ():
        said = {"ref": one.id, "when": one.since.isoformat()}
        root.append(etree.Element(f"{TOMBSTONES}deleted-entry", said, nsmap={"at": TOMBSTONES[1:-1]}))
    return root


def channel(told: etree._Element, edition: Edition) -> etree._Element:
    """Return an RSS document without items: what feedgen made, dated, with its hub and the links of its parts."""
    root = rss_root()
    root.extend(list(told))
    inner = root[0]
    itself = next(inner.iterchildren(f"{ATOM}link"))
    if edition.hub and not edition.part.name:
        itself.addnext(etree.Element(f"{ATOM}link", {"rel": "hub", "href": edition.hub}))
    _history(inner.findall(f"{ATOM}link")[-1], edition, "rss.xml")
    if edition.updated:
        built = etree.Element("lastBuildDate")
        built.text = rfc822(edition.updated)
        next(inner.iterchildren("generator")).addnext(built)
    return root


def _history(after: etree._Element, edition: Edition, suffix: str) -> None:
    """Say where the other documents of the feed are (RFC 5005 section 4), behind the last link."""
    part = edition.part
    links = {"current": edition.url(suffix, "")} if part.name else {}
    links |= {"prev-archive": edition.url(suffix, part.previous)} if part.previous else {}
    links |= {"next-archive": edition.url(suffix, part.following)} if part.following else {}
    for rel, href in reversed(links.items()):
        after.addnext(etree.Element(f"{ATOM}link", {"rel": rel, "href": href}))
    if part.full:
        after.addnext(etree.Element(f"{HISTORY}archive"))


def entry(element: etree._Element, said: Entry, files: Sequence[Attachment]) -> etree._Element:
    """Complete an Atom entry: links with all they say, its source, its language, the words of its picture."""
    _add(element, "published", said.published.isoformat())  # feedgen would date the RSS item as well, in its own way
    _links(element, said, files)
    _source(element, said)
    _picture(element, said)
    if said.language:
        element.set(LANG, said.language)
    return element


def item(element: etree._Element, said: Entry) -> etree._Element:
    """Complete an RSS item: its date, full content under its own name, the words of its picture."""
    _full_content(element)
    _add(element, "pubDate", rfc822(said.published))
    _picture(element, said)
    return element


def rfc822(when: datetime) -> str:
    """Return a time as RSS writes it; unlike feedgen's, it leaves the locale alone."""
    return format_datetime(when)


def as_html(text: str) -> str:
    """Return plain text as an RSS description holds it: HTML."""
    return escape(text, quote=False)


def enclosures(entry: Entry) -> tuple[Attachment, ...]:
    """Return the files of an entry, sound and film first, then the lead image, then the rest.

    RSS takes only one, so the first is what a listener or viewer came for.
    """
    played = tuple(one for one in entry.attachments if one.type.startswith(("audio/", "video/")))
    pictured = guessed(entry.image.url) if entry.image else ""
    picture = (Attachment(url=entry.image.url, type=pictured),) if entry.image and pictured else ()
    return tuple({one.url: one for one in (*played, *picture, *entry.attachments)}.values())


def _links(element: etree._Element, entry: Entry, files: Sequence[Attachment]) -> None:
    """Write the links of an Atom entry: feedgen drops what they say, and knows only five relations."""
    if entry.url:
        _link(element, entry.url, "alternate", type="text/html")
    for one in files:
        _link(element, one.url, "enclosure", type=one.type, length=str(one.length or ""), title=one.title)
    for name, value in entry.fields.items():
        if value.startswith(("http://", "https://")):
            _link(element, value, "related", title=name)
    for link in entry.related:
        _link(element, link.url, "related", title=link.title)
    if entry.comments:
        _link(element, entry.comments, "replies", type="text/html")
    if entry.origin and entry.origin.home:
        _link(element, entry.origin.home, "via", type="text/html", title=entry.origin.title)
    for telling in entry.also:
        _link(element, telling.url, "via", type="text/html", title=telling.origin.title)


def _link(element: etree._Element, href: str, rel: str, **said: str) -> None:
    told = {name: value for name, value in said.items() if value}
    etree.SubElement(element, "link", {"rel": rel, "href": href, **told})


def _source(element: etree._Element, entry: Entry) -> None:
    """Say which feed an entry comes from with its id and time (RFC 4287 section 4.2.11); feedgen has neither."""
    source = element.find("source")
    if source is None or entry.origin is None:
        return
    for old in source.findall("link"):
        source.remove(old)
    _add(source, "id", entry.origin.id)
    _add(source, "updated", entry.updated.isoformat())
    _link(source, entry.origin.feed_url, "self", type="application/atom+xml")
    if entry.origin.home:
        _link(source, entry.origin.home, "alternate", type="text/html")


def _picture(element: etree._Element, entry: Entry) -> None:
    """Say in words what the lead image shows (Media RSS media:description)."""
    if entry.image and entry.image.alt:
        picture = next(element.iterchildren(f"{MEDIA}content"))
        _add(picture, f"{MEDIA}description", entry.image.alt).set("type", "plain")


def _full_content(item: etree._Element) -> None:
    """Give full content its own name: feedgen calls it the description where there is no other."""
    if item.find(f"{CONTENT}encoded") is None:
        next(item.iterchildren("description")).tag = f"{CONTENT}encoded"


def _add(parent: etree._Element, tag: str, text: str) -> etree._Element:
    element = etree.SubElement(parent, tag)
    element.text = text
    return element
