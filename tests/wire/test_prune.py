"""What is let go of, and what always stays."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from feedbot.alert import Alert
from feedbot.decision import Decision
from feedbot.delivery import Failed, Sent, settle
from feedbot.feed import Feed
from feedbot.item import Item, ItemId
from feedbot.prune import Pruned, prune
from feedbot.retention import Keep
from feedbot.store import Store, open_store
from tests.newsroom import LEASE, NOW, OFFICE, OPS, feed, item, names, owed, rich, state

DAY = timedelta(days=1)
YEAR = 365 * DAY
KEEP = Keep(items=YEAR, newest=2)
NOBODY: list[Feed] = []


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/feedbot.sqlite3") as opened:
        yield opened


def pruned(
    store: Store, keep: Keep = KEEP, now: datetime = NOW, *, dry: bool = False, feeds: list[Feed] = NOBODY
) -> Pruned:
    return prune(keep, feeds, attic=store, catalogue=store, now=now, dry=dry, stop=lambda: False)


def sent(store: Store, name: str, when: datetime) -> None:
    store.commit(state(), items=[item(name)], debts=[owed(name, created_at=when, due_at=when)])
    (claimed,) = store.claim(OPS, now=when, lease=LEASE, limit=1)
    assert store.settle([settle(claimed, Sent(), now=when, jitter=0)]) == 1


def old(name: str, years: int, **facts: object) -> Item:
    when = NOW - years * YEAR - DAY
    return replace(rich(name), published_at=when, first_seen=when, **facts)  # type: ignore[arg-type]  # facts of an item


def test_deliveries_that_were_settled_long_ago_go_and_those_that_are_owed_stay(store: Store) -> None:
    for name, days in {"a": 100, "b": 91, "c": 10}.items():
        sent(store, name, NOW - days * DAY)
    ages = NOW - 1000 * DAY
    store.commit(state(), items=[item("d")], debts=[owed("d", created_at=ages, due_at=NOW + DAY)])
    assert pruned(store, dry=True) == Pruned(deliveries=2)
    assert pruned(store) == Pruned(deliveries=2)
    assert pruned(store) == Pruned()
    assert [sum(one.counts.values()) for one in store.targets().values()] == [2]
    assert names(store.claim(OPS, now=NOW + DAY, lease=LEASE, limit=9)) == ["d"]


def test_a_delivery_that_is_tried_again_meanwhile_stays(store: Store) -> None:
    when = NOW - 100 * DAY
    store.commit(state(), items=[item("a")], debts=[owed("a", created_at=when, due_at=when)])
    (claimed,) = store.claim(OPS, now=when, lease=LEASE, limit=1)
    store.settle([settle(claimed, Failed("no such mailbox", permanent=True), now=when, jitter=0)])
    keys = store.old_deliveries(NOW - 90 * DAY, 0, 10)
    store.retry()
    assert (len(keys), store.drop_deliveries(keys)) == (1, 0)


def test_what_items_said_before_goes_but_not_what_somebody_is_owed_of_it(store: Store) -> None:
    long_ago = NOW - 100 * DAY
    for number in (1, 2, 3, 4):
        edited = item("a", revision=number, changed_at=long_ago + number * DAY, title=f"Title {number}")
        debts = [owed("a", revision=2)] if number == 2 else []
        store.commit(state(), items=[edited], debts=debts)
    assert pruned(store, Keep(), now=NOW + 10 * DAY) == Pruned(revisions=2)
    (claimed,) = store.claim(OPS, now=NOW, lease=LEASE, limit=9)
    assert store.items([claimed])[ItemId("a")].title == "Title 2"
    assert [one.title for one in store.newest(feed())] == ["Title 4"]


def test_why_an_item_was_not_owed_is_known_as_long_as_what_was(store: Store) -> None:
    long_ago = NOW - 100 * DAY
    for name, when in {"a": long_ago, "b": long_ago, "c": NOW - DAY}.items():
        decision = Decision(item_id=ItemId(name), revision=1, event="published", at=when, refused={OPS: "never.title"})
        store.commit(state(), items=[item(name)], decisions=[decision], debts=[owed("b")] if name == "b" else [])
    assert pruned(store) == Pruned(decisions=1)
    assert [len(store.decisions_of(ItemId(name))) for name in "abc"] == [0, 1, 1]


def test_alerts_that_are_over_and_told_go(store: Store) -> None:
    alert = Alert(key="source:a", kind="source", subject="a", cause="HTTP 403", remedy="ask them", since=NOW - YEAR)
    for one in (alert, replace(alert, key="source:b"), replace(alert, key="source:c")):
        store.raise_alert(one)
    store.clear_alert("source:a", at=NOW - 100 * DAY)
    store.clear_alert("source:b", at=NOW - DAY)
    assert pruned(store) == Pruned(alerts=1)
    assert "source:c" in {one.alert.key for one in store.alarms()}


def test_old_items_keep_what_makes_them_known_and_lose_their_texts(store: Store) -> None:
    whole = [old("new", 0), old("recent", 0)]
    store.commit(state(), items=[*whole, old("a", 1), old("b", 3)])
    assert pruned(store) == Pruned(items=2)
    assert pruned(store) == Pruned(), "what is short already is not looked at again"
    known = store.known(OFFICE, ["guid:a", "url:office.example/b"])
    assert {one.id: one.digest for one in known.values()} == {"a": "digest of a", "b": "digest of b"}
    by_id = {str(one.id): one for one in store.newest(feed())}
    assert (by_id["a"].title, by_id["a"].url, by_id["a"].categories) == (
        "Title of a",
        "https://office.example/a",
        ("News",),
    )
    assert (by_id["a"].content_html, by_id["a"].image, by_id["a"].quotes) == ("", None, ())
    assert by_id["new"].content_text
    assert by_id["recent"].image


def test_old_items_that_a_feed_shows_or_a_target_is_owed_stay_whole(store: Store) -> None:
    items = [old("n1", 0), old("n2", 0), old("shown", 2, categories=("Rare",)), old("owed", 2), old("a", 2)]
    store.commit(state(), items=items, debts=[owed("owed")])
    rare = feed(labelled=(("category", "Rare"),))
    assert pruned(store, feeds=[rare]) == Pruned(items=1)
    by_id = {str(one.id): one for one in store.newest(feed())}
    assert not by_id["a"].content_text
    assert by_id["shown"].content_text
    assert by_id["owed"].content_text


def test_items_stay_for_ever_unless_that_is_wished_otherwise(store: Store) -> None:
    store.commit(state(), items=[old(f"i{n}", 20) for n in range(5)])
    assert pruned(store, Keep(newest=1)) == Pruned()


def test_pruning_stops_when_it_is_asked_to_and_goes_on_the_next_time(store: Store) -> None:
    for number in range(3):
        sent(store, f"i{number}", NOW - 100 * DAY)
    asked = iter([False, True])
    done = prune(Keep(), [], attic=store, catalogue=store, now=NOW, stop=lambda: next(asked, True))
    assert done == Pruned()
    assert pruned(store).deliveries == 3


def test_many_rows_go_in_short_transactions(store: Store) -> None:
    many = [item(f"i{n}") for n in range(1200)]
    when = NOW - 100 * DAY
    store.commit(state(), items=many, debts=[owed(one.id, created_at=when, due_at=when) for one in many])
    while claimed := store.claim(OPS, now=when, lease=LEASE, limit=500):
        store.settle([settle(one, Sent(), now=when, jitter=0) for one in claimed])
    assert pruned(store).deliveries == 1200
    before, after = store.compact()
    assert after <= before
    assert len(store.newest(feed(limit=2000))) == 1200
