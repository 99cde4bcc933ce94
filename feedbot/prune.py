"""Let go of what nobody needs any more; what feeds show and what is owed always stays."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from feedbot.feed import Feed
from feedbot.ports import Attic, Catalogue
from feedbot.retention import Keep

BATCH = 500
"""Rows that are let go of in one transaction, so that nobody waits long."""
AT_ONCE = 10_000
"""Rows that are looked for at a time."""
Key = TypeVar("Key")
Find = Callable[[Key | None], Sequence[Key]]
Drop = Callable[[Sequence[Key]], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """How much was let go of, or would have been."""

    deliveries: int = 0
    decisions: int = 0
    revisions: int = 0
    alerts: int = 0
    items: int = 0
    """Items of which title, address and dates are left, so that they are known when they are seen again."""


def prune(
    keep: Keep,
    feeds: Iterable[Feed],
    *,
    attic: Attic,
    catalogue: Catalogue,
    now: datetime,
    dry: bool = False,
    stop: Callable[[], bool],
) -> Pruned:
    """Let go of what is older than `keep` says at `now`, in many short transactions; `dry` only counts.

    `feeds` are all that are published: none of the items that they show is touched. Only StoreError is raised.
    """
    settled, edited = now - keep.deliveries, now - keep.revisions
    old = _Old(dry=dry, stop=stop)
    return Pruned(
        deliveries=old.each(lambda after: attic.old_deliveries(settled, after or 0, AT_ONCE), attic.drop_deliveries),
        decisions=old.each(lambda after: attic.old_decisions(settled, after or (0, 0), AT_ONCE), attic.drop_decisions),
        revisions=old.each(lambda after: attic.old_revisions(edited, after or (0, 0), AT_ONCE), attic.drop_revisions),
        alerts=old.each(lambda after: attic.old_alerts(settled, after or "", AT_ONCE), attic.drop_alerts),
        items=_shorten(keep, feeds, attic, catalogue, now, old),
    )


def _shorten(keep: Keep, feeds: Iterable[Feed], attic: Attic, catalogue: Catalogue, now: datetime, old: "_Old") -> int:
    if keep.items is None or old.stop():
        return 0
    before, newest = now - keep.items, keep.newest
    shown = frozenset(place.seq for feed in feeds for place in catalogue.lineup(feed))
    return old.each(lambda after: attic.old_items(before, newest, after or 0, AT_ONCE), attic.shorten, shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Old:
    """Goes through what is old, a batch at a time, until it is told to stop."""

    dry: bool
    stop: Callable[[], bool]

    def each(self, find: Find[Key], drop: Drop[Key], but: Collection[Key] = ()) -> int:
        """Drop all that is found `but` these; return how much it was."""
        count, after = 0, None
        while not self.stop():
            found = find(after)
            useless = [key for key in found if key not in but]
            for start in range(0, len(useless), BATCH):
                if self.stop():
                    return count
                batch = useless[start : start + BATCH]
                count += len(batch) if self.dry else drop(batch)
            if len(found) < AT_ONCE:
                break
            after = found[-1]
        return count
