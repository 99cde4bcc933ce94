"""Lists of news in the JSON-LD of a page: ItemList, Blog, CollectionPage, DataFeed, or articles side by side."""

import re
from collections.abc import Iterator
from typing import Any

from feedbot.extract.clean import plain
from feedbot.extract.document import Document
from feedbot.extract.moments import Moment, Reading
from feedbot.extract.structured import ARTICLE, Node, as_list, graph, kinds, text_of
from feedbot.item import Candidate, Image, url_key

MOST = 4_000
"""So many entries of all lists of a page are read."""
_MARK = re.compile(r'"(?:itemListElement|blogPosts?|dataFeedElement|hasPart|headline)"')
_LISTS = ("itemListElement", "blogPost", "blogPosts", "dataFeedElement", "hasPart")
"""Properties of schema.org under which a thing has others."""
_NO_LIST = re.compile(
    r"(?:https?://schema\.org/)?(?:BreadcrumbList|SiteNavigationElement|OfferCatalog|FAQPage|Article)$"
)
_NO_NEWS = re.compile(
    r"(?:https?://schema\.org/)?(?:\w*Organization|Person|Product|Offer|WebSite|SiteNavigationElement|ImageObject|Place|"
    r"LocalBusiness|Question|Brand|Comment|Review|SearchAction|\w*Audience)$"
)


def has_list(document: Document) -> bool:
    """Say whether some JSON-LD of the page may hold a list, by its words."""
    scripts = (one for one in document.root.iter("script") if "ld+json" in (one.get("type") or "").lower())
    return any(_MARK.search(one.text or "") for one in scripts)


def items(document: Document, reading: Reading) -> tuple[Candidate, ...]:
    """Return the list of the page that says the most; an article about the page itself is none of it."""
    lists = [_candidates(entries, document, reading) for entries in _lists(document)]
    return max(lists, key=_worth, default=())


def _worth(found: tuple[Candidate, ...]) -> float:
    said = (2 * (one.published is not None) + bool(one.title) + bool(one.url) for one in found[:50])
    return float(sum(said)) if len(found) > 1 else 0.5 * len(found)


def _lists(document: Document) -> Iterator[list[Node]]:
    """Give every list of things: those that a thing holds, and the articles that stand side by side."""
    nodes, left = list(graph(document)), MOST
    for node in nodes:
        if not any(_NO_LIST.match(kind) for kind in kinds(node)):
            for name in _LISTS:
                inner = as_list(node.get(name))[:left]
                left -= len(inner)
                yield [entry for one in inner if (entry := _entry(one))]
    yield [node for node in nodes if any(ARTICLE.match(kind) for kind in kinds(node))]


def _entry(said: Any) -> Node:  # noqa: ANN401 - any JSON
    """Return the thing that an entry of a list stands for; nothing for one that is no news."""
    if isinstance(said, str):
        return {"url": said} if said.startswith(("http", "/")) else {}
    if not isinstance(said, dict):
        return {}
    inner = said.get("item")
    inner = {"url": inner} if isinstance(inner, str) else inner if isinstance(inner, dict) else {}
    whole = {**{name: value for name, value in said.items() if name not in {"item", "@type", "@id"}}, **inner}
    if inner.get("@id") is None and said.get("@id") is not None:
        whole["@id"] = said["@id"]
    return {} if any(_NO_NEWS.match(kind) for kind in kinds({**said, **inner})) else whole


def _candidates(entries: list[Node], document: Document, reading: Reading) -> tuple[Candidate, ...]:
    here = url_key(document.url)
    found = [_candidate(entry, document, reading) for entry in entries]
    return tuple(one for one in found if one.url and url_key(one.url) != here)


def _candidate(entry: Node, document: Document, reading: Reading) -> Candidate:
    image = document.absolute(_address(entry.get("image") or entry.get("thumbnailUrl")))
    return Candidate(
        url=document.absolute(_link(entry)),
        title=_line(entry.get("headline")) or _line(entry.get("name")),
        published=_moment(entry, reading, "datePublished", "dateCreated", "uploadDate"),
        updated=_moment(entry, reading, "dateModified"),
        summary=_line(entry.get("description")) or _line(entry.get("abstract")),
        image=Image(url=image, alt=_alt(entry.get("image"))) if image else None,
        authors=_names(entry.get("author")),
        categories=_names(entry.get("articleSection")),
        language=_line(entry.get("inLanguage")) or None,
    )


def _link(entry: Node) -> str:
    """Return the address of an entry: its own, that of its page, or its id where that is one."""
    named = _address(entry.get("url")) or _address(entry.get("mainEntityOfPage"))
    identity = entry.get("@id")
    return named or (identity if isinstance(identity, str) and identity.startswith("http") else "")


def _address(said: Any) -> str:  # noqa: ANN401 - any JSON
    match said:
        case str():
            return said.strip()
        case [first, *_]:
            return _address(first)
        case dict():
            return _address(said.get("url") or said.get("contentUrl") or said.get("@id") or "")
        case _:
            return ""


def _alt(said: Any) -> str | None:  # noqa: ANN401 - any JSON
    one = said[0] if isinstance(said, list) and said else said
    return _line(one.get("caption")) or None if isinstance(one, dict) else None


def _line(said: Any) -> str:  # noqa: ANN401 - any JSON
    return " ".join(plain(text_of(said)).split())


def _moment(entry: Node, reading: Reading, *names: str) -> Moment | None:
    return next((found for name in names if (found := reading.read(text_of(entry.get(name)))) is not None), None)


def _names(said: Any) -> tuple[str, ...]:  # noqa: ANN401 - any JSON
    words = (_line(one) for one in as_list(said)[:20])
    return tuple(dict.fromkeys(word for word in words if word and "://" not in word))
