"""Leaf: the page of a feed, put together of what stands before its items, a card for each, and what stands after.

As with documents, what was rendered once is not rendered again: a layout says where the parts stand in the page,
and a page that is put together of them is, byte for byte, the one that would be rendered anew.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from zlib import crc32

from feedbot.render.html import items


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """The parts of a page. `said` tells one state of the feed's settings from another, a card's key one of an item."""

    said: str = ""
    before: bytes = b""
    cards: Mapping[str, bytes] = field(default_factory=dict)
    after: bytes = b""


def bound(leaf: Leaf) -> tuple[bytes, str]:
    """Return the page, and the layout that finds its parts again."""
    parts = (leaf.before, *items([*leaf.cards.values()]), leaf.after)
    body = b"".join(parts)
    layout = {"said": leaf.said, "sum": crc32(body), "keys": [*leaf.cards], "sizes": [len(part) for part in parts]}
    return body, json.dumps(layout, separators=(",", ":"))


def remembered(layout: str, body: bytes | None) -> Leaf:
    """Return the parts of `body`; none where it is not, bit for bit, the page that `layout` is of."""
    told = json.loads(layout) if layout and body is not None else {}
    if body is None or told.get("sum") != crc32(body):
        return Leaf()
    before, *among, after = (body[start:end] for start, end in pairwise(accumulate(told["sizes"], initial=0)))
    cards = dict(zip(told["keys"], among[1:-1], strict=True))
    return Leaf(said=told["said"], before=before, cards=cards, after=after)
