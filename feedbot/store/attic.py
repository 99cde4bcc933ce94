"""What `prune` knows of the store."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, exists, func, or_, select, tuple_, update

from feedbot.delivery import State
from feedbot.item import Content
from feedbot.store import tables
from feedbot.store.database import Database
from feedbot.store.rows import content_json, content_of


class Attic:
    """Satisfies ports.Attic."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def old_deliveries(self, before: datetime, after: int, most: int) -> Sequence[int]:
        """Return deliveries that were settled before that moment, by their places."""
        with self._database.reading() as connection:
            asked = {"before": before, "after": after, "most": most}
            return connection.execute(_OLD_DELIVERIES, asked).scalars().all()

    def drop_deliveries(self, keys: Sequence[int]) -> int:
        """Forget these deliveries, but those that became due again; return how many it were."""
        with self._database.writing() as connection:
            return connection.execute(_DROP_DELIVERIES, {"keys": list(keys)}).rowcount

    def old_decisions(self, before: datetime, after: tuple[int, int], most: int) -> Sequence[tuple[int, int]]:
        """Return item and revision of what was decided before that moment, of which no delivery is left."""
        item, revision = after
        with self._database.reading() as connection:
            asked = {"before": before, "item": item, "revision": revision, "most": most}
            return [(row.item, row.revision) for row in connection.execute(_OLD_DECISIONS, asked)]

    def drop_decisions(self, keys: Sequence[tuple[int, int]]) -> int:
        """Forget what was decided of these; return how many it were."""
        with self._database.writing() as connection:
            rows = [{"of": item, "nth": revision} for item, revision in keys]
            return connection.execute(_DROP_DECISION, rows).rowcount

    def old_revisions(self, before: datetime, after: tuple[int, int], most: int) -> Sequence[tuple[int, int]]:
        """Return item and number of states that are over, stored before that moment, of which no delivery speaks."""
        item, number = after
        with self._database.reading() as connection:
            asked = {"before": before, "item": item, "number": number, "most": most}
            return [(row.item, row.number) for row in connection.execute(_OLD_REVISIONS, asked)]

    def drop_revisions(self, keys: Sequence[tuple[int, int]]) -> int:
        """Forget these states, but those that somebody is owed since; return how many it were."""
        with self._database.writing() as connection:
            rows = [{"of": item, "nth": number} for item, number in keys]
            return connection.execute(_DROP_REVISION, rows).rowcount

    def old_alerts(self, before: datetime, after: str, most: int) -> Sequence[str]:
        """Return alerts that were over before that moment, and of which nothing is left to tell."""
        with self._database.reading() as connection:
            asked = {"before": before, "after": after, "most": most}
            return connection.execute(_OLD_ALERTS, asked).scalars().all()

    def drop_alerts(self, keys: Sequence[str]) -> int:
        """Forget these alerts, but those that are up again; return how many it were."""
        with self._database.writing() as connection:
            return connection.execute(_DROP_ALERTS, {"keys": list(keys)}).rowcount

    def old_items(self, before: datetime, newest: int, after: int, most: int) -> Sequence[int]:
        """Return items published and seen before that moment, beyond the newest, that have texts and are not owed."""
        with self._database.reading() as connection:
            asked = {"before": before, "newest": newest, "after": after, "most": most}
            return connection.execute(_OLD_ITEMS, asked).scalars().all()

    def shorten(self, keys: Sequence[int]) -> int:
        """Forget what these items say but title, address, dates, labels and language; return how many it were."""
        with self._database.writing() as connection:
            rows = connection.execute(_TEXTS, {"keys": list(keys)}).all()
            short = [{"of": row.item, "nth": row.number, "text": _shortened(row.content)} for row in rows]
            return connection.execute(_SHORTEN, short).rowcount if short else 0

    def compact(self) -> tuple[int, int]:
        """Give unused room back to the disk; return the bytes that the database took before, and takes now."""
        before = self._database.taken()
        self._database.compact()
        return before, self._database.taken()


def _shortened(text: str) -> str:
    said = content_of(text)
    return content_json(
        Content(
            url=said.url,
            title=said.title,
            published=said.published,
            updated=said.updated,
            authors=said.authors,
            categories=said.categories,
            language=said.language,
        )
    )


_SETTLED = (State.SENT, State.DEAD, State.DROPPED)
_i, _r, _d, _a = tables.items.c, tables.revisions.c, tables.deliveries.c, tables.alerts.c
_OLD_DELIVERIES = (
    select(_d.place)
    .where(_d.place > bindparam("after"), _d.state.in_(_SETTLED), _d.settled_at < bindparam("before"))
    .order_by(_d.place)
    .limit(bindparam("most"))
)
_DROP_DELIVERIES = delete(tables.deliveries).where(
    _d.place.in_(bindparam("keys", expanding=True)), _d.state.in_(_SETTLED)
)
_c = tables.decisions.c
_STANDS_FOR = exists().where(_d.item == _c.item, _d.revision == _c.revision)
_OLD_DECISIONS = (
    select(_c.item, _c.revision)
    .where(
        tuple_(_c.item, _c.revision) > tuple_(bindparam("item"), bindparam("revision")),
        _c.at < bindparam("before", type_=_c.at.type),
        ~_STANDS_FOR,
    )
    .order_by(_c.item, _c.revision)
    .limit(bindparam("most"))
)
_DROP_DECISION = delete(tables.decisions).where(_c.item == bindparam("of"), _c.revision == bindparam("nth"))
_SPOKEN_OF = exists().where(_d.item == _r.item, _d.revision == _r.number)
_OLD_REVISIONS = (
    select(_r.item, _r.number)
    .join(tables.items, _i.seq == _r.item)
    .where(
        tuple_(_r.item, _r.number) > tuple_(bindparam("item"), bindparam("number")),
        _r.number < _i.revision,
        _r.at < bindparam("before"),
        ~_SPOKEN_OF,
    )
    .order_by(_r.item, _r.number)
    .limit(bindparam("most"))
)
_DROP_REVISION = delete(tables.revisions).where(_r.item == bindparam("of"), _r.number == bindparam("nth"), ~_SPOKEN_OF)
_OVER = and_(_a.over_at.is_not(None), _a.told != "raised")
_OLD_ALERTS = (
    select(_a.key)
    .where(_a.key > bindparam("after"), _OVER, _a.over_at < bindparam("before"))
    .order_by(_a.key)
    .limit(bindparam("most"))
)
_DROP_ALERTS = delete(tables.alerts).where(_a.key.in_(bindparam("keys", expanding=True)), _OVER)
_PLACE = func.row_number().over(partition_by=_i.source_id, order_by=tables.newest_first)
_RANKED = select(_i.seq, _i.revision, _PLACE.label("place"), _i.published_at, _i.first_seen, _i.withdrawn_at).subquery()
_WAITED_FOR = exists().where(_d.item == _RANKED.c.seq, _d.state.not_in(_SETTLED))
_HEAVY = ("summary", "content_html", "content_text", "image", "attachments", "quotes", "related", "fields", "comments")
_OLD_ITEMS = (
    select(_RANKED.c.seq)
    .join(tables.revisions, and_(_r.item == _RANKED.c.seq, _r.number == _RANKED.c.revision))
    .where(
        _RANKED.c.seq > bindparam("after"),
        _RANKED.c.place > bindparam("newest"),
        _RANKED.c.published_at < bindparam("before"),
        _RANKED.c.first_seen < bindparam("before"),
        or_(*(_r.content.contains(f'"{name}":') for name in _HEAVY)),
        ~_WAITED_FOR,
    )
    .order_by(_RANKED.c.seq)
    .limit(bindparam("most"))
)
_TEXTS = (
    select(_r.item, _r.number, _r.content)
    .join(tables.items, and_(_i.seq == _r.item, _i.revision == _r.number))
    .where(_r.item.in_(bindparam("keys", expanding=True)))
)
_SHORTEN = (
    update(tables.revisions)
    .where(_r.item == bindparam("of"), _r.number == bindparam("nth"))
    .values(content=bindparam("text"))
)
