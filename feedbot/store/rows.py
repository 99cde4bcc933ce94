"""Rows to values and back; a bare date stays one, and no character can cost a commit."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping

from feedbot.item import Attachment, Content, Image, Item, Link, Quote, legal

OWN = ("id", "source_id", "guid", "published_at", "dated", "first_seen", "changed_at", "revision", "rank", "digest")


def content_json(content: Content) -> dict[str, Any]:
    """Return what is said, as JSON; what UTF-8 cannot carry is dropped (see item.legal)."""
    said = {f.name: getattr(content, f.name) for f in fields(Content)}
    plain = {name: _plain(value) for name, value in said.items()}
    return {name: value for name, value in plain.items() if value not in (None, "", [], {})}


def content_of(said: Mapping[str, Any]) -> Content:
    """Return what `content_json` made JSON of."""
    parts = dict(said)
    for name in ("published", "updated"):
        if name in parts:
            parts[name] = _when(parts[name])
    for name in ("authors", "categories"):
        parts[name] = tuple(parts.get(name, ()))
    if "image" in parts:
        parts["image"] = Image(**parts["image"])
    parts["attachments"] = tuple(Attachment(**one) for one in parts.get("attachments", ()))
    parts["quotes"] = tuple(Quote(**one) for one in parts.get("quotes", ()))
    parts["related"] = tuple(Link(**one) for one in parts.get("related", ()))
    return Content(**parts)


def item_of(row: RowMapping) -> Item:
    """Return the item of a row that joins items and revisions."""
    item = Item(
        **{name: row[name] for name in OWN} | {"revision": row["number"]}, keys=(), withdrawn_at=row["withdrawn_at"]
    )
    return item.said(content_of(row["content"]))


def item_row(item: Item) -> dict[str, Any]:
    """Return the row of `items`."""
    row = {name: getattr(item, name) for name in OWN}
    return row | {"guid": legal(item.guid), "withdrawn_at": item.withdrawn_at}


def _plain(value: Any) -> Any:  # noqa: ANN401 - every type that Content has
    match value:
        case str():
            return legal(value)
        case datetime() | date():
            return value.isoformat()
        case tuple():
            return [_plain(part) for part in value]
        case Mapping():
            return {legal(name): _plain(part) for name, part in value.items()}
        case Attachment() | Image() | Quote() | Link():
            return _plain({name: part for name, part in asdict(value).items() if part is not None})
        case _:
            return value


def _when(text: str) -> datetime | date:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
