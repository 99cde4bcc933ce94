"""Who wrote an article: people, neither the site nor those who only put it there."""

import re
from collections.abc import Iterator
from itertools import groupby, islice, takewhile

from feedbot.extract.document import Document
from feedbot.extract.links import Element
from feedbot.extract.persons import BY, are_full, key_of, people, people_in, spelled
from feedbot.extract.prose import BLOCKS
from feedbot.extract.structured import Facts, as_list, first_words, kinds, text_of
from feedbot.extract.vocabulary import names_of, words

_NAMES = (
    "author", "article:author", "dc.creator", "dcterms.creator", "dc.contributor", "parsely-author",
    "sailthru.author", "byl", "cxenseparse:author", "authors", "article.author", "citation-author", "creator",
    "news-authors", "byline", "article-author",
)  # fmt: skip
_PROFILE = re.compile(
    r"/(?:authors?|autor(?:en|es|i)?|auteurs?|people|staff|profiles?|contributors?|by|journalists?|journalistes?|"
    r"reporters?|columnists?|writers?|redaktion|team|bio|users?)/[^/?#]{3,}",
    re.IGNORECASE,
)
_CARD = re.compile(
    r"(?:written )?by|author|verfasst von|geschrieben von|écrit par|escrito por|scritto da", re.IGNORECASE
)
_BARS = re.compile(r"\s+[|·•]\s+")
_HOLDS = words(
    """
    author authors byline bylines autor autore auteur autoren verfasser writer contributor contributors creator
    username
    """
)
_HOLDS_NAME = words("authorname bylinename articleauthor articlebyline postauthor entryauthor bylineauthor authorlink")
_NOT_HERE = words(
    """
    comment comments related bio biography avatar image photo social card recommended popular sidebar footer
    authortitle authorrole authorjob authorposition authordescription authordesc authorlocation jobtitle
    """
)


def authors_of(document: Document, said: Facts, heading: Element | None) -> tuple[str, ...]:
    """Return the names of the people who wrote it; a full name is believed before a short one."""
    own = {key_of(name) for name in (*said.site, *_hosts(document.url))}
    named = [*said.micro.get("author", ()), *said.said(*_NAMES), *_of_card(said)]
    site = own - {key_of(name) for name in named if " " in name} if any(said.told("author")) else own
    choices = [people(_of_json(said), site), people(said.micro.get("author", ()), own)]
    if not any(are_full(names) for names in choices):
        choices.append(people((*said.said(*_NAMES), *_of_card(said)), own))
        seen = (people_in(line, own, marked=marked) for line, marked in _of_page(document, heading))
        choices.insert(2, next(filter(None, seen), ()))
    choices.sort(key=are_full, reverse=True)
    return tuple(map(spelled, next(filter(None, choices), ())))


def _of_json(said: Facts) -> Iterator[str]:
    for source in said.told("author"):
        for one in as_list(source):
            group = isinstance(one, dict) and any(kind.endswith(("Organization", "WebSite")) for kind in kinds(one))
            name = one.get("name") if isinstance(one, dict) else one
            if not group or " " in text_of(name):
                yield from map(text_of, as_list(name))


def _of_card(said: Facts) -> Iterator[str]:
    """Give the author whom a page names for the cards that show it in messages."""
    for number in ("1", "2"):
        label = next(said.said(f"twitter:label{number}"), "")
        if _CARD.fullmatch(label):
            yield from said.said(f"twitter:data{number}")


def _of_page(document: Document, heading: Element | None) -> Iterator[tuple[str, bool]]:
    """Give the lines that may name the authors, and whether the page marks them so, the most telling first.

    Those are bylines, links to authors, and lines that begin with `By`.
    """
    elements = list(document.root.iter("*"))
    start = elements.index(heading) if heading is not None else 0
    order = [*elements[start:], *elements[max(0, start - 40) : start]]
    near = [*order[:200], *order[-40:]]
    yield from ((line, True) for line in _lines([one for one in order if _is_byline(one)][:30]))
    yield from ((line, False) for line in _lines([one for one in near if _leads_to_author(one)][:3]))
    for one in near:
        for said in (one.text, one.tail):
            line = " ".join((said or "").split())
            part = _BARS.split(line)[-1] if 0 < len(line) < 100 else ""
            if part and BY.match(f"{part} "):
                yield (_around(one if said is one.text else one.getparent(), part), False)


def _around(element: Element | None, line: str) -> str:
    """Return a line that begins with `By`, with the names behind it where it says no more than that."""
    if not BY.fullmatch(f"{line} "):
        return line
    for up in [] if element is None else [element, *element.iterancestors()][:3]:
        texts = [text for part in islice(up.itertext(), 40) if (text := " ".join(str(part).split()))]
        behind = texts[texts.index(line) + 1 :] if line in texts else []
        if behind:
            return "\n".join(takewhile(lambda text: not text.endswith(":"), behind))[:200]
    return ""


def _lines(named: list[Element]) -> Iterator[str]:
    """Give what elements say, those side by side in one line."""
    for _, beside in groupby(named, key=Element.getparent):
        texts = [text for one in beside if 3 < len(text := _line(one)) < 200]
        if texts:
            yield "\n".join(dict.fromkeys(texts))


def _leads_to_author(one: Element) -> bool:
    """Say whether an element is a link to a person in a short line; in prose such links lead to whom it is about."""
    if one.tag != "a" or not _PROFILE.search(one.get("href") or ""):
        return False
    block = next((up for up in one.iterancestors() if up.tag in BLOCKS), one)
    return len(first_words(block, 150)) < 120


def _is_byline(one: Element) -> bool:
    if "author" in (one.get("rel") or "").split() or (one.get("itemprop") or "") == "author":
        return True
    said = one.get("class") or ""
    if not said or len(said) > 300:
        return False
    names = names_of(said)
    if not names & (_HOLDS | _HOLDS_NAME) or names & _NOT_HERE:
        return False
    return not any(names_of(up.get("class") or "") & _NOT_HERE for up in list(one.iterancestors())[:4])


def _line(one: Element) -> str:
    inner = next((part for part in one.iter("*") if part is not one and _is_name(part)), one)
    texts = [text for part in inner.itertext() if (text := " ".join(str(part).split()))][:14]
    return _completed(inner, ("\n" if inner is one else " ").join(texts))


def _completed(link: Element, said: str) -> str:
    """Return what a link says; the whole name where it says a first name and its address the rest."""
    address = (link.get("href") or "").rstrip("/").rpartition("/")[2] if link.tag == "a" else ""
    first, *rest = address.lower().split("-")
    if 0 < len(rest) < 3 and BY.sub("", said).lower() == first and all(map(str.isalpha, rest)):
        return " ".join(part.title() for part in (first, *rest))
    return said


def _is_name(part: Element) -> bool:
    if "author" in (part.get("rel") or "").split() or (part.get("itemprop") or "") == "name":
        return True
    return bool(names_of(part.get("class") or "") & _HOLDS_NAME)


def _hosts(url: str) -> tuple[str, ...]:
    """Return the name of a host, whole and without what it is under."""
    host = url.split("://", 1)[-1].split("/", 1)[0].partition(":")[0]
    return host, host.removeprefix("www."), ".".join(host.split(".")[-2:-1]) or host
