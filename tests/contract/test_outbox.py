"""What every Outbox promises to `deliver`."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from feedbot.delivery import HELD_BACK, Failed, Partly, Sent, State, give_back, settle
from feedbot.target import TargetState
from tests.newsroom import BOARD, CLINIC, LEASE, NOW, OPS, Ports, item, names, owed, state


def owe(store: Ports, *ids: str) -> None:
    store.commit(state(), items=[item(one) for one in ids], debts=[owed(one) for one in ids])


def claimed(store: Ports, *, after: timedelta = timedelta(), limit: int = 9) -> list[str]:
    return names(store.claim(OPS, now=NOW + after, lease=LEASE, limit=limit))


def test_what_is_owed_is_claimed_once(store: Ports) -> None:
    owe(store, "a", "b")
    assert claimed(store) == ["a", "b"]
    assert claimed(store) == []


def test_a_claim_says_how_long_it_holds_and_counts_the_try(store: Ports) -> None:
    owe(store, "a")
    (mine,) = store.claim(OPS, now=NOW, lease=LEASE, limit=9)
    assert mine == replace(owed("a"), state=State.LEASED, attempts=1, lease=mine.lease, leased_until=NOW + LEASE)
    assert mine.lease


def test_the_same_item_is_owed_to_a_target_once(store: Ports) -> None:
    for _ in range(3):
        owe(store, "a")
    assert claimed(store) == ["a"]


def test_each_revision_and_each_target_has_a_delivery_of_its_own(store: Ports) -> None:
    store.commit(state(), items=[item("a")], debts=[owed("a"), owed("a", BOARD)])
    (first,) = store.claim(OPS, now=NOW, lease=LEASE, limit=9)
    store.commit(state(), items=[item("a", revision=2)], debts=[owed("a", revision=2, event="updated")])
    (second,) = store.claim(OPS, now=NOW, lease=LEASE, limit=9)
    assert [(one.revision, one.event) for one in (first, second)] == [(1, "published"), (2, "updated")]
    assert names(store.claim(BOARD, now=NOW, lease=LEASE, limit=9)) == ["a"]


def test_a_claim_takes_the_oldest_first_and_no_more_than_asked(store: Ports) -> None:
    ages = {"young": 1, "old": 3, "middle": 2, "younger": 0}
    debts = [owed(name, due_at=NOW - timedelta(hours=hours)) for name, hours in ages.items()]
    store.commit(state(), items=[item(name) for name in ages], debts=debts)
    assert claimed(store, limit=3) == ["old", "middle", "young"]
    assert claimed(store, limit=3) == ["younger"]


def test_of_what_is_due_together_the_first_owed_goes_first(store: Ports) -> None:
    owe(store, "z", "a", "m")
    owe(store, "b")
    assert claimed(store) == ["z", "a", "m", "b"]


def test_what_is_due_later_is_left_alone(store: Ports) -> None:
    store.commit(state(), items=[item("a")], debts=[owed("a", due_at=NOW + LEASE)])
    assert claimed(store, after=LEASE - timedelta(microseconds=1)) == []
    assert claimed(store, after=LEASE) == ["a"]


def test_a_lease_that_ran_out_frees_the_delivery(store: Ports) -> None:
    owe(store, "a")
    claimed(store)
    assert claimed(store, after=LEASE - timedelta(microseconds=1)) == []
    (again,) = store.claim(OPS, now=NOW + LEASE, lease=LEASE, limit=9)
    assert (again.item_id, again.attempts) == ("a", 2)


def test_leases_that_ran_out_and_new_debts_come_in_one_order(store: Ports) -> None:
    owe(store, "held")
    claimed(store)
    store.commit(state(), items=[item("older"), item("newer")], debts=[owed("older", due_at=NOW - LEASE)])
    store.commit(state(), debts=[owed("newer", due_at=NOW + timedelta(seconds=1))])
    assert claimed(store, after=LEASE, limit=2) == ["older", "held"]
    assert claimed(store, after=LEASE, limit=2) == ["newer"]


def test_a_sent_delivery_is_never_due_again(store: Ports) -> None:
    owe(store, "a")
    (mine,) = store.claim(OPS, now=NOW, lease=LEASE, limit=9)
    assert store.settle([settle(mine, Sent("250 ok"), now=NOW, jitter=0)]) == 1
    assert claimed(store, after=timedelta(days=400)) == []


def test_a_failed_delivery_is_due_again_when_its_outcome_says(store: Ports) -> None:
    owe(store, "a")
    (mine,) = store.claim(OPS, now=NOW, lease=LEASE, limit=9)
    later = settle(mine, Failed("503"), now=NOW, jitter=0)
    store.settle([later])
    assert claimed(store, after=timedelta(seconds=4)) == []
    (again,) = store.claim(OPS, now=NOW + timedelta(seconds=5), lease=LEASE, limit=9)
    assert (again.attempts, again.reason, again.due_at) == (2, "503", later.due_at)


def test_a_dead_delivery_is_never_due_again(store: Ports) -> None:
    owe(store, "a")
    (mine,) = store.claim(OPS, now=NOW, lease=LEASE, limit=9)
    store.settle([settle(mine, Failed("no such mailbox", permanent=True), now=NOW, jitter=0)])
    assert claimed(store, after=timedelta(days=400)) == []


def test_what_is_given_back_is_due_as_before_and_lost_no_try(store: Ports) -> None:
    owe(store, "a")
    store.settle([give_back(one) for one in store.claim(OPS, now=NOW, lease=LEASE, limit=9)])
    (again,) = store.claim(OPS, now=NOW, lease=LEASE, limit=9)
    assert (again.attempts, again.due_at) == (1, NOW)


def test_a_late_settle_with_an_old_lease_changes_nothing(store: Ports) -> None:
    owe(store, "a")
    (late,) = store.claim(OPS, now=NOW, lease=LEASE, limit=9)
    (mine,) = store.claim(OPS, now=NOW + LEASE, lease=LEASE, limit=9)
    assert store.settle([settle(late, Failed("late", permanent=True), now=NOW, jitter=0)]) == 0
    assert store.settle([settle(mine, Sent(), now=NOW, jitter=0)]) == 1


def test_an_outcome_is_taken_once(store: Ports) -> None:
    owe(store, "a")
    (mine,) = store.claim(OPS, now=NOW, lease=LEASE, limit=9)
    assert store.settle([settle(mine, Failed("503"), now=NOW, jitter=0)]) == 1
    assert store.settle([settle(mine, Sent(), now=NOW, jitter=0)]) == 0


def test_a_delivery_that_was_never_claimed_cannot_be_settled(store: Ports) -> None:
    owe(store, "a")
    assert store.settle([settle(owed("a"), Sent(), now=NOW, jitter=0)]) == 0
    assert store.settle([]) == 0
    assert claimed(store) == ["a"]


def test_recipients_who_wait_are_remembered(store: Ports) -> None:
    owe(store, "a")
    (mine,) = store.claim(OPS, now=NOW, lease=LEASE, limit=1)
    waiting = ("a@example.org", "jörg@example.org")
    store.settle([settle(mine, Partly("250 ok", waiting, reached=True), now=NOW, jitter=0)])
    (again,) = store.claim(OPS, now=NOW + LEASE, lease=LEASE, limit=1)
    assert again.waiting == waiting


def test_of_many_outcomes_those_still_held_are_taken(store: Ports) -> None:
    owe(store, "a", "b", "c")
    first = store.claim(OPS, now=NOW, lease=LEASE, limit=2)
    store.claim(OPS, now=NOW + LEASE, lease=LEASE, limit=1)
    assert store.settle([settle(one, Sent(), now=NOW, jitter=0) for one in first]) == 1


@pytest.mark.parametrize("closed", [{"disabled_at": NOW}, {"paused_until": NOW + LEASE}])
def test_a_target_that_is_disabled_or_paused_has_nothing_due(store: Ports, closed: dict[str, object]) -> None:
    store.commit(state(), items=[item("a")], debts=[owed("a"), owed("a", BOARD)])
    store.save_target(TargetState(target_id=OPS, reason="HTTP 410 Gone", **closed))  # type: ignore[arg-type]
    assert claimed(store) == []
    assert names(store.claim(BOARD, now=NOW, lease=LEASE, limit=9)) == ["a"]


def test_a_pause_ends_by_itself(store: Ports) -> None:
    owe(store, "a")
    store.save_target(TargetState(target_id=OPS, paused_until=NOW + LEASE))
    assert claimed(store, after=LEASE) == ["a"]


def test_what_is_learned_of_a_target_last_is_what_holds(store: Ports) -> None:
    store.save_target(TargetState(target_id=OPS, disabled_at=NOW, reason="410"))
    store.save_target(TargetState(target_id=OPS))
    owe(store, "a")
    assert claimed(store) == ["a"]


def test_an_item_is_given_as_it_was_at_the_revision_of_its_delivery(store: Ports) -> None:
    store.commit(state(), items=[item("a", title="first")], debts=[owed("a")])
    later = NOW + LEASE
    second = item("a", title="second", revision=2, digest="2", changed_at=later)
    store.commit(state(), items=[second, item("b")], debts=[owed("b"), owed("a", BOARD, revision=2)])
    old = store.items(store.claim(OPS, now=later, lease=LEASE, limit=9))
    new = store.items(store.claim(BOARD, now=later, lease=LEASE, limit=9))
    assert {name: one.title for name, one in old.items()} == {"a": "first", "b": "Title of b"}
    assert (old[second.id].revision, old[second.id].changed_at, old[second.id].digest) == (1, NOW, "digest of a")
    assert new[second.id] == replace(second, keys=())


def test_items_of_no_deliveries_are_none(store: Ports) -> None:
    assert store.items([]) == {}
    assert store.items([owed("nobody knows it")]) == {}


def test_the_key_of_a_delivery_is_the_same_on_every_try(store: Ports) -> None:
    owe(store, "a")
    (first,) = store.claim(OPS, now=NOW, lease=LEASE, limit=9)
    (second,) = store.claim(OPS, now=NOW + LEASE, lease=LEASE, limit=9)
    assert first.key == second.key == owed("a").key


def together(store: Ports, *ids: str, wave: str = "digest daily 08:30", **facts: Any) -> None:
    debts = [owed(one, wave=wave, **facts) for one in ids]
    store.commit(state(), items=[item(one) for one in ids], debts=debts)


def test_what_goes_together_is_claimed_together_however_little_was_asked_for(store: Ports) -> None:
    together(store, "a", "b", "c")
    together(store, "alone", wave="")
    assert claimed(store, limit=1) == ["a", "b", "c"]
    assert claimed(store, limit=1) == ["alone"]


def test_a_digest_takes_nothing_of_the_next_one(store: Ports) -> None:
    together(store, "a")
    together(store, "b", due_at=NOW + timedelta(days=1))
    assert claimed(store) == ["a"]
    assert claimed(store, after=timedelta(days=1) - timedelta(seconds=1)) == ["a"]
    assert claimed(store, after=timedelta(days=1)) == ["b"]


def test_a_batch_takes_all_that_came_while_it_waited(store: Ports) -> None:
    together(store, "a", wave="batch 10m")
    together(store, "b", wave="batch 10m", due_at=NOW + LEASE)
    together(store, "c", wave="batch 5m", due_at=NOW + LEASE)
    assert claimed(store) == ["a", "b"]


def test_a_message_that_was_formed_stays_as_it_is(store: Ports) -> None:
    together(store, "a", "b", "c")
    first = store.claim(OPS, now=NOW, lease=LEASE, limit=9)
    formed = [replace(one, message="of two", due_at=NOW) for one in first[:2]]
    later = [replace(give_back(one), message="of one", due_at=NOW) for one in first[2:]]
    store.settle([*formed, *later])
    together(store, "d")
    assert claimed(store) == ["c"]
    assert claimed(store, after=LEASE) == ["a", "b"]
    assert claimed(store, after=LEASE) == ["c"]
    assert claimed(store, after=LEASE) == ["d"]


def test_behind_a_delivery_that_failed_those_of_its_source_wait_and_no_others(store: Ports) -> None:
    owe(store, "a", "b")
    (head,) = store.claim(OPS, now=NOW, lease=LEASE, limit=1)
    store.settle([settle(head, Failed("503"), now=NOW, jitter=0)])
    store.commit(state(CLINIC), items=[item("c", source_id=CLINIC)], debts=[owed("c")])
    assert claimed(store) == ["c"]
    assert claimed(store, after=timedelta(seconds=5)) == ["a"], "it is first in its source's order"


def test_a_delivery_that_fails_time_and_again_is_overtaken(store: Ports) -> None:
    owe(store, "a", "b")
    (head,) = store.claim(OPS, now=NOW, lease=LEASE, limit=1)
    store.settle([settle(replace(head, attempts=HELD_BACK + 1), Failed("503"), now=NOW, jitter=0)])
    assert claimed(store) == ["b"]


def test_a_later_revision_takes_the_place_of_what_was_not_begun(store: Ports) -> None:
    together(store, "a", stage="gathered", rule="targets.ops.digest: daily 08:30")
    second = owed("a", revision=2, event="updated", due_at=NOW + timedelta(days=1))
    store.commit(state(), items=[item("a", revision=2)], debts=[second])
    (told,) = store.claim(OPS, now=NOW, lease=LEASE, limit=9)
    assert (told.revision, told.event, told.wave) == (2, "published", "digest daily 08:30")


def test_what_is_taken_back_before_it_was_told_is_not_told(store: Ports) -> None:
    owe(store, "a")
    store.commit(state(), items=[item("a", revision=2)], debts=[owed("a", revision=2, event="withdrawn")])
    assert claimed(store, after=timedelta(days=400)) == []


def test_what_is_learned_of_a_target_is_stored_with_an_outcome(store: Ports) -> None:
    owe(store, "a")
    (mine,) = store.claim(OPS, now=NOW, lease=LEASE, limit=9)
    known = TargetState(
        target_id=OPS, failing_since=NOW, failures=2, sent_at=(NOW, NOW + LEASE), occasions={"digest daily 08:30": NOW}
    )
    assert store.target(OPS) == TargetState(target_id=OPS)
    assert store.settle([settle(mine, Sent(), now=NOW, jitter=0)], known) == 1
    assert store.target(OPS) == known


def test_who_leaves_a_target_is_remembered(store: Ports) -> None:
    assert not store.left(OPS)
    for _ in range(2):
        store.leave(OPS, "reader@example.org", at=NOW)
    assert set(store.left(OPS)) == {"reader@example.org"}
    assert not store.left(BOARD)
    store.come_back(OPS, "reader@example.org")
    assert not store.left(OPS)
