"""Fetch: adapters that get a page from the web, a file or a folder. They try once."""

from feedbot.fetch.files import FilesFetcher
from feedbot.fetch.http import HttpFetcher
from feedbot.outbound import Outbound
from feedbot.page import NotModified, Page, Validators
from feedbot.ports import Clock

__all__ = ["Fetchers", "FilesFetcher", "HttpFetcher"]


class Fetchers:
    """Picks by the scheme of a URL; satisfies ports.Fetcher."""

    def __init__(self, outbound: Outbound, clock: Clock) -> None:
        self._http = HttpFetcher(outbound, clock)
        self._files = FilesFetcher(clock)

    def fetch(self, url: str, *, validators: Validators, allow: tuple[str, ...]) -> Page | NotModified:
        """Return the page at `url`, or NotModified. Raises FetchError."""
        fetcher = self._http if url.startswith(("http://", "https://")) else self._files
        return fetcher.fetch(url, validators=validators, allow=allow)
