"""Vanished: items that a list does not show any more, and whether the publisher took them back.

To be missing from a list says nothing: lists are short. An item is withdrawn when the list still shows older ones,
its own page is not found (404) or gone (410), and a later check finds the same.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from feedbot.errors import FetchError
from feedbot.item import Item, ItemId
from feedbot.page import Validators
from feedbot.ports import Fetcher, Inbox, Recent
from feedbot.source import Source

GONE = frozenset({404, 410})
LOOKED_AT = 50
"""The newest items of a source that may be missed."""
OLDER = 3
"""Older items that the list has to show still; one or two may be pinned there."""
PROBES = 2
"""Pages that a check asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vanished:
    """What a check learned of items that are not listed: which are `withdrawn`, and when each was first found gone."""

    withdrawn: tuple[Item, ...] = ()
    gone: dict[ItemId, datetime | None] = field(default_factory=dict)
    """None for an item that is there after all."""
    unsure: bool = False
    """Whether a later check has to look again, whatever the list says."""


def vanished(
    source: Source,
    seen: Collection[ItemId],
    *,
    fetcher: Fetcher,
    inbox: Inbox,
    now: datetime,
    open_to: Callable[[str], tuple[str, ...]],
) -> Vanished:
    """Look for items that were taken back; `seen` are those that the list shows."""
    recent = inbox.recent(source.id, LOOKED_AT)
    back = {one.id: None for one in recent if one.gone_at and one.id in seen}
    doubted = probed(recent, seen, now)
    items = inbox.latest([one.id for one in doubted]) if doubted else {}
    gone: dict[ItemId, datetime | None] = dict(back)
    withdrawn = []
    for one in doubted:
        item = items.get(one.id)
        if item is None or not item.url.startswith(("http://", "https://")):
            continue
        if not _is_gone(item.url, fetcher, open_to(item.url)):
            gone |= {one.id: None} if one.gone_at else {}
        elif one.gone_at is None:
            gone[one.id] = now
        else:
            withdrawn.append(replace(item, revision=item.revision + 1, withdrawn_at=now, changed_at=now))
    settled = {one.id for one in withdrawn} | {name for name, when in gone.items() if when is None}
    unsure = any(when for when in gone.values()) or any(one.gone_at and one.id not in settled for one in recent)
    return Vanished(withdrawn=tuple(withdrawn), gone=gone, unsure=unsure)


def probed(recent: Sequence[Recent], seen: Collection[ItemId], now: datetime) -> Sequence[Recent]:
    """Return which of the newest items to ask for: those that were found gone before, then each in its turn."""
    listed = [place for place, one in enumerate(recent) if one.id in seen]
    if not listed:
        return ()
    end = listed[-min(OLDER, len(listed))]
    missing = [one for one in recent[:end] if one.id not in seen]
    before = [one for one in recent if one.gone_at and one.id not in seen]
    first = [one for one in missing if not one.gone_at]
    turn = int(now.timestamp() // 60) % len(first) if first else 0
    return (before + first[turn:] + first[:turn])[:PROBES]


def _is_gone(url: str, fetcher: Fetcher, allow: tuple[str, ...]) -> bool:
    try:
        fetcher.fetch(url, validators=Validators(), allow=allow)
    except FetchError as error:
        return error.status in GONE
    return False
