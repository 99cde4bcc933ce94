"""What a page says of itself for machines: JSON-LD, Open Graph, Dublin Core and other meta tags."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from feedbot.extract import dates
from feedbot.extract.document import Document

ARTICLES = re.compile(
    r"(?:News|Blog|Scholarly|Report|Tech|Live|Advertiser|Satirical|Opinion|Review)?\w*(?:Article|Posting|Report)$"
)
NOBODY = re.compile(
    r"^(?:admin\w*|editor\w*|staff|web\s?master|unknown|anonymous|guest|.*\bteam\b|.*\bredak\w*|https?://.*)$",
    re.IGNORECASE,
)
PUBLISHED = (
    "article:published_time",
    "datepublished",
    "og:published_time",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.issued",
    "dc.date",
    "dcterms.date",
    "date",
    "pubdate",
    "publishdate",
    "publish-date",
    "sailthru.date",
    "parsely-pub-date",
)
MODIFIED = ("article:modified_time", "og:updated_time", "dcterms.modified", "datemodified", "last-modified")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the page's data for machines says; empty where it says nothing."""

    titles: tuple[str, ...] = ()
    site: str = ""
    published: datetime | date | None = None
    modified: datetime | date | None = None
    description: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    image: str = ""
    image_alt: str = ""
    language: str | None = None
    url: str = ""


def facts(document: Document) -> Facts:
    """Collect it; the JSON-LD of an article is trusted before meta tags."""
    meta = _meta(document)
    article = next(_articles(document), {})
    return Facts(
        titles=tuple(
            t for t in (_text(article.get("headline")), meta.get("og:title", ""), meta.get("twitter:title", "")) if t
        ),
        site=meta.get("og:site_name", "") or _text(_first(article.get("publisher")).get("name")),
        published=_date(article.get("datePublished")) or _first_date(meta, PUBLISHED),
        modified=_date(article.get("dateModified")) or _first_date(meta, MODIFIED),
        description=_text(article.get("description")) or meta.get("og:description", "") or meta.get("description", ""),
        authors=tuple(_authors(article, meta)),
        categories=tuple(_categories(article, meta)),
        image=document.absolute(meta.get("og:image", "") or _image(article) or meta.get("twitter:image", "")),
        image_alt=meta.get("og:image:alt", "") or meta.get("twitter:image:alt", ""),
        language=(meta.get("og:locale", "").replace("_", "-") or None) if not document.language else document.language,
        url=document.absolute(_canonical(document) or meta.get("og:url", "")),
    )


def _meta(document: Document) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in document.root.iter("meta"):
        name = (one.get("property") or one.get("name") or one.get("itemprop") or "").strip().lower()
        if name and one.get("content"):
            found.setdefault(name, " ".join((one.get("content") or "").split()))
    return found


def _articles(document: Document) -> Iterator[dict[str, Any]]:
    for script in document.root.iter("script"):
        if "ld+json" in (script.get("type") or "") and script.text and len(script.text) < 1_000_000:
            try:
                said = json.loads(script.text, strict=False)
            except (ValueError, RecursionError):
                continue
            yield from (one for one in _nodes(said, 0) if any(ARTICLES.match(kind) for kind in _kinds(one)))


def _nodes(said: Any, depth: int) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - any JSON
    if depth > 4:
        return
    if isinstance(said, list):
        for one in said[:100]:
            yield from _nodes(one, depth + 1)
    elif isinstance(said, dict):
        yield said
        for name in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _nodes(said.get(name), depth + 1)


def _kinds(one: dict[str, Any]) -> list[str]:
    said = one.get("@type")
    return [kind for kind in (said if isinstance(said, list) else [said]) if isinstance(kind, str)]


def _first(said: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    said = said[0] if isinstance(said, list) and said else said
    return said if isinstance(said, dict) else {}


def _text(said: Any) -> str:  # noqa: ANN401 - any JSON
    return " ".join(said.split()) if isinstance(said, str) else ""


def _date(said: Any) -> datetime | date | None:  # noqa: ANN401 - any JSON
    return dates.machine(said) if isinstance(said, str) else None


def _first_date(meta: dict[str, str], names: tuple[str, ...]) -> datetime | date | None:
    return next((found for name in names if name in meta and (found := dates.machine(meta[name]))), None)


def _authors(article: dict[str, Any], meta: dict[str, str]) -> Iterator[str]:
    said = article.get("author")
    names = [
        one if isinstance(one, str) else _text(_first(one).get("name"))
        for one in (said if isinstance(said, list) else [said])
        if one
    ]
    names = names or [
        meta.get(name, "") for name in ("author", "dc.creator", "dcterms.creator", "article:author", "parsely-author")
    ]
    site = (meta.get("og:site_name") or "").casefold()
    seen: set[str] = set()
    for name in (" ".join(part.split()) for one in names for part in re.split(r"\s*(?:,|;|\band\b|&)\s*", one)):
        if name and not NOBODY.match(name) and name.casefold() != site and name.casefold() not in seen:
            seen.add(name.casefold())
            yield name


def _categories(article: dict[str, Any], meta: dict[str, str]) -> Iterator[str]:
    said = article.get("articleSection") or meta.get("article:section", "")
    yield from dict.fromkeys(text for one in (said if isinstance(said, list) else [said]) if (text := _text(one)))


def _image(article: dict[str, Any]) -> str:
    said = article.get("image")
    said = said[0] if isinstance(said, list) and said else said
    return _text(said) or _text(_first(said).get("url"))


def _canonical(document: Document) -> str:
    return next(
        (one.get("href") or "" for one in document.root.iter("link") if (one.get("rel") or "").lower() == "canonical"),
        "",
    )
