"""Fetch: adapters that get a page from the web, a file or a folder. They try once."""

from collections.abc import Collection
from contextlib import nullcontext
from datetime import timedelta
from urllib.parse import urlsplit

from feedbot.errors import FetchError
from feedbot.fetch.browser import BrowserFetcher
from feedbot.fetch.canary import ADDRESS, CanaryFetcher
from feedbot.fetch.files import FilesFetcher
from feedbot.fetch.gate import RobotsGate
from feedbot.fetch.http import HttpFetcher
from feedbot.fetch.turns import PAUSE, Turns, host_in, is_paced
from feedbot.outbound import Outbound, shown
from feedbot.page import NotModified, Page, Validators
from feedbot.ports import Clock

__all__ = [
    "ADDRESS",
    "PAUSE",
    "BrowserFetcher",
    "Fetchers",
    "FilesFetcher",
    "HttpFetcher",
    "RobotsGate",
    "Turns",
    "host_in",
    "is_paced",
]


class Fetchers:
    """Picks a fetcher by the scheme of a URL; satisfies ports.Fetcher.

    `files` are the addresses of the sources that are configured: what none of them opens is not read from the disk,
    so that no page of a stranger leads there. None opens everything, for addresses that a person typed. With `canary`
    there is a source of canaries, a new one so often. With `turns` each host is asked one thing at a time.
    """

    def __init__(
        self,
        outbound: Outbound,
        clock: Clock,
        *,
        files: Collection[str] | None = None,
        canary: timedelta | None = None,
        turns: Turns | None = None,
    ) -> None:
        local = None if files is None else [url for url in files if _scheme(url) in {"", "file"}]
        self._turns = turns
        self._http = HttpFetcher(outbound, clock)
        self._files = FilesFetcher(clock, local)
        self._browser = BrowserFetcher(outbound, clock)
        self._canary = CanaryFetcher(clock, canary) if canary else None

    def fetch(
        self, url: str, *, validators: Validators, allow: tuple[str, ...], browser: bool = False
    ) -> Page | NotModified:
        """Return the page at `url`, or NotModified against `validators`. Raises FetchError.

        With `browser` a page from the web is shown by one first.
        """
        fetcher = self._fetcher(url, browser)
        with self._turns.of(host_in(url)) if self._turns else nullcontext():
            return fetcher.fetch(url, validators=validators, allow=allow)

    def _fetcher(self, url: str, browser: bool) -> HttpFetcher | FilesFetcher | BrowserFetcher | CanaryFetcher:  # noqa: FBT001 - as the port has it
        if self._canary and url == ADDRESS:
            return self._canary
        match _scheme(url):
            case "http" | "https":
                return self._browser if browser else self._http
            case "file" | "":
                return self._files
            case other:
                why = "only http://, https://, file:// and paths can be read"
                raise FetchError(f"{shown(url)}: {other}: is no way to fetch a page; {why}", permanent=True)


def _scheme(url: str) -> str:
    try:
        return urlsplit(url.strip()).scheme
    except ValueError:
        return "http"  # broken, and refused as such there
