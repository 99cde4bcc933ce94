"""Rulings: by which rule a source is read, what is proposed instead, and what the operator says to that."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from feedbot import rulebook
from feedbot.config import Config
from feedbot.repair import difference
from feedbot.source import Health, ListingRule, Repairs, Rulebook, Source
from feedbot.store import order, read_store, worker

Asked = Literal["accept", "undo"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How a source is read. `written` is the rule of the configuration, `wanted` what becomes of repairs."""

    source: Source
    book: Rulebook
    wanted: Repairs
    health: Health | None = None
    evidence: str = ""
    asked: str = ""
    """What was asked and is not done yet."""

    @property
    def written(self) -> ListingRule | None:
        """The rule that stands in the configuration."""
        return self.source.rule if isinstance(self.source.rule, ListingRule) else None

    @property
    def in_force(self) -> ListingRule | None:
        """The rule by which pages are read; None where it is worked out at each look."""
        return self.book.rule if self.book.pinned else self.written

    @property
    def change(self) -> tuple[str, ...]:
        """The lines in which what is proposed differs from what is in force (see repair.difference)."""
        proposal = self.book.proposal
        before = self.in_force or self.book.rule
        return difference(before, proposal.rule) if proposal and proposal.rule else ()

    def can(self, asked: Asked) -> bool:
        """Say whether there is anything to accept, or to go back from."""
        return self.book.proposal is not None or (asked == "undo" and self.book.pinned)


def rules_of(config: Config, source: Source) -> Rules:
    """Return how a source is read; looks only, also beside a working process."""
    with read_store(config.settings.database) as store:
        if store is None:
            return Rules(source=source, book=Rulebook(), wanted=rulebook.repairs(source))
        state = store.state(source.id)
    return Rules(
        source=source,
        book=state.rules,
        wanted=rulebook.repairs(source),
        health=state.health,
        evidence=state.evidence,
        asked=state.asked,
    )


def ask(config: Config, source: Source, asked: Asked, now: datetime) -> bool:
    """Ask something of the next check of a source; say whether another feedbot is at work, which makes it soon.

    Raises StoreError.
    """
    busy = bool(worker(config.settings.database))
    order(config.settings.database, source.id, f"{asked} {now.isoformat()}", now)
    return busy
