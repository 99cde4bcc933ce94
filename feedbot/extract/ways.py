"""The ways in to the news of a page: feeds, lists and data that it names, holds, or is likely to have."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

from feedbot.extract import embedded
from feedbot.extract.document import Document, open_document
from feedbot.extract.links import Element
from feedbot.extract.platforms import Platform, platform_of
from feedbot.item import url_key
from feedbot.page import Page
from feedbot.source import Kind, Rule, SitemapRule

MOST_LINKS = 6
"""So many links that look like feeds are named; a page with more of them is a list of feeds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A place where the news of a page may be read, and how. Nothing of it is proven yet."""

    url: str
    kind: Kind
    why: str
    """What named it, in words."""
    trust: float
    """How likely it is the best way, by what named it alone: in (0, 1]."""
    named: bool = True
    """False for a place that nothing in the page names."""
    doubt: str = ""
    """Why it is not the news, where that can be told from its name; such a way is not tried by itself."""


FEED_TYPES = re.compile(
    r"application/(?:rss|atom|rdf|feed)\+(?:xml|json)|(?:text|application)/(?:rss|atom)", re.IGNORECASE
)
COMMENTS = re.compile(
    r"\b(?:comments?|comentarios?|comentários?|commentaires?|kommentare?|commenti|reacties|komentarze|комментарии"
    r"|replies)\b",
    re.IGNORECASE,
)
"""Words by which the title or the address of a feed says that it holds what readers say."""

_FEED_PATH = re.compile(
    r"(?:\.(?:rss|atom|rdf)|/(?:rss|atom|feed|index|news)\.(?:xml|json)|/(?:feed|rss|atom)s?)/?$", re.IGNORECASE
)
_FEED_QUERY = re.compile(r"(?:^|&)(?:feed|format|type|output)=(?:rss2?|atom|feed)\b", re.IGNORECASE)
_FEED_WORDS = re.compile(
    r"\W*(?:(?:rss|atom|json|xml|news|web|subscribe|via|to|by|our|the)\W+)*(?:rss|atom|feeds?)\W*", re.IGNORECASE
)
_GUESSES = ("feed/", "rss.xml", "/feed/", "/rss.xml", "/feed.xml", "/atom.xml", "/rss", "/feed.json", "/index.xml")
_SITEMAPS = ("/sitemap.xml", "/news-sitemap.xml")
_POSTS = "wp/v2/posts"
_EMBED = "author,wp:featuredmedia,wp:term"


def ways_in(page: Page) -> tuple[Way, ...]:
    """Return the ways in that an HTML page names or may have, each once, the most trusted first.

    Ways within the page have its own address. Only `http:` and `https:` addresses are ways elsewhere: a page of a
    stranger names no file.
    """
    document = open_document(page)
    found = [*_declared(document), *_linked(document), *_interfaces(document), *_within(document)]
    if urlsplit(page.url).scheme in {"http", "https"}:
        found += [*_built(document), *_guessed(document)]
    return _each_once(found, page.url)


def _each_once(found: Iterable[Way], home: str) -> tuple[Way, ...]:
    best: dict[tuple[str, str], Way] = {}
    for way in sorted(found, key=lambda way: -way.trust):
        if way.url and (way.url == home or way.url.startswith(("http://", "https://"))):
            best.setdefault((url_key(way.url), way.kind), way)
    return tuple(best.values())


def _declared(document: Document) -> Iterator[Way]:
    """Give the feeds that the head of the page names (RFC 8288, rel `alternate` and `feed`)."""
    for link in document.root.iter("link"):
        rel, href = (link.get("rel") or "").lower().split(), (link.get("href") or "").strip()
        media = (link.get("type") or "").lower()
        if not href or not FEED_TYPES.match(media) or not {"alternate", "feed"} & set(rel):
            continue
        url, title = (
            document.absolute(_spelled(href)),
            (link.get("title") or "").strip(),
        )
        called = f" {title[:80]!r}" if title else ""
        yield _weighed(Way(url=url, kind="feed", why=f'<link rel="{rel[0]}">{called}', trust=1.0), title, document)


def _spelled(href: str) -> str:
    """Return a link with the scheme that it stands for: some write `feed:` before or in place of it."""
    return re.sub(r"^feed:(?=https?:)|^feed(?=://)", lambda found: "" if found[0].endswith(":") else "https", href)


def _weighed(way: Way, title: str, document: Document) -> Way:
    """Return a feed trusted more when it stands below the page, and doubted when it is named for comments."""
    parts, here = urlsplit(way.url), urlsplit(document.url)
    if COMMENTS.search(title) or COMMENTS.search(parts.path.replace("-", " ")):
        return replace(way, trust=way.trust * 0.3, doubt="it is named as a feed of comments")
    own = parts.netloc == here.netloc and parts.path.startswith(here.path.rstrip("/") + "/")
    return replace(way, trust=way.trust * (1.0 if own else 0.97))


def _linked(document: Document) -> Iterator[Way]:
    """Give the links in the page that look like feeds."""
    looking = (way for link in document.root.iter("a", "area") if (way := _feed_link(link, document)) is not None)
    yield from islice(looking, MOST_LINKS)


def _feed_link(link: Element, document: Document) -> Way | None:
    url = document.absolute(_spelled((link.get("href") or "").strip()))
    parts = urlsplit(url)
    if not parts.netloc or "http" in parts.query or "http" in parts.path:
        return None
    words = " ".join("".join(str(text) for text in link.itertext()).split())[:100]
    label = words or link.get("title") or link.get("aria-label") or ""
    typed = FEED_TYPES.match((link.get("type") or "").lower())
    if typed or _FEED_PATH.search(parts.path) or _FEED_QUERY.search(parts.query):
        why = f"a link in the page, {label[:60]!r}" if label else "a link in the page"
        return _weighed(Way(url=url, kind="feed", why=why, trust=0.9), label, document)
    if label and _FEED_WORDS.fullmatch(label):
        return _weighed(Way(url=url, kind="feed", why=f"a link that says {label[:60]!r}", trust=0.8), label, document)
    return None


def _interfaces(document: Document) -> Iterator[Way]:
    """Give public JSON interfaces that the page names: those of WordPress, as a list of posts."""
    for link in document.root.iter("link"):
        rel, url = (link.get("rel") or "").strip(), document.absolute(link.get("href") or "")
        if rel == "https://api.w.org/" and url:
            yield Way(url=_posts(url, {}), kind="json", why="the WordPress interface that the page names", trust=0.7)
        elif "alternate" in rel and link.get("type") == "application/json" and (term := _TERM.search(url)):
            named = {"categories" if term[2] == "categories" else "tags": term[3]}
            yield Way(
                url=_posts(term[1], named), kind="json", why="the WordPress interface to this section", trust=0.75
            )


_TERM = re.compile(r"^(.{1,500}[/=])wp/v2/(categories|tags)/(\d{1,12})$")


def _posts(api: str, named: dict[str, str]) -> str:
    """Return the address of the newest posts at a WordPress interface, with the names of authors and sections."""
    query = urlencode({**named, "per_page": "20", "_embed": _EMBED}, safe=":,")
    return f"{api.rstrip('/')}/{_POSTS}{'&' if '?' in api else '?'}{query}"


def _within(document: Document) -> Iterator[Way]:
    """Give the ways within the page: data for machines that is there, and what people see."""
    trust = {"jsonld": 0.8, "state": 0.55, "microdata": 0.5, "hfeed": 0.5}
    for kind in embedded.kinds_in(document):
        yield Way(url=document.url, kind=kind, why=embedded.NAMES[kind], trust=trust[kind])
    yield Way(url=document.url, kind="listing", why="the list that the page shows", trust=0.45)


def _built(document: Document) -> Iterator[Way]:
    """Give the places where the software that built the page puts feeds."""
    generator = " ".join(meta.get("content") or "" for meta in document.root.iter("meta") if _is_generator(meta))
    platform = platform_of(generator[:300], _marks(document))
    for number, path in enumerate(platform.paths if platform else ()):
        why = f"where {_name(platform)} puts its feed"
        yield Way(url=place(path, document.url), kind="feed", why=why, trust=0.65 - 0.05 * number, named=False)


def _name(platform: Platform | None) -> str:
    return platform.name if platform else ""


def _is_generator(meta: Element) -> bool:
    return (meta.get("name") or "").lower() == "generator"


def _marks(document: Document) -> str:
    """Return the addresses of the parts of a page, by which software is known."""
    parts = (one.get("src") or one.get("href") or "" for one in document.root.iter("script", "link", "img"))
    return " ".join(part[:200] for part in islice(parts, 80))


def _guessed(document: Document) -> Iterator[Way]:
    """Give the places where many sites have a feed or a sitemap, whatever built them."""
    for number, path in enumerate(_GUESSES):
        why = "where many sites have a feed"
        yield Way(url=place(path, document.url), kind="feed", why=why, trust=0.4 - 0.02 * number, named=False)
    for number, path in enumerate(_SITEMAPS):
        yield Way(
            url=place(path, document.url),
            kind="sitemap",
            why="where many sites have a sitemap",
            trust=0.15 - 0.02 * number,
            named=False,
        )
    for link in document.root.iter("link"):
        if (link.get("rel") or "").lower() == "sitemap":
            url = document.absolute(link.get("href") or "")
            yield Way(url=url, kind="sitemap", why='<link rel="sitemap">', trust=0.2)


def place(path: str, home: str) -> str:
    """Return where `path` (see Platform) is for a page at `home`."""
    parts = urlsplit(home)
    if path.startswith("?"):
        return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", path[1:], ""))
    if path.startswith("."):
        return urlunsplit((parts.scheme, parts.netloc, f"{parts.path.rstrip('/')}{path}", "", ""))
    folder = parts.path if parts.path.endswith("/") or "." in parts.path.rsplit("/", 1)[-1] else f"{parts.path}/"
    return urljoin(urlunsplit((parts.scheme, parts.netloc, folder, "", "")), path)


def rule_of(kind: Kind, home: str) -> Rule | None:
    """Return the rule by which a way is read for a page at `home`: of a sitemap, what is below the page is news."""
    folder = urlsplit(urljoin(home, ".") if "." in home.rsplit("/", 1)[-1] else home).path
    return SitemapRule(path=folder if folder.strip("/") else "") if kind == "sitemap" else None


def links_of(page: Page) -> frozenset[str]:
    """Return what tells the targets of all links of a page from each other (see item.url_key)."""
    document = open_document(page)
    urls = (document.absolute(link.get("href") or "") for link in document.root.iter("a", "area"))
    return frozenset(url_key(url) for url in urls if url)
