"""A part of an XML feed: the feed itself or one item, its elements gathered by the fields they count for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from feedbot.extract import clean, xmltree
from feedbot.extract.dating import Dating
from feedbot.extract.dialects import CONTAINERS, ENTRIES, FIELDS, Element, Names

NONE: Sequence[Element] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The feed itself or one item of it; `base` is what its links are relative to."""

    element: Element
    base: str
    names: Names
    dating: Dating
    found: Mapping[str, Sequence[Element]]
    """The elements that count for each field, in the order of the document."""
    typed: bool
    """Whether text is plain where nothing else is said, as in Atom."""

    def all(self, field: str) -> Sequence[Element]:
        """Return the elements that count for a field, the most trusted name first."""
        found = self.found.get(field, NONE)
        if len(found) < 2:
            return found
        order = FIELDS[field]
        return sorted(found, key=lambda element: order.index(self.names.of(element)[0]))

    def text(self, field: str) -> str:
        """Return the first plain text for a field that is not empty."""
        for element in self.all(field):
            if said := self.text_of(element):
                return said
        return ""

    def word(self, field: str) -> str:
        """Return the first text for a field as it is written: an id, never markup."""
        for element in self.all(field):
            if said := (element.text or "").strip():
                return said
        return ""

    def html(self, field: str) -> str:
        """Return the first HTML for a field that is not empty."""
        for element in self.all(field):
            if said := self.html_of(element):
                return said
        return ""

    def when(self, field: str) -> datetime | date | None:
        """Return the first date for a field that can be read."""
        for element in self.all(field):
            if element.text and (moment := self.dating.read(element.text)) is not None:
                return moment
        return None

    def text_of(self, element: Element) -> str:
        """Return what an element says in one line of plain text."""
        return xmltree.text_of(element, typed=self.typed)

    def html_of(self, element: Element) -> str:
        """Return what an element says as HTML that is fit to be shown."""
        return xmltree.html_of(element, self.base_of(element), typed=self.typed)

    def base_of(self, element: Element) -> str:
        """Return what links in one element are relative to (XML Base)."""
        return xmltree.base_of(element, self.base)

    def address(self, url: str | None, element: Element) -> str:
        """Return `url`, which `element` gives, as an absolute HTTP address; empty where it is none."""
        return (clean.absolute(url, self.base_of(element)) or "") if url and not url.isspace() else ""


def gather(element: Element, names: Names, found: dict[str, list[Element]], entries: list[Element]) -> None:
    """Sort what stands in `element` into the fields it counts for, and the items under it into `entries`."""
    for child in element:
        name, fields = names.of(child)
        for field in fields:
            if field in found:
                found[field].append(child)
            else:
                found[field] = [child]
        if name in ENTRIES:
            entries.append(child)
        elif name in CONTAINERS and len(child):
            gather(child, names, found, entries)
