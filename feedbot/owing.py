"""What a check owes to targets: what is new, what was edited, and what of it is news at all."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from feedbot.delivery import Delivery, owe
from feedbot.item import Item, ItemId
from feedbot.ports import Inbox
from feedbot.sift import Harvest
from feedbot.source import Source, SourceState
from feedbot.target import Target
from feedbot.wanted import substantive

DAY = timedelta(days=1)


def debts(
    harvest: Harvest, items: Sequence[Item], source: Source, targets: Sequence[Target], inbox: Inbox, now: datetime
) -> tuple[Delivery, ...]:
    """Return what is owed of a look: its new items, the oldest first, and those that were edited.

    `items` are what `harvest` brought, as they are to be stored: the new ones, then the others.
    """
    fresh, edited = items[: len(harvest.new)], items[len(harvest.new) :]
    slight = _slight(edited, source, targets, inbox)
    owed = [owe(item, "published", source, targets, now) for item in reversed(fresh)]
    owed += [owe(item, "updated", source, targets, now, slight=item.id in slight) for item in edited]
    return tuple(debt for debts in owed for debt in debts)


def _slight(edited: Sequence[Item], source: Source, targets: Sequence[Target], inbox: Inbox) -> Collection[ItemId]:
    """Return which of these changed too little to be told again, where any target asks for that difference."""
    if not edited or not any(one.edits == "substantive" and one.id in source.notify for one in targets):
        return ()
    before = inbox.latest([item.id for item in edited])
    return {item.id for item in edited if item.id in before and not substantive(before[item.id], item)}


def recent(debts: Sequence[Delivery], items: Sequence[Item], before: SourceState) -> tuple[Delivery, ...]:
    """Return what is owed after a page was built anew, or is read in another way: old items may show anew then.

    Only what is dated after the last good look is news.
    """
    since = before.failing_since or before.checked_at
    fresh = {
        one.id
        for one in items
        if one.revision == 1 and one.dated != "seen" and since and one.published_at > since - DAY
    }
    return tuple(debt for debt in debts if debt.item_id in fresh)
