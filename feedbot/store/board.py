"""What `announce` knows of the store: which files changed since a hub was told."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, or_, select

from feedbot.notice import Notice
from feedbot.store import tables
from feedbot.store.database import Database
from feedbot.store.tables import insert


class Board:
    """Satisfies ports.Board."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def untold(self, hub: str, *, now: datetime) -> Sequence[Notice]:
        """Return a notice for each file that changed since the hub was told of it, and is due; by name.

        One that was given up is due when the file changes again, as if it was never tried.
        """
        with self._database.reading() as connection:
            return [
                Notice(name=row.name, digest=row.digest, attempts=row.attempts if row.due_at else 0)
                for row in connection.execute(_UNTOLD, {"hub": hub, "now": now})
            ]

    def post(self, hub: str, notice: Notice) -> None:
        """Store how a notice was settled."""
        said = {"told": notice.digest} if notice.told else {}
        tried = {"tried": notice.digest, "attempts": notice.attempts, "due_at": notice.due_at, "reason": notice.reason}
        with self._database.writing() as connection:
            connection.execute(_POST_TOLD if notice.told else _POST, {"hub": hub, "name": notice.name, **tried, **said})


_f, _n = tables.feed_files.c, tables.notices.c
_UNTOLD = (
    select(_f.name, _f.digest, _n.attempts, _n.due_at)
    .outerjoin(tables.notices, and_(_n.hub == bindparam("hub"), _n.name == _f.name))
    .where(
        _f.digest != "",
        or_(_n.told.is_(None), _n.told != _f.digest),
        or_(_n.due_at <= bindparam("now"), and_(_n.due_at.is_(None), or_(_n.tried.is_(None), _n.tried != _f.digest))),
    )
    .order_by(_f.name)
)
_POST = insert(tables.notices)
_KEY = ["hub", "name"]
_POST_TOLD = _POST.on_conflict_do_update(
    index_elements=_KEY, set_={name: _POST.excluded[name] for name in ("told", "tried", "attempts", "due_at", "reason")}
)
_POST = _POST.on_conflict_do_update(
    index_elements=_KEY, set_={name: _POST.excluded[name] for name in ("tried", "attempts", "due_at", "reason")}
)
