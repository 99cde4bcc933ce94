"""Store: everything that feedbot remembers, in SQLite by SQLAlchemy Core; and the shelf of feed files."""

from feedbot.store.backup import Copy, back_up, restore
from feedbot.store.gauges import Failing, Gauges, Queue
from feedbot.store.moving import Moved, move
from feedbot.store.opening import worker
from feedbot.store.orders import order
from feedbot.store.place import file_of, name_of, path_of
from feedbot.store.shelf import FolderShelf, shelf_at
from feedbot.store.status import SourceStanding, TargetStanding
from feedbot.store.store import Store, open_store, read_store, share_store

__all__ = [
    "Copy",
    "Failing",
    "FolderShelf",
    "Gauges",
    "Moved",
    "Queue",
    "SourceStanding",
    "Store",
    "TargetStanding",
    "back_up",
    "file_of",
    "move",
    "name_of",
    "open_store",
    "order",
    "path_of",
    "read_store",
    "restore",
    "share_store",
    "shelf_at",
    "worker",
]
