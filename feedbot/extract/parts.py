"""Parts: selectors for the title, link and date of a list's items, found by what known items say there."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from typing import assert_never

from feedbot.extract.byrule import Picked, pick
from feedbot.extract.links import Element, Survey
from feedbot.extract.moments import Reading
from feedbot.extract.texts import text_below
from feedbot.item import Candidate, Content, Item
from feedbot.profile import PARTS, Part
from feedbot.source import ListingRule
from feedbot.wording import words_of

RIGHT = 0.8
"""A selector is right for a part where it is for so many of the known items."""
ROWS, NODES, TRIES = 3, 80, 40
"""So many known items are looked into, so many elements of each, and so many selectors tried for one part."""
_STABLE = re.compile(r"(?!.*\d{3})(?!css-)[A-Za-z_][A-Za-z0-9_-]{1,60}")

Match = Callable[[Sequence[Candidate]], Mapping[int, Item]]
"""Says which candidates are known items, by their places."""


def dressed(
    item: str, before: ListingRule | None, survey: Survey, reading: Reading, fields: Mapping[str, str], match: Match
) -> tuple[ListingRule, Picked]:
    """Return a rule for the items at `item` that names the parts which `before` names, and what it finds.

    What `before` says of a part is kept where it still holds, and found anew where it does not; what it leaves open,
    or what cannot be found, is worked out from the item, unless that goes wrong for what is known.
    """
    rule = ListingRule(item=item, next=before.next if before else "")
    picked = pick(survey.document, rule, reading, fields, survey)
    known = match(picked.items)
    for part in PARTS:
        told = getattr(before, part) if before else ""
        share = _share(part, picked, known)
        wrong = (share < 1 and part == "title") or (share < RIGHT and part == "date")
        if not known or not (told or wrong):
            continue
        tries = dict.fromkeys([*filter(None, [told]), *_plainest_first(_tries(part, picked, known, reading))])
        for selector in islice(tries, TRIES):
            tried = _naming(rule, part, selector)
            again = pick(survey.document, tried, reading, fields, survey)
            if _is_right(part, again, match(again.items), known, picked) and (
                told or _share(part, again, match(again.items)) > share
            ):
                rule, picked, known = tried, again, match(again.items)
                break
    return rule, picked


def _naming(rule: ListingRule, part: Part, selector: str) -> ListingRule:
    match part:
        case "title":
            return replace(rule, title=selector)
        case "link":
            return replace(rule, link=selector)
        case "date":
            return replace(rule, date=selector)
        case "summary":
            return replace(rule, summary=selector)
        case "image":
            return replace(rule, image=selector)
        case "category":
            return replace(rule, category=selector)
        case "author":
            return replace(rule, author=selector)
        case _:
            assert_never(part)


def _is_right(
    part: Part, again: Picked, matched: Mapping[int, Item], known: Mapping[int, Item], before: Picked
) -> bool:
    """Say whether a rule with one more part named finds as much as before, and that part right."""
    whole = len(again.items) >= len(before.items) and len(matched) >= len(known) and part not in again.missing
    return whole and _share(part, again, matched) >= max(RIGHT, _share(part, before, known))


def _share(part: Part, picked: Picked, known: Mapping[int, Item]) -> float:
    """Return for how many of the known items a part is as it is known."""
    pairs = [(picked.items[place], item) for place, item in known.items()]
    told = [pair for pair in pairs if _says(part, pair[1])]
    if not told:
        return 1.0
    return sum(_same(part, candidate, item) for candidate, item in told) / len(told)


def _says(part: Part, item: Item) -> bool:
    has = {"title": item.title, "link": item.url, "date": item.published, "summary": item.summary, "image": item.image}
    return bool(has.get(part) or (part == "category" and item.categories) or (part == "author" and item.authors))


def _same(part: Part, one: Content, known: Content) -> bool:
    match part:
        case "title":
            return words_of(one.title) == words_of(known.title)
        case "date":
            return one.published is not None and _day(one.published) == _day(known.published)
        case "link":
            return bool(one.url)
        case "summary":
            return bool(one.summary)
        case "image":
            return one.image is not None
        case "category":
            return bool({*one.categories} & {*known.categories})
        case _:
            return bool({*one.authors} & {*known.authors})


def _day(when: datetime | date | None) -> date | None:
    return when.date() if isinstance(when, datetime) else when


def _plainest_first(selectors: Iterable[str]) -> list[str]:
    """Put names before numbers."""
    return sorted(selectors, key=lambda selector: ":nth-" in selector)


def _tries(part: Part, picked: Picked, known: Mapping[int, Item], reading: Reading) -> Iterator[str]:
    """Yield selectors for the places where known items say a part."""
    heads = {one.candidate.keys: one.row.region.parts for one in picked.found}
    for place, item in islice(known.items(), ROWS):
        for above in heads.get(picked.items[place].keys, ()):
            for node in islice(above.iter(), NODES):
                if isinstance(node.tag, str) and _holds(part, node, item, reading):
                    yield from _names(node, above)


def _holds(part: Part, node: Element, item: Item, reading: Reading) -> bool:
    """Say whether an element says a part of an item."""
    if part == "link":
        return node.tag == "a" and bool(node.get("href"))
    if part == "image":
        return node.tag == "img"
    said = text_below(node) if len(node) < 6 else ""
    match part:
        case "title":
            return words_of(said) == words_of(item.title)
        case "date":
            told = (node.get("datetime") or "", said if len(said) < 60 else "")
            return any(text and _day(reading.read(text)) == _day(item.published) for text in told)
        case "summary":
            return len(said) > 30 and words_of(said)[:8] == words_of(item.summary)[:8]
        case "category":
            return said in item.categories
        case _:
            return bool(said) and any(said.endswith(name) for name in item.authors)


def _names(node: Element, above: Element) -> Iterator[str]:
    """Yield selectors that lead from an item to one of its elements, the plainest first."""
    if node is above:
        return
    own = [f".{name}" for name in (node.get("class") or "").split() if _STABLE.fullmatch(name)]
    yield from own
    yield str(node.tag)
    parent = node.getparent()
    if parent is not None and parent is not above:
        outer = [f".{name}" for name in (parent.get("class") or "").split() if _STABLE.fullmatch(name)]
        yield from (f"{name} > {node.tag}" for name in (*outer, str(parent.tag)))
    number = sum(1 for _ in node.itersiblings(str(node.tag), preceding=True)) + 1
    yield f"{node.tag}:nth-of-type({number})"
