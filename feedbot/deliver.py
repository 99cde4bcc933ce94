"""Send what is owed to one target: claim, compose, send, settle; nothing is lost, and a kill repeats one at most."""

import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from feedbot.delivery import BACKOFF, MAX_RETRY_AFTER, Delivery, Failed, Message, Partly, Sent, State, give_back, settle
from feedbot.errors import SendError
from feedbot.item import Item, ItemId
from feedbot.ports import Clock, Outbox, Sender
from feedbot.source import TargetId
from feedbot.target import Target, TargetState

Composer = Callable[[Target, Sequence[Delivery], Mapping[ItemId, Item]], Message]
LEASE = timedelta(seconds=60)
TRY = timedelta(seconds=45)
"""The longest that a sender may take over one message; none is begun with less than this left of its lease."""
BATCH = 8
PATIENCE = 3
"""After so many failures in a row the target is left alone for this pass."""
PAUSE = timedelta(minutes=5)
"""How long a target is left alone that asks for it without saying how long."""
ENDLESS = 3 * (len(BACKOFF) + 1)
"""A delivery that was begun so often without an outcome ends the process each time, it seems."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What a pass over a target's debts came to."""

    target_id: TargetId
    outcomes: tuple[Delivery, ...] = ()
    """Every delivery that was tried, as it was settled: with its state, reason, tries and next due time."""
    late: int = 0
    """Outcomes that the store refused, because the lease had run out and another process has the delivery now."""
    paused_until: datetime | None = None
    """The target asked to be left alone until then."""
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
    """What happened so far in this pass."""

    outcomes: list[Delivery] = field(default_factory=list)
    late: int = 0
    failures: int = 0
    """In a row, up to now."""
    paused_until: datetime | None = None
    disabled: str = ""

    @property
    def over(self) -> bool:
        return bool(self.disabled) or self.paused_until is not None or self.failures >= PATIENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """The pass over one target: what it works with."""

    target: Target
    outbox: Outbox
    sender: Sender
    compose: Composer
    clock: Clock
    jitter: Callable[[], float]

    def work(self, claimed: Sequence[Delivery], tally: _Tally, stop: Callable[[], bool]) -> None:
        """Try each of a claim; what is not begun, for whatever reason, is given back untried."""
        left = list(claimed)
        try:
            items = dict(_items(self.outbox, claimed))
            while left and not (stop() or tally.over or (len(left) < len(claimed) and self._short(left[0]))):
                if left[0].attempts > 1 and len(left) > 1:
                    left = self._alone(left)
                delivery = left.pop(0)
                self._try(delivery, items.get(delivery.key), tally)
        finally:
            self._return(left)

    def _try(self, delivery: Delivery, item: Item | None, tally: _Tally) -> None:
        error: SendError | None = None
        outcome: Sent | Partly | Failed
        try:
            outcome = self._send(delivery, item)
        except SendError as refusal:
            error = refusal
            outcome = Failed(str(error), error.permanent, error.retry_after)
        except Exception as fault:  # noqa: BLE001 - one message that cannot be handled costs no other one
            outcome = Failed(f"feedbot itself failed to send it: {_named(fault)}")
        settled = settle(delivery, outcome, now=self.clock(), jitter=self.jitter())
        tally.late += 1 - self.outbox.settle([settled])
        tally.outcomes.append(settled)
        tally.failures = tally.failures + 1 if settled.state is State.PENDING else 0
        if error is not None and (error.gone or error.throttled):
            self._heed(error, settled, tally)

    def _send(self, delivery: Delivery, item: Item | None) -> Sent | Partly | Failed:
        if delivery.attempts > ENDLESS:
            return Failed(f"begun {ENDLESS} times and never finished: it may end the process", permanent=True)
        if item is None:
            return Failed("its item is no longer in the store", permanent=True)
        try:
            message = self.compose(self.target, [delivery], {item.id: item})
        except Exception as fault:  # noqa: BLE001 - one message that cannot be handled costs no other one
            return Failed(f"the message could not be composed: {_named(fault)}", permanent=True)
        return self.sender.send(message)

    def _heed(self, error: SendError, settled: Delivery, tally: _Tally) -> None:
        """Remember of the whole target what its answer to one message said."""
        now = self.clock()
        if error.gone:
            tally.disabled = str(error)
            self.outbox.save_target(TargetState(target_id=self.target.id, disabled_at=now, reason=str(error)))
            return
        asked = now + min(error.retry_after or PAUSE, MAX_RETRY_AFTER)
        tally.paused_until = settled.due_at if settled.state is State.PENDING else asked
        state = TargetState(target_id=self.target.id, paused_until=tally.paused_until, reason=str(error))
        self.outbox.save_target(state)

    def _short(self, delivery: Delivery) -> bool:
        """Say whether too little of the lease is left to begin another try."""
        return delivery.leased_until is not None and self.clock() + TRY > delivery.leased_until

    def _alone(self, left: list[Delivery]) -> list[Delivery]:
        """Give back all but the first: it was begun before, and if it ends the process, it alone loses a try."""
        self._return(left[1:])
        return left[:1]

    def _return(self, left: Sequence[Delivery]) -> None:
        if left:
            self.outbox.settle([give_back(delivery) for delivery in left])


def deliver(
    target: Target,
    *,
    outbox: Outbox,
    sender: Sender,
    compose: Composer,
    clock: Clock,
    jitter: Callable[[], float],
    stop: Callable[[], bool],
) -> Delivered:
    """Send what is owed to `target` and due, until nothing is left, the target fails, or `stop` says so.

    Each message is settled on its own, right after it was sent, so that a crash repeats one at most. Trouble
    of the target or of a message is an outcome, not an exception; only StoreError is raised. `jitter` gives
    numbers in [0, 1).
    """
    tally = _Tally()
    work = _Round(target=target, outbox=outbox, sender=sender, compose=compose, clock=clock, jitter=jitter)
    limit = 1  # what ended the process last time comes first, and is to cost no other one a try
    while not (stop() or tally.over):
        claimed = outbox.claim(target.id, now=clock(), lease=LEASE, limit=limit)
        if not claimed:
            break
        work.work(claimed, tally, stop)
        limit = BATCH
    return Delivered(
        target_id=target.id,
        outcomes=tuple(tally.outcomes),
        late=tally.late,
        paused_until=tally.paused_until,
        disabled=tally.disabled,
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
