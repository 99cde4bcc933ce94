"""Notice: a file of a feed whose hub is to hear that it changed (WebSub), until the hub took it."""

from dataclasses import dataclass, replace
from datetime import datetime

from feedbot.delivery import MAX_RETRY_AFTER, Failed, Sent, backoff


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a hub is owed: that the file `name` holds the content of `digest` now. Repeating it is harmless."""

    name: str
    digest: str
    attempts: int = 0
    due_at: datetime | None = None
    """When it is tried next, aware UTC; None where it is not tried again before the file changes once more."""
    told: bool = False
    """Whether the hub took it."""
    reason: str = ""
    """What the hub said, or why it did not take it."""


def settle_notice(notice: Notice, outcome: Sent | Failed, *, now: datetime, jitter: float) -> Notice:
    """Return the notice after a try: told, due again later, or given up until the file changes."""
    attempts = notice.attempts + 1
    if isinstance(outcome, Sent):
        return replace(notice, attempts=attempts, due_at=None, told=True, reason=outcome.reply)
    wait = None if outcome.permanent else backoff(attempts, jitter)
    if wait is None:
        return replace(notice, attempts=attempts, due_at=None, reason=outcome.reason)
    asked = min(outcome.retry_after, MAX_RETRY_AFTER) if outcome.retry_after else wait
    return replace(notice, attempts=attempts, due_at=now + max(wait, asked), reason=outcome.reason)
