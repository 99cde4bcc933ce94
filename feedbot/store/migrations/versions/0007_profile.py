"""What is learned of a source."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the column; of a source that is known already, it is learned anew."""
    op.add_column("sources", sa.Column("profile", sa.Text(), nullable=False, server_default=""))
