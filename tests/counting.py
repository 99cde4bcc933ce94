"""A catalogue in memory that counts what it is asked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from feedbot.feed import ALL, Feed
from feedbot.item import Item
from feedbot.ports import Place
from tests.fakes import MemoryStore
from tests.newsfeed import BOTH, OFFICE


@dataclass
class Memory(MemoryStore):
    """A catalogue in memory that counts how often items were asked for."""

    asked: int = 0

    def newest(self, feed: Feed) -> Sequence[Item]:
        self.asked += 1
        return super().newest(feed)

    def lineup(self, feed: Feed) -> Sequence[Place]:
        self.asked += 1
        return super().lineup(feed)

    def change(self, *items: Item) -> None:
        """Hold these items from now on, each in a state of its own, and count one change."""
        before, self.items_by_id = self.items_by_id, {}
        for item in items:
            known = before.get(item.id)
            self._save(replace(item, revision=known.revision + 1) if known else item)
        for feed_id in (OFFICE.id, BOTH.id, ALL):
            self.versions[feed_id] += 1


def holding(*items: Item) -> Memory:
    catalogue = Memory()
    catalogue.change(*items)
    return catalogue
