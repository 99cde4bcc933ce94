"""What `deliver` knows of the store."""

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, delete, exists, or_, select, union_all, update
from sqlalchemy import Row as RowOf

from feedbot.cadence import TOGETHER
from feedbot.delivery import GROUP, HELD_BACK, Delivery, State
from feedbot.item import Item, ItemId
from feedbot.source import TargetId
from feedbot.store import tables
from feedbot.store.columns import SHARED
from feedbot.store.database import CHUNK, Database
from feedbot.store.rows import Row, delivery_of, delivery_row, item_of, target_of, target_row
from feedbot.store.tables import insert
from feedbot.target import TargetState


class Outbox:
    """Satisfies ports.Outbox."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, target_id: TargetId, *, now: datetime, lease: timedelta, limit: int) -> Sequence[Delivery]:
        """Lease what is due, the oldest first, and what goes with it; counts the attempt (see ports.Outbox).

        Of those due at the same time, the one owed first goes first.
        """
        asked = {"target": target_id, "now": now, "limit": limit}
        claim = {"token": uuid.uuid4().hex, "until": now + lease}
        with self._database.writing() as connection:
            places = _chosen(connection, asked)
            if places and connection.get_execution_options().get(SHARED):
                places = list(connection.execute(_FREE_STILL, asked | {"places": places}).scalars())
            if not places:
                return []
            connection.execute(_CLAIM, [claim | {"at": place} for place in places])
            return [delivery_of(row) for row in connection.execute(_CLAIMED, asked | claim).mappings()]

    def owed_to(self, target_ids: Sequence[TargetId], now: datetime) -> list[TargetId]:
        """Return those of the targets that are owed something now, and are neither disabled nor paused."""
        with self._database.reading() as connection:
            asked = {"now": now, "limit": 1}
            return [one for one in target_ids if connection.execute(_FIRST, asked | {"target": one}).first()]

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

    def settle(self, deliveries: Sequence[Delivery], target: TargetState | None = None) -> int:
        """Store outcomes in one transaction, with a target's state; return how many were still held by their lease."""
        if not deliveries and target is None:
            return 0
        with self._database.writing() as connection:
            if target is not None:
                connection.execute(_SAVE_TARGET, target_row(target))
            if not deliveries:
                return 0
            return connection.execute(_SETTLE, [_outcome(one) for one in deliveries]).rowcount

    def target(self, target_id: TargetId) -> TargetState:
        """Return what was learned of a target; a fresh state where nothing was."""
        with self._database.reading() as connection:
            row = connection.execute(_TARGET, {"of": target_id}).mappings().first()
        return target_of(row) if row else TargetState(target_id=target_id)

    def save_target(self, state: TargetState) -> None:
        """Store what was learned of a target."""
        self.settle([], state)

    def left(self, target_id: TargetId) -> Collection[str]:
        """Return the addresses that want nothing more of a target."""
        with self._database.reading() as connection:
            return frozenset(connection.execute(_LEFT, {"of": target_id}).scalars())

    def leave(self, target_id: TargetId, address: str, *, at: datetime) -> None:
        """Remember that an address wants nothing more of a target; harmless where it is known."""
        with self._database.writing() as connection:
            connection.execute(_LEAVE, {"target_id": target_id, "address": address, "at": at})

    def come_back(self, target_id: TargetId, address: str) -> None:
        """Forget that an address left a target."""
        with self._database.writing() as connection:
            connection.execute(_COME_BACK, {"of": target_id, "who": address})

    def release_leases(self) -> int:
        """Free what a dead process held; only for the one process that has the database. Tries stay counted."""
        with self._database.writing() as connection:
            return connection.execute(_RELEASE).rowcount


def _chosen(connection: Connection, asked: Mapping[str, object]) -> list[int]:
    """Return the places of what is to be claimed."""
    held = connection.execute(_TRIED, {**asked, "most": HELD_BACK}).all()
    first = connection.execute(
        _FREE if held else _FIRST,
        {**asked, "held": list({row.source_id for row in held}), "heads": list(_heads(held))} if held else asked,
    ).all()
    if not first:
        return []
    head = first[0]
    if head.message:
        return list(connection.execute(_OF_MESSAGE, {**asked, "due": head.due_at, "message": head.message}).scalars())
    if head.wave:
        now = asked["now"]
        until = now + AGES if isinstance(now, datetime) and head.wave.startswith(TOGETHER) else now
        rows = connection.execute(_OF_WAVE, {**asked, "wave": head.wave, "last": until, "limit": GROUP})
        return [row.place for row in rows]
    return [row.place for row in first if not row.wave and not row.message]


def _heads(held: Sequence[RowOf[Any, Any]]) -> Iterator[int]:
    """Give the first place of each source: the one that is waited for."""
    seen: set[str] = set()
    for source_id, place in held:
        if source_id not in seen:
            seen.add(source_id)
            yield place


def _outcome(one: Delivery) -> Row:
    mine = {"of": one.item_id, "at": one.revision, "to": one.target_id, "token": one.lease}
    row = delivery_row(one)
    return mine | {f"new_{name}": row[name] for name in _OUTCOME}


_d = tables.deliveries.c
_t = tables.targets.c
_OUTCOME = (
    "state",
    "attempts",
    "due_at",
    "settled_at",
    "reason",
    "waiting",
    "tries",
    "event",
    "message",
    "stage",
    "rule",
)
AGES = timedelta(days=3650)
_ALL = select(_t.target_id)
_CLOSED = exists().where(
    _t.target_id == bindparam("target"), or_(_t.disabled_at.is_not(None), _t.paused_until > bindparam("now"))
)
_MINE = (_d.target_id == bindparam("target"), ~_CLOSED)
_WAITS, _RAN_OUT = _d.state == State.PENDING, and_(_d.state == State.LEASED, _d.leased_until <= bindparam("now"))
_PARTS = (_d.place, _d.due_at, _d.wave, _d.message)


def _union(waits: Select[Any], ran_out: Select[Any]) -> Select[Any]:
    """Return the first of both, each read in the order of an index."""
    first = [select(one.order_by(_d.due_at, _d.place).limit(bindparam("limit")).subquery()) for one in (waits, ran_out)]
    both = union_all(*first).subquery()
    return select(both).order_by(both.c.due_at, both.c.place).limit(bindparam("limit"))


_DUE = select(*_PARTS).where(*_MINE, _WAITS, _d.due_at <= bindparam("now"))
_LATE = select(*_PARTS).where(*_MINE, _RAN_OUT)
_i = tables.items.c
_BEHIND = or_(_i.source_id.not_in(bindparam("held", expanding=True)), _d.place.in_(bindparam("heads", expanding=True)))
_FIRST = _union(_DUE, _LATE)
_FREE = _union(_DUE.join(tables.items, _i.seq == _d.item).where(or_(_d.wave != "", _BEHIND)), _LATE)
_TRIED = (
    select(_i.source_id, _d.place)
    .join(tables.items, _i.seq == _d.item)
    .where(_d.target_id == bindparam("target"), tables.TRIED, _d.attempts <= bindparam("most"), _d.wave == "")
    .order_by(_d.place)
)
_TOLD = _d.message == bindparam("message")
_OF_MESSAGE = union_all(
    *(
        select(_d.place).where(*_MINE, state, _d.due_at == bindparam("due", type_=_d.due_at.type), _TOLD)
        for state in (_WAITS, _RAN_OUT)
    )
)
_GATHERED = (_d.wave == bindparam("wave"), _d.message == "")
_SOME = select(*_PARTS).where(*_MINE, _WAITS, _d.due_at <= bindparam("last", type_=_d.due_at.type), *_GATHERED)
_OF_WAVE = _union(_SOME, _LATE.where(*_GATHERED))
_FREE_STILL = (
    select(_d.place)
    .where(_d.place.in_(bindparam("places", expanding=True)), or_(_WAITS, _RAN_OUT))
    .with_for_update(skip_locked=True)
)
"""Those of a choice that nobody else has claimed meanwhile, or is about to."""
_CLAIM = (
    update(tables.deliveries)
    .where(_d.place == bindparam("at"))
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
_TARGET = select(tables.targets).where(_t.target_id == bindparam("of"))
_LEFT = select(tables.departures.c.address).where(tables.departures.c.target_id == bindparam("of"))
_LEAVE = insert(tables.departures).on_conflict_do_nothing()
_COME_BACK = delete(tables.departures).where(
    tables.departures.c.target_id == bindparam("of"), tables.departures.c.address == bindparam("who")
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
