"""What `status` and `retry` ask of the store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, func, select, update

from feedbot.delivery import Delivery, State
from feedbot.source import SourceId, SourceState, TargetId
from feedbot.store.database import Database
from feedbot.store.inbox import state_of
from feedbot.store.outbox import delivery_of
from feedbot.store.tables import deliveries, items, sources, targets
from feedbot.target import TargetState

d = deliveries.c


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStanding:
    """A source as the store knows it."""

    state: SourceState
    items: int = 0
    newest: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetStanding:
    """A target as the store knows it: how many deliveries are in each state."""

    state: TargetState
    counts: Mapping[str, int] = field(default_factory=dict)
    oldest_due: datetime | None = None


class Status:
    """Answers questions about everything at once; not for hot paths."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sources(self) -> Mapping[SourceId, SourceStanding]:
        """Return every source that was ever checked."""
        with self._database.reading() as connection:
            counted = {row.source_id: row for row in connection.execute(_COUNT_ITEMS)}
            states = [state_of(row) for row in connection.execute(select(sources)).mappings()]
        return {
            state.source_id: SourceStanding(
                state=state,
                items=counted[state.source_id].n if state.source_id in counted else 0,
                newest=counted[state.source_id].newest if state.source_id in counted else None,
            )
            for state in states
        }

    def targets(self) -> Mapping[TargetId, TargetStanding]:
        """Return every target that was ever owed something, or told us something."""
        with self._database.reading() as connection:
            counts: dict[TargetId, dict[str, int]] = {}
            for row in connection.execute(_COUNT_DELIVERIES):
                counts.setdefault(TargetId(row.target_id), {})[row.state] = row.n
            due = {row.target_id: row.due for row in connection.execute(_OLDEST)}
            states = {row["target_id"]: TargetState(**row) for row in connection.execute(select(targets)).mappings()}
        return {
            one: TargetStanding(
                state=states.get(one, TargetState(target_id=one)), counts=counts.get(one, {}), oldest_due=due.get(one)
            )
            for one in sorted({*counts, *states})
        }

    def dead(self, limit: int = 20) -> Sequence[Delivery]:
        """Return dead letters, the latest first."""
        with self._database.reading() as connection:
            return [delivery_of(row) for row in connection.execute(_DEAD, {"limit": limit}).mappings()]

    def retry(self, target_id: str | None = None) -> int:
        """Make dead deliveries due again, as if never tried, and enable their targets; return how many."""
        with self._database.writing() as connection:
            again, open_ = _RETRY, _ENABLE
            if target_id is not None:
                again, open_ = again.where(d.target_id == target_id), open_.where(targets.c.target_id == target_id)
            connection.execute(open_)
            return connection.execute(again).rowcount

    def release_leases(self) -> int:
        """Free what a dead process held; only for the one process that has the database."""
        with self._database.writing() as connection:
            return connection.execute(_RELEASE).rowcount


_COUNT_ITEMS = select(
    items.c.source_id, func.count().label("n"), func.max(items.c.published_at).label("newest")
).group_by(items.c.source_id)
_COUNT_DELIVERIES = select(d.target_id, d.state, func.count().label("n")).group_by(d.target_id, d.state)
_OLDEST = select(d.target_id, func.min(d.due_at).label("due")).where(d.state == State.PENDING).group_by(d.target_id)
_DEAD = select(deliveries).where(d.state == State.DEAD).order_by(d.settled_at.desc()).limit(bindparam("limit"))
_RETRY = (
    update(deliveries)
    .where(d.state == State.DEAD)
    .values(state=State.PENDING, attempts=0, due_at=d.settled_at, settled_at=None)
)
_ENABLE = update(targets).values(disabled_at=None, paused_until=None, reason="")
_RELEASE = update(deliveries).where(d.state == State.LEASED).values(state=State.PENDING, lease="", leased_until=None)
