"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_utc = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
_number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_newest_first = (sa.text("published_at DESC"), sa.text("first_seen DESC"), "rank", "id")
_standing = sa.text("withdrawn_at IS NULL")


def upgrade() -> None:
    """Make every table."""
    _sources()
    _items()
    _keys_and_revisions()
    _targets()
    _feeds()


def _sources() -> None:
    op.create_table(
        "sources",
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("body_digest", sa.String()),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("checked_at", _utc),
        sa.Column("due_at", _utc),
        sa.Column("baseline_at", _utc),
        sa.Column("health", sa.String()),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", _utc),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reading", sa.String(), nullable=False),
        sa.Column("configured", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("source_id"),
    )
    op.create_index("sources_due", "sources", ["configured", "due_at", "source_id"])


def _items() -> None:
    op.create_table(
        "items",
        sa.Column("seq", _number, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("guid", sa.Text(), nullable=False),
        sa.Column("published_at", _utc, nullable=False),
        sa.Column("dated", sa.String(), nullable=False),
        sa.Column("first_seen", _utc, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("withdrawn_at", _utc),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.source_id"], onupdate="CASCADE"),
    )
    op.create_index(
        "items_of_source",
        "items",
        ["source_id", *_newest_first, "withdrawn_at"],
        sqlite_where=_standing,
        postgresql_where=_standing,
    )
    op.create_index(
        "items_of_all",
        "items",
        [*_newest_first, "source_id", "withdrawn_at"],
        sqlite_where=_standing,
        postgresql_where=_standing,
    )


def _keys_and_revisions() -> None:
    op.create_table(
        "item_keys",
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("item", _number, nullable=False),
        sa.PrimaryKeyConstraint("source_id", "key"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.source_id"], onupdate="CASCADE"),
        sa.ForeignKeyConstraint(["item"], ["items.seq"]),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "revisions",
        sa.Column("item", _number, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", _utc, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("item", "number"),
        sa.ForeignKeyConstraint(["item"], ["items.seq"]),
    )


def _targets() -> None:
    op.create_table(
        "targets",
        sa.Column("target_id", sa.String(), nullable=False),
        sa.Column("paused_until", _utc),
        sa.Column("disabled_at", _utc),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("target_id"),
    )
    op.create_table(
        "deliveries",
        sa.Column("place", _number, nullable=False),
        sa.Column("item", _number, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", _utc, nullable=False),
        sa.Column("due_at", _utc, nullable=False),
        sa.Column("lease", sa.String(), nullable=False),
        sa.Column("leased_until", _utc),
        sa.Column("settled_at", _utc),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("place"),
        sa.UniqueConstraint("item", "revision", "target_id"),
        sa.ForeignKeyConstraint(["target_id"], ["targets.target_id"]),
        sa.ForeignKeyConstraint(["item", "revision"], ["revisions.item", "revisions.number"]),
    )
    op.create_index("deliveries_due", "deliveries", ["target_id", "state", "due_at", "place"])


def _feeds() -> None:
    op.create_table(
        "feeds",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rendered", sa.Integer()),
        sa.Column("settings", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "feed_files",
        sa.Column("feed_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("feed_id", "name"),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"]),
    )
