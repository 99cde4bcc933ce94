"""What feedgen cannot say, or says wrongly, added to the tree that it made."""

from datetime import datetime
from email.utils import format_datetime
from html import escape

from lxml import etree

from feedbot.item import Attachment
from feedbot.render.edition import Edition, Entry
from feedbot.render.media import guessed

ATOM = "{http://www.w3.org/2005/Atom}"
MEDIA = "{http://search.yahoo.com/mrss/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def atom(root: etree._Element, edition: Edition) -> None:
    """Complete an Atom document: links with all they say, sources, languages, the words of pictures."""
    for element, entry in zip(root.iterfind(f"{ATOM}entry"), edition.entries, strict=True):
        _links(element, entry)
        _source(element, entry)
        _picture(element, entry)
        if entry.language:
            element.set(LANG, entry.language)


def rss(root: etree._Element, edition: Edition) -> None:
    """Complete an RSS document: dates, full content under its own name, the words of pictures."""
    channel = root[0]
    _hub(channel, edition)
    if edition.updated:
        built = etree.Element("lastBuildDate")
        built.text = rfc822(edition.updated)
        next(channel.iterchildren("generator")).addnext(built)
    for element, entry in zip(channel.iterfind("item"), edition.entries, strict=True):
        _full_content(element)
        _add(element, "pubDate", rfc822(entry.published))
        _picture(element, entry)


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


def _hub(channel: etree._Element, edition: Edition) -> None:
    """Name the hub (WebSub section 4): of all links to elsewhere feedgen gives RSS only that to itself."""
    if edition.hub:
        link = etree.Element(f"{ATOM}link", {"rel": "hub", "href": edition.hub})
        next(channel.iterchildren(f"{ATOM}link")).addnext(link)


def _links(element: etree._Element, entry: Entry) -> None:
    """Write the links of an Atom entry: feedgen drops what they say, and knows only five relations."""
    if entry.url:
        _link(element, entry.url, "alternate", type="text/html")
    for one in enclosures(entry):
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


def _link(element: etree._Element, href: str, rel: str, **said: str) -> None:
    told = {name: value for name, value in said.items() if value}
    etree.SubElement(element, f"{ATOM}link", {"rel": rel, "href": href, **told})


def _source(element: etree._Element, entry: Entry) -> None:
    """Say which feed an entry comes from with its id and time (RFC 4287 section 4.2.11); feedgen has neither."""
    source = element.find(f"{ATOM}source")
    if source is None or entry.origin is None:
        return
    for old in source.findall(f"{ATOM}link"):
        source.remove(old)
    _add(source, f"{ATOM}id", entry.origin.id)
    _add(source, f"{ATOM}updated", entry.updated.isoformat())
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
