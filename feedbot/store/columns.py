"""Types of columns: times in UTC, what strangers wrote in characters that databases take, numbers of rows."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, DateTime, Integer, String, Text, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from feedbot.item import legal


class Utc(TypeDecorator[datetime]):
    """An aware time. Where the database has no such type it is ISO 8601 text in UTC, which sorts as time does."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use the type of the database where there is one."""
        return DateTime(timezone=True) if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401 - as the driver takes it
        """Refuse a naive time with ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone, so it cannot be stored")
        return value if dialect.name == "postgresql" else _text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002 - as drivers give it
        """Return the time, aware UTC."""
        if value is None:
            return None
        return _time(value) if isinstance(value, str) else value.astimezone(UTC)


@lru_cache(maxsize=4096)  # many rows of a check have the same times
def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ")


@lru_cache(maxsize=4096)
def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Words(TypeDecorator[str]):
    """A text that a stranger may have written: what UTF-8 cannot carry is dropped (see item.legal).

    A lone surrogate would make SQLite refuse the whole statement, and a NUL PostgreSQL.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - as SQLAlchemy calls it
        """Drop what cannot be stored."""
        return None if value is None else legal(value)


SHARED = "feedbot_shared"
"""An option of connections to a database that other processes write at the same time."""
NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""Only a plain INTEGER is the key that SQLite numbers rows by."""
NAME = String().with_variant(String(collation="C"), "postgresql")
"""What names a thing, and is sorted by its characters everywhere."""
