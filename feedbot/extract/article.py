"""One article page -> one candidate: what its data for machines and what its visible text say, weighed together."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from lxml import etree

from feedbot.extract import dates
from feedbot.extract.clean import plain, sanitise
from feedbot.extract.document import Document
from feedbot.extract.structured import Facts, facts
from feedbot.item import Attachment, Candidate, Image, Link, Quote

Element = etree._Element  # noqa: SLF001 - lxml has no public name for it
FILES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".csv": "text/csv",
}
REPORT = re.compile(
    r"\b(?:read|view|see|open|download)\b.{0,30}\b(?:report|publication|document|paper)\b", re.IGNORECASE
)
RELATED = re.compile(r"related|more (?:news|stories|like this)|you may also|read next|see also|similar", re.IGNORECASE)
BACK = re.compile(r"^(?:back to|return to|«|‹|←)", re.IGNORECASE)
NOISE = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|share|sharing|social|newsletter|subscribe|signup|related|recommend\w*|breadcrumbs?|comments?"
    r"|advert\w*|promo|banner|popup|modal|pager|pagination|sidebar|toolbar|byline-share|skip-link)(?:$|[\s_-])",
    re.IGNORECASE,
)
DROPPED = frozenset(
    {"script", "style", "noscript", "template", "nav", "aside", "form", "button", "input", "select", "svg", "iframe"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Story:
    """The part of a page that is the article: its heading, where there is one, and its body."""

    heading: Element | None
    body: Element


def read(
    document: Document, *, timezone: str = "UTC", language: str | None = None, now: datetime | None = None
) -> Candidate:
    """Read an article page; what it does not say is left empty."""
    said = facts(document)
    story = _story(document)
    language = language or said.language or document.language
    image = _image(document, story, said)
    related = tuple(_related(document))
    body = _body(document, story, image)
    report = next((link for link in _links(document, story.body) if REPORT.search(link.title)), None)
    return Candidate(
        url=said.url or document.url,
        title=_title(document, story, said),
        published=_published(document, story, said, timezone, language, now),
        updated=said.modified,
        summary=said.description,
        content_html=body,
        content_text=plain(body),
        authors=said.authors,
        categories=said.categories,
        image=image,
        attachments=tuple(_attachments(document, story)),
        quotes=tuple(_quotes(story.body)),
        related=related,
        fields={"report": report.url} if report else {},
        language=language,
    )


def _story(document: Document) -> _Story:
    """Find the article: the element in which the paragraphs stand, and the heading nearest before it."""
    weights: dict[Element, float] = {}
    for paragraph in document.root.iter("p", "blockquote", "li", "pre", "td"):
        length = len(_words(paragraph))
        if length < 25 or _noise(paragraph, document.root):
            continue
        weight, above = (
            (length - _linked(paragraph)) * (1.0 if paragraph.tag in {"p", "blockquote", "pre"} else 0.3),
            1.0,
        )
        parent = paragraph.getparent()
        for _ in range(4):
            if parent is None:
                break
            weights[parent] = weights.get(parent, 0) + weight * above
            above *= 0.7
            parent = parent.getparent()
    body = max(weights, key=lambda one: weights[one]) if weights else document.root
    return _Story(heading=_heading(document, body), body=body)


def _heading(document: Document, body: Element) -> Element | None:
    """Take the last h1 before the body or in it that says something."""
    inside = {*body.iterancestors()}
    headings = [one for one in document.root.iter("h1") if len(_words(one)) > 3]
    near = [one for one in headings if any(above in inside or above is body for above in one.iterancestors())]
    return next(iter(near or headings), None)


def _noise(element: Element, root: Element) -> bool:
    for one in (element, *element.iterancestors()):
        if one is root or one.tag in {"body", "main", "article"}:
            return False
        if (
            one.tag in DROPPED
            or one.tag in {"footer", "header"}
            or NOISE.search(f"{one.get('class', '')} {one.get('id', '')}")
        ):
            return True
    return False


def _title(document: Document, story: _Story, said: Facts) -> str:
    """The visible heading, unless the data for machines is plainly the longer form of another one."""
    heading = _words(story.heading) if story.heading is not None else ""
    told = [_without_site(title, said.site) for title in said.titles]
    page = _without_site(_words(next(document.root.iter("title"), None)), said.site)
    if heading and (not told or any(_same(heading, one) for one in (*told, page))):
        return heading
    return next((one for one in (*told, heading, page) if one), "")


def _same(one: str, other: str) -> bool:
    a, b = re.sub(r"\W+", "", one).casefold(), re.sub(r"\W+", "", other).casefold()
    return bool(a) and bool(b) and (a == b or b.startswith(a) or a.startswith(b))


def _without_site(title: str, site: str) -> str:
    parts = re.split(r"\s+[|–—·•»:-]\s+", title)
    if len(parts) > 1 and (_same(parts[-1], site) or len(parts[-1]) < len(parts[0]) / 2):
        cut = title.rfind(parts[-1])
        return re.sub(r"\s+[|–—·•»:-]\s*$", "", title[:cut]).strip()
    return title


def _published(
    document: Document, story: _Story, said: Facts, timezone: str, language: str | None, now: datetime | None
) -> datetime | date | None:
    """What machines are told; else a date that stands near the heading; else the one in the address."""
    seen = _seen_date(document, story, timezone, language, now)
    if said.published is None:
        return seen or dates.in_url(document.url)
    return said.published


def _seen_date(
    document: Document, story: _Story, timezone: str, language: str | None, now: datetime | None
) -> datetime | date | None:
    for one in _from_heading(document, story):
        if one.tag == "time" and (stamp := dates.machine(one.get("datetime") or "")):
            return stamp
        text = " ".join((one.text or "").split())
        if 5 < len(text) < 90 and (found := dates.read(text, language=language, timezone=timezone, now=now)):
            return found
    return None


def _from_heading(document: Document, story: _Story) -> Iterator[Element]:
    """Give the elements around the heading: a little before it, and some way after."""
    every = [one for one in document.root.iter() if isinstance(one.tag, str) and one.tag not in {"script", "style"}]
    start = every.index(story.heading) if story.heading is not None and story.heading in every else 0
    yield from every[start : start + 60]
    yield from reversed(every[max(0, start - 15) : start])


def _image(document: Document, story: _Story, said: Facts) -> Image | None:
    """The picture that machines are told of, with the alt text that the page gives it; else the first large one."""
    shown = [one for one in _container(story).iter("img") if not _noise(one, document.root)]
    urls = [(document.absolute(one.get("src") or one.get("data-src") or ""), one.get("alt")) for one in shown]
    name = urlsplit(said.image).path.rpartition("/")[2]
    for url, alt in urls:
        if said.image and url and (url == said.image or (len(name) > 6 and name in url)):
            return Image(url=url, alt=alt or said.image_alt or None)
    if said.image:
        return Image(url=said.image, alt=said.image_alt or None)
    return next((Image(url=url, alt=alt or None) for url, alt in urls if url), None)


def _container(story: _Story) -> Element:
    """Return the element that holds the heading and the body, or the body where there is no heading."""
    if story.heading is None:
        return story.body
    above = {story.body, *story.body.iterancestors()}
    return next((one for one in story.heading.iterancestors() if one in above), story.body)


def _body(document: Document, story: _Story, image: Image | None) -> str:
    """Return the body as clean HTML, without what is around an article."""
    copy = etree.fromstring(
        etree.tostring(story.body, encoding="unicode", with_tail=False), etree.HTMLParser(huge_tree=True)
    )
    title = _words(story.heading) if story.heading is not None else ""
    for one in [*copy.iter()]:
        if isinstance(one.tag, str) and one.getparent() is not None and _unwanted(one, document, title, image):
            _drop(one)
    inner = copy.find("body")
    html = etree.tostring(inner if inner is not None else copy, encoding="unicode", method="html")
    return sanitise(html, document.base)


def _unwanted(one: Element, document: Document, title: str, image: Image | None) -> bool:
    if one.tag in {"html", "body", "main", "article"}:
        return False
    if one.tag in DROPPED or NOISE.search(f"{one.get('class', '')} {one.get('id', '')}"):
        return True
    if one.tag == "h1" and _words(one) == title:
        return True
    if one.tag == "img":
        return image is not None and document.absolute(one.get("src") or "") == image.url
    text = _words(one) if one.tag in {"a", "p", "h2", "h3", "div", "time", "span"} else ""
    return (
        bool(text)
        and len(text) < 40
        and (bool(BACK.match(text)) or (one.tag in {"p", "time", "div"} and _only_date(text)))
    )


def _only_date(text: str) -> bool:
    return dates.read(text) is not None and len(re.sub(r"[\W\d]+", "", text)) < 22


def _drop(one: Element) -> None:
    parent, tail = one.getparent(), one.tail
    if parent is None:
        return
    if tail:
        before = one.getprevious()
        if before is None:
            parent.text = (parent.text or "") + tail
        else:
            before.tail = (before.tail or "") + tail
    parent.remove(one)


def _links(document: Document, within: Element) -> Iterator[Link]:
    for one in within.iter("a"):
        url = document.absolute(one.get("href") or "")
        if url and (title := _words(one)):
            yield Link(url=url, title=title)


def _attachments(document: Document, story: _Story) -> Iterator[Attachment]:
    seen = set()
    for link in _links(document, story.body):
        kind = next((kind for suffix, kind in FILES.items() if urlsplit(link.url).path.lower().endswith(suffix)), None)
        if kind and link.url not in seen:
            seen.add(link.url)
            yield Attachment(url=link.url, type=kind, title=link.title)


def _quotes(body: Element) -> Iterator[Quote]:
    for one in body.iter("blockquote"):
        cite = next(one.iter("cite"), None)
        foot = next(one.iter("footer", "figcaption"), cite)
        words = " ".join(_words(part) for part in one.iter("p")) or _words(one)
        speaker = _words(cite) if cite is not None else ""
        role = _words(foot).removeprefix(speaker).strip(" ,-–—") if foot is not None else ""
        if not speaker and role:
            speaker, _, role = role.partition(",")
        if words:
            yield Quote(text=words.strip('“”" '), speaker=speaker.strip(), role=role.strip())


def _related(document: Document) -> Iterator[Link]:
    seen = set()
    for heading in document.root.iter("h2", "h3", "h4"):
        parent = heading.getparent()
        if parent is not None and len(_words(heading)) < 40 and RELATED.search(_words(heading)):
            for link in _links(document, parent):
                if link.url not in seen and link.url != document.url:
                    seen.add(link.url)
                    yield link
            return


def _words(element: Element | None) -> str:
    return " ".join("".join(str(part) for part in element.itertext()).split()) if element is not None else ""


def _linked(element: Element) -> int:
    return sum(len(_words(link)) for link in element.iter("a"))
