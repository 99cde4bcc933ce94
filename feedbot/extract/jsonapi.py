"""Read the JSON of an API: by a rule in JMESPath, or by what the names of its fields say."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from feedbot.errors import ExtractError
from feedbot.extract.charset import decode
from feedbot.extract.clean import absolute, plain
from feedbot.extract.moments import Moment, Reading
from feedbot.item import Candidate, Extraction, Image, legal
from feedbot.page import Page
from feedbot.source import Health, JsonRule

NAMES = {
    "title": ("title", "headline", "name", "heading", "subject", "label"),
    "link": ("link", "url", "href", "permalink", "canonical_url", "web_url", "uri", "path", "slug"),
    "date": (
        *("published", "published_at", "publishedAt", "publishDate", "publish_date", "publicationDate", "pubDate"),
        *(
            "date_published",
            "datePublished",
            "public_timestamp",
            "created_at",
            "createdAt",
            "date",
            "time",
            "timestamp",
        ),
    ),
    "summary": ("summary", "excerpt", "description", "abstract", "teaser", "intro", "standfirst"),
    "image": ("image", "thumbnail", "picture", "image_url", "imageUrl", "cover_image", "jetpack_featured_media_url"),
    "category": ("category", "section", "type", "kind", "categories", "tags"),
    "author": ("author", "authors", "byline", "creator", "user"),
}
"""What fields of an item are called in public APIs, the likeliest first."""

INNER = ("rendered", "text", "name", "title", "url", "href", "src", "value", "display_name")
WRAPPERS = (
    "node",
    "attributes",
    "fields",
    "frontmatter",
    "item",
    "data",
    "content",
    "article",
    "post",
    "story",
    "_source",
)
"""Names of objects that do no more than hold the facts of an entry."""
MAX_NODES = 200_000
_Holder = tuple[tuple[str, ...], frozenset[str]]
"""Where in an entry its facts may stand, and the names of what does."""
MOST_ITEMS = 5_000
"""Entries beyond this are left unread."""
SAMPLE = 20
"""So many entries of a list tell how it is built."""


def compile_path(text: str) -> jmespath.parser.ParsedResult:
    """Compile a JMESPath expression.

    Raises:
        ValueError: it is none; the text says where.
    """
    try:
        return jmespath.compile(text)
    except JMESPathError as error:
        reason = " ".join(str(error).split())
        raise ValueError(f"not a JMESPath expression: {text!r}: {reason}") from error


def is_json(page: Page) -> bool:
    """Say whether a page is JSON, by its media type and beginning."""
    head = page.body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head[:1] in (b"{", b"[") or ("json" in page.content_type and head[:1] != b"<")


def read(
    page: Page, rule: JsonRule | None = None, reading: Reading | None = None, fields: Mapping[str, str] | None = None
) -> Extraction:
    """Return the items of a JSON document.

    Raises:
        ExtractError: it is not JSON, or, without a rule, holds no list of things with a title.
        ValueError: an expression of the rule is none.
    """
    document = _parsed(page)
    rule = rule or rule_for(document)[0]
    if rule is None and _is_empty(document):
        told = "the JSON holds an empty list, and no other"
        return Extraction(url=page.url, kind="json", health=Health.EMPTY, evidence=(told,))
    if rule is None:
        raise ExtractError("the JSON holds no list of things with a title; name the place in `select:` (JMESPath)")
    return read_value(document, page.url, rule, reading or Reading(), fields or {})


def read_value(
    document: Any,  # noqa: ANN401 - JSON is anything
    url: str,
    rule: JsonRule,
    reading: Reading,
    fields: Mapping[str, str],
) -> Extraction:
    """Return the items of parsed JSON; what is relative in it is so to `url`. Raises ValueError as `read` does."""
    found = compile_path(rule.item).search(document)
    entries = found if isinstance(found, list) else [found] if isinstance(found, dict) else None
    items = tuple(
        one
        for entry in (entries or [])[:MOST_ITEMS]
        if (one := _candidate(entry, rule, reading, url, fields)).title or one.url
    )
    return Extraction(
        url=url,
        kind="json",
        rule=rule,
        confidence=0.9 if items and all(item.url and item.title for item in items) else 0.5 if items else 0.0,
        health=Health.FRESH if items else Health.EMPTY if entries == [] else Health.CHANGED,
        evidence=(f"{len(entries or ())} entries at {rule.item}, {len(items)} of them items",),
        items=items,
    )


def _is_empty(document: Any) -> bool:  # noqa: ANN401 - JSON is anything
    """Say whether a document holds lists, near its top, of which each is empty."""
    near = list(document.values()) if isinstance(document, dict) else [document]
    near += [value for one in near if isinstance(one, dict) for value in one.values()]
    lists = [value for value in near if isinstance(value, list)]
    return bool(lists) and not any(lists)


def _parsed(page: Page) -> Any:  # noqa: ANN401 - JSON is anything
    try:
        return json.loads(decode(page.body, page.content_type))
    except (ValueError, RecursionError) as error:
        raise ExtractError(f"the page is not JSON that could be read: {error}") from error


def _candidate(entry: Any, rule: JsonRule, reading: Reading, base: str, fields: Mapping[str, str]) -> Candidate:  # noqa: ANN401
    def said(expression: str) -> Any:  # noqa: ANN401 - JSON is anything
        return compile_path(expression).search(entry) if expression else None

    image, link = _word(said(rule.image)), _word(said(rule.link))
    identity = said("id") if isinstance(entry, dict) else None
    return Candidate(
        url=absolute(link, base) or "" if link else "",
        guid="" if rule.link or identity is None else str(identity),
        title=_plain(said(rule.title)),
        published=_moment(said(rule.date), reading),
        summary=_plain(said(rule.summary)),
        image=Image(url=url) if image and (url := absolute(image, base)) else None,
        categories=tuple(_plain(word) for word in _listed(said(rule.category))),
        authors=tuple(_plain(word) for word in _listed(said(rule.author))),
        fields={name: text for name, path in fields.items() if (text := _plain(said(path)))},
    )


def _word(said: Any) -> str:  # noqa: ANN401 - JSON is anything
    """Return the one text that a value stands for."""
    for _ in range(4):
        if isinstance(said, list):
            said = said[0] if said else None
        elif isinstance(said, dict):
            said = next((said[name] for name in INNER if said.get(name)), None)
        else:
            break
    return legal(str(said)) if isinstance(said, str | int | float) and not isinstance(said, bool) else ""


def _plain(said: Any) -> str:  # noqa: ANN401 - JSON is anything
    return " ".join(plain(_word(said)).split())


def _listed(said: Any) -> list[str]:  # noqa: ANN401 - JSON is anything
    values = said if isinstance(said, list) else [said]
    words = [_word(value) for value in values[:50]]
    return [word for word in words if word and not word.isdigit()]


def _moment(said: Any, reading: Reading) -> Moment | None:  # noqa: ANN401 - JSON is anything
    """Return a date as text, or as seconds or milliseconds since 1970."""
    if isinstance(said, int | float) and not isinstance(said, bool):
        seconds = said / 1000 if said > 100_000_000_000 else said
        return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < 32_503_680_000 else None
    word = _word(said)
    return reading.read(word) if word else None


def rule_for(document: Any, *, dated: bool = False) -> tuple[JsonRule | None, float]:  # noqa: ANN401 - JSON is anything
    """Return the rule for the list of things that look most like news, and how much they do; None where none do.

    `dated` takes only lists whose things have a date. A date says more than anything else:
    menus and tags have titles and links too.
    """
    best: JsonRule | None = None
    most = 0.0
    for path, entries in _lists(document):
        holders = _holders(entries[:SAMPLE])
        names = {name: _named(entries[:SAMPLE], name, holders) for name in NAMES}
        worth = min(len(entries), 50) ** 0.5 * (sum(map(bool, names.values())) + 2 * bool(names["date"]))
        if names["title"] and (names["date"] or not dated) and worth > most:
            best, most = _wordpress(path, entries) or _ruled(path, names), worth
    return best, most


def _ruled(path: str, names: Mapping[str, str]) -> JsonRule:
    return JsonRule(
        item=path,
        title=names["title"],
        link=names["link"],
        date=names["date"],
        summary=names["summary"],
        image=names["image"],
        category=names["category"],
        author=names["author"],
    )


def _wordpress(path: str, entries: Sequence[Mapping[str, Any]]) -> JsonRule | None:
    """Return the rule for posts of WordPress: its dates are UTC, its names stand in what is embedded."""
    first = entries[0]
    if not {"date_gmt", "title", "link", "slug"} <= set(first) or not isinstance(first["title"], dict):
        return None
    inner = "_embedded." if isinstance(first.get("_embedded"), dict) else ""
    return JsonRule(
        item=path,
        title="title.rendered",
        link="link",
        date="date_gmt && join('', [date_gmt, 'Z']) || date",
        summary="excerpt.rendered",
        image=f'{inner}"wp:featuredmedia"[0].source_url' if inner else "jetpack_featured_media_url",
        category=f'{inner}"wp:term"[0][].name' if inner else "",
        author=f"{inner}author[].name" if inner else "",
    )


def _lists(document: Any) -> Iterator[tuple[str, Sequence[Mapping[str, Any]]]]:  # noqa: ANN401 - JSON is anything
    """Yield every list of objects with its path."""
    waiting: list[tuple[str, Any]] = [("", document)]
    for _ in range(MAX_NODES):
        if not waiting:
            return
        path, value = waiting.pop()
        if isinstance(value, dict):
            inner = [(f"{path}.{_key(name)}" if path else _key(name), below) for name, below in value.items()]
            waiting += [pair for pair in inner if isinstance(pair[1], dict | list)]
        elif isinstance(value, list) and value:
            waiting += [
                (f"{path}[{at}]", below) for at, below in enumerate(value[:SAMPLE]) if isinstance(below, dict | list)
            ]
            if all(isinstance(entry, dict) for entry in value):
                yield (f"{path}[]" if path else "[]"), value


def _key(name: str) -> str:
    return name if name.isidentifier() and name.isascii() else json.dumps(name)


def _holders(some: Sequence[Mapping[str, Any]]) -> list[_Holder]:
    """Return where in an entry its facts may stand: in itself, or in an object that only wraps them."""
    own: _Holder = ((), _keys(some))
    outer = _wrapped(some, own)
    return [own, *outer, *(inner for holder in outer for inner in _wrapped(some, holder))]


def _wrapped(some: Sequence[Mapping[str, Any]], holder: _Holder) -> list[_Holder]:
    path, keys = holder
    inner = (((*path, name), [_at(entry, (*path, name)) for entry in some]) for name in WRAPPERS if name in keys)
    return [(below, _keys(dicts)) for below, said in inner if len(dicts := _dicts(said)) * 2 >= len(some)]


def _dicts(said: Sequence[Any]) -> list[Mapping[str, Any]]:
    return [one for one in said if isinstance(one, dict)]


def _keys(some: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    return frozenset().union(*some)


def _named(some: Sequence[Mapping[str, Any]], field: str, holders: Sequence[_Holder]) -> str:
    """Return the path under which most entries say `field`, `""` where none do."""
    for name in NAMES[field]:
        for path in (path for path, keys in holders if name in keys):
            if sum(bool(_word(_at(entry, (*path, name)))) for entry in some) * 2 >= len(some):
                return ".".join(_key(part) for part in (*path, name))
    return ""


def _at(entry: Any, path: Sequence[str]) -> Any:  # noqa: ANN401 - JSON is anything
    for name in path:
        entry = entry.get(name) if isinstance(entry, dict) else None
    return entry
