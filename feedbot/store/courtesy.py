"""What is remembered so that no host is asked more than it must be."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, or_, select, update

from feedbot.robots import Robots
from feedbot.source import SourceId
from feedbot.store import tables
from feedbot.store.database import Database
from feedbot.store.tables import insert


class Courtesy:
    """Satisfies ports.RobotsFiles."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def robots(self, origin: str) -> Robots | None:
        """Return what is known of the robots.txt of an origin."""
        with self._database.reading() as connection:
            row = connection.execute(_ROBOTS, {"of": origin}).mappings().first()
            return Robots(**row) if row else None

    def keep_robots(self, robots: Robots) -> None:
        """Remember it."""
        said = {name: getattr(robots, name) for name in _COLUMNS}
        with self._database.writing() as connection:
            connection.execute(_KEEP, said)

    def postpone(self, source_ids: Collection[SourceId], until: datetime) -> None:
        """Let none of these sources be due before `until`, since their host wants to be left alone."""
        if source_ids:
            with self._database.writing() as connection:
                connection.execute(_POSTPONE, [{"id": one, "until": until} for one in source_ids])


_COLUMNS = tuple(column.name for column in tables.robots.c)
_ROBOTS = select(tables.robots).where(tables.robots.c.origin == bindparam("of"))
_KEEP = insert(tables.robots)
_KEEP = _KEEP.on_conflict_do_update(
    index_elements=["origin"], set_={name: _KEEP.excluded[name] for name in _COLUMNS if name != "origin"}
)
_s = tables.sources.c
_POSTPONE = (
    update(tables.sources)
    .where(_s.source_id == bindparam("id"), or_(_s.due_at < bindparam("until"), _s.due_at.is_(None)))
    .values(due_at=bindparam("until"))
)
