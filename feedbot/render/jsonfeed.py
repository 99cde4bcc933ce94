"""JSON Feed 1.1, with what it has no names for in the extension `_feedbot`."""

import json

from feedbot.item import Attachment, Json, rfc3339
from feedbot.render.edition import Edition, Entry, Withdrawn

VERSION = "https://jsonfeed.org/version/1.1"
MEDIA_TYPE = "application/feed+json"


END = b"\n]}\n"


def jsonfeed(edition: Edition) -> bytes:
    """Return the JSON Feed document of `edition`, each item on a line of its own."""
    return b"".join((json_head(edition), b",\n".join(map(json_item, edition.entries)), END))


def json_head(edition: Edition) -> bytes:
    """Return a JSON Feed document up to its first item; older items are where `next_url` says."""
    previous, hub = edition.part.previous, edition.hub if not edition.part.name else ""
    publisher = {"name": edition.publisher, "url": edition.publisher_url}
    feed: Json = {
        "version": VERSION,
        "title": edition.title,
        "home_page_url": edition.home,
        "feed_url": edition.url("json"),
        "next_url": edition.url("json", previous) if previous else "",
        "description": edition.description,
        "authors": [_slim(publisher)],
        "language": edition.language,
        "hubs": [{"type": "WebSub", "url": hub}] if hub else [],
        "_feedbot": _slim(
            {
                "about": f"{edition.site.feed_url('index.html')}#about",
                "id": edition.id,
                "withdrawn": [_withdrawn(one) for one in edition.withdrawn],
            }
        ),
    }
    return f'{_written(_slim(feed))[:-1]}, "items": [\n'.encode()


def json_item(entry: Entry) -> bytes:
    """Return an item of a JSON Feed document."""
    return _written(_item(entry)).encode()


def _item(entry: Entry) -> Json:
    picture = entry.image.url if entry.image else ""
    return _slim(
        {
            "id": entry.id,
            "url": entry.url,
            "title": entry.title,
            "summary": entry.summary,
            "content_html": entry.content,
            "image": picture,
            "banner_image": picture,
            "date_published": rfc3339(entry.published),
            "date_modified": rfc3339(entry.updated),
            "authors": [{"name": name} for name in entry.authors],
            "tags": list(entry.categories),
            "language": entry.language,
            "attachments": [_attachment(one) for one in entry.attachments],
            "_feedbot": _extension(entry),
        }
    )


def _withdrawn(one: Withdrawn) -> Json:
    return _slim({"id": one.id, "url": one.url, "date_withdrawn": rfc3339(one.since)})


def _attachment(one: Attachment) -> Json:
    return _slim({"url": one.url, "mime_type": one.type, "title": one.title, "size_in_bytes": one.length})


def _extension(entry: Entry) -> Json:
    """Return what JSON Feed has no names for; fields of the source keep their own names."""
    origin = entry.origin
    own = {
        "dated": "" if entry.dated == "time" else entry.dated,
        "image_alt": entry.image.alt if entry.image else "",
        "quotes": [_slim({"text": q.text, "speaker": q.speaker, "role": q.role}) for q in entry.quotes],
        "related": [_slim({"url": link.url, "title": link.title}) for link in entry.related],
        "comments": entry.comments,
        "source": _slim({"id": origin.id, "title": origin.title, "url": origin.home}) if origin else {},
        "also": [{"id": one.origin.id, "title": one.origin.title, "url": one.url} for one in entry.also],
    }
    return {**entry.fields, **_slim(own)}


def _written(values: Json) -> str:
    """Return it on one line: with an indent, json falls back to its slow writer."""
    return _encoded(values)


_encoded = json.JSONEncoder(ensure_ascii=False).encode


def _slim(values: Json) -> Json:
    return {name: value for name, value in values.items() if value not in ("", None, [], {})}
