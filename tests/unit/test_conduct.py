"""What answers say of a whole target: alive, throttling, failing, gone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from feedbot.conduct import learned
from feedbot.delivery import Delivery, Failed, Partly, Sent, State, settle
from feedbot.errors import SendError
from feedbot.item import ItemId
from feedbot.source import TargetId
from feedbot.target import ENOUGH, MANY, PATIENCE, RATES, RESTS, Rate, TargetState, WebhookTarget, free_at, limits, room

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
OPS = TargetId("ops")
FRESH = TargetState(target_id=OPS)
HOUR = timedelta(hours=1)
TRIED = Delivery(
    item_id=ItemId("i1"), revision=1, target_id=OPS, state=State.LEASED, attempts=1, created_at=NOW, due_at=NOW
)


def failed(state: TargetState, now: datetime = NOW, error: SendError | None = None) -> TargetState:
    why = error or SendError("503")
    outcome = Failed(str(why), why.permanent and not why.gone, why.retry_after)
    settled = settle(TRIED, outcome, now=now, jitter=0)
    return learned(state, outcome, why, settled, (), now=now, jitter=0)


def after(times: int, start: TargetState = FRESH) -> TargetState:
    state = start
    for _ in range(times):
        state = failed(state)
    return state


def test_a_target_that_fails_now_and_then_is_not_left_alone() -> None:
    assert after(PATIENCE - 1).paused_until is None


@pytest.mark.parametrize(("times", "rest"), [(PATIENCE, RESTS[0]), (PATIENCE + 1, RESTS[1]), (50, RESTS[-1])])
def test_one_that_fails_time_and_again_is_left_alone_for_longer_each_time(times: int, rest: timedelta) -> None:
    state = after(times)
    assert (state.paused_until, state.failing_since, state.failures) == (NOW + rest, NOW, times)
    assert state.disabled_at is None


def test_what_it_takes_ends_all_trouble() -> None:
    for outcome in (Sent("ok"), Partly("ok", ("b@example.org",), reached=True)):
        assert learned(after(9), outcome, None, TRIED, (), now=NOW, jitter=0) == FRESH


def test_five_days_without_one_message_taken_disable_it_and_say_why() -> None:
    state = replace(after(MANY), failing_since=NOW - ENOUGH)
    gone = failed(state, error=SendError("hooks.example answered 404 Not Found"))
    assert gone.disabled_at == NOW
    assert gone.reason == "it took nothing for 5 days; the last answer was: hooks.example answered 404 Not Found"


def test_days_in_which_it_was_hardly_tried_disable_nothing() -> None:
    asleep = replace(after(2), failing_since=NOW - timedelta(days=30))
    assert failed(asleep).disabled_at is None


def test_a_message_that_is_refused_says_nothing_against_its_target() -> None:
    state = failed(after(2), error=SendError("400", permanent=True))
    assert (state.failures, state.paused_until) == (0, None)


def test_a_target_that_is_gone_is_disabled_at_once() -> None:
    assert failed(FRESH, error=SendError("410 Gone", gone=True)).disabled_at == NOW


def test_a_target_that_asks_for_time_gets_it_however_often_it_failed() -> None:
    error = SendError("429", throttled=True, retry_after=HOUR)
    assert failed(after(9), error=error).paused_until == NOW + HOUR


def test_limits_are_those_of_the_service_unless_the_operator_says_so() -> None:
    slack = WebhookTarget(id=OPS, url="https://hooks.example/", format="slack")
    own = Rate(count=2, per=timedelta(seconds=1))
    assert limits(slack) == (RATES["slack"],)
    assert limits(replace(slack, rate=own, cap_per_hour=9)) == (own, Rate(count=9, per=HOUR))
    assert limits(replace(slack, format="standard")) == ()


def test_a_limit_knows_how_many_may_go_and_when_the_next_one_may() -> None:
    rate, state = Rate(count=2, per=HOUR), FRESH
    assert (room(rate, state, NOW), free_at(rate, state, NOW)) == (2, NOW)
    for minutes in (0, 20):
        state = state.took(NOW + timedelta(minutes=minutes), [rate])
    later = NOW + timedelta(minutes=30)
    assert (room(rate, state, later), free_at(rate, state, later)) == (0, NOW + HOUR)
    assert room(rate, state, NOW + HOUR) == 1


def test_only_as_many_times_are_kept_as_limits_need() -> None:
    rate, state = Rate(count=3, per=HOUR), FRESH
    for minutes in range(30):
        state = state.took(NOW + timedelta(minutes=minutes), [rate])
    assert len(state.sent_at) == 3
    assert FRESH.took(NOW, []).sent_at == ()
