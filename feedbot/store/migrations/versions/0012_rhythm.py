"""What goes together, and when; how targets do; who left them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_utc = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
_tried = sa.text("state = 'pending' AND attempts > 0")


def upgrade() -> None:
    """Add them."""
    for name in ("wave", "rule"):
        op.add_column("deliveries", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    for name in ("message", "stage"):
        op.add_column("deliveries", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.create_index(
        "deliveries_tried", "deliveries", ["target_id", "place"], sqlite_where=_tried, postgresql_where=_tried
    )
    op.add_column("targets", sa.Column("failing_since", _utc))
    op.add_column("targets", sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
    for name in ("sent_at", "occasions"):
        op.add_column("targets", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "departures",
        sa.Column("target_id", sa.String(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("at", _utc, nullable=False),
        sa.PrimaryKeyConstraint("target_id", "address"),
        sqlite_with_rowid=False,
    )
