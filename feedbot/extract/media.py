"""The picture and the files of a part of an XML feed: enclosures, Media RSS, iTunes."""

import re
from collections.abc import Sequence
from html import unescape
from itertools import chain

from feedbot.extract.dialects import Element
from feedbot.extract.part import Part
from feedbot.item import Attachment, Image

MEDIA = "{http://search.yahoo.com/mrss/}"
RESOURCE = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource"
PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg)(?:$|[?#])", re.IGNORECASE)
SHOWN = re.compile(r'<img((?: [a-z]+="[^"]*")*)>')
FACT = re.compile(r' (src|alt|width|height)="([^"]*)"')
LEAST = 48
"""A picture in the text that says it is smaller, in pixels, is an icon and not the picture of the item."""


def attachments(part: Part) -> tuple[Attachment, ...]:
    """Return the files of an item, each once; of Media RSS those that are no pictures."""
    linked = [link for link in part.found.get("link", ()) if link.get("rel") == "enclosure"]
    if not linked and part.found.keys().isdisjoint(("enclosure", "media")):
        return ()
    played = [element for element in part.all("media") if not _is_picture(element.get("type"), element)]
    found: dict[str, Attachment] = {}
    for element in chain(part.all("enclosure"), linked, played):
        if url := part.address(element.get("url") or element.get("href"), element):
            found.setdefault(url, _attachment(url, element))
    return tuple(found.values())


def image(part: Part, files: Sequence[Attachment], html: str) -> Image | None:
    """Return the picture of an item: the one it names, an enclosed one, or the first that its text shows."""
    if not files and part.found.keys().isdisjoint(("media", "thumbnail", "picture")):
        return shown(html) if "<img" in html else None
    pictures = [element for element in part.all("media") if _is_picture(element.get("type"), element)]
    for element in (*sorted(pictures, key=_width, reverse=True), *part.all("thumbnail")):
        if url := part.address(_where(element), element):
            return Image(url=url, alt=_alt(element) or part.text("caption") or None)
    for file in files:
        if file.type.startswith("image/") or (not file.type and PICTURE.search(file.url)):
            return Image(url=file.url, alt=file.title or None)
    return (logo(part) if "picture" in part.found else None) or (shown(html) if "<img" in html else None)


def shown(html: str) -> Image | None:
    """Return the first picture of some size in clean HTML."""
    for found in SHOWN.finditer(html):
        facts = {name: unescape(value) for name, value in FACT.findall(found[1])}
        sizes = [int(size) for name in ("width", "height") if (size := facts.get(name, "")[:6]).isdecimal()]
        if facts.get("src") and min(sizes, default=LEAST) >= LEAST:
            return Image(url=facts["src"], alt=facts.get("alt") or None)
    return None


def logo(part: Part) -> Image | None:
    """Return the picture of a feed, or of an item that has one as feeds have them."""
    linked = (link for link in part.all("link") if (link.get("rel") or "").endswith(("image", "icon")))
    every = (_picture(part, element) for element in chain(part.all("picture"), part.all("thumbnail"), linked))
    return next(filter(None, every), None)


def _picture(part: Part, element: Element) -> Image | None:
    children = {child.tag.rpartition("}")[2].lower(): child for child in element if isinstance(child.tag, str)}
    holder, title = children.get("url", element), children.get("title")
    url = part.address(_where(holder), holder)
    return Image(url=url, alt=(part.text_of(title) if title is not None else "") or None) if url else None


def _where(element: Element) -> str | None:
    return element.get("url") or element.get("href") or element.get(RESOURCE) or element.text


def _attachment(url: str, element: Element) -> Attachment:
    length = number(element.get("length") or element.get("fileSize") or "")
    title = " ".join((element.get("title") or "").split())
    return Attachment(url=url, type=(element.get("type") or "").strip(), length=length or None, title=title)


def number(text: str) -> int | None:
    """Return a size that is written in digits and is not absurd."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


def _is_picture(kind: str | None, element: Element) -> bool:
    medium = element.get("medium")
    if kind or medium:
        return medium == "image" or (kind or "").startswith("image/")
    return PICTURE.search(element.get("url") or "") is not None


def _width(element: Element) -> int:
    return number(element.get("width") or "") or 0


def _alt(element: Element) -> str:
    """Return what is said of one picture in Media RSS."""
    said = (element.findtext(f"{MEDIA}{name}") for name in ("description", "title", "text"))
    return next((" ".join(text.split()) for text in said if text and text.strip()), "")
