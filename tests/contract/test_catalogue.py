"""What every Catalogue promises to `publish`."""

from datetime import timedelta

from feedbot.feed import FeedId
from feedbot.ports import Block
from feedbot.source import Filter, SourceId
from tests.newsroom import ALL, CLINIC, NOW, OFFICE, Ports, feed, item, names, stand, state

HOUR = timedelta(hours=1)


def test_a_feed_never_rendered_is_stale(store: Ports) -> None:
    assert not stand(store).fresh("settings")
    assert stand(store).digests == {}


def test_a_feed_that_was_rendered_stands_until_something_changes(store: Ports) -> None:
    store.commit(state(), items=[item("a")], feeds=[ALL])
    store.shelved(ALL, "settings", stand(store).version, {"all.json": "d1", "all.rss.xml": "d2"})
    assert stand(store).fresh("settings")
    assert stand(store).digests == {"all.json": "d1", "all.rss.xml": "d2"}
    store.commit(state(), items=[item("b")], feeds=[ALL])
    assert not stand(store).fresh("settings")


def test_a_feed_without_any_commit_stands_once_it_was_rendered(store: Ports) -> None:
    store.shelved(ALL, "settings", stand(store).version, {})
    assert stand(store).fresh("settings")


def test_other_settings_make_a_feed_stale(store: Ports) -> None:
    store.shelved(ALL, "settings", stand(store).version, {})
    assert not stand(store).fresh("other settings")


def test_a_commit_that_names_no_feed_leaves_feeds_alone(store: Ports) -> None:
    store.shelved(ALL, "settings", stand(store).version, {})
    store.commit(state())
    assert stand(store).fresh("settings")


def test_a_commit_between_looking_and_remembering_keeps_the_feed_stale(store: Ports) -> None:
    store.commit(state(), items=[item("a")], feeds=[ALL])
    looked = stand(store)
    store.commit(state(), items=[item("b")], feeds=[ALL])
    store.shelved(ALL, "settings", looked.version, {"all.json": "of the older items"})
    assert not stand(store).fresh("settings")


def test_every_commit_that_names_a_feed_counts_up(store: Ports) -> None:
    before = stand(store).version
    for _ in range(3):
        store.commit(state(), items=[item("a")], feeds={ALL})
    assert stand(store).version == before + 3


def test_a_file_that_was_not_written_this_time_is_forgotten(store: Ports) -> None:
    store.shelved(ALL, "settings", 0, {"all.json": "d1", "all.rss.xml": "d2"})
    store.shelved(ALL, "settings", 0, {"all.json": "d3"})
    assert stand(store).digests == {"all.json": "d3"}


def test_the_newest_come_first_and_ties_are_settled_by_sight_place_and_id(store: Ports) -> None:
    store.commit(
        state(),
        items=[
            item("old", published_at=NOW - HOUR),
            item("new", published_at=NOW + HOUR),
            item("tie-seen-later", first_seen=NOW + HOUR, rank=9),
            item("tie-second-on-page", rank=1),
            item("tie-first-on-page", rank=0),
            item("tie-by-id-b", rank=2),
            item("tie-by-id-a", rank=2),
        ],
    )
    assert names(store.newest(feed())) == [
        "new",
        "tie-seen-later",
        "tie-first-on-page",
        "tie-second-on-page",
        "tie-by-id-a",
        "tie-by-id-b",
        "old",
    ]


def test_fractions_of_a_second_count(store: Ports) -> None:
    moments = {"b": 0, "c": 1, "a": 250_000, "e": 500_000, "d": 999_999}
    items = [item(name, published_at=NOW + timedelta(microseconds=count)) for name, count in moments.items()]
    store.commit(state(), items=items)
    assert names(store.newest(feed())) == ["d", "e", "a", "c", "b"]


def test_a_feed_holds_no_more_than_its_limit(store: Ports) -> None:
    store.commit(state(), items=[item(f"i{n:02}", published_at=NOW + n * HOUR) for n in range(30)])
    assert names(store.newest(feed(limit=3))) == ["i29", "i28", "i27"]
    assert store.newest(feed(limit=0)) == []


def test_a_feed_shows_its_sources_and_no_others(store: Ports) -> None:
    store.commit(state(), items=[item("a")])
    store.commit(state(CLINIC), items=[item("c", source_id=CLINIC, keys=(), published_at=NOW + HOUR)])
    assert names(store.newest(feed(OFFICE))) == ["a"]
    assert names(store.newest(feed(OFFICE, CLINIC))) == ["c", "a"]
    assert names(store.newest(feed(CLINIC, CLINIC))) == ["c"]
    assert store.newest(feed(SourceId("unheard of"))) == []


def test_a_feed_of_very_many_sources_shows_the_same(store: Ports) -> None:
    many = [SourceId(f"s{n:03}") for n in range(150)]
    for place, source in enumerate(many):
        moment = NOW + (place % 7) * HOUR
        store.commit(state(source), items=[item(f"of {source}", source_id=source, keys=(), published_at=moment)])
    store.commit(state(), items=[item("not shown", published_at=NOW + 99 * HOUR)])
    expected = sorted(range(150), key=lambda place: (-(place % 7), f"of {many[place]}"))
    assert names(store.newest(feed(*many, limit=120))) == [f"of {many[place]}" for place in expected[:120]]


def test_withdrawn_items_are_not_shown_and_shown_again_when_they_return(store: Ports) -> None:
    store.commit(state(), items=[item("a"), item("b")])
    store.commit(state(), items=[item("a", revision=2, withdrawn_at=NOW)])
    assert names(store.newest(feed())) == ["b"]
    store.commit(state(), items=[item("a", revision=3)])
    assert names(store.newest(feed())) == ["a", "b"]


def test_an_item_says_what_its_latest_revision_says(store: Ports) -> None:
    store.commit(state(), items=[item("a", title="first")])
    store.commit(state(), items=[item("a", title="second", revision=2, changed_at=NOW + HOUR)])
    (shown,) = store.newest(feed())
    assert (shown.title, shown.revision, shown.changed_at) == ("second", 2, NOW + HOUR)


def test_the_limit_counts_what_the_filter_lets_through(store: Ports) -> None:
    items = [
        item(f"i{n:03}", title="Beds" if n % 50 == 0 else "Other news", published_at=NOW + n * HOUR) for n in range(400)
    ]
    store.commit(state(), items=items)
    wanted = Filter(only={"title": ("beds",)})
    assert names(store.newest(feed(wanted=wanted, limit=3))) == ["i350", "i300", "i250"]
    assert len(store.newest(feed(wanted=wanted, limit=50))) == 8


def test_each_source_has_its_own_filter_beside_that_of_the_feed(store: Ports) -> None:
    for source in (OFFICE, CLINIC):
        pair = [
            item(f"{source} {word}", source_id=source, keys=(), title=word, published_at=NOW)
            for word in ("ward", "bed")
        ]
        store.commit(state(source), items=pair)
    shown = feed(OFFICE, CLINIC, filters={CLINIC: Filter(never={"title": ("bed",)})})
    assert sorted(names(store.newest(shown))) == ["clinic ward", "office bed", "office ward"]
    only_beds = feed(OFFICE, CLINIC, filters=shown.filters, wanted=Filter(only={"title": ("bed",)}))
    assert names(store.newest(only_beds)) == ["office bed"]


def test_a_lineup_says_where_the_newest_stand(store: Ports) -> None:
    store.commit(
        state(), items=[item(f"i{n}", title="Beds" if n % 2 else "", published_at=NOW + n * HOUR) for n in range(6)]
    )
    store.commit(state(), items=[item("i3", title="More beds", revision=2)])
    beds = feed(wanted=Filter(only={"title": ("beds",)}), limit=2)
    for shown in (feed(), feed(limit=2), beds):
        places = store.lineup(shown)
        assert names(places) == names(store.newest(shown))
        assert store.read(places) == store.newest(shown)
    assert [(one.id, one.revision) for one in store.lineup(beds)] == [("i5", 1), ("i1", 1)]


def test_items_are_counted_as_they_come_the_oldest_of_those_that_came_together_first(store: Ports) -> None:
    store.commit(state(), items=[item("new", published_at=NOW + HOUR), item("old")])
    store.commit(state(CLINIC), items=[item("later", source_id=CLINIC, keys=(), published_at=NOW - HOUR)])
    came = store.arrived(feed(OFFICE, CLINIC), after=0, most=9)
    assert names(came) == ["old", "new", "later"]
    assert names(store.arrived(feed(OFFICE, CLINIC), after=came[0].seq, most=1)) == ["new"]
    assert names(store.arrived(feed(CLINIC), after=0, most=9)) == ["later"]
    assert names(store.arrived(feed(CLINIC, wanted=Filter(never={"url": ("later",)})), after=0, most=9)) == []


def test_a_withdrawn_item_has_not_come(store: Ports) -> None:
    store.commit(state(), items=[item("a"), item("b")])
    store.commit(state(), items=[item("a", revision=2, withdrawn_at=NOW)])
    assert names(store.arrived(feed(), after=0, most=9)) == ["b"]


def test_a_block_holds_what_came_in_it_the_newest_first(store: Ports) -> None:
    store.commit(state(), items=[item(f"i{n}", published_at=NOW + n * HOUR) for n in range(5)])
    came = store.arrived(feed(), after=0, most=9)
    block = Block(number=2, after=came[0].seq, last=came[3].seq)
    assert names(store.within(feed(), block)) == ["i3", "i2", "i1"]


def test_blocks_are_remembered_and_forgotten_with_the_shape_of_their_feed(store: Ports) -> None:
    first, second = Block(number=1, after=0, last=50), Block(number=2, after=50, last=90)
    for block in (first, second, second):
        store.filed(ALL, "shape", block)
    assert store.blocks(ALL, "shape") == [first, second]
    assert store.blocks(ALL, "other shape") == store.blocks(FeedId("other"), "shape") == []
    store.filed(ALL, "other shape", first)
    assert store.blocks(ALL, "shape") == []
    assert store.blocks(ALL, "other shape") == [first]


def test_a_block_goes_stale_when_one_of_its_items_changes(store: Ports) -> None:
    store.commit(state(), items=[item(f"i{n}", published_at=NOW + n * HOUR) for n in range(3)], feeds=[ALL])
    after, last, _ = (place.seq for place in store.arrived(feed(), after=0, most=9))
    store.filed(ALL, "shape", Block(number=1, after=0, last=after))
    store.filed(ALL, "shape", Block(number=2, after=after, last=last))
    store.commit(state(), items=[item("new", published_at=NOW + 9 * HOUR)], feeds=[ALL])
    assert [block.stale for block in store.blocks(ALL, "shape")] == [False, False]
    store.commit(state(), items=[item("i1", revision=2), item("i2", revision=2)], feeds=[ALL])
    assert [block.stale for block in store.blocks(ALL, "shape")] == [False, True]


def test_the_labels_of_sources_are_all_that_their_items_ever_had(store: Ports) -> None:
    store.commit(
        state(), items=[item("a", categories=("News", "Blog"), authors=("Ann",)), item("b", categories=("News",))]
    )
    store.commit(state(CLINIC), items=[item("c", source_id=CLINIC, keys=(), categories=("Beds",))])
    store.commit(state(), items=[item("a", revision=2, categories=("Opinion",))])
    assert store.labels("category", [OFFICE]) == ["Blog", "News", "Opinion"]
    assert store.labels("category", [OFFICE, CLINIC]) == ["Beds", "Blog", "News", "Opinion"]
    assert store.labels("author", [OFFICE, CLINIC]) == ["Ann"]


def test_where_things_stand_in_a_feed_is_remembered(store: Ports) -> None:
    assert store.layout(ALL) == ""
    store.shelved(ALL, "settings", 0, {}, "the layout")
    assert store.layout(ALL) == "the layout"
    store.shelved(ALL, "settings", 0, {})
    assert store.layout(ALL) == ""
