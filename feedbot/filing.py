"""Filing: which documents a feed has, what stands in each, and drawing those that changed (RFC 5005 section 4).

The live document holds the newest items. Items that leave it are filed in archives, in the order in which they
came: each takes a block of them, and does not change any more unless one of its items does. What left the live
document and does not fill a block yet waits in one more archive, which is open.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from feedbot.duplicates import Story, stories
from feedbot.feed import Feed, Part, Site
from feedbot.item import Item, ItemId
from feedbot.ports import Block, Catalogue, Place, Shelf
from feedbot.render.document import FORMATS, NOTHING, Kept, piece, remembered, written
from feedbot.render.edition import Edition, edition, entry_id, took_back
from feedbot.source import SourceId

BLOCK = 50
"""Items that an archive takes, or as many as the feed shows where those are fewer."""
FORM = 1
"""Counts the ways in which archives were ever drawn: with a new one, all are drawn again."""
REMEMBERED = 20
"""Withdrawn items that a feed tells of."""
_WIDER = 2
"""How many times the items that are shown are looked through for stories that several sources tell."""
Telling = tuple[Place, ...]
"""Where the items of a story stand, the one that is shown first."""
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
    shown = _shown(desk)
    if not (desk.feed.archives and desk.site.archives):
        yield _live(desk, shown, "")
        return
    filed = desk.catalogue.blocks(desk.feed.id, desk.shape)
    for block in filed:
        mine = names(desk.feed, archive(block.number))
        stands = not block.stale and all(name in desk.standing for name in mine)
        yield Sheet(names=mine) if stands else _full(desk, replace(block, stale=False))
    last = filed[-1] if filed else Block(number=0, after=0, last=0)
    there = {place.id for telling in shown for place in telling}
    while True:
        came = desk.catalogue.arrived(desk.feed, after=last.last, most=desk.feed.limit + _AT_ONCE * desk.size)
        full, waiting = sorted_out(came, there, desk.size)
        for members in full:
            last = Block(number=last.number + 1, after=last.last, last=members[-1].seq)
            yield _full(desk, last)
        if not full:
            break
    if last.number or waiting:
        yield _open(desk, last.number + 1, waiting)
    yield _live(desk, shown, archive(last.number + bool(waiting)))


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


def _shown(desk: Desk) -> Sequence[Telling]:
    """Return where the items of the live document stand: of a story of several sources, that of each."""
    feed = desk.feed
    if not feed.merge:
        return [(place,) for place in _recent(feed, desk.catalogue.lineup(feed))]
    places = _recent(feed, desk.catalogue.lineup(replace(feed, limit=_WIDER * feed.limit)))
    by_id = {place.id: place for place in places}
    merged = stories(desk.catalogue.read(places))
    return [tuple(by_id[item.id] for item in story.items) for story in merged[: feed.limit]]


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
    merged = stories(items) if desk.feed.merge else [Story(item=item) for item in items]
    state = _edition(desk, merged, part)
    done = written(state, [piece(entry.id, entry) for entry in state.entries])
    return Sheet(names=names(desk.feed, part.name), bodies=done.bodies)


def _edition(desk: Desk, merged: Sequence[Story], part: Part) -> Edition:
    also = {story.item.id: story.also for story in merged if story.also}
    return edition(desk.feed, desk.site, [story.item for story in merged], desk.origins, part, also)


def _live(desk: Desk, shown: Sequence[Telling], previous: str) -> Sheet:
    kept = _kept(desk)
    keyed = {_key(telling): telling for telling in shown}
    fresh = {key: telling for key, telling in keyed.items() if key not in kept.pieces}
    merged = _told(desk, fresh)
    state = _edition(desk, [*merged.values()], Part(previous=previous))
    state = took_back(state, desk.feed, desk.catalogue.withdrawn(desk.feed, REMEMBERED))
    entries = {entry.id: entry for entry in state.entries}
    said = ((key, entries.get(entry_id(desk.site, desk.feed, story.item))) for key, story in merged.items())
    now = {key: piece(key, entry) for key, entry in said if entry is not None}
    pieces = [one for one in (kept.pieces.get(key) or now.get(key) for key in keyed) if one is not None]
    done = written(state, pieces, kept)
    return Sheet(
        names=names(desk.feed),
        bodies=done.bodies,
        layout=done.layout,
        items=len(pieces),
        left_out=state.left_out,
    )


def _told(desk: Desk, fresh: Mapping[str, Telling]) -> Mapping[str, Story]:
    """Return what is told there, by the same keys; nothing where an item is not there any more."""
    items = {item.id: item for item in desk.catalogue.read([place for telling in fresh.values() for place in telling])}
    found = ((key, [items[place.id] for place in telling if place.id in items]) for key, telling in fresh.items())
    return {key: Story(item=one[0], also=tuple(one[1:])) for key, one in found if one}


def _key(telling: Telling) -> str:
    return "+".join(f"{one.id}@{one.revision}" for one in telling)


def _kept(desk: Desk) -> Kept:
    bodies = [desk.shelf.get(name) if name in desk.standing else None for name in names(desk.feed)]
    told = [body for body in bodies if body is not None]
    if not desk.trusted or len(told) < len(FORMATS):
        return NOTHING
    return remembered(desk.catalogue.layout(desk.feed.id), told)
