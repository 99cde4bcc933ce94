"""What the robots.txt of each origin asks."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_utc = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "robots",
        sa.Column("origin", sa.String(), primary_key=True),
        sa.Column("rules", sa.Text()),
        sa.Column("asked_at", _utc, nullable=False),
        sa.Column("failing_since", _utc),
        sa.Column("cause", sa.Text(), nullable=False),
    )
