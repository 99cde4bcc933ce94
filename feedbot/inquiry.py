"""Inquiries: why an item was sent or not, and what another configuration would have sent; they look only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from feedbot.account import Fate, Known, fates
from feedbot.backtest import Backtest, backtest
from feedbot.config import Config
from feedbot.item import Item
from feedbot.source import TargetId
from feedbot.store import Store, read_store

MOST = 10
"""Items that some words may mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An item, and what became of it for each target."""

    item: Item
    fates: Sequence[Fate]


def accounts(config: Config, wanted: str, target: TargetId | None = None) -> list[Account]:
    """Return the items that `wanted` means (an id, a link, or words of the title), the newest first, MOST at most.

    Each comes with what became of it for `target`, or for every target.
    """
    with read_store(config.settings.database) as store:
        if store is None:
            return []
        items = store.find_item(wanted) or store.search(wanted, MOST)
        return [_account(item, config, store, target) for item in items]


def _account(item: Item, config: Config, store: Store, target: TargetId | None) -> Account:
    known = Known(
        item=item,
        decisions=store.decisions_of(item.id),
        deliveries=[one for one in store.deliveries_of(item.id) if target in {None, one.target_id}],
        baseline_at=store.state(item.source_id).baseline_at,
    )
    asked = [target] if target else [one.id for one in config.targets]
    return Account(item=item, fates=fates(known, asked, store.target_states()))


def replayed(config: Config, since: datetime) -> Backtest:
    """Return what `config` would have owed by all that was decided from `since` on, beside what was owed."""
    with read_store(config.settings.database) as store:
        history = store.decided(since) if store else ()
        owed = store.owed_since(since) if store else ()
        return backtest(config.sources, config.targets, history, owed, since)
