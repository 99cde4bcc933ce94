"""What is due, how everything stands, and what can be tried again."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from feedbot.delivery import Delivery, Failed, Sent, State, settle
from feedbot.manners import Manners
from feedbot.robots import Robots
from feedbot.source import NEVER, SourceId, TargetId
from feedbot.store import SourceStanding, Store, TargetStanding, open_store
from feedbot.target import TargetState
from tests.newsroom import BOARD, CLINIC, LEASE, NOW, OFFICE, OPS, item, names, owed, state

HOUR = timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/feedbot.sqlite3") as opened:
        yield opened


def kill_off(store: Store, name: str, target: TargetId = OPS, hours: int = 0) -> Delivery:
    """Let the delivery of an item die, some hours from NOW."""
    store.commit(state(), items=[item(name)], debts=[owed(name, target)])
    (claimed,) = store.claim(target, now=NOW, lease=LEASE, limit=1)
    dead = settle(claimed, Failed("no such mailbox", permanent=True), now=NOW + hours * HOUR, jitter=0)
    assert store.settle([dead]) == 1
    return dead


def test_sources_never_checked_are_due_first_and_then_the_longest_overdue(store: Store) -> None:
    ids = [SourceId(name) for name in ("late", "later", "never", "not yet")]
    store.register(ids)
    for name, hours in {"late": -2, "later": -1, "not yet": 1}.items():
        store.commit(state(SourceId(name), due_at=NOW + hours * HOUR))
    assert store.due(None, NOW) == ["never", "late", "later"]
    assert store.due(ids, NOW) == ["never", "late", "later"]
    assert store.due(None, NOW, limit=2) == ["never", "late"]
    assert store.due(None, NOW + HOUR) == ["never", "late", "later", "not yet"]


def test_of_given_sources_those_of_which_nothing_is_known_are_due(store: Store) -> None:
    store.commit(state(due_at=NOW + HOUR))
    assert store.due([OFFICE, CLINIC, CLINIC], NOW) == [CLINIC]
    many = [SourceId(f"s{n}") for n in range(1200)]
    assert store.due([*many, OFFICE], NOW) == many


def test_only_what_the_configuration_names_is_due_and_what_returns_is_remembered(store: Store) -> None:
    store.register([OFFICE, CLINIC])
    store.commit(state(OFFICE, due_at=NOW - HOUR, title="Office"))
    store.register([CLINIC])
    assert store.due(None, NOW) == [CLINIC]
    store.register([OFFICE])
    assert store.due(None, NOW) == [OFFICE]
    assert store.state(OFFICE).title == "Office"


def test_a_source_whose_address_was_gone_is_due_again_once_it_has_another_one(store: Store) -> None:
    store.register([OFFICE, CLINIC])
    old = "https://office.example/old"
    for name in (OFFICE, CLINIC):
        store.commit(state(name, due_at=NEVER, manners=Manners(gone=3, gone_from=old)))
    store.revive({OFFICE: "https://office.example/new", CLINIC: old})
    assert store.due(None, NOW + 9999 * HOUR) == [OFFICE]


def test_sources_of_a_host_that_rests_are_not_due_before(store: Store) -> None:
    later = SourceId("later")
    store.register([OFFICE, CLINIC, later])
    store.commit(state(OFFICE, due_at=NOW))
    store.commit(state(later, due_at=NOW + 5 * HOUR))
    store.postpone([OFFICE, CLINIC, later], NOW + HOUR)
    assert store.due(None, NOW) == []
    assert store.due(None, NOW + HOUR) == [CLINIC, OFFICE]
    assert store.state(later).due_at == NOW + 5 * HOUR


def test_what_robots_txt_said_is_remembered(store: Store) -> None:
    asked = Robots(origin="https://example.org", rules="Disallow: /private", asked_at=NOW)
    assert store.robots(asked.origin) is None
    for known in (asked, asked.silent("503", NOW + HOUR), Robots(origin=asked.origin, asked_at=NOW)):
        store.keep_robots(known)
        assert store.robots(asked.origin) == known


def test_the_next_source_that_is_due_is_told(store: Store) -> None:
    assert store.next_due() is None
    store.register([OFFICE, CLINIC])
    store.commit(state(OFFICE, due_at=NOW + HOUR))
    assert store.next_due() is None
    store.commit(state(CLINIC, due_at=NOW + 2 * HOUR))
    assert store.next_due() == NOW + HOUR


def test_sources_are_called_as_they_call_themselves(store: Store) -> None:
    store.register([OFFICE, CLINIC])
    store.commit(state(OFFICE, title="The Office"))
    assert store.titles() == {OFFICE: "The Office"}


def test_every_source_stands_with_its_state_its_items_and_its_newest(store: Store) -> None:
    store.register([OFFICE, CLINIC])
    checked = state(checked_at=NOW, title="Office")
    store.commit(checked, items=[item("a"), item("b", published_at=NOW + HOUR), item("c", withdrawn_at=NOW)])
    assert store.sources() == {
        CLINIC: SourceStanding(state=state(CLINIC), items=0, newest=None),
        OFFICE: SourceStanding(state=checked, items=2, newest=NOW + HOUR),
    }


def test_every_target_stands_with_its_deliveries_by_state(store: Store) -> None:
    for name in ("a", "b", "c", "d"):
        store.commit(state(), items=[item(name)], debts=[owed(name, due_at=NOW + (name == "d") * HOUR)])
    sent, _leased, _back = store.claim(OPS, now=NOW, lease=LEASE, limit=3)
    store.settle([settle(sent, Sent(), now=NOW, jitter=0)])
    gone = TargetState(target_id=BOARD, disabled_at=NOW, reason="HTTP 410 Gone")
    store.save_target(gone)
    assert store.targets() == {
        BOARD: TargetStanding(state=gone, counts={}, oldest_due=None),
        OPS: TargetStanding(
            state=TargetState(target_id=OPS),
            counts={State.PENDING: 1, State.LEASED: 2, State.SENT: 1},
            oldest_due=NOW + HOUR,
        ),
    }


def test_dead_letters_are_told_with_their_reason_the_latest_first(store: Store) -> None:
    dead = [kill_off(store, name, hours=hours) for hours, name in enumerate(["a", "b", "c"])]
    assert store.dead() == dead[::-1]
    assert store.dead(limit=1) == dead[:1:-1]
    assert dead[0].reason == "no such mailbox"


def test_what_is_dead_is_tried_again_on_request_as_if_never_tried(store: Store) -> None:
    kill_off(store, "a")
    assert store.retry() == 1
    (again,) = store.claim(OPS, now=NOW, lease=LEASE, limit=9)
    assert (again.item_id, again.attempts, again.settled_at) == ("a", 1, None)
    assert store.retry() == 0


def test_retrying_one_target_leaves_the_others_and_enables_it(store: Store) -> None:
    kill_off(store, "a", OPS)
    kill_off(store, "b", BOARD)
    for target in (OPS, BOARD):
        store.save_target(TargetState(target_id=target, disabled_at=NOW, reason="HTTP 410 Gone"))
    assert store.retry(BOARD) == 1
    assert names(store.claim(BOARD, now=NOW, lease=LEASE, limit=9)) == ["b"]
    assert store.targets()[OPS].state.disabled_at == NOW
    assert store.targets()[BOARD].state == TargetState(target_id=BOARD)


def test_only_what_died_since_a_moment_is_tried_again(store: Store) -> None:
    for hours, name in enumerate(["a", "b", "c"]):
        kill_off(store, name, hours=hours)
    assert store.retry(since=NOW + HOUR) == 2
    assert names(store.dead()) == ["a"]


def test_an_item_is_found_by_its_id_or_by_any_spelling_of_its_url(store: Store) -> None:
    store.commit(state(), items=[item("a")])
    elsewhere = item("c", source_id=CLINIC, keys=("url:office.example/a",))
    store.commit(state(CLINIC), items=[elsewhere])
    assert names(store.find_item("a")) == ["a"]
    assert names(store.find_item("http://www.office.example/a/?utm_source=mail#top")) == ["c", "a"]
    assert store.find_item("https://office.example/b") == []
    assert store.find_item("\ud800") == []


def test_what_a_stranger_wrote_is_told_without_what_cannot_be_stored(store: Store) -> None:
    store.commit(state(title="Bell\x07 and \ud800 more", evidence="a\0b"))
    assert (store.state(OFFICE).title, store.state(OFFICE).evidence) == ("Bell and  more", "ab")
