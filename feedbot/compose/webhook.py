"""Webhooks in feedbot's own words: Standard Webhooks and CloudEvents; what would be too long is left to the link."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from feedbot.bulletin import ALERTS, SUBJECT, TYPE
from feedbot.compose.letterhead import Letterhead
from feedbot.delivery import Delivery, Hook, message_key
from feedbot.item import Item, ItemId, Json, legal, rfc3339
from feedbot.source import SourceId

LIMIT = 20_000
"""Bytes of a body; Standard Webhooks recommends to stay under 20 KB."""
EVENT_LIMIT = 64_000
"""Bytes of a CloudEvent that everybody on its way must forward: 64 KB (CloudEvents 1.0, size limits)."""
MOST = 100
"""Items of one message."""
_TITLE, _SUMMARY, _URL = 300, 600, 2_000
Detail = Literal["whole", "without content", "bare"]


def standard(deliveries: Sequence[Delivery], items: Mapping[ItemId, Item], letterhead: Letterhead, told: int) -> Hook:
    """Return the Standard Webhook that tells of `deliveries`: `type`, `timestamp`, `data`.

    What would make the body too long is left out: first the content, which stands at the item's link, then
    everything but the item's name, link, dates and the beginning of its summary.
    """

    def body(detail: Detail) -> bytes:
        said = {"type": kind(deliveries, items), "timestamp": rfc3339(deliveries[0].created_at)}
        return _json(said | {"data": data(deliveries, items, letterhead, told, detail)})

    return Hook(key=message_key(deliveries), body=_shortened(body, LIMIT))


def cloudevent(deliveries: Sequence[Delivery], items: Mapping[ItemId, Item], letterhead: Letterhead, told: int) -> Hook:
    """Return the CloudEvent 1.0 that tells of `deliveries`, in structured mode of the HTTP binding."""
    key, first = message_key(deliveries), deliveries[0]
    sources = _sources(deliveries, items)
    home = letterhead.home(sources[0]) if len(sources) == 1 else ""
    said: Json = {
        "specversion": "1.0",
        "id": key,
        "source": home or letterhead.site.url,
        "type": f"feedbot.{kind(deliveries, items)}",
        "time": rfc3339(first.created_at),
        "datacontenttype": "application/json",
    }
    if len(deliveries) == 1:
        said["subject"] = first.item_id

    def body(detail: Detail) -> bytes:
        return _json(said | {"data": data(deliveries, items, letterhead, told, detail)})

    kind_of_body = "application/cloudevents+json; charset=utf-8"
    return Hook(key=key, body=_shortened(body, EVENT_LIMIT), content_type=kind_of_body)


def kind(deliveries: Sequence[Delivery], items: Mapping[ItemId, Item]) -> str:
    """Return what a message tells: one kind of event of one source, or a digest; alerts have types of their own."""
    types = {_type(one, items[one.item_id]) for one in deliveries}
    together = len(types) == 1 and len(_sources(deliveries, items)) == 1
    return types.pop() if together else "digest"


def _type(delivery: Delivery, item: Item) -> str:
    own = item.fields.get(TYPE) if item.source_id == ALERTS else None
    return own or f"item.{delivery.event}"


def data(
    deliveries: Sequence[Delivery],
    items: Mapping[ItemId, Item],
    letterhead: Letterhead,
    told: int,
    detail: Detail = "whole",
) -> Json:
    """Return the sources and items of a message, the first `told` of them; `more` says how many are not told.

    A message of one kind and source names its `source`; a digest has `sources`, and each of its items names its own.
    """
    sources = [_source(source_id, letterhead) for source_id in _sources(deliveries, items)]
    digest = kind(deliveries, items) == "digest"
    own = [_own(one, items[one.item_id]) if digest else {} for one in deliveries[:told]]
    said = [_detailed(items[one.item_id], detail) | mine for one, mine in zip(deliveries[:told], own, strict=True)]
    left = deliveries[told:]
    more = {"more": len(left), "more_url": letterhead.listing({items[one.item_id].source_id for one in left})}
    named: Json = {"sources": sources} if digest else {"source": sources[0]}
    return _clean(named | {"items": said} | (more if left else {}))  # type: ignore[no-any-return]  # what goes in


def _sources(deliveries: Sequence[Delivery], items: Mapping[ItemId, Item]) -> list[Any]:
    """Return the sources that a message is about; an alert of a source is about that one."""
    return list(dict.fromkeys(_about(items[one.item_id]) for one in deliveries))


def _about(item: Item) -> SourceId:
    of_source = item.source_id == ALERTS and item.fields.get(TYPE, "").startswith("source.")
    return SourceId(item.fields[SUBJECT]) if of_source else item.source_id


def _source(source_id: Any, letterhead: Letterhead) -> Json:  # noqa: ANN401 - a SourceId
    return {"id": source_id, "title": letterhead.title(source_id), "url": letterhead.home(source_id)}


def _own(delivery: Delivery, item: Item) -> Json:
    return {"source": item.source_id, "event": delivery.event}


def _detailed(item: Item, detail: Detail) -> Json:
    said = {"id": item.id} | item.to_json()
    match detail:
        case "whole":
            return said
        case "without content":
            return {name: value for name, value in said.items() if name not in {"content_html", "content_text"}}
        case "bare":
            return _bare(said)


def _shortened(body: Callable[[Detail], bytes], limit: int) -> bytes:
    """Return the body with the most detail that keeps the limit; the barest one may be left to be split."""
    details: tuple[Detail, ...] = ("whole", "without content")
    return next((one for one in map(body, details) if len(one) <= limit), None) or body("bare")


def _json(said: Json) -> bytes:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


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
