"""Preview: what would be read at an address, storing nothing."""

from contextlib import closing
from dataclasses import replace

from feedbot.app import utc_now
from feedbot.config import Config
from feedbot.discover import Discovery, as_told, discover
from feedbot.errors import FetchError
from feedbot.fetch import Fetchers
from feedbot.outfit import outbound_of
from feedbot.page import NotModified, Page, Validators
from feedbot.ports import Fetcher
from feedbot.rendering import as_shown
from feedbot.source import Source


def preview(source: Source, config: Config | None, *, as_if_from: str | None = None, way: str = "") -> Discovery:
    """Fetch a source, find the best way in to its news and read it, storing nothing.

    A local file may be read `as_if_from` a URL; no other way than itself is looked for then. `way` is the address of
    the one way to take. Raises FetchError and ExtractError.
    """
    with closing(outbound_of(config)) as outbound:
        fetcher = Fetchers(outbound, utc_now, files=[source.url])
        first = source.by_browser(source.url)
        page = fetcher.fetch(source.url, validators=Validators(), allow=source.allow, browser=first)
        if isinstance(page, NotModified):
            raise FetchError(f"{source.url}: answered 304 Not Modified to a request without conditions")
        if as_if_from or not source.page:
            return as_told(replace(page, url=as_if_from or page.url), source, utc_now())
        discovery = discover(page, source, fetcher=fetcher, now=utc_now(), way=way)
        return _as_shown(discovery, source, fetcher)


def _as_shown(discovery: Discovery, source: Source, fetcher: Fetcher) -> Discovery:
    """Return what was found out, from the page as a browser shows it where only that gives items."""
    page, found = as_shown(
        discovery.page,
        discovery.found,
        source,
        show=lambda: fetcher.fetch(source.url, validators=Validators(), allow=source.allow, browser=True),
        read=lambda shown: as_told(shown, source, utc_now()).found,
    )
    if page is discovery.page or not isinstance(page, Page):
        return replace(discovery, found=found)
    return replace(as_told(page, source, utc_now()), found=found)
