"""From a page to what it says: the front door of extraction, with one reader for each kind of page."""

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from feedbot.errors import ExtractError
from feedbot.item import Extraction
from feedbot.page import FOLDER, Page
from feedbot.source import (
    ArticleRule,
    DataRule,
    FeedRule,
    FilesRule,
    Health,
    JsonRule,
    Kind,
    ListingRule,
    Rule,
    SitemapRule,
)


def extract(
    page: Page,
    rule: Rule | None = None,
    kind: Kind = "auto",
    *,
    fields: Mapping[str, str] | None = None,
    timezone: str = "UTC",
    language: str | None = None,
) -> Extraction:
    """Return what `page` says, and how that was understood.

    Args:
        page: the bytes that a source answered with.
        rule: how to read it; where there is none, `kind` says what it is, and the rest is worked out.
        kind: what the page is; `auto` looks at it.
        fields: selectors of further texts of each item, by name.
        timezone: IANA name of the zone that relative dates are counted in.
        language: BCP 47 tag of the language that dates are written in, where the page does not say.

    Raises:
        ExtractError: the page cannot be understood at all, or the rule holds what is no selector.
    """
    try:
        return _read(page, rule or _rule_for(page, kind), fields or {}, timezone, language)
    except (ValueError, RecursionError) as error:
        raise ExtractError(str(error)) from error


def _read(page: Page, rule: Rule | None, fields: Mapping[str, str], timezone: str, language: str | None) -> Extraction:
    from feedbot.extract.moments import Reading  # noqa: PLC0415 - each reader is loaded when it is needed

    reading = Reading(language=language, timezone=timezone, now=page.fetched_at)
    match rule:
        case None | ListingRule():
            from feedbot.extract import listing  # noqa: PLC0415 - each reader is loaded when it is needed

            return listing.read(page, rule, reading, fields)
        case FeedRule():
            from feedbot.extract import feed  # noqa: PLC0415 - each reader is loaded when it is needed

            return feed.read(page, timezone=timezone, language=language)
        case SitemapRule():
            from feedbot.extract import sitemap  # noqa: PLC0415 - each reader is loaded when it is needed

            return sitemap.read(page, rule, reading)
        case JsonRule():
            from feedbot.extract import jsonapi  # noqa: PLC0415 - each reader is loaded when it is needed

            return jsonapi.read(page, rule if rule.item else None, reading, fields)
        case DataRule():
            from feedbot.extract import embedded  # noqa: PLC0415 - each reader is loaded when it is needed

            return embedded.read(page, rule, reading)
        case FilesRule():
            from feedbot.extract import files  # noqa: PLC0415 - each reader is loaded when it is needed

            return files.read(page, rule)
        case ArticleRule():
            return _article(page, fields, timezone, language)
        case _:
            assert_never(rule)


def _rule_for(page: Page, kind: Kind) -> Rule | None:
    """Return the rule that a kind stands for; None for a listing whose rule has yet to be found."""
    rules: dict[str, Rule] = {
        "feed": FeedRule(),
        "sitemap": SitemapRule(),
        "json": JsonRule(item=""),
        "jsonld": DataRule(kind="jsonld"),
        "state": DataRule(kind="state"),
        "microdata": DataRule(kind="microdata"),
        "hfeed": DataRule(kind="hfeed"),
        "files": FilesRule(),
        "article": ArticleRule(),
    }
    return rules.get(_looks_like(page) if kind == "auto" else kind)


def _looks_like(page: Page) -> str:
    """Say what a page is by its media type and its first bytes."""
    if page.content_type.startswith(FOLDER):
        return "files"
    if not page.body.strip():
        raise ExtractError("the page is empty")
    head = page.body[:8]
    if head.startswith((b"%PDF", b"PK\x03\x04", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b")):
        raise ExtractError(
            f"the page is no text but a file of another kind ({page.content_type or 'of no stated type'})"
        )
    from feedbot.extract import feed, jsonapi, sitemap  # noqa: PLC0415 - each reader is loaded when it is needed

    if feed.is_feed(page):
        return "feed"
    if jsonapi.is_json(page):
        return "json"
    return "sitemap" if sitemap.is_sitemap(page) else "listing"


def _article(page: Page, fields: Mapping[str, str], timezone: str, language: str | None) -> Extraction:
    from feedbot.extract import article, byrule  # noqa: PLC0415 - each reader is loaded when it is needed
    from feedbot.extract.document import open_document  # noqa: PLC0415 - each reader is loaded when it is needed
    from feedbot.extract.select import compile_selector  # noqa: PLC0415 - each reader is loaded when it is needed

    document = open_document(page)
    candidate = article.read(document, timezone=timezone, language=language, now=page.fetched_at)
    extra = {
        name: said
        for name, text in fields.items()
        if (said := byrule.extra_field([document.root], compile_selector(text), document))
    }
    if extra:
        candidate = replace(candidate, fields={**candidate.fields, **extra})
    good = bool(candidate.title and (candidate.content_text or candidate.content_html))
    return Extraction(
        url=page.url,
        kind="article",
        title=candidate.title,
        rule=ArticleRule(),
        confidence=0.9 if good else 0.4,
        health=Health.FRESH if candidate.title or good else Health.EMPTY,
        items=(candidate,) if candidate.title or good else (),
        language=candidate.language or document.language,
    )
