"""Which sources there are, and when they are due."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import Connection, bindparam, false, func, select, true, update

from feedbot.source import NEVER, SourceId, SourceState
from feedbot.store import tables
from feedbot.store.batch import Batch
from feedbot.store.columns import SHARED
from feedbot.store.database import CHUNK, Database
from feedbot.store.rows import manners_of, state_row
from feedbot.store.tables import insert

_NONE: Mapping[SourceId, Sequence[SourceId]] = MappingProxyType({})
LEAP = timedelta(minutes=1)
"""Clocks that are set back by less are as good as not."""
EVERY = 1_000_000_000
"""More than any database holds."""


LIST = 0x66656564626F76
"""The number of the lock under which sources are put on the list, where several processes do that."""


class Agenda:
    """Says what is due; who is on the list is said by `register`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def register(self, source_ids: Collection[SourceId], former: Mapping[SourceId, Sequence[SourceId]] = _NONE) -> None:
        """Put exactly these on the list of `due`. What is known of others stays, and they come back with it.

        What is known of a `former` id goes to the new one, of which nothing may be known yet. All of it is stored,
        or nothing.
        """
        listed = dict.fromkeys(source_ids)
        with self._database.writing() as connection:
            if connection.get_execution_options().get(SHARED):
                connection.execute(_IN_TURN, {"key": LIST})
            for new, ids in former.items():
                for old in ids:
                    _rename(connection, old, new)
            there = dict(connection.execute(_LISTED).all())
            missing = [source_id for source_id in listed if source_id not in there]
            back = [source_id for source_id in listed if there.get(source_id) is False]
            gone = [source_id for source_id, configured in there.items() if configured and source_id not in listed]
            fresh = state_row(SourceState(source_id=SourceId("")))
            _ADD.run(connection, [fresh | {"source_id": source_id} for source_id in missing])
            if back:
                connection.execute(_LIST, [{"id": source_id} for source_id in back])
            if gone:
                connection.execute(_UNLIST, [{"id": source_id} for source_id in gone])

    def rename(self, old: SourceId, new: SourceId) -> bool:
        """Give what is known of the source `old` to `new`, of which nothing may be known yet; say whether it was."""
        with self._database.writing() as connection:
            return _rename(connection, old, new)

    def revive(self, addresses: Mapping[SourceId, str]) -> None:
        """Make due what is not asked any more because its address was gone, and has another one of `addresses` now."""
        with self._database.reading() as connection:
            given_up = connection.execute(_GIVEN_UP, {"never": NEVER}).all()
        back = [
            {"id": row.source_id}
            for row in given_up
            if manners_of(row.manners).gone_from != addresses.get(SourceId(row.source_id))
        ]
        if back:
            with self._database.writing() as connection:
                connection.execute(_REVIVE, back)

    def heed_clock(self, now: datetime) -> int:
        """Make due at `now` what was looked at later than that, by a clock that was set back; return how many."""
        with self._database.writing() as connection:
            return connection.execute(_SET_BACK, {"now": now, "later": now + LEAP, "never": NEVER}).rowcount

    def due(
        self, source_ids: Collection[SourceId] | None, now: datetime, *, limit: int | None = None
    ) -> list[SourceId]:
        """Return up to `limit` sources that are due at `now`: those never checked first, then the longest overdue.

        Looks at `source_ids`, also such as were never registered, or at all registered ones.
        """
        if source_ids is not None:
            return self._due_of(list(dict.fromkeys(source_ids)), now)[:limit]
        most = EVERY if limit is None else limit
        with self._database.reading() as connection:
            never = [SourceId(one) for one in connection.execute(_NEVER, {"limit": most}).scalars()]
            asked = {"now": now, "limit": most - len(never)}
            return [*never, *(SourceId(one) for one in connection.execute(_DUE, asked).scalars())]

    def next_due(self) -> datetime | None:
        """Return when the next registered source is due; None when there is none, or one was never checked."""
        with self._database.reading() as connection:
            if connection.execute(_NEVER, {"limit": 1}).first():
                return None
            return connection.execute(_NEXT).scalar()

    def titles(self, source_ids: Sequence[SourceId] | None = None) -> Mapping[SourceId, str]:
        """Return what each source calls itself, or each of these, where it says so."""
        with self._database.reading() as connection:
            if source_ids is None:
                rows = connection.execute(_TITLES).all()
            else:
                some = (source_ids[start : start + CHUNK] for start in range(0, len(source_ids), CHUNK))
                rows = [row for ids in some for row in connection.execute(_TITLES_OF, {"ids": ids})]
            return {SourceId(row.source_id): row.title for row in rows}

    def _due_of(self, asked: list[SourceId], now: datetime) -> list[SourceId]:
        times: dict[str, datetime] = {}
        with self._database.reading() as connection:
            for start in range(0, len(asked), CHUNK):
                rows = connection.execute(_TIMES, {"ids": asked[start : start + CHUNK]})
                times.update({row.source_id: row.due_at for row in rows})
        never = [source_id for source_id in asked if source_id not in times]
        due = sorted((when, source_id) for source_id, when in times.items() if when <= now)
        return [*never, *(SourceId(source_id) for _, source_id in due)]


def _rename(connection: Connection, old: SourceId, new: SourceId) -> bool:
    if connection.execute(_KNOWN, {"id": new}).first():
        return False
    return connection.execute(_RENAME, {"old": old, "new": new}).rowcount > 0


_s = tables.sources.c
_IN_TURN = select(func.pg_advisory_xact_lock(bindparam("key")))
_LISTED = select(_s.source_id, _s.configured)
_ADD = Batch(insert(tables.sources), *(c.name for c in tables.sources.c))
_LIST = update(tables.sources).where(_s.source_id == bindparam("id")).values(configured=true())
_KNOWN = select(_s.source_id).where(_s.source_id == bindparam("id"))
_RENAME = update(tables.sources).where(_s.source_id == bindparam("old")).values(source_id=bindparam("new"))
_UNLIST = update(tables.sources).where(_s.source_id == bindparam("id")).values(configured=false())
_SET_BACK = (
    update(tables.sources)
    .where(_s.configured == true(), _s.checked_at > bindparam("later"), _s.due_at < bindparam("never"))
    .values(due_at=bindparam("now"))
)
_GIVEN_UP = select(_s.source_id, _s.manners).where(_s.configured == true(), _s.due_at >= bindparam("never"))
_REVIVE = update(tables.sources).where(_s.source_id == bindparam("id")).values(due_at=None)
_TITLES = select(_s.source_id, _s.title).where(_s.title != "")
_TITLES_OF = _TITLES.where(_s.source_id.in_(bindparam("ids", expanding=True)))
_TIMES = select(_s.source_id, _s.due_at).where(
    _s.source_id.in_(bindparam("ids", expanding=True)), _s.due_at.is_not(None)
)
_ON_LIST = select(_s.source_id).where(_s.configured == true()).limit(bindparam("limit"))
_NEVER = _ON_LIST.where(_s.due_at.is_(None)).order_by(_s.source_id)
_DUE = _ON_LIST.where(_s.due_at <= bindparam("now")).order_by(_s.due_at, _s.source_id)
_NEXT = select(func.min(_s.due_at)).where(_s.configured == true())
