"""Read a listing by its rule: what the rule names is taken, what it leaves open is worked out."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from feedbot.extract.clean import absolute
from feedbot.extract.document import Document
from feedbot.extract.fields import Found, read_rows
from feedbot.extract.links import Element, Survey
from feedbot.extract.moments import Moment, Reading, with_order
from feedbot.extract.pictures import picture_at
from feedbot.extract.records import MAX_ITEMS, regions_of
from feedbot.extract.rows import Row, rows_of
from feedbot.extract.select import Selector, address_of, compile_selector
from feedbot.extract.strays import strays_of
from feedbot.item import Candidate
from feedbot.source import ListingRule


@dataclass(frozen=True, slots=True)
class Picked:
    """What a rule found. `missing` are the selectors that matched in no item at all."""

    items: tuple[Candidate, ...]
    matched: int
    missing: tuple[str, ...]
    found: tuple[Found, ...] = ()
    """What was read at the rule's item, before strays were left out; as the rule says it."""
    strays: Mapping[Element, str] = field(default_factory=dict)


def pick(
    document: Document, rule: ListingRule, reading: Reading, fields: Mapping[str, str], survey: Survey | None = None
) -> Picked:
    """Return the items that `rule` finds in `document`, with the extra `fields` of each.

    Raises:
        ValueError: a selector of the rule is none.
    """
    survey = survey or Survey(document)
    heads = list(dict.fromkeys(compile_selector(rule.item).elements(document.root)))[:MAX_ITEMS]
    rows = rows_of(regions_of(heads), survey)
    every = read_rows(rows, survey, with_order(reading, rows))
    strays = {} if rule.title or rule.link else strays_of(every)
    found = [one for one in every if one.row.region.head not in strays]
    rows = tuple(one.row for one in found)
    hands = {name: compile_selector(text) for name, text in _named(rule).items()}
    extra = {name: compile_selector(text) for name, text in fields.items()}
    reading = with_order(reading, rows)
    said = [_picked(one, hands, reading, document) for one in found]
    told = [replace(one, fields=_extra(row, extra, document)) for one, row in zip(said, rows, strict=True)]
    missing = [
        name for name, selector in (hands | extra).items() if rows and not any(_at(selector, row) for row in rows)
    ]
    return Picked(
        items=identified(told, rows, document, reading),
        matched=len(heads),
        missing=tuple(missing),
        found=tuple(_as_said(every, found, told)),
        strays=strays,
    )


def _as_said(every: Sequence[Found], found: Sequence[Found], told: Sequence[Candidate]) -> Iterator[Found]:
    """Give all that was read, with what the rule made of what was kept."""
    made = {one.row.region.head: candidate for one, candidate in zip(found, told, strict=True)}
    for one in every:
        yield replace(one, candidate=made.get(one.row.region.head, one.candidate))


def _named(rule: ListingRule) -> dict[str, str]:
    names = ("title", "link", "date", "summary", "image", "category", "author")
    return {name: getattr(rule, name) for name in names if getattr(rule, name)}


def _at(selector: Selector, row: Row) -> list[str]:
    return [text for part in row.region.parts for text in selector.strings(part)] or [
        address_of(node) for part in row.region.parts for node in selector.elements(part)
    ]


def _nodes(selector: Selector, row: Row) -> list[Element]:
    return [node for part in row.region.parts for node in selector.elements(part)]


def _strings(selector: Selector, row: Row) -> list[str]:
    return [text for part in row.region.parts for text in selector.strings(part)]


def _picked(found: Found, hands: Mapping[str, Selector], reading: Reading, document: Document) -> Candidate:
    """Return what was worked out for a row, with what the rule names in its place."""
    candidate, row = found.candidate, found.row
    for name, selector in hands.items():
        said = _strings(selector, row)
        match name:
            case "title":
                candidate = replace(candidate, title=said[0] if said else "")
            case "summary":
                candidate = replace(candidate, summary=said[0] if said else "")
            case "link":
                candidate = replace(candidate, url=_address(selector, row, document))
            case "date":
                candidate = replace(candidate, published=_moment(selector, row, reading))
            case "image":
                candidate = replace(
                    candidate, image=picture_at(_nodes(selector, row), said, selector.attribute, document)
                )
            case "category":
                candidate = replace(candidate, categories=tuple(dict.fromkeys(said)))
            case _:
                candidate = replace(candidate, authors=tuple(dict.fromkeys(said)))
    return candidate


def _address(selector: Selector, row: Row, document: Document) -> str:
    """Return the address that a link selector leads to."""
    nodes = _nodes(selector, row)
    direct = bool(nodes) and selector.attribute is None
    said = [address_of(node) for node in nodes] if direct else _strings(selector, row)
    return next((url for url in map(document.absolute, said) if url), "")


def _moment(selector: Selector, row: Row, reading: Reading) -> Moment | None:
    """Return the date that a selector leads to; what `datetime` says goes before the words."""
    said: list[str] = []
    for node in _nodes(selector, row) if selector.attribute is None else ():
        inner = next(node.iter("time"), None)
        said += [node.get("datetime") or "", (inner.get("datetime") or "") if inner is not None else ""]
    said += _strings(selector, row)
    return next((moment for moment in map(reading.read, filter(None, said)) if moment is not None), None)


def _extra(row: Row, fields: Mapping[str, Selector], document: Document) -> dict[str, str]:
    """Return the extra fields of a row as texts; a link gives its absolute address."""
    found: dict[str, str] = {}
    for name, selector in fields.items():
        said = extra_field([node for part in row.region.parts for node in [part]], selector, document)
        if said:
            found[name] = said
    return found


def extra_field(nodes: Sequence[Element], selector: Selector, document: Document) -> str:
    """Return what `selector` finds in `nodes`: the address of a link or picture, else the text."""
    for node in nodes:
        for element in selector.elements(node) if selector.attribute is None else ():
            if element.tag in {"a", "img", "area", "link", "iframe", "source"}:
                url = document.absolute(address_of(element))
                if url:
                    return url
        for said in selector.strings(node):
            if selector.attribute in {"href", "src"}:
                return absolute(said, document.base) or said
            return said
    return ""


def identified(
    candidates: Sequence[Candidate], rows: Sequence[Row], document: Document, reading: Reading
) -> tuple[Candidate, ...]:
    """Return the candidates that can be told apart, each once; each gets a link or an id."""
    once: dict[str, Candidate] = {}
    steady = _steady([_name(row) for row in rows])
    for candidate, row in zip(candidates, rows, strict=True):
        if not candidate.title and not candidate.url:
            continue
        named = candidate if candidate.url else _own(candidate, row, reading, _name(row) if steady else "", document)
        once.setdefault(named.keys[0] if not named.guid else named.guid, named)
    return tuple(once.values())


def _own(candidate: Candidate, row: Row, reading: Reading, name: str, document: Document) -> Candidate:
    """Give an item without a link the address of its place on the page, or else an id made of what it says."""
    if name:
        url = f"{document.url.partition('#')[0]}#{name}"
        return replace(candidate, url=url, guid=url)
    said = f"{candidate.title}\n{_lasting(candidate, row, reading) or ''}".encode(errors="replace")
    return replace(candidate, guid=hashlib.blake2b(said, digest_size=12).hexdigest())


def _lasting(candidate: Candidate, row: Row, reading: Reading) -> Moment | None:
    """Return the date of an item unless it is told from now: `2 hours ago` is another time at every look."""
    plain = replace(reading, now=None)
    texts = [text.text for text in row.texts]
    said = [*texts, " ".join(texts)] if candidate.published is not None and reading.now is not None else []
    told = reading.now is None or any(plain.read(text) == candidate.published for text in said)
    return candidate.published if told else None


def _name(row: Row) -> str:
    """Return the first name in a row that an address can point to."""
    names = (
        node.get("id") or (node.get("name") if node.tag == "a" else None)
        for part in row.region.parts
        for node in part.iter()
    )
    return next((name for name in names if name and " " not in name), "")


def _steady(names: Sequence[str]) -> bool:
    """Say whether names stay with their items: they do not if they only count from the top."""
    numbers = [int(found[0][-9:]) for name in names if (found := _LAST_NUMBER.search(name))]
    counted = len(numbers) > 1 and len(numbers) == len(names) and numbers[0] < 20
    return not (counted and all(second - first == 1 for first, second in pairwise(numbers)))


_LAST_NUMBER = re.compile(r"\d+(?=\D*$)")
