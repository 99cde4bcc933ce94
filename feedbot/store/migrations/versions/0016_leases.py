"""Who of several processes does what, and which feeds are to be drawn."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

_utc = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
_stale = sa.text("rendered IS NULL OR rendered <> version")
_name = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the table and the index."""
    op.create_table(
        "leases",
        sa.Column("name", _name, primary_key=True),
        sa.Column("token", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("until", _utc, nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
    )
    op.create_index("leases_until", "leases", ["until"])
    op.create_index("feeds_unpublished", "feeds", ["id"], sqlite_where=_stale, postgresql_where=_stale)
