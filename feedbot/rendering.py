"""Have a page shown by a browser where a script is to fill it, and nothing else gives its items."""

from collections.abc import Callable
from dataclasses import replace

from feedbot.errors import FetchError
from feedbot.extract.document import open_document
from feedbot.extract.shell import unfilled
from feedbot.item import Extraction
from feedbot.page import NotModified, Page
from feedbot.source import Health, Source

_OF_MACHINES = frozenset({"feed", "json", "sitemap", "files"})


def as_shown(
    page: Page,
    found: Extraction,
    source: Source,
    *,
    show: Callable[[], Page | NotModified],
    read: Callable[[Page], Extraction],
) -> tuple[Page | NotModified, Extraction]:
    """Return the page as a browser shows it, and what it says then; as it is, where no browser is needed or allowed.

    A browser is asked only where `source` leaves it open, and `page` has no items of its own but the marks of a page
    that a script fills. Where none can show it, what was found says so, with the remedy.

    Args:
        page: what the address answered with.
        found: what that says.
        source: whether a browser may be asked.
        show: fetches the same address by a browser.
        read: understands what the browser shows.

    Raises:
        ExtractError: what the browser shows cannot be understood.
    """
    if page.shown:
        return page, replace(found, evidence=(*found.evidence, page.shown))
    why = unfilled(open_document(page)) if _is_open(page, found, source) else ""
    if not why:
        return page, found
    if source.browser is False:
        return page, replace(found, evidence=(*found.evidence, f"{why}; `browser: false` keeps it from being shown"))
    try:
        answer = show()
    except FetchError as error:
        return page, replace(found, evidence=(*found.evidence, why, str(error)))
    if isinstance(answer, NotModified):
        return answer, found
    seen = read(answer)
    return answer, replace(seen, evidence=(*seen.evidence, why, answer.shown))


def _is_open(page: Page, found: Extraction, source: Source) -> bool:
    """Say whether a browser might show more than was found: where nothing was, and nothing stands in the way."""
    if source.browser is True or found.kind in _OF_MACHINES or not page.url.startswith(("http://", "https://")):
        return False
    if found.kind == "article":
        return not (found.items and found.items[0].content_text)
    return not found.items and found.health is not Health.BLOCKED
