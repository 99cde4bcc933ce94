"""Rereading: own pages of recent items are read again, ever more rarely, to see what was corrected there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from zlib import crc32

from feedbot import owing
from feedbot.errand import Errand
from feedbot.errors import ExtractError, FetchError
from feedbot.extract import extract
from feedbot.following import article, may_follow
from feedbot.item import Candidate, Content, Item, ItemId, digest
from feedbot.outcome import Checked, Setting
from feedbot.ports import Inbox
from feedbot.source import Health, Source
from feedbot.wording import overlap, words_of

AGES = tuple(timedelta(hours=hours) for hours in (1, 4, 24, 96, 384))
"""So long after it was published the page of an item is read again."""
SPREAD = 0.2
"""Share of that by which items are set apart that came together."""
RECENT = 30
"""The newest items of a source that are read again."""
PAGES = 3
"""So many pages are read again in one check; others wait for the next one."""
ALIKE = 0.5
"""Words that a title shares with the one that is known, for a page to be that of its item still."""
LEFT = 0.5
"""A text that is shorter than this share of what is known is no correction, but another page."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """When an item is to be read again."""

    at: datetime
    id: ItemId


def first_turn(items: Iterable[Item], now: datetime) -> datetime | None:
    """Return when the first of these items is to be read again after `now`; None where none is."""
    return min((at for one in items for at in _turns(one.id, one.published_at) if at > now), default=None)


def reread(
    source: Source, setting: Setting, done: Checked, since: datetime, *, errand: Errand, inbox: Inbox, now: datetime
) -> Checked:
    """Read pages again whose turn came from `since` on, and store what was corrected; return the check with that.

    `done` is what the check came to that was stored already.
    """
    recent = inbox.recent(source.id, RECENT)
    turns = [_Turn(at, one.id) for one in recent for at in _turns(one.id, one.published_at)]
    latest = {one.id: one for one in sorted(turns, key=lambda one: one.at) if since <= one.at <= now}
    waiting = sorted(latest.values(), key=lambda one: one.at)
    chosen, left = waiting[:PAGES], waiting[PAGES:]
    items = inbox.latest([one.id for one in chosen])
    read = (_corrected(items[turn.id], source, errand, now) for turn in chosen if turn.id in items)
    corrected = [one for one in read if one is not None]
    after = [one.at for one in left] or [one.at for one in turns if one.at > now]
    decisions = owing.decisions(owing.Stories(edited=corrected), source, setting.targets, inbox, now, owing.open_to_all)
    state = inbox.state(source.id)
    manners = replace(errand.counted(state.manners), reread_at=min(after, default=None))
    state = replace(state, manners=manners)
    if corrected:
        state = replace(state, health=Health.FRESH, evidence=f"{len(corrected)} corrected on their own pages")
    inbox.commit(state, items=corrected, decisions=decisions, feeds=setting.feeds if corrected else ())
    return _with(done, corrected, sum(len(one.owed) for one in decisions))


def _with(done: Checked, corrected: Sequence[Item], owed: int) -> Checked:
    if not corrected:
        return done
    return replace(done, health=Health.FRESH, changed=done.changed + len(corrected), owed=done.owed + owed)


def _turns(item_id: ItemId, published: datetime) -> list[datetime]:
    later = 1 + SPREAD * crc32(item_id.encode()) / 2**32
    return [published + age * later for age in AGES]


def _corrected(item: Item, source: Source, errand: Errand, now: datetime) -> Item | None:
    """Return an item with what its own page says now; None where that is the same, or another page."""
    if not may_follow(source, item.url):
        return None
    read = partial(
        extract, rule=None, kind="article", fields=source.fields, timezone=source.timezone, language=source.language
    )
    try:
        _, said = article(item.url, source, errand, read)
    except (FetchError, ExtractError):
        return None
    if not _is_of(item, said):
        return None
    after = item.said(_told(item, said))
    if digest(after) == digest(item):
        return None
    return replace(after, revision=item.revision + 1, changed_at=now)


def _is_of(item: Item, said: Candidate) -> bool:
    """Say whether a page is still that of an item, and whole."""
    alike = overlap(set(words_of(said.title)), set(words_of(item.title))) >= ALIKE
    return alike and bool(said.content_text) and len(said.content_text) >= LEFT * len(item.content_text)


def _told(item: Item, said: Candidate) -> Content:
    """Return what an item says once its text is that of its own page; what the list says of it stays."""
    return replace(item, content_html=said.content_html, content_text=said.content_text, quotes=said.quotes)
