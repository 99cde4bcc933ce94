"""When feedbot last did what it does again and again."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_utc = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "beats",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", _utc, nullable=False),
        sa.Column("usual", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
