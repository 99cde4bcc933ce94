"""Archives of feeds, where things stand in their files, labels of items, and items that are gone."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_utc = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
_number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KINDS = {"category": "categories", "author": "authors"}


def upgrade() -> None:
    """Add what is missing; labels are read out of what is stored."""
    op.add_column("items", sa.Column("gone_at", _utc))
    op.create_index("items_arrived", "items", ["source_id", "seq"])
    op.add_column("feeds", sa.Column("layout", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "archives",
        sa.Column("feed_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", _number, nullable=False),
        sa.Column("shape", sa.String(), nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("feed_id", "number"),
        sa.UniqueConstraint("feed_id", "last"),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"]),
    )
    _labels()


def _labels() -> None:
    made = op.create_table(
        "labels",
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "kind", "name"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.source_id"], onupdate="CASCADE"),
        sqlite_with_rowid=False,
    )
    stored = sa.text("SELECT source_id, content FROM items JOIN revisions ON item = seq AND number = revision")
    given = set()
    for source, content in op.get_bind().execute(stored):
        said = json.loads(content)
        given |= {(source, kind, name) for kind, names in _KINDS.items() for name in said.get(names, ()) if name}
    rows = [{"source_id": source, "kind": kind, "name": name} for source, kind, name in sorted(given)]
    if rows:
        op.bulk_insert(made, rows)
