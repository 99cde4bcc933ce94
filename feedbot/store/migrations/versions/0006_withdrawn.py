"""An index of the items that were withdrawn."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_withdrawn = sa.text("withdrawn_at IS NOT NULL")


def upgrade() -> None:
    """Add it."""
    op.create_index(
        "items_withdrawn",
        "items",
        ["source_id", "withdrawn_at"],
        sqlite_where=_withdrawn,
        postgresql_where=_withdrawn,
    )
