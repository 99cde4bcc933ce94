"""Retention: for how long what is not needed any more is kept."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """How long and how much. What feeds show, what is owed, and what tells known items from new ones always stays."""

    deliveries: timedelta = timedelta(days=90)
    """Deliveries that were sent or given up, and alerts that are over."""
    revisions: timedelta = timedelta(days=90)
    """What items said before they were edited."""
    items: timedelta | None = None
    """Texts and pictures of items that no feed shows any more; None: for ever."""
    newest: int = 500
    """So many of each source stay whole, however old they are."""
