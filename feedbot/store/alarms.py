"""What the store knows of alerts: which are up, since when, and what of them was told."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, RowMapping, bindparam, or_, select

from feedbot.alert import Alarm, Alert, Telling, cleared, raised
from feedbot.delivery import Delivery
from feedbot.item import Item
from feedbot.source import SourceState
from feedbot.store import tables
from feedbot.store.batch import Batch
from feedbot.store.database import Database
from feedbot.store.inbox import save_debts, save_items
from feedbot.store.rows import Row, state_row
from feedbot.store.tables import insert


class Alarms:
    """Satisfies ports.Alarms."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def raise_alert(self, alert: Alert) -> None:
        """Remember that this trouble is there; nothing is stored where it is known."""
        self._change(alert.key, lambda before: raised(before, alert))

    def clear_alert(self, key: str, *, at: datetime) -> None:
        """Remember that this trouble is gone; nothing is stored where that is known."""
        self._change(key, lambda before: before and cleared(before, at))

    def alarms(self) -> Sequence[Alarm]:
        """Return the alerts that are up, and those whose end was not told yet; the oldest first."""
        with self._database.reading() as connection:
            return [_alarm(row) for row in connection.execute(_STANDING).mappings()]

    def tell(self, alarm: Alarm, telling: Telling, item: Item, debts: Sequence[Delivery]) -> bool:
        """Store in one transaction what is owed of it, and that it was told; say whether that was done.

        It is not, where it came up anew or was told in the meantime.
        """
        with self._database.writing() as connection:
            now = _first(connection.execute(_ONE, {"of": alarm.alert.key}).mappings().first())
            if now is None or now.alert.since != alarm.alert.since or now.told != alarm.told:
                return False
            _owe(connection, item, debts)
            connection.execute(_SAVE, _row(replace(now, told=telling)))
            return True

    def post_bulletin(self, item: Item, debts: Sequence[Delivery]) -> bool:
        """Store a bulletin and what is owed of it, in one transaction; say whether it was not there yet."""
        with self._database.writing() as connection:
            if connection.execute(_THERE, {"of": item.id}).first():
                return False
            _owe(connection, item, debts)
            return True

    def _change(self, key: str, change: Callable[[Alarm | None], Alarm | None]) -> None:
        with self._database.reading() as connection:
            before = _first(connection.execute(_ONE, {"of": key}).mappings().first())
        if change(before) == before:
            return  # as nearly always; what stands is not written again
        with self._database.writing() as connection:
            after = change(_first(connection.execute(_ONE, {"of": key}).mappings().first()))
            if after is not None:
                connection.execute(_SAVE, _row(after))


def _owe(connection: Connection, item: Item, debts: Sequence[Delivery]) -> None:
    fresh = state_row(SourceState(source_id=item.source_id)) | {"configured": False}
    _MEET_SOURCE.run(connection, [fresh])
    save_items(connection, [item])
    save_debts(connection, debts)


def _first(row: RowMapping | None) -> Alarm | None:
    return _alarm(row) if row else None


def _alarm(row: RowMapping) -> Alarm:
    alert = Alert(**{name: row[name] for name in Alert.__slots__})
    return Alarm(alert=alert, over_at=row["over_at"], told=row["told"] or None, times=row["times"])


def _row(alarm: Alarm) -> Row:
    said = {name: getattr(alarm.alert, name) for name in Alert.__slots__}
    return said | {"over_at": alarm.over_at, "told": alarm.told or "", "times": alarm.times}


_a = tables.alerts.c
_THERE = select(tables.items.c.seq).where(tables.items.c.id == bindparam("of"))
_MEET_SOURCE = Batch(insert(tables.sources).on_conflict_do_nothing(), *(c.name for c in tables.sources.c))
_ONE = select(tables.alerts).where(_a.key == bindparam("of"))
_STANDING = select(tables.alerts).where(or_(_a.over_at.is_(None), _a.told == "raised")).order_by(_a.since, _a.key)
_SAVE = insert(tables.alerts)
_SAVE = _SAVE.on_conflict_do_update(index_elements=["key"], set_={c.name: c for c in _SAVE.excluded if c.name != "key"})
