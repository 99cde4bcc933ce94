"""What `check` knows of the store."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from feedbot.delivery import Delivery
from feedbot.feed import FeedId
from feedbot.item import Item, Known
from feedbot.page import Validators
from feedbot.source import Health, SourceId, SourceState
from feedbot.store.database import Database
from feedbot.store.rows import content_json, item_row
from feedbot.store.tables import deliveries, feeds, item_keys, items, revisions, sources

CHUNK = 500
"""Keys asked for in one statement; SQLite takes some thousand parameters."""


class Inbox:
    """Satisfies ports.Inbox, and tells which sources are due."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def state(self, source_id: SourceId) -> SourceState:
        """Return what the last checks left behind; a fresh state for a source never seen."""
        with self._database.reading() as connection:
            row = connection.execute(_STATE, {"id": source_id}).mappings().first()
        return state_of(row) if row else SourceState(source_id=source_id)

    def known(self, source_id: SourceId, keys: Collection[str]) -> Mapping[str, Known]:
        """Return what is stored under those of `keys` that the source has."""
        wanted, found = sorted(keys), {}
        with self._database.reading() as connection:
            for start in range(0, len(wanted), CHUNK):
                asked = {"source": source_id, "keys": wanted[start : start + CHUNK]}
                for row in connection.execute(_KNOWN, asked).mappings():
                    found[row["key"]] = _known(row)
        return found

    def commit(
        self,
        state: SourceState,
        *,
        items: Sequence[Item] = (),
        debts: Sequence[Delivery] = (),
        feeds: Collection[FeedId] = (),
    ) -> None:
        """Store a check in one transaction."""
        with self._database.writing() as connection:
            if items:
                _save_items(connection, items)
            if debts:
                connection.execute(_OWE, [_debt(debt) for debt in debts])
            if feeds:
                connection.execute(_TOUCH, [{"id": feed, "version": 1} for feed in feeds])
            connection.execute(_SAVE_STATE, _state_row(state))

    def due(self, ids: Collection[SourceId], now: datetime) -> list[SourceId]:
        """Return those of `ids` that are due: never checked, or their time has come; oldest first."""
        with self._database.reading() as connection:
            later = {row.source_id for row in connection.execute(_LATER, {"now": now})}
        return [source_id for source_id in ids if source_id not in later]

    def titles(self) -> Mapping[SourceId, str]:
        """Return what each source calls itself."""
        with self._database.reading() as connection:
            return {SourceId(row.source_id): row.title for row in connection.execute(_TITLES)}


_STATE = select(sources).where(sources.c.source_id == bindparam("id"))
_TITLES = select(sources.c.source_id, sources.c.title).where(sources.c.title != "")
_LATER = select(sources.c.source_id).where(sources.c.due_at > bindparam("now"))
_KNOWN = (
    select(item_keys.c.key, items)
    .join(items, items.c.id == item_keys.c.item_id)
    .where(item_keys.c.source_id == bindparam("source"), item_keys.c.key.in_(bindparam("keys", expanding=True)))
)
_OWE = insert(deliveries).on_conflict_do_nothing()
_TOUCH = insert(feeds).values(id=bindparam("id"), version=bindparam("version"), settings="")
_TOUCH = _TOUCH.on_conflict_do_update(index_elements=["id"], set_={"version": feeds.c.version + 1})
_SAVE_STATE = insert(sources)
_SAVE_STATE = _SAVE_STATE.on_conflict_do_update(
    index_elements=["source_id"], set_={c.name: c for c in _SAVE_STATE.excluded if c.name != "source_id"}
)
_SAVE_ITEM = insert(items)
_SAVE_ITEM = _SAVE_ITEM.on_conflict_do_update(
    index_elements=["id"],
    set_={c.name: c for c in _SAVE_ITEM.excluded if c.name not in {"id", "source_id", "first_seen", "rank"}},
    where=_SAVE_ITEM.excluded.revision > items.c.revision,
)
_SAVE_KEY = insert(item_keys).on_conflict_do_nothing()
_SAVE_REVISION = insert(revisions).on_conflict_do_nothing()


def _save_items(connection: Connection, saved: Sequence[Item]) -> None:
    connection.execute(_SAVE_ITEM, [item_row(item) for item in saved])
    keys = [{"source_id": i.source_id, "key": key, "item_id": i.id} for i in saved for key in i.keys]
    connection.execute(_SAVE_KEY, keys)
    connection.execute(
        _SAVE_REVISION,
        [
            {
                "item_id": item.id,
                "number": item.revision,
                "at": item.changed_at,
                "digest": item.digest,
                "content": content_json(item),
            }
            for item in saved
        ],
    )


def _debt(debt: Delivery) -> dict[str, Any]:
    return {name: getattr(debt, name) for name in Delivery.__slots__}


def _known(row: RowMapping) -> Known:
    return Known(
        id=row["id"],
        digest=row["digest"],
        revision=row["revision"],
        published_at=row["published_at"],
        dated=row["dated"],
        first_seen=row["first_seen"],
        rank=row["rank"],
        withdrawn=row["withdrawn_at"] is not None,
    )


def state_of(row: RowMapping) -> SourceState:
    """Return the state of a row of `sources`."""
    own = {name: row[name] for name in SourceState.__slots__ if name not in {"validators", "health"}}
    validators = Validators(etag=row["etag"], last_modified=row["last_modified"], digest=row["body_digest"])
    return SourceState(**own, validators=validators, health=Health(row["health"]) if row["health"] else None)


def _state_row(state: SourceState) -> dict[str, Any]:
    row = {name: getattr(state, name) for name in SourceState.__slots__ if name != "validators"}
    known = state.validators
    return row | {"etag": known.etag, "last_modified": known.last_modified, "body_digest": known.digest}
