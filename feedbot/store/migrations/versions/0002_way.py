"""Where and how the news of a source was found to be read best."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the two columns; a source that is known already is read as before."""
    op.add_column("sources", sa.Column("way_url", sa.Text(), nullable=False, server_default=""))
    op.add_column("sources", sa.Column("way_kind", sa.String(), nullable=False, server_default="auto"))
