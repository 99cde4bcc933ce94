"""Find the best way in to the news of a page: try the likeliest ones, few and one by one, and compare their yield."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from http import HTTPStatus
from typing import get_args
from urllib.parse import urlsplit

from feedbot.errors import ExtractError, FetchError
from feedbot.extract import extract
from feedbot.extract.rank import Shown, Tried, failed, ranked, tried
from feedbot.extract.sitemap import likeliest
from feedbot.extract.ways import Way, links_of, rule_of, ways_in
from feedbot.item import Extraction
from feedbot.page import Page, Validators
from feedbot.ports import Fetcher
from feedbot.source import Kind, Source

MOST_REQUESTS = 7
"""So many places are asked, beside the page itself."""
FOR_SITEMAPS = 2
"""So many of them are kept for sitemaps while nothing good is found."""
MOST_GUESSES = 4
"""So many of them may be places that the page does not name."""
PLAIN = frozenset({"listing", "article", "files"})
"""Kinds that are read where the source is, and nowhere else."""
GOOD = 0.8
"""A feed of this worth ends the search."""
MOST_LISTED = 3
"""So many feeds of a page that lists feeds are considered."""
POOR = 0.6
"""Sitemaps are asked only where the best way is worth less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What was found out about a page: the ways in, the best first, and the one that is chosen."""

    home: str
    """The address of the page that was looked at."""
    ways: tuple[Tried, ...]
    chosen: Tried | None
    """The best way that fits; None where none does."""
    page: Page
    """What the chosen way answered with; the page itself where none was chosen."""
    found: Extraction
    """What the chosen way says; what the page shows where none was chosen."""

    @property
    def url(self) -> str:
        """Where the news is to be read from."""
        return self.chosen.way.url if self.chosen else self.home

    def pinned(self, kind: Kind) -> tuple[str, Kind]:
        """Return the address and the kind that make a source take the chosen way; `""` for its own address.

        `kind` is that of the source; it stays where nothing was chosen, and where the page itself says what it is.
        """
        if self.chosen is None or len(self.ways) == 1:
            return "", kind
        return ("" if self.chosen.way.url == self.home else self.chosen.way.url), self.chosen.way.kind


def discover(page: Page, source: Source, *, fetcher: Fetcher, now: datetime, way: str = "") -> Discovery:
    """Find the best way in to the news of `page`, an answer of `source`.

    A source with a rule, or of the kind `listing`, `article` or `files`, is read as it says. Of every other kind but
    `auto` only such ways may be chosen, the page itself first. A page that is a feed, a sitemap or JSON is its own way
    in. Ways elsewhere are asked one after the other, at most MOST_REQUESTS of them; a host that does not answer, or
    asks for patience, is left alone.

    Args:
        page: what the address of the source answered with.
        source: how it is to be read; its language, time zone and networks hold for all ways.
        fetcher: gets what is elsewhere.
        now: the time, aware UTC.
        way: the address of the one way that may be chosen.

    Raises:
        ExtractError: the page cannot be understood, or there is no way of the kind that the source wants.
    """
    if not way and (source.rule is not None or source.kind in PLAIN):
        return as_told(page, source, now)
    trouble: ExtractError | None = None
    if source.kind != "auto" and not way:
        try:
            found = _extracted(page, source)
        except ExtractError as error:
            trouble = error
        else:
            return _itself(page, found, now)
    shown = _extracted(page, replace(source, kind="auto"))
    if shown.kind != "listing":
        return _itself(page, shown, now)
    discovery = _searched(page, source, fetcher, now, shown, way)
    if discovery.chosen is None and trouble is not None:
        raise ExtractError(f"{trouble}; nor is there anything of the kind `{source.kind}` where it was looked for")
    return discovery


def as_told(page: Page, source: Source, now: datetime) -> Discovery:
    """Read `page` as `source` says, and look for no other way. Raises ExtractError."""
    return _itself(page, _extracted(page, source), now)


def _extracted(page: Page, source: Source) -> Extraction:
    rule = source.rule or rule_of(source.kind, source.home)
    return extract(page, rule, source.kind, fields=source.fields, timezone=source.timezone, language=source.language)


def _searched(page: Page, source: Source, fetcher: Fetcher, now: datetime, listing: Extraction, way: str) -> Discovery:
    shown = Shown(url=page.url, listing=listing, links=links_of(page))
    search = _Search(page=page, source=source, fetcher=fetcher, now=now, shown=shown)
    for one in sorted(ways_in(page), key=lambda one: one.url != page.url):  # what costs no request goes first
        if source.kind in {"auto", one.kind} and way in {"", one.url}:
            search.consider(one, pinned=bool(way))
    if way and not search.tried:
        search.consider(Way(url=way, kind=source.kind, why="you named it", trust=1.0), pinned=True)
    return search.outcome()


def _itself(page: Page, found: Extraction, now: datetime) -> Discovery:
    way = Way(url=page.url, kind=_kind(found.kind), why="the page itself", trust=1.0)
    one = tried(way, found, Shown(url=page.url, listing=found, links=frozenset()), now)
    return Discovery(home=page.url, ways=(one,), chosen=one if one.fit else None, page=page, found=found)


def _kind(name: str) -> Kind:
    return next((kind for kind in _KINDS if kind == name), "auto")


_KINDS = get_args(Kind)


@dataclass(slots=True, kw_only=True)
class _Search:
    """A search under way: what was tried, and what may still be asked."""

    page: Page
    source: Source
    fetcher: Fetcher
    now: datetime
    shown: Shown
    tried: list[Tried] = field(default_factory=list)
    pages: dict[str, Page] = field(default_factory=dict)
    requests: int = 0
    guesses: int = 0
    followed: bool = False
    silent: set[str] = field(default_factory=set)
    """Hosts that are left alone."""

    def consider(self, way: Way, *, pinned: bool = False) -> None:
        """Try a way unless it is doubted, or there is no reason to ask for it any more; try it anyway if `pinned`."""
        if pinned:
            one = self._asked(way) if way.url != self.page.url else self._read(way, self.page)
            self.tried.append(replace(one, fit=one.found is not None and bool(one.found.items)))
        elif way.url == self.page.url:
            self.tried.append(self._read(way, self.page))
        elif way.doubt:
            self.tried.append(failed(way, f"not tried: {way.doubt}"))
        elif self._is_wanted(way):
            one = self._asked(way)
            if way.named or one.found is not None:
                self.tried.append(one)
            if one.found is None:
                self._follow(way)

    def _follow(self, way: Way) -> None:
        """Consider the feeds that a page lists which was linked as if it were one; those of like names first."""
        answer = self.pages.get(way.url)
        if self.followed or answer is None or not way.named or way.kind != "feed" or answer.url == self.page.url:
            return
        self.followed = True
        here, known = _words(self.page.url), {one.way.url for one in self.tried}
        inner = [one for one in ways_in(answer) if one.kind == "feed" and one.named and one.url not in known]
        for one in sorted(inner, key=lambda one: -len(here & _words(one.url)))[:MOST_LISTED]:
            self.consider(replace(one, why=f"{one.why}, on the page of feeds at {way.url}"))

    def outcome(self) -> Discovery:
        """Return what came of the search."""
        ways = ranked(self.tried)
        chosen = ways[0] if ways and ways[0].fit else None
        if chosen is None or chosen.found is None:
            return Discovery(home=self.page.url, ways=ways, chosen=None, page=self.page, found=self.shown.listing)
        page = self.pages.get(chosen.way.url, self.page)
        return Discovery(home=self.page.url, ways=ways, chosen=chosen, page=page, found=chosen.found)

    def _is_wanted(self, way: Way) -> bool:
        best = next((one for one in ranked(self.tried) if one.fit), None)
        poor = best is None or best.worth < POOR
        left = MOST_REQUESTS - self.requests
        if left <= 0 or urlsplit(way.url).netloc in self.silent:
            return False
        if way.kind == "sitemap":
            return poor
        if best is not None and best.way.kind == "feed" and best.worth >= GOOD:
            return False
        return left > FOR_SITEMAPS * poor and (way.named or self.guesses < MOST_GUESSES)

    def _asked(self, way: Way) -> Tried:
        self.requests += 1
        self.guesses += not way.named and way.kind != "sitemap"
        try:
            answer = self.fetcher.fetch(way.url, validators=Validators(), allow=self._allow(way.url))
        except FetchError as error:
            if error.status in _PATIENCE:
                self.silent.add(urlsplit(way.url).netloc)
            return failed(way, str(error))
        if not isinstance(answer, Page):
            return failed(way, "it answered 304 Not Modified to a request without conditions")
        inner = likeliest(answer) if way.kind == "sitemap" else ""
        if inner and self.requests < MOST_REQUESTS:
            return self._asked(replace(way, url=inner, why=f"{way.why}, an index"))
        self.pages[way.url] = answer
        return self._read(way, answer)

    def _allow(self, url: str) -> tuple[str, ...]:
        """Return the networks that may be reached: a page opens no private ones but where it comes from itself."""
        same = urlsplit(url).hostname == urlsplit(self.page.url).hostname
        return self.source.allow if same else ()

    def _read(self, way: Way, answer: Page) -> Tried:
        if way.kind == "listing":
            return tried(way, self.shown.listing, self.shown, self.now)
        try:
            found = _extracted(answer, replace(self.source, kind=way.kind, rule=None, home=self.page.url))
        except ExtractError as error:
            return failed(way, str(error))
        return tried(way, found, self.shown, self.now)


def _words(url: str) -> frozenset[str]:
    """Return the words of the path and query of an address."""
    return frozenset(word for word in re.split(r"[\W_]+", url.lower().partition("://")[2].partition("/")[2]) if word)


_PATIENCE = frozenset({None, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
"""Answers after which a host is asked nothing more; None stands for no answer at all."""
