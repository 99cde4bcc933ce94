"""Backtest: what a configuration would have sent over what is stored, held against what was owed in truth."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from feedbot.account import Decided
from feedbot.decision import decide
from feedbot.delivery import Delivery, Event, State
from feedbot.item import ItemId
from feedbot.source import Source, SourceId, TargetId
from feedbot.target import Target
from feedbot.wanted import substantive


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One item at one revision for one target. `at` is when it was decided, aware UTC."""

    at: datetime
    target_id: TargetId
    item_id: ItemId
    revision: int
    event: Event
    source_id: SourceId
    title: str
    url: str
    state: State | None = None
    """How far it got in truth; None where it was not owed."""
    rule: str = ""
    """Why it would not be owed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """What would have been owed, and how that differs from what was."""

    since: datetime
    decided: int
    """Revisions of items that were looked at."""
    same: tuple[Line, ...] = ()
    added: tuple[Line, ...] = ()
    removed: tuple[Line, ...] = ()
    counts: Mapping[TargetId, int] = field(default_factory=dict)
    """How much each target would have been owed."""


def backtest(
    sources: Sequence[Source],
    targets: Sequence[Target],
    history: Iterable[Decided],
    owed: Sequence[Delivery],
    since: datetime,
) -> Backtest:
    """Decide all of `history` once more, with these sources and targets, and compare that with what was `owed`."""
    known = {source.id: source for source in sources}
    truth: dict[tuple[ItemId, int], dict[TargetId, Delivery]] = defaultdict(dict)
    for debt in owed:
        truth[debt.item_id, debt.revision][debt.target_id] = debt
    same: list[Line] = []
    added: list[Line] = []
    removed: list[Line] = []
    counts = {target.id: 0 for target in targets}
    decided = 0
    for one in history:
        decided += 1
        would, rules = _decided(one, known.get(one.item.source_id), targets)
        real = truth[one.item.id, one.decision.revision]
        for target_id in would:
            counts[target_id] += 1
            was = real.pop(target_id, None)
            (same if was else added).append(_line(one, target_id, was))
        removed += [_line(one, name, was, rules.get(name, "it is no target any more")) for name, was in real.items()]
    return Backtest(
        since=since, decided=decided, same=tuple(same), added=tuple(added), removed=tuple(removed), counts=counts
    )


def _decided(
    one: Decided, source: Source | None, targets: Sequence[Target]
) -> tuple[Sequence[TargetId], Mapping[TargetId, str]]:
    if source is None:
        gone = f"{one.item.source_id} is no source any more"
        return (), {target.id: gone for target in targets}
    before, was = one.before, one.decision
    slight = was.event == "updated" and before is not None and not substantive(before, one.item)
    again = decide(one.item, was.event, source, targets, was.at, slight=slight, barred=was.barred)
    return again.owed, again.refused


def _line(one: Decided, target_id: TargetId, was: Delivery | None, rule: str = "") -> Line:
    return Line(
        at=one.decision.at,
        target_id=target_id,
        item_id=one.item.id,
        revision=one.decision.revision,
        event=one.decision.event,
        source_id=one.item.source_id,
        title=one.item.title,
        url=one.item.url,
        state=was.state if was else None,
        rule=rule,
    )
