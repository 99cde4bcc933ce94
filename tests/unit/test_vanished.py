"""Items that a publisher took back, and items that only left the list."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from feedbot.check import Checked, Setting, check
from feedbot.errors import FetchError
from feedbot.feed import Feed, FeedId, Site
from feedbot.item import ItemId
from feedbot.page import Page, Validators
from feedbot.ports import Recent
from feedbot.publish import publish
from feedbot.source import Source, SourceId, TargetId
from feedbot.target import MaildirTarget
from feedbot.vanished import probed
from tests.fakes import Answer, FakeFetcher, FakeShelf, MemoryStore

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
URL = "https://example.org/feed"
ARCHIVE = MaildirTarget(id=TargetId("archive"), path="mail", withdrawn=True)
SOURCE = Source(id=SourceId("news"), url=URL, kind="feed", notify=(ARCHIVE.id,))
FEED = Feed(id=FeedId("news"), title="News", sources=(SOURCE.id,))
SETTING = Setting(targets=[ARCHIVE], feeds=[FEED.id])
GONE = FetchError("gone", permanent=True, status=410)
MISSING = FetchError("not found", permanent=True, status=404)


def feed(*numbers: int) -> Page:
    items = "".join(
        f"<item><title>Story {n}</title><link>https://example.org/{n}</link>"
        f"<pubDate>Mon, 23 Nov 2026 0{n}:00:00 GMT</pubDate></item>"
        for n in numbers
    )
    body = f'<rss version="2.0"><channel><title>News</title>{items}</channel></rss>'.encode()
    return Page(url=URL, body=body, content_type="application/rss+xml", etag='"e"')


def look(store: MemoryStore, answer: Page, minutes: int = 0, **pages: Answer) -> tuple[Checked, list[str]]:
    """Check, with the pages of stories answering as told, and return which of those were asked for."""
    answers: dict[str, Answer | list[Answer]] = {URL: answer}
    answers |= {f"https://example.org/{name[1:]}": page for name, page in pages.items()}
    fetcher = FakeFetcher(answers=answers)
    when = NOW + timedelta(minutes=minutes)
    done = check(SOURCE, SETTING, fetcher=fetcher, inbox=store, clock=lambda: when)
    return done, [request.url for request in fetcher.requests if request.url != URL]


@pytest.fixture
def store() -> MemoryStore:
    store = MemoryStore()
    look(store, feed(8, 7, 6, 5, 4, 3))
    return store


@pytest.mark.parametrize("answer", [GONE, MISSING])
def test_an_item_whose_page_is_gone_twice_is_withdrawn(store: MemoryStore, answer: FetchError) -> None:
    first, asked = look(store, feed(8, 6, 5, 4, 3), 30, s7=answer)
    assert (first.withdrawn, asked) == (0, ["https://example.org/7"])
    second, asked = look(store, feed(8, 6, 5, 4, 3), 60, s7=answer)
    assert (second.withdrawn, second.owed, asked) == (1, 1, ["https://example.org/7"])
    assert look(store, feed(8, 6, 5, 4, 3), 90, s7=answer)[1] == []
    [taken] = [item for item in store.items_by_id.values() if item.withdrawn_at]
    assert (taken.title, taken.revision, taken.withdrawn_at) == ("Story 7", 2, NOW + timedelta(minutes=60))


def test_a_page_found_gone_is_looked_at_again_although_the_list_stays_the_same(store: MemoryStore) -> None:
    look(store, feed(8, 6, 5, 4, 3), 30, s7=GONE)
    assert store.state(SOURCE.id).validators == Validators()
    look(store, feed(8, 6, 5, 4, 3), 60, s7=GONE)
    assert store.state(SOURCE.id).validators.etag == '"e"'


def test_an_item_that_only_left_the_list_stays(store: MemoryStore) -> None:
    page = Page(url="https://example.org/7", body=b"Still here")
    for minutes in (30, 60, 90):
        assert look(store, feed(8, 6, 5, 4, 3), minutes, s7=page)[0].withdrawn == 0


def test_a_page_that_comes_back_between_two_looks_is_not_withdrawn(store: MemoryStore) -> None:
    look(store, feed(8, 6, 5, 4, 3), 30, s7=GONE)
    look(store, feed(8, 6, 5, 4, 3), 60, s7=Page(url="https://example.org/7", body=b"Still here"))
    assert look(store, feed(8, 6, 5, 4, 3), 90, s7=GONE)[0].withdrawn == 0


def test_an_item_that_is_listed_again_between_two_looks_is_not_withdrawn(store: MemoryStore) -> None:
    look(store, feed(8, 6, 5, 4, 3), 30, s7=GONE)
    look(store, feed(8, 7, 6, 5, 4, 3), 60)
    assert look(store, feed(8, 6, 5, 4, 3), 90, s7=GONE)[0].withdrawn == 0


def test_trouble_with_a_page_says_nothing(store: MemoryStore) -> None:
    for minutes in (30, 60):
        trouble = FetchError("down", status=503)
        assert look(store, feed(8, 6, 5, 4, 3), minutes, s7=trouble)[0].withdrawn == 0


def test_what_drops_off_the_end_of_a_list_is_not_asked_for(store: MemoryStore) -> None:
    assert look(store, feed(9, 8, 7, 6, 5), 30)[1] == []


def test_a_withdrawn_item_that_is_listed_again_is_back(store: MemoryStore) -> None:
    for minutes in (30, 60):
        look(store, feed(8, 6, 5, 4, 3), minutes, s7=GONE)
    look(store, feed(8, 7, 6, 5, 4, 3), 90)
    assert [item for item in store.items_by_id.values() if item.withdrawn_at] == []


def test_a_withdrawn_item_leaves_every_format_and_is_told_of_in_json(store: MemoryStore) -> None:
    shelf = FakeShelf()
    list(publish([FEED], site=Site(), catalogue=store, shelf=shelf))
    for minutes in (30, 60):
        look(store, feed(8, 6, 5, 4, 3), minutes, s7=GONE)
    list(publish([FEED], site=Site(), catalogue=store, shelf=shelf))

    assert not any(b"Story 7" in body for body in shelf.files.values())
    [told] = json.loads(shelf.files["news.json"])["_feedbot"]["withdrawn"]
    assert (told["url"], told["date_withdrawn"]) == ("https://example.org/7", "2026-11-23T10:00:00Z")
    assert b"deleted-entry" not in shelf.files["news.atom.xml"]
    list(publish([replace(FEED, tombstones=True)], site=Site(), catalogue=store, shelf=shelf))
    tombstone = f'ref="{told["id"]}" when="2026-11-23T10:00:00+00:00"/>'
    assert tombstone.encode() in shelf.files["news.atom.xml"]


def test_pages_are_asked_for_in_turn_and_few_at_a_time() -> None:
    recent = [Recent(id=ItemId(f"i{n}"), published_at=NOW, dated="time") for n in range(10)]
    seen = {ItemId(f"i{n}") for n in (7, 8, 9)}
    turns = [{one.id for one in probed(recent, seen, NOW + timedelta(minutes=n))} for n in range(60)]
    assert all(len(turn) == 2 for turn in turns)
    assert set.union(*turns) == {ItemId(f"i{n}") for n in range(7)}
    assert probed(recent, {ItemId("i9")}, NOW)
    assert probed(recent, set(), NOW) == ()


def test_items_pinned_to_a_list_put_none_in_doubt() -> None:
    recent = [Recent(id=ItemId(f"i{n}"), published_at=NOW, dated="time") for n in range(50)]
    seen = {ItemId(f"i{n}") for n in (0, 1, 2, 3, 4, 48, 49)}
    assert {one.id for one in probed(recent, seen, NOW)} == set()
