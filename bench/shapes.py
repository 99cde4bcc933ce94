"""Pages with their truth, and what feedbot reads in them, in the shapes that the evaluation set is written in."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from feedbot.extract import extract
from feedbot.item import Candidate, Extraction, rfc3339
from feedbot.page import Page

Kind = Literal["listing", "article", "feeds"]
Json = dict[str, Any]
KINDS: tuple[Kind, ...] = ("listing", "article", "feeds")
SUFFIXES = (".html", ".xml", ".jsonfeed")
"""What a page's file may end in, beside the `.json` of its truth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One page or feed, and what is true of it."""

    kind: Kind
    name: str
    path: Path
    truth: Json


def cases(folder: Path) -> Iterator[Case]:
    """Give every page one level under `folder` that has its truth beside it, in the order of their names."""
    for told in sorted(folder.glob("*/*.json")):
        stem = told.name.removesuffix(".json")
        path = next((p for suffix in SUFFIXES if (p := told.with_name(f"{stem}{suffix}")).exists()), None)
        truth = json.loads(told.read_text("utf-8")) if path else None
        if path and isinstance(truth, dict) and (kind := _kind(truth)):
            yield Case(kind=kind, name=truth.get("name") or stem, path=path, truth=truth)


def _kind(truth: Json) -> Kind | None:
    if "expects" in truth:
        return "feeds"
    if "truth_fields" in truth:
        return "article"
    return "listing" if truth.get("items") else None


def predicted(case: Case) -> Json:
    """Return what feedbot reads in the page; `{"error": …}` where it refuses to."""
    try:
        match case.kind:
            case "listing":
                return {"items": [listed(item) for item in extract(page(case), kind="listing").items]}
            case "article":
                found = extract(page(case), kind="article").items
                return article(found[0]) if found else {}
            case "feeds":
                return feed(extract(page(case), kind="feed"))
    except Exception as error:  # noqa: BLE001 - a crash on one page is a figure of this measure, and is counted
        return {"error": repr(error)}


def page(case: Case) -> Page:
    """Return the page of a case, at the address that its answer says it is from."""
    headers = {name.lower(): value for name, value in (case.truth.get("headers") or {}).items()}
    placed = headers.get("content-location", "")
    nowhere = "" if case.kind == "feeds" else "https://page.example/"
    url = placed if placed.startswith("http") else case.truth.get("url") or nowhere
    media = headers.get("content-type", "" if case.kind == "feeds" else "text/html")
    fetched = case.truth.get("fetched")
    when = datetime.fromisoformat(fetched) if fetched else None
    return Page(url=url, body=case.path.read_bytes(), content_type=media, fetched_at=when)


def listed(item: Candidate) -> Json:
    """Return the prediction for one item of a list."""
    return {
        "title": item.title,
        "url": item.url,
        "date": rfc3339(item.published),
        "summary": item.summary,
        "image": item.image and item.image.url,
    }


def article(item: Candidate) -> Json:
    """Return the prediction for one article."""
    return {
        "title": item.title,
        "published": rfc3339(item.published),
        "modified": rfc3339(item.updated),
        "authors": list(item.authors),
        "image": item.image and {"url": item.image.url, "alt": item.image.alt},
        "text": item.content_text,
    }


def feed(found: Extraction) -> Json:
    """Return the prediction for one feed."""
    return {
        "title": found.title,
        "subtitle": found.subtitle,
        "link": found.link,
        "id": found.id,
        "authors": list(found.authors),
        "categories": list(found.categories),
        "language": found.language,
        "updated": rfc3339(found.updated),
        "published": rfc3339(found.published),
        "image": found.image and found.image.url,
        "rights": found.rights,
        "generator": found.generator,
        "entries": [entry(item) for item in found.items],
    }


def entry(item: Candidate) -> Json:
    """Return the prediction for one item of a feed."""
    return {
        "title": item.title,
        "link": item.url,
        "id": item.guid,
        "authors": list(item.authors),
        "summary": item.summary_html or item.summary,
        "content": item.content_html,
        "published": rfc3339(item.published),
        "updated": rfc3339(item.updated),
        "categories": list(item.categories),
        "enclosures": [{"url": a.url, "type": a.type, "length": a.length} for a in item.attachments],
        "comments": item.comments,
        "rights": item.fields.get("rights", ""),
        "subtitle": item.summary,
    }
