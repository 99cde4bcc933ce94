"""By which rules pages are read, and what the operator asked of them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the columns; of sources that are known already, rules are kept from now on."""
    op.add_column("sources", sa.Column("rules", sa.Text(), nullable=False, server_default=""))
    op.add_column("sources", sa.Column("asked", sa.String()))
