"""What hubs were told of files that changed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_utc = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "notices",
        sa.Column("hub", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("told", sa.String()),
        sa.Column("tried", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", _utc),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hub", "name"),
    )
