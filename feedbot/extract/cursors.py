"""Where the next page of a JSON answer is: an address in it, a cursor, or a number to count up in its own address."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from feedbot.extract.charset import decode
from feedbot.extract.jsonapi import compile_path
from feedbot.item import Extraction
from feedbot.page import Page
from feedbot.source import JsonRule

ADDRESSES = frozenset(
    {
        *("next", "next_url", "nexturl", "next_page_url", "nextpageurl", "nextlink", "next_link", "nextpagelink"),
        *("@odata.nextlink", "odata.nextlink", "next_page", "nextpage", "hydra:next", "next_href", "nexthref"),
        *("load_more", "loadmore", "load_more_url", "loadmoreurl", "more_url", "moreurl", "next_results", "older"),
    }
)
"""Names under which a next page stands, in lower case."""
CURSORS = {
    "next_cursor": "cursor",
    "nextcursor": "cursor",
    "endcursor": "after",
    "end_cursor": "after",
    "after": "after",
    "nextpagetoken": "pageToken",
    "next_page_token": "page_token",
    "nexttoken": "nextToken",
    "next_token": "next_token",
    "continuation": "continuation",
    "scroll_id": "scroll_id",
    "next_offset": "offset",
    "nextoffset": "offset",
    "next_max_id": "max_id",
    "next_start": "start",
}
"""Names under which a cursor stands, in lower case, and the parameter that is to hold it."""
PAGES = ("page", "pagenumber", "page_number", "currentpage", "current_page", "paged", "pageno", "pageindex", "pg", "p")
LAST = ("totalpages", "total_pages", "last_page", "lastpage", "pagecount", "page_count", "pages", "num_pages")
OFFSETS = ("offset", "start", "skip", "from", "startindex", "start_index")
SIZES = ("limit", "per_page", "perpage", "page_size", "pagesize", "size", "count", "rows", "num", "take", "hitsperpage")
DEEP = 5
"""So many levels of objects are looked at."""


def next_of_json(page: Page, found: Extraction) -> Iterator[str]:
    """Give addresses that may be that of the next page, relative ones as they stand, the likeliest first."""
    try:
        document = json.loads(decode(page.body, page.content_type).lstrip("\ufeff \t\r\n"))
    except (ValueError, RecursionError):
        return
    if isinstance(found.rule, JsonRule) and found.rule.next:
        yield from _meant(compile_path(found.rule.next).search(document), "cursor", page.url)
        return
    objects = list(_objects(document))
    for one in objects:
        yield from _named(one, page.url)
    for one in objects:
        yield from _counted(one, page.url)
    yield from _onward(page.url, len(found.items))


def html_in(page: Page) -> str:
    """Return the HTML that a JSON answer holds, as those do that a 'load more' button asks for; `""` where none."""
    if not page.body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[", b'"')):
        return ""
    try:
        document = json.loads(decode(page.body, page.content_type).lstrip("\ufeff \t\r\n"))
    except (ValueError, RecursionError):
        return ""
    texts = [document] if isinstance(document, str) else [text for one in _objects(document) for text in one.values()]
    marked = [text for text in texts if isinstance(text, str) and "<" in text and "href" in text]
    return max(marked, key=len, default="")


def _objects(document: Any, depth: int = DEEP) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 - JSON is anything
    """Give the objects around the items, from the outside in; the items, which stand in lists, are left out."""
    if isinstance(document, Mapping) and depth:
        yield document
        for inner in document.values():
            yield from _objects(inner, depth - 1)


def _named(one: Mapping[str, Any], url: str) -> Iterator[str]:
    """Give what an object names as its next page: an address, an object with one, a number, or a cursor."""
    for name, value in one.items():
        key = name.lower()
        if key in ADDRESSES:
            yield from _meant(value, "page" if "page" in key else "cursor", url)
    if one.get("hasNextPage") is False or one.get("has_more") is False or one.get("hasMore") is False:
        return
    for name, value in one.items():
        parameter = CURSORS.get(name.lower())
        if parameter and isinstance(value, str | int) and not isinstance(value, bool) and value not in {"", 0}:
            yield with_parameter(url, parameter, str(value))


def _meant(value: Any, parameter: str, url: str) -> Iterator[str]:  # noqa: ANN401 - JSON is anything
    if isinstance(value, Mapping):
        value = next((value[name] for name in ("href", "url", "link", "@id") if isinstance(value.get(name), str)), None)
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        yield with_parameter(url, _own(url, PAGES) or "page", str(value))
    elif isinstance(value, str) and value.strip():
        value = value.strip()
        if value.isdigit():
            yield with_parameter(url, _own(url, PAGES) or "page", value)
        elif "/" in value or value.startswith("?"):
            yield value
        else:
            yield with_parameter(url, parameter, value)


def _counted(one: Mapping[str, Any], url: str) -> Iterator[str]:
    """Give the next page where an object says which one this is, counted from 0 or 1, of how many."""
    facts = {name.lower(): value for name, value in one.items() if type(value) is int}
    current = next((name for name in PAGES if name in facts), None)
    last = next((facts[name] for name in LAST if name in facts), None)
    if current is None or last is None:
        return
    number = facts[current]
    if number < last and (number or last > 1):
        yield with_parameter(url, _own(url, PAGES) or "page", str(number + 1))


def _onward(url: str, count: int) -> Iterator[str]:
    """Give the address with the number in it counted up; a page that is not full is the last one."""
    query = _query(url)
    size = next((int(query[name]) for name in _names(query, SIZES) if _counts(query[name])), 0)
    if not count or (size and count < size):
        return
    for names, step in ((PAGES, 1), (OFFSETS, size or count)):
        name = _own(url, names)
        if name and _counts(query[name]):
            yield with_parameter(url, name, str(int(query[name]) + step))


def _counts(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 9


def _own(url: str, names: tuple[str, ...]) -> str:
    """Return the parameter that `url` has of these, as it is written there."""
    return next(iter(_names(_query(url), names)), "")


def _names(query: Mapping[str, str], names: tuple[str, ...]) -> list[str]:
    return [name for name in query if name.lower().rpartition("[")[2].rstrip("]") in names]


def _query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def with_parameter(url: str, name: str, value: str) -> str:
    """Return `url` with its parameter `name` set to `value`; all others stay."""
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != name]
    return urlunsplit(parts._replace(query=urlencode([*kept, (name, value)], safe="[],:"), fragment=""))
