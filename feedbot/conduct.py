"""Conduct: what a target's answer to one message says of the whole target: alive, throttling, failing, or gone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from feedbot.delivery import MAX_RETRY_AFTER, Delivery, Failed, Partly, Sent, State
from feedbot.errors import SendError
from feedbot.target import Rate, TargetState, rest

PAUSE = timedelta(minutes=5)
"""How long a target is left alone that asks for it without saying how long, after the last try of a message."""


def learned(
    state: TargetState,
    outcome: Sent | Partly | Failed | None,
    error: SendError | None,
    settled: Delivery,
    limits: Sequence[Rate],
    *,
    now: datetime,
    jitter: float,
) -> TargetState:
    """Return what is known of a target after its answer to one message, which was `settled`; None: it was not asked.

    What it took ends all trouble. Who asks for a pause gets it, or else until the next try of that message; who fails
    time and again is left alone for longer each time, and tried with one message then.
    """
    if isinstance(outcome, Sent) or (isinstance(outcome, Partly) and outcome.reached):
        return state.took(now, limits)
    if outcome is None:
        return state
    if error is not None and error.gone:
        return replace(state, disabled_at=now, paused_until=None, reason=str(error))
    if isinstance(outcome, Failed) and outcome.permanent:
        return replace(state, failures=0)  # this message was refused; whoever refuses is there
    wait = rest(state.failures + 1, jitter)
    until = now + wait if wait else None
    if error is not None and error.throttled:
        asked = now + min(error.retry_after or PAUSE, MAX_RETRY_AFTER)
        until = settled.due_at if settled.state is State.PENDING else asked
    return state.failed(settled.reason, now, until=until)
