"""A region with what it says and where it leads, and the one link of it that is the item's own."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from feedbot.extract.links import AROUND, Anchor, Element, Survey, step
from feedbot.extract.records import Region
from feedbot.extract.texts import HEADINGS, Text, joined, letters_in, texts_of, wide_in
from feedbot.extract.vocabulary import (
    ACTION,
    AUTHOR_NAMES,
    CATEGORY_NAMES,
    FILE_WORDS,
    MORE,
    PAPER,
    TITLE_NAMES,
    names_of,
)

MOST = 0.8
"""What holds for so large a share of the rows holds for the list."""
PUBLISHED = 5.0
"""The worth of a link to the very paper that each row is about: it goes before any page about the paper."""


@dataclass(frozen=True, slots=True)
class RowLink:
    """A link within a region; `path` is its way from the region's head, `text` what it says."""

    anchor: Anchor
    path: str
    text: str
    heading: bool


def rows_of(regions: Sequence[Region], survey: Survey) -> tuple["Row", ...]:
    """Return the regions to be read; each is read once, however often it is asked for."""
    return tuple(_row(region, survey) for region in regions)


def _row(region: Region, survey: Survey) -> "Row":
    found = survey.memory.get(region)
    if not isinstance(found, Row):
        found = survey.memory[region] = Row(region, survey)
    return found


class Row:
    """One region, read."""

    def __init__(self, region: Region, survey: Survey) -> None:
        self.region = region
        self.survey = survey

    @cached_property
    def texts(self) -> list[Text]:
        """What it says."""
        return texts_of(self.region)

    @cached_property
    def links(self) -> list[RowLink]:
        """Where it leads, in reading order."""
        said: dict[Element, list[Text]] = defaultdict(list)
        for text in self.texts:
            if text.link is not None:
                said[text.link].append(text)
        found = []
        for number, part in enumerate(self.region.parts):
            for node in part.iter("a", "area"):
                anchor = self.survey.anchor_of(node)
                if anchor is not None:
                    texts = said.get(node, [])
                    heading = any(text.heading is not None for text in texts) or _in_heading(node, part)
                    found.append(RowLink(anchor, path_to(node, part, number), joined(texts), heading))
        return found


def _in_heading(node: Element, part: Element) -> bool:
    while node is not part:
        above = node.getparent()
        if above is None:
            return False
        node = above
        if node.tag in HEADINGS:
            return True
    return False


def path_to(node: Element, part: Element, number: int) -> str:
    """Return the way from a part to an element below it."""
    steps = []
    while node is not part:
        steps.append(step(node))
        above = node.getparent()
        if above is None:
            break
        node = above
    return "/".join([f"{number or ''}{step(part) if number else ''}", *reversed(steps)])


def main_links(rows: Sequence[Row]) -> list[RowLink | None]:
    """Return for each row the link that is the item's own; None where it has none.

    The rows vote: a good way leads to a link in most rows, to another page in each, and its words could be a title.
    """
    memory, asked = (rows[0].survey.memory, ("links", *rows)) if rows else ({}, ())
    known = memory.get(asked)
    if not isinstance(known, list):
        known = memory[asked] = _main_links(rows)
    return known


def _main_links(rows: Sequence[Row]) -> list[RowLink | None]:
    ways: dict[str, list[RowLink]] = defaultdict(list)
    way = _ways(rows)
    for row in rows:
        for path, link in {way(link): link for link in reversed(row.links)}.items():
            ways[path].append(link)
    shared = _shared_keys(rows)
    worth = {path: _worth(links, len(rows), shared) for path, links in ways.items()}
    return [_best(row, lambda link: worth[way(link)], shared) for row in rows]


def _ways(rows: Sequence[Row]) -> Callable[[RowLink], str]:
    """Return what names the way of a link: its path, with its names where those come back in other rows."""
    seen = Counter(name for row in rows for name in {_named(link) for link in row.links})
    usual = {name for name, count in seen.items() if count > 1 and count * 2 >= len(rows)}
    return lambda link: name if (name := _named(link)) in usual else link.path


def _named(link: RowLink) -> str:
    return f"{link.path} {link.anchor.node.get('class') or ''}"


def _shared_keys(rows: Sequence[Row]) -> Counter[str]:
    """Count the rows that lead to each page."""
    return Counter(key for row in rows for key in {link.anchor.key for link in row.links})


def _worth(links: Sequence[RowLink], rows: int, shared: Counter[str]) -> float:
    """Return how much the links of one way look like the items' own, 0 at least."""
    count = len(links)
    own = sum(1 for link in links if shared[link.anchor.key] == 1) / count
    words = sum(words_worth(link.text) for link in links) / count
    names = names_of(
        f"{links[0].path} {links[0].anchor.node.get('class') or ''} {links[0].anchor.node.get('rel') or ''}"
    )
    worth = (count / rows) ** 0.5 * (0.15 + own) * (0.1 + words)
    if own * count >= rows * MOST and sum(bool(PAPER.fullmatch(link.text)) for link in links) >= rows * MOST:
        return PUBLISHED
    if sum(link.heading for link in links) * 2 > count:
        worth *= 2
    if names & TITLE_NAMES:
        worth *= 1.4
    if names & (AUTHOR_NAMES | CATEGORY_NAMES):
        worth *= 0.35
    if links[0].anchor.zone == AROUND:
        worth *= 0.3
    return float(worth)


@lru_cache(maxsize=8192)
def words_worth(text: str) -> float:
    """Return how much a link's words look like a title: 0 (nothing, or `Read more`) to 1."""
    if not text:
        return 0.12
    if ACTION.fullmatch(text):
        return 0.0
    if MORE.fullmatch(text) or FILE_WORDS.fullmatch(text):
        return 0.15
    letters = letters_in(text)
    size = letters + wide_in(text) * 2
    if letters * 2 < len(text.replace(" ", "")):
        return 0.2
    return min(1.0, 0.25 + size / 40)


def _best(row: Row, worth: Callable[[RowLink], float], shared: Counter[str]) -> RowLink | None:
    best, most = None, 0.0
    for link in row.links:
        own = 1.0 if shared[link.anchor.key] == 1 else 0.5
        value = worth(link) * own * (0.0 if ACTION.fullmatch(link.text) else 1.0)
        if value > most * 1.001:
            best, most = link, value
    return best
