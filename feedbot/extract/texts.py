"""What a region says: its texts one by one, each with the way that leads to it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lxml import etree

from feedbot.extract.links import Element, step
from feedbot.extract.records import INLINE, Region
from feedbot.extract.vocabulary import HIDDEN_NAMES, names_of, words

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
MAX_TEXTS = 400
"""More texts of one region than this are not read."""

_MUTE = words(
    """
    script style template noscript select option textarea button svg title iframe object audio video canvas
    """
)
_TEXTS: Callable[[Element], Any] = etree.XPath(".//text()[normalize-space()]")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Text:
    """One run of text. `path` is its way from the region's head, alike in records that are built alike.

    `node` is the element that it stands in, `block` the closest one that is no inline element, `link` the
    link around it, `heading` the heading around it.
    """

    text: str
    path: str
    node: Element
    block: Element
    link: Element | None
    heading: Element | None
    hidden: bool = False
    glued: bool = False
    """It follows the text before it without a space."""


@dataclass(frozen=True, slots=True)
class _Way:
    path: str
    block: Element
    link: Element | None
    heading: Element | None
    hidden: bool
    mute: bool


def texts_of(region: Region) -> list[Text]:
    """Return the texts of `region` in reading order."""
    found: list[Text] = []
    if region.lead.strip():
        above = region.head.getparent()
        node = above if above is not None else region.head
        found.append(Text(tidy(region.lead), "<", node, node, None, None))
    for number, part in enumerate(region.parts):
        found += _texts_below(part, number, MAX_TEXTS - len(found))
        if region.loose and part.tail and part.tail.strip():
            above = part.getparent()
            node = above if above is not None else part
            found.append(Text(tidy(part.tail), ">", node, node, None, None))
    return found


def _texts_below(part: Element, number: int, limit: int) -> list[Text]:
    found: list[Text] = []
    ways: dict[Element, _Way] = {}
    before, last = " ", part
    for said in _TEXTS(part)[:limit]:
        above: Element = said.getparent()
        node = above
        if said.is_tail:
            node = said.getparent().getparent()
        way = ways.get(node) or _way(node, part, number, ways)
        if way.mute:
            continue
        block = found[-1].block if found else None
        apart = block is not way.block or above.tag == "br" or (node is not last and _pieces(last, node, before, said))
        glued = not (apart or before[-1].isspace() or said[0].isspace() or _spaced(said, above, part))
        found.append(Text(tidy(said), way.path, node, way.block, way.link, way.heading, way.hidden, glued))
        before, last = said, node
    return found


def _spaced(said: Any, above: Element, part: Element) -> bool:  # noqa: ANN401 - lxml's string that knows its place
    """Say whether nothing but white space stands before a text that follows another: `page</i> <i>2`."""
    if said.is_tail:
        inner = next(above.iterchildren(reversed=True), None)
        return ((above.text if inner is None else inner.tail) or "").isspace()
    while above is not part:
        before, around = above.getprevious(), above.getparent()
        between = before.tail if before is not None else around.text if around is not None else None
        if between or before is not None or around is None:
            return (between or "").isspace()
        above = around
    return False


def _pieces(last: Element, node: Element, before: str, said: str) -> bool:
    """Say whether two inline elements are pieces that stand apart on the screen, though no space parts them."""
    if node.tag == last.tag == "span":
        return True
    return node.getprevious() is last and not before[-1].isupper() and (said[0].isupper() or said[0].isdecimal())


def _way(node: Element, part: Element, number: int, ways: dict[Element, _Way]) -> _Way:
    climbed: list[Element] = []
    at: Element | None = node
    while at is not None and at is not part and at not in ways:
        climbed.append(at)
        at = at.getparent()
    way = ways.get(part if at is None else at) or _first(part, number)
    ways.setdefault(part, way)
    for element in reversed(climbed):
        way = _below(way, element)
        ways[element] = way
    return way


def _first(part: Element, number: int) -> _Way:
    tag = str(part.tag)
    return _Way(
        path=f"{number or ''}{step(part) if number else ''}",
        block=part,
        link=part if tag == "a" else None,
        heading=part if tag in HEADINGS else None,
        hidden=False,
        mute=tag in _MUTE,
    )


def _below(above: _Way, element: Element) -> _Way:
    tag = str(element.tag)
    here = step(element)
    said = element.get("class")
    return _Way(
        path=f"{above.path}/{here}",
        block=above.block if tag in INLINE else element,
        link=element if tag == "a" and element.get("href") else above.link,
        heading=element if tag in HEADINGS or element.get("role") == "heading" else above.heading,
        hidden=above.hidden or element.get("hidden") is not None or bool(said and names_of(said) & HIDDEN_NAMES),
        mute=above.mute or tag in _MUTE,
    )


def tidy(text: str) -> str:
    """Return `text` with single spaces, and none at its ends."""
    return _SPACE.sub(" ", text).strip()


_NO_LETTERS = re.compile(r"[\W\d_]+")
_WIDE = re.compile("[\u3040-\U0003ffff]")


def letters_in(text: str) -> int:
    """Count the letters of a text."""
    return len(_NO_LETTERS.sub("", text))


def wide_in(text: str) -> int:
    """Count the characters of scripts that write a word in one or two of them."""
    return 0 if text.isascii() else len(_WIDE.findall(text))


def joined(texts: list[Text]) -> str:
    """Return what `texts` say in one line: words of one line run on, blocks are parted by a space."""
    shown = [text for text in texts if not text.hidden] or texts
    return "".join(text.text if text.glued else f" {text.text}" for text in shown).strip()


def text_below(node: Element) -> str:
    """Return the whole text of an element in one line, without what is hidden where something else is left."""
    return joined(_texts_below(node, 0, MAX_TEXTS))
