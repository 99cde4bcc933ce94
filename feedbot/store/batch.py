"""Batch: storing many rows by one statement that is compiled once."""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect, Insert

Values = tuple[Any, ...] | dict[str, Any]


class Batch:
    """An insert for rows that all have the same names, at least two.

    SQLAlchemy would look up every name of every row again, which takes longer than SQLite takes to store it.
    The types of the columns are heeded all the same.
    """

    def __init__(self, statement: Insert, *names: str) -> None:
        self._statement = statement
        self._names = names
        self._ready: dict[str, tuple[str, Callable[[Mapping[str, Any]], Values]]] = {}

    def run(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Store `rows`; none is fine."""
        if rows:
            text, bind = self._for(connection.dialect)
            connection.exec_driver_sql(text, [bind(row) for row in rows])

    def _for(self, dialect: Dialect) -> tuple[str, Callable[[Mapping[str, Any]], Values]]:
        if dialect.name not in self._ready:
            self._ready[dialect.name] = _compiled(self._statement, self._names, dialect)
        return self._ready[dialect.name]


def _compiled(
    statement: Insert, names: Sequence[str], dialect: Dialect
) -> tuple[str, Callable[[Mapping[str, Any]], Values]]:
    """Return the SQL text, and what makes a driver's parameters of a row."""
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    order = compiled.positiontup or sorted(compiled.binds)
    pick = itemgetter(*order)
    types = [compiled.binds[name].type.dialect_impl(dialect) for name in order]
    turns = [(place, turn) for place, one in enumerate(types) if (turn := one.bind_processor(dialect))]

    def bind(row: Mapping[str, Any]) -> Values:
        values = list(pick(row))
        for place, turn in turns:
            values[place] = turn(values[place])
        return tuple(values) if compiled.positional else dict(zip(order, values, strict=True))

    return str(compiled), bind
