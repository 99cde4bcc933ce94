"""What a page says of itself for machines: JSON-LD, microdata, Open Graph, Dublin Core and other meta tags."""

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from feedbot.extract.document import Document
from feedbot.extract.links import Element
from feedbot.item import legal, url_key

Node = dict[str, Any]

ARTICLE = re.compile(r"(?:https?://schema\.org/)?\w*(?:Article|Posting|Report|NewsItem)$")
"""Types of schema.org that are pieces of news (NewsArticle, BlogPosting, Report, …)."""
PAGE = re.compile(r"(?:https?://schema\.org/)?(?:\w*WebPage|ItemPage|Recipe|HowTo|PodcastEpisode|Event|VideoObject)$")
"""Types that tell of a page where no article does."""
_COMMENTS = re.compile(
    r"^\s*(?:<!--|//<!\[CDATA\[|/\*<!\[CDATA\[\*/|<!\[CDATA\[)|(?:-->|//\]\]>|/\*\]\]>\*/|\]\]>)?;?\s*$"
)
LARGEST = 1_000_000
MOST_NODES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the page tells machines, by where it says so; nothing of it is believed yet."""

    article: Node = field(default_factory=dict)
    """The JSON-LD of the article."""
    page: Node = field(default_factory=dict)
    """The JSON-LD of the page around it."""
    meta: dict[str, tuple[str, ...]] = field(default_factory=dict)
    micro: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Microdata by property."""
    site: tuple[str, ...] = ()
    """What the site calls itself."""

    def said(self, *names: str) -> Iterator[str]:
        """Give what meta tags of these names say, in this order."""
        for name in names:
            yield from self.meta.get(name, ())

    def told(self, name: str) -> Iterator[Any]:
        """Give what JSON-LD says under a name, of the article first."""
        for node in (self.article, self.page):
            if name in node:
                yield node[name]


def facts(document: Document) -> Facts:
    """Collect what machines are told."""
    meta = _meta(document.root)
    nodes = list(graph(document))
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 2}
    article = _resolved(_best(nodes, ARTICLE, document), by_id)
    page = _resolved(_best(nodes, PAGE, document), by_id)
    return Facts(article=article, page=page, meta=meta, micro=_micro(document.root), site=_site(meta, nodes, article))


def text_of(said: Any) -> str:  # noqa: ANN401 - any JSON
    """Return the text of a JSON value: itself, or its name; `""` where it has none."""
    match said:
        case str():
            return " ".join(legal(said).split())
        case [first, *_]:
            return text_of(first)
        case dict():
            return text_of(said.get("name") or said.get("@value") or said.get("url") or "")
        case _:
            return ""


def words_in(element: Element, without: Collection[Element] = ()) -> str:
    """Return the text of an element in one line, without that of some elements in it."""
    if not without:
        return " ".join("".join(str(part) for part in element.itertext()).split())
    texts: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, one in walk:
        if event == "end":
            texts.append((one.tail or "") if one is not element else "")
        elif one in without:
            walk.skip_subtree()
        else:
            texts.append(one.text or "")
    return " ".join("".join(texts).split())


def first_words(element: Element, most: int = 1000) -> str:
    """Return the beginning of the text of an element in one line, however much it holds."""
    parts, length = [], 0
    for part in element.itertext():
        parts.append(str(part))
        length += len(part.strip())
        if length > most:
            break
    return " ".join("".join(parts).split())[:most]


def as_list(said: Any) -> list[Any]:  # noqa: ANN401 - any JSON
    """Return a JSON value as a list of values."""
    return said if isinstance(said, list) else [] if said is None else [said]


def kinds(node: Node) -> list[str]:
    """Return the types of a node."""
    return [kind for kind in as_list(node.get("@type")) if isinstance(kind, str)]


def _meta(root: Element) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for one in root.iter("meta"):
        content = " ".join((one.get("content") or "").split())
        if content and len(content) < 5000:
            for name in {one.get("property") or "", one.get("name") or "", one.get("itemprop") or ""}:
                if name:
                    found.setdefault(name.strip().lower().replace("_", "-"), []).append(content)
    return {name: tuple(dict.fromkeys(values[:20])) for name, values in found.items()}


def graph(document: Document) -> Iterator[Node]:
    """Give every thing that the JSON-LD of the page tells of, up to `MOST_NODES`."""
    left = MOST_NODES
    for script in document.root.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower() or not script.text or len(script.text) > LARGEST:
            continue
        for node in _below(_json(script.text), 0):
            left -= 1
            if left < 0:
                return
            yield node


def _json(text: str) -> Any:  # noqa: ANN401 - any JSON
    text = _COMMENTS.sub("", text)
    for tried in (text, re.sub(r",\s*([}\]])", r"\1", text), re.sub(r"[\x00-\x1f]+", " ", text)):
        try:
            return json.loads(tried, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _below(said: Any, depth: int) -> Iterator[Node]:  # noqa: ANN401 - any JSON
    if depth > 5:
        return
    if isinstance(said, list):
        for one in said[:100]:
            yield from _below(one, depth + 1)
    elif isinstance(said, dict):
        yield said
        for name in ("@graph", "mainEntity", "mainEntityOfPage", "publisher", "author"):
            if isinstance(said.get(name), (dict, list)):
                yield from _below(said[name], depth + 1)


def _best(nodes: list[Node], wanted: re.Pattern[str], document: Document) -> Node:
    """Return the node that tells of this page: by its address, else the one with the most to say."""
    fitting = [node for node in nodes if any(wanted.match(kind) for kind in kinds(node))]
    here = url_key(document.url)

    def worth(node: Node) -> tuple[bool, int]:
        said = [node.get("url"), node.get("@id"), node.get("mainEntityOfPage")]
        urls = [one.get("@id") or one.get("url") if isinstance(one, dict) else one for one in said]
        same = any(isinstance(url, str) and url_key(url).partition("#")[0] == here for url in urls)
        useful = ("headline", "datePublished", "author", "image", "articleBody", "name")
        return same, sum(bool(node.get(name)) for name in useful)

    return max(fitting, key=worth, default={})


def _resolved(node: Node, by_id: dict[str, Node]) -> Node:
    """Put what a node only refers to by its `@id` in the place of the reference."""

    def full(said: Any) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(said, dict) and set(said) <= {"@id", "@type"}:
            return by_id.get(str(said.get("@id")), said)
        return [full(one) for one in said[:50]] if isinstance(said, list) else said

    return {name: full(said) for name, said in node.items()}


def _micro(root: Element) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for one in root.iter("*"):
        name = one.get("itemprop")
        if not name or len(found) > 200:
            continue
        scope = next((up for up in one.iterancestors() if up.get("itemscope") is not None), None)
        kind = (scope.get("itemtype") or "") if scope is not None else ""
        value = one.get("content") or one.get("datetime") or one.get("src") or one.get("href")
        if name == "name" and scope is not None and "author" in (scope.get("itemprop") or ""):
            name, kind = "author", "Article"
        if name != "author" or one.get("itemscope") is None:
            value = value if name != "author" or one.get("content") else None
            text = value or ("" if name == "articleBody" else words_in(one)[:500])
            if text and (not kind or ARTICLE.search(kind.strip()) or PAGE.search(kind.strip())):
                for word in name.split():
                    found.setdefault(word.lower(), []).append(text)
    return {name: tuple(dict.fromkeys(values[:10])) for name, values in found.items()}


def _site(meta: dict[str, tuple[str, ...]], nodes: list[Node], article: Node) -> tuple[str, ...]:
    names = [*meta.get("og:site-name", ()), *meta.get("application-name", ()), *meta.get("publisher", ())]
    names += [*meta.get("dc.publisher", ()), *meta.get("dcterms.publisher", ())]
    names += [text_of(publisher) for publisher in as_list(article.get("publisher"))]
    for node in nodes:
        if any(kind.endswith(("WebSite", "Organization")) for kind in kinds(node)):
            names.append(text_of(node.get("name")))
    return tuple(dict.fromkeys(name for name in names if name and "://" not in name))
