"""Read JSON Feed 1.0 and 1.1 (jsonfeed.org)."""

import json
from collections.abc import Mapping, Sequence
from html import escape
from itertools import islice
from typing import Any

from feedbot.errors import ExtractError
from feedbot.extract import clean, media
from feedbot.extract.dating import Dating
from feedbot.item import Attachment, Candidate, Extraction, Image, legal
from feedbot.source import FeedRule, Health

Json = Mapping[str, Any]
MOST_ITEMS = 10_000
"""Items beyond this are left unread."""


def read(text: str, url: str, dating: Dating) -> Extraction:
    """Return what the JSON feed in `text`, found at `url`, says of itself and its items.

    Numbers stay as they are written, so that none is too large.

    Raises:
        ExtractError: it is no JSON, or JSON that is no feed.
    """
    feed = _loaded(text)
    raw = feed.get("items")
    if not isinstance(raw, list):
        raise ExtractError("the page is JSON, but no JSON Feed: it has no list of `items`")
    home = _address(feed, "home_page_url", url)
    base = url or home
    author = _authors(feed)
    items = tuple(_candidate(item, base, author, dating) for item in islice(raw, MOST_ITEMS) if isinstance(item, dict))
    return Extraction(
        url=url,
        kind="feed",
        rule=FeedRule(),
        confidence=1.0,
        health=Health.FRESH if items else Health.EMPTY,
        title=_line(feed, "title"),
        subtitle=_line(feed, "description"),
        items=items,
        language=_line(feed, "language") or None,
        authors=author,
        image=_image(feed, ("icon", "favicon"), base),
        id=_text(feed, "feed_url"),
        link=home,
    )


def _loaded(text: str) -> Json:
    try:
        feed = json.loads(text, strict=False, parse_int=str, parse_float=str, parse_constant=lambda _: None)
    except RecursionError:
        raise ExtractError("the JSON is nested too deeply to be a feed") from None
    except ValueError as error:
        raise ExtractError(f"the page begins like JSON, but is none: {error}") from error
    if not isinstance(feed, dict):
        raise ExtractError("the page is JSON, but no JSON Feed: it is not an object")
    return feed


def _candidate(item: Json, feed_base: str, feed_authors: tuple[str, ...], dating: Dating) -> Candidate:
    url = _address(item, "url", feed_base) or _address(item, "external_url", feed_base)
    html = clean.sanitise(_text(item, "content_html"), url or feed_base)
    text = _text(item, "content_text").strip()
    published, updated = dating.read(_text(item, "date_published")), dating.read(_text(item, "date_modified"))
    return Candidate(
        guid=_text(item, "id").strip(),
        url=url or _permalink(item),
        title=_line(item, "title"),
        published=published or updated,
        updated=updated,
        summary=_line(item, "summary"),
        content_html=html or escape(text, quote=False),
        content_text=text or clean.plain(html),
        authors=_authors(item) or feed_authors,
        categories=_words(item.get("tags")),
        image=_image(item, ("image", "banner_image"), url or feed_base) or media.shown(html),
        attachments=_attachments(item.get("attachments"), url or feed_base),
        language=_line(item, "language") or None,
    )


def _text(thing: Json, name: str) -> str:
    value = thing.get(name)
    return legal(value) if isinstance(value, str) else ""


def _line(thing: Json, name: str) -> str:
    """Return a text in one line; publishers write entities into what should be plain."""
    return " ".join(clean.plain(_text(thing, name)).split())


def _words(value: object) -> tuple[str, ...]:
    given = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    lines = (" ".join(legal(word).split()) for word in given if isinstance(word, str))
    return tuple(dict.fromkeys(word for word in lines if word))


def _address(thing: Json, name: str, base: str) -> str:
    text = _text(thing, name)
    return (clean.absolute(text, base) or "") if text else ""


def _permalink(item: Json) -> str:
    """Return the id where it is an address, as the specification recommends."""
    named = _text(item, "id").strip()
    return (clean.absolute(named, "") or "") if named.startswith("http") else ""


def _authors(thing: Json) -> tuple[str, ...]:
    """Return the names of `authors` (version 1.1) or `author` (version 1.0)."""
    many: Any = thing.get("authors") or [thing.get("author")]
    given: Sequence[Any] = many if isinstance(many, list) else [many]
    return _words([author.get("name") if isinstance(author, dict) else author for author in given])


def _image(thing: Json, names: tuple[str, ...], base: str) -> Image | None:
    found = next((url for name in names if (url := _address(thing, name, base))), "")
    return Image(url=found) if found else None


def _attachments(value: object, base: str) -> tuple[Attachment, ...]:
    given = value if isinstance(value, list) else []
    return tuple(_attachment(one, base) for one in given if isinstance(one, dict) and _address(one, "url", base))


def _attachment(thing: Json, base: str) -> Attachment:
    size = _text(thing, "size_in_bytes")
    return Attachment(
        url=_address(thing, "url", base),
        type=_text(thing, "mime_type").strip(),
        length=int(size) if size.isascii() and size.isdecimal() and len(size) < 16 else None,
        title=_line(thing, "title"),
    )
