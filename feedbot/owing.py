"""What a check owes to targets: what is new, what was edited, and what of it is news at all."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from feedbot.decision import Bar, Decision, decide
from feedbot.item import Item, ItemId
from feedbot.ports import Inbox
from feedbot.source import Source, SourceState
from feedbot.target import Target
from feedbot.wanted import substantive

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stories:
    """What a look brought, as it is to be stored; new items in the order of the page."""

    new: Sequence[Item] = ()
    edited: Sequence[Item] = ()
    withdrawn: Sequence[Item] = ()


def decisions(
    stories: Stories, source: Source, targets: Sequence[Target], inbox: Inbox, now: datetime, bar: Bar
) -> tuple[Decision, ...]:
    """Decide who gets what a look brought: new items, the oldest first, then those that were edited or withdrawn."""
    slight = _slight(stories.edited, source, targets, inbox)
    found = [decide(one, "published", source, targets, now, slight=False, barred=bar(one)) for one in stories.new[::-1]]
    found += [
        decide(one, "updated", source, targets, now, slight=one.id in slight, barred=bar(one)) for one in stories.edited
    ]
    found += [
        decide(one, "withdrawn", source, targets, now, slight=False, barred=bar(one)) for one in stories.withdrawn
    ]
    return tuple(found)


def _slight(edited: Sequence[Item], source: Source, targets: Sequence[Target], inbox: Inbox) -> Collection[ItemId]:
    """Return which of these changed too little to be told again, where any target asks for that difference."""
    if not edited or not any(one.edits == "substantive" and one.id in source.notify for one in targets):
        return ()
    before = inbox.latest([item.id for item in edited])
    return {item.id for item in edited if item.id in before and not substantive(before[item.id], item)}


def open_to_all(_item: Item) -> str:
    """Bar nothing."""
    return ""


def recent(before: SourceState) -> Bar:
    """Return what bars all but news after a page was built anew, or is read in another way: old items show anew then.

    Only what is dated after the last good look is news.
    """
    since = before.failing_since or before.checked_at

    def bar(item: Item) -> str:
        fresh = item.revision == 1 and item.dated != "seen" and since and item.published_at > since - DAY
        return "" if fresh else "its source is read in a new way, which shows old items anew"

    return bar
