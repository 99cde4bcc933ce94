"""Read RSS, RDF, Atom and CDF into an extraction; `dialects` says where each field stands."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

from feedbot.extract import clean, media, xmltree
from feedbot.extract.dating import Dating
from feedbot.extract.dialects import Element, Names
from feedbot.extract.part import Part, gather
from feedbot.extract.wishes import wishes_of
from feedbot.item import Candidate, Extraction
from feedbot.source import FeedRule, Health

MOST_ITEMS = 10_000
"""Items beyond this are left unread."""
LONGEST_SUMMARY = 1000
"""A description in HTML that is longer than this is the content, and no summary."""
LONGEST_NAME = 300
"""What is longer than this is not searched for a mail address beside the name."""

ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
LINKED = re.compile(r"<(?:a|img)\b")
"""What a summary in plain text loses."""
MAIL = re.compile(r"\s*[(<\[]?\s*(?:mailto:)?[^\s()<>@:\[\]]+@[^\s()<>@\[\]]+\s*[)>\]]?\s*")
RANKS = {"": 0, "alternate": 1, "canonical": 4, "related": 6, "via": 6, "self": 8}
"""How good a link is as the link of an item, by its relation; 0 is the best."""


def read(root: Element, url: str, dating: Dating) -> Extraction:
    """Return what the XML feed under `root`, found at `url`, says of itself and its items."""
    entries: list[Element] = []
    typed = root.tag.rpartition("}")[2].lower() == "feed"
    found: dict[str, list[Element]] = {}
    top = Part(
        element=root, names=Names(root), dating=dating, found=found, base=xmltree.base_of(root, url), typed=typed
    )
    gather(root, top.names, found, entries)
    link = _link(top)
    base = top.base if typed and top.base else link or top.base
    items = tuple(_candidate(_part(entry, top, base)) for entry in entries[:MOST_ITEMS])
    return _extraction(top, link, _told_apart(items))


def _part(element: Element, top: Part, base: str) -> Part:
    found: dict[str, list[Element]] = {}
    gather(element, top.names, found, [])
    own = xmltree.base_of(element, base)
    return Part(element=element, names=top.names, dating=top.dating, found=found, base=own, typed=top.typed)


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
        wishes=wishes_of(part),
    )


def _candidate(part: Part) -> Candidate:
    found = part.found
    published = part.when("published") if "published" in found else None
    updated = part.when("updated") if "updated" in found else part.dating.read(part.element.get("LASTMOD", ""))
    html = part.html("content") if "content" in found else ""
    told = part.html("summary") if "summary" in found else ""
    summary, html, text = _texts(told, html)
    files = media.attachments(part)
    return Candidate(
        guid=part.element.get(ABOUT, "").strip() or part.word("id"),
        url=_link(part),
        title=part.text("title"),
        published=published or updated,
        updated=updated,
        summary=summary,
        summary_html=told if summary and told != html and LINKED.search(told) else "",
        content_html=html,
        content_text=text,
        authors=_authors(part),
        categories=_categories(part),
        image=media.image(part, files, html if "<img" in html else told),
        attachments=files,
        language=_language(part),
        comments=_comments(part),
        fields={"rights": part.text("rights")} if "rights" in found else {},
    )


def _texts(told: str, html: str) -> tuple[str, str, str]:
    """Return summary, content and its text. A description that is long, or all there is, is the content."""
    said = clean.plain_of_clean(told) if told else ""
    summary = " ".join(said.split())
    if not html and "<" in told:
        return (summary if len(summary) <= LONGEST_SUMMARY else ""), told, said
    return ("" if told == html else summary), html, clean.plain_of_clean(html) if html else ""


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
    for element in part.all("id") if part.typed else ():
        if (element.text or "").strip().startswith(("http://", "https://")):
            yield 7, part.address(element.text, element)


def _rank(link: Element, part: Part) -> int:
    """Say how good a link is as the link; pages go before other formats (RFC 4287 section 4.2.7)."""
    relation = (link.get("rel") or ("alternate" if part.typed else "")).strip().lower().rpartition("/")[2]
    other = relation == "alternate" and "html" not in (link.get("type") or "html")
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
    named = [_person(part, element) for element in part.all("author")]
    named = named or [_person(part, element) for element in part.all("publisher")]
    return tuple(dict.fromkeys(filter(None, named))) if named else ()


def _person(part: Part, element: Element) -> str:
    """Return the name of a person: Atom's `name`, or the text without the mail address beside it."""
    if len(element):
        inner = {child.tag.rpartition("}")[2].lower(): child for child in element if isinstance(child.tag, str)}
        holder = next((inner[name] for name in ("name", "person", "email") if name in inner), None)
        said = " ".join((holder.text or "").split()) if holder is not None else part.text_of(element)
    else:
        said = part.text_of(element)
    if "@" not in said or len(said) > LONGEST_NAME:
        return said
    return MAIL.sub(" ", said).strip().strip("()").strip() or said


def _categories(part: Part) -> tuple[str, ...]:
    said = [word for element in part.all("category") for word in _words(element)]
    said += [word for element in part.all("keywords") for word in (element.text or "").split(",")]
    return tuple(dict.fromkeys(tidy for text in said if (tidy := " ".join(unescape(text).split())))) if said else ()


def _words(element: Element) -> list[str]:
    """Return what one element of a category says, and the ones inside it (iTunes)."""
    term, label = element.get("term") or element.get("text"), element.get("label")
    own = label if label and "://" in (term or "") else term or label or xmltree.raw(element, typed=False)[0]
    return [own, *(child.get("text") or "" for child in element)] if len(element) else [own]


def _language(part: Part) -> str | None:
    said = part.text("language") or xmltree.language_of(part.element)
    return said.strip().replace("_", "-") or None


def _told_apart(items: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Take the id from items that share it with another page, for it tells nothing."""
    named = [item.guid for item in items if item.guid]
    if len(named) == len(set(named)):
        return items
    pages = Counter(guid for guid, _ in {(item.guid, item.url) for item in items if item.guid})
    return tuple(replace(item, guid="") if item.url and pages[item.guid] > 1 else item for item in items)
