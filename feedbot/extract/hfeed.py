"""Items marked up with microformats: `h-entry` in an h-feed (microformats2), and `hentry` (hAtom) before it."""

from collections.abc import Callable
from typing import Any

from lxml import etree

from feedbot.extract.document import Document
from feedbot.extract.links import Element
from feedbot.extract.moments import Moment, Reading
from feedbot.extract.structured import first_words
from feedbot.item import Candidate, Image

MOST = 2_000
_ENTRIES: Callable[[Element], Any] = etree.XPath(
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' h-entry ')]"
    "|//*[contains(concat(' ', normalize-space(@class), ' '), ' hentry ')]"
)


def has_entries(document: Document) -> bool:
    """Say whether the page marks up more than one entry."""
    return len(_entries(document)) > 1


def items(document: Document, reading: Reading) -> tuple[Candidate, ...]:
    """Return the entries that are marked up, in their order; what is within one (a reply, a citation) is its own."""
    found = (_candidate(entry, document, reading) for entry in _entries(document)[:MOST])
    return tuple(one for one in found if one.title and one.url)


def _entries(document: Document) -> list[Element]:
    found = _ENTRIES(document.root)
    every = set(found)
    return [entry for entry in found if every.isdisjoint(entry.iterancestors())]


def _candidate(entry: Element, document: Document, reading: Reading) -> Candidate:
    said = _properties(entry)
    title = _element(said, "p-name", "entry-title")
    picture = _element(said, "u-photo", "u-featured")
    image = document.absolute(_attribute(picture, "src", "href", "data"))
    return Candidate(
        url=document.absolute(_link(said, title)),
        title=first_words(title, 300) if title is not None else "",
        published=_moment(said, reading, "dt-published", "published", "entry-date"),
        updated=_moment(said, reading, "dt-updated", "updated"),
        summary=_text(said, "p-summary", "entry-summary")[:1000],
        image=Image(url=image, alt=picture.get("alt") if picture is not None else None) if image else None,
        authors=tuple(dict.fromkeys(_names(said)))[:20],
        categories=tuple(dict.fromkeys(first_words(one, 100) for one in said.get("p-category", ())[:20]))[:20],
    )


def _properties(entry: Element) -> dict[str, list[Element]]:
    """Return the elements of an entry by class and by rel; what is in an inner thing is that one's own."""
    found: dict[str, list[Element]] = {}
    walk = etree.iterwalk(entry, events=("start",))
    for _, one in walk:
        names = (one.get("class") or "").split()
        if one is not entry:
            for name in (*names, *(f"rel-{rel}" for rel in (one.get("rel") or "").lower().split())):
                found.setdefault(name, []).append(one)
            if any(name.startswith("h-") and name != "h-card" for name in names):
                walk.skip_subtree()
    return found


def _element(said: dict[str, list[Element]], *names: str) -> Element | None:
    return next((one for name in names for one in said.get(name, ())), None)


def _link(said: dict[str, list[Element]], title: Element | None) -> str:
    marked = _attribute(_element(said, "u-url", "rel-bookmark"), "href", "value")
    if marked or title is None:
        return marked
    around = (one.get("href") for one in (title, *title.iterancestors("a"), *title.iter("a")))
    return str(next((href for href in around if href), ""))


def _attribute(one: Element | None, *names: str) -> str:
    return next((str(value) for name in names if one is not None and (value := one.get(name))), "")


def _text(said: dict[str, list[Element]], *names: str) -> str:
    one = _element(said, *names)
    return first_words(one) if one is not None else ""


def _names(said: dict[str, list[Element]]) -> list[str]:
    """Return the names of authors: the `p-name` of a card, else all that it says."""
    found = []
    for one in said.get("p-author", said.get("author", []))[:20]:
        name = next((below for below in one.iter() if "p-name" in (below.get("class") or "").split()), one)
        found.append(first_words(name, 200))
    return [name for name in found if name]


def _moment(said: dict[str, list[Element]], reading: Reading, *names: str) -> Moment | None:
    for one in (one for name in names for one in said.get(name, ())):
        inner = next((time.get("datetime") for time in one.iter("time") if time.get("datetime")), None)
        text = inner or one.get("datetime") or one.get("title") or one.get("value") or first_words(one, 100)
        if (found := reading.read(text)) is not None:
            return found
    return None
