"""What `publish` knows of the store."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.sqlite import insert

from feedbot.feed import Feed, FeedId
from feedbot.item import Item, passes
from feedbot.ports import Stand
from feedbot.source import Filter
from feedbot.store.database import Database
from feedbot.store.rows import item_of
from feedbot.store.tables import feed_files, feeds, items, revisions

PAGE = 100
"""Items looked at in one statement, where a filter may let few of them through."""

_STAND = select(feeds).where(feeds.c.id == bindparam("id"))
_FILES = select(feed_files).where(feed_files.c.feed_id == bindparam("id"))
_ORDER = (items.c.published_at.desc(), items.c.first_seen.desc(), items.c.rank, items.c.id)
_NEWEST = (
    select(items, revisions.c.number, revisions.c.content)
    .join(revisions, (revisions.c.item_id == items.c.id) & (revisions.c.number == items.c.revision))
    .where(items.c.source_id.in_(bindparam("sources", expanding=True)), items.c.withdrawn_at.is_(None))
    .order_by(*_ORDER)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_REMEMBER = insert(feeds).values(id=bindparam("id"), version=0)
_REMEMBER = _REMEMBER.on_conflict_do_update(
    index_elements=["id"], set_={"rendered": bindparam("seen"), "settings": bindparam("how")}
)
_FILE = insert(feed_files)
_FILE = _FILE.on_conflict_do_update(index_elements=["feed_id", "name"], set_={"digest": _FILE.excluded.digest})


class Catalogue:
    """Satisfies ports.Catalogue."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def stand(self, feed_id: FeedId, settings: str) -> Stand:
        """Return where a feed stands."""
        with self._database.reading() as connection:
            row = connection.execute(_STAND, {"id": feed_id}).first()
            files = {one.name: one.digest for one in connection.execute(_FILES, {"id": feed_id})}
        if row is None:
            return Stand(stale=True, version=0, digests=files)
        stale = row.rendered != row.version or row.settings != settings
        return Stand(stale=stale, version=row.version, digests=files)

    def newest(self, feed: Feed) -> Sequence[Item]:
        """Return the newest items that the feed lets through, up to its limit."""
        found: list[Item] = []
        for item in self._all(feed):
            if passes(feed.wanted, item, item.source_id) and passes(
                feed.filters.get(item.source_id, Filter()), item, item.source_id
            ):
                found.append(item)
                if len(found) == feed.limit:
                    break
        return found

    def shelved(self, feed_id: FeedId, settings: str, version: int, digests: Mapping[str, str]) -> None:
        """Remember that a feed was rendered at `version` and what its files hold."""
        with self._database.writing() as connection:
            connection.execute(_REMEMBER, {"id": feed_id, "seen": version, "how": settings})
            if digests:
                connection.execute(
                    _FILE, [{"feed_id": feed_id, "name": name, "digest": one} for name, one in digests.items()]
                )

    def _all(self, feed: Feed) -> Iterator[Item]:
        offset = 0
        while True:
            asked = {"sources": list(feed.sources), "limit": PAGE, "offset": offset}
            with self._database.reading() as connection:
                rows = connection.execute(_NEWEST, asked).mappings().all()
            yield from map(item_of, rows)
            if len(rows) < PAGE:
                return
            offset += PAGE
