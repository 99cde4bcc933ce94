"""What `deliver` knows of the store."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, and_, bindparam, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from feedbot.delivery import Delivery, State
from feedbot.item import Item, ItemId
from feedbot.source import TargetId
from feedbot.store.database import Database
from feedbot.store.rows import item_of
from feedbot.store.tables import deliveries, items, revisions, targets
from feedbot.target import TargetState

d = deliveries.c
_MINE = and_(d.item_id == bindparam("i"), d.revision == bindparam("r"), d.target_id == bindparam("t"))
_CLOSED = select(targets.c.target_id).where(
    targets.c.target_id == bindparam("target"),
    or_(targets.c.disabled_at.is_not(None), targets.c.paused_until > bindparam("now")),
)
_DUE = (
    select(deliveries)
    .where(d.target_id == bindparam("target"))
    .where(
        or_(
            and_(d.state == State.PENDING, d.due_at <= bindparam("now")),
            and_(d.state == State.LEASED, d.leased_until <= bindparam("now")),
        )
    )
    .order_by(d.due_at, d.place)
    .limit(bindparam("limit"))
)
_LEASE = (
    update(deliveries)
    .where(_MINE)
    .values(state=State.LEASED, attempts=d.attempts + 1, lease=bindparam("token"), leased_until=bindparam("until"))
)
_ITEM = (
    select(items, revisions.c.number, revisions.c.content)
    .join(revisions, revisions.c.item_id == items.c.id)
    .where(items.c.id == bindparam("i"), revisions.c.number == bindparam("r"))
)
_SETTLE = (
    update(deliveries)
    .where(_MINE, d.lease == bindparam("token"), d.state == State.LEASED)
    .values({name: bindparam(f"new_{name}") for name in ("state", "attempts", "due_at", "settled_at", "reason")})
)
_SAVE_TARGET = insert(targets)
_SAVE_TARGET = _SAVE_TARGET.on_conflict_do_update(
    index_elements=["target_id"], set_={c.name: c for c in _SAVE_TARGET.excluded if c.name != "target_id"}
)


class Outbox:
    """Satisfies ports.Outbox."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, target_id: TargetId, *, now: datetime, lease: timedelta, limit: int) -> Sequence[Delivery]:
        """Lease up to `limit` deliveries that are due, oldest first; counts the attempt."""
        token, until = uuid.uuid4().hex, now + lease
        asked = {"target": target_id, "now": now, "limit": limit}
        with self._database.writing() as connection:
            if connection.execute(_CLOSED, asked).first():
                return []
            due = [delivery_of(row) for row in connection.execute(_DUE, asked).mappings()]
            if due:
                connection.execute(_LEASE, [_key(one) | {"token": token, "until": until} for one in due])
        return [
            replace(one, state=State.LEASED, attempts=one.attempts + 1, lease=token, leased_until=until) for one in due
        ]

    def items(self, wanted: Sequence[Delivery]) -> Mapping[ItemId, Item]:
        """Return the items of these deliveries, each saying what it said at the delivery's revision."""
        found = {}
        with self._database.reading() as connection:
            for one in wanted:
                row = connection.execute(_ITEM, {"i": one.item_id, "r": one.revision}).mappings().first()
                if row:
                    found[one.item_id] = item_of(row)
        return found

    def settle(self, settled: Sequence[Delivery]) -> int:
        """Store outcomes in one transaction; return how many were still held by their lease."""
        taken = 0
        with self._database.writing() as connection:
            for one in settled:
                new = {f"new_{n}": getattr(one, n) for n in ("state", "attempts", "due_at", "settled_at", "reason")}
                taken += connection.execute(_SETTLE, _key(one) | {"token": one.lease} | new).rowcount
        return taken

    def save_target(self, state: TargetState) -> None:
        """Store what was learned of a target."""
        with self._database.writing() as connection:
            connection.execute(_SAVE_TARGET, {name: getattr(state, name) for name in TargetState.__slots__})


def _key(one: Delivery) -> dict[str, object]:
    return {"i": one.item_id, "r": one.revision, "t": one.target_id}


def delivery_of(row: RowMapping) -> Delivery:
    """Return the delivery of a row."""
    facts = {name: row[name] for name in Delivery.__slots__}
    return Delivery(**facts | {"state": State(row["state"])})
