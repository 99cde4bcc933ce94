"""What is remembered so that a source is asked no more than it must be."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the column."""
    op.add_column("sources", sa.Column("manners", sa.Text(), nullable=False, server_default=""))
