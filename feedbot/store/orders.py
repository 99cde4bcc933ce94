"""Orders: what an operator asks of a source's next check, also while another process works on the database."""

from datetime import datetime

from sqlalchemy import bindparam, select, update

from feedbot.source import SourceId
from feedbot.store import tables
from feedbot.store.opening import beside


def order(url: str, source_id: SourceId, asked: str, now: datetime) -> bool:
    """Store what is asked of the next check of a source, and make it due; say whether the source was ever checked.

    The check that obeys takes it away. Raises StoreError.
    """
    database = beside(url)
    try:
        with database.writing() as connection:
            known = connection.execute(_ONE, {"of": source_id}).first()
            connection.execute(_ASK, {"of": source_id, "what": asked, "at": now})
        return known is not None
    finally:
        database.close()


_s = tables.sources.c
_ONE = select(_s.source_id).where(_s.source_id == bindparam("of"), _s.checked_at.is_not(None))
_ASK = (
    update(tables.sources)
    .where(_s.source_id == bindparam("of"))
    .values(asked=bindparam("what"), due_at=bindparam("at", type_=_s.due_at.type))
)
