"""The links of a page, each with what it says, where it stands and how it got there."""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
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
    """A link with an address of its own. `key` is equal for links to one page; `order` counts from the top."""

    node: Element
    url: str
    key: str
    zone: int
    path: str
    order: int


class Survey:
    """All links of a document that may lead to news, and the places of all elements around them."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.places: dict[Element, Place] = {}
        self.memory: dict[object, object] = {}
        """What was read already, by what it was read from."""
        self.anchors = self._anchors()
        self.by_node = {anchor.node: anchor for anchor in self.anchors}
        self.by_path: dict[str, list[Anchor]] = defaultdict(list)
        for anchor in self.anchors:
            self.by_path[anchor.path].append(anchor)

    def _anchors(self) -> list[Anchor]:
        found: list[Anchor] = []
        seen: dict[str, tuple[str, str]] = {}
        own = key_of(self.document.url)
        home = own.partition("/")[0]
        for node in self.document.root.iter("a", "area"):
            href = node.get("href")
            if not href or href[0] == "#" or len(found) >= MAX_LINKS:
                continue
            if href not in seen:
                url = self.document.absolute(href[:2000])
                seen[href] = (url, key_of(url) if url else "")
            url, key = seen[href]
            if not url or key in {own, home}:
                continue
            place = self.place(node)
            found.append(Anchor(node, url, key, place.zone, place.path, len(found)))
        return found

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
            zone = max(zone, zone_of(element))
        path = f"{above.path}/{step(element)}" if above else step(element)
        return Place(zone, path, element.getparent())


def key_of(url: str) -> str:
    """Return what tells the targets of links apart: like `url_key`, but with fragments that routes are made of."""
    page, _, fragment = url.partition("#")
    if "?" in page:
        key = url_key(page)
    else:
        host, mark, path = page.partition("://")[2].partition("/")
        key = (host.lower().removeprefix("www.") + mark + path).rstrip("/")
    return f"{key}#{fragment}" if fragment[:1] in {"!", "/"} and fragment else key


def zone_of(element: Element) -> int:
    """Return the zone that an element opens by its tag, its role or its names."""
    tag = element.tag
    role = element.get("role")
    if tag in _AROUND_TAGS or role in _AROUND_ROLES:
        return AROUND
    if tag in {"body", "html", "main", "article", "li", "a", "tr", "td", "tbody", "table"}:
        return CONTENT
    if tag == "header":
        inner = any(up.tag in {"article", "li", "main", "section"} for up in element.iterancestors())
        return CONTENT if inner or _holds_page(element) else AROUND
    zone = ASIDE if tag == "aside" or role == "complementary" else CONTENT
    said = f"{element.get('class') or ''} {element.get('id') or ''}"
    names = names_of(said) if 1 < len(said) < 300 else frozenset()
    if tag == "form" or names & CHROME or (names & WEAK and not names & HOLDING):
        zone = AROUND
    elif names & BESIDE:
        zone = ASIDE
    return CONTENT if zone and _holds_page(element) else zone


_LINKS: Callable[[Any], Any] = etree.XPath("count(.//a[@href])")
_MAIN: Callable[[Element], Any] = etree.XPath("boolean(.//h1|.//main|.//*[@role='main'])")


def _holds_page(element: Element) -> bool:
    """Say whether what a name calls a side thing is in truth what the page is about."""
    if _MAIN(element):
        return True
    return bool(_LINKS(element) * 2 > _LINKS(element.getroottree()))


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
