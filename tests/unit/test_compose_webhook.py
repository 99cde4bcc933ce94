import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from feedbot.compose import Letterhead, compose
from feedbot.compose.webhook import LIMIT
from feedbot.delivery import Delivery, Hook
from feedbot.item import Item
from feedbot.source import Source, SourceId, TargetId
from feedbot.target import WebhookTarget
from tests.newsfeed import SITE, bare, full

OWED_AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TARGET = WebhookTarget(id=TargetId("hook"), url="https://hooks.example/s3cret")
OFFICE = Source(id=SourceId("office"), url="https://office.example/news", title="Safety office")
LETTERHEAD = Letterhead(site=SITE, sources={OFFICE.id: OFFICE})


def owed(item: Item, **said: Any) -> Delivery:
    plain = Delivery(item_id=item.id, revision=1, target_id=TARGET.id, created_at=OWED_AT, due_at=OWED_AT)
    return replace(plain, **said)


def hook(item: Item, letterhead: Letterhead = LETTERHEAD, **said: Any) -> Hook:
    message = compose(TARGET, [owed(item, **said)], {item.id: item}, letterhead)
    assert isinstance(message, Hook)
    return message


def told(item: Item, **said: Any) -> dict[str, Any]:
    return dict(json.loads(hook(item, **said).body))


def test_the_body_says_what_happened_when_and_to_which_item() -> None:
    body = told(full())
    assert (body["type"], body["timestamp"]) == ("item.published", "2026-11-23T09:30:00Z")
    assert body["data"]["source"] == {"id": "office", "title": "Safety office", "url": "https://office.example/news"}
    assert body["data"]["items"] == [{"id": "full"} | full().to_json()]


def test_updates_and_withdrawals_are_named() -> None:
    assert told(full(), event="updated", revision=2)["type"] == "item.updated"
    assert told(full(), event="withdrawn", revision=3)["type"] == "item.withdrawn"


def test_every_try_carries_the_same_bytes() -> None:
    assert hook(full()) == hook(full(), attempts=4, due_at=OWED_AT + timedelta(days=1), reason="503")


def test_a_body_that_is_too_long_leaves_the_content_to_the_link() -> None:
    long = full(content_html="<p>word</p>" * 5_000, content_text="word " * 5_000)
    message, item = hook(long), told(long)["data"]["items"][0]
    assert len(message.body) <= LIMIT
    assert "content_html" not in item
    assert "content_text" not in item
    assert (item["title"], item["url"], item["fields"]["report"]) == (long.title, long.url, long.fields["report"])


def test_a_title_of_a_megabyte_is_cut() -> None:
    huge = full(title="x" * 1_000_000, summary="y " * 1_000_000, url="https://office.example/" + "z" * 1_000_000)
    message, item = hook(huge), told(huge)["data"]["items"][0]
    assert len(message.body) <= LIMIT
    assert item["id"] == "full"
    assert item["title"].endswith("…")
    assert item["summary"].endswith("…")
    assert "url" not in item


def test_characters_that_receivers_refuse_are_dropped() -> None:
    item = told(full(title="a\x00b\ud800c\ufffe", fields={"re\x01f": "v\x02"}))["data"]["items"][0]
    assert item["title"] == "abc"
    assert item["fields"]["ref"] == "v"


def test_a_source_that_is_no_longer_configured_is_called_by_what_it_called_itself() -> None:
    called = Letterhead(site=SITE, titles={SourceId("office"): "Office of safety"})
    unknown = Letterhead(site=SITE)
    names = [json.loads(hook(bare(), letterhead).body)["data"]["source"]["title"] for letterhead in (called, unknown)]
    assert names == ["Office of safety", "office"]


def test_a_source_in_a_folder_has_no_address_to_tell() -> None:
    folder = Letterhead(site=SITE, sources={OFFICE.id: replace(OFFICE, url="file:///srv/news")})
    assert json.loads(hook(bare(), folder).body)["data"]["source"]["url"] == ""
