"""The same story told by several sources."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from lxml import etree

from feedbot.duplicates import same, stories
from feedbot.feed import Feed, FeedId
from feedbot.item import Item
from feedbot.publish import publish
from feedbot.source import SourceId, SourceState
from tests.fakes import FakeShelf, MemoryStore
from tests.newsfeed import BOTH, NOW, OFFICE, SITE, bare

OTHER = SourceId("other")
MERGED = replace(BOTH, merge=True)
ORIGINS = {SourceId("office"): OFFICE, OTHER: replace(OFFICE, id=FeedId("other"), title="The other side")}
TEXT = (
    "Patients waited for nine hours in a corridor of the old wing before a bed was found, an inquiry heard on Tuesday. "
    "Nurses had asked for help three times that night, and the ward sister wrote each call down in a red notebook."
)


def here(name: str = "a", **said: Any) -> Item:
    plain: dict[str, Any] = {"title": "Nine hours in a corridor", "url": "https://office.example/a"}
    return bare(name, **plain | said)


def there(name: str = "b", **said: Any) -> Item:
    later: dict[str, Any] = {
        "source_id": OTHER,
        "url": "https://other.example/b",
        "first_seen": NOW + timedelta(hours=1),
    }
    return here(name, **later | said)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (here(), there(url="http://www.office.example/a/?utm_source=x", title="Something else")),
        (here(), there()),
        (here(), there(title="Nine Hours “in a corridor”")),
        (here(content_text=TEXT), there(content_text=TEXT + " Read more.")),
        (here(content_text=TEXT), there(title="Patients: nine hours in a corridor", content_text=TEXT)),
    ],
)
def test_one_story_of_two_sources_is_one(one: Item, other: Item) -> None:
    assert same(one, other)
    assert [[item.id for item in story.items] for story in stories([other, one])] == [["a", "b"]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (here(), there(source_id=here().source_id)),
        (here(), there(published_at=here().published_at + timedelta(days=4))),
        (here(title="News in brief"), there(title="News in brief")),
        (here(title="Waiting times in week 12 of 2026"), there(title="Waiting times in week 13 of 2026")),
        (here(content_text=TEXT), there(content_text=TEXT[::-1])),
        (here(content_text=TEXT), there(title="Minister opens a new wing", content_text=TEXT)),
        (here(title=""), there(title="")),
    ],
)
def test_two_stories_are_two(one: Item, other: Item) -> None:
    assert not same(one, other)
    assert [len(story.items) for story in stories([one, other])] == [1, 1]


def test_the_one_that_was_seen_first_stands_for_all_whatever_their_order() -> None:
    third = there("c", source_id=SourceId("third"), url="https://third.example/c", first_seen=NOW + timedelta(hours=2))
    items = [third, there(), here()]
    told = [[item.id for item in story.items] for story in stories(items)]
    assert told == [["a", "b", "c"]]
    assert [[item.id for item in story.items] for story in stories(items[::-1])] == told


def test_a_crowd_of_equal_titles_tells_nothing() -> None:
    crowd = [here(f"i{n}", source_id=SourceId(f"s{n}"), url=f"https://s{n}.example/") for n in range(20)]
    assert len(stories(crowd)) == 20


def shown(feed: Feed, *items: Item) -> tuple[FakeShelf, MemoryStore]:
    store, shelf = MemoryStore(), FakeShelf()
    for source in ORIGINS:
        mine = [item for item in items if item.source_id == source]
        store.commit(SourceState(source_id=source), items=mine, feeds=[feed.id])
    list(publish([feed], site=SITE, catalogue=store, shelf=shelf, origins=ORIGINS))
    return shelf, store


def test_a_feed_shows_a_story_for_each_source_unless_it_is_told_to_merge() -> None:
    assert len(json.loads(shown(BOTH, here(), there())[0].files["both.json"])["items"]) == 2


def test_a_merged_story_is_shown_once_with_all_its_sources() -> None:
    shelf, _ = shown(MERGED, here(), there())

    [item] = json.loads(shelf.files["both.json"])["items"]
    assert item["url"] == "https://office.example/a"
    assert item["_feedbot"]["source"]["title"] == OFFICE.title
    assert item["_feedbot"]["also"] == [
        {"id": "tag:news.example,2026:other", "title": "The other side", "url": "https://other.example/b"}
    ]
    link = '<p>Also: <a href="https://other.example/b">The other side</a></p>'
    assert item["content_html"].endswith(link)
    root = etree.fromstring(shelf.files["both.atom.xml"])
    via = root.xpath("//*[local-name()='link'][@rel='via']/@href")
    assert "https://other.example/b" in list(via)  # type: ignore[arg-type]
    assert shelf.files["both.rss.xml"].count(b"<item>") == 1


def test_a_story_that_another_source_tells_later_keeps_its_id_and_gains_that_source() -> None:
    shelf, store = shown(MERGED, here())
    [before] = json.loads(shelf.files["both.json"])["items"]
    store.commit(SourceState(source_id=OTHER), items=[there()], feeds=[MERGED.id])
    list(publish([MERGED], site=SITE, catalogue=store, shelf=shelf, origins=ORIGINS))

    [after] = json.loads(shelf.files["both.json"])["items"]
    assert (after["id"], after["date_modified"]) == (before["id"], before["date_modified"])
    assert after["_feedbot"]["also"]
    kept = dict(shelf.files)
    list(publish([MERGED], site=SITE, catalogue=store, shelf=shelf, origins=ORIGINS, anew=True))
    assert shelf.files == kept
