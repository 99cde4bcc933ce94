"""Account: for an item and a target, how far it got, by which rule, with times and tries; and how long things took."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, assert_never

from feedbot.decision import Decision
from feedbot.delivery import Delivery, Event, State, Try
from feedbot.item import Item
from feedbot.source import SourceId, TargetId
from feedbot.target import TargetState

Stage = Literal[
    "sent", "sending", "owed", "retrying", "held", "dead", "dropped", "refused", "barred", "baseline", "unknown"
]
"""How far an item got on its way to a target.

`owed` goes with the next pass, `retrying` failed before, `held` waits for its target or its time, `dropped` is told by
another one, or to nobody any more; `refused` is kept from it by a rule, `barred` is news to nobody, `baseline` was
there at the first look.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of an item at a revision for one target, and why. All times are aware UTC."""

    target_id: TargetId
    revision: int
    event: Event
    stage: Stage
    rule: str
    """What decided it, in words: a rule of the configuration, what the target said, what it waits for."""
    decided_at: datetime | None = None
    due_at: datetime | None = None
    settled_at: datetime | None = None
    attempts: int = 0
    tries: tuple[Try, ...] = ()
    """Those that failed."""
    key: str = ""
    """The same on every try, in `webhook-id` and `Message-ID` where it is sent alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is stored of an item's way: all that was decided, all that was owed."""

    item: Item
    decisions: Sequence[Decision]
    deliveries: Sequence[Delivery]
    baseline_at: datetime | None
    """When its source was first looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What was decided once, of the item as it was then, and as it was before that, where that is known."""

    decision: Decision
    item: Item
    before: Item | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """How long an item took from its publication, or from its first sight where its time is not known, to a target."""

    source_id: SourceId
    target_id: TargetId
    took: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """How long half of the deliveries took at most, and how long nearly all (95 of 100)."""

    count: int
    p50: timedelta
    p95: timedelta


def fates(known: Known, targets: Sequence[TargetId], states: Mapping[TargetId, TargetState]) -> list[Fate]:
    """Return what became of an item for each of `targets`, and for others that were owed it, a revision at a time."""
    owed = {(one.revision, one.target_id): one for one in known.deliveries}
    decided = {one.revision: one for one in known.decisions}
    everyone = list(dict.fromkeys([*targets, *(one.target_id for one in known.deliveries)]))
    numbers = sorted({*decided, *(one.revision for one in known.deliveries)}) or [known.item.revision]
    if 1 not in numbers:
        numbers = [1, *numbers]
    return [
        fate
        for number in numbers
        for target_id in everyone
        for fate in _fate(target_id, number, owed.get((number, target_id)), decided.get(number), known, states)
    ]


def _fate(
    target_id: TargetId,
    revision: int,
    delivery: Delivery | None,
    decision: Decision | None,
    known: Known,
    states: Mapping[TargetId, TargetState],
) -> Iterator[Fate]:
    if delivery is not None:
        stage, rule = _stage(delivery, states.get(target_id))
        yield Fate(
            target_id=target_id,
            revision=revision,
            event=delivery.event,
            stage=stage,
            rule=rule,
            decided_at=delivery.created_at,
            due_at=delivery.due_at,
            settled_at=delivery.settled_at,
            attempts=delivery.attempts,
            tries=delivery.tries,
            key=delivery.key,
        )
        return
    if decision is not None:
        barred = decision.barred
        rule = barred or decision.refused.get(target_id, "it was not configured then")
        event, at = decision.event, decision.at
        stage = "barred" if barred else "refused"
    else:
        event, at = "published" if revision == 1 else "updated", known.item.first_seen
        stage, rule = _before(known, revision)
    yield Fate(target_id=target_id, revision=revision, event=event, stage=stage, rule=rule, decided_at=at)


def _before(known: Known, revision: int) -> tuple[Stage, str]:
    """Return why nothing was decided."""
    seen = known.item.first_seen
    if revision == 1 and known.baseline_at is not None and seen <= known.baseline_at:
        return "baseline", "it was there at the first look at its source, which tells nobody"
    return "unknown", "nothing is kept of it: it was settled by an earlier version, or is long over"


def _stage(delivery: Delivery, state: TargetState | None) -> tuple[Stage, str]:
    match delivery.state:
        case State.SENT:
            return "sent", f"{delivery.reason} ({delivery.rule})" if delivery.rule else delivery.reason
        case State.DEAD:
            return "dead", delivery.reason
        case State.DROPPED:
            return "dropped", delivery.rule
        case State.LEASED:
            return "sending", "it is being sent"
        case State.PENDING:
            return _waiting(delivery, state)
        case _:
            assert_never(delivery.state)


def _waiting(delivery: Delivery, state: TargetState | None) -> tuple[Stage, str]:
    if state and state.disabled_at:
        return "held", f"its target is disabled: {state.reason}"
    if state and state.paused_until and state.paused_until > delivery.due_at:
        return "held", f"its target asked to be left alone: {state.reason}"
    if delivery.attempts or delivery.tries:
        return "retrying", delivery.reason
    if delivery.rule:
        return "held", delivery.rule
    return "owed", "it goes with the next pass"


def speed(delays: Sequence[Delay]) -> Speed | None:
    """Return how long these took; None where there are none."""
    if not delays:
        return None
    took = sorted(one.took for one in delays)
    return Speed(count=len(took), p50=_share(took, 50), p95=_share(took, 95))


def _share(took: Sequence[timedelta], percent: int) -> timedelta:
    """Return the nearest rank: the least time that so many of a hundred did not exceed."""
    return took[max(0, -(-len(took) * percent // 100) - 1)]
