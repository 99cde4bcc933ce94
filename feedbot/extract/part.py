"""A part of an XML feed: the feed itself or one item, its elements gathered by the fields they count for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Self

from feedbot.extract import clean, dates, xmltree
from feedbot.extract.dialects import CONTAINERS, ENTRIES, PLACES, Element, Names

NONE: Sequence[Element] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The feed itself or one item of it; `base` is what its links are relative to."""

    element: Element
    base: str
    typed: bool
    """Whether text is plain where nothing else is said, as in Atom."""
    found: dict[str, list[tuple[int, Element]]] = field(default_factory=dict)
    entries: list[Element] = field(default_factory=list)

    def gather(self, names: Names, within: Element | None = None) -> Self:
        """Gather the elements of this part, and the items under it."""
        for child in self.element if within is None else within:
            name = names(child)
            if name in ENTRIES:
                self.entries.append(child)
                continue
            for place, trust in PLACES.get(name, ()):
                self.found.setdefault(place, []).append((trust, child))
            if name in CONTAINERS and len(child):
                self.gather(names, child)
        return self

    def all(self, name: str) -> Sequence[Element]:
        """Return the elements that count for a field, the most trusted first."""
        found = self.found.get(name)
        if found is None:
            return NONE
        return [element for _, element in (found if len(found) == 1 else sorted(found, key=lambda pair: pair[0]))]

    def text(self, name: str) -> str:
        """Return the first plain text for a field that is not empty."""
        return next((said for element in self.all(name) if (said := self.text_of(element))), "")

    def word(self, name: str) -> str:
        """Return the first text for a field as it is written: an id, never markup."""
        return next((said for element in self.all(name) if (said := (element.text or "").strip())), "")

    def html(self, name: str) -> str:
        """Return the first HTML for a field that is not empty."""
        return next((said for element in self.all(name) if (said := self.html_of(element))), "")

    def when(self, name: str) -> datetime | date | None:
        """Return the first date for a field that can be read."""
        for element in self.all(name):
            if element.text and (moment := dates.machine(element.text)) is not None:
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
