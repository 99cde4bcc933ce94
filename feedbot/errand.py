"""Errand: all requests of one check: counted, and made with manners."""

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from feedbot.errors import FetchError
from feedbot.manners import Manners
from feedbot.page import Cost, NotModified, Page, Validators
from feedbot.ports import Fetcher
from feedbot.source import SourceState


class Errand:
    """Satisfies ports.Fetcher, for one check of a source at `now` (aware UTC).

    The page of the source itself is asked for where it moved to, and now and then without conditions.
    """

    def __init__(self, fetcher: Fetcher, before: SourceState, now: datetime) -> None:
        self._fetcher = fetcher
        self._now = now
        self._before = before.manners
        self._learned = before.manners
        self._cost = Cost(requests=0)
        self._lost = False

    def fetch(
        self, url: str, *, validators: Validators, allow: tuple[str, ...], browser: bool = False
    ) -> Page | NotModified:
        """Return what the fetcher returns, from where the page is now. Raises FetchError."""
        first = not self._cost.requests
        if not url.startswith(("http://", "https://")) or (validators == Validators() and not first):
            return self._counted(url, validators, allow, browser=browser)
        there = self._before.address(url, self._now)
        if self._before.wants_whole(self._now):
            validators = Validators(digest=validators.digest)
        conditional = bool(validators.etag or validators.last_modified)
        open_to = allow if urlsplit(there).hostname == urlsplit(url).hostname else ()
        try:
            answer = self._counted(there, validators, open_to, browser=browser)
        except FetchError:
            self._lost |= there != url
            raise
        if there == url and "@" not in urlsplit(url).netloc:
            self._learned = self._learned.redirected(url, answer.moved, self._now)
        if isinstance(answer, Page) or not conditional:
            self._learned = replace(self._learned, whole_at=self._now)
        return answer

    def _counted(
        self, url: str, validators: Validators, allow: tuple[str, ...], *, browser: bool
    ) -> Page | NotModified:
        try:
            answer = self._fetcher.fetch(url, validators=validators, allow=allow, browser=browser)
        except FetchError:
            self._spend(Cost())
            raise
        self._spend(answer.cost)
        return answer

    def _spend(self, cost: Cost) -> None:
        more = self._cost.requests + cost.requests, self._cost.bytes + cost.bytes
        self._cost = Cost(requests=more[0], bytes=more[1])

    def counted(self, manners: Manners) -> Manners:
        """Return manners with what was spent; what answers taught is not believed."""
        return (manners.forgotten() if self._lost else manners).spent(self._cost)

    def learned(self, manners: Manners, found: int = 0) -> Manners:
        """Return manners with what was spent and what answers taught, and so many new items."""
        return manners.taught(self._learned, self._cost, found)
