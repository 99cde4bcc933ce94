"""Recipients who wait for a mail that others have."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column; nobody waits yet."""
    op.add_column("deliveries", sa.Column("waiting", sa.Text(), nullable=False, server_default=""))
