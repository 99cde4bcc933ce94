from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from feedbot.decision import decide
from feedbot.delivery import (
    BACKOFF,
    MAX_RETRY_AFTER,
    Delivery,
    Failed,
    Partly,
    Sent,
    State,
    backoff,
    give_back,
    message_key,
    settle,
)
from feedbot.item import ItemId
from feedbot.refusal import wants
from feedbot.source import Filter, Source, SourceId, TargetId
from feedbot.target import MaildirTarget, Target
from tests.newsfeed import bare

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
OPS = TargetId("ops")
SOURCE = Source(id=SourceId("office"), url="https://office.example/news", notify=(OPS,))
TARGET = MaildirTarget(id=OPS, path="mail")
CLAIMED = Delivery(
    item_id=ItemId("i1"),
    revision=1,
    target_id=OPS,
    state=State.LEASED,
    attempts=1,
    created_at=NOW,
    due_at=NOW,
    lease="token",
    leased_until=NOW + timedelta(minutes=1),
)
FRESH = bare("i1", published_at=NOW)


def owed(event: str = "published", *targets: Target, source: Source = SOURCE) -> int:
    return len(
        decide(
            FRESH,
            "updated" if event == "updated" else "published",
            source,
            targets or (TARGET,),
            NOW,
            slight=False,
            barred="",
        ).debts()
    )


def test_a_message_that_was_taken_is_settled_for_good() -> None:
    after = settle(CLAIMED, Sent("250 ok"), now=NOW, jitter=0)
    assert (after.state, after.settled_at, after.reason, after.lease) == (State.SENT, NOW, "250 ok", "token")


def test_a_first_failure_is_tried_again_after_five_seconds() -> None:
    after = settle(CLAIMED, Failed("503"), now=NOW, jitter=0)
    assert (after.state, after.due_at, after.reason) == (State.PENDING, NOW + timedelta(seconds=5), "503")


def test_a_permanent_failure_is_dead_at_once() -> None:
    after = settle(CLAIMED, Failed("no such mailbox", permanent=True), now=NOW, jitter=0)
    assert (after.state, after.settled_at, after.reason) == (State.DEAD, NOW, "no such mailbox")


def test_the_last_try_leaves_it_dead_with_its_reason() -> None:
    after = settle(replace(CLAIMED, attempts=len(BACKOFF) + 1), Failed("503"), now=NOW, jitter=0)
    assert (after.state, after.reason) == (State.DEAD, "503")


def test_a_target_that_asks_for_more_time_gets_it() -> None:
    after = settle(CLAIMED, Failed("429", retry_after=timedelta(hours=1)), now=NOW, jitter=0)
    assert after.due_at == NOW + timedelta(hours=1)


def test_a_target_that_asks_for_ten_years_gets_a_day() -> None:
    after = settle(CLAIMED, Failed("429", retry_after=timedelta(days=3650)), now=NOW, jitter=0)
    assert after.due_at == NOW + MAX_RETRY_AFTER


@given(attempts=st.integers(1, len(BACKOFF)), jitter=st.floats(0, 1, exclude_max=True))
def test_jitter_lengthens_a_wait_by_a_fifth_at_most(attempts: int, jitter: float) -> None:
    wait = backoff(attempts, jitter)
    assert wait is not None
    assert BACKOFF[attempts - 1] <= wait <= BACKOFF[attempts - 1] * 1.2


def test_what_was_not_begun_costs_no_try() -> None:
    after = give_back(CLAIMED)
    assert (after.state, after.attempts, after.due_at, after.lease) == (State.PENDING, 0, NOW, "token")


def test_a_key_is_the_same_on_every_try_and_another_for_every_revision_and_target() -> None:
    tried = replace(CLAIMED, attempts=5, state=State.PENDING, reason="503")
    others = {replace(CLAIMED, revision=2).key, replace(CLAIMED, target_id=TargetId("board")).key}
    assert tried.key == CLAIMED.key
    assert CLAIMED.key not in others


def test_the_key_of_several_does_not_depend_on_their_order() -> None:
    second = replace(CLAIMED, item_id=ItemId("i2"))
    assert message_key([CLAIMED, second]) == message_key([second, CLAIMED])
    assert message_key([CLAIMED]) == CLAIMED.key


def test_only_targets_that_the_source_notifies_are_owed() -> None:
    other = replace(TARGET, id=TargetId("other"))
    assert owed("published", TARGET, other) == 1


def test_an_update_is_owed_to_those_only_that_want_edits() -> None:
    assert owed("updated") == 0
    assert owed("updated", replace(TARGET, edits="all")) == 1


def test_filters_of_source_and_target_both_decide() -> None:
    never = Filter(never={"title": ("title",)})
    assert owed("published", replace(TARGET, wanted=never)) == 0
    assert owed("published", source=replace(SOURCE, wanted=never)) == 0


def test_old_items_that_come_back_are_owed_to_nobody() -> None:
    old = replace(FRESH, published_at=NOW - timedelta(days=31))
    assert not wants(TARGET, old, "published", SOURCE, NOW)
    assert wants(replace(TARGET, max_age=timedelta(days=60)), old, "published", SOURCE, NOW)


def test_slight_edits_are_owed_to_those_only_that_want_all() -> None:
    careful, curious = replace(TARGET, edits="substantive"), replace(TARGET, edits="all")
    assert not wants(careful, FRESH, "updated", SOURCE, NOW, slight=True)
    assert wants(careful, FRESH, "updated", SOURCE, NOW)
    assert wants(curious, FRESH, "updated", SOURCE, NOW, slight=True)


def test_what_the_publisher_took_back_is_owed_to_those_only_that_ask_for_it() -> None:
    assert not wants(TARGET, FRESH, "withdrawn", SOURCE, NOW)
    assert wants(replace(TARGET, withdrawn=True), FRESH, "withdrawn", SOURCE, NOW)


def test_the_language_of_the_item_or_else_of_its_source_decides() -> None:
    target = replace(TARGET, languages=("cy",))
    english = replace(SOURCE, language="en-GB")
    assert not wants(target, FRESH, "published", english, NOW)
    assert wants(target, replace(FRESH, language="cy"), "published", english, NOW)
    assert wants(target, FRESH, "published", SOURCE, NOW)


def test_those_who_wait_are_tried_again_as_if_for_the_first_time() -> None:
    late = replace(CLAIMED, attempts=7)
    after = settle(late, Partly("taken for 1 of 2", ("a@example.org",), reached=True), now=NOW, jitter=0)
    assert (after.state, after.waiting, after.attempts) == (State.PENDING, ("a@example.org",), 1)
    assert after.due_at == NOW + timedelta(seconds=5)
    done = settle(replace(after, attempts=2), Sent("250 ok"), now=NOW, jitter=0)
    assert (done.state, done.reason) == (State.SENT, "250 ok; before: taken for 1 of 2")


def test_those_who_wait_are_given_up_like_everybody_else() -> None:
    late = replace(CLAIMED, attempts=len(BACKOFF) + 1, waiting=("a@example.org",))
    assert settle(late, Failed("450 greylisted"), now=NOW, jitter=0).state is State.DEAD
