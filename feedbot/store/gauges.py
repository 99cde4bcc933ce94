"""What metrics and readiness ask of the store: a few numbers, however much there is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import bindparam, func, or_, select, true

from feedbot.delivery import State
from feedbot.source import Health, SourceId, TargetId
from feedbot.store import tables
from feedbot.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """A source whose checks fail, and since when; aware UTC."""

    source_id: SourceId
    health: Health
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What is owed to a target: how many deliveries wait or are under way, and how many were given up."""

    target_id: TargetId
    owed: int
    dead: int
    oldest_due: datetime | None
    """When the first of those that wait is, or was, due; aware UTC."""
    disabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauges:
    """How everything stands, in numbers."""

    sources: Mapping[Health | None, int]
    """How many configured sources are in each state of health; None: never checked."""
    overdue: int
    """How many of them are due and wait, those never checked included."""
    longest: datetime | None
    """Since when the one is due that waits longest; aware UTC."""
    failing: Sequence[Failing]
    """Those that fail the longest."""
    queues: Sequence[Queue]
    bytes: int
    """What the database takes."""


class Meter:
    """Answers with numbers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def place(self) -> Path | None:
        """The file of the database; None where a server has it."""
        return self._database.place

    def gauges(self, now: datetime, *, most: int) -> Gauges:
        """Return how everything stands at `now`, with up to `most` failing sources."""
        asked = {"now": now, "limit": most}
        with self._database.reading() as connection:
            counts = {Health(row.health) if row.health else None: row.many for row in connection.execute(_HEALTH)}
            late = connection.execute(_LATE, asked).one()
            failing = connection.execute(_FAILING, asked).all()
            queues = connection.execute(_QUEUES).all()
            size: int = connection.exec_driver_sql(_SIZE[connection.dialect.name]).scalar_one()
        return Gauges(
            sources=counts,
            overdue=late.many,
            longest=late.since,
            failing=[
                Failing(source_id=SourceId(row.source_id), health=Health(row.health), since=row.failing_since)
                for row in failing
            ],
            queues=[
                Queue(
                    target_id=TargetId(row.target_id),
                    owed=row.owed,
                    dead=row.dead,
                    oldest_due=row.oldest_due,
                    disabled=row.disabled_at is not None,
                )
                for row in queues
            ],
            bytes=size,
        )

    def latest_check(self) -> datetime | None:
        """Return when a source was checked last; aware UTC, None where none ever was."""
        with self._database.reading() as connection:
            return connection.execute(_LATEST).scalar()

    def answers(self) -> None:
        """Ask the database the least there is. Raises StoreError where it cannot be read."""
        with self._database.reading() as connection:
            connection.execute(_LEAST)


_s, _d, _t = tables.sources.c, tables.deliveries.c, tables.targets.c
_COUNT = func.count().label("many")
_LISTED = _s.configured == true()
_HEALTH = select(_s.health, _COUNT).where(_LISTED).group_by(_s.health)
_LATE = select(_COUNT, func.min(_s.due_at).label("since")).where(
    _LISTED, or_(_s.due_at <= bindparam("now"), _s.due_at.is_(None))
)
_FAILING = (
    select(_s.source_id, _s.health, _s.failing_since)
    .where(_LISTED, _s.failing_since.is_not(None), _s.health.is_not(None))
    .order_by(_s.failing_since, _s.source_id)
    .limit(bindparam("limit"))
)
_MINE = select(func.count()).select_from(tables.deliveries).where(_d.target_id == _t.target_id)
_OWED = _MINE.where(or_(_d.state == State.PENDING, _d.state == State.LEASED))
_OLDEST = select(func.min(_d.due_at)).where(_d.target_id == _t.target_id, _d.state == State.PENDING)
_QUEUES = select(
    _t.target_id,
    _t.disabled_at,
    _OWED.scalar_subquery().label("owed"),
    _MINE.where(_d.state == State.DEAD).scalar_subquery().label("dead"),
    _OLDEST.scalar_subquery().label("oldest_due"),
).order_by(_t.target_id)
_SIZE = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    "postgresql": "SELECT pg_database_size(current_database())",
}
_LATEST = select(func.max(_s.checked_at))
_LEAST = select(_s.source_id).limit(1)
