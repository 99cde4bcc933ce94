"""Decision: what a look owed of one item at one revision, to whom, and the rule that kept it from everybody else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from feedbot.delivery import Delivery, Event, refusal
from feedbot.item import Item, ItemId
from feedbot.source import Source, TargetId
from feedbot.target import Target

Bar = Callable[[Item], str]
"""Says why an item is news to nobody, whatever targets want; nothing where it is news."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided of an item at a revision, once and for all. `at` is aware UTC."""

    item_id: ItemId
    revision: int
    event: Event
    at: datetime
    barred: str = ""
    """Why it was news to nobody; empty where it was."""
    refused: Mapping[TargetId, str] = field(default_factory=dict)
    """The rule by which a target does not get it, such as `targets.board.never.title: vacancy`."""
    owed: tuple[TargetId, ...] = ()
    """Who gets it."""

    def debts(self) -> tuple[Delivery, ...]:
        """Return what is owed by it."""
        return tuple(
            Delivery(
                item_id=self.item_id,
                revision=self.revision,
                target_id=target_id,
                event=self.event,
                created_at=self.at,
                due_at=self.at,
            )
            for target_id in self.owed
        )


def decide(
    item: Item, event: Event, source: Source, targets: Sequence[Target], now: datetime, *, slight: bool, barred: str
) -> Decision:
    """Decide who gets `item` of `source`; nobody where it is `barred`.

    `slight` says of an update that it is not worth telling but to those who want all (see wanted.substantive).
    """
    rules = {target.id: refusal(target, item, event, source, now, slight=slight) for target in targets}
    return Decision(
        item_id=item.id,
        revision=item.revision,
        event=event,
        at=now,
        barred=barred,
        refused={} if barred else {target_id: rule for target_id, rule in rules.items() if rule},
        owed=() if barred else tuple(target_id for target_id, rule in rules.items() if not rule),
    )
