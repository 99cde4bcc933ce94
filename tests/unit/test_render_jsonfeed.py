import json
from dataclasses import replace
from typing import Any

from feedbot.feed import Feed
from feedbot.item import Image, Item
from feedbot.render.edition import edition
from feedbot.render.jsonfeed import jsonfeed
from feedbot.source import SourceId
from tests.newsfeed import BOTH, OFFICE, SITE, bare, full


def a_json(*items: Item, feed: Feed = OFFICE) -> Any:
    return json.loads(jsonfeed(edition(feed, SITE, items, {SourceId("office"): OFFICE})))


def test_a_json_feed_says_what_it_is() -> None:
    feed = a_json()

    assert next(iter(feed)) == "version"
    assert feed == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": OFFICE.title,
        "home_page_url": OFFICE.home,
        "feed_url": "https://news.example/feeds/office.json",
        "description": OFFICE.description,
        "authors": [{"name": "Patient safety news", "url": "https://news.example/"}],
        "language": "en-GB",
        "_feedbot": {"about": "https://news.example/feeds/index.html#about", "id": "tag:news.example,2026:office"},
        "items": [],
    }


def test_a_json_feed_names_its_hub_where_it_has_one() -> None:
    body = jsonfeed(edition(OFFICE, replace(SITE, hub="https://hub.example/"), []))

    assert json.loads(body)["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]


def test_an_item_says_all_it_has() -> None:
    item = a_json(full())["items"][0]

    assert item.pop("content_html").startswith('<p><img src="https://office.example/corridor.jpg"')
    assert item == {
        "id": "tag:news.example,2026:office/full",
        "url": "https://office.example/news/1",
        "title": "Corridors: “AT&T <3” & more",
        "summary": "Patients wait where a < b & c.",
        "image": "https://office.example/corridor.jpg",
        "banner_image": "https://office.example/corridor.jpg",
        "date_published": "2024-10-24T00:00:00+01:00",
        "date_modified": "2024-10-25T09:00:00+01:00",
        "authors": [{"name": "Ines Calloway"}],
        "tags": ["News", "Safety & care"],
        "attachments": [
            {
                "url": "https://office.example/report.pdf",
                "mime_type": "application/pdf",
                "title": "The report",
                "size_in_bytes": 1234,
            }
        ],
        "_feedbot": {
            "report": "https://office.example/reports/7",
            "dated": "day",
            "image_alt": 'An empty "corridor"',
            "quotes": [{"text": "A corridor has no walls.", "speaker": "Ines Calloway", "role": "Investigator"}],
            "related": [{"url": "https://office.example/news/2", "title": "How we choose"}],
            "comments": "https://office.example/news/1/comments",
        },
    }


def test_what_an_item_lacks_is_left_out() -> None:
    item = a_json(bare(dated="time", image=Image(url="https://office.example/x.png")))["items"][0]

    assert set(item) == {"id", "url", "title", "content_html", "image", "banner_image"} | {
        "date_published",
        "date_modified",
    }


def test_a_field_cannot_pass_for_one_of_our_own() -> None:
    item = a_json(full(fields={"dated": "yesterday", "quotes": "none"}))["items"][0]

    assert item["_feedbot"]["dated"] == "day"
    assert item["_feedbot"]["quotes"][0]["speaker"] == "Ines Calloway"


def test_an_item_of_a_combined_feed_says_where_it_comes_from() -> None:
    item = a_json(bare(), feed=BOTH)["items"][0]

    assert item["_feedbot"]["source"] == {
        "id": "tag:news.example,2026:office",
        "title": OFFICE.title,
        "url": OFFICE.home,
    }


def test_the_same_items_give_the_same_bytes() -> None:
    assert jsonfeed(edition(OFFICE, SITE, [full()])) == jsonfeed(edition(OFFICE, SITE, [full()]))


def test_text_is_written_as_it_is_read() -> None:
    assert "“AT&T <3”".encode() in jsonfeed(edition(OFFICE, SITE, [full()]))
