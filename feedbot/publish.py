"""Render what changed of the feeds, and put it on the shelf; what is for people is in `pages`."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from feedbot import __version__
from feedbot.errors import ShelfError
from feedbot.feed import Feed, FeedId, Site
from feedbot.item import ItemId
from feedbot.ports import Catalogue, Shelf, Stand
from feedbot.source import SourceId

_SUFFIXES = ("atom.xml", "rss.xml", "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What publishing a feed came to: names of files written, unchanged and failed."""

    feed_id: FeedId
    written: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    """Files that could not be written, and why; the last good ones stand, and the next pass tries again."""
    removed: tuple[str, ...] = ()
    """Files that the feed does not have any more."""
    digests: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What stands now, name to digest. A failed file is not in it, so the next pass finds it missing."""
    items: int = 0
    """Items in the feed as rendered now; 0 when there was nothing to render."""
    left_out: tuple[tuple[ItemId, str], ...] = ()
    """Items that say nothing a reader could show, and why."""


@dataclass(frozen=True, slots=True)
class There:
    """What was published before: where each feed stands, and the names on the shelf."""

    stands: Mapping[FeedId, Stand]
    names: Collection[str]
    turn: Callable[[FeedId], AbstractContextManager[bool]] = lambda _feed: nullcontext(enter_result=True)
    """Gives the right to draw a feed; False where another process does."""

    @classmethod
    def of(cls, catalogue: Catalogue, shelf: Shelf) -> "There":
        """Look once, for all that a pass publishes: it takes time where there are many feeds."""
        return cls(catalogue.stands(), shelf.names())


def files(feed: Feed) -> tuple[str, ...]:
    """Return the names of the files of a feed."""
    return tuple(f"{feed.stem}.{suffix}" for suffix in _SUFFIXES)


def publish(
    feeds: Iterable[Feed],
    *,
    site: Site,
    catalogue: Catalogue,
    shelf: Shelf,
    there: There | None = None,
    anew: bool = False,
    origins: Mapping[SourceId, Feed] = MappingProxyType({}),
) -> Iterator[Published]:
    """Bring the files of `feeds` up to date, one after the other; of one that did not change nothing is rendered.

    `anew` renders and writes all of them whatever is remembered of them. `origins` are the feeds of the single
    sources, which combined feeds name as the origin of their entries. A file that cannot be written is told in
    the answer; only StoreError is raised.
    """
    there = there or There.of(catalogue, shelf)
    for feed in feeds:
        settings = digest(repr((__version__, site, feed, _shown(feed, origins))).encode())
        stand = there.stands.get(feed.id, Stand())
        good = {} if anew else standing([*stand.digests], stand, there.names)
        if stand.fresh(settings) and len(good) == len(stand.digests) and good.keys() >= {*files(feed)}:
            yield Published(feed_id=feed.id, unchanged=files(feed))
            continue
        trusted = not anew and stand.settings == settings
        with there.turn(feed.id) as mine:
            if not mine:
                continue
            with catalogue.snapshot():
                done, layout = _brought(feed, site, catalogue, shelf, origins, good, trusted=trusted)
            done = swept(done, stand.digests.keys() - done.digests.keys(), shelf)
            catalogue.shelved(feed.id, settings, stand.version, done.digests, layout)
        yield discreet(done, feed)


def _brought(
    feed: Feed,
    site: Site,
    catalogue: Catalogue,
    shelf: Shelf,
    origins: Mapping[SourceId, Feed],
    there: Mapping[str, str],
    *,
    trusted: bool,
) -> tuple[Published, str]:
    """Draw what changed of a feed and put it on the shelf; return what it came to, and the layout of its files."""
    from feedbot.filing import Desk, drawn  # noqa: PLC0415 - most passes find nothing to draw

    desk = Desk(
        feed=feed,
        site=site,
        catalogue=catalogue,
        shelf=shelf,
        origins=origins,
        standing=there.keys(),
        trusted=trusted,
    )
    digests: dict[str, str] = {}
    done, layout = Published(feed_id=feed.id), ""
    for sheet in drawn(desk):
        one = shelve(feed.id, dict(zip(sheet.names, sheet.bodies, strict=False)), there, shelf)
        if sheet.block and not one.failed:
            catalogue.filed(feed.id, desk.shape, sheet.block)
        digests |= {name: one.digests.get(name, "" if sheet.bodies else there[name]) for name in sheet.names}
        done = replace(_and(done, one), items=sheet.items, left_out=sheet.left_out)
        layout = sheet.layout
    return replace(done, digests=digests), layout


def _and(done: Published, one: Published) -> Published:
    return replace(
        done,
        written=done.written + one.written,
        unchanged=done.unchanged + one.unchanged,
        failed=done.failed + one.failed,
    )


def _shown(feed: Feed, origins: Mapping[SourceId, Feed]) -> Sequence[tuple[str, str, str]]:
    """Return what `feed` shows of the feeds that its entries come from."""
    known = ((source, origins.get(source)) for source in feed.sources)
    return sorted((source, origin.title, origin.home) for source, origin in known if origin)


def standing(names: Sequence[str], stand: Stand, there: Collection[str]) -> Mapping[str, str]:
    """Return the digests of those files that are known to stand on the shelf."""
    return {name: stand.digests[name] for name in names if stand.digests.get(name) and name in there}


def shelve(feed_id: FeedId, bodies: Mapping[str, bytes], standing: Mapping[str, str], shelf: Shelf) -> Published:
    """Put what differs from what stands; a file that fails costs only itself."""
    digests = {name: digest(body) for name, body in bodies.items()}
    unchanged = tuple(name for name in bodies if standing.get(name) == digests[name])
    failed = _put({name: body for name, body in bodies.items() if name not in unchanged}, shelf)
    return Published(
        feed_id=feed_id,
        written=tuple(name for name in bodies if name not in unchanged and name not in failed),
        unchanged=unchanged,
        failed=tuple(failed.items()),
        digests={name: one for name, one in digests.items() if name not in failed},
    )


def _put(bodies: Mapping[str, bytes], shelf: Shelf) -> dict[str, str]:
    """Put files on the shelf for good; return why those could not be that could not, by their names."""
    failed = {}
    for name, body in bodies.items():
        try:
            shelf.put(name, body)
        except ShelfError as error:
            failed[name] = str(error)
    try:
        if failed.keys() != bodies.keys():
            shelf.settle()
    except ShelfError as error:
        return {name: str(error) for name in bodies} | failed
    return failed


def swept(done: Published, names: Collection[str], shelf: Shelf) -> Published:
    """Take away what the feed does not have any more; what cannot be is told, and tried again when it is rendered.

    A file that could not be written just now is still the feed's: the last good one stands.
    """
    names = {*names} - {name for name, _ in done.failed}
    failed = []
    for name in sorted(names):
        try:
            shelf.remove(name)
        except ShelfError as error:
            failed.append((name, str(error)))
    left = {name: "" for name, _ in failed}
    removed = tuple(name for name in sorted(names) if name not in left)
    return replace(done, removed=removed, failed=(*done.failed, *failed), digests={**done.digests, **left})


def discreet(done: Published, feed: Feed) -> Published:
    """Leave the secret part of a private feed's names out of what is told and logged."""
    if not feed.token:
        return done

    def names(some: Iterable[str]) -> tuple[str, ...]:
        return tuple(name.replace(feed.token, "…") for name in some)

    failed = tuple((name.replace(feed.token, "…"), why.replace(feed.token, "…")) for name, why in done.failed)
    return replace(
        done, written=names(done.written), unchanged=names(done.unchanged), removed=names(done.removed), failed=failed
    )


def digest(body: bytes) -> str:
    """Return what tells one content of a file from another."""
    return hashlib.blake2b(body, digest_size=16).hexdigest()
