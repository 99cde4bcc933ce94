"""Read RSS, RDF, Atom and CDF into an extraction; `dialects` says where each field stands."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from typing import Any

from feedbot.extract import clean, media, xmltree
from feedbot.extract.dialects import Element, Names
from feedbot.extract.part import Part
from feedbot.item import Candidate, Extraction
from feedbot.source import FeedRule, Health

MOST_ITEMS = 10_000
"""Items beyond this are left unread."""
LONGEST_SUMMARY = 1000
"""A description in HTML that is longer than this is the content, and no summary."""

ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
MAIL = re.compile(r"\s*[(<\[]?\s*(?:mailto:)?[^\s()<>@:\[\]]+@[^\s()<>@\[\]]+\s*[)>\]]?\s*")
RANKS = {"": 0, "alternate": 1, "canonical": 4, "related": 6, "via": 6, "self": 8}
"""How good a link is as the link of an item, by its relation; 0 is the best."""


def read(root: Element, url: str) -> Extraction:
    """Return what the XML feed under `root`, found at `url`, says of itself and its items."""
    names = Names(root)
    typed = root.tag.rpartition("}")[2].lower() == "feed"
    top = Part(element=root, base=xmltree.base_of(root, url), typed=typed).gather(names)
    link = _link(top)
    base = top.base if typed and top.base else link or top.base
    items = tuple(_candidate(_part(entry, names, base, typed=typed)) for entry in top.entries[:MOST_ITEMS])
    return _extraction(top, link, _told_apart(items))


def _part(entry: Element, names: Names, base: str, *, typed: bool) -> Part:
    return Part(element=entry, base=xmltree.base_of(entry, base), typed=typed).gather(names)


def _extraction(part: Part, link: str, items: tuple[Candidate, ...]) -> Extraction:
    return Extraction(
        url=part.base,
        kind="feed",
        rule=FeedRule(),
        confidence=1.0,
        health=Health.FRESH if items else Health.EMPTY,
        title=part.text("title"),
        subtitle=part.text("summary"),
        items=items,
        language=_language(part),
        authors=_authors(part),
        categories=_categories(part),
        published=part.when("published"),
        updated=part.when("updated"),
        rights=part.text("rights"),
        image=media.logo(part),
        generator=part.text("generator") or "".join(e.get(media.RESOURCE, "") for e in part.all("generator")[:1]),
        id=part.word("id"),
        link=link,
    )


def _candidate(part: Part) -> Candidate:
    published, updated = part.when("published"), part.when("updated")
    return Candidate(
        guid=part.word("id") or part.element.get(ABOUT, "").strip(),
        url=_link(part),
        title=part.text("title"),
        published=published or updated,
        updated=updated,
        authors=_authors(part),
        categories=_categories(part),
        language=_language(part),
        comments=_comments(part),
        fields={"rights": part.text("rights")} if "rights" in part.found else {},
        **_said(part),
    )


def _said(part: Part) -> dict[str, Any]:
    """Return summary, content, picture and files. A description that is long, or all there is, is the content."""
    html, told = part.html("content"), part.html("summary")
    summary = " ".join(clean.plain_of_clean(told).split())
    if not html and "<" in told:
        html = told
        summary = summary if len(summary) <= LONGEST_SUMMARY else ""
    elif html == told:
        summary = ""
    files = media.attachments(part)
    return {
        "summary": summary,
        "content_html": html,
        "content_text": clean.plain_of_clean(html),
        "image": media.image(part, files, html),
        "attachments": files,
    }


def _link(part: Part) -> str:
    """Return the address of the page for people that a part is about."""
    ranked: list[tuple[int, str]] = []
    for element in part.all("link") if part.typed else reversed(part.all("link")):
        href = element.get("href") or element.get(media.RESOURCE)
        if address := part.address(element.text if href is None else href, element):
            rank = _rank(element, part)
            if rank == 0:
                return address
            ranked.append((rank, address))
    ranked += [(rank, address) for rank, address in _other_links(part) if address]
    return min(ranked, key=lambda pair: pair[0])[1] if ranked else ""


def _other_links(part: Part) -> Iterator[tuple[int, str]]:
    """Give the addresses that serve as the link where no element of that name does."""
    for element in part.all("original"):
        yield 2, part.address(element.text, element)
    for element in part.all("guid"):
        if (element.get("isPermaLink") or "true").strip().lower() != "false" and "://" in (element.text or ""):
            yield 3, part.address(element.text, element)
    own = part.element
    yield 5, part.address(own.get("href") or own.get("HREF") or own.get(ABOUT), own)
    for element in part.all("id"):
        if (element.text or "").strip().startswith(("http://", "https://")):
            yield 7, part.address(element.text, element)


def _rank(link: Element, part: Part) -> int:
    """Say how good a link is as the link; pages go before other formats (RFC 4287 section 4.2.7)."""
    relation = (link.get("rel") or ("alternate" if part.typed else "")).strip().lower().rpartition("/")[2]
    other = relation == "alternate" and "html" not in (link.get("type") or "html")
    return RANKS.get(relation, 9) + other


def _comments(part: Part) -> str:
    for element in part.all("comments"):
        if address := part.address(element.text, element):
            return address
    for element in part.all("link"):
        if element.get("rel") == "replies" and "html" in (element.get("type") or "html"):
            return part.address(element.get("href"), element)
    return ""


def _authors(part: Part) -> tuple[str, ...]:
    """Return the names of those who wrote it; those who publish it only where nobody else is named."""
    for role in ("author", "publisher"):
        if named := tuple(dict.fromkeys(name for element in part.all(role) if (name := _person(part, element)))):
            return named
    return ()


def _person(part: Part, element: Element) -> str:
    """Return the name of a person: Atom's `name`, or the text without the mail address beside it."""
    inner = {child.tag.rpartition("}")[2].lower(): child for child in element if isinstance(child.tag, str)}
    holder = next((inner[name] for name in ("name", "person", "email") if name in inner), None)
    said = " ".join((holder.text or "").split()) if holder is not None else part.text_of(element)
    name = MAIL.sub(" ", said).strip().strip("()").strip() if "@" in said else said
    return name or said


def _categories(part: Part) -> tuple[str, ...]:
    said = [word for element in part.all("category") for word in _words(element)]
    said += [word for element in part.all("keywords") for word in (element.text or "").split(",")]
    return tuple(dict.fromkeys(tidy for text in said if (tidy := " ".join(unescape(text).split()))))


def _words(element: Element) -> Iterator[str]:
    """Give what one element of a category says, and the ones inside it (iTunes)."""
    term, label = element.get("term") or element.get("text"), element.get("label")
    yield label if label and "://" in (term or "") else term or label or xmltree.raw(element, typed=False)[0]
    yield from (child.get("text") or "" for child in element)


def _language(part: Part) -> str | None:
    said = part.text("language") or xmltree.language_of(part.element)
    return said.strip().replace("_", "-") or None


def _told_apart(items: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Take the id from items that share it with another page, for it tells nothing."""
    pages = Counter(guid for guid, _ in {(item.guid, item.url) for item in items if item.guid})
    return tuple(replace(item, guid="") if item.url and pages[item.guid] > 1 else item for item in items)
