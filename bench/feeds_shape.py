"""Turn what feedbot reads out of a feed into the shape that the evaluation set's scorer compares."""

from typing import Any

from feedbot.item import Candidate, Extraction, rfc3339
from feedbot.page import Page


def page(truth: dict[str, Any], body: bytes) -> Page:
    """Return the page of one feed, at the address that its answer says it is from."""
    headers = {name.lower(): value for name, value in (truth.get("headers") or {}).items()}
    placed = headers.get("content-location", "")
    url = placed if placed.startswith("http") else truth.get("url") or ""
    return Page(url=url, body=body, content_type=headers.get("content-type", ""))


def shape(found: Extraction) -> dict[str, Any]:
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


def entry(item: Candidate) -> dict[str, Any]:
    """Return the prediction for one item."""
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
