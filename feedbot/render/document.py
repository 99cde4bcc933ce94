"""Document: a feed in one format, put together of a head, a piece for every entry, and an end.

What was written once need not be written again: a layout says where the pieces stand in a document, so that the
documents of before hand out all that did not change. A document that is put together like this is, byte for
byte, the one that would be written anew.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import accumulate
from typing import NamedTuple
from zlib import crc32

from feedbot.render import jsonfeed, mends, syndication
from feedbot.render.edition import Edition, Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How documents of a format are put together. `dated` is the element of the head that says when it changed."""

    suffix: str
    head: Callable[[Edition], bytes]
    end: bytes
    between: bytes = b""
    dated: bytes = b""
    moment: Callable[[datetime], str] = datetime.isoformat


FORMATS = (
    Format(
        suffix="atom.xml",
        head=syndication.atom_head,
        end=syndication.ATOM_END,
        dated=b"updated",
    ),
    Format(
        suffix="rss.xml",
        head=syndication.rss_head,
        end=syndication.RSS_END,
        dated=b"lastBuildDate",
        moment=mends.rfc822,
    ),
    Format(suffix="json", head=jsonfeed.json_head, end=jsonfeed.END, between=b",\n"),
)


class Piece(NamedTuple):
    """An entry as every format writes it, in the order of FORMATS. `key` tells one state of an item from another.

    `updated` is when it changed, RFC 3339.
    """

    key: str
    updated: str
    bodies: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What documents of before hand out: pieces by key, and heads with what they say beside their time."""

    pieces: Mapping[str, Piece] = field(default_factory=dict)
    heads: tuple[bytes, ...] = ()
    said: str = ""


NOTHING = Kept()


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The documents of an edition, in the order of FORMATS, and the layout that finds their pieces again."""

    bodies: tuple[bytes, ...]
    layout: str


def piece(key: str, entry: Entry) -> Piece:
    """Write an entry in every format."""
    return Piece(key, entry.updated.isoformat(), (*syndication.both(entry), jsonfeed.json_item(entry)))


def written(edition: Edition, pieces: Sequence[Piece], kept: Kept = NOTHING) -> Written:
    """Return the documents that hold `pieces` under the head of `edition`, whose own entries do not count."""
    updated = max((datetime.fromisoformat(one.updated) for one in pieces), default=None)
    said = _said(edition, updated)
    heads = _redated(updated, kept.heads) if kept.said == said else _heads(edition, updated)
    columns = tuple(zip(*(one.bodies for one in pieces), strict=True)) or ((),) * len(FORMATS)
    bodies = tuple(
        b"".join((begun, one.between.join(column), one.end))
        for one, begun, column in zip(FORMATS, heads, columns, strict=True)
    )
    layout = {
        "said": said,
        "sums": [crc32(body) for body in bodies],
        "keys": [one.key for one in pieces],
        "updated": [one.updated for one in pieces],
        "sizes": [[len(begun), *map(len, column)] for begun, column in zip(heads, columns, strict=True)],
    }
    return Written(bodies=bodies, layout=_written(layout))


def remembered(layout: str, bodies: Sequence[bytes]) -> Kept:
    """Return what `bodies` hand out; nothing where they are not, bit for bit, the documents that `layout` is of."""
    if not layout:
        return NOTHING
    told = json.loads(layout)
    if told["sums"] != [crc32(body) for body in bodies]:
        return NOTHING
    all_of = zip(bodies, told["sizes"], FORMATS, strict=True)
    parts = [_parts(body, sizes, len(one.between)) for body, sizes, one in all_of]
    heads, *columns = zip(*parts, strict=True)
    pieces = map(Piece, told["keys"], told["updated"], columns)
    return Kept(pieces={one.key: one for one in pieces}, heads=heads, said=told["said"])


def _parts(body: bytes, sizes: Sequence[int], between: int) -> list[bytes]:
    """Return the head and the pieces of a document; between two pieces are some bytes."""
    starts = accumulate([sizes[0], *(size + between for size in sizes[1:])], initial=0)
    return [body[start : start + size] for start, size in zip(starts, sizes, strict=False)]


_written = json.JSONEncoder(separators=(",", ":")).encode


def _said(edition: Edition, updated: datetime | None) -> str:
    """Return what a head says that may change while the settings stay: all but when it was updated."""
    part = edition.part
    return repr((part.name, part.previous, part.following, part.full, updated is not None, edition.withdrawn))


def _heads(edition: Edition, updated: datetime | None) -> tuple[bytes, ...]:
    head = replace(edition, entries=(), updated=updated)
    return tuple(one.head(head) for one in FORMATS)


def _redated(updated: datetime | None, kept: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return kept heads with another time."""
    return tuple(_with(body, one, updated) for body, one in zip(kept, FORMATS, strict=True))


def _with(body: bytes, one: Format, updated: datetime | None) -> bytes:
    if updated is None or not one.dated:
        return body
    before, mark, rest = body.partition(b"<%b>" % one.dated)
    _, end, after = rest.partition(b"</%b>" % one.dated)
    return b"".join((before, mark, one.moment(updated).encode(), end, after))
