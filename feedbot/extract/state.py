"""Items in the state that a page hands to its scripts: `__NEXT_DATA__`, `__NUXT_DATA__`, `window.…`, `data-…`."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any
from urllib.parse import urljoin, urlsplit

from feedbot.extract import jsonapi
from feedbot.extract.document import Document
from feedbot.extract.links import Element
from feedbot.extract.moments import Reading
from feedbot.item import Candidate, url_key
from feedbot.source import JsonRule

LARGEST = 4_000_000
"""Scripts of more characters are left unread."""
MOST = 40
"""So many pieces of state are read."""
SMALLEST = 200
"""Shorter pieces hold no list of news."""

_ASSIGNED = re.compile(
    r"(?:\b(?:window|self|globalThis|var|let|const)\b[.\s]*[\w$.\[\]\"']{1,80})\s*=\s*(JSON\.parse\(\s*)?(?=[\[{\"'])"
)
_PUSHED = re.compile(r"self\.__next_f\.push\(\s*(?=\[)")
_ROW = re.compile(r"^[0-9a-f]{1,6}:(?=[\[{])", re.MULTILINE)
_ATTRIBUTE = re.compile(r"(?:data-|:)[\w:-]+$")


def has_state(document: Document) -> bool:
    """Say whether the page hands its scripts a state of some size, by a quick look."""
    return next(_texts(document), None) is not None


def items(document: Document, reading: Reading) -> tuple[Candidate, ...]:
    """Return the things in the state that look most like news; what has no date is taken for a menu."""
    best: tuple[float, Any, JsonRule | None] = (0.0, None, None)
    for value in islice(_values(document), MOST):
        rule, worth = jsonapi.rule_for(value, dated=True)
        if rule is not None and worth > best[0]:
            best = (worth, value, rule)
    _, value, rule = best
    if rule is None:
        return ()
    base = urljoin(document.url, urlsplit(document.url).path.rstrip("/") + "/")
    found = jsonapi.read_value(value, base, rule, reading, {}).items
    return _linked(found, document)


def _linked(found: tuple[Candidate, ...], document: Document) -> tuple[Candidate, ...]:
    """Return the items with the addresses that the page itself uses for them, where only a part of one is given."""
    known: dict[str, str] = {}
    for link in document.root.iter("a"):
        if url := document.absolute(link.get("href") or ""):
            known.setdefault(_tail(url), url)
    keys = {url_key(url) for url in known.values()}
    known = {tail: url for tail, url in known.items() if tail}
    return tuple(
        replace(one, url=known.get(_tail(one.url), one.url)) if one.url and url_key(one.url) not in keys else one
        for one in found
    )


def _tail(url: str) -> str:
    return urlsplit(url).path.rstrip("/").rsplit("/", 1)[-1]


def _values(document: Document) -> Iterator[Any]:
    """Give each piece of state, parsed; the rows that Next.js streams come as one list."""
    streamed: list[str] = []
    for text, kind in _texts(document):
        if kind == "pushed":
            streamed += (part for part in _pushed(text) if isinstance(part, str))
        elif kind == "assigned":
            yield from _assigned(text)
        elif (value := _parsed(text)) is not None:
            yield _revived(value) if kind == "nuxt" else value
    rows = "".join(streamed)
    lines = (rows[row.end() : end if (end := rows.find("\n", row.end())) >= 0 else None] for row in _ROW.finditer(rows))
    found = [value for line in lines if (value := _begun(line, 0)) is not None]
    if found:
        yield found


def _texts(document: Document) -> Iterator[tuple[str, str]]:
    """Give the texts that may hold state, with how they hold it: plain, nuxt, assigned or pushed."""
    for script in document.root.iter("script"):
        text, kind = script.text or "", (script.get("type") or "").lower()
        if not SMALLEST <= len(text) <= LARGEST or "ld+json" in kind:
            continue
        if "json" in kind:
            yield text, "nuxt" if script.get("id") == "__NUXT_DATA__" else "plain"
        elif "self.__next_f" in text:
            yield text, "pushed"
        elif _ASSIGNED.search(text):
            yield text, "assigned"
    for element in document.root.iter():
        yield from ((value, "plain") for name, value in _attributes(element) if _ATTRIBUTE.match(name))


def _attributes(element: Element) -> Iterator[tuple[str, str]]:
    for name, value in element.items():
        if SMALLEST <= len(value) <= LARGEST and value.lstrip()[:1] in {"{", "["}:
            yield str(name), str(value)


def _parsed(text: str) -> Any:  # noqa: ANN401 - JSON is anything
    try:
        return json.loads(text.strip(), strict=False)
    except (ValueError, RecursionError):
        return None


def _begun(text: str, at: int) -> Any:  # noqa: ANN401 - JSON is anything
    """Return the JSON that begins at a place of a text; None where it is none."""
    try:
        return json.JSONDecoder(strict=False).raw_decode(text, at)[0]
    except (ValueError, RecursionError):
        return None


def _assigned(text: str) -> Iterator[Any]:
    """Give what a script assigns where that is JSON, also as a text to be parsed."""
    for found in islice(_ASSIGNED.finditer(text), MOST):
        value = _begun(text, found.end())
        if isinstance(value, str) and found[1]:
            value = _parsed(value)
        if isinstance(value, dict | list):
            yield value


def _pushed(text: str) -> Iterator[Any]:
    for found in islice(_PUSHED.finditer(text), MOST * 10):
        value = _begun(text, found.end())
        yield from value if isinstance(value, list) else ()


def _revived(flat: Any) -> Any:  # noqa: ANN401 - JSON is anything
    """Return what a flat list of Nuxt stands for: every number in it is the place of a value. Bounded in depth."""
    if not isinstance(flat, list):
        return flat
    left = [jsonapi.MAX_NODES]

    def value(at: Any, depth: int) -> Any:  # noqa: ANN401 - JSON is anything
        left[0] -= 1
        if not isinstance(at, int) or isinstance(at, bool) or not 0 <= at < len(flat) or depth > 40 or left[0] < 0:
            return None
        said = flat[at]
        if isinstance(said, dict):
            return {name: value(below, depth + 1) for name, below in said.items()}
        if isinstance(said, list):
            wraps = bool(said) and isinstance(said[0], str)
            return value(said[1], depth + 1) if wraps and len(said) > 1 else [value(below, depth + 1) for below in said]
        return said

    return value(0, 0)
