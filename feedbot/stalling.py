"""Ways in that answer well and have nothing new, while the page that they were found for may have moved on."""

from datetime import UTC, datetime, timedelta

from feedbot.item import Extraction
from feedbot.ports import Inbox
from feedbot.source import SourceState

PATIENCE = timedelta(days=14)
"""A way that has nothing new for so long is held against the others, and again each time after so long."""


def last_news(state: SourceState, inbox: Inbox, now: datetime) -> datetime | None:
    """Return when the newest item was published, where it is time to ask whether the way in was left behind; or None.

    That is asked of ways that were found, not configured, and costs a search for others: at most once in `PATIENCE`.
    """
    start, before = state.baseline_at, state.checked_at
    if not state.way_url or state.failures or start is None or before is None:
        return None
    if (now - start) // PATIENCE == (before - start) // PATIENCE:
        return None
    newest = next(iter(inbox.recent(state.source_id, 1)), None)
    return newest.published_at if newest is not None and now - newest.published_at > PATIENCE else None


def goes_on(found: Extraction, since: datetime) -> bool:
    """Say whether something was published on a later day than `since` (aware)."""
    days = (one.published for one in found.items if one.published is not None)
    last = since.astimezone(UTC).date()
    return any((day.astimezone(UTC).date() if isinstance(day, datetime) else day) > last for day in days)
