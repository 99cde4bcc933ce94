"""What `watch` asks of the store: which sources fail, which targets are disabled, what was given up, what is late."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, or_, select, true

from feedbot.delivery import Delivery, State
from feedbot.ports import Beat, GivenUp, Tally
from feedbot.source import SourceId, SourceState, TargetId
from feedbot.store import tables
from feedbot.store.database import Database
from feedbot.store.outbox import DELIVERIES
from feedbot.store.rows import delivery_of, state_of, target_of
from feedbot.store.tables import insert
from feedbot.target import TargetState

LATEST = 50
"""So many of the newest items of a source say whether they arrive."""
LONGEST_TRY = timedelta(days=6)
"""A delivery is given up within so long after it was last due."""


class Facts:
    """Satisfies ports.Facts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def failing(self, least: int) -> Sequence[SourceState]:
        """Return the configured sources that failed at least so often in a row."""
        with self._database.reading() as connection:
            return [state_of(row) for row in connection.execute(_FAILING, {"least": least}).mappings()]

    def troubled(self) -> Sequence[TargetState]:
        """Return the targets that are disabled, or fail."""
        with self._database.reading() as connection:
            rows = connection.execute(_TROUBLED).mappings()
            return [target_of(row) for row in rows]

    def given_up(self, since: datetime) -> Mapping[TargetId, GivenUp]:
        """Return what was given up from `since` on, of each target that lost something."""
        asked = {"since": since, "due": since - LONGEST_TRY}
        with self._database.reading() as connection:
            rows = connection.execute(_GIVEN_UP, asked).all()
        return {
            TargetId(row.target_id): GivenUp(count=row.lost, first_at=row.first_at, last_reason=row.reason)
            for row in rows
        }

    def overdue(self) -> tuple[SourceId, datetime] | None:
        """Return the configured source that was to be looked at the longest ago, with that time."""
        with self._database.reading() as connection:
            row = connection.execute(_OVERDUE).first()
        return (SourceId(row.source_id), row.due_at) if row else None

    def waiting(self, source_id: SourceId) -> Delivery | None:
        """Return the oldest of what the newest items of a source are owed that came after all that arrived."""
        with self._database.reading() as connection:
            rows = connection.execute(_LATEST_OF, {"source": source_id, "most": LATEST}).mappings()
            owed = [delivery_of(row) for row in rows]
        arrived = max((one.created_at for one in owed if one.state is State.SENT), default=None)
        late = [one for one in owed if one.state not in _OVER and (arrived is None or one.created_at > arrived)]
        return min(late, key=lambda one: one.created_at, default=None)

    def tally(self, since: datetime) -> Tally:
        """Return how much came of each source, and was sent to each target, from `since` on."""
        asked = {"since": since, "due": since - LONGEST_TRY}
        with self._database.reading() as connection:
            new = {SourceId(row.source_id): row.many for row in connection.execute(_NEW, asked)}
            sent = {TargetId(row.target_id): row.many for row in connection.execute(_SENT, asked)}
        return Tally(new=new, sent=sent)

    def beat(self, name: str) -> Beat | None:
        """Return when that was done last."""
        with self._database.reading() as connection:
            row = connection.execute(_BEAT, {"of": name}).first()
        return Beat(at=row.at, usual=timedelta(seconds=row.usual)) if row else None

    def set_beat(self, name: str, beat: Beat) -> None:
        """Remember when that was done last."""
        with self._database.writing() as connection:
            row = {"name": name, "at": beat.at, "usual": int(beat.usual.total_seconds())}
            connection.execute(_SET_BEAT, row)


_OVER = frozenset({State.SENT, State.DROPPED})
_s, _d, _t, _b = tables.sources.c, tables.deliveries.c, tables.targets.c, tables.beats.c
_i, _c = tables.items.c, tables.decisions.c
_FAILING = (
    select(tables.sources)
    .where(_s.configured == true(), _s.failures >= bindparam("least"))
    .order_by(_s.failing_since, _s.source_id)
)
_TROUBLED = (
    select(tables.targets).where(or_(_t.disabled_at.is_not(None), _t.failing_since.is_not(None))).order_by(_t.target_id)
)
_LOST = (
    _d.target_id.in_(select(_t.target_id)),
    _d.state == State.DEAD,
    _d.due_at >= bindparam("due", type_=_d.due_at.type),
    _d.settled_at >= bindparam("since", type_=_d.settled_at.type),
)
_GIVEN_UP = (
    select(
        _d.target_id,
        func.count().label("lost"),
        func.min(_d.settled_at, type_=_d.settled_at.type).label("first_at"),
        func.max(_d.reason).label("reason"),
    )
    .where(*_LOST)
    .group_by(_d.target_id)
)
_SENT = (
    select(_d.target_id, func.count().label("many"))
    .where(
        _d.target_id.in_(select(_t.target_id)),
        _d.state == State.SENT,
        _d.due_at >= bindparam("due", type_=_d.due_at.type),
        _d.settled_at >= bindparam("since", type_=_d.settled_at.type),
    )
    .group_by(_d.target_id)
)
_NEW = (
    select(_i.source_id, func.count().label("many"))
    .join(tables.items, _i.seq == _c.item)
    .where(_c.at >= bindparam("since", type_=_c.at.type), _c.event == "published", _c.barred == "")
    .group_by(_i.source_id)
)
_NEWEST = (
    select(_i.seq).where(_i.source_id == bindparam("source")).order_by(_i.seq.desc()).limit(bindparam("most"))
).subquery()
_LATEST_OF = DELIVERIES.where(_d.item.in_(select(_NEWEST.c.seq)))
_OVERDUE = (
    select(_s.source_id, _s.due_at)
    .where(_s.configured == true(), _s.due_at.is_not(None))
    .order_by(_s.due_at, _s.source_id)
    .limit(1)
)
_BEAT = select(tables.beats).where(_b.name == bindparam("of"))
_SET_BEAT = insert(tables.beats)
_SET_BEAT = _SET_BEAT.on_conflict_do_update(
    index_elements=["name"], set_={c.name: c for c in _SET_BEAT.excluded if c.name != "name"}
)
