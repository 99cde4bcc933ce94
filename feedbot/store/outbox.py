"""What `deliver` knows of the store."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Subquery, bindparam, exists, or_, select, union_all, update

from feedbot.delivery import Delivery, State
from feedbot.item import Item, ItemId
from feedbot.source import TargetId
from feedbot.store import tables
from feedbot.store.database import CHUNK, Database
from feedbot.store.rows import Row, delivery_of, delivery_row, item_of
from feedbot.store.tables import insert
from feedbot.target import TargetState


class Outbox:
    """Satisfies ports.Outbox."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, target_id: TargetId, *, now: datetime, lease: timedelta, limit: int) -> Sequence[Delivery]:
        """Lease up to `limit` deliveries that are due, oldest first; counts the attempt.

        Of those due at the same time, the one owed first goes first.
        """
        token = uuid.uuid4().hex
        asked = {"target": target_id, "now": now, "limit": limit, "token": token, "until": now + lease}
        with self._database.writing() as connection:
            if not connection.execute(_CLAIM, asked).rowcount:
                return []
            return [delivery_of(row) for row in connection.execute(_CLAIMED, asked).mappings()]

    def items(self, deliveries: Sequence[Delivery]) -> Mapping[ItemId, Item]:
        """Return the items of `deliveries`, each saying what it said at the delivery's revision."""
        found = {}
        with self._database.reading() as connection:
            for start in range(0, len(deliveries), CHUNK):
                asked = {one.item_id: one.revision for one in deliveries[start : start + CHUNK]}
                numbers = sorted(set(asked.values()))
                for row in connection.execute(_ITEMS, {"ids": list(asked), "numbers": numbers}).mappings():
                    if asked[row["id"]] == row["number"]:
                        found[row["id"]] = item_of(row)
        return found

    def settle(self, deliveries: Sequence[Delivery]) -> int:
        """Store outcomes in one transaction; return how many were still held by their lease."""
        if not deliveries:
            return 0
        with self._database.writing() as connection:
            return connection.execute(_SETTLE, [_outcome(one) for one in deliveries]).rowcount

    def save_target(self, state: TargetState) -> None:
        """Store what was learned of a target."""
        with self._database.writing() as connection:
            connection.execute(_SAVE_TARGET, {name: getattr(state, name) for name in TargetState.__slots__})

    def release_leases(self) -> int:
        """Free what a dead process held; only for the one process that has the database. Tries stay counted."""
        with self._database.writing() as connection:
            return connection.execute(_RELEASE).rowcount


def _outcome(one: Delivery) -> Row:
    mine = {"of": one.item_id, "at": one.revision, "to": one.target_id, "token": one.lease}
    row = delivery_row(one)
    return mine | {f"new_{name}": row[name] for name in _OUTCOME}


_d = tables.deliveries.c
_t = tables.targets.c
_OUTCOME = ("state", "attempts", "due_at", "settled_at", "reason", "waiting", "tries")
_ALL = select(_t.target_id)
_CLOSED = exists().where(
    _t.target_id == bindparam("target"), or_(_t.disabled_at.is_not(None), _t.paused_until > bindparam("now"))
)


def _oldest(*due: ColumnElement[bool]) -> Subquery:
    """Return the first of those that are due, read in the order of an index."""
    mine = select(_d.place, _d.due_at).where(_d.target_id == bindparam("target"), ~_CLOSED, *due)
    return mine.order_by(_d.due_at, _d.place).limit(bindparam("limit")).subquery()


_DUE = union_all(
    select(_oldest(_d.state == State.PENDING, _d.due_at <= bindparam("now"))),
    select(_oldest(_d.state == State.LEASED, _d.leased_until <= bindparam("now"))),
).subquery()
_CLAIM = (
    update(tables.deliveries)
    .where(_d.place.in_(select(_DUE.c.place).order_by(_DUE.c.due_at, _DUE.c.place).limit(bindparam("limit"))))
    .values(state=State.LEASED, attempts=_d.attempts + 1, lease=bindparam("token"), leased_until=bindparam("until"))
)
DELIVERIES = select(tables.deliveries, tables.items.c.id.label("item_id")).join(
    tables.items, tables.items.c.seq == _d.item
)
"""Every delivery with the id of its item, as `rows.delivery_of` takes them."""
_CLAIMED = DELIVERIES.where(
    _d.target_id == bindparam("target"), _d.state == State.LEASED, _d.lease == bindparam("token")
).order_by(_d.due_at, _d.place)
ITEMS = select(
    *(c for c in tables.items.c if c.name not in {"revision", "digest"}),
    *(c for c in tables.revisions.c if c.name != "item"),
).join(tables.revisions, tables.revisions.c.item == tables.items.c.seq)
"""Every item at every revision, as `rows.item_of` takes them."""
_ITEMS = ITEMS.where(
    tables.items.c.id.in_(bindparam("ids", expanding=True)),
    tables.revisions.c.number.in_(bindparam("numbers", expanding=True)),
)
_SETTLE = (
    update(tables.deliveries)
    .where(
        _d.item == select(tables.items.c.seq).where(tables.items.c.id == bindparam("of")).scalar_subquery(),
        _d.revision == bindparam("at"),
        _d.target_id == bindparam("to"),
        _d.state == State.LEASED,
        _d.lease == bindparam("token"),
    )
    .values({name: bindparam(f"new_{name}", type_=_d[name].type) for name in _OUTCOME})
)
_SAVE_TARGET = insert(tables.targets)
_SAVE_TARGET = _SAVE_TARGET.on_conflict_do_update(
    index_elements=["target_id"], set_={c.name: c for c in _SAVE_TARGET.excluded if c.name != "target_id"}
)
_RELEASE = (
    update(tables.deliveries)
    .where(_d.target_id.in_(_ALL), _d.state == State.LEASED)
    .values(state=State.PENDING, lease="", leased_until=None)
)
