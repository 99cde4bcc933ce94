from datetime import UTC, date, datetime, timedelta

from feedbot.item import Candidate, Known, digest
from feedbot.sift import Find, clashes, sift, stored, usable
from feedbot.source import Source, SourceId

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SOURCE = Source(id=SourceId("news"), url="https://example.org/news/", timezone="Europe/London")


def candidate(number: int, **said: object) -> Candidate:
    return Candidate(**{"url": f"https://example.org/{number}", "title": f"Story {number}", **said})  # type: ignore[arg-type]


def find(one: Candidate, known: Known | None = None) -> Find:
    return Find(candidate=one, rank=0, digest=digest(one), known=known)


def known_of(one: Candidate, **facts: object) -> Known:
    item = stored(find(one), one, SOURCE, NOW - timedelta(days=1))
    return Known(
        **{  # type: ignore[arg-type]
            "id": item.id,
            "digest": item.digest,
            "revision": 1,
            "published_at": item.published_at,
            "dated": item.dated,
            "first_seen": item.first_seen,
            **facts,
        }
    )


def test_what_is_under_no_known_key_is_new_in_the_order_of_the_page() -> None:
    harvest = sift([candidate(1), candidate(2)], {})
    assert [(f.candidate.title, f.rank) for f in harvest.new] == [("Story 1", 0), ("Story 2", 1)]


def test_what_says_the_same_was_seen() -> None:
    known = known_of(candidate(1))
    assert sift([candidate(1)], {"url:example.org/1": known}).seen == 1


def test_what_says_something_else_changed() -> None:
    known = known_of(candidate(1))
    harvest = sift([candidate(1, summary="More")], {"url:example.org/1": known})
    assert [f.known for f in harvest.changed] == [known]


def test_an_item_is_recognised_by_its_link_when_its_guid_changed() -> None:
    known = known_of(candidate(1, guid="old"))
    assert sift([candidate(1, guid="new")], {"url:example.org/1": known}).seen == 1


def test_a_guid_that_several_links_share_is_no_key() -> None:
    first, second = usable([candidate(1, guid="same"), candidate(2, guid="same")])
    assert first.keys == ("url:example.org/1",)
    assert second.keys == ("url:example.org/2",)


def test_an_item_listed_twice_is_one() -> None:
    assert len(usable([candidate(1), candidate(1, url="http://www.example.org/1/")])) == 1


def test_what_has_neither_link_nor_words_is_left_out() -> None:
    assert usable([Candidate()]) == ()


def test_a_new_item_is_dated_as_the_publisher_says() -> None:
    item = stored(find(candidate(1)), candidate(1, published=date(2026, 7, 1)), SOURCE, NOW)
    assert (item.published_at, item.dated) == (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), "day")
    assert item.changed_at == item.published_at
    assert item.first_seen == NOW


def test_a_change_keeps_id_and_dates_and_counts_the_revision() -> None:
    before = stored(find(candidate(1)), candidate(1, published=date(2026, 7, 1)), SOURCE, NOW)
    known = known_of(candidate(1), published_at=before.published_at, dated="day")
    later = NOW + timedelta(days=2)
    edited = candidate(1, summary="More", published=date(2026, 9, 9))
    after = stored(find(edited, known), edited, SOURCE, later)
    assert (after.id, after.published_at, after.dated) == (before.id, before.published_at, "day")
    assert (after.revision, after.changed_at, after.summary) == (2, later, "More")


def test_an_item_that_gains_a_date_takes_it() -> None:
    known = known_of(candidate(1), dated="seen")
    edited = candidate(1, summary="More", published=date(2026, 7, 1))
    after = stored(find(edited, known), edited, SOURCE, NOW)
    assert (after.published_at, after.dated) == (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), "day")


def test_an_id_that_all_pieces_share_tells_nothing_and_their_links_do() -> None:
    told = usable([candidate(n, guid="https://example.org/") for n in (1, 2, 3)])
    assert [one.keys for one in told] == [(f"url:example.org/{n}",) for n in (1, 2, 3)]
    assert clashes([candidate(n, guid="x") for n in (1, 2, 3)], told) == "3 share an id or a link with others"


def test_an_id_that_pieces_without_links_share_leaves_their_titles() -> None:
    pieces = [Candidate(guid="all", title=title) for title in ("Bridge closed", "Library opens", "Fair on Sunday")]
    assert [one.keys for one in usable(pieces)] == [
        ("title:Bridge closed",),
        ("title:Library opens",),
        ("title:Fair on Sunday",),
    ]


def test_a_link_that_pieces_with_ids_share_is_no_key() -> None:
    told = usable([candidate(1, guid=f"urn:{n}", title=f"Piece {n}") for n in (1, 2)])
    assert [one.keys for one in told] == [("guid:urn:1",), ("guid:urn:2",)]


def test_places_on_one_page_are_told_apart() -> None:
    told = usable([Candidate(url=f"https://example.org/log#d{n}", title=f"Day {n}") for n in (1, 2)])
    assert [one.keys for one in told] == [("url:example.org/log#d1",), ("url:example.org/log#d2",)]


def test_the_front_page_is_no_key_of_a_piece() -> None:
    assert usable([Candidate(url="https://example.org/", title="Bridge closed")])[0].keys == ("title:Bridge closed",)


def test_a_piece_that_stands_twice_with_a_shorter_title_is_one() -> None:
    teaser = candidate(1, title="Bridge closed for a week")
    pieces = [teaser, candidate(1, title="Bridge closed")]
    assert usable(pieces) == (teaser,)
    assert clashes(pieces, usable(pieces)) == "1 stand twice"


def test_a_date_far_ahead_is_not_believed() -> None:
    item = stored(find(candidate(1)), candidate(1, published=NOW + timedelta(days=30)), SOURCE, NOW)
    assert (item.published_at, item.dated) == (NOW, "seen")
    soon = stored(find(candidate(1)), candidate(1, published=NOW + timedelta(days=1)), SOURCE, NOW)
    assert soon.dated == "time"
