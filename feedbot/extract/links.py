"""The links of a page, each with what it says, where it stands and how it got there."""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from lxml import etree

from feedbot.extract.document import Document
from feedbot.extract.vocabulary import BESIDE, CHROME, HOLDING, WEAK, names_of
from feedbot.item import url_key

Element = etree._Element  # noqa: SLF001 - lxml gives its type no public name

CONTENT, ASIDE, AROUND = 0, 1, 2
"""Where a part of a page stands: with the content, beside it, or around it (menus, footers, share bars)."""

MAX_LINKS = 5_000
"""More links of a page than this are not looked at."""

_AROUND_TAGS = {"nav", "footer", "dialog", "template", "noscript", "select", "menu"}
_AROUND_ROLES = {"navigation", "menu", "menubar", "banner", "contentinfo", "search", "dialog", "toolbar", "tablist"}
_INNER_TAGS = {"body", "html", "main", "article", "li", "a", "tr", "td", "tbody", "table"}
_LINKS: Callable[[Any], Any] = etree.XPath("count(.//a[@href])")
_MAIN: Callable[[Element], Any] = etree.XPath("boolean(.//h1|.//main|.//*[@role='main'])")
_VARYING = re.compile(
    r".*\d.*|odd|even|first|last|active|current|alt|alternate|new|unread|sticky|featured|hover|selected|open|closed|"
    r"is-.*|has-.*|js-.*|[a-zA-Z]{1,2}",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an element stands: the zone, and its path of tags and telling classes from the root."""

    zone: int
    path: str
    parent: Element | None


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link with an address of its own. `key` is equal for links to one page."""

    node: Element
    url: str
    key: str
    zone: int
    path: str


class Survey:
    """The links of a document that may lead to news, and the places of elements; each is read when it is asked for."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.places: dict[Element, Place] = {}
        self.memory: dict[object, object] = {}
        """What was read already, by what it was read from."""
        self._found: dict[Element, Anchor] = {}
        self._addresses: dict[str, tuple[str, str]] = {}
        own = key_of(document.url)
        self._here = {"", own, own.partition("/")[0]}

    @cached_property
    def anchors(self) -> list[Anchor]:
        """All of them, in the order of the page."""
        nodes = self.document.root.iter("a", "area")
        return [anchor for node in nodes if (anchor := self.anchor_of(node)) is not None]

    @cached_property
    def by_path(self) -> dict[str, list[Anchor]]:
        """All of them by where they stand."""
        found: dict[str, list[Anchor]] = defaultdict(list)
        for anchor in self.anchors:
            found[anchor.path].append(anchor)
        return found

    def anchor_of(self, node: Element) -> Anchor | None:
        """Return the link that an element is; None where it leads to no other page, or the page has far too many."""
        if (known := self._found.get(node)) is not None:
            return known
        href = node.get("href")
        if not href or href[0] == "#" or len(self._found) >= MAX_LINKS:
            return None
        if href not in self._addresses:
            url = self.document.absolute(href[:2000])
            self._addresses[href] = (url, key_of(url) if url else "")
        url, key = self._addresses[href]
        if key in self._here:
            return None
        place = self.place(node)
        anchor = self._found[node] = Anchor(node, url, key, place.zone, place.path)
        return anchor

    def place(self, node: Element) -> Place:
        """Return where `node` stands; asked once, known for ever."""
        climbed: list[Element] = []
        at: Element | None = node
        while at is not None and at not in self.places:
            climbed.append(at)
            at = at.getparent()
        above = self.places[at] if at is not None else None
        for element in reversed(climbed):
            above = self._below(above, element)
            self.places[element] = above
        return self.places[node]

    def _below(self, above: Place | None, element: Element) -> Place:
        zone = above.zone if above else CONTENT
        if zone < AROUND:
            zone = max(zone, self._zone_of(element))
        path = f"{above.path}/{step(element)}" if above else step(element)
        return Place(zone, path, element.getparent())

    def _zone_of(self, element: Element) -> int:
        """Return the zone that an element opens by its tag, its role or its names."""
        tag = element.tag
        role = element.get("role")
        if tag in _AROUND_TAGS or role in _AROUND_ROLES:
            return AROUND
        if tag in _INNER_TAGS:
            return CONTENT
        if tag == "header":
            inner = any(up.tag in {"article", "li", "main", "section"} for up in element.iterancestors())
            return CONTENT if inner or self._holds_page(element) else AROUND
        zone = _named_zone(element, ASIDE if tag == "aside" or role == "complementary" else CONTENT)
        return CONTENT if zone and self._holds_page(element) else zone

    def _holds_page(self, element: Element) -> bool:
        """Say whether what a name calls a side thing is in truth what the page is about."""
        return bool(_MAIN(element)) or _LINKS(element) * 2 > self._links

    @cached_property
    def _links(self) -> float:
        return float(_LINKS(self.document.root.getroottree()))


def key_of(url: str) -> str:
    """Return what tells the targets of links apart: like `url_key`, but with fragments that routes are made of."""
    page, _, fragment = url.partition("#")
    if "?" in page:
        key = url_key(page)
    else:
        host, mark, path = page.partition("://")[2].partition("/")
        key = (host.lower().removeprefix("www.") + mark + path).rstrip("/")
    return f"{key}#{fragment}" if fragment[:1] in {"!", "/"} and fragment else key


def _named_zone(element: Element, zone: int) -> int:
    """Return the zone that the names of an element tell, `zone` where they tell nothing."""
    said = f"{element.get('class') or ''} {element.get('id') or ''}"
    names = names_of(said) if 1 < len(said) < 300 else frozenset()
    if element.tag == "form" or names & CHROME or (names & WEAK and not names & HOLDING):
        return AROUND
    return ASIDE if names & BESIDE else zone


def step(element: Element) -> str:
    """Return one step of a path: the tag and the first class that does not vary from item to item."""
    tag = str(element.tag)
    classes = element.get("class")
    if tag in {"td", "th"}:
        above = element.getparent()
        tag = f"{tag}:{above.index(element) if above is not None else 0}"
    return _step(tag, classes[:200]) if classes else tag


@lru_cache(maxsize=8192)
def _step(tag: str, classes: str) -> str:
    kept = next((name for name in classes.split() if not _VARYING.fullmatch(name)), "")
    return f"{tag}.{kept}" if kept else tag
