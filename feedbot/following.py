"""Following: the own pages of items, what they add to what the list says, and which item they turn out to be."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from feedbot.errors import ExtractError, FetchError
from feedbot.item import Candidate, Extraction, Item, ItemId, Known, url_key
from feedbot.page import Page, Validators
from feedbot.ports import Clock, Fetcher, Inbox
from feedbot.rendering import as_shown
from feedbot.sift import Find, Harvest, stored
from feedbot.source import Source

Read = Callable[[Page], Extraction]
"""Understands the page of an article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What is to be stored of a look: the items of `harvest`, the new ones first, then those that changed.

    `also` are items that are known under an address which a new link leads to; they only gain keys.
    """

    harvest: Harvest
    items: tuple[Item, ...] = ()
    also: tuple[Item, ...] = ()
    troubles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Story:
    find: Find
    said: Candidate


def followed(
    harvest: Harvest,
    listed: frozenset[ItemId],
    source: Source,
    *,
    fetcher: Fetcher,
    inbox: Inbox,
    clock: Clock,
    read: Read,
) -> Followed:
    """Read the own page of each new or changed item, where the source says so, and say what is to be stored.

    A link that leads to the address of a known item, other than those `listed`, is that item.
    """
    stories, troubles = [], []
    for find in (*harvest.new, *harvest.changed):
        story = _Story(find, find.candidate)
        if source.follow and may_follow(source, find.candidate.url):
            try:
                story = _story(find, source, fetcher, inbox, listed, read)
            except (FetchError, ExtractError) as error:
                troubles.append(f"{find.candidate.url}: {error}")
        if story.find.known is not None:
            listed |= {story.find.known.id}
        stories.append(story)
    return _sorted_out(harvest, stories, troubles, source, inbox, clock)


def _story(find: Find, source: Source, fetcher: Fetcher, inbox: Inbox, listed: frozenset[ItemId], read: Read) -> _Story:
    page, told = article(find.candidate.url, source, fetcher, read)
    known = _led_to(page.url, find, source, inbox) if find.known is None else None
    if known is not None and known.id not in listed:
        candidate = replace(find.candidate, url=page.url, told_by=find.candidate.keys)
        find = replace(find, known=known, candidate=candidate)
    return _Story(find, find.candidate.enriched(told))


def _led_to(url: str, find: Find, source: Source, inbox: Inbox) -> Known | None:
    """Return the item that is known under the address that a link led to, where that is another one."""
    key = f"url:{url_key(url)}"
    if url_key(url) == url_key(find.candidate.url) or "/" not in url_key(url):
        return None
    return inbox.known(source.id, [key]).get(key)


def _sorted_out(
    harvest: Harvest, stories: Sequence[_Story], troubles: Sequence[str], source: Source, inbox: Inbox, clock: Clock
) -> Followed:
    new = [one for one in stories if one.find.known is None]
    known = [(one, one.find.known) for one in stories if one.find.known is not None]
    changed = [one for one, before in known if before.digest != one.find.digest or before.withdrawn]
    gained = {before.id: one.find for one, before in known if one not in changed}
    also = tuple(replace(item, keys=gained[item.id].candidate.keys) for item in inbox.latest(gained).values())
    return Followed(
        harvest=replace(harvest, new=tuple(one.find for one in new), changed=tuple(one.find for one in changed)),
        items=tuple(stored(one.find, one.said, source, clock()) for one in (*new, *changed)),
        also=also if gained else (),
        troubles=tuple(troubles),
    )


def may_follow(source: Source, url: str) -> bool:
    """Say whether a listing may lead there: a page from the web never leads to a file of this machine."""
    return url.startswith(("http://", "https://")) or (bool(url) and source.url.startswith("file:"))


def article(url: str, source: Source, fetcher: Fetcher, read: Read) -> tuple[Page, Candidate]:
    """Return the page at `url`, shown by a browser where that is needed, and the article that it holds.

    Raises FetchError and ExtractError.
    """
    get = partial(fetcher.fetch, url, validators=Validators(), allow=source.allow)
    page = get(browser=source.by_browser(url))
    if not isinstance(page, Page):
        raise ExtractError("answered 304 Not Modified to a request without conditions")
    _, found = as_shown(page, read(page), source, show=partial(get, browser=True), read=read)
    if not found.items:
        raise ExtractError("; ".join(found.evidence) or "no article could be found in the page")
    return page, found.items[0]
