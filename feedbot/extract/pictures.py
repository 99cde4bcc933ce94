"""The picture of an item, with what its publisher says it shows."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from lxml import etree

from feedbot.extract.document import Document
from feedbot.extract.links import Element
from feedbot.extract.records import Region
from feedbot.item import Image

_LAZY = (
    "data-src",
    "data-lazy-src",
    "data-original",
    "data-lazy",
    "data-srcset",
    "data-lazy-srcset",
    "data-bg",
    "data-image",
)
_SOURCES: Callable[[Element], Any] = etree.XPath(
    ".//img|.//source[@srcset or @data-srcset]|.//amp-img|.//*[contains(@style,'url(')]"
)
_STYLE = re.compile(r"background(?:-image)?\s*:[^;]*?url\(\s*['\"]?([^'\")]+)", re.IGNORECASE)
_NOISE = re.compile(
    r"^data:|(?:^|/)(?:spacer|pixel|blank|transparent|placeholder|1x1|loading|s|logo)[\d_-]*(?:@2x)?\.(?:gif|png|svg|"
    r"jpe?g)|(?:^|/)icons?/|[^/]*(?:icon|avatar|gravatar|emoji|sprite)[^/]*$|(?:^|/)(?:site-?)?logo[-_.][^/]*$|"
    r"/flags?/|tracking|counter\.",
    re.IGNORECASE,
)
_EMPTY_ALTS = {"...", "image", "alt", "placeholder", "thumbnail", "photo", "img"}


def picture_of(region: Region, document: Document) -> Image | None:
    """Return the first picture of `region` that is neither icon nor placeholder, at its largest stated size."""
    for part in region.parts:
        nodes = [part] if part.tag == "img" else _SOURCES(part)
        for node in nodes:
            found = picture_in(node, document)
            if found:
                return found
    return None


def picture_at(
    nodes: Sequence[Element], said: Sequence[str], attribute: str | None, document: Document
) -> Image | None:
    """Return the picture that a selector found: an `img` at or below `nodes`, or the address that it `said`."""
    if attribute is not None:
        url = next((url for url in map(document.absolute, said) if url), "")
        return Image(url=url, alt=alt_of(nodes[0]) if nodes else None) if url else None
    for node in nodes:
        for image in (node, *node.iter("img")):
            found = picture_in(image, document)
            if found:
                return found
    return None


def picture_in(node: Element, document: Document) -> Image | None:
    """Return the picture that one element shows, None for icons and placeholders."""
    if _tiny(node):
        return None
    for address in addresses_of(node):
        url = document.absolute(address) if address and not _NOISE.search(address) else ""
        if url:
            return Image(url=url, alt=alt_of(node))
    return None


def _tiny(node: Element) -> bool:
    sizes = [node.get(name) or "" for name in ("width", "height")]
    return any(size.removesuffix("px").isdigit() and int(size.removesuffix("px")) < 33 for size in sizes)


def addresses_of(node: Element) -> Iterator[str]:
    """Yield the addresses that a picture may be loaded from, the most telling first."""
    for name in _LAZY:
        yield _largest(node.get(name) or "")
    yield node.get("src") or ""
    yield _largest(node.get("srcset") or "")
    found = _STYLE.search(node.get("style") or "")
    yield found[1] if found else ""


def _largest(srcset: str) -> str:
    """Return the address of the largest picture of a `srcset` (HTML, section 4.8.4.2.1); a bare address as it is."""
    if " " not in srcset.strip():
        return srcset.strip()
    best, most = "", -1.0
    for part in re.split(r",\s+", srcset.strip()):
        address, _, size = part.strip().strip(",").partition(" ")
        number = re.match(r"[\d.]+", size.strip())
        width = float(number[0]) if number and number[0] != "." and number[0].count(".") < 2 else 0.0
        if width > most:
            best, most = address, width
    return best


def alt_of(node: Element) -> str | None:
    """Return what the publisher says a picture shows; None for nothing, and for words that say nothing."""
    if node.tag == "source":
        above = node.getparent()
        image = above.find(".//img") if above is not None else None
        node = image if image is not None else node
    alt = node.get("alt")
    said = " ".join(alt.split()) if alt else ""
    return None if not said or said.lower() in _EMPTY_ALTS else said
