"""The tables, in SQLAlchemy Core. Times are UTC; what strangers wrote is stored in characters that databases take."""

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.dialects.sqlite import insert

from feedbot.store.columns import NAME, NUMBER, Utc, Words

__all__ = [
    "alerts",
    "archives",
    "beats",
    "decisions",
    "deliveries",
    "departures",
    "feed_files",
    "feeds",
    "insert",
    "item_keys",
    "items",
    "labels",
    "leases",
    "metadata",
    "newest_first",
    "notices",
    "revisions",
    "robots",
    "sources",
    "targets",
]


metadata = MetaData()

sources = Table(
    "sources",
    metadata,
    Column("source_id", NAME, primary_key=True),
    Column("etag", Words),
    Column("last_modified", Words),
    Column("body_digest", String),
    Column("title", Words, nullable=False),
    Column("checked_at", Utc),
    Column("due_at", Utc),
    Column("baseline_at", Utc),
    Column("health", String),
    Column("evidence", Words, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("failing_since", Utc),
    Column("kind", String, nullable=False),
    Column("reading", String, nullable=False),
    Column("configured", Boolean, nullable=False),
    Column("way_url", Words, nullable=False, server_default=""),
    Column("way_kind", String, nullable=False, server_default="auto"),
    Column("profile", Text, nullable=False, server_default=""),
    Column("manners", Text, nullable=False, server_default=""),
    Column("rules", Text, nullable=False, server_default=""),
    Column("asked", String),
    Index("sources_due", "configured", "due_at", "source_id"),
)

items = Table(
    "items",
    metadata,
    Column("seq", NUMBER, primary_key=True),
    Column("id", NAME, nullable=False, unique=True),
    Column("source_id", ForeignKey("sources.source_id", onupdate="CASCADE"), nullable=False),
    Column("guid", Words, nullable=False),
    Column("published_at", Utc, nullable=False),
    Column("dated", String, nullable=False),
    Column("first_seen", Utc, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("digest", String, nullable=False),
    Column("withdrawn_at", Utc),
    Column("gone_at", Utc),
    Column("heading", Words, nullable=False, server_default=""),
)
"""`seq` numbers items as they came: rows that came together stand together, however many there are."""

newest_first = (items.c.published_at.desc(), items.c.first_seen.desc(), items.c.rank, items.c.id)
_standing = items.c.withdrawn_at.is_(None)
_asked = items.c.withdrawn_at
"""Always NULL in these indexes, but there, so that they alone answer."""
Index("items_of_source", items.c.source_id, *newest_first, _asked, sqlite_where=_standing)
_withdrawn = Index(
    "items_withdrawn", items.c.source_id, items.c.withdrawn_at, sqlite_where=items.c.withdrawn_at.is_not(None)
)
_arrived = Index("items_arrived", items.c.source_id, items.c.seq)
Index("items_of_all", *newest_first, items.c.source_id, _asked, sqlite_where=_standing)


@event.listens_for(metadata, "before_create")
def _tell_postgresql(_metadata: MetaData, connection: Connection, **_facts: object) -> None:
    """Give PostgreSQL the same indexes; naming it above would load its code wherever SQLite is used."""
    if connection.dialect.name == "postgresql":
        _withdrawn.dialect_kwargs["postgresql_where"] = items.c.withdrawn_at.is_not(None)
        _tried.dialect_kwargs["postgresql_where"] = TRIED
        _unpublished.dialect_kwargs["postgresql_where"] = STALE
        for index in items.indexes - {_arrived, _withdrawn}:
            index.dialect_kwargs["postgresql_where"] = _standing


item_keys = Table(
    "item_keys",
    metadata,
    Column("source_id", ForeignKey("sources.source_id", onupdate="CASCADE"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("item", ForeignKey("items.seq"), nullable=False),
    sqlite_with_rowid=False,
)

labels = Table(
    "labels",
    metadata,
    Column("source_id", ForeignKey("sources.source_id", onupdate="CASCADE"), primary_key=True),
    Column("kind", String, primary_key=True),
    Column("name", Words, primary_key=True),
    sqlite_with_rowid=False,
)
"""Every category and author that items of a source were ever given."""

revisions = Table(
    "revisions",
    metadata,
    Column("item", ForeignKey("items.seq"), primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Utc, nullable=False),
    Column("digest", String, nullable=False),
    Column("content", Text, nullable=False),
)

targets = Table(
    "targets",
    metadata,
    Column("target_id", NAME, primary_key=True),
    Column("paused_until", Utc),
    Column("disabled_at", Utc),
    Column("reason", Words, nullable=False),
    Column("failing_since", Utc),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("sent_at", Text, nullable=False, server_default=""),
    Column("occasions", Text, nullable=False, server_default=""),
)

departures = Table(
    "departures",
    metadata,
    Column("target_id", NAME, primary_key=True),
    Column("address", Words, primary_key=True),
    Column("at", Utc, nullable=False),
    sqlite_with_rowid=False,
)
"""Who wants nothing more of which target, and since when."""

deliveries = Table(
    "deliveries",
    metadata,
    Column("place", NUMBER, primary_key=True),
    Column("item", NUMBER, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("target_id", ForeignKey("targets.target_id"), nullable=False),
    Column("event", String, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("due_at", Utc, nullable=False),
    Column("lease", String, nullable=False),
    Column("leased_until", Utc),
    Column("settled_at", Utc),
    Column("reason", Words, nullable=False),
    Column("waiting", Text, nullable=False, server_default=""),
    Column("tries", Words, nullable=False, server_default=""),
    Column("wave", Words, nullable=False, server_default=""),
    Column("message", String, nullable=False, server_default=""),
    Column("stage", String, nullable=False, server_default=""),
    Column("rule", Words, nullable=False, server_default=""),
    UniqueConstraint("item", "revision", "target_id"),
    ForeignKeyConstraint(["item", "revision"], ["revisions.item", "revisions.number"]),
    Index("deliveries_due", "target_id", "state", "due_at", "place"),
)
"""`place` is the order in which they were owed: of those due at the same time, the first owed goes first."""
TRIED = text("deliveries.state = 'pending' AND deliveries.attempts > 0")
"""Those that failed at least once, and wait."""
_tried = Index(
    "deliveries_tried",
    deliveries.c.target_id,
    deliveries.c.place,
    sqlite_where=text("state = 'pending' AND attempts > 0"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("item", NUMBER, ForeignKey("items.seq"), primary_key=True, autoincrement=False),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("event", String, nullable=False),
    Column("at", Utc, nullable=False),
    Column("barred", Words, nullable=False),
    Column("refused", Words, nullable=False),
    Column("turns", Words, nullable=False, server_default=""),
    Index("decisions_at", "at"),
)
"""Of each item at each revision: when it was decided who gets it, and the rules by which others do not."""

feeds = Table(
    "feeds",
    metadata,
    Column("id", NAME, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("rendered", Integer),
    Column("settings", String, nullable=False),
    Column("layout", Text, nullable=False, server_default=""),
)

STALE = text("rendered IS NULL OR rendered <> version")
"""Items of a feed changed since it was rendered."""
_unpublished = Index("feeds_unpublished", feeds.c.id, sqlite_where=STALE)

feed_files = Table(
    "feed_files",
    metadata,
    Column("feed_id", ForeignKey("feeds.id"), primary_key=True),
    Column("name", NAME, primary_key=True),
    Column("digest", String, nullable=False),
)

archives = Table(
    "archives",
    metadata,
    Column("feed_id", ForeignKey("feeds.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("last", NUMBER, nullable=False),
    Column("shape", String, nullable=False),
    Column("stale", Boolean, nullable=False),
    UniqueConstraint("feed_id", "last"),
)
"""What of a feed stands in archives: each holds what came after the `last` of the one before, up to its own."""

notices = Table(
    "notices",
    metadata,
    Column("hub", String, primary_key=True),
    Column("name", NAME, primary_key=True),
    Column("told", String),
    Column("tried", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Utc),
    Column("reason", Words, nullable=False),
)
"""The digest of each file that a hub was told of last, and how the last try went."""

alerts = Table(
    "alerts",
    metadata,
    Column("key", Words, primary_key=True),
    Column("kind", String, nullable=False),
    Column("subject", Words, nullable=False),
    Column("cause", Words, nullable=False),
    Column("remedy", Words, nullable=False),
    Column("since", Utc, nullable=False),
    Column("over_at", Utc),
    Column("told", String, nullable=False),
    Column("times", Integer, nullable=False),
)
"""What the operator is to know: the last time that each trouble was up, and what of it was told."""

robots = Table(
    "robots",
    metadata,
    Column("origin", String, primary_key=True),
    Column("rules", Words),
    Column("asked_at", Utc, nullable=False),
    Column("failing_since", Utc),
    Column("cause", Words, nullable=False),
)
"""What the robots.txt of each origin asks of feedbot; no rules where no answer was ever had."""

leases = Table(
    "leases",
    metadata,
    Column("name", NAME, primary_key=True),
    Column("token", NUMBER, nullable=False),
    Column("until", Utc, nullable=False),
    Column("holder", Words, nullable=False),
    Index("leases_until", "until"),
)
"""Who of several processes does what, until when; the token is higher each time that it is taken."""

beats = Table(
    "beats",
    metadata,
    Column("name", NAME, primary_key=True),
    Column("at", Utc, nullable=False),
    Column("usual", Integer, nullable=False),
)
"""When feedbot last did what it does again and again, and how many seconds usually lie between."""
