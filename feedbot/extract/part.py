"""A part of an XML feed: the feed itself or one item, its elements found by their names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from feedbot.extract import clean, dates, xmltree
from feedbot.extract.xmltree import Element


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The feed itself or one item of it; `base` is what its links are relative to."""

    element: Element
    found: Mapping[str, Sequence[Element]]
    base: str
    typed: bool
    """Whether text is plain where nothing else is said, as in Atom."""

    def all(self, names: Sequence[str]) -> Iterator[Element]:
        """Give all elements of these names, by the order of the names."""
        return (element for name in names if name in self.found for element in self.found[name])

    def text(self, names: Sequence[str]) -> str:
        """Return the first plain text under these names that is not empty."""
        return next((said for element in self.all(names) if (said := self.text_of(element))), "")

    def word(self, names: Sequence[str]) -> str:
        """Return the first text under these names as it is written: an id, never markup."""
        return next((said for element in self.all(names) if (said := (element.text or "").strip())), "")

    def html(self, names: Sequence[str]) -> str:
        """Return the first HTML under these names that is not empty."""
        return next((said for element in self.all(names) if (said := self.html_of(element))), "")

    def when(self, names: Sequence[str]) -> datetime | date | None:
        """Return the first date under these names that can be read."""
        said = (dates.machine(element.text) for element in self.all(names) if element.text)
        return next((moment for moment in said if moment is not None), None)

    def text_of(self, element: Element) -> str:
        """Return what an element says in one line of plain text."""
        return xmltree.text_of(element, typed=self.typed)

    def html_of(self, element: Element) -> str:
        """Return what an element says as HTML that is fit to be shown."""
        return xmltree.html_of(element, self.base_of(element), typed=self.typed)

    def base_of(self, element: Element) -> str:
        """Return what links in one element are relative to (XML Base)."""
        own = element.get(xmltree.BASE)
        return clean.absolute(own, self.base) or self.base if own else self.base

    def address(self, url: str | None, element: Element | None = None) -> str:
        """Return `url` as an absolute HTTP address, empty where it is none."""
        if not url or not url.strip():
            return ""
        return clean.absolute(url, self.base if element is None else self.base_of(element)) or ""
