"""Outcome: what a check is to know of the world around its source, and what it came to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from feedbot.feed import FeedId
from feedbot.source import Health, SourceId, SourceState
from feedbot.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a check is to know of the world around its source."""

    targets: Sequence[Target] = ()
    feeds: Collection[FeedId] = ()
    """The feeds that show this source."""
    jitter: float = 0.0
    """In [0, 1); see rhythm.next_due."""
    state: SourceState | None = None
    """What earlier checks left behind, where it was looked up for many sources at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check came to. `evidence` says in words what the health rests on."""

    source_id: SourceId
    health: Health
    evidence: str = ""
    due_at: datetime | None
    kind: str = ""
    new: int = 0
    changed: int = 0
    seen: int = 0
    owed: int = 0
    baseline: bool = False
    withdrawn: int = 0
    """Items that the publisher took back."""
    rests: Mapping[str, datetime] = field(default_factory=dict)
    """Hosts that want to be left alone, and until when."""
    troubles: tuple[str, ...] = ()
    """Articles that could not be read; their items are stored with what the listing says."""
