"""What `check` knows of the store."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection, bindparam, select

from feedbot.delivery import Delivery
from feedbot.feed import FeedId
from feedbot.item import Item, Known
from feedbot.source import SourceId, SourceState
from feedbot.store import tables
from feedbot.store.database import Database
from feedbot.store.rows import delivery_row, item_row, key_of, known_of, revision_row, state_of, state_row
from feedbot.store.tables import insert

CHUNK = 500
"""Values asked for in one statement; every database limits them, old SQLite to 999."""


class Inbox:
    """Satisfies ports.Inbox."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def state(self, source_id: SourceId) -> SourceState:
        """Return what the last checks left behind; a fresh state for a source never seen."""
        with self._database.reading() as connection:
            row = connection.execute(_STATE, {"id": source_id}).mappings().first()
        return state_of(row) if row else SourceState(source_id=source_id)

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

    def commit(
        self,
        state: SourceState,
        *,
        items: Sequence[Item] = (),
        debts: Sequence[Delivery] = (),
        feeds: Collection[FeedId] = (),
    ) -> None:
        """Store a check in one transaction. Raises StoreError, and nothing of it is stored then."""
        with self._database.writing() as connection:
            connection.execute(_SAVE_STATE, state_row(state))
            if items:
                _save_items(connection, items)
            if debts:
                _save_debts(connection, debts)
            if feeds:
                connection.execute(_TOUCH, [{"id": feed} for feed in sorted(feeds)])


def _save_items(connection: Connection, saved: Sequence[Item]) -> None:
    connection.execute(_SAVE_ITEM, [item_row(item) for item in saved])
    connection.execute(_SAVE_REVISION, [revision_row(item) for item in saved])
    keys = [{"of": item.id, "source_id": item.source_id, "key": key_of(key)} for item in saved for key in item.keys]
    if keys:
        connection.execute(_SAVE_KEY, keys)


def _save_debts(connection: Connection, debts: Sequence[Delivery]) -> None:
    owed = sorted({debt.target_id for debt in debts})
    connection.execute(_MEET_TARGET, [{"target_id": target_id, "reason": ""} for target_id in owed])
    connection.execute(_OWE, [delivery_row(debt) for debt in debts])


_NUMBER = select(tables.items.c.seq).where(tables.items.c.id == bindparam("of")).scalar_subquery()
"""The number of the item with this id."""

_STATE = select(tables.sources).where(tables.sources.c.source_id == bindparam("id"))
_KNOWN = (
    select(tables.item_keys.c.key, tables.items)
    .join(tables.items, tables.items.c.seq == tables.item_keys.c.item)
    .where(
        tables.item_keys.c.source_id == bindparam("source"),
        tables.item_keys.c.key.in_(bindparam("keys", expanding=True)),
    )
)
_SAVE_STATE = insert(tables.sources)
_SAVE_STATE = _SAVE_STATE.on_conflict_do_update(
    index_elements=["source_id"],
    set_={c.name: c for c in _SAVE_STATE.excluded if c.name not in {"source_id", "configured"}},
)
_SAVE_ITEM = insert(tables.items)
_SAVE_ITEM = _SAVE_ITEM.on_conflict_do_update(
    index_elements=["id"],
    set_={c.name: c for c in _SAVE_ITEM.excluded if c.name not in {"seq", "id", "source_id", "first_seen", "rank"}},
    where=_SAVE_ITEM.excluded.revision > tables.items.c.revision,
)
_SAVE_REVISION = insert(tables.revisions).values(item=_NUMBER).on_conflict_do_nothing()
_SAVE_KEY = insert(tables.item_keys).values(item=_NUMBER).on_conflict_do_nothing()
_MEET_TARGET = insert(tables.targets).on_conflict_do_nothing()
_OWE = insert(tables.deliveries).values(item=_NUMBER).on_conflict_do_nothing()
_TOUCH = insert(tables.feeds).values(version=1, settings="")
_TOUCH = _TOUCH.on_conflict_do_update(index_elements=["id"], set_={"version": tables.feeds.c.version + 1})
