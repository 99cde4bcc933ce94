"""Traits: how a page is built and what it shows, in figures that later looks can be held against."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import islice, pairwise
from zlib import crc32

from feedbot.extract.barrier import emptiness_of
from feedbot.extract.charset import decode
from feedbot.extract.document import Document, open_document
from feedbot.extract.links import Survey
from feedbot.extract.select import compile_selector
from feedbot.item import Candidate, Extraction
from feedbot.page import Page
from feedbot.profile import Part, Profile, Sight
from feedbot.source import JsonRule, ListingRule

SAMPLE = 48
"""So many digests are a fingerprint."""
READ = 600_000
"""Bytes of a page that are looked at for its fingerprint."""
TAGS = 20_000
"""So many of its tags are."""
UP = 3
"""So far above the items may stand what is named and holds them."""
TAIL = 2_000
"""Bytes at its end in which it says that it ends."""

_TAG = re.compile(r"<([a-zA-Z][\w:-]{0,40})([^<>]{0,400})")
_CLASS = re.compile(r"""\sclass\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_NAME = re.compile(r'"([^"\\\s]{1,60})"\s*:')
_PLAIN_NAMES = re.compile(r"(?<!\S)[A-Za-z][A-Za-z_-]*(?!\S)")
_BUILT = re.compile(r"\d")
_END = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
_ROOT = re.compile(r"<([a-zA-Z][\w:.-]{0,40})[\s>/]")
_GARBLED = re.compile("\ufffd|[ÂÃÄÅÐÑâã][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")


def sight(page: Page, found: Extraction, known: Profile) -> Sight:
    """Return what a look at `page` shows; `found` is what was understood of it, `known` what was learned before."""
    rule, items = found.rule, found.items
    place = rule.item if isinstance(rule, ListingRule | JsonRule) else ""
    return Sight(
        kind=found.kind,
        count=len(items),
        fills=_fills(items) if items else {},
        ordered=_ordered(items),
        one_day=_one_day(items),
        oldest=min(_days(items), default=None),
        garbled=sum(map(is_garbled, items)) / (len(items) or 1),
        place=place,
        holder=known.holder if place == known.place else _holder(page, place) if found.kind == "listing" else "",
        marks=marks(page, found.kind),
        whole=ends(page, found.kind),
    )


def _holder(page: Page, place: str) -> str:
    """Return a selector of what holds the items at `place`, empty where nothing names it."""
    named = holder_of(place)
    if any(mark in named for mark in ".#[@"):
        return named
    rows = compile_selector(place).elements(open_document(page).root) if place else []
    holders = {row.getparent() for row in rows}
    holder = holders.pop() if len(holders) == 1 else None
    for _ in range(UP):
        names = _PLAIN_NAMES.findall(holder.get("class") or "") if holder is not None else []
        if names:
            return f".{'.'.join(names)}"
        holder = holder.getparent() if holder is not None else None
    return ""


def holder_of(item: str) -> str:
    """Return the part of an item selector that names what holds the items, `""` where there is none."""
    if item.startswith(("/", "./", "(")):
        return item.rsplit("/", 1)[0].rstrip("/") if item.count("/") > 2 else ""
    if "," in item:
        return ""
    return " ".join(item.replace(">", " > ").split()[:-1]).rstrip(" >")


def emptied(page: Page, known: Profile) -> str:
    """Return by which evidence a page has no items any more, but is built as ever; `""` where it is not."""
    document = open_document(page)
    if words := emptiness_of(Survey(document)):
        return f"no items; the page says {words!r}"
    if not known.holder or not known.place or compile_selector(known.place).elements(document.root):
        return ""
    return f"{known.holder!r} is there and holds no items" if is_bare(document, known.holder) else ""


def is_bare(document: Document, holder: str) -> bool:
    """Say whether what held the items is in the page, and leads nowhere."""
    there = compile_selector(holder).elements(document.root)
    return bool(there) and not any(node.tag == "a" for one in there for node in one.iter())


def is_garbled(one: Candidate) -> bool:
    """Say whether the words of an item hold letters that were decoded wrongly, by feedbot or by who wrote the page."""
    return _GARBLED.search(f"{one.title} {one.summary}") is not None


def marks(page: Page, kind: str) -> tuple[int, ...]:
    """Return a fingerprint of how a page is built, of its tags with their classes or of the names in its JSON.

    Words, addresses and the number of items make no difference; names with a number in them are left out, for
    machines make such ones anew.
    """
    text = decode(page.body[:READ], page.content_type)
    made = _names(text) if kind == "json" or text[:1] in "{[" else _tags(text)
    return tuple(sorted({crc32(one.encode(errors="replace")) for one in made})[:SAMPLE])


def _tags(text: str) -> Iterator[str]:
    tags = {tag.groups() for tag in islice(_TAG.finditer(text), TAGS)}
    for name, classes in {(name.lower(), _classes(said)) for name, said in tags}:  # few, however many tags there are
        yield from (f"{name}.{one}" for one in classes.split() if not _BUILT.search(one))
        yield name


def _classes(said: str) -> str:
    given = _CLASS.search(said) if said else None
    return (given[1] or given[2] or given[3] or "") if given else ""


def _names(text: str) -> Iterator[str]:
    return (name[1] for name in islice(_NAME.finditer(text), TAGS))


def ends(page: Page, kind: str) -> bool:
    """Say whether a page ends as one of its kind should."""
    tail = decode(page.body[-TAIL:], page.content_type).rstrip(" \t\r\n\0")
    if kind in {"json", "files"} or page.body[:1] in {b"{", b"["}:
        return _is_json(page.body) if len(page.body) <= READ else tail.endswith(("}", "]"))
    if kind in {"feed", "sitemap"}:
        head = decode(page.body[:TAIL], page.content_type)
        root = next((one for one in _ROOT.finditer(head)), None)
        return root is not None and tail.endswith(f"</{root[1]}>")
    return _END.search(tail) is not None


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def _fills(items: Sequence[Candidate]) -> dict[str, float]:
    has: dict[Part, int] = {
        "title": sum(bool(one.title) for one in items),
        "link": sum(bool(one.url) for one in items),
        "date": sum((one.published or one.updated) is not None for one in items),
        "summary": sum(bool(one.summary or one.content_text) for one in items),
        "image": sum(one.image is not None for one in items),
        "author": sum(bool(one.authors) for one in items),
        "category": sum(bool(one.categories) for one in items),
    }
    return {part: round(count / len(items), 4) for part, count in has.items()}


def _days(items: Sequence[Candidate]) -> list[date]:
    said = [one.published for one in items if one.published is not None]
    return [one.date() if isinstance(one, datetime) else one for one in said]


def _ordered(items: Sequence[Candidate]) -> float | None:
    days = _days(items)
    if len(days) < 3:
        return None
    return round(sum(one >= other for one, other in pairwise(days)) / (len(days) - 1), 4)


def _one_day(items: Sequence[Candidate]) -> float:
    days = Counter(_days(items))
    return round(max(days.values()) / days.total(), 4) if days else 0.0
