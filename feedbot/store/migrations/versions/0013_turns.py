"""When those get an item that do not get it at once, as it was decided."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the column."""
    op.add_column("decisions", sa.Column("turns", sa.Text(), nullable=False, server_default=""))
