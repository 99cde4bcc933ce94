"""The live document, the archives behind it, and what a change costs."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from feedbot.feed import Feed
from feedbot.item import Item, ItemId
from feedbot.ports import Place
from feedbot.publish import Published, publish
from feedbot.source import SourceId, SourceState
from tests.fakes import FakeShelf, MemoryStore
from tests.newsfeed import NOW, OFFICE, SITE, full

HOUR = timedelta(hours=1)
SMALL = replace(OFFICE, limit=4)
A = "{http://www.w3.org/2005/Atom}"
ARCHIVE = "{http://purl.org/syndication/history/1.0}archive"


@dataclass
class Counting(MemoryStore):
    """A store that notes which items were read to be written."""

    taken: list[ItemId] = field(default_factory=list)

    def read(self, places: Sequence[Place]) -> Sequence[Item]:
        self.taken += [place.id for place in places]
        return super().read(places)


@dataclass
class Desk:
    """A newsroom that publishes one feed."""

    feed: Feed = SMALL
    store: Counting = field(default_factory=Counting)
    shelf: FakeShelf = field(default_factory=FakeShelf)

    def bring(self, *items: Item) -> Published:
        """Store these items and publish."""
        self.store.commit(SourceState(source_id=SourceId("office")), items=items, feeds=[self.feed.id])
        return self.publish()

    def publish(self, *, anew: bool = False) -> Published:
        self.shelf.written.clear()
        self.store.taken.clear()
        [done] = publish([self.feed], site=SITE, catalogue=self.store, shelf=self.shelf, anew=anew)
        return done


def piece(number: int, **said: Any) -> Item:
    """Return an item that came and was published in that hour."""
    when = NOW + number * HOUR
    plain: dict[str, Any] = {"published_at": when, "first_seen": when, "changed_at": when, "title": f"Piece {number}"}
    return full(f"i{number:04}", **plain | said)


def one_by_one(desk: Desk, count: int) -> None:
    for number in range(count):
        desk.bring(piece(number))


def by_atom(desk: Desk) -> Iterator[list[str]]:
    """Give the titles of each document, from the live one back through the archives."""
    name = f"{desk.feed.id}.atom.xml"
    while name:
        root = etree.fromstring(desk.shelf.files[name])
        yield [entry.findtext(f"{A}title", "") for entry in root.iterfind(f"{A}entry")]
        links = {link.get("rel"): str(link.get("href")).rpartition("/")[2] for link in root.iterfind(f"{A}link")}
        assert links["self"] == name
        assert "current" not in links or links["current"] == f"{desk.feed.id}.atom.xml"
        assert "next-archive" not in links or links["next-archive"] in desk.shelf.files
        name = links.get("prev-archive", "")


def by_json(desk: Desk) -> Iterator[list[str]]:
    name = f"{desk.feed.id}.json"
    while name:
        feed = json.loads(desk.shelf.files[name])
        yield [item["title"] for item in feed["items"]]
        name = feed.get("next_url", "").rpartition("/")[2]


def titles(*numbers: int) -> list[str]:
    return [f"Piece {number}" for number in numbers]


def test_a_feed_that_shows_all_it_has_has_no_archive() -> None:
    desk = Desk()
    one_by_one(desk, 4)

    assert list(by_atom(desk)) == [titles(3, 2, 1, 0)]
    assert len(desk.shelf.files) == 3


def test_what_leaves_the_live_document_is_in_an_archive_already() -> None:
    desk = Desk()
    one_by_one(desk, 10)

    assert list(by_atom(desk)) == list(by_json(desk)) == [titles(9, 8, 7, 6), titles(7, 6, 5, 4), titles(3, 2, 1, 0)]


def test_an_archive_that_is_full_says_so_and_never_changes() -> None:
    desk = Desk()
    one_by_one(desk, 5)
    first = {name: desk.shelf.files[f"office.archive-1.{name}"] for name in ("atom.xml", "rss.xml", "json")}
    for number in range(5, 30):
        desk.bring(piece(number))
        assert {name: desk.shelf.files[f"office.archive-1.{name}"] for name in first} == first

    assert etree.fromstring(first["atom.xml"]).find(ARCHIVE) is not None
    assert etree.fromstring(first["rss.xml"]).find(f"channel/{ARCHIVE}") is not None
    assert etree.fromstring(desk.shelf.files["office.atom.xml"]).find(ARCHIVE) is None


def test_a_new_item_touches_only_the_live_document() -> None:
    desk = Desk()
    one_by_one(desk, 10)

    assert desk.bring(piece(10)).written == ("office.atom.xml", "office.rss.xml", "office.json")
    assert len(desk.shelf.written) == 3


def test_a_new_item_is_the_only_one_that_is_read_and_written() -> None:
    desk = Desk()
    one_by_one(desk, 10)
    desk.bring(piece(10))

    assert desk.store.taken == ["i0010"]


def test_a_check_with_nothing_new_reads_and_writes_nothing() -> None:
    desk = Desk()
    one_by_one(desk, 10)

    done = desk.bring()
    assert (done.written, desk.shelf.written, desk.store.taken) == ((), [], [])
    done = desk.publish()
    assert (done.written, desk.shelf.written, desk.store.taken) == ((), [], [])


def test_a_document_put_together_of_kept_pieces_is_the_one_that_is_drawn_anew() -> None:
    desk = Desk(feed=replace(SMALL, limit=20))
    for number in range(45):
        desk.bring(piece(number))
        kept = dict(desk.shelf.files)
        desk.publish(anew=True)
        assert desk.shelf.files == kept


def test_items_that_come_at_once_are_filed_as_if_they_had_come_one_by_one() -> None:
    slowly, at_once = Desk(), Desk()
    one_by_one(slowly, 23)
    at_once.bring(*(piece(number) for number in reversed(range(23))))

    assert at_once.shelf.files == slowly.shelf.files


def test_a_damaged_document_hands_out_nothing() -> None:
    desk = Desk()
    one_by_one(desk, 4)
    desk.shelf.files["office.json"] = desk.shelf.files["office.json"].replace(b"Piece 3", b"Pizza 3")
    desk.bring(piece(4))

    assert next(by_json(desk)) == titles(4, 3, 2, 1)


def test_an_edited_item_is_written_anew_with_its_time_and_its_id() -> None:
    desk = Desk()
    one_by_one(desk, 4)
    before = json.loads(desk.shelf.files["office.json"])["items"][1]
    desk.bring(piece(2, title="Piece 2, corrected", revision=2, changed_at=NOW + 9 * HOUR))

    after = json.loads(desk.shelf.files["office.json"])["items"][1]
    assert desk.store.taken == ["i0002"]
    assert (after["id"], after["date_published"]) == (before["id"], before["date_published"])
    assert (after["title"], after["date_modified"]) == ("Piece 2, corrected", "2026-11-23T18:30:00Z")


def test_an_archive_is_drawn_again_when_one_of_its_items_changes_and_no_other_is() -> None:
    desk = Desk()
    one_by_one(desk, 20)
    desk.bring(piece(1, title="Corrected", revision=2))

    assert set(desk.shelf.written) == {f"office.archive-1.{end}" for end in ("atom.xml", "rss.xml", "json")}
    assert list(by_atom(desk))[-1] == ["Piece 3", "Piece 2", "Corrected", "Piece 0"]


def test_a_lost_archive_is_drawn_again() -> None:
    desk = Desk()
    one_by_one(desk, 20)
    lost = desk.shelf.files.pop("office.archive-2.json")
    desk.publish()

    assert desk.shelf.files["office.archive-2.json"] == lost
    assert desk.shelf.written == ["office.archive-2.json"]


def test_an_archive_that_cannot_be_written_is_tried_again() -> None:
    desk = Desk()
    one_by_one(desk, 4)
    desk.shelf.broken = {"office.archive-1.rss.xml"}
    assert [name for name, _ in desk.bring(piece(4)).failed] == ["office.archive-1.rss.xml"]
    desk.shelf.broken = set()

    assert desk.publish().written == ("office.archive-1.rss.xml",)
    assert desk.publish().written == ()


def test_a_late_arrival_that_is_too_old_to_be_shown_waits_in_an_open_archive() -> None:
    desk = Desk()
    one_by_one(desk, 4)
    desk.bring(piece(4))
    desk.bring(piece(5, published_at=NOW - HOUR))

    assert list(by_atom(desk)) == list(by_json(desk)) == [titles(4, 3, 2, 1), titles(5), titles(3, 2, 1, 0)]
    assert etree.fromstring(desk.shelf.files["office.archive-2.atom.xml"]).find(ARCHIVE) is None


def test_what_is_much_older_than_the_newest_leaves_the_live_document() -> None:
    desk = Desk(feed=replace(OFFICE, age=timedelta(hours=3)))
    one_by_one(desk, 8)

    assert list(by_atom(desk)) == [titles(7, 6, 5, 4), titles(3, 2, 1, 0)]


def test_a_feed_without_archives_shows_the_newest_and_no_more() -> None:
    desk = Desk(feed=replace(SMALL, archives=False))
    one_by_one(desk, 10)

    assert list(by_atom(desk)) == list(by_json(desk)) == [titles(9, 8, 7, 6)]
    assert len(desk.shelf.files) == 3


def test_archives_that_a_feed_does_not_have_any_more_are_taken_away() -> None:
    desk = Desk()
    one_by_one(desk, 10)
    desk.feed = replace(SMALL, archives=False)
    removed = desk.publish().removed

    assert len(removed) == 9
    assert len(desk.shelf.files) == 3


def test_a_private_feed_has_private_archives() -> None:
    desk = Desk(feed=replace(SMALL, token="t0ken"))
    one_by_one(desk, 6)

    assert "office-t0ken.archive-1.json" in desk.shelf.files
    assert "/office-t0ken.archive-1.json" in json.loads(desk.shelf.files["office-t0ken.json"])["next_url"]


def test_other_words_of_a_feed_are_told_in_all_its_documents() -> None:
    desk = Desk()
    one_by_one(desk, 10)
    desk.feed = replace(SMALL, title="Another title")
    desk.publish()

    assert all(b"Another title" in body for body in desk.shelf.files.values())


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 30), st.integers(-20, 40)), max_size=7, unique_by=lambda one: one[0]),
        max_size=12,
    ),
    st.integers(1, 6),
)
def test_whatever_comes_and_changes_nothing_is_lost_and_every_byte_is_as_if_drawn_anew(
    waves: list[list[tuple[int, int]]], limit: int
) -> None:
    desk, revisions = Desk(feed=replace(OFFICE, limit=limit)), dict[int, int]()
    for number, wave in enumerate(waves):
        said = []
        for name, hour in wave:
            revisions[name] = revisions.get(name, 0) + 1
            when = NOW + hour * HOUR
            came = NOW + number * HOUR
            said.append(piece(name, revision=revisions[name], published_at=when, first_seen=came, changed_at=came))
        desk.bring(*said)
        kept = dict(desk.shelf.files)
        desk.publish(anew=True)
        assert desk.shelf.files == kept
        live, *archives = by_atom(desk)
        assert live == [item.title for item in desk.store.newest(desk.feed)]
        assert {*live, *(title for one in archives for title in one)} == {f"Piece {name}" for name in revisions}
        assert [live, *archives] == list(by_json(desk))
