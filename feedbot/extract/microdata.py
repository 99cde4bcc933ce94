"""Items marked up with microdata (`itemscope`, `itemprop`) or RDFa (`typeof`, `property`) of schema.org."""

from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from feedbot.extract.document import Document
from feedbot.extract.links import Element
from feedbot.extract.moments import Moment, Reading
from feedbot.extract.structured import ARTICLE, first_words
from feedbot.item import Candidate, Image

MOST = 2_000
_SCOPES: Callable[[Element], Any] = etree.XPath("//*[@itemscope and @itemtype] | //*[@typeof]")


def has_items(document: Document) -> bool:
    """Say whether the page marks up more than one piece of news."""
    return len(_scopes(document)) > 1


def items(document: Document, reading: Reading) -> tuple[Candidate, ...]:
    """Return the pieces of news that are marked up, in their order."""
    found = (_candidate(_properties(scope), scope, document, reading) for scope in _scopes(document)[:MOST])
    return tuple(one for one in found if one.title)


def _scopes(document: Document) -> list[Element]:
    return [scope for scope in _SCOPES(document.root) if any(ARTICLE.search(kind) for kind in _types(scope))]


def _types(scope: Element) -> list[str]:
    return [kind.rsplit(":", 1)[-1].strip() if "//" not in kind else kind for kind in _said(scope).split()]


def _said(scope: Element) -> str:
    return f"{scope.get('itemtype') or ''} {scope.get('typeof') or ''}"


def _properties(scope: Element) -> dict[str, list[Element]]:
    """Return the elements that say something of a scope itself, by property; what is in an inner scope is its own."""
    found: dict[str, list[Element]] = {}
    walk = etree.iterwalk(scope, events=("start",))
    for _, one in walk:
        if one is scope:
            continue
        for name in _names(one):
            found.setdefault(name, []).append(one)
        if one.get("itemscope") is not None or one.get("typeof"):
            walk.skip_subtree()
    return found


def _names(one: Element) -> Iterator[str]:
    for name in f"{one.get('itemprop') or ''} {one.get('property') or ''}".split():
        yield name.rsplit(":", 1)[-1].rsplit("/", 1)[-1]


def _candidate(said: dict[str, list[Element]], scope: Element, document: Document, reading: Reading) -> Candidate:
    image = document.absolute(_first(said, "image", "thumbnailUrl", address=True))
    url = _first(said, "url", "mainEntityOfPage", address=True) or scope.get("itemid") or _link(said, scope)
    return Candidate(
        url=document.absolute(url),
        title=_first(said, "headline", "name", "title"),
        published=_moment(said, reading, "datePublished", "dateCreated"),
        updated=_moment(said, reading, "dateModified"),
        summary=_first(said, "description", "abstract"),
        image=Image(url=image, alt=_alt(said)) if image else None,
        authors=_several(said, "author"),
        categories=_several(said, "articleSection"),
    )


def _link(said: dict[str, list[Element]], scope: Element) -> str:
    """Return the link of the headline, or the first one of the item."""
    for one in (*said.get("headline", []), *said.get("name", []), scope):
        around = next((up.get("href") for up in (one, *one.iterancestors("a")) if up.get("href")), None)
        found = around or next((link.get("href") for link in one.iter("a") if link.get("href")), None)
        if found:
            return str(found)
    return ""


def _first(said: dict[str, list[Element]], *names: str, address: bool = False) -> str:
    values = ((_target(one) if address else _value(one)) for name in names for one in said.get(name, ()))
    return next((value for value in values if value), "")


def _several(said: dict[str, list[Element]], name: str) -> tuple[str, ...]:
    words = (_value(one)[:200] for one in said.get(name, [])[:20])
    return tuple(dict.fromkeys(word for word in words if word))


def _value(one: Element) -> str:
    return " ".join((one.get("content") or first_words(one)).split())[:1000]


def _target(one: Element) -> str:
    said = (one.get(name) for name in ("content", "href", "src", "resource", "data-src", "itemid"))
    inner = (below.get("src") or below.get("content") for below in one.iter("img", "meta", "link"))
    return next((value.strip() for value in (*said, *inner) if value), "")


def _alt(said: dict[str, list[Element]]) -> str | None:
    return next((alt for one in said.get("image", ()) for img in one.iter("img") if (alt := img.get("alt"))), None)


def _moment(said: dict[str, list[Element]], reading: Reading, *names: str) -> Moment | None:
    marked = (
        one.get("datetime") or one.get("content") or first_words(one, 100)
        for name in names
        for one in said.get(name, ())
    )
    return next((found for text in marked if (found := reading.read(text)) is not None), None)
