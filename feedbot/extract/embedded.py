"""Read the items that an HTML page tells machines: by JSON-LD, the state of its scripts, microdata, RDFa or h-feed."""

from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never

from feedbot.extract import barrier, hfeed, jsonld, microdata, state
from feedbot.extract.document import Document, open_document
from feedbot.extract.links import Element
from feedbot.extract.moments import Reading
from feedbot.extract.regions import located
from feedbot.extract.texts import tidy
from feedbot.item import Candidate, Extraction, url_key
from feedbot.page import Page
from feedbot.source import DataRule, Health, Told

NAMES: dict[Told, str] = {
    "jsonld": "a list in the page's JSON-LD",
    "state": "the state that the page hands to its scripts",
    "microdata": "items marked up with microdata or RDFa",
    "hfeed": "items marked up as an h-feed",
}
"""What each kind is, in words."""
MISSING: dict[Told, str] = {
    "jsonld": "the page's JSON-LD holds no list of news",
    "state": "the state that the page hands to its scripts holds no list with titles and dates",
    "microdata": "no items are marked up with microdata or RDFa",
    "hfeed": "no items are marked up as an h-feed",
}
"""What is said where there is nothing of a kind."""
MOST_ITEMS = 2_000


def kinds_in(document: Document) -> Iterator[Told]:
    """Give the kinds of which the page holds anything, by a quick look; reading it may still find no items."""
    if jsonld.has_list(document):
        yield "jsonld"
    if state.has_state(document):
        yield "state"
    if microdata.has_items(document):
        yield "microdata"
    if hfeed.has_entries(document):
        yield "hfeed"


def read(page: Page, rule: DataRule, reading: Reading | None = None) -> Extraction:
    """Return the items that the page tells machines in the way that `rule` names, in their order."""
    document = open_document(page)
    reading = reading or Reading()
    if reading.language is None:
        reading = replace(reading, language=located(document.language, document.url))
    seen = _items(document, rule, reading)
    items = _each_once(seen, document)
    found = Extraction(url=page.url, kind=rule.kind, title=_title(document), rule=rule, language=document.language)
    if not items:
        stop = barrier.barrier_of(document)
        if stop is not None:
            return replace(found, health=Health.BLOCKED, evidence=(stop.evidence,))
        health = Health.EMPTY if rule.kind in kinds_in(document) and not seen else Health.CHANGED
        return replace(found, health=health, evidence=(MISSING[rule.kind],))
    dated = sum(item.published is not None for item in items)
    evidence = f"{NAMES[rule.kind]}: {len(items)} items, {dated} with a date"
    sound = sum(bool(item.title and item.url) for item in items)
    return replace(found, items=items, confidence=round(0.9 * sound / len(items), 2), evidence=(evidence,))


def _items(document: Document, rule: DataRule, reading: Reading) -> tuple[Candidate, ...]:
    match rule.kind:
        case "jsonld":
            return jsonld.items(document, reading)
        case "state":
            return state.items(document, reading)
        case "microdata":
            return microdata.items(document, reading)
        case "hfeed":
            return hfeed.items(document, reading)
        case _:
            assert_never(rule.kind)


def _each_once(items: tuple[Candidate, ...], document: Document) -> tuple[Candidate, ...]:
    """Return the items without repeats and without the page itself, with titles of links where they have none."""
    here, words = url_key(document.url), _link_words(document) if any(not one.title for one in items) else {}
    kept: dict[str, Candidate] = {}
    for item in items[:MOST_ITEMS]:
        key = url_key(item.url) if item.url else f"title:{item.title}"
        said = item if item.title else replace(item, title=words.get(key, ""))
        if said.title and key != here:
            kept.setdefault(key, said)
    return tuple(kept.values())


def _link_words(document: Document) -> dict[str, str]:
    """Return the words of each link of the page, by what tells its target; the longest where there are several."""
    found: dict[str, str] = {}
    for link in document.root.iter("a"):
        url, said = document.absolute(link.get("href") or ""), _words(link)
        if url and said and len(said) > len(found.get(key := url_key(url), "")):
            found[key] = said
    return found


def _words(link: Element) -> str:
    heading = next((one for one in link.iter("h1", "h2", "h3", "h4")), link)
    return tidy(" ".join(str(text) for text in heading.itertext()))[:300]


def _title(document: Document) -> str:
    node = document.root.find(".//title")
    return tidy("".join(str(text) for text in node.itertext()))[:300] if node is not None else ""
