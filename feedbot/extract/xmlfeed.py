"""Read RSS, RDF, Atom and CDF: one table says where each field stands in every dialect."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from itertools import islice
from typing import Any

from feedbot.extract import clean, media, xmltree
from feedbot.extract.part import Part
from feedbot.extract.xmltree import Element, Names
from feedbot.item import Candidate, Extraction
from feedbot.source import FeedRule, Health

TITLE = ("title", "dc:title", "media:title")
PUBLISHED = ("pubdate", "published", "issued", "dcterms:issued", "dc:date", "created", "dcterms:created", "date")
UPDATED = ("updated", "modified", "dcterms:modified", "lastbuilddate")
SUMMARY = (
    "summary",
    "description",
    "abstract",
    "dc:description",
    "dcterms:abstract",
    "itunes:summary",
    "itunes:subtitle",
)
SUBTITLE = ("subtitle", "tagline", *SUMMARY[1:], "info")
SHOWN = ("media:description",)
CONTENT = ("content:encoded", "content", "fullitem", "xhtml:body", "body", "xhtml:div")
AUTHORS = ("author", "dc:creator", "dc:author", "managingeditor", "itunes:author", "creator")
OTHERS = ("webmaster", "itunes:owner", "dc:publisher", "dc:contributor", "contributor", "media:credit")
CATEGORIES = ("category", "dc:subject", "itunes:category", "media:category")
KEYWORDS = ("itunes:keywords", "media:keywords")
RIGHTS = ("rights", "copyright", "dc:rights", "dcterms:rights", "media:copyright")
LANGUAGE = ("language", "dc:language")
GENERATOR = ("generator", "admin:generatoragent")
ID = ("id", "guid", "dc:identifier")

CONTAINERS = frozenset({"channel", "items", "feed"})
ENTRIES = frozenset({"item", "entry"})
MOST_ITEMS = 10_000
"""Items beyond this are left unread."""
LONGEST_SUMMARY = 1000
"""A description in HTML that is longer than this is the content, and no summary."""

ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
RESOURCE = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource"
MAIL = re.compile(r"\s*[(<\[]?\s*(?:mailto:)?[^\s()<>@:\[\]]+@[^\s()<>@\[\]]+\s*[)>\]]?\s*")


def read(root: Element, url: str) -> Extraction:
    """Return what the XML feed under `root`, found at `url`, says of itself and its items."""
    names = Names(root)
    own: dict[str, list[Element]] = {}
    entries = list(islice(_walk(root, names, own), MOST_ITEMS))
    top = Part(element=root, found=own, base=_base(root, url), typed=_is_atom(root))
    link = _link(top)
    outer = top if top.base else replace(top, base=link)
    items = tuple(_candidate(_part(entry, names, outer)) for entry in entries)
    return _extraction(top, link, _told_apart(items))


def _walk(element: Element, names: Names, own: dict[str, list[Element]]) -> Iterator[Element]:
    """Give the items under the root in their order, and gather into `own` what is not an item."""
    for child in element:
        name = names(child)
        if name in ENTRIES:
            yield child
        elif name in CONTAINERS:
            own.setdefault("", []).append(child)
            yield from _walk(child, names, own)
        elif name:
            own.setdefault(name, []).append(child)


def _part(element: Element, names: Names, top: Part) -> Part:
    """Gather the elements of an item; what stands in a media group counts as if it stood outside."""
    found: dict[str, list[Element]] = {}
    _gather(element, names, found)
    return Part(element=element, found=found, base=_base(element, top.base), typed=top.typed)


def _gather(element: Element, names: Names, found: dict[str, list[Element]]) -> None:
    for child in element:
        name = names(child)
        found.setdefault(name, []).append(child)
        if name in {"media:group", "media:content"} and len(child):
            _gather(child, names, found)


def _is_atom(root: Element) -> bool:
    return root.tag.rpartition("}")[2].lower() == "feed"


def _base(element: Element, outer: str) -> str:
    own = element.get(xmltree.BASE)
    return clean.absolute(own, outer) or outer if own else outer


def _extraction(part: Part, link: str, items: tuple[Candidate, ...]) -> Extraction:
    return Extraction(
        url=part.base,
        kind="feed",
        rule=FeedRule(),
        confidence=1.0,
        health=Health.FRESH if items else Health.EMPTY,
        title=part.text(TITLE),
        subtitle=part.text(SUBTITLE),
        items=items,
        language=_language(part),
        authors=_authors(part),
        categories=_categories(part),
        published=part.when(PUBLISHED),
        updated=part.when(UPDATED),
        rights=part.text(RIGHTS),
        image=media.logo(part),
        generator=_generator(part),
        id=part.word(ID),
        link=link,
    )


def _candidate(part: Part) -> Candidate:
    published, updated = part.when(PUBLISHED), part.when(UPDATED)
    return Candidate(
        guid=part.word(ID) or part.element.get(ABOUT, "").strip(),
        url=_link(part),
        title=part.text(TITLE),
        published=published or updated,
        updated=updated,
        authors=_authors(part),
        categories=_categories(part),
        attachments=media.attachments(part),
        language=_language(part),
        comments=_comments(part),
        fields={"rights": rights} if (rights := part.text(RIGHTS)) else {},
        **_said(part),
    )


def _said(part: Part) -> dict[str, Any]:
    """Return summary, content and picture. A description that is long, or all there is, is the content."""
    html, told = part.html(CONTENT), part.html(SUMMARY) or part.html(SHOWN)
    summary = clean.plain(told) if told else ""
    if not html and "<" in told:
        html, told = told, ""
    elif html == told:
        told = ""
    text = clean.plain(html) if html else ""
    short = " ".join(summary.split()) if told or len(summary) <= LONGEST_SUMMARY else ""
    return {"summary": short, "content_html": html, "content_text": text, "image": media.image(part, html)}


def _link(part: Part) -> str:
    """Return the address of the page for people that a part is about."""
    ranked = [(rank, address) for rank, address in _addresses(part) if address]
    return min(ranked, key=lambda pair: pair[0])[1] if ranked else ""


def _addresses(part: Part) -> Iterator[tuple[int, str]]:
    """Give every address that could be the link, with its rank: 0 is the best."""
    for element in reversed(part.found.get("link", ())):
        href = element.get("href") or element.get(RESOURCE)
        if href is None:
            yield 0, part.address(element.text, element)
        else:
            yield _rank(element), part.address(href, element)
    for element in part.found.get("guid", ()):
        if (element.get("isPermaLink") or "true").strip().lower() != "false" and "://" in (element.text or ""):
            yield 3, part.address(element.text)
    for element in part.found.get("feedburner:origlink", ()):
        yield 2, part.address(element.text)
    yield 5, part.address(part.element.get("href") or part.element.get("HREF") or part.element.get(ABOUT))
    for element in part.found.get("id", ()):
        if (element.text or "").strip().startswith(("http://", "https://")):
            yield 7, part.address(element.text)


RANKS = {"alternate": 1, "": 1, "canonical": 4, "related": 6, "via": 6, "self": 8}


def _rank(link: Element) -> int:
    """Say how good an Atom link is as the link; pages before other formats (RFC 4287 section 4.2.7)."""
    relation = (link.get("rel") or "").strip().lower().rpartition("/")[2]
    other = relation in {"", "alternate"} and "html" not in (link.get("type") or "html")
    return RANKS.get(relation, 9) + other


def _comments(part: Part) -> str:
    for element in part.found.get("comments", ()):
        if address := part.address(element.text, element):
            return address
    for element in part.found.get("link", ()):
        if element.get("rel") == "replies" and "html" in (element.get("type") or "html"):
            return part.address(element.get("href"), element)
    return ""


def _authors(part: Part) -> tuple[str, ...]:
    """Return the names of those who wrote it; those who publish it only where nobody else is named."""
    named = tuple(dict.fromkeys(name for element in part.all(AUTHORS) if (name := _person(part, element))))
    return named or tuple(dict.fromkeys(name for element in part.all(OTHERS) if (name := _person(part, element))))


def _person(part: Part, element: Element) -> str:
    """Return the name of a person: Atom's `name`, or the text without the mail address beside it."""
    inner = {child.tag.rpartition("}")[2].lower(): child for child in element if isinstance(child.tag, str)}
    holder = next((inner[name] for name in ("name", "person", "email") if name in inner), None)
    said = " ".join((holder.text or "").split()) if holder is not None else part.text_of(element)
    name = MAIL.sub(" ", said).strip().strip("()").strip() if "@" in said else said
    return name or said


def _categories(part: Part) -> tuple[str, ...]:
    said = [word for element in part.all(CATEGORIES) for word in _words(element)]
    said += [word for element in part.all(KEYWORDS) for word in (element.text or "").split(",")]
    return tuple(dict.fromkeys(tidy for text in said if (tidy := " ".join(unescape(text).split()))))


def _words(element: Element) -> Iterator[str]:
    """Give what one element of a category says, and the ones inside it (iTunes)."""
    term, label = element.get("term") or element.get("text"), element.get("label")
    yield label if label and "://" in (term or "") else term or label or xmltree.raw(element, typed=False)[0]
    yield from (child.get("text") or "" for child in element)


def _language(part: Part) -> str | None:
    holders = (part.element, *part.found.get("", ()))
    said = part.text(LANGUAGE) or next((lang for holder in holders if (lang := holder.get(xmltree.LANG))), "")
    return said.strip().replace("_", "-") or None


def _generator(part: Part) -> str:
    return part.text(GENERATOR) or next((element.get(RESOURCE, "") for element in part.all(GENERATOR)), "")


def _told_apart(items: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Take the id from items that share it with another page, for it tells nothing."""
    pages = Counter(guid for guid, _ in {(item.guid, item.url) for item in items if item.guid})
    return tuple(replace(item, guid="") if item.url and pages[item.guid] > 1 else item for item in items)
