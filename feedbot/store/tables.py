"""The tables, in SQLAlchemy Core; times are stored as UTC."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect


class Utc(TypeDecorator[datetime]):
    """An aware time, stored without its zone, which is always UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - as SQLAlchemy calls it
        """Refuse a naive time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002 - as drivers give it
        """Give the zone back."""
        return value.replace(tzinfo=UTC) if value is not None else None


metadata = MetaData()

sources = Table(
    "sources",
    metadata,
    Column("source_id", String, primary_key=True),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_digest", String),
    Column("title", Text, nullable=False, default=""),
    Column("checked_at", Utc),
    Column("due_at", Utc),
    Column("baseline_at", Utc),
    Column("health", String),
    Column("evidence", Text, nullable=False, default=""),
    Column("failures", Integer, nullable=False, default=0),
    Column("failing_since", Utc),
    Column("kind", String, nullable=False, default=""),
    Column("reading", String, nullable=False, default=""),
    Index("sources_due", "due_at"),
)

items = Table(
    "items",
    metadata,
    Column("id", String, primary_key=True),
    Column("source_id", String, nullable=False),
    Column("guid", Text, nullable=False),
    Column("published_at", Utc, nullable=False),
    Column("dated", String, nullable=False),
    Column("first_seen", Utc, nullable=False),
    Column("changed_at", Utc, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("digest", String, nullable=False),
    Column("withdrawn_at", Utc),
    Index("items_newest", "source_id", "published_at", "first_seen", "rank", "id"),
)

item_keys = Table(
    "item_keys",
    metadata,
    Column("source_id", String, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("item_id", ForeignKey("items.id"), nullable=False),
)

revisions = Table(
    "revisions",
    metadata,
    Column("item_id", ForeignKey("items.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", Utc, nullable=False),
    Column("digest", String, nullable=False),
    Column("content", JSON, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("place", Integer, primary_key=True),
    Column("item_id", ForeignKey("items.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("target_id", String, nullable=False),
    Column("event", String, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("due_at", Utc, nullable=False),
    Column("lease", String, nullable=False, default=""),
    Column("leased_until", Utc),
    Column("settled_at", Utc),
    Column("reason", Text, nullable=False, default=""),
    UniqueConstraint("item_id", "revision", "target_id"),
    Index("deliveries_due", "target_id", "state", "due_at"),
)

targets = Table(
    "targets",
    metadata,
    Column("target_id", String, primary_key=True),
    Column("paused_until", Utc),
    Column("disabled_at", Utc),
    Column("reason", Text, nullable=False, default=""),
)

feeds = Table(
    "feeds",
    metadata,
    Column("id", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("rendered", Integer),
    Column("settings", String, nullable=False, default=""),
)

feed_files = Table(
    "feed_files",
    metadata,
    Column("feed_id", ForeignKey("feeds.id"), primary_key=True),
    Column("name", String, primary_key=True),
    Column("digest", String, nullable=False),
)
