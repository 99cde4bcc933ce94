"""Fetch: adapters that get a page from the web, a file or a folder. They try once."""

from collections.abc import Collection
from urllib.parse import urlsplit

from feedbot.errors import FetchError
from feedbot.fetch.files import FilesFetcher
from feedbot.fetch.http import HttpFetcher
from feedbot.outbound import Outbound, shown
from feedbot.page import NotModified, Page, Validators
from feedbot.ports import Clock, Fetcher

__all__ = ["Fetchers", "FilesFetcher", "HttpFetcher"]


class Fetchers:
    """Picks a fetcher by the scheme of a URL; satisfies ports.Fetcher.

    `files` are the addresses of the sources that are configured: what none of them opens is not read from the disk,
    so that no page of a stranger leads there. None opens everything, for addresses that a person typed.
    """

    def __init__(self, outbound: Outbound, clock: Clock, *, files: Collection[str] | None = None) -> None:
        local = None if files is None else [url for url in files if _scheme(url) in {"", "file"}]
        self._http = HttpFetcher(outbound, clock)
        self._files = FilesFetcher(clock, local)

    def fetch(self, url: str, *, validators: Validators, allow: tuple[str, ...]) -> Page | NotModified:
        """Return the page at `url`, or NotModified against `validators`. Raises FetchError."""
        return self._fetcher(url).fetch(url, validators=validators, allow=allow)

    def _fetcher(self, url: str) -> Fetcher:
        match _scheme(url):
            case "http" | "https":
                return self._http
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
