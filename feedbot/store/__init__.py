"""Store: everything that feedbot remembers, in SQLite by SQLAlchemy Core; and the shelf of feed files."""

from feedbot.store.gauges import Failing, Gauges, Queue
from feedbot.store.shelf import FolderShelf
from feedbot.store.status import SourceStanding, TargetStanding
from feedbot.store.store import Store, open_store, read_store

__all__ = [
    "Failing",
    "FolderShelf",
    "Gauges",
    "Queue",
    "SourceStanding",
    "Store",
    "TargetStanding",
    "open_store",
    "read_store",
]
