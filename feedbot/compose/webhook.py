"""The body of a webhook in the format of Standard Webhooks: type, timestamp, data; under 20 KB."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from feedbot.compose.letterhead import Letterhead
from feedbot.delivery import Delivery, Hook, message_key
from feedbot.item import Item, ItemId, Json, legal, rfc3339

LIMIT = 20_000
"""Bytes of a body; Standard Webhooks recommends to stay under 20 KB."""
_TITLE, _SUMMARY, _URL = 300, 600, 2_000


def hook(deliveries: Sequence[Delivery], items: Mapping[ItemId, Item], letterhead: Letterhead) -> Hook:
    """Return the webhook that tells of `deliveries`, which share a source and an event.

    What would make the body too long is left out: first the content, which stands at the item's link, then
    everything but the item's name, link, dates and the beginning of its summary.
    """
    first = deliveries[0]
    source_id = items[first.item_id].source_id
    source = {"id": source_id, "title": letterhead.title(source_id), "url": letterhead.home(source_id)}
    told = [_clean({"id": d.item_id} | items[d.item_id].to_json()) for d in deliveries]
    said = {"type": f"item.{first.event}", "timestamp": rfc3339(first.created_at)}

    def body(items: Sequence[Json]) -> bytes:
        data = {"source": _clean(source), "items": items}
        return json.dumps(said | {"data": data}, ensure_ascii=False, separators=(",", ":")).encode()

    whole = body(told)
    if len(whole) > LIMIT:
        whole = body([_without_content(item) for item in told])
    if len(whole) > LIMIT:
        whole = body([_bare(item) for item in told])
    return Hook(key=message_key(deliveries), body=whole)


def _without_content(item: Json) -> Json:
    return {name: value for name, value in item.items() if name not in {"content_html", "content_text"}}


def _bare(item: Json) -> Json:
    """Keep what fits whatever the publisher wrote."""
    keep: dict[str, Callable[[str], str]] = {
        "id": str,
        "url": lambda url: url if len(url) <= _URL else "",
        "title": lambda text: _cut(text, _TITLE),
        "published": str,
        "updated": str,
        "summary": lambda text: _cut(text, _SUMMARY),
    }
    short = {name: keep[name](value) for name, value in item.items() if name in keep}
    return {name: value for name, value in short.items() if value}


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def _clean(value: Any) -> Any:  # noqa: ANN401 - JSON of any shape
    """Return JSON without the characters that databases and strict parsers of receivers refuse."""
    match value:
        case str():
            return legal(value)
        case dict():
            return {legal(name): _clean(part) for name, part in value.items()}
        case list():
            return [_clean(part) for part in value]
        case _:
            return value
