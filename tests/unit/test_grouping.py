"""A feed for every category or author."""

import json
from dataclasses import replace

from feedbot.feed import grouped
from feedbot.publish import publish
from feedbot.source import SourceId, SourceState
from tests.fakes import FakeShelf, MemoryStore
from tests.newsfeed import OFFICE, SITE, bare

BY = replace(OFFICE, title="Office", by="category")


def test_each_name_has_a_feed_and_names_that_are_spelled_alike_share_one() -> None:
    feeds = grouped(BY, "category", ["Blog", "News", "NEWS", "Sécurité & soins", "新闻"])

    assert {feed.id: (feed.title, len(feed.labelled)) for feed in feeds} == {
        "office-blog": ("Office: Blog", 1),
        "office-news": ("Office: News", 2),
        "office-securite-soins": ("Office: Sécurité & soins", 1),
        "office-j4qv3cly": ("Office: 新闻", 1),
    }
    assert all(feed.by is None for feed in feeds)


def test_a_group_shows_what_has_its_name_and_nothing_else() -> None:
    store, shelf = MemoryStore(), FakeShelf()
    items = [bare("a", categories=("News",)), bare("b", categories=("Good News", "Blog")), bare("c")]
    store.commit(SourceState(source_id=SourceId("office")), items=items)
    feeds = grouped(BY, "category", store.labels("category", BY.sources))
    list(publish(feeds, site=SITE, catalogue=store, shelf=shelf))

    told = {name: len(json.loads(shelf.files[name])["items"]) for name in shelf.files if name.endswith(".json")}
    assert told == {"office-blog.json": 1, "office-good-news.json": 1, "office-news.json": 1}
