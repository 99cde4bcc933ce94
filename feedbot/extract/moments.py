"""When the items of a list were published: found by what most rows have at the same place."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import islice, pairwise
from typing import Any

from lxml import etree

from feedbot.extract import dates
from feedbot.extract.links import Element, step
from feedbot.extract.rows import Row, path_to
from feedbot.extract.texts import Text, text_below
from feedbot.extract.vocabulary import DATE_NAMES, names_of

Moment = datetime | date

SHORT = 90
"""Longer texts are prose; a date in them says when something happened, not when it was published."""
SAMPLE = 12
SPAN = 60
"""A cell is taken to reach over at most so many rows."""

_HINT = re.compile(
    r"\d{1,4}\W{0,3}(?:\d|[^\W\d_]{3})|[^\W\d_]{3,}\W{1,3}\d{1,4}|\d\s?[smhdwy]\b|\b(?:today|yesterday|now|ago|just|"
    r"heute|gestern|vor|hoy|"
    r"ayer|hace|aujourd|hier|il y a|oggi|ieri|fa|ontem|hoje|vandaag|gisteren|idag|igår|i dag|i går|сегодня|"
    r"вчера)\b|[\u3040-\u9fff]",
    re.IGNORECASE,
)
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})[./-](\d{1,2})[./-](?:\d{4}|\d{2})(?!\d)")
_LATER = re.compile(
    r"\b(?:updated?|modified|revised|expires?|deadline|closing|closes|due|until|ends?|aktualisiert|actualizado|modifié)\b",
    re.IGNORECASE,
)
_MARKED: Callable[[Element], Any] = etree.XPath(
    ".//time[@datetime]|.//*[@content and (@itemprop or @property)]|.//abbr[@title]|.//span[@title]|.//time[@title]"
    "|.//*[@data-date or @data-time or @data-timestamp or @data-published or @data-datetime or @data-utc]"
)
_ATTRIBUTES = (
    "datetime",
    "content",
    "data-datetime",
    "data-published",
    "data-timestamp",
    "data-date",
    "data-time",
    "data-utc",
    "title",
)
_IN_URL = re.compile(r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?:[/-]|$)")


@dataclass(frozen=True, slots=True)
class Reading:
    """How dates of a page are meant."""

    language: str | None = None
    timezone: str = "UTC"
    now: datetime | None = None
    month_first: bool | None = None

    def read(self, text: str) -> Moment | None:
        """Return the date that `text` holds."""
        return _read_again(text, self) if len(text) <= SHORT else _read(text, self)


def _read(text: str, how: Reading) -> Moment | None:
    if not _HINT.search(text):
        return None
    return dates.read(text, language=how.language, timezone=how.timezone, now=how.now, month_first=how.month_first)


_read_again = lru_cache(maxsize=2048)(_read)
"""Short texts are asked for again and again: when lists are compared, when one is read, when its rule is tried."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A text that may be a date, and how far it is to be trusted as the item's own."""

    way: str
    text: str
    weight: float


def moments_of(rows: Sequence[Row], titles: Sequence[str], reading: Reading) -> list[Moment | None]:
    """Return when each row's item was published, None where nothing says so."""
    said = [_said(row, title) for row, title in zip(rows, titles, strict=True)]
    ranks = _ranks(said, reading)
    found = [_first(one, ranks, reading) for one in said]
    if any(found) and not all(found):
        found = [moment or _spanned(row, reading) for row, moment in zip(rows, found, strict=True)]
    if sum(moment is not None for moment in found) * 2 < len(rows):
        found = _by_headings(rows, found, reading)
    if sum(moment is not None for moment in found) * 2 < len(rows):
        found = [moment or _of_url(row) for row, moment in zip(rows, found, strict=True)]
    return found


def share_dated(rows: Sequence[Row], reading: Reading) -> float:
    """Return the share of `rows` that say a date of their own."""
    said = [_said(row, "") for row in rows]
    ranks = _ranks(said, reading)
    return sum(_first(one, ranks, reading) is not None for one in said) / len(rows)


def share_under_dates(rows: Sequence[Row], reading: Reading) -> float:
    """Return the share of `rows` that stand under headings that are dates, where there are at least two of those."""
    found = _by_headings(rows, [None] * len(rows), reading)
    return sum(moment is not None for moment in found) / len(rows)


def with_order(reading: Reading, rows: Sequence[Row]) -> Reading:
    """Return `reading` with what all dates of the list together tell about days and months."""
    if reading.month_first is not None:
        return reading
    pairs: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in rows:
        for text in row.texts:
            if len(text.text) <= SHORT and (pair := _NUMERIC.search(text.text)):
                pairs[text.path].append((int(pair[1]), int(pair[2])))
    every = [pair for found in pairs.values() for pair in found]
    first = sum(pair[0] > 12 for pair in every)
    second = sum(pair[1] > 12 for pair in every)
    if first or second:
        month_first: bool | None = second > first
    else:
        month_first = _by_order(max(pairs.values(), key=len, default=[]))
    return Reading(reading.language, reading.timezone, reading.now, month_first)


def _by_order(pairs: list[tuple[int, int]]) -> bool | None:
    """Tell days from months by which of them varies more between neighbours: lists are sorted by date."""
    if len(pairs) < 4:
        return None
    first, second = (sum(a[side] != b[side] for a, b in pairwise(pairs)) for side in (0, 1))
    return None if first == second else second > first


def _said(row: Row, title: str) -> list[_Said]:
    found = _marked(row)
    for text in row.texts:
        weight = _weight(text, title)
        if weight and _HINT.search(text.text):
            found.append(_Said(text.path, text.text, weight))
    found += _joined(row)
    return found


def _marked(row: Row) -> list[_Said]:
    found = []
    for number, part in enumerate(row.region.parts):
        nodes = _MARKED(part)
        for node in [part, *nodes] if part.get("datetime") else nodes:
            for name in _ATTRIBUTES:
                value = (node.get(name) or "").strip()
                if 6 <= len(value) <= 60 and _HINT.search(value):
                    way = f"{path_to(node, part, number)}@{name}"
                    found.append(_Said(way, value, 0.9 if name == "title" else 1.5))
    return found


def _joined(row: Row) -> list[_Said]:
    """Return short blocks whose texts only together make a date, as `<span>12</span> <span>May</span>`."""
    blocks: dict[Element, list[Text]] = defaultdict(list)
    for text in row.texts:
        if len(text.text) <= 12:
            blocks[text.block].append(text)
            above = text.block.getparent()
            if above is not None and next(islice(above, 4, None), None) is None:
                blocks[above].append(text)
    found = []
    for block, texts in blocks.items():
        whole = " ".join(text.text for text in texts)
        if 1 < len(texts) <= 4 and len(whole) <= 40 and _HINT.search(whole):
            way = f"{texts[0].path}+{step(block)}{len(texts)}"
            found.append(_Said(way, whole, 1.15))
    return found


def _weight(text: Text, title: str) -> float:
    size = len(text.text)
    if size > 400 or size < 4:
        return 0.0
    if text.heading is not None or (title and text.text == title):
        return 0.3
    if size > SHORT:
        return 0.0
    weight = 1.0 if size <= 40 else 0.7
    if text.link is not None:
        weight *= 0.7
    names = names_of(f"{text.path.rsplit('/', 1)[-1]} {text.node.get('class') or ''}")
    if names & DATE_NAMES or text.node.tag == "time":
        weight *= 1.3
    if _LATER.search(text.text):
        weight *= 0.5
    return weight


def _ranks(said: Sequence[Sequence[_Said]], reading: Reading) -> dict[str, float]:
    """Return how far each way is to be trusted, by how many of a sample of rows have a date there."""
    step_size = max(1, len(said) // SAMPLE)
    sample = said[::step_size]
    hits: Counter[str] = Counter()
    weights: dict[str, float] = {}
    for row in sample:
        for one in {one.way: one for one in reversed(row)}.values():
            if reading.read(one.text) is not None:
                hits[one.way] += 1
                weights[one.way] = max(weights.get(one.way, 0), one.weight)
    return {way: weights[way] * (count / len(sample)) ** 0.5 for way, count in hits.items()}


def _first(said: Sequence[_Said], ranks: dict[str, float], reading: Reading) -> Moment | None:
    ranked = sorted(said, key=lambda one: -ranks.get(one.way, 0.2 * one.weight))
    for one in ranked[:6]:
        if ranks.get(one.way, 0.2 * one.weight) < 0.2:
            return None
        moment = reading.read(one.text)
        if moment is not None:
            return moment
    return None


def _by_headings(rows: Sequence[Row], found: list[Moment | None], reading: Reading) -> list[Moment | None]:
    """Give each row without a date that of the heading above it, where there are at least two such headings."""
    heads = {row.region.head: index for index, row in enumerate(rows)}
    top = _above_all([row.region.head for row in rows])
    if top is None:
        return found
    result, current, seen = list(found), None, set()
    waiting = [top]
    steps = 0
    while waiting and steps < 20_000:
        steps += 1
        node = waiting.pop()
        if node in heads:
            index = heads[node]
            result[index] = result[index] or current
            if current is not None:
                seen.add(current)
            continue
        if node.text and 5 <= len(node.text.strip()) <= SHORT and _HINT.search(node.text):
            current = reading.read(text_below(node)[:SHORT]) or current
        waiting.extend(reversed(node))
    return result if len(seen) > 1 else found


def _spanned(row: Row, reading: Reading) -> Moment | None:
    """Return the date of the cell above a row of a table that reaches down to it."""
    if row.region.head.tag != "tr":
        return None
    for distance, above in enumerate(islice(row.region.head.itersiblings("tr", preceding=True), SPAN), 1):
        for cell in above.iterchildren("td", "th"):
            reach = cell.get("rowspan") or ""
            if reach.isdecimal() and len(reach) < 4 and int(reach) > distance:
                moment = reading.read(text_below(cell)[:SHORT])
                if moment is not None:
                    return moment
    return None


def _above_all(heads: Sequence[Element]) -> Element | None:
    """Return the closest element that holds the first and the last of `heads`, and what stands before them."""
    last = set(heads[-1].iterancestors())
    above = next((up for up in heads[0].iterancestors() if up in last), None)
    if len(heads) == 1 and above is not None:
        return above.getparent()
    return above


def _of_url(row: Row) -> Moment | None:
    for link in row.links[:3]:
        found = _IN_URL.search(link.anchor.url)
        if found:
            try:
                return date(int(found[1]), int(found[2]), int(found[3]))
            except ValueError:
                continue
    return None
