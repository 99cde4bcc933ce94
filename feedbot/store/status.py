"""What `status`, `why` and `retry` ask of the store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, func, literal, or_, select, update

from feedbot.delivery import Delivery, State
from feedbot.item import Item, url_key
from feedbot.source import SourceId, SourceState, TargetId
from feedbot.store import tables
from feedbot.store.database import Database
from feedbot.store.outbox import DELIVERIES, ITEMS
from feedbot.store.rows import delivery_of, item_of, key_of, state_of, target_of
from feedbot.target import TargetState


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStanding:
    """A source as the store knows it; items that were withdrawn are not counted."""

    state: SourceState
    items: int
    newest: datetime | None
    """When its newest item was published, aware UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetStanding:
    """A target as the store knows it: how many deliveries are in each state, states without any left out."""

    state: TargetState
    counts: Mapping[State, int]
    oldest_due: datetime | None
    """When the first of those that are pending is, or was, due; aware UTC."""


class Status:
    """Answers questions about everything at once; not for hot paths."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sources(self) -> Mapping[SourceId, SourceStanding]:
        """Return every source that the configuration names, and every other one that was ever checked."""
        with self._database.reading() as connection:
            return {
                row["source_id"]: SourceStanding(state=state_of(row), items=row["count"], newest=row["newest"])
                for row in connection.execute(_SOURCES).mappings()
            }

    def targets(self) -> Mapping[TargetId, TargetStanding]:
        """Return every target that was ever owed something, or told us something."""
        with self._database.reading() as connection:
            rows = connection.execute(_TARGETS).mappings().all()
        return {
            row["target_id"]: TargetStanding(
                state=target_of(row),
                counts={state: row[state] for state in State if row[state]},
                oldest_due=row["oldest_due"],
            )
            for row in rows
        }

    def dead(self, limit: int = 20) -> Sequence[Delivery]:
        """Return deliveries that were given up, each with its reason, the latest first."""
        with self._database.reading() as connection:
            return [delivery_of(row) for row in connection.execute(_DEAD, {"limit": limit}).mappings()]

    def find_item(self, wanted: str) -> Sequence[Item]:
        """Return the item of this id, or those of any source with this URL; in their latest state."""
        with self._database.reading() as connection:
            rows = connection.execute(_BY_ID, {"wanted": key_of(wanted)}).mappings().all()
            if not rows:
                key = key_of(f"url:{url_key(wanted)}")
                rows = connection.execute(_BY_KEY, {"wanted": key}).mappings().all()
        return [item_of(row) for row in rows]

    def retry(self, target_id: str | None = None, since: datetime | None = None) -> int:
        """Make deliveries that were given up (from `since` on) due again, as if never tried; return how many.

        The target, or every one, is enabled again and no longer paused.
        """
        again, opened = _RETRY, _OPEN
        if target_id is not None:
            again, opened = again.where(_d.target_id == target_id), opened.where(_t.target_id == target_id)
        if since is not None:
            again = again.where(_d.settled_at >= since)
        with self._database.writing() as connection:
            connection.execute(opened)
            return connection.execute(again).rowcount


_s, _i, _d, _t = tables.sources.c, tables.items.c, tables.deliveries.c, tables.targets.c
_STANDING = (_i.source_id == _s.source_id, _i.withdrawn_at.is_(None))
_COUNT = select(func.count()).select_from(tables.items).where(*_STANDING).scalar_subquery()
_NEWEST = select(func.max(_i.published_at)).where(*_STANDING).scalar_subquery()
_TOLD = [literal("").label("profile") if column.name == "profile" else column for column in _s]
"""All that is known of a source but its profile, which is long and nothing for people."""
_SOURCES = select(*_TOLD, _COUNT.label("count"), _NEWEST.label("newest")).order_by(_s.source_id)


def _in(state: State) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return _d.target_id == _t.target_id, _d.state == state


_COUNTS = [
    select(func.count()).select_from(tables.deliveries).where(*_in(state)).scalar_subquery().label(state)
    for state in State
]
_OLDEST = select(func.min(_d.due_at)).where(*_in(State.PENDING)).scalar_subquery().label("oldest_due")
_TARGETS = select(tables.targets, *_COUNTS, _OLDEST).order_by(_t.target_id)
_EVERY_TARGET = _d.target_id.in_(select(_t.target_id))
_DEAD = (
    DELIVERIES.where(_EVERY_TARGET, _d.state == State.DEAD)
    .order_by(_d.settled_at.desc(), _d.place)
    .limit(bindparam("limit"))
)
_LATEST = ITEMS.where(tables.revisions.c.number == _i.revision)
_BY_ID = _LATEST.where(_i.id == bindparam("wanted"))
_BY_KEY = _LATEST.where(
    _i.seq.in_(
        select(tables.item_keys.c.item).where(
            tables.item_keys.c.source_id.in_(select(_s.source_id)), tables.item_keys.c.key == bindparam("wanted")
        )
    )
).order_by(_i.source_id)
_RETRY = (
    update(tables.deliveries)
    .where(_EVERY_TARGET, _d.state == State.DEAD)
    .values(state=State.PENDING, attempts=0, due_at=_d.settled_at, settled_at=None)
)
_OPEN = (
    update(tables.targets)
    .where(or_(_t.disabled_at.is_not(None), _t.paused_until.is_not(None), _t.failing_since.is_not(None)))
    .values(disabled_at=None, paused_until=None, reason="", failing_since=None, failures=0)
)
