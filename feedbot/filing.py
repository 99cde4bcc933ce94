"""Filing: which documents a feed has, what stands in each, and drawing those that changed (RFC 5005 section 4).

The live document holds the newest items. Items that leave it are filed in archives, in the order in which they
came: each takes a block of them, and does not change any more unless one of its items does. What left the live
document and does not fill a block yet waits in one more archive, which is open.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from feedbot.feed import Feed, Part, Site
from feedbot.item import Item, ItemId
from feedbot.ports import Block, Catalogue, Place, Shelf
from feedbot.render.document import FORMATS, NOTHING, Kept, Piece, piece, remembered, written
from feedbot.render.edition import Edition, edition, entry_id, took_back
from feedbot.source import SourceId

BLOCK = 50
"""Items that an archive takes, or as many as the feed shows where those are fewer."""
FORM = 1
"""Counts the ways in which archives were ever drawn: with a new one, all are drawn again."""
REMEMBERED = 20
"""Withdrawn items that a feed tells of."""
_AT_ONCE = 10
"""Blocks that are looked for at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What drawing a feed takes. `standing` names its files that are known to stand on the shelf."""

    feed: Feed
    site: Site
    catalogue: Catalogue
    shelf: Shelf
    origins: Mapping[SourceId, Feed]
    standing: Collection[str]
    trusted: bool
    """Whether what stands there was drawn by the same settings, so that parts of it can be kept."""

    @property
    def shape(self) -> str:
        """Digest of all that shapes archives; not what a combined feed's sources are or are called now."""
        said = replace(self.feed, sources=(), limit=self.size, age=None)
        return hashlib.blake2b(repr((FORM, self.site, said)).encode(), digest_size=16).hexdigest()

    @property
    def size(self) -> int:
        """How many items an archive takes."""
        return max(min(BLOCK, self.feed.limit), 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One document of a feed; `block` is what it files. Where `bodies` are missing, what stands is good."""

    names: tuple[str, ...]
    """Of its files, in the order of FORMATS."""
    bodies: tuple[bytes, ...] = ()
    block: Block | None = None
    layout: str = ""
    items: int = 0
    left_out: tuple[tuple[ItemId, str], ...] = ()


def names(feed: Feed, part: str = "") -> tuple[str, ...]:
    """Return the names of the files of a part of a feed."""
    stem = f"{feed.stem}.{part}" if part else feed.stem
    return tuple(f"{stem}.{one.suffix}" for one in FORMATS)


def archive(number: int) -> str:
    """Return the name of an archive; there is none before the first."""
    return f"archive-{number}" if number else ""


def drawn(desk: Desk) -> Iterator[Sheet]:
    """Give a feed's documents, drawing what is missing or changed: archives, the oldest first, then the live one."""
    places = _recent(desk.feed, desk.catalogue.lineup(desk.feed))
    if not (desk.feed.archives and desk.site.archives):
        yield _live(desk, places, "")
        return
    filed = desk.catalogue.blocks(desk.feed.id, desk.shape)
    for block in filed:
        mine = names(desk.feed, archive(block.number))
        stands = not block.stale and all(name in desk.standing for name in mine)
        yield Sheet(names=mine) if stands else _full(desk, replace(block, stale=False))
    last = filed[-1] if filed else Block(number=0, after=0, last=0)
    shown = {place.id for place in places}
    while True:
        came = desk.catalogue.arrived(desk.feed, after=last.last, most=desk.feed.limit + _AT_ONCE * desk.size)
        full, waiting = sorted_out(came, shown, desk.size)
        for members in full:
            last = Block(number=last.number + 1, after=last.last, last=members[-1].seq)
            yield _full(desk, last)
        if not full:
            break
    if last.number or waiting:
        yield _open(desk, last.number + 1, waiting)
    yield _live(desk, places, archive(last.number + bool(waiting)))


def sorted_out(
    came: Sequence[Place], shown: Collection[ItemId], size: int
) -> tuple[Sequence[Sequence[Place]], Sequence[Place]]:
    """Tell what fills blocks of `size`, and what else of `came` is not `shown` and has to wait.

    No block is filled as long as all of what is left is shown.
    """
    full, rest = [], list(came)
    while len(rest) >= size and any(place.id not in shown for place in rest):
        full.append(rest[:size])
        rest = rest[size:]
    return full, [place for place in rest if place.id not in shown]


def _recent(feed: Feed, places: Sequence[Place]) -> Sequence[Place]:
    """Leave out what is older than the newest by more than the feed shows."""
    if feed.age is None or not places:
        return places
    return [place for place in places if places[0].published_at - place.published_at <= feed.age]


def _full(desk: Desk, block: Block) -> Sheet:
    items = desk.catalogue.within(desk.feed, block)
    part = Part(
        name=archive(block.number),
        previous=archive(block.number - 1),
        following=archive(block.number + 1),
        full=True,
    )
    return replace(_sheet(desk, items, part), block=block)


def _open(desk: Desk, number: int, waiting: Sequence[Place]) -> Sheet:
    items = desk.catalogue.read(sorted(waiting, key=lambda place: (place.published_at, place.seq), reverse=True))
    return _sheet(desk, items, Part(name=archive(number), previous=archive(number - 1)))


def _sheet(desk: Desk, items: Sequence[Item], part: Part) -> Sheet:
    state = edition(desk.feed, desk.site, items, desk.origins, part)
    done = written(state, [piece(entry.id, entry) for entry in state.entries])
    return Sheet(names=names(desk.feed, part.name), bodies=done.bodies)


def _live(desk: Desk, places: Sequence[Place], previous: str) -> Sheet:
    kept = _kept(desk)
    fresh = desk.catalogue.read([place for place in places if _key(place) not in kept.pieces])
    state = edition(desk.feed, desk.site, fresh, desk.origins, Part(previous=previous))
    state = took_back(state, desk.feed, desk.catalogue.withdrawn(desk.feed, REMEMBERED))
    pieces = _pieces(desk, places, fresh, state, kept)
    done = written(state, pieces, kept)
    return Sheet(
        names=names(desk.feed),
        bodies=done.bodies,
        layout=done.layout,
        items=len(pieces),
        left_out=state.left_out,
    )


def _pieces(desk: Desk, places: Sequence[Place], fresh: Sequence[Item], state: Edition, kept: Kept) -> Sequence[Piece]:
    """Return a piece for every item that has something to show: what is kept of it, or what is written now."""
    entries = {entry.id: entry for entry in state.entries}
    said = ((item, entries.get(entry_id(desk.site, desk.feed, item))) for item in fresh)
    now = {item.id: piece(_key(item), entry) for item, entry in said if entry is not None}
    found = (kept.pieces.get(_key(place)) or now.get(place.id) for place in places)
    return [one for one in found if one is not None]


def _key(one: Place | Item) -> str:
    return f"{one.id}@{one.revision}"


def _kept(desk: Desk) -> Kept:
    bodies = [desk.shelf.get(name) if name in desk.standing else None for name in names(desk.feed)]
    told = [body for body in bodies if body is not None]
    if not desk.trusted or len(told) < len(FORMATS):
        return NOTHING
    return remembered(desk.catalogue.layout(desk.feed.id), told)
