"""The body of an article: its text and clean HTML, without what is around it."""

import re
from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

from feedbot.extract import around
from feedbot.extract.clean import plain_of_clean, sanitise
from feedbot.extract.links import Element
from feedbot.extract.moments import Reading
from feedbot.extract.prose import BLOCKS, HEADINGS, Block

_CAPTIONS = re.compile(r"<figcaption\b.*?</figcaption>", re.DOTALL)


def html_of(story: Block, blocks: list[Block], base: str, title: str, reading: Reading) -> str:
    """Return what belongs to the article in the block `story` as clean HTML."""
    inside = [block for block in blocks if block.is_in(story)]
    dropped = {block.element for block in (*unwanted(story, inside, title), *_dates_before(inside, reading))}
    copy = deepcopy(story.element)
    copy.tail = None
    wrappers = {up for block in inside for up in block.element.iterancestors(*around.WRAPPERS)}
    pairs = list(zip(story.element.iter("*"), copy.iter("*"), strict=True))
    for original, twin in pairs:
        if original in wrappers:
            twin.tag = "div"
        elif original is not story.element and (original in dropped or around.mute(original)):
            drop(twin)
        elif original.tag != "figcaption" and around.caption(original):
            twin.tag = "figcaption"
    return sanitise(etree.tostring(copy, encoding="unicode", method="html"), base).strip()


def unwanted(story: Block, inside: list[Block], title: str) -> list[Block]:
    """Return the blocks of an article that are no part of it."""
    trailing = _trailing(story, inside)
    found: set[Block] = set()
    for block in inside:
        if block is not story and (block in trailing or block.parent in found or block.out or _away(block, title)):
            found.add(block)
    return list(found)


def _trailing(story: Block, inside: list[Block]) -> set[Block]:
    """Return what labels such as `Related articles` stand over; nothing where that is much of the article itself."""
    found: set[Block] = set()
    for block in inside:
        if block is story or block.out or block in found or any(up in found for up in block.above):
            continue
        if block.own == block.size and around.ends(block.line) and len(block.line) < 60:
            found.update(_after(block, story))
    return found if sum(block.prose for block in found) <= 0.4 * story.prose else set()


def _dates_before(inside: list[Block], reading: Reading) -> Iterator[Block]:
    """Give the lines before the prose that say no more than a date."""
    for block in inside:
        if block.own > 60:
            return
        if 5 < block.own == block.size < 45 and reading.read(block.line):
            yield block


def _after(label: Block, story: Block) -> list[Block]:
    """Return what a label such as `Related articles` stands over, with the label."""
    section, heading = label, label.element.tag in HEADINGS
    while section.parent and section.parent is not story and section.parent.children[0] is section:
        if section.parent.own or section.parent.prose > 0.3 * story.prose:
            break
        section = section.parent
    found, spared = [section], 0.3 * story.prose
    if section.parent is None or (section is not label and section.size > 1.5 * label.size):
        return found
    siblings = section.parent.children
    for block in siblings[siblings.index(section) + 1 :]:
        if block.element.tag in HEADINGS and not around.ends(block.line) and block.element.tag <= section.element.tag:
            break
        spared -= block.prose
        if spared < 0 or not (heading or block.share > 0.5 or not block.size):
            break
        found.append(block)
    return found


def _away(block: Block, title: str) -> bool:
    if not block.size:
        return block.element.tag in {"ul", "ol", "table"}
    line = block.line
    tag = block.element.tag
    if tag == "h1" and line == title:
        return True
    if tag in {"ul", "ol", "div", "section", "table"} and block.share > 0.75 and block.size > 10:
        return True
    if tag in BLOCKS and line and block.size == block.own and len(line) <= 200 and around.leads_away(line):
        return block.share > 0.3 or len(line) < 70
    return False


def drop(element: Element) -> None:
    """Take an element out of its tree; the text behind it stays."""
    parent, tail = element.getparent(), element.tail
    if parent is None:
        return
    if tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + tail
        else:
            before.tail = (before.tail or "") + tail
    parent.remove(element)


def text_of(html: str) -> str:
    """Return the text of clean HTML, a line for each paragraph."""
    return plain_of_clean(_CAPTIONS.sub("", html))
