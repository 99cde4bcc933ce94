"""Walk back through the older pages of a source, one by one, politely and never in circles."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import get_args
from urllib.parse import urlsplit

from feedbot.errors import ExtractError, FetchError
from feedbot.extract import extract
from feedbot.extract.links import key_of
from feedbot.extract.pager import as_page, next_page, same_site
from feedbot.item import Candidate, Extraction
from feedbot.page import Page, Validators
from feedbot.ports import Clock, Fetcher
from feedbot.source import TROUBLE, Kind, Source

LONGEST = timedelta(minutes=5)
"""A walk that takes longer ends."""

Open = Callable[[str], tuple[str, ...]]
"""Says for an address which networks (CIDR) a request to it may reach although they are private."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """What the older pages brought: items not seen before, in their order; how many pages; and why it ended."""

    items: tuple[Candidate, ...] = ()
    pages: int = 0
    ended: str = ""


def walk_back(
    page: Page, found: Extraction, source: Source, *, fetcher: Fetcher, clock: Clock, open_to: Open = lambda _: ()
) -> Walk:
    """Read the pages that follow `page`, until there are `source.pages` with it; `found` is what `page` says.

    The walk stays on the site, sees no page twice, and ends where a page brings nothing new, cannot be had or cannot
    be read: that costs none of the pages before. Nothing is raised.
    """
    walk = _Walk(source=source, fetcher=fetcher, open_to=open_to, first=found, browser=bool(page.shown))
    walk.take(page, found)
    ends = clock() + LONGEST
    while len(walk.seen) < source.pages:
        if clock() > ends:
            walk.ended = f"it took longer than {LONGEST.seconds // 60} minutes"
            break
        if not walk.step():
            break
    return Walk(items=tuple(walk.items), pages=len(walk.seen) - 1, ended=walk.ended)


@dataclass(slots=True, kw_only=True)
class _Walk:
    """A walk under way."""

    source: Source
    fetcher: Fetcher
    open_to: Open
    first: Extraction
    browser: bool
    """Whether the first page was shown by one."""
    items: list[Candidate] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    following: str = ""
    ended: str = ""

    def take(self, page: Page, found: Extraction) -> bool:
        """Note what a page says; say whether any of it is new."""
        fresh = [item for item in found.items if item.keys and not self.keys.intersection(item.keys)]
        self.keys.update(key for item in found.items for key in item.keys)
        if self.seen:
            self.items += fresh
        self.seen.add(key_of(page.url))
        self.following = next_page(page, found)
        return bool(fresh)

    def step(self) -> bool:
        """Go one page back; say whether the walk can go on."""
        url = self.following
        if not url or key_of(url) in self.seen:
            self.ended = "no further page is named" if not url else f"{url}: was read before"
            return False
        try:
            page = self._page(url)
            found = self._read(page)
        except (FetchError, ExtractError) as error:
            self.ended = str(error)
            return False
        if found.health in TROUBLE or not self.take(page, found):
            self.seen.discard(key_of(page.url))
            self.ended = f"{url}: {'; '.join(found.evidence)}" if found.health in TROUBLE else f"{url}: nothing new"
            return False
        return True

    def _page(self, url: str) -> Page:
        answer = self.fetcher.fetch(url, validators=Validators(), allow=self.open_to(url), browser=self.browser)
        if not isinstance(answer, Page):
            raise FetchError(f"{url}: answered 304 Not Modified to a request without conditions")
        if not same_site(answer.url, self.first.url):
            raise FetchError(f"{url}: leads away, to {urlsplit(answer.url).netloc}")
        if key_of(answer.url) in self.seen:
            raise FetchError(f"{url}: leads back to {answer.url}")
        return answer

    def _read(self, page: Page) -> Extraction:
        """Read a page by the rule that the first one was read by; by itself, where that finds nothing."""
        kind: Kind = next((kind for kind in get_args(Kind) if kind == self.first.kind), "auto")
        as_before = as_page(page) if kind == "listing" else page
        found = self._extracted(as_before, replace(self.source, rule=self.source.rule or self.first.rule, kind=kind))
        if found.items or self.source.rule is not None:
            return found
        return self._extracted(as_before, replace(self.source, rule=None, kind=kind))

    def _extracted(self, page: Page, how: Source) -> Extraction:
        found = extract(page, how.rule, how.kind, fields=how.fields, timezone=how.timezone, language=how.language)
        return replace(found, rule=how.rule or found.rule)
