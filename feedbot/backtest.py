"""Backtest: what a configuration would have sent over what is stored, held against what was owed in truth."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from feedbot.account import Decided
from feedbot.cadence import TOGETHER, Turn
from feedbot.decision import Decision, decide
from feedbot.delivery import Delivery, Event, State
from feedbot.item import ItemId
from feedbot.source import Source, SourceId, TargetId
from feedbot.target import Target
from feedbot.wanted import substantive

AT_ONCE = "at once"
Verdict = Literal["same", "moved", "added", "removed"]


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
    due_at: datetime | None = None
    """When it would be told, aware UTC; None where it would not."""
    wave: str = ""
    """What it would go together with (see cadence.Turn)."""
    state: State | None = None
    """How far it got in truth; None where it was not owed."""
    rule: str = ""
    """Why it would not be owed, or not at once."""
    was: str = ""
    """The rule that decided in truth when it was told, where that is another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """What would have been owed, and how that differs from what was."""

    since: datetime
    decided: int
    """Revisions of items that were looked at."""
    same: tuple[Line, ...] = ()
    moved: tuple[Line, ...] = ()
    """What would be told at another time."""
    added: tuple[Line, ...] = ()
    removed: tuple[Line, ...] = ()
    counts: Mapping[TargetId, int] = field(default_factory=dict)
    """How much each target would have been owed."""
    messages: Mapping[TargetId, int] = field(default_factory=dict)
    """In how many messages, if nothing is too much for one, and no target fails."""


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
    found: dict[Verdict, list[Line]] = {"same": [], "moved": [], "added": [], "removed": []}
    decided = 0
    for one in history:
        decided += 1
        again = _decided(one, known.get(one.item.source_id), targets)
        for verdict, line in _compared(one, again, truth[one.item.id, one.decision.revision]):
            found[verdict].append(line)
    told = [*found["same"], *found["moved"], *found["added"]]
    counts = Counter(line.target_id for line in told)
    return Backtest(
        since=since,
        decided=decided,
        **{verdict: tuple(lines) for verdict, lines in found.items()},
        counts={target.id: counts[target.id] for target in targets},
        messages=_messages(told, [target.id for target in targets]),
    )


def _compared(one: Decided, again: Decision, real: Mapping[TargetId, Delivery]) -> Iterator[tuple[Verdict, Line]]:
    for target_id, turn in again.turns.items():
        was, then = real.get(target_id), one.decision.turns.get(target_id, Turn(due_at=one.decision.at))
        line = replace(_line(one, target_id, was), due_at=turn.due_at, wave=turn.wave, rule=turn.rule)
        if was is None:
            yield "added", line
        elif (turn.due_at, turn.wave) == (then.due_at, then.wave):
            yield "same", line
        else:
            yield "moved", replace(line, was=then.rule or AT_ONCE)
    for target_id, was in real.items():
        if target_id not in again.turns:
            rule = again.refused.get(target_id, "it is no target any more")
            yield "removed", replace(_line(one, target_id, was), rule=rule)


def _messages(lines: Sequence[Line], targets: Iterable[TargetId]) -> dict[TargetId, int]:
    return {target_id: _count([one for one in lines if one.target_id == target_id]) for target_id in targets}


def _count(lines: Sequence[Line]) -> int:
    """Return how many messages tell these: what is due at a set time goes together, and what is gathered until then.

    What was dropped in truth, since a later revision or another source tells it, takes no message.
    """
    lines = [one for one in lines if one.state is not State.DROPPED]
    alone = sum(not line.wave for line in lines)
    fixed = {(line.wave, line.due_at) for line in lines if line.wave and not line.wave.startswith(TOGETHER)}
    gathered, until = 0, None
    for line in sorted((one for one in lines if one.wave.startswith(TOGETHER)), key=lambda one: one.at):
        if until is None or line.at >= until:
            gathered, until = gathered + 1, line.due_at
    return alone + len(fixed) + gathered


def _decided(one: Decided, source: Source | None, targets: Sequence[Target]) -> Decision:
    """Decide once more, at the time of then."""
    before, was = one.before, one.decision
    if source is None:
        gone = f"{one.item.source_id} is no source any more"
        return replace(was, refused={target.id: gone for target in targets}, turns={}, owed=())
    slight = was.event == "updated" and before is not None and not substantive(before, one.item)
    return decide(one.item, was.event, source, targets, was.at, slight=slight, barred=was.barred)


def _line(one: Decided, target_id: TargetId, was: Delivery | None) -> Line:
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
    )
