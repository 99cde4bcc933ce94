"""What an article is called: the visible heading and the titles for machines, weighed against each other."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from feedbot.extract.document import Document
from feedbot.extract.links import Element
from feedbot.extract.structured import Facts, text_of, words_in
from feedbot.extract.vocabulary import CATEGORY_NAMES, HIDDEN_NAMES, TITLE_NAMES, names_of, words

LONGEST = 400
_MARKS = re.compile(r"\s+(?:[|–—·•»«:>/]|::|--?|\|\|)\s+|\s*[|»]\s*|:\s+(?=\S)")
_SPLIT = re.compile(r"(\s+(?:[|–—·•»«>/~]|::|--?|\|\|)\s+|\s*[|]\s*)")
_LETTERS = re.compile(r"[\W_]+")
_NOT_SAID = words("script style svg button noscript template")
_BESIDE_TITLE = CATEGORY_NAMES | HIDDEN_NAMES | words("sronly badge overline roofline dachzeile spitzmarke edit anchor")


@dataclass(frozen=True, slots=True)
class Headline:
    """The title of an article, and the element in which it is seen, where it is."""

    title: str
    element: Element | None = None


def headline_of(document: Document, said: Facts) -> Headline:
    """Return the title of the article, without the name of its site."""
    sites = _sites(document, said)
    told = [title for raw in _told(document, said) if (title := without_site(raw, sites))]
    whole = list(_told(document, said))
    best: tuple[float, Headline] = (0.0, Headline(""))
    for number, (element, seen) in enumerate(_seen(document)):
        for text in dict.fromkeys((seen, without_site(seen, sites))):
            worth = _worth(element, text, told, whole, sites) - 0.01 * number
            if worth > best[0]:
                best = (worth, Headline(text, element))
    if best[0] >= 1.0:
        return _mended(best[1], told)
    title = next(iter(told), best[1].title)
    return Headline(title, best[1].element if best[1].title == title else None)


def _told(document: Document, said: Facts) -> Iterator[str]:
    """Give the titles that machines are told, the most trusted first."""
    yield from filter(None, (text_of(said.article.get(name)) for name in ("headline", "name")))
    yield from said.said("og:title", "twitter:title", "dc.title", "dcterms.title", "title", "sailthru.title")
    yield from said.micro.get("headline", ())
    page = document.root.find(".//head/title")
    page = page if page is not None else next(document.root.iter("title"), None)
    if page is not None:
        yield words_in(page)[:LONGEST]


def _seen(document: Document) -> Iterator[tuple[Element, str]]:
    """Give the headings that may be the title of the article."""
    for number, one in enumerate(document.root.iter("h1", "h2", "h3", "div", "p", "span")):
        if number > 4000:
            return
        if one.tag in {"h1", "h2", "h3"} or "headline" in (one.get("itemprop") or "") or _named(one):
            text = _words(one)
            if 1 < len(text) <= LONGEST:
                yield one, text


def _named(one: Element) -> bool:
    said = one.get("class")
    return (
        bool(said) and len(one) < 8 and bool(names_of(said) & {"headline", "articletitle", "entrytitle", "posttitle"})
    )


def _words(heading: Element) -> str:
    """Return what a heading says, without the words in it that name its topic."""
    beside = [one for one in heading.iterdescendants("*") if _beside(one)]
    return (words_in(heading, beside) or words_in(heading))[:LONGEST]


def _beside(element: Element) -> bool:
    if element.tag in _NOT_SAID:
        return True
    names = names_of(element.get("class") or "")
    return bool(names & _BESIDE_TITLE) and not names & TITLE_NAMES


def _worth(element: Element, text: str, told: Sequence[str], whole: Sequence[str], sites: Sequence[str]) -> float:
    """Weigh a heading: what machines are told confirms it, its rank speaks for it."""
    key = _key(text)
    if not key or key in {_key(site) for site in sites}:
        return 0.0
    rank = {"h1": 1.0, "h2": 0.4, "h3": 0.2}.get(str(element.tag), 0.3)
    names = names_of(element.get("class") or "")
    rank += 0.2 * bool(names & TITLE_NAMES) + 0.3 * ("headline" in (element.get("itemprop") or ""))
    if any(up.tag in {"aside", "nav", "footer"} for up in element.iterancestors()):
        rank -= 0.7
    if key in {_key(title) for title in (*told, *whole)}:
        return rank + 2.0
    if told and _is_site(text, [_key(site) for site in sites]):
        return 0.0
    near = max((_likeness(key, text, title) for title in told), default=0.0)
    return rank + 1.5 * near if near >= 0.4 or element.tag == "h1" else 0.0


def _likeness(key: str, text: str, title: str) -> float:
    other = _key(title)
    if len(key) > 12 and len(other) > 12 and (key in other or other in key):
        return 0.9
    one, two = set(re.findall(r"\w{3,}", text.lower())), set(re.findall(r"\w{3,}", title.lower()))
    return len(one & two) / max(1, min(len(one), len(two)) + 1)


def _mended(found: Headline, told: Iterable[str]) -> Headline:
    """Take a kicker from the front of a heading where machines are told the rest."""
    for title in told:
        if (
            len(title) > 15
            and found.title != title
            and found.title.endswith(title)
            and len(title) * 2 > len(found.title)
        ):
            return Headline(title, found.element)
    return found


def _sites(document: Document, said: Facts) -> tuple[str, ...]:
    host = (urlsplit(document.url).hostname or "").removeprefix("www.")
    labels = host.split(".")
    return tuple(dict.fromkeys([*said.site, host, labels[-2] if len(labels) > 1 else host]))


def without_site(title: str, sites: Sequence[str]) -> str:
    """Return a title without the name of its site before or behind it."""
    parts = _SPLIT.split(title)
    keys = [key for site in sites if (key := _key(site))]
    while len(parts) > 2 and (_is_site(parts[-1], keys) or _small_end(parts)):
        parts = parts[:-2]
    while len(parts) > 2 and _is_site(parts[0], keys):
        parts = parts[2:]
    return "".join(parts).strip()


def _is_site(part: str, keys: Sequence[str]) -> bool:
    key = _key(part)
    if not key:
        return True
    same = any(
        key == site or (len(key) > 3 and len(site) > 3 and (key.startswith(site) or site.startswith(key)))
        for site in keys
    )
    return same or bool(re.fullmatch(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,6}", part.strip().lower()))


def _small_end(parts: Sequence[str]) -> bool:
    """Say whether a bar parts a short end from the title, as it does before names of sites and sections."""
    return "|" in parts[-2] and len(parts[-1]) < 30 and len(parts[-1]) < len("".join(parts[:-2]))


def _key(text: str) -> str:
    return _LETTERS.sub("", text.casefold())
