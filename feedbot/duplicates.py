"""Duplicates: one story told by several sources, known by its address or by what it says; in doubt there are two."""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from itertools import combinations
from zlib import crc32

from feedbot.item import Item, url_key
from feedbot.wording import steady

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
    title, heading = _words(one.title), _words(other.title)
    if _numbers(title) != _numbers(heading):
        return False
    text, wording = _runs(_text(one)), _runs(_text(other))
    told = len(text) >= TEXT_WORDS and len(wording) >= TEXT_WORDS
    if title == heading and len(title) >= TITLE_WORDS:
        return not told or _common(text, wording) >= ALIKE
    return told and _common(frozenset(title), frozenset(heading)) >= 0.5 and _common(text, wording) >= MUCH_ALIKE


def _marks(item: Item) -> Iterator[Hashable]:
    if item.url:
        yield "url", url_key(item.url)
    yield "title", _words(item.title)
    yield from (("run", mark) for mark in sorted(crc32(run.encode()) for run in _runs(_text(item)))[:4])


def _text(item: Item) -> str:
    return (item.content_text or item.summary)[:_HEAD]


@lru_cache(maxsize=2048)  # every item is compared with several
def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", steady(text).casefold()))


@lru_cache(maxsize=2048)
def _runs(text: str) -> frozenset[str]:
    words = _words(text)
    return frozenset(" ".join(words[place : place + 3]) for place in range(len(words) - 2))


def _numbers(words: Sequence[str]) -> list[str]:
    return [word for word in words if word.isdecimal()]


def _common(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one or other else 0.0
