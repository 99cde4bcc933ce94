"""Duplicates: one story told by several sources, known by its address or by what it says; in doubt there are two."""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from zlib import crc32

from feedbot.item import Item, url_key
from feedbot.wording import numbers_of, overlap, runs_of, words_of

APART = timedelta(days=3)
"""How far apart two tellings of a story may be dated."""
TITLE_WORDS = 4
"""Fewer words make no title that two stories could not have: "News in brief"."""
TEXT_WORDS = 25
"""Fewer words make no text that can be compared."""
ALIKE, MUCH_ALIKE = 0.6, 0.85
"""Shares of three-word runs that two texts have in common; the second where the titles differ."""
_HEAD = 3_000
"""Characters of a text that are compared."""
_CROWD = 12
"""Items with something in common, beyond which that tells nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An item, and the items of other sources that tell the same."""

    item: Item
    also: tuple[Item, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        """All of them, that which is shown first."""
        return (self.item, *self.also)


def stories(items: Sequence[Item]) -> list[Story]:
    """Put items together that tell the same story; no two of one source.

    The one that was seen first stands for all, so that its id stays when others follow. The order is that of
    those that stand for theirs.
    """
    whole: dict[str, list[Item]] = {item.id: [item] for item in items}
    for one, other in _pairs(items):
        mine, theirs = whole[one.id], whole[other.id]
        if mine is not theirs and not {item.source_id for item in mine} & {item.source_id for item in theirs}:
            mine.extend(theirs)
            whole |= {item.id: mine for item in theirs}
    shown = {min(group, key=_first).id: group for group in whole.values()}
    return [_story(item, shown[item.id]) for item in items if item.id in shown]


def _story(item: Item, group: Sequence[Item]) -> Story:
    return Story(item=item, also=tuple(sorted((one for one in group if one.id != item.id), key=_first)))


def _first(item: Item) -> tuple[object, ...]:
    return item.first_seen, item.published_at, item.id


def _pairs(items: Sequence[Item]) -> Iterator[tuple[Item, Item]]:
    """Give pairs of items that tell the same; only such are compared as have something telling in common."""
    shelves: dict[Hashable, list[Item]] = defaultdict(list)
    for item in items:
        for mark in _marks(item):
            shelves[mark].append(item)
    for alike in shelves.values():
        if 1 < len(alike) <= _CROWD:
            yield from (pair for pair in combinations(alike, 2) if same(*pair))


def same(one: Item, other: Item) -> bool:
    """Say whether two items of different sources tell the same story."""
    if one.source_id == other.source_id:
        return False
    if one.url and url_key(one.url) == url_key(other.url):
        return True
    if abs(one.published_at - other.published_at) > APART:
        return False
    title, heading = words_of(one.title), words_of(other.title)
    if numbers_of(title) != numbers_of(heading):
        return False
    text, wording = runs_of(_text(one)), runs_of(_text(other))
    told = len(text) >= TEXT_WORDS and len(wording) >= TEXT_WORDS
    if title == heading and len(title) >= TITLE_WORDS:
        return not told or overlap(text, wording) >= ALIKE
    return told and overlap(frozenset(title), frozenset(heading)) >= 0.5 and overlap(text, wording) >= MUCH_ALIKE


def _marks(item: Item) -> Iterator[Hashable]:
    if item.url:
        yield "url", url_key(item.url)
    yield "title", words_of(item.title)
    yield from (("run", mark) for mark in sorted(crc32(run.encode()) for run in runs_of(_text(item)))[:4])


def _text(item: Item) -> str:
    return (item.content_text or item.summary)[:_HEAD]
