"""Read an HTML page that lists news: by its rule, or by finding out how it is built."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from feedbot.extract import barrier
from feedbot.extract.byrule import Picked, identified, pick
from feedbot.extract.document import Document, open_document
from feedbot.extract.explain import considered, verdicts, where_is
from feedbot.extract.fields import read_rows
from feedbot.extract.fronts import fronted, joined
from feedbot.extract.induce import rules_for
from feedbot.extract.links import CONTENT, Element, Survey
from feedbot.extract.lists import Listing, listings
from feedbot.extract.lone import with_lone
from feedbot.extract.moments import Reading, with_order
from feedbot.extract.records import regions_of
from feedbot.extract.regions import located
from feedbot.extract.rows import rows_of
from feedbot.extract.select import compile_selector
from feedbot.extract.strays import strays_of
from feedbot.extract.texts import tidy
from feedbot.extract.traits import holder_of, is_bare
from feedbot.item import Candidate, Extraction
from feedbot.page import Page
from feedbot.source import Health, ListingRule


def read(
    page: Page, rule: ListingRule | None = None, reading: Reading | None = None, fields: Mapping[str, str] | None = None
) -> Extraction:
    """Return the news items of a page in its order, with the rule that finds them again.

    Raises:
        ValueError: a selector of the rule or of a field is none.
    """
    document = open_document(page)
    reading = reading or Reading()
    if reading.language is None:
        reading = replace(reading, language=located(document.language, document.url))
    plain = Extraction(url=page.url, kind="listing", title=title_of(document), language=document.language)
    if rule is not None:
        survey = Survey(document)
        picked = pick(document, rule, reading, fields or {}, survey)
        said = verdicts(picked.found, picked.strays, picked.items, survey)
        return _picked(replace(plain, verdicts=said), document, rule, picked, reading)
    return _inferred(plain, document, reading, fields or {})


def _picked(plain: Extraction, document: Document, rule: ListingRule, picked: Picked, reading: Reading) -> Extraction:
    told = replace(plain, rule=rule, items=picked.items)
    missing = [f"{name}: nothing is at {getattr(rule, name, name)!r}" for name in picked.missing]
    if picked.items and not {"title", "link"} & set(picked.missing):
        evidence = (f"{len(picked.items)} items at {rule.item!r}", *missing)
        return replace(told, confidence=1.0 - 0.1 * len(missing), evidence=evidence)
    stop = barrier.barrier_of(document)
    if stop is not None:
        return replace(told, items=(), health=Health.BLOCKED, evidence=(stop.evidence,))
    if picked.matched:
        return replace(told, items=(), health=Health.CHANGED, evidence=tuple(missing) or ("the items say nothing",))
    return _nothing(told, document, rule, reading)


def _nothing(told: Extraction, document: Document, rule: ListingRule, reading: Reading) -> Extraction:
    """Tell a list without items from a page that is built in another way."""
    holder = holder_of(rule.item)
    held = bool(holder) and is_bare(document, holder)
    survey = Survey(document)
    words = barrier.emptiness_of(survey)
    if words:
        also = f", and {holder!r} is there" if held else ""
        return replace(told, health=Health.EMPTY, evidence=(f"no items; the page says {words!r}{also}",))
    if held:
        return replace(told, health=Health.EMPTY, evidence=(f"{holder!r} is there and holds no items",))
    there = bool(holder) and bool(compile_selector(holder).elements(document.root))
    gone = f"nothing is at {rule.item!r}" + (f", nor at {holder!r}" if holder and not there else "")
    return replace(told, health=Health.CHANGED, evidence=(gone, *_instead(survey, reading)))


def _instead(survey: Survey, reading: Reading) -> Iterator[str]:
    """Say where a list is now that looks like news."""
    lists = listings(survey, reading)
    if lists and lists[0].score.zone == CONTENT:
        one = lists[0]
        yield f"{len(one.rows)} parts that look like news are at {where_is(one.heads, survey)!r} now"
    elif barrier.is_shell(survey.document):
        yield "the page is a shell that a script fills; `browser: true` reads such pages"


def _inferred(plain: Extraction, document: Document, reading: Reading, fields: Mapping[str, str]) -> Extraction:
    survey = Survey(document)
    lists = listings(survey, reading)
    heads = heads_in(lists, survey, reading) if lists else ()
    rows = rows_of(regions_of(heads), survey)
    every = read_rows(rows, survey, with_order(reading, rows))
    strays = strays_of(every)
    found = [one for one in every if one.row.region.head not in strays]
    rows = tuple(one.row for one in found)
    items = identified([one.candidate for one in found], rows, document, reading)
    plain = replace(
        plain,
        considered=considered(lists, heads, survey) if lists else (),
        verdicts=verdicts(every, strays, items, survey),
    )
    stop = barrier.barrier_of(document, items)
    if stop is not None:
        return replace(plain, health=Health.BLOCKED, evidence=(stop.evidence,))
    if not items:
        words = barrier.emptiness_of(survey)
        if words:
            return replace(plain, health=Health.EMPTY, evidence=(f"no items; the page says {words!r}",))
        return replace(plain, health=Health.EMPTY, no_list=True, evidence=(_why_none(document),))
    rule, items = _ruled(tuple(row.region.head for row in rows), survey, reading, items)
    if fields and rule is not None:
        items = pick(document, rule, reading, fields, survey).items
    return replace(
        plain,
        items=items,
        rule=rule,
        confidence=round(min(0.99, lists[0].score.worth / (lists[0].score.worth + 3)), 2),
        evidence=tuple(_evidence(items, lists, document)),
    )


def heads_in(lists: Sequence[Listing], survey: Survey, reading: Reading) -> tuple[Element, ...]:
    """Return the heads of the items of a page, of its lists, the most news-like first."""
    return fronted(lists, survey) or with_lone(joined(lists), lists[0], survey, reading)


def _ruled(
    heads: Sequence[Element], survey: Survey, reading: Reading, items: tuple[Candidate, ...]
) -> tuple[ListingRule | None, tuple[Candidate, ...]]:
    """Return the plainest rule that finds the same items again, and the items as it finds them."""
    wanted = [item.keys for item in items]
    for rule, exact in rules_for(heads, survey):
        if exact:
            return rule, items
        again = pick(survey.document, rule, reading, {}, survey).items
        if [item.keys for item in again] == wanted:
            return rule, again
    return None, items


def _why_none(document: Document) -> str:
    if barrier.is_shell(document):
        return "the page is a shell that a script fills; `browser: true` reads such pages"
    return "the page has no list of links that looks like news"


def _evidence(items: Sequence[Candidate], lists: Sequence[Listing], document: Document) -> Iterator[str]:
    """Say what the reading rests on."""
    many = (
        ("a date", sum(item.published is not None for item in items)),
        ("a picture", sum(item.image is not None for item in items)),
        ("a summary", sum(bool(item.summary) for item in items)),
    )
    have = ", ".join(f"{_share(count, len(items))} with {what}" for what, count in many if count)
    yield f"{len(items)} items built alike, {have or 'with a title and a link each'}"
    others = [one.score.worth for one in lists[1:] if not set(one.heads) & set(lists[0].heads)]
    if others and max(others) > 0.1:
        yield f"{lists[0].score.worth / max(others):.1f} times as news-like as the next list of the page"
    if not document.whole:
        yield "the page is larger than what is read of one"


def _share(count: int, every: int) -> str:
    return "all" if count == every else str(count)


def title_of(document: Document) -> str:
    """Return what the page calls itself."""
    node = document.root.find(".//title")
    return tidy("".join(str(text) for text in node.itertext()))[:300] if node is not None else ""
