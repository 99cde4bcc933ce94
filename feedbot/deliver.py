"""Send what is owed to one target: claim, compose, send, settle; nothing is lost, and a kill repeats one at most."""

import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from feedbot.conduct import learned
from feedbot.delivery import (
    BACKOFF,
    GROUP,
    MAIL_BACKOFF,
    Delivery,
    Failed,
    Message,
    Partly,
    Sent,
    State,
    give_back,
    settle,
)
from feedbot.errors import SendError
from feedbot.forming import Portions, formed, marked, staying, told_before, whole
from feedbot.item import Item, ItemId
from feedbot.ports import Clock, Outbox, Sender
from feedbot.source import TargetId
from feedbot.target import EmailTarget, Target, TargetState, free_at, limits, room

Composer = Callable[[Target, Sequence[Delivery], Mapping[ItemId, Item]], Message]


@dataclass(frozen=True, slots=True)
class Desk:
    """What makes messages, and parts what goes together into as few of them as hold it."""

    compose: Composer
    portions: Portions = whole


Unit = Sequence[Delivery]
"""What makes one message."""
LEASE = timedelta(seconds=60)
TRY = timedelta(seconds=45)
"""The longest that a sender may take over one message; none is begun with less than this left of its lease."""
BATCH = 8
ENDLESS = 3 * (len(BACKOFF) + 1)
"""A delivery that was begun so often without an outcome ends the process each time, it seems."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What a pass over a target's debts came to."""

    target_id: TargetId
    outcomes: tuple[Delivery, ...] = ()
    """Every delivery that was settled, with its state, reason, tries and next due time."""
    late: int = 0
    """Outcomes that the store refused, because the lease had run out and another process has the delivery now."""
    paused_until: datetime | None = None
    """It is left alone until then: it asked for it, or failed time and again."""
    disabled: str = ""
    """Why the target is disabled from now on; empty where it is not."""

    @property
    def sent(self) -> int:
        """How many the target took."""
        return self._count(State.SENT)

    @property
    def failed(self) -> int:
        """How many will be tried again."""
        return self._count(State.PENDING)

    @property
    def dead(self) -> int:
        """How many were given up."""
        return self._count(State.DEAD)

    def _count(self, state: State) -> int:
        return sum(outcome.state is state for outcome in self.outcomes)


@dataclass(slots=True, kw_only=True)
class _Tally:
    """What happened so far in this pass, and what is known of the target."""

    state: TargetState
    outcomes: list[Delivery] = field(default_factory=list)
    late: int = 0
    closed: bool = False
    """Whether the target takes nothing more in this pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """The pass over one target: what it works with."""

    target: Target
    outbox: Outbox
    sender: Sender
    desk: Desk
    clock: Clock
    jitter: Callable[[], float]

    def work(self, claimed: Sequence[Delivery], tally: _Tally, stop: Callable[[], bool], *, merge: bool) -> None:
        """Try each of a claim; what is not begun, for whatever reason, is given back untried."""
        units: list[Unit] = [[one] for one in claimed]
        begun = False
        try:
            items = dict(_items(self.outbox, claimed))
            units = self._units(claimed, items, tally, merge=merge)
            while units and not (stop() or tally.closed or (begun and self._short(units[0]))):
                if units[0][0].attempts > 1 and len(units) > 1:
                    units = self._alone(units)
                unit = units.pop(0)
                begun = True
                if not self._try(unit, items, tally):
                    units = self._behind(unit, units, items)
        finally:
            self._return(units)

    def _units(
        self, claimed: Sequence[Delivery], items: Mapping[str, Item], tally: _Tally, *, merge: bool
    ) -> list[Unit]:
        """Return what goes out together: a message as it was formed, the first of those formed now, or each alone."""
        first = claimed[0]
        if first.message:
            return [claimed]
        if first.wave or (merge and len(claimed) > 1 and first.attempts == 1):
            message = self._formed(claimed, items, tally)
            return [message] if message else []
        return [[one] for one in claimed]

    def _formed(self, claimed: Sequence[Delivery], items: Mapping[str, Item], tally: _Tally) -> Unit:
        """Store the messages that a claim makes; return the first."""
        now = self.clock()
        if when := told_before(self.target, claimed, tally.state, now):
            self.outbox.settle([replace(give_back(one), due_at=when) for one in claimed])
            return []
        made = formed(self.target, claimed, items, self._parted, most=self.hourly(tally, now), now=now)
        first = made.messages[0] if made.messages else []
        state = marked(claimed, tally.state) if len(claimed) < GROUP else tally.state
        changed = state if state != tally.state else None
        tally.late += len(claimed) - self.outbox.settle([*first, *made.later, *made.dropped], changed)
        tally.state = state
        tally.outcomes += made.dropped
        return first

    def _parted(
        self, target: Target, deliveries: Sequence[Delivery], items: Mapping[ItemId, Item]
    ) -> Sequence[Sequence[Delivery]]:
        try:
            return self.desk.portions(target, deliveries, items)
        except Exception:  # noqa: BLE001 - one item that cannot be told costs no other one: each goes alone
            return [[one] for one in deliveries]

    def _try(self, unit: Unit, items: Mapping[str, Item], tally: _Tally) -> bool:
        """Send one message and settle it; say whether the next ones of its sources may follow."""
        error: SendError | None = None
        outcome: Sent | Partly | Failed | None
        try:
            outcome = self._send(unit, items)
        except SendError as refusal:
            error = refusal
            outcome = Failed(str(error), error.permanent and not error.gone, error.retry_after)
        except Exception as fault:  # noqa: BLE001 - one message that cannot be handled costs no other one
            outcome = Failed(f"feedbot itself failed to send it: {_named(fault)}")
        now, jitter = self.clock(), self.jitter()
        if outcome is None:
            settled = [one.dropped("unwanted", "everybody who got it has left", now) for one in unit]
        else:
            waits = MAIL_BACKOFF if isinstance(self.target, EmailTarget) else BACKOFF
            settled = [settle(one, outcome, now=now, jitter=jitter, waits=waits) for one in unit]
        state = learned(tally.state, outcome, error, settled[0], limits(self.target), now=now, jitter=jitter)
        tally.late += len(settled) - self.outbox.settle(settled, state if state != tally.state else None)
        tally.outcomes += settled
        tally.state = state
        tally.closed = bool(state.disabled_at or (state.paused_until and state.paused_until > now))
        return settled[0].state is not State.PENDING

    def _send(self, unit: Unit, items: Mapping[str, Item]) -> Sent | Partly | Failed | None:
        """Return what became of a message; None where nobody is left to get it."""
        told = {one.item_id: items[one.key] for one in unit if one.key in items}
        if unit[0].attempts > ENDLESS:
            return Failed(f"begun {ENDLESS} times and never finished: it may end the process", permanent=True)
        if len(told) < len(unit):
            return Failed("its item is no longer in the store", permanent=True)
        target = self.target
        if isinstance(target, EmailTarget) and target.unsubscribe:
            target = staying(target, self.outbox.left(target.id), unit[0].waiting)
            if not target.recipients:
                return None
        try:
            message = self.desk.compose(target, unit, told)
        except Exception as fault:  # noqa: BLE001 - one message that cannot be handled costs no other one
            return Failed(f"the message could not be composed: {_named(fault)}", permanent=True)
        return self.sender.send(message)

    def hourly(self, tally: _Tally, now: datetime) -> int | None:
        """Return how many messages the target may still get within this hour; None: as many as there are."""
        most = self.target.cap_per_hour
        return room(limits(self.target)[-1], tally.state, now) if most else None

    def open(self, tally: _Tally) -> int | None:
        """Return how many messages may go now; where that is none, leave the target alone until one may."""
        now, rates = self.clock(), limits(self.target)
        rooms = {rate: room(rate, tally.state, now) for rate in rates}
        full = [rate for rate, left in rooms.items() if not left]
        if full:
            until = max(free_at(rate, tally.state, now) for rate in full)
            rule = f"targets.{self.target.id}: {', '.join(map(str, full))} were sent"
            tally.state = replace(tally.state, paused_until=until, reason=rule)
            self.outbox.settle([], tally.state)
        return min(rooms.values(), default=None)

    def _short(self, unit: Unit) -> bool:
        """Say whether too little of the lease is left to begin another try."""
        until = unit[0].leased_until
        return until is not None and self.clock() + TRY > until

    def _alone(self, units: list[Unit]) -> list[Unit]:
        """Give back all but the first: it was begun before, and if it ends the process, it alone loses a try."""
        self._return(units[1:])
        return units[:1]

    def _behind(self, unit: Unit, units: list[Unit], items: Mapping[str, Item]) -> list[Unit]:
        """Give back what comes after a delivery of the same source that is to be tried again; return the others."""
        sources = {items[one.key].source_id for one in unit if one.key in items}
        waits = [one for one in units if one[0].key in items and items[one[0].key].source_id in sources]
        self._return(waits)
        return [one for one in units if one not in waits]

    def _return(self, units: Sequence[Unit]) -> None:
        if units:
            self.outbox.settle([give_back(one) for unit in units for one in unit])


def deliver(
    target: Target,
    *,
    outbox: Outbox,
    sender: Sender,
    desk: Desk,
    clock: Clock,
    jitter: Callable[[], float],
    stop: Callable[[], bool],
) -> Delivered:
    """Send what is owed to `target` and due, until nothing is left, the target fails, or `stop` says so.

    Each message is settled on its own, right after it was sent, so that a crash repeats one at most. Trouble
    of the target or of a message is an outcome, not an exception; only StoreError is raised. `jitter` gives
    numbers in [0, 1).
    """
    tally = _Tally(state=outbox.target(target.id))
    work = _Round(target=target, outbox=outbox, sender=sender, desk=desk, clock=clock, jitter=jitter)
    limit = 1  # what ended the process last time comes first, and is to cost no other one a try
    while not (stop() or tally.closed):
        left, hourly = work.open(tally), work.hourly(tally, clock())
        merge = hourly == 1  # what waits goes with the last message of the hour
        most = GROUP if merge else min(limit, BATCH if left is None else left, hourly - 1 if hourly else BATCH)
        claimed = outbox.claim(target.id, now=clock(), lease=LEASE, limit=most)
        if not claimed:
            break
        work.work(claimed, tally, stop, merge=merge)
        limit = BATCH
    state = tally.state
    return Delivered(
        target_id=target.id,
        outcomes=tuple(tally.outcomes),
        late=tally.late,
        paused_until=state.paused_until if tally.closed else None,
        disabled=state.reason if state.disabled_at else "",
    )


def _items(outbox: Outbox, claimed: Sequence[Delivery]) -> Iterator[tuple[str, Item]]:
    """Give the item of each delivery under its key; two revisions of one item are two questions."""
    left = list(claimed)
    while left:
        asked = {delivery.item_id: delivery for delivery in reversed(left)}
        found = outbox.items(list(asked.values()))
        yield from ((delivery.key, found[id_]) for id_, delivery in asked.items() if id_ in found)
        left = [delivery for delivery in left if asked[delivery.item_id] is not delivery]


def _named(fault: Exception) -> str:
    """Say what fault it is and where; its own words may hold secrets."""
    place = traceback.extract_tb(fault.__traceback__)[-1]
    return f"{type(fault).__name__} in {Path(place.filename).name}, line {place.lineno}"
