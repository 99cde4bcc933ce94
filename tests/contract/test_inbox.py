"""What every Inbox promises to `check`."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedbot.errors import StoreError
from feedbot.habits import Moment
from feedbot.item import Content, Image, ItemId, Known
from feedbot.manners import Manners
from feedbot.page import Validators
from feedbot.profile import Doubt, Profile
from feedbot.source import Health, SourceState
from tests.newsroom import ALL, CLINIC, LEASE, NOW, OFFICE, OPS, Ports, feed, item, names, owed, rich, stand, state


def test_a_source_never_seen_has_a_fresh_state(store: Ports) -> None:
    assert store.state(OFFICE) == SourceState(source_id=OFFICE)


def test_a_state_comes_back_as_it_was_committed(store: Ports) -> None:
    failing = state(
        validators=Validators(etag='W/"1"', last_modified="Mon, 23 Nov 2026 09:30:00 GMT", digest="00ff"),
        title="Office & friends",
        checked_at=NOW,
        due_at=NOW + timedelta(microseconds=1),
        baseline_at=NOW - timedelta(days=400),
        health=Health.BLOCKED,
        evidence="the page asks for a login",
        failures=3,
        failing_since=NOW - timedelta(hours=5),
        kind="listing",
        reading="digest of the rule",
        manners=Manners(
            whole_at=NOW,
            moved_from="https://office.example/",
            moved_to="https://bureau.example/",
            moved_since=NOW - timedelta(days=2),
            moved_seen=3,
            ttl=60,
            skip_hours=(0, 1),
            skip_days=(6,),
            timetable="#" * 168,
            learned_at=NOW,
            gone=1,
            requests=7,
            bytes=70_000,
            found=4,
        ),
    )
    store.commit(failing)
    assert store.state(OFFICE) == failing
    assert store.state(CLINIC) == SourceState(source_id=CLINIC)


def test_it_is_remembered_when_the_newest_items_came(store: Ports) -> None:
    store.commit(
        state(), items=[item("a"), item("b", published_at=NOW - timedelta(days=1)), item("c", withdrawn_at=NOW)]
    )
    a, b = store.latest([item("a").id])[item("a").id], store.latest([item("b").id])[item("b").id]
    both = [Moment(published=one.published_at, seen=one.first_seen) for one in (a, b)]
    assert list(store.moments(OFFICE, 9)) == both
    assert list(store.moments(OFFICE, 1)) == both[:1]
    assert not store.moments(CLINIC, 9)


def test_the_absence_of_validators_is_remembered_too(store: Ports) -> None:
    store.commit(state(validators=Validators(etag='"1"', last_modified="x", digest="y")))
    store.commit(state())
    assert store.state(OFFICE).validators == Validators()


def test_an_item_is_recognised_by_each_of_its_keys(store: Ports) -> None:
    store.commit(state(), items=[item("a"), item("b")])
    a = Known(id=item("a").id, digest="digest of a", revision=1, published_at=NOW, dated="time", first_seen=NOW)
    assert store.known(OFFICE, ["guid:a", "url:office.example/a", "guid:zzz"]) == {
        "guid:a": a,
        "url:office.example/a": a,
    }


def test_an_item_gains_keys_and_keeps_the_old_ones(store: Ports) -> None:
    store.commit(state(), items=[item("a", keys=("guid:a",))])
    store.commit(state(), items=[item("a", keys=("url:moved",), revision=2)])
    assert {key: known.revision for key, known in store.known(OFFICE, {"guid:a", "url:moved"}).items()} == {
        "guid:a": 2,
        "url:moved": 2,
    }


def test_a_key_stays_with_the_item_that_had_it_first(store: Ports) -> None:
    store.commit(state(), items=[item("a", keys=("url:shared",))])
    store.commit(state(), items=[item("b", keys=("guid:b", "url:shared"))])
    assert store.known(OFFICE, ["url:shared"])["url:shared"].id == "a"


def test_sources_do_not_share_keys(store: Ports) -> None:
    store.commit(state(), items=[item("a")])
    store.commit(state(CLINIC), items=[item("c", source_id=CLINIC, keys=("guid:a",))])
    assert store.known(OFFICE, ["guid:a"])["guid:a"].id == "a"
    assert store.known(CLINIC, ["guid:a"])["guid:a"].id == "c"
    assert store.known(CLINIC, ["url:office.example/a"]) == {}


def test_nothing_is_known_of_no_keys(store: Ports) -> None:
    assert store.known(OFFICE, ()) == {}


def test_many_keys_are_looked_up_at_once(store: Ports) -> None:
    store.commit(state(), items=[item(f"i{n}") for n in range(1200)])
    found = store.known(OFFICE, [f"guid:i{n}" for n in range(1000, 2200)])
    assert {known.id for known in found.values()} == {f"i{n}" for n in range(1000, 1200)}


def test_keys_of_any_characters_and_length_are_told_apart(store: Ports) -> None:
    texts = ("a\ud800", "a", "a\0", "a\udfff", "\ud800a", "x" * 5000, "x" * 5001, "\u00e4", "a\u0308")
    odd = [f"guid:{text}" for text in texts]
    store.commit(state(), items=[item(f"i{n}", keys=(key,)) for n, key in enumerate(odd)])
    assert {key: known.id for key, known in store.known(OFFICE, odd).items()} == {
        key: f"i{n}" for n, key in enumerate(odd)
    }


def test_a_new_revision_is_what_is_known_from_then_on(store: Ports) -> None:
    store.commit(state(), items=[item("a")])
    later = NOW + timedelta(hours=1)
    store.commit(state(), items=[item("a", revision=2, digest="new", changed_at=later, published_at=later)])
    known = store.known(OFFICE, ["guid:a"])["guid:a"]
    assert (known.digest, known.revision, known.published_at, known.first_seen) == ("new", 2, later, NOW)


def test_what_was_learned_of_a_source_and_what_is_doubted_is_kept(store: Ports) -> None:
    doubt = Doubt(about="count", since=NOW, looks=2)
    known = Profile(
        looks=3, kind="listing", counts=(9, 20), fills={"date": 0.9}, marks=(1, 2), seen_at=NOW, doubt=doubt
    )
    store.commit(state(profile=known))
    assert store.state(OFFICE).profile == known


def test_a_withdrawn_item_is_still_recognised(store: Ports) -> None:
    store.commit(state(), items=[item("a")])
    store.commit(state(), items=[item("a", revision=2, withdrawn_at=NOW)])
    assert store.known(OFFICE, ["guid:a"])["guid:a"].withdrawn


def test_everything_of_a_check_is_stored_by_one_commit(store: Ports) -> None:
    store.commit(state(title="Office"), items=[item("a")], debts=[owed("a")], feeds=[ALL])
    assert store.state(OFFICE).title == "Office"
    assert names(store.newest(feed())) == ["a"]
    assert stand(store).version == 1
    assert names(store.claim(OPS, now=NOW, lease=LEASE, limit=9)) == ["a"]


def test_when_one_part_of_a_check_cannot_be_stored_nothing_of_it_is(store: Ports) -> None:
    store.commit(state(title="before"), items=[item("a")], feeds=[ALL])
    with pytest.raises(StoreError):
        store.commit(
            state(title="after"),
            items=[item("a", revision=2, digest="new"), item("b")],
            debts=[owed("b"), owed("of an item that nobody stored")],
            feeds=[ALL],
        )
    assert store.state(OFFICE).title == "before"
    assert store.known(OFFICE, ["guid:a", "guid:b"])["guid:a"].digest == "digest of a"
    assert names(store.newest(feed())) == ["a"]
    assert stand(store).version == 1
    assert store.claim(OPS, now=NOW, lease=LEASE, limit=9) == []


@pytest.mark.parametrize("broken", ["state", "item", "debt"])
def test_a_time_without_a_zone_is_refused_and_nothing_is_stored(store: Ports, broken: str) -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(ValueError, match="no time zone"):
        store.commit(
            state(due_at=naive if broken == "state" else NOW),
            items=[item("a", first_seen=naive if broken == "item" else NOW)],
            debts=[owed("a", due_at=naive if broken == "debt" else NOW)],
        )
    assert store.state(OFFICE) == SourceState(source_id=OFFICE)
    assert store.newest(feed()) == []


def test_times_of_any_zone_come_back_as_the_same_moment_in_utc(store: Ports) -> None:
    there = datetime(2026, 7, 1, 0, 30, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    store.commit(state(due_at=there))
    due_at = store.state(OFFICE).due_at
    assert due_at == there
    assert due_at is not None


def test_repeating_a_commit_changes_nothing_but_the_versions_of_feeds(store: Ports) -> None:
    def commit() -> None:
        store.commit(state(title="Office"), items=[item("a"), item("b")], debts=[owed("a"), owed("b")], feeds=[ALL])

    commit()
    (claimed,) = store.claim(OPS, now=NOW, lease=LEASE, limit=1)
    commit()
    assert names(store.newest(feed())) == ["a", "b"]
    assert store.settle([claimed]) == 1
    assert names(store.claim(OPS, now=NOW + LEASE, lease=LEASE, limit=9)) == ["a", "b"]


def test_an_older_revision_that_comes_late_does_not_replace_a_newer_one(store: Ports) -> None:
    store.commit(state(), items=[item("a", revision=2, title="new", digest="new")])
    store.commit(state(), items=[item("a", revision=1, title="old", digest="old")])
    assert store.known(OFFICE, ["guid:a"])["guid:a"].digest == "new"
    assert [one.title for one in store.newest(feed())] == ["new"]


def test_the_first_sight_and_place_of_an_item_never_change(store: Ports) -> None:
    store.commit(state(), items=[item("a", rank=4)])
    store.commit(state(), items=[item("a", rank=0, revision=2, first_seen=NOW + LEASE)])
    known = store.known(OFFICE, ["guid:a"])["guid:a"]
    assert (known.rank, known.first_seen) == (4, NOW)


def test_an_item_comes_back_saying_exactly_what_it_said(store: Ports) -> None:
    said = rich("a")
    store.commit(state(), items=[said, item("b", published=date(2026, 11, 22))])
    a, b = store.newest(feed())
    assert a == replace(said, keys=())
    assert type(b.published) is date


def test_an_empty_alt_text_is_not_a_missing_one(store: Ports) -> None:
    store.commit(
        state(), items=[item("a", image=Image(url="https://a.example/1", alt="")), item("b", image=Image(url="x"))]
    )
    assert [one.image and one.image.alt for one in store.newest(feed())] == ["", None]


def test_items_are_given_as_they_are_stored_now(store: Ports) -> None:
    first, second = item("a"), item("a", revision=2, title="Better")
    store.commit(state(), items=[first, item("b")])
    store.commit(state(), items=[second])
    found = store.latest([ItemId("a"), ItemId("nobody")])
    assert {name: one.title for name, one in found.items()} == {"a": "Better"}


_text = st.text(st.characters(), max_size=8) | st.sampled_from(["\ud800", "\0", "a\udfff\0b", "\ufffe", "\x1b[31m"])
_moments = st.datetimes(timezones=st.just(UTC) | st.just(timezone(timedelta(hours=-9, minutes=-30)))) | st.datetimes()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    said=st.builds(
        Content,
        url=_text,
        title=_text,
        published=st.none() | st.dates() | _moments,
        updated=st.none() | st.dates() | _moments,
        summary=_text,
        content_html=_text,
        authors=st.lists(_text, max_size=2).map(tuple),
        fields=st.dictionaries(_text, _text, max_size=2),
        language=st.none() | _text,
    )
)
def test_no_text_and_no_date_is_lost_or_loses_a_check(store: Ports, said: Content) -> None:
    number = len(store.known(OFFICE, [f"guid:n{n}" for n in range(200)]))
    one = item(f"n{number}", published_at=NOW + timedelta(seconds=number)).said(said)
    store.commit(state(title=said.title, evidence=said.summary), items=[one], debts=[owed(one.id, reason=said.title)])
    (back,) = store.newest(feed(limit=1))
    assert back == replace(one, keys=())
    assert (type(back.published), type(back.updated)) == (type(said.published), type(said.updated))
