"""A catalogue in memory that counts what it is asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from feedbot.feed import ALL, Feed
from feedbot.item import Item
from tests.fakes import MemoryStore
from tests.newsfeed import BOTH, OFFICE


@dataclass
class Memory(MemoryStore):
    """A catalogue in memory that counts how often items were asked for."""

    asked: int = 0

    def newest(self, feed: Feed) -> Sequence[Item]:
        self.asked += 1
        return super().newest(feed)

    def change(self, *items: Item) -> None:
        """Hold these items from now on, and count one change."""
        self.items_by_id = {item.id: item for item in items}
        for feed_id in (OFFICE.id, BOTH.id, ALL):
            self.versions[feed_id] += 1


def holding(*items: Item) -> Memory:
    catalogue = Memory()
    catalogue.change(*items)
    return catalogue
