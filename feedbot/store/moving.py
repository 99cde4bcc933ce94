"""Moving: everything that one database remembers goes into another one, and is compared row by row."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, func, select, text

from feedbot.errors import StoreUnusable
from feedbot.store.database import Database
from feedbot.store.opening import alone
from feedbot.store.place import file_of, name_of
from feedbot.store.schema import prepare
from feedbot.store.tables import insert, metadata

WAIT = 5.0
"""Seconds that another feedbot is waited for."""
AT_ONCE = 1_000
"""Rows that are stored in one transaction."""
_MASK = (1 << 128) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What became of a table: how many rows both databases have, and how many of them were stored just now."""

    table: str
    rows: int
    stored: int


def move(url: str, to: str) -> Iterator[Moved]:
    """Copy the database `url` into the one of a server at `to`, table by table; the first one stays as it is.

    Who was interrupted calls it again: what is there already is not stored twice. Each table is compared once it is
    copied, whole: every value of every row. Nobody may work on either meanwhile. Raises StoreBusy where somebody does,
    StoreUnusable where `to` holds anything else, and StoreError.
    """
    if file_of(to) is not None:
        raise StoreUnusable(f"{name_of(to)} is a file; to copy a database into a file, use `feedbot backup`")
    if name_of(url) == name_of(to):
        raise StoreUnusable(f"{name_of(to)} is the database itself")
    with alone(url, wait=WAIT) as one, alone(to, wait=WAIT) as other:
        for database in (one, other):
            prepare(database)
        for table in metadata.sorted_tables:
            with one.reading() as old:
                there = _count(other, table)
                for batch in _batches(old, table):
                    with other.writing() as new:
                        new.execute(insert(table).on_conflict_do_nothing(), batch)
                with other.reading() as new:
                    rows = _compared(old, new, table, other.name)
            with other.writing() as new:
                _counted_on(new, table)
            yield Moved(table=table.name, rows=rows, stored=rows - there)


def _count(database: Database, table: Table) -> int:
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _batches(connection: Connection, table: Table) -> Iterator[Sequence[Mapping[str, Any]]]:
    for some in connection.execute(_all(table), execution_options={"yield_per": AT_ONCE}).mappings().partitions():
        yield [dict(row) for row in some]


def _all(table: Table) -> Select[Any]:
    return select(table).order_by(*table.primary_key.columns)


def _compared(old: Connection, new: Connection, table: Table, name: str) -> int:
    """Return how many rows both have. Raises StoreUnusable where the new one has others."""
    rows, mark = _summed(old, table)
    others, other = _summed(new, table)
    if (rows, mark) != (others, other):
        raise StoreUnusable(
            f"{name}: its table {table.name} holds {others} rows, and not the same as the {rows} that were copied. "
            "Begin with an empty database, and let nobody work on either meanwhile."
        )
    return rows


def _summed(connection: Connection, table: Table) -> tuple[int, int]:
    """Return the number of rows, and a sum of all that they say, in whatever order they are given."""
    rows = mark = 0
    for row in connection.execute(select(table), execution_options={"yield_per": AT_ONCE}):
        mark = (mark + _mark(row)) & _MASK
        rows += 1
    return rows, mark


def _mark(row: Row[Any]) -> int:
    said = repr([value.isoformat() if isinstance(value, datetime) else value for value in row])
    return int.from_bytes(hashlib.blake2b(said.encode(errors="replace"), digest_size=16).digest())


def _counted_on(connection: Connection, table: Table) -> None:
    """Let the server number new rows after those that were copied."""
    column = table.autoincrement_column
    if column is None or connection.dialect.name != "postgresql":
        return
    last = connection.execute(select(func.max(column))).scalar()
    if last is not None:
        asked = {"table": table.name, "column": column.name, "last": last}
        connection.execute(text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)"), asked)
