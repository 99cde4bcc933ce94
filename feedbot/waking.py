"""Waking: what a check stores wakes those who publish and deliver it, in the same transaction."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Protocol

from feedbot.decision import Decision
from feedbot.delivery import Delivery
from feedbot.feed import FeedId
from feedbot.habits import Moment
from feedbot.item import Item, ItemId, Known
from feedbot.ports import Clock, Inbox, Kind, Recent, Transaction, Transactions
from feedbot.source import SourceId, SourceState

Wake = Callable[[Transaction, Kind, str, datetime], object]
"""Wakes somebody for a kind of work at that moment, once the transaction is stored (see ports.Engine.enqueue)."""
GATHERED = timedelta(seconds=5)
"""A feed of many sources waits so long for what else comes."""


class Depot(Inbox, Transactions, Protocol):
    """An inbox of a store in which transactions can be begun."""


@dataclass(frozen=True, slots=True)
class WakingInbox:
    """An inbox beside which somebody waits for what comes in; satisfies ports.Inbox."""

    inbox: Depot
    wake: Wake
    clock: Clock

    def state(self, source_id: SourceId) -> SourceState:
        """Return what the last checks left behind."""
        return self.inbox.state(source_id)

    def known(self, source_id: SourceId, keys: Collection[str]) -> Mapping[str, Known]:
        """Return what is stored under those of `keys` that the source has."""
        return self.inbox.known(source_id, keys)

    def latest(self, item_ids: Collection[ItemId]) -> Mapping[ItemId, Item]:
        """Return these items as they are stored now."""
        return self.inbox.latest(item_ids)

    def recent(self, source_id: SourceId, most: int) -> Sequence[Recent]:
        """Return the newest items of a source."""
        return self.inbox.recent(source_id, most)

    def moments(self, source_id: SourceId, most: int) -> Sequence[Moment]:
        """Return when the newest items of a source were published."""
        return self.inbox.moments(source_id, most)

    def commit(
        self,
        state: SourceState,
        *,
        items: Sequence[Item] = (),
        debts: Sequence[Delivery] = (),
        decisions: Sequence[Decision] = (),
        feeds: Collection[FeedId] = (),
        gone: Mapping[ItemId, datetime | None] = MappingProxyType({}),
    ) -> None:
        """Store a check, and wake for each feed that changed and each target that is owed something now."""
        now = self.clock()
        with self.inbox.transaction() as tx:
            self.inbox.commit(state, items=items, debts=debts, decisions=decisions, feeds=feeds, gone=gone)
            for feed in feeds:
                self.wake(tx, Kind.PUBLISH, feed, now if str(feed) == str(state.source_id) else now + GATHERED)
            owed = [*debts, *(debt for one in decisions for debt in one.debts())]
            for target in {one.target_id for one in owed if one.due_at <= now}:
                self.wake(tx, Kind.DELIVER, target, now)
