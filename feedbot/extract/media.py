"""The picture and the files of a part of an XML feed: enclosures, Media RSS, iTunes."""

import re
from collections.abc import Iterator
from html import unescape

from feedbot.extract.part import Part
from feedbot.extract.xmltree import Element
from feedbot.item import Attachment, Image

MEDIA = "{http://search.yahoo.com/mrss/}"
PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg)(?:$|[?#])", re.IGNORECASE)
SHOWN = re.compile(r'<img((?: [a-z]+="[^"]*")*)>')
FACT = re.compile(r' (src|alt|width|height)="([^"]*)"')
LEAST = 48
"""A picture in the text that says it is smaller, in pixels, is an icon and not the picture of the item."""


def attachments(part: Part) -> tuple[Attachment, ...]:
    """Return the files of an item, each once; pictures only where they are enclosures."""
    found: dict[str, Attachment] = {}
    for element in _enclosures(part):
        url = part.address(element.get("url") or element.get("href"), element)
        if url and url not in found:
            found[url] = _attachment(url, element)
    for element in part.found.get("media:content", ()):
        url = part.address(element.get("url"), element)
        if url and url not in found and not _is_picture(element):
            found[url] = _attachment(url, element)
    return tuple(found.values())


def image(part: Part, html: str = "") -> Image | None:
    """Return the picture of an item: the one it names, else the first that its text shows."""
    pictures = [element for element in part.found.get("media:content", ()) if _is_picture(element)]
    pictures.sort(key=_width, reverse=True)
    for element in (*pictures, *part.found.get("media:thumbnail", ())):
        if url := part.address(element.get("url"), element):
            return Image(url=url, alt=_alt(element) or part.text(("media:description",)) or None)
    for element in part.found.get("itunes:image", ()):
        if url := part.address(element.get("href") or element.get("url") or element.text, element):
            return Image(url=url)
    enclosed = (attachment for attachment in attachments(part) if _looks_like_picture(attachment))
    first = next(enclosed, None)
    return Image(url=first.url, alt=first.title or None) if first else _named(part) or shown(html)


def shown(html: str) -> Image | None:
    """Return the first picture of some size in clean HTML."""
    for found in SHOWN.finditer(html):
        facts = {name: unescape(value) for name, value in FACT.findall(found[1])}
        sizes = [int(size) for size in (facts.get("width", ""), facts.get("height", "")) if size.isdecimal()]
        if facts.get("src") and min(sizes, default=LEAST) >= LEAST:
            return Image(url=facts["src"], alt=facts.get("alt") or None)
    return None


def logo(part: Part) -> Image | None:
    """Return the picture of a feed."""
    return next(filter(None, (_picture(part, element) for element in part.all(LOGO))), None)


LOGO = ("image", "logo", "itunes:image", "media:thumbnail", "icon", "link", "itunes:link")


def _picture(part: Part, element: Element) -> Image | None:
    children = {child.tag.rpartition("}")[2].lower(): child for child in element if isinstance(child.tag, str)}
    if element.tag.rpartition("}")[2].lower() == "link" and not (element.get("rel") or "").endswith(("image", "icon")):
        return None
    holder = children.get("url", element)
    said = (
        element.get("href")
        or element.get("url")
        or element.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource")
    )
    url = part.address(holder.text if holder is not element else said or element.text, holder)
    title = children.get("title")
    return Image(url=url, alt=(part.text_of(title) if title is not None else "") or None) if url else None


def _named(part: Part) -> Image | None:
    return next(filter(None, (_picture(part, element) for element in part.found.get("image", ()))), None)


def _enclosures(part: Part) -> Iterator[Element]:
    yield from part.found.get("enclosure", ())
    for link in part.found.get("link", ()):
        if link.get("rel") == "enclosure":
            yield link


def _attachment(url: str, element: Element) -> Attachment:
    size = (element.get("length") or element.get("fileSize") or "").strip()
    length = int(size) if size.isascii() and size.isdecimal() and len(size) < 16 else None
    title = " ".join((element.get("title") or "").split())
    return Attachment(url=url, type=(element.get("type") or "").strip(), length=length or None, title=title)


def _is_picture(element: Element) -> bool:
    kind, medium = element.get("type") or "", element.get("medium") or ""
    return (
        medium == "image"
        or kind.startswith("image/")
        or (not kind and not medium and PICTURE.search(element.get("url") or "") is not None)
    )


def _looks_like_picture(attachment: Attachment) -> bool:
    return attachment.type.startswith("image/") or (not attachment.type and PICTURE.search(attachment.url) is not None)


def _width(element: Element) -> int:
    width = element.get("width") or ""
    return int(width) if width.isascii() and width.isdecimal() and len(width) < 6 else 0


def _alt(element: Element) -> str:
    """Return what is said of one picture in Media RSS."""
    said = (element.findtext(f"{MEDIA}{name}") for name in ("description", "title", "text"))
    return next((" ".join(text.split()) for text in said if text and text.strip()), "")
