"""What an article is called: the visible heading and the titles for machines, weighed against each other."""

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from feedbot.extract.document import Document
from feedbot.extract.links import Element
from feedbot.extract.structured import Facts, text_of, words_in
from feedbot.extract.vocabulary import BESIDE, CATEGORY_NAMES, HIDDEN_NAMES, TITLE_NAMES, names_of, words
from feedbot.item import url_key

LONGEST = 400
MOST_LINES = 6_000
_LINES = ("h1", "h2", "h3", "h4", "div", "p", "span", "b", "strong", "td", "font", "a")
_RANKS = {"h1": 1.0, "h2": 0.4, "h3": 0.2}
_MARKS = re.compile(r"\s+(?:[|–—·•»«:>/]|::|--?|\|\|)\s+|\s*[|»]\s*|:\s+(?=\S)")
_SPLIT = re.compile(r"(\s+(?:[|–—·•»«>/~]|::|--?|\|\|)\s+|\s*[|]\s*)")
_BESIDE = words("aside nav footer")
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
    whole = list(_told(document, said))
    told = [title for raw in whole if (title := without_site(raw, sites))]
    scale = _Scale(document, told, whole, [_key(site) for site in sites])
    choices = [
        (scale.worth(element, text) - 0.01 * min(number, 40), scale.rank(element), Headline(text, element))
        for number, (element, seen) in enumerate(_seen(document, scale.parts))
        for text in dict.fromkeys((seen, without_site(seen, sites)))
    ]
    worth, _, best = max(choices, key=lambda one: one[0], default=(0.0, 0.0, Headline("")))
    title = _mended(best.title, told) if worth >= 1.0 else next(iter(told), best.title)
    copies = [(rank, one.element) for _, rank, one in choices if _key(one.title) in {_key(best.title), _key(title)}]
    return Headline(title, max(copies, key=lambda one: one[0], default=(0.0, None))[1])


def _told(document: Document, said: Facts) -> Iterator[str]:
    """Give the titles that machines are told, the most trusted first."""
    yield from filter(None, (text_of(said.article.get(name)) for name in ("headline", "name")))
    yield from said.said("og:title", "twitter:title", "dc.title", "dcterms.title", "title", "sailthru.title")
    yield from said.micro.get("headline", ())
    page = document.root.find(".//head/title")
    page = page if page is not None else next(document.root.iter("title"), None)
    if page is not None:
        yield words_in(page)[:LONGEST]


def _seen(document: Document, parts: Container[str]) -> Iterator[tuple[Element, str]]:
    """Give the headings that may be the title of the article, and the lines that say a part of a title told."""
    for number, one in enumerate(document.root.iter(*_LINES)):
        if number > MOST_LINES:
            return
        if one.tag in _RANKS or "headline" in (one.get("itemprop") or "") or _named(one):
            text = _words(one)
            if 1 < len(text) <= LONGEST:
                yield one, text
        elif one.text and len(one) < 3 and _key(one.text) in parts:
            yield one, _words(one)


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


class _Scale:
    """Weighs headings: what machines are told confirms one, its rank speaks for it, and so does a link to its page."""

    def __init__(self, document: Document, told: Sequence[str], whole: Sequence[str], sites: Sequence[str]) -> None:
        self._document = document
        self._told = told
        self._keys = {_key(title) for title in (*told, *whole)}
        self._sites = sites
        self.parts = {key for title in whole for part in _parts(title) if len(key := _key(part)) > 11}
        """Keys of what stands before and behind the bars of the titles that machines are told."""

    def worth(self, element: Element, text: str) -> float:
        """Return how likely it is that `text` in `element` is the title; from 1 on it is believed."""
        key = _key(text)
        if not key or key in self._sites or (self._told and _is_site(text, self._sites)):
            return 0.0
        rank = self.rank(element) + self._of_link(element)
        if key in self._keys:
            return rank + 2.0
        if key in self.parts:
            return rank + 1.2
        near = max((_likeness(key, text, title) for title in self._told), default=0.0)
        return rank + 1.5 * near if near >= 0.4 or rank >= 1.0 else 0.0

    def rank(self, element: Element) -> float:
        """Return how much an element looks like the heading of its page."""
        rank = _RANKS.get(str(element.tag), 0.3)
        names = names_of(element.get("class") or "")
        rank += 0.2 * bool(names & TITLE_NAMES) + 0.3 * ("headline" in (element.get("itemprop") or ""))
        return rank - 0.7 * any(up.tag in _BESIDE or _is_beside(up) for up in element.iterancestors())

    def _of_link(self, element: Element) -> float:
        """Weigh where a heading leads: to itself as titles do, or to the front page as the name of the site does."""
        above = element.getparent()
        link = above if above is not None and above.tag == "a" else next(element.iter("a"), None)
        href = link.get("href") or "" if link is not None else ""
        url = "" if "#" in href else self._document.absolute(href)
        if link is None or not url or len(words_in(link)) < 0.7 * len(words_in(element)):
            return 0.0
        if not urlsplit(url).path.strip("/"):
            return -1.0
        return 0.7 if url_key(url) == url_key(self._document.url) else -0.3


def _parts(title: str) -> Iterator[str]:
    """Give what stands before and behind each of the bars in a title."""
    parts = _SPLIT.split(title)
    for at in range(1, len(parts) - 1, 2):
        yield "".join(parts[:at])
        yield "".join(parts[at + 1 :])


def _likeness(key: str, text: str, title: str) -> float:
    other = _key(title)
    if len(key) > 12 and len(other) > 12 and (key in other or other in key):
        return 0.6 + 0.35 * min(len(key), len(other)) / max(len(key), len(other))
    one, two = set(re.findall(r"\w{3,}", text.lower())), set(re.findall(r"\w{3,}", title.lower()))
    return len(one & two) / max(1, min(len(one), len(two)) + 1)


def _mended(found: str, told: Iterable[str]) -> str:
    """Take a kicker from the front of a heading where machines are told the rest, and put back its marks."""
    for title in told:
        if _key(title) == _key(found) and len(title) > len(found):
            return title
        if len(title) > 15 and len(title) * 2 > len(found) and found != title and found.endswith(title):
            return title
    return found


def _is_beside(element: Element) -> bool:
    names = names_of(element.get("class") or "")
    return bool(names & BESIDE) and element.tag in {"div", "section", "ul"}


def _sites(document: Document, said: Facts) -> tuple[str, ...]:
    host = (urlsplit(document.url).hostname or "").removeprefix("www.")
    labels = host.split(".")
    named = [name for name in said.site if len(name) < 60]
    return tuple(dict.fromkeys([*named, host, labels[-2] if len(labels) > 1 else host]))


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
        key == site
        or (len(key) > 3 and site.startswith(key))
        or (len(site) > 3 and key.startswith(site) and len(key) < len(site) + 12)
        for site in keys
    )
    return same or bool(re.fullmatch(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,6}", part.strip().lower()))


def _small_end(parts: Sequence[str]) -> bool:
    """Say whether a bar parts a short end from the title, as it does before names of sites and sections."""
    return "|" in parts[-2] and len(parts[-1]) < 30 and len(parts[-1]) < len("".join(parts[:-2]))


def _key(text: str) -> str:
    return _LETTERS.sub("", text.casefold())
