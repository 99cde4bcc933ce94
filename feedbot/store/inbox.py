"""What `check` knows of the store."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection, bindparam, func, select, update

from feedbot.decision import Decision
from feedbot.delivery import LATER, Delivery, State, supersede
from feedbot.feed import FeedId
from feedbot.habits import Moment
from feedbot.item import Item, ItemId, Known, by_age
from feedbot.ports import Recent
from feedbot.source import SourceId, SourceState
from feedbot.store import tables
from feedbot.store.batch import Batch
from feedbot.store.columns import SHARED
from feedbot.store.database import CHUNK, Database
from feedbot.store.outbox import DELIVERIES, ITEMS
from feedbot.store.rows import (
    decision_row,
    delivery_of,
    delivery_row,
    item_of,
    item_row,
    key_of,
    known_of,
    revision_row,
    state_of,
    state_row,
)
from feedbot.store.tables import insert, newest_first


class Inbox:
    """Satisfies ports.Inbox."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def state(self, source_id: SourceId) -> SourceState:
        """Return what the last checks left behind; a fresh state for a source never seen."""
        with self._database.reading() as connection:
            row = connection.execute(_STATE, {"id": source_id}).mappings().first()
        return state_of(row) if row else SourceState(source_id=source_id)

    def states(self, source_ids: Sequence[SourceId]) -> Mapping[SourceId, SourceState]:
        """Return what the last checks of these sources left behind; a fresh state for those never seen."""
        found: dict[SourceId, SourceState] = {}
        with self._database.reading() as connection:
            for start in range(0, len(source_ids), CHUNK):
                some = {"ids": source_ids[start : start + CHUNK]}
                for row in connection.execute(_STATES_OF, some).mappings():
                    found[row["source_id"]] = state_of(row)
        return {one: found.get(one) or SourceState(source_id=one) for one in source_ids}

    def known(self, source_id: SourceId, keys: Collection[str]) -> Mapping[str, Known]:
        """Return what is stored under those of `keys` that the source has."""
        spelled = {key_of(key): key for key in keys}
        asked, found = list(spelled), {}
        with self._database.reading() as connection:
            for start in range(0, len(asked), CHUNK):
                some = {"source": source_id, "keys": asked[start : start + CHUNK]}
                for row in connection.execute(_KNOWN, some).mappings():
                    found[spelled[row["key"]]] = known_of(row)
        return found

    def latest(self, item_ids: Collection[ItemId]) -> Mapping[ItemId, Item]:
        """Return these items as they are stored now."""
        asked = list(item_ids)
        found: dict[ItemId, Item] = {}
        with self._database.reading() as connection:
            for start in range(0, len(asked), CHUNK):
                rows = connection.execute(_LATEST, {"ids": asked[start : start + CHUNK]}).mappings()
                found |= {item.id: item for item in map(item_of, rows)}
        return found

    def recent(self, source_id: SourceId, most: int) -> Sequence[Recent]:
        """Return the newest items of a source, the newest first; none withdrawn."""
        with self._database.reading() as connection:
            rows = connection.execute(_RECENT, {"source": source_id, "most": most})
            return [
                Recent(id=row.id, published_at=row.published_at, dated=row.dated, gone_at=row.gone_at) for row in rows
            ]

    def moments(self, source_id: SourceId, most: int) -> Sequence[Moment]:
        """Return when the newest items of a source were published, the newest first; none withdrawn."""
        with self._database.reading() as connection:
            rows = connection.execute(_MOMENTS, {"source": source_id, "most": most})
            return [Moment(published=row.published_at, seen=row.first_seen) for row in rows]

    def commit(
        self,
        state: SourceState,
        *,
        items: Sequence[Item] = (),
        debts: Sequence[Delivery] = (),
        decisions: Sequence[Decision] = (),
        feeds: Collection[FeedId] = (),
        gone: Mapping[ItemId, datetime | None] = MappingProxyType({}),
    ) -> None:
        """Store a check in one transaction. Raises StoreError, and nothing of it is stored then."""
        with self._database.writing() as connection:
            _SAVE_STATE.run(connection, [state_row(state)])
            save_items(connection, sorted(items, key=by_age))
            _go_stale(connection, items, feeds)
            save_debts(connection, [*debts, *(debt for one in decisions for debt in one.debts())])
            _SAVE_DECISION.run(connection, [decision_row(one) for one in decisions])
            if gone:
                connection.execute(_GONE, [{"of": one, "since": when} for one, when in gone.items()])
            _TOUCH.run(connection, [{"id": feed, "version": 1, "settings": ""} for feed in sorted(set(feeds))])


def save_items(connection: Connection, saved: Sequence[Item]) -> None:
    """Store items with their revisions, labels and keys, those that are not stored yet."""
    if saved and connection.get_execution_options().get(SHARED):
        connection.execute(_IN_TURN, {"key": NUMBERS})
    _SAVE_ITEM.run(connection, [item_row(item) for item in saved])
    _SAVE_REVISION.run(connection, [revision_row(item) for item in saved])
    keys = [(item, key) for item in saved for key in item.keys]
    given = {(item.source_id, kind, name) for item in saved for kind, name in item.labels}
    rows = [{"source_id": source, "kind": kind, "name": name} for source, kind, name in sorted(given)]
    _SAVE_LABEL.run(connection, rows)
    _SAVE_KEY.run(connection, [{"of": item.id, "source_id": item.source_id, "key": key_of(key)} for item, key in keys])


def _go_stale(connection: Connection, saved: Sequence[Item], feeds: Collection[FeedId]) -> None:
    """Note which archives hold an item that changed."""
    pairs = [{"feed": feed, "of": item.id} for item in saved if item.revision > 1 for feed in feeds]
    if pairs:
        connection.execute(_STALE, pairs)


def save_debts(connection: Connection, debts: Sequence[Delivery]) -> None:
    """Store what is owed, as far as it is not stored yet; it takes the place of what was owed of earlier revisions."""
    owed = sorted({debt.target_id for debt in debts})
    _MEET_TARGET.run(connection, [{"target_id": target_id, "reason": ""} for target_id in owed])
    _OWE.run(connection, [delivery_row(debt) for debt in _superseding(connection, debts)])


def _superseding(connection: Connection, debts: Sequence[Delivery]) -> Iterator[Delivery]:
    """Give what is owed; settle what was owed of earlier revisions of the same items, and not begun yet."""
    for debt in debts:
        told = debt
        if debt.event in LATER:
            asked = {"of": debt.item_id, "to": debt.target_id, "before": debt.revision}
            for row in connection.execute(_EARLIER, asked).mappings().all():
                old, told = supersede(delivery_of(row), told, debt.created_at)
                facts = {f"new_{name}": getattr(old, name) for name in ("state", "stage", "rule", "settled_at")}
                connection.execute(_SUPERSEDE, {"at": row["place"], **facts})
        yield told


NUMBERS = 0x66656564626F75
"""The number of the lock under which items are numbered, where several processes store some at the same time.

Who looks for what came after an item (see Place.seq) must not miss one that got its number earlier and is stored later.
"""
_IN_TURN = select(func.pg_advisory_xact_lock(bindparam("key")))
_NUMBER = select(tables.items.c.seq).where(tables.items.c.id == bindparam("of")).scalar_subquery()
"""The number of the item with this id."""

_STATE = select(tables.sources).where(tables.sources.c.source_id == bindparam("id"))
_STATES_OF = select(tables.sources).where(tables.sources.c.source_id.in_(bindparam("ids", expanding=True)))
_KNOWN = (
    select(tables.item_keys.c.key, tables.items)
    .join(tables.items, tables.items.c.seq == tables.item_keys.c.item)
    .where(
        tables.item_keys.c.source_id == bindparam("source"),
        tables.item_keys.c.key.in_(bindparam("keys", expanding=True)),
    )
)
_LATEST = ITEMS.where(
    tables.items.c.id.in_(bindparam("ids", expanding=True)), tables.revisions.c.number == tables.items.c.revision
)
_RECENT = (
    select(tables.items.c.id, tables.items.c.published_at, tables.items.c.dated, tables.items.c.gone_at)
    .where(tables.items.c.source_id == bindparam("source"), tables.items.c.withdrawn_at.is_(None))
    .order_by(*newest_first)
    .limit(bindparam("most"))
)
_MOMENTS = (
    select(tables.items.c.published_at, tables.items.c.first_seen)
    .where(tables.items.c.source_id == bindparam("source"), tables.items.c.withdrawn_at.is_(None))
    .order_by(*newest_first)
    .limit(bindparam("most"))
)
_GONE = (
    update(tables.items)
    .where(tables.items.c.id == bindparam("of"))
    .values(gone_at=bindparam("since", type_=tables.items.c.gone_at.type))
)
_STATES = insert(tables.sources)
_SAVE_STATE = Batch(
    _STATES.on_conflict_do_update(
        index_elements=["source_id"],
        set_={c.name: c for c in _STATES.excluded if c.name not in {"source_id", "configured"}}
        | {"asked": func.nullif(tables.sources.c.asked, _STATES.excluded.asked)},
    ),
    *(c.name for c in tables.sources.c),
)
"""What was asked and is obeyed is asked no more; what was asked in the meantime still is."""
_SAVED = insert(tables.items)
_KEPT = {"seq", "id", "source_id", "first_seen", "rank"}
"""What the first sight of an item says for ever."""
_SAVE_ITEM = Batch(
    _SAVED.on_conflict_do_update(
        index_elements=["id"],
        set_={c.name: c for c in _SAVED.excluded if c.name not in _KEPT},
        where=_SAVED.excluded.revision > tables.items.c.revision,
    ),
    *(c.name for c in tables.items.c if c.name not in {"seq", "gone_at"}),
)
_SAVE_REVISION = Batch(
    insert(tables.revisions).values(item=_NUMBER).on_conflict_do_nothing(), "number", "at", "digest", "content"
)
_SAVE_KEY = Batch(insert(tables.item_keys).values(item=_NUMBER).on_conflict_do_nothing(), "source_id", "key")
_SAVE_LABEL = Batch(insert(tables.labels).on_conflict_do_nothing(), "source_id", "kind", "name")
_a = tables.archives.c
_HOLDER = select(func.min(_a.number)).where(_a.feed_id == bindparam("feed"), _a.last >= _NUMBER)
_STALE = (
    update(tables.archives)
    .where(_a.feed_id == bindparam("feed"), _a.number == _HOLDER.scalar_subquery())
    .values(stale=True)
)
_MEET_TARGET = Batch(insert(tables.targets).on_conflict_do_nothing(), "target_id", "reason")
_OWE = Batch(
    insert(tables.deliveries).values(item=_NUMBER).on_conflict_do_nothing(),
    *(c.name for c in tables.deliveries.c if c.name not in {"place", "item"}),
)
_d = tables.deliveries.c
_EARLIER = DELIVERIES.where(
    _d.item == _NUMBER,
    _d.target_id == bindparam("to"),
    _d.revision < bindparam("before"),
    _d.state == State.PENDING,
    _d.attempts == 0,
    _d.message == "",
).order_by(_d.revision)
_SUPERSEDE = (
    update(tables.deliveries)
    .where(_d.place == bindparam("at"))
    .values({name: bindparam(f"new_{name}", type_=_d[name].type) for name in ("state", "stage", "rule", "settled_at")})
)
_SAVE_DECISION = Batch(
    insert(tables.decisions).values(item=_NUMBER).on_conflict_do_nothing(),
    *(c.name for c in tables.decisions.c if c.name != "item"),
)
_FEEDS = insert(tables.feeds)
_TOUCH = Batch(
    _FEEDS.on_conflict_do_update(
        index_elements=["id"], set_={"version": tables.feeds.c.version + _FEEDS.excluded.version}
    ),
    "id",
    "version",
    "settings",
)
