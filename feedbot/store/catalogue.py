"""What `publish` knows of the store."""

import heapq
from collections import defaultdict, deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, delete, func, or_, select, update

from feedbot.feed import Feed, FeedId
from feedbot.item import Item
from feedbot.ports import Stand
from feedbot.source import Filter
from feedbot.store import tables
from feedbot.store.database import CHUNK, Database
from feedbot.store.outbox import ITEMS
from feedbot.store.rows import item_of
from feedbot.store.tables import insert
from feedbot.wanted import passes

FEW = 64
"""Up to so many sources are walked one by one and merged; for more, all items are, and others' left out."""
DETOUR = 8
"""Items of others that are worth passing over for each source, before the sources are walked one by one."""
LAST = datetime.max.replace(tzinfo=UTC)
Place = Mapping[str, Any]
"""Where an item stands in the order of all; `_START` is before the first."""
_START: Place = {"published_at": LAST, "first_seen": LAST, "rank": -1, "id": ""}


class Catalogue:
    """Satisfies ports.Catalogue."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let all that this thread reads within be of one state of the store; what is written meanwhile is not seen."""
        with self._database.reading():
            yield

    def stands(self) -> Mapping[FeedId, Stand]:
        """Return where each feed stands of which anything is known."""
        digests: dict[str, dict[str, str]] = defaultdict(dict)
        with self._database.reading() as connection:
            for feed_id, name, digest in connection.execute(_FILES):
                digests[feed_id][name] = digest
            return {
                FeedId(row.id): Stand(
                    version=row.version, rendered=row.rendered, settings=row.settings, digests=digests[row.id]
                )
                for row in connection.execute(_FEEDS)
            }

    def stand(self, feed_id: FeedId) -> Stand:
        """Return where one feed stands."""
        with self._database.reading() as connection:
            row = connection.execute(_FEED, {"feed": feed_id}).first()
            files = {name: digest for _, name, digest in connection.execute(_FILES_OF, {"feed": feed_id})}
        return (
            Stand(version=row.version, rendered=row.rendered, settings=row.settings, digests=files) if row else Stand()
        )

    def unpublished(self) -> list[FeedId]:
        """Return the feeds of which items changed since they were rendered."""
        with self._database.reading() as connection:
            return [FeedId(one) for one in connection.execute(_UNPUBLISHED).scalars()]

    def mark(self, feed_ids: Collection[FeedId]) -> None:
        """Have these feeds rendered again."""
        with self._database.writing() as connection:
            connection.execute(_MARK, [{"feed": one} for one in feed_ids])

    def newest(self, feed: Feed) -> Sequence[Item]:
        """Return the newest items that the feed lets through, up to its limit; none withdrawn.

        Reads in the order of an index and stops when the limit is reached, however many items there are.
        """
        with self._database.reading() as connection:
            return [item for _, item in islice(newest(connection, feed), max(feed.limit, 0))]

    def layout(self, feed_id: FeedId) -> str:
        """Return what `shelved` was told of where things stand in the feed's files; empty where it was nothing."""
        with self._database.reading() as connection:
            return connection.execute(_LAYOUT, {"feed": feed_id}).scalar() or ""

    def shelved(
        self, feed_id: FeedId, settings: str, version: int, digests: Mapping[str, str], layout: str = ""
    ) -> None:
        """Remember that a feed was rendered at `version` and what its files hold; others of its files are forgotten."""
        now = {"id": feed_id, "version": 0, "rendered": version, "settings": settings, "layout": layout}
        with self._database.writing() as connection:
            connection.execute(_REMEMBER, now)
            before = {row.name: row.digest for row in connection.execute(_FILES_OF, {"feed": feed_id})}
            if gone := [{"feed": feed_id, "file": name} for name in before.keys() - digests.keys()]:
                connection.execute(_FORGET, gone)
            changed = [(name, digest) for name, digest in digests.items() if before.get(name) != digest]
            if changed:
                connection.execute(_FILE, [{"feed_id": feed_id, "name": name, "digest": one} for name, one in changed])


def lets_through(feed: Feed, item: Item) -> bool:
    """Say whether the feed shows the item, by its own filter and that of the item's source."""
    source = item.source_id
    if feed.labelled and not set(feed.labelled) & set(item.labels):
        return False
    return passes(feed.wanted, item, source) and passes(feed.filters.get(source, Filter()), item, source)


def newest(connection: Connection, feed: Feed) -> Iterator[tuple[int, Item]]:
    """Give the items that the feed lets through with their numbers, newest first; read a page at a time."""
    size = min(max(feed.limit, 20), CHUNK)
    walk = places(connection, feed, size)
    while page := [place.seq for place in islice(walk, size)]:
        yield from told(connection, feed, page)


def told(connection: Connection, feed: Feed, page: Sequence[int]) -> Iterator[tuple[int, Item]]:
    """Give those of at most CHUNK items that the feed lets through, in the order of their numbers in `page`."""
    found = {row["seq"]: item_of(row) for row in connection.execute(ITEMS_NOW, {"page": page}).mappings()}
    yield from ((seq, found[seq]) for seq in page if seq in found and lets_through(feed, found[seq]))


def places(connection: Connection, feed: Feed, size: int) -> Iterator[Row[Any]]:
    """Give where the items of the feed's sources stand, newest first, whatever the feed lets through."""
    sources = frozenset(feed.sources)
    if len(sources) == 1:
        return _walk(connection, _OF_SOURCE, next(iter(sources)), size, _START)
    if len(sources) > FEW:
        return _among(connection, sources, size)
    return _merged(connection, sources, size, _START)


def _among(connection: Connection, sources: Collection[str], size: int) -> Iterator[Row[Any]]:
    """Walk the items of all for those of `sources`; where others' crowd them out, go on source by source."""
    passed = 0
    for place in _walk(connection, _OF_ALL, "", size, _START):
        if place.source_id in sources:
            yield place
        elif passed < DETOUR * len(sources):
            passed += 1
        else:
            yield from _merged(connection, sources, size, _after(place))
            return


def _merged(connection: Connection, sources: Collection[str], size: int, after: Place) -> Iterator[Row[Any]]:
    """Walk the sources side by side; none is opened before the others have come down to its newest item."""
    share = min(size, max(4, 2 * size // max(len(sources), 1)))
    waiting = deque(_heads(connection, sorted(sources), after))
    opened: list[tuple[Any, Row[Any], Iterator[Row[Any]]]] = []
    while waiting or opened:
        if waiting and (not opened or waiting[0][0] >= opened[0][1].published_at):
            walk = _walk(connection, _OF_SOURCE, waiting.popleft()[1], share, after)
        else:
            _, place, walk = heapq.heappop(opened)
            yield place
        if (following := next(walk, None)) is not None:
            heapq.heappush(opened, (_order(following), following, walk))


def _heads(connection: Connection, sources: Sequence[str], after: Place) -> list[tuple[datetime, str]]:
    """Return when the newest item of each source that is left was published, the newest first."""
    chunks = (sources[start : start + CHUNK] for start in range(0, len(sources), CHUNK))
    asked = ({"ids": chunk, "published_at": after["published_at"]} for chunk in chunks)
    heads = ((row.head, row.source_id) for one in asked for row in connection.execute(_HEADS, one))
    return sorted((head for head in heads if head[0] is not None), reverse=True)


def _walk(connection: Connection, statement: Select[Any], source: str, size: int, after: Place) -> Iterator[Row[Any]]:
    """Give places newest first, a page at a time, each page beginning after the last place of the one before.

    Pages grow: who reads on will read on further.
    """
    while True:
        page = connection.execute(statement, {**after, "source": source, "size": size}).all()
        yield from page
        if len(page) < size:
            return
        after, size = _after(page[-1]), min(2 * size, CHUNK)


def _after(place: Row[Any]) -> Place:
    return {name: getattr(place, name) for name in _START}


def _order(place: Row[Any]) -> tuple[Any, ...]:
    return LAST - place.published_at, LAST - place.first_seen, place.rank, place.id


_i = tables.items.c
_f = tables.feeds.c
_FEEDS = select(_f.id, _f.version, _f.rendered, _f.settings)
_FEED = _FEEDS.where(_f.id == bindparam("feed"))
_UNPUBLISHED = select(_f.id).where(tables.STALE)
_MARK = update(tables.feeds).where(_f.id == bindparam("feed")).values(version=_f.version + 1)
_LAYOUT = select(_f.layout).where(_f.id == bindparam("feed"))
_FILES = select(tables.feed_files)
_FILES_OF = _FILES.where(tables.feed_files.c.feed_id == bindparam("feed"))
_FORGET = delete(tables.feed_files).where(
    tables.feed_files.c.feed_id == bindparam("feed"), tables.feed_files.c.name == bindparam("file")
)
_FILE = insert(tables.feed_files)
_FILE = _FILE.on_conflict_do_update(index_elements=["feed_id", "name"], set_={"digest": _FILE.excluded.digest})
_REMEMBER = insert(tables.feeds)
_REMEMBER = _REMEMBER.on_conflict_do_update(
    index_elements=["id"], set_={name: _REMEMBER.excluded[name] for name in ("rendered", "settings", "layout")}
)
ITEMS_NOW = ITEMS.where(
    _i.seq.in_(bindparam("page", expanding=True)), tables.revisions.c.number == _i.revision, _i.withdrawn_at.is_(None)
)
"""Items by their numbers, each saying what it says now; none withdrawn."""
_BEHIND = and_(
    _i.published_at <= bindparam("published_at"),
    or_(
        _i.published_at < bindparam("published_at"),
        _i.first_seen < bindparam("first_seen"),
        and_(
            _i.first_seen == bindparam("first_seen"),
            or_(_i.rank > bindparam("rank"), and_(_i.rank == bindparam("rank"), _i.id > bindparam("id"))),
        ),
    ),
)
_OF_ALL = (
    select(_i.seq, _i.source_id, _i.published_at, _i.first_seen, _i.rank, _i.id, _i.revision)
    .where(_i.withdrawn_at.is_(None), _BEHIND)
    .order_by(_i.published_at.desc(), _i.first_seen.desc(), _i.rank, _i.id)
    .limit(bindparam("size"))
)
_OF_SOURCE = _OF_ALL.where(_i.source_id == bindparam("source"))
_s = tables.sources.c
_HEAD = select(func.max(_i.published_at)).where(
    _i.source_id == _s.source_id, _i.withdrawn_at.is_(None), _i.published_at <= bindparam("published_at")
)
_HEADS = select(_s.source_id, _HEAD.scalar_subquery().label("head")).where(
    _s.source_id.in_(bindparam("ids", expanding=True))
)
