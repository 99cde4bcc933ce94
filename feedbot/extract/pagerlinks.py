"""The links of an HTML page that lead to its next page: by their relation, their words, their numbers, their names."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from lxml import etree

from feedbot.extract.document import Document
from feedbot.extract.links import Element, key_of
from feedbot.extract.pagerwords import MORE, NEWER, NEXT, OLDER
from feedbot.extract.select import address_of, compile_selector
from feedbot.extract.texts import text_below, tidy

_PAGER = re.compile(
    r"pagin|pager|paging|page[-_]?(?:nav|num|link|list|item|bar)|nav[-_]?links|posts?[-_]nav|nav[-_](?:previous|below)"
    r"|load[-_]?more|show[-_]?more|infinite|seiten(?:zahl|nav|leiste)|older|bladeren",
    re.IGNORECASE,
)
"""Names of what holds the links between the pages of a list."""
_CALENDAR = re.compile(r"calend|datepicker|kalender|carousel|slider|gallery|swiper|slick", re.IGNORECASE)
"""Names of what has numbers or 'next' too, and leads to no page of the list."""
_CURRENT = re.compile(r"(?:^|[\s_-])(?:current|active|selected|aktiv|actual|this|on)(?:$|[\s_-])", re.IGNORECASE)
_ARROWS = " \t\r\n.…:|[]()<>«»‹›→⟶➔➜▶►▸⇒⟩❯❭＞"
_ICONS = re.compile("[\ue000-\uf8ff]")
_COUNT = re.compile(r"\s+[(/]?\d[\d.,]*(?:\s*(?:/|\w{1,6})\s*\d[\d.,]*)?\)?$")
_KNOWN = OLDER | NEXT | MORE
_NEXT_ARROWS = ("›", ">", "→", "❯", "▶", "►", "»", "＞", ">>", "»»")
_NUMBERED = re.compile(
    r"(?:page|seite|pagina|página|sida|side|strona|stránka|страница|sayfa)?\s*(\d{1,4})", re.IGNORECASE
)
_PAGED = re.compile(
    r"(?:^|[/_.;,-])(?:page|paged|pag|pg|p|seite|pagina|sida|side|strona|stranka|oldal|sayfa|sivu|index|list|liste)[/_=:-]?"
    r"\d{1,6}(?=$|[/_.;,-])",
    re.IGNORECASE,
)
_PARAMETER = re.compile(
    r"(?:.*[_\[-])?(?:page\w*|pg|pag\w*|p|pn|paged|seite|sida|side|strona|start\w*|offset|skip|from|first|cursor|after|before"
    r"|max_?id|updated-max|until|older\w*|load\w*|b_start:int|next\w*)\]?",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:/(?:page|seite|pagina|sida|side|p)[/_-]?\d+|/?(?:index|default)?[-_]?\d*\.(?:html?|php|aspx?|jsp)|/\d{1,4})?/*$"
)
_HIDDEN_ADDRESSES = (
    *(
        "data-next-url",
        "data-next-page-url",
        "data-load-more-url",
        "data-ajax-url",
        "data-url",
        "data-href",
        "data-next",
    ),
    *("data-next-page", "hx-get", "data-hx-get", "data-endpoint", "data-remote", "data-src", "src", "formaction"),
)
_DEPTH = 6
_MOST = 5000
_LINKS: Callable[[Element], Any] = etree.XPath("//a[@href]")
_BUTTONS: Callable[[Element], Any] = etree.XPath(
    "//button|//turbo-frame[@src]|//*[@role='button']|//*[@hx-get]|//*[@data-hx-get]|//a|//*[@data-next-url]"
    "|//*[@data-load-more-url]|//*[@data-next-page-url]"
)


@dataclass(frozen=True, slots=True)
class Step:
    """A link that may lead to a page: its address, what it says, and whether it stands among such links."""

    node: Element
    url: str
    said: str
    paged: bool
    """It stands in something that is named as a pager."""
    kin: bool
    """Its address is that of this page, but for a number or a parameter of pages."""


def next_by(selector: str, document: Document) -> Iterator[str]:
    """Give what a selector of a rule finds. Raises ValueError where it is none."""
    compiled = compile_selector(selector)
    if compiled.attribute is not None:
        yield from (document.absolute(text) for text in compiled.strings(document.root))
        return
    for node in compiled.elements(document.root):
        yield document.absolute(address_of(node) or _hidden(node))
    if not compiled.elements(document.root):
        yield from (document.absolute(text) for text in compiled.strings(document.root))


def next_in(document: Document) -> Iterator[str]:
    """Give the addresses that may be that of the next page, the likeliest first."""
    yield from _related(document)
    steps = _steps(document)
    for words in (OLDER, NEXT):
        good = [one for one in steps if (one.paged or one.kin) and one.said in words]
        yield from (one.url for one in sorted(good, key=lambda one: (not one.kin, not one.paged)))
    yield from _numbered(steps, key_of(document.url))
    yield from _arrows(steps)
    yield from (one.url for one in steps if one.kin and one.said in MORE)
    yield from _buttons(document)


def _related(document: Document) -> Iterator[str]:
    """Give what is marked as next (HTML section 4.6.7.14), in the head and then in the page."""
    for tag in ("link", "a"):
        for node in document.root.iter(tag):
            if "next" in (node.get("rel") or "").lower().split() and not NEWER.search(_said(node)):
                yield document.absolute(node.get("href") or "")


def _steps(document: Document) -> list[Step]:
    found = []
    for node in _LINKS(document.root)[:_MOST]:
        url = document.absolute((node.get("href") or "")[:2000])
        said = _said(node)
        if not url or len(said) > 60 or _within(node, _CALENDAR):
            continue
        kin = is_kin(url, document.url)
        paged = bool(_within(node, _PAGER))
        if kin or paged:
            found.append(Step(node, url, said, paged, kin))
    return found


def _said(node: Element) -> str:
    """Return what a link says, or is labelled with, in lower case and without arrows; known words go first."""
    texts = [text for text in map(_bare, ("".join(map(str, node.itertext())), *_labels(node))) if text]
    return next((text for text in texts if text in _KNOWN), texts[0] if texts else "")


def _bare(text: str) -> str:
    """Return a text without arrows, icons, and what counts the pages: `next page 2 of 9` is `next page`."""
    plain = tidy(_ICONS.sub(" ", text)).strip(_ARROWS).casefold()
    return _COUNT.sub("", plain).strip(_ARROWS) or plain


def _labels(node: Element) -> Iterator[str]:
    yield node.get("aria-label") or ""
    yield node.get("title") or ""
    yield from (image.get("alt") or "" for image in node.iter("img"))


def _within(node: Element, names: re.Pattern[str]) -> bool:
    """Say whether an element, or one of those around it, is named so."""
    at: Element | None = node
    for _ in range(_DEPTH):
        if at is None or at.tag in {"body", "html", "main"}:
            return False
        if names.search(f"{at.get('class') or ''} {at.get('id') or ''} {at.get('aria-label') or ''}"[:400]):
            return True
        at = at.getparent()
    return False


def is_kin(url: str, home: str) -> bool:
    """Say whether `url` is `home` but for the page: another parameter that counts pages, or a path such as page/2."""
    here, there = urlsplit(home), urlsplit(url)
    if there.netloc.removeprefix("www.") != here.netloc.removeprefix("www."):
        return False
    stem, path = _TAIL.sub("", here.path), there.path
    if path.rstrip("/") in {here.path.rstrip("/"), stem}:
        before = set(parse_qsl(here.query, keep_blank_values=True))
        added = set(parse_qsl(there.query, keep_blank_values=True)) - before
        return any(_PARAMETER.fullmatch(name) for name, _ in added)
    rest = path[len(stem) :] if path.startswith(stem) else ""
    return bool(re.fullmatch(r"/?\d{1,4}/?|[-_]\d{1,4}(?:\.\w+)?", rest) or _PAGED.search(rest.rstrip("/")))


def _numbered(steps: list[Step], own: str) -> Iterator[str]:
    """Give the page after this one of a row of numbers."""
    row = [(int(found[1]), one) for one in steps if (found := _NUMBERED.fullmatch(one.said))]
    numbers = {number for number, _ in row}
    if not row or not (any(one.paged for _, one in row) or len(numbers) > 1):
        return
    current = _current(row, own)
    yield from (one.url for number, one in sorted(row, key=lambda pair: not pair[1].kin) if number == current + 1)


def _current(row: list[tuple[int, Step]], own: str) -> int:
    """Return the number of this page: it links to itself, it is marked, or it is the one that is no link."""
    itself = next((number for number, one in row if key_of(one.url) == own), 0)
    if itself:
        return itself
    holder = _holder([one.node for _, one in row])
    marked = holder.iter("*") if holder is not None else iter(())
    for node in marked:
        names = f"{node.get('class') or ''}"
        if node.get("aria-current") not in {None, "false"} or _CURRENT.search(names) or node.tag in {"strong", "b"}:
            found = _NUMBERED.fullmatch(text_below(node).strip(_ARROWS))
            if found:
                return int(found[1])
    numbers = {number for number, _ in row}
    return next((number for number in range(1, max(numbers)) if number not in numbers), 1)


def _holder(nodes: list[Element]) -> Element | None:
    """Return the element that holds all of `nodes`."""
    if len(nodes) == 1:
        above = nodes[0].getparent()
        return above.getparent() if above is not None else None
    others = [set(node.iterancestors()) for node in nodes[1:]]
    return next((one for one in nodes[0].iterancestors() if all(one in other for other in others)), None)


def _arrows(steps: list[Step]) -> Iterator[str]:
    """Give what a mere arrow leads to, or a link without words whose name says next."""
    bare = [one for one in steps if not one.said and one.paged]
    for arrow in _NEXT_ARROWS:
        yield from (one.url for one in bare if text_below(one.node).strip() == arrow)
    for one in bare:
        above = one.node.getparent()
        names = f"{one.node.get('class') or ''} {above.get('class') or '' if above is not None else ''}"
        if re.search(r"(?:^|[\s_-])(?:next|older)(?:$|[\s_-])", names, re.IGNORECASE):
            yield one.url


def _buttons(document: Document) -> Iterator[str]:
    """Give what a button that adds items asks for."""
    for node in _BUTTONS(document.root)[:_MOST]:
        hidden = _hidden(node)
        if hidden and (_said(node) in _KNOWN or _within(node, _PAGER)) and not NEWER.search(_said(node)):
            yield document.absolute(hidden)


def _hidden(node: Element) -> str:
    """Return the address that a button holds for its script."""
    for name in _HIDDEN_ADDRESSES:
        value = (node.get(name) or "").strip()
        if value.startswith(("/", "?", "./", "http://", "https://")) and "{" not in value:
            return value
    return ""
