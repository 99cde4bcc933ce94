"""Decision: what a look owed of one item at one revision, to whom, and the rule that kept it from everybody else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from feedbot.cadence import Turn, due
from feedbot.delivery import Delivery, Event
from feedbot.item import Item, ItemId
from feedbot.refusal import refusal
from feedbot.source import Filter, Source, TargetId
from feedbot.target import Target
from feedbot.wanted import passes

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
    turns: Mapping[TargetId, Turn] = field(default_factory=dict)
    """When those get it that do not get it at once."""

    def debts(self) -> tuple[Delivery, ...]:
        """Return what is owed by it."""
        return tuple(self._debt(target_id, self.turns.get(target_id, Turn(due_at=self.at))) for target_id in self.owed)

    def _debt(self, target_id: TargetId, turn: Turn) -> Delivery:
        return Delivery(
            item_id=self.item_id,
            revision=self.revision,
            target_id=target_id,
            event=self.event,
            created_at=self.at,
            due_at=turn.due_at,
            wave=turn.wave,
            stage=turn.stage,
            rule=turn.rule,
        )


def decide(
    item: Item, event: Event, source: Source, targets: Sequence[Target], now: datetime, *, slight: bool, barred: str
) -> Decision:
    """Decide who gets `item` of `source`; nobody where it is `barred`.

    `slight` says of an update that it is not worth telling but to those who want all (see wanted.substantive).
    """
    rules = {target.id: refusal(target, item, event, source, now, slight=slight) for target in targets}
    turns = {} if barred else {one.id: turn(one, item, source, now) for one in targets if not rules[one.id]}
    return Decision(
        item_id=item.id,
        revision=item.revision,
        event=event,
        at=now,
        barred=barred,
        refused={} if barred else {target_id: rule for target_id, rule in rules.items() if rule},
        owed=tuple(turns),
        turns=turns,
    )


def turn(target: Target, item: Item, source: Source, now: datetime) -> Turn:
    """Return when `target` hears of `item`: by the rhythm that `source` has for it, or else by its own."""
    own = source.rhythms.get(target.id)
    urgent = target.urgent != Filter() and passes(target.urgent, item, source.id)
    found = due(own or target.rhythm, now, target.timezone, urgent=urgent)
    if not found.rule:
        return found
    where = f"sources.{source.id}.notify.{target.id}" if own and not urgent else f"targets.{target.id}"
    return replace(found, rule=f"{where}.{found.rule}")
