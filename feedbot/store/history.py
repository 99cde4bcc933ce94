"""What `publish` knows of the store beside the newest: what came when, and what is filed in archives."""

from collections.abc import Collection, Iterator, Sequence
from heapq import merge
from itertools import islice, takewhile
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, select

from feedbot.feed import Feed, FeedId
from feedbot.item import Item, by_age
from feedbot.ports import Block, Place
from feedbot.source import Filter, Label, SourceId
from feedbot.store import tables
from feedbot.store.catalogue import ITEMS_NOW, lets_through, newest, places, told
from feedbot.store.database import CHUNK, Database
from feedbot.store.outbox import ITEMS
from feedbot.store.rows import item_of
from feedbot.store.tables import insert


class History:
    """Satisfies what ports.Catalogue says of places, blocks and labels."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lineup(self, feed: Feed) -> Sequence[Place]:
        """Return where the newest items stand that the feed lets through, up to its limit, the newest first."""
        most = max(feed.limit, 0)
        with self._database.reading() as connection:
            if _filtered(feed):
                return [_place(seq, item) for seq, item in islice(newest(connection, feed), most)]
            return [_place(row.seq, row) for row in islice(places(connection, feed, max(most, 1)), most)]

    def read(self, places: Sequence[Place]) -> Sequence[Item]:
        """Return the items that stand there, in the same order; one that is withdrawn by now is left out."""
        numbers = [place.seq for place in places]
        with self._database.reading() as connection:
            found = {row.seq: item_of(row._mapping) for row in _paged(connection, ITEMS_NOW, numbers)}  # noqa: SLF001 - public for all its name
        return [found[number] for number in numbers if number in found]

    def arrived(self, feed: Feed, *, after: int, most: int) -> Sequence[Place]:
        """Return the first `most` items of the feed that came after `after`, in the order in which they came."""
        with self._database.reading() as connection:
            rows = _since(connection, feed.sources, after, min(most, CHUNK))
            if _filtered(feed):
                return [_place(seq, item) for seq, item in islice(_through(connection, feed, rows), most)]
            return [_place(row.seq, row) for row in islice(rows, most)]

    def within(self, feed: Feed, block: Block) -> Sequence[Item]:
        """Return the items of the feed in that block, the newest first."""
        with self._database.reading() as connection:
            rows = _since(connection, feed.sources, block.after, CHUNK)
            found = [item for _, item in _through(connection, feed, takewhile(lambda row: row.seq <= block.last, rows))]
        return sorted(found, key=by_age, reverse=True)

    def withdrawn(self, feed: Feed, most: int) -> Sequence[Item]:
        """Return the items of the feed that were withdrawn last, the last one first."""
        with self._database.reading() as connection:
            taken = sorted(_taken_back(connection, feed.sources), key=attrgetter("withdrawn_at", "seq"), reverse=True)
            numbers = [row.seq for row in taken]
            found = (item_of(row._mapping) for row in _paged(connection, _BACK, numbers))  # noqa: SLF001 - as in `read`
            shown = islice((item for item in found if lets_through(feed, item)), most)
            return sorted(shown, key=lambda item: (item.withdrawn_at or item.changed_at, item.id), reverse=True)

    def blocks(self, feed_id: FeedId, shape: str) -> Sequence[Block]:
        """Return what is filed of a feed, the first block first; nothing of what was filed by another `shape`."""
        with self._database.reading() as connection:
            rows = connection.execute(_BLOCKS, {"feed": feed_id, "formed": shape}).all()
        befores = [0, *(row.last for row in rows)]
        return [
            Block(number=row.number, after=before, last=row.last, stale=row.stale)
            for row, before in zip(rows, befores, strict=False)
        ]

    def filed(self, feed_id: FeedId, shape: str, block: Block) -> None:
        """Remember that a block is filed; what was filed by another `shape` is forgotten."""
        row = {"feed_id": feed_id, "number": block.number, "last": block.last, "shape": shape, "stale": block.stale}
        with self._database.writing() as connection:
            connection.execute(_MEET, {"id": feed_id, "version": 0, "settings": ""})
            connection.execute(_OUTGROWN, {"feed": feed_id, "formed": shape})
            connection.execute(_FILE, row)

    def labels(self, kind: Label, sources: Collection[SourceId]) -> Sequence[str]:
        """Return every category or author that items of these sources were ever given, sorted."""
        names: set[str] = set()
        asked = sorted(sources)
        with self._database.reading() as connection:
            for start in range(0, len(asked), CHUNK):
                some = {"of": kind, "some": asked[start : start + CHUNK]}
                names |= set(connection.execute(_LABELS, some).scalars())
        return sorted(names)


def _taken_back(connection: Connection, sources: Sequence[SourceId]) -> Iterator[Row[Any]]:
    """Give where withdrawn items of these sources stand; of many sources, all that there are are looked at."""
    if len(sources) > CHUNK:
        wanted = frozenset(sources)
        yield from (row for row in connection.execute(_TAKEN) if row.source_id in wanted)
    else:
        yield from connection.execute(_TAKEN_OF, {"some": sources})


def _filtered(feed: Feed) -> bool:
    return feed.wanted != Filter() or bool(feed.filters) or bool(feed.labelled)


def _place(seq: int, said: Any) -> Place:  # noqa: ANN401 - an item or a row of its table
    return Place(id=said.id, seq=seq, revision=said.revision, published_at=said.published_at)


def _paged(connection: Connection, statement: Select[Any], numbers: Sequence[int]) -> Iterator[Row[Any]]:
    for start in range(0, len(numbers), CHUNK):
        yield from connection.execute(statement, {"page": numbers[start : start + CHUNK]})


def _since(connection: Connection, sources: Collection[SourceId], after: int, size: int) -> Iterator[Row[Any]]:
    """Give what came of these sources after a number, in order; many sources are picked out of all that came."""
    wanted = frozenset(sources)
    if len(wanted) > CHUNK:
        return (row for row in _walk(connection, _CAME, "", after, size) if row.source_id in wanted)
    if len(wanted) == 1:
        return _walk(connection, _CAME_OF, next(iter(wanted)), after, size)
    return merge(*(_walk(connection, _CAME_OF, one, after, size) for one in sorted(wanted)), key=attrgetter("seq"))


def _walk(connection: Connection, statement: Select[Any], source: str, after: int, size: int) -> Iterator[Row[Any]]:
    while True:
        page = connection.execute(statement, {"source": source, "after": after, "size": size}).all()
        yield from page
        if len(page) < size:
            return
        after = page[-1].seq


def _through(connection: Connection, feed: Feed, rows: Iterator[Row[Any]]) -> Iterator[tuple[int, Item]]:
    """Give the items that stand there with their numbers, those that the feed lets through."""
    while page := [row.seq for row in islice(rows, CHUNK)]:
        yield from told(connection, feed, page)


_i = tables.items.c
_PLACE = select(_i.seq, _i.id, _i.revision, _i.published_at, _i.source_id)
_CAME = _PLACE.where(_i.seq > bindparam("after"), _i.withdrawn_at.is_(None)).order_by(_i.seq).limit(bindparam("size"))
_CAME_OF = _CAME.where(_i.source_id == bindparam("source"))
_TAKEN: Select[Any] = select(_i.seq, _i.source_id, _i.withdrawn_at).where(_i.withdrawn_at.is_not(None))
_TAKEN_OF = _TAKEN.where(_i.source_id.in_(bindparam("some", expanding=True)))
_BACK = ITEMS.where(_i.seq.in_(bindparam("page", expanding=True)), tables.revisions.c.number == _i.revision).order_by(
    _i.withdrawn_at.desc(), _i.seq.desc()
)
_a = tables.archives.c
_BLOCKS = (
    select(_a.number, _a.last, _a.stale)
    .where(_a.feed_id == bindparam("feed"), _a.shape == bindparam("formed"))
    .order_by(_a.number)
)
_MEET = insert(tables.feeds).on_conflict_do_nothing()
_OUTGROWN = delete(tables.archives).where(_a.feed_id == bindparam("feed"), _a.shape != bindparam("formed"))
_FILE = insert(tables.archives)
_FILE = _FILE.on_conflict_do_update(index_elements=["feed_id", "number"], set_={"stale": _FILE.excluded.stale})
_LABELS = select(tables.labels.c.name).where(
    tables.labels.c.kind == bindparam("of"), tables.labels.c.source_id.in_(bindparam("some", expanding=True))
)
