"""Why who got what, every try of it, and titles to search."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_utc = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
_number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BATCH = 5_000


def upgrade() -> None:
    """Add them; the titles of what is stored are made searchable."""
    op.create_table(
        "decisions",
        sa.Column("item", _number, sa.ForeignKey("items.seq"), nullable=False, autoincrement=False),
        sa.Column("revision", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("at", _utc, nullable=False),
        sa.Column("barred", sa.Text(), nullable=False),
        sa.Column("refused", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("item", "revision"),
    )
    op.create_index("decisions_at", "decisions", ["at"])
    op.add_column("deliveries", sa.Column("tries", sa.Text(), nullable=False, server_default=""))
    op.add_column("items", sa.Column("heading", sa.Text(), nullable=False, server_default=""))
    _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    last = 0
    page = sa.text(
        "SELECT seq, content FROM items JOIN revisions ON item = seq AND number = revision"
        " WHERE seq > :last ORDER BY seq LIMIT :most"
    )
    write = sa.text("UPDATE items SET heading = :heading WHERE seq = :seq")
    while rows := connection.execute(page, {"last": last, "most": BATCH}).all():
        last = rows[-1].seq
        titles = {row.seq: json.loads(row.content).get("title", "") for row in rows}
        connection.execute(write, [{"seq": seq, "heading": _heading(title)} for seq, title in titles.items()])


def _heading(title: str) -> str:
    plain = title.replace("\0", "").encode("utf-8", "ignore").decode()
    return " ".join(plain[:400].casefold().split())
