"""Errand: all requests of one check: counted, and made with manners."""

from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

from feedbot.errors import FetchError
from feedbot.manners import Manners
from feedbot.page import Cost, NotModified, Page, Validators
from feedbot.ports import Fetcher, Gate
from feedbot.source import MAX_WAIT

PATIENCE = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
"""Answers that speak for the whole host."""
REST = timedelta(minutes=10)
"""A host that asks for patience and does not say for how long is left alone for so long."""


class Errand:
    """Satisfies ports.Fetcher, for one check at `now` (aware UTC) of a source that is asked with these manners.

    The page of the source itself is asked for where it moved to, and now and then without conditions. What the `gate`
    does not let in is not asked for, nor anything more of a host that asks for patience.
    """

    def __init__(self, fetcher: Fetcher, before: Manners, now: datetime, gate: Gate | None = None) -> None:
        self._fetcher = fetcher
        self._gate = gate
        self._now = now
        self._before = self._learned = before
        self._cost = Cost(requests=0)
        self._begun = self._lost = False
        self.rests: dict[str, datetime] = {}
        """Hosts that asked for patience, and until when they are to be left alone."""

    def fetch(
        self, url: str, *, validators: Validators, allow: tuple[str, ...], browser: bool = False
    ) -> Page | NotModified:
        """Return what the fetcher returns, from where the page is now. Raises FetchError."""
        first, self._begun = not self._begun, True
        if not url.startswith(("http://", "https://")) or (validators == Validators() and not first):
            return self._asked(url, validators, allow, browser=browser)
        there = self._before.address(url, self._now)
        if self._before.wants_whole(self._now):
            validators = Validators(digest=validators.digest)
        conditional = bool(validators.etag or validators.last_modified)
        open_to = allow if there == url or urlsplit(there).hostname == urlsplit(url).hostname else ()
        try:
            answer = self._asked(there, validators, open_to, browser=browser)
        except FetchError:
            self._lost |= there != url
            raise
        if there == url and "@" not in url:
            self._learned = self._learned.redirected(url, answer.moved, self._now)
        if isinstance(answer, Page) or not conditional:
            self._learned = replace(self._learned, whole_at=self._now)
        return answer

    def _asked(self, url: str, validators: Validators, allow: tuple[str, ...], *, browser: bool) -> Page | NotModified:
        if self.rests and host_of(url) in self.rests:
            raise FetchError(f"{host_of(url)} asked for patience, so {url} was not asked for")
        if self._gate is not None and not self._before.is_welcome(url, self._now):
            self._admitted(self._gate, url, allow)
        try:
            answer = self._fetcher.fetch(url, validators=validators, allow=allow, browser=browser)
        except FetchError as error:
            self._spend(Cost())
            if error.status in PATIENCE:
                self.rests[host_of(url)] = self._now + min(error.retry_after or REST, MAX_WAIT)
            raise
        self._spend(answer.cost)
        return answer

    def _admitted(self, gate: Gate, url: str, allow: tuple[str, ...]) -> None:
        """Have oneself admitted. Raises FetchError."""
        if not url.startswith(("http://", "https://")):
            return
        admission = gate.admit(url, allow=allow, now=self._now)
        if not self._cost.requests:
            self._learned = replace(self._learned, welcome_at=url, welcome_until=admission.until)
        self._spend(admission.cost)

    def _spend(self, cost: Cost) -> None:
        more = self._cost.requests + cost.requests, self._cost.bytes + cost.bytes
        self._cost = Cost(requests=more[0], bytes=more[1])

    def counted(self, manners: Manners) -> Manners:
        """Return manners with what was spent; what answers taught is not believed."""
        return (manners.forgotten() if self._lost else manners).spent(self._cost)

    def learned(self, manners: Manners, found: int = 0) -> Manners:
        """Return manners with what was spent and what answers taught, and so many new items."""
        return manners.taught(self._learned, self._cost, found)


def host_of(url: str) -> str:
    """Return the host of an address, with its port where one is named; empty where it is no address."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""
