"""Render what changed of a feed, and put it on the shelf: `publish` for a feed, `publish_index` for the list of all."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from feedbot import __version__
from feedbot.errors import ShelfError
from feedbot.feed import Feed, FeedId, Site
from feedbot.item import ItemId
from feedbot.ports import Catalogue, Shelf, Stand
from feedbot.render.edition import Edition, edition
from feedbot.render.html import SHOWN, index
from feedbot.render.jsonfeed import jsonfeed
from feedbot.render.opml import opml
from feedbot.render.syndication import atom, rss
from feedbot.source import SourceId

INDEX = FeedId("index")
"""Under this name the store remembers the page and the list of all feeds; no feed may have it."""
INDEX_FILES = ("index.html", "feeds.opml")
_FORMATS: Mapping[str, Callable[[Edition], bytes]] = {"atom.xml": atom, "rss.xml": rss, "json": jsonfeed}


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What publishing a feed came to: names of files written, unchanged and failed."""

    feed_id: FeedId
    written: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    """Files that could not be written, and why; the last good ones stand, and the next pass tries again."""
    digests: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What stands now, name to digest. A failed file is not in it, so the next pass finds it missing."""
    items: int = 0
    """Items in the feed as rendered now; 0 when there was nothing to render."""
    left_out: tuple[tuple[ItemId, str], ...] = ()
    """Items that say nothing a reader could show, and why."""


def files(feed_id: FeedId) -> tuple[str, ...]:
    """Return the names of the files of a feed."""
    return tuple(f"{feed_id}.{suffix}" for suffix in _FORMATS)


def publish(
    feed: Feed,
    *,
    site: Site,
    catalogue: Catalogue,
    shelf: Shelf,
    anew: bool = False,
    origins: Mapping[SourceId, Feed] = MappingProxyType({}),
) -> Published:
    """Bring the files of `feed` up to date; when nothing changed, render and write nothing.

    `anew` renders and writes all of them whatever is remembered of them. `origins` are the feeds of the single
    sources, which combined feeds name as the origin of their entries. A file that cannot be written is told in
    the answer; only StoreError is raised.
    """
    settings = _digest(repr((__version__, site, feed, _shown(feed, origins))).encode())
    stand = catalogue.stand(feed.id, settings)
    standing = {} if anew else _standing(files(feed.id), stand, shelf)
    if not stand.stale and len(standing) == len(_FORMATS):
        return Published(feed_id=feed.id, unchanged=files(feed.id))
    state = edition(feed, site, catalogue.newest(feed), origins)
    bodies = {f"{feed.id}.{suffix}": render(state) for suffix, render in _FORMATS.items()}
    done = _shelve(feed.id, bodies, standing, shelf)
    catalogue.shelved(feed.id, settings, stand.version, done.digests)
    return replace(done, items=len(state.entries), left_out=state.left_out)


def publish_index(feeds: Sequence[Feed], *, site: Site, catalogue: Catalogue, shelf: Shelf) -> Published:
    """Bring `index.html` and `feeds.opml` up to date, which show `feeds` in the order given.

    They are rendered again when any of those feeds changed. Only StoreError is raised.
    """
    versions = [catalogue.stand(feed.id, "").version for feed in feeds]
    settings = _digest(repr((__version__, site, tuple(feeds), versions)).encode())
    stand = catalogue.stand(INDEX, settings)
    standing = _standing(INDEX_FILES, stand, shelf)
    if not stand.stale and len(standing) == len(INDEX_FILES):
        return Published(feed_id=INDEX, unchanged=INDEX_FILES)
    editions = [edition(feed, site, catalogue.newest(feed) if n < SHOWN else ()) for n, feed in enumerate(feeds)]
    bodies = {"index.html": index(site, editions), "feeds.opml": opml(site, feeds)}
    done = _shelve(INDEX, bodies, standing, shelf)
    catalogue.shelved(INDEX, settings, stand.version, done.digests)
    return done


def _shown(feed: Feed, origins: Mapping[SourceId, Feed]) -> Sequence[tuple[str, str, str]]:
    """Return what `feed` shows of the feeds that its entries come from."""
    known = ((source, origins.get(source)) for source in feed.sources)
    return sorted((source, origin.title, origin.home) for source, origin in known if origin)


def _standing(names: Sequence[str], stand: Stand, shelf: Shelf) -> Mapping[str, str]:
    """Return the digests of those files that are known to stand on the shelf."""
    return {name: stand.digests[name] for name in names if name in stand.digests and shelf.has(name)}


def _shelve(feed_id: FeedId, bodies: Mapping[str, bytes], standing: Mapping[str, str], shelf: Shelf) -> Published:
    """Put what differs from what stands; a file that fails costs only itself."""
    digests = {name: _digest(body) for name, body in bodies.items()}
    unchanged = tuple(name for name in bodies if standing.get(name) == digests[name])
    written, failed = [], []
    for name in (name for name in bodies if name not in unchanged):
        try:
            shelf.put(name, bodies[name])
            written.append(name)
        except ShelfError as error:
            failed.append((name, str(error)))
            del digests[name]
    return Published(
        feed_id=feed_id, written=tuple(written), unchanged=unchanged, failed=tuple(failed), digests=digests
    )


def _digest(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=16).hexdigest()
