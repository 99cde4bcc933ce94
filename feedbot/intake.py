"""Intake: what was answered is read, held against what is known, and stored with what is owed for it."""

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from http import HTTPStatus

from feedbot import health, owing, rhythm
from feedbot.asking import asked, by_its_rule, on_its_way, otherwise
from feedbot.discover import discover
from feedbot.errand import Errand
from feedbot.errors import ExtractError, FetchError
from feedbot.extract import extract, traits
from feedbot.extract.ways import rule_of
from feedbot.following import followed
from feedbot.health import Diagnosis, Seen
from feedbot.item import Extraction, ItemId
from feedbot.mending import Look, listed, mended
from feedbot.outcome import Checked, Setting
from feedbot.page import NotModified, Page, Validators
from feedbot.paging import walk_back
from feedbot.planning import planned
from feedbot.ports import Clock, Fetcher, Inbox
from feedbot.profile import Sight
from feedbot.recognise import Recognised, at_its_place, led, not_listed, recognised, renewed
from feedbot.rendering import as_shown
from feedbot.rereading import first_turn
from feedbot.retelling import Retold, as_told
from feedbot.sift import Harvest, clashes, usable
from feedbot.source import NEVER, TROUBLE, Health, Kind, Source, SourceState
from feedbot.stalling import goes_on, last_news
from feedbot.vanished import Vanished, vanished
from feedbot.whereabouts import at_home

GIVEN_UP = "it is not asked any more: give the source another address, take it out, or `feedbot check` it"
Understood = tuple[Page | NotModified, Extraction, SourceState]
"""What was answered, what was read of it, and the state with the way that led there."""


def taken_in(
    answer: Page | FetchError | None,
    source: Source,
    state: SourceState,
    setting: Setting,
    *,
    errand: Errand,
    inbox: Inbox,
    clock: Clock,
) -> Checked | NotModified:
    """Store what a check of `source` came to; of nothing new there is nothing to store.

    Args:
        answer: what was answered, or why nothing was; None where it is yet to be asked, by all ways that there are.
        source: what is looked at.
        state: what earlier checks left behind, as far as it still counts.
        setting: what a check is to know beside it; its `state` is all that was left behind.
        errand: gets more pages, and counts what they cost.
        inbox: stores items.
        clock: gives the time.
    """
    try:
        page, found, state = _understood(answer, source, state, errand, inbox, clock)
    except (FetchError, ExtractError) as error:
        return _failed(source, setting, _counted(errand, state), health.unread(error), inbox.commit, clock(), error)
    if isinstance(page, NotModified):
        return page
    return _stored((page, found), source, state, setting, errand, inbox, clock)


def _stored(
    seen: tuple[Page, Extraction],
    source: Source,
    state: SourceState,
    setting: Setting,
    errand: Errand,
    inbox: Inbox,
    clock: Clock,
) -> Checked:
    (page, found), before = seen, setting.state or state
    sight = traits.sight(page, found, state.profile)
    if state.baseline_at is None and source.pages > 1 and found.items:
        found = _with_older(found, page, source, errand, clock)
    look = mended(_judged(page, found, sight, source, state, inbox, clock()), source, inbox, clock())
    found, known, verdict, state = look.found, look.known, look.verdict, look.state
    if verdict.holds and verdict.health in TROUBLE:
        moved = led(known, verdict.about, source, fetcher=errand, inbox=inbox, now=clock())
        commit = partial(inbox.commit, items=moved)
        return _failed(source, setting, _counted(errand, state), verdict, commit, clock())
    known = Recognised(harvest=Harvest()) if verdict.holds else known
    harvest = known.harvest.undated() if verdict.undated else known.harvest
    harvest = at_home(harvest) if verdict.astray else harvest
    read = partial(_read, source=source, kind="article")
    told = followed(harvest, known.listed, source, fetcher=errand, inbox=inbox, clock=clock, read=read)
    harvest, items, now = told.harvest, told.items, clock()
    fresh = len(harvest.new)
    state = state if verdict.holds else replace(state, manners=state.manners.wished(found.wishes))
    lost = _lost(source, state, listed(look), errand, inbox, now)
    manners, due_at = planned(source, setting, state, page, inbox, now, items[:fresh])
    if source.follow and (turn := first_turn(items[:fresh], now)):
        manners = replace(manners, reread_at=min(turn, manners.reread_at or turn))
    found_now = fresh if state.baseline_at else 0
    manners = errand.counted(manners) if verdict.holds else errand.learned(manners, found_now)
    after = _state(source, replace(state, manners=manners), due_at, page, found, verdict, now)
    after = replace(after, profile=health.learned(state.profile, look.sight, harvest, verdict, now))
    checked = _outcome(after, harvest, verdict, baseline=state.baseline_at is None and bool(found.items))
    after = replace(after, validators=Validators()) if lost.unsure else after
    bar = owing.recent(before) if verdict.settled or otherwise(before, state) else owing.open_to_all
    stories = owing.Stories(new=items[:fresh], edited=items[fresh:], withdrawn=lost.withdrawn)
    decisions = owing.decisions(stories, source, setting.targets, inbox, now, bar) if state.baseline_at else ()
    items = (*items, *told.also, *look.reread, *renewed(known, source, now), *lost.withdrawn)
    inbox.commit(after, items=items, decisions=decisions, feeds=setting.feeds if items else (), gone=lost.gone)
    owed = sum(len(one.owed) for one in decisions)
    return replace(checked, owed=owed, withdrawn=len(lost.withdrawn), troubles=told.troubles)


def _understood(
    answer: Page | FetchError | None,
    source: Source,
    state: SourceState,
    fetcher: Fetcher,
    inbox: Inbox,
    clock: Clock,
) -> Understood:
    """Read what was answered by the way that is kept to, or by a better one where that was left behind."""
    if isinstance(answer, FetchError):
        raise answer
    by = on_its_way(source, state)
    if answer is not None:
        return _seen(answer, source, by, state, fetcher, clock)
    if since := last_news(state, inbox, clock()):
        astray = state.astray()
        other = by_its_rule(source, astray)
        with suppress(FetchError, ExtractError):
            new = asked(source, other, astray, fetcher)
            page, found, after = _seen(new, source, other, astray, fetcher, clock)
            if otherwise(state, after) and goes_on(found, since):
                return page, found, after
    return _seen(asked(source, by, state, fetcher), source, by, state, fetcher, clock)


def _seen(
    answer: Page | NotModified, source: Source, by: Source, state: SourceState, fetcher: Fetcher, clock: Clock
) -> Understood:
    """Read what was answered, shown by a browser where that is needed."""
    if isinstance(answer, NotModified):
        return answer, Extraction(url=by.url, kind=state.kind), state
    page, found, state = _looked(answer, by, state, fetcher, clock())
    allow = source.open_to(by.url)
    shown, found = as_shown(
        page,
        found,
        source,
        show=lambda: fetcher.fetch(by.url, validators=state.validators, allow=allow, browser=True),
        read=lambda shown: _read(shown, by, by.kind),
    )
    return shown, found, state


def _judged(
    page: Page, found: Extraction, sight: Sight, source: Source, state: SourceState, inbox: Inbox, now: datetime
) -> Look:
    """Hold what was understood of a page against what is known."""
    baseline = state.baseline_at is not None
    told = usable(found.items)
    if mixed := clashes(found.items, told):
        found = replace(found, evidence=(*found.evidence, mixed))
    known = recognised(told, source, inbox, baseline=baseline)
    if baseline and not known.listed and (there := at_its_place(page, found, source, state, inbox)):
        found, known = there
        sight = traits.sight(page, found, state.profile)
    missing = partial(not_listed, known, source, inbox)
    drawn = as_told(known, sight, state.profile, inbox)
    seen = Seen(page=page, found=found, sight=sight, harvest=drawn.known.harvest, missing=missing)
    verdict = health.examine(seen, source, state, now)
    drawn = Retold(known=known) if verdict.holds else drawn
    return Look(
        page=page, found=found, sight=sight, known=drawn.known, verdict=verdict, state=state, reread=drawn.reread
    )


def _lost(
    source: Source, state: SourceState, listed: Collection[ItemId], fetcher: Fetcher, inbox: Inbox, now: datetime
) -> Vanished:
    """Return what the publisher took back; nothing where this is the first look, or nothing known is listed."""
    if state.baseline_at is None or not listed:
        return Vanished()
    return vanished(source, listed, fetcher=fetcher, inbox=inbox, now=now, open_to=source.open_to)


def _looked(
    page: Page, source: Source, state: SourceState, fetcher: Fetcher, now: datetime
) -> tuple[Page, Extraction, SourceState]:
    """Read what was answered; at the first look, find the best way in to its news first, and take and remember it."""
    if source.kind != "auto" or source.rule is not None or not source.page or (state.reading and state.baseline_at):
        return page, _tried(page, source), state
    if state.reading and not (found := _tried(page, source)).items:
        return page, found, state  # still as empty as at the first look
    discovery = discover(page, source, fetcher=fetcher, now=now)
    way = discovery.chosen.way if discovery.chosen else None
    if way is not None and way.kind != "listing" and len(discovery.ways) > 1:
        state = replace(state, way_url=way.url, way_kind=way.kind)
    return discovery.page, discovery.found, state


def _tried(page: Page, source: Source) -> Extraction:
    """Return what was understood of a page; of one that cannot be understood at all, what stands there instead."""
    try:
        return _read(page, source, source.kind)
    except ExtractError as error:
        return Extraction(url=page.url, kind="", health=Health.BLOCKED, evidence=(str(error),))


def _with_older(found: Extraction, page: Page, source: Source, fetcher: Fetcher, clock: Clock) -> Extraction:
    """Return what was found together with what the older pages say, as far back as the source wants."""
    walk = walk_back(page, found, source, fetcher=fetcher, clock=clock, open_to=source.open_to)
    told = f"{len(walk.items)} items on {walk.pages} older pages" + (f"; then: {walk.ended}" if walk.ended else "")
    return replace(found, items=(*found.items, *walk.items), evidence=(*found.evidence, told))


def _read(page: Page, source: Source, kind: Kind) -> Extraction:
    rule = source.rule or rule_of(kind, source.home) if kind == source.kind else None
    return extract(page, rule, kind, fields=source.fields, timezone=source.timezone, language=source.language)


def _state(
    source: Source,
    state: SourceState,
    due_at: datetime,
    page: Page,
    found: Extraction,
    verdict: Diagnosis,
    now: datetime,
) -> SourceState:
    after = state.checked(
        now=now,
        due_at=due_at,
        validators=page.validators,
        health=verdict.health,
        evidence="; ".join((*verdict.evidence, *([f"read at {state.way_url}"] if state.way_url else []))),
    )
    if verdict.about:  # looked at whole again, until it is over or settled
        after = replace(after, failures=state.failures + 1, failing_since=state.failing_since or now)
        after = replace(after, validators=Validators())
    baseline_at = state.baseline_at or (now if found.items else None)
    title = found.title or state.title
    return replace(after, title=title, kind=found.kind, reading=source.reading, baseline_at=baseline_at)


def _outcome(state: SourceState, harvest: Harvest, verdict: Diagnosis, *, baseline: bool) -> Checked:
    return Checked(
        source_id=state.source_id,
        health=verdict.health,
        evidence=verdict.told,
        due_at=state.due_at,
        kind=state.kind,
        new=len(harvest.new),
        changed=len(harvest.changed),
        seen=harvest.seen,
        baseline=baseline,
    )


def _counted(errand: Errand, state: SourceState) -> SourceState:
    return replace(state, manners=errand.counted(state.manners))


def _failed(
    source: Source,
    setting: Setting,
    state: SourceState,
    verdict: Diagnosis,
    commit: Callable[[SourceState], None],
    now: datetime,
    error: FetchError | ExtractError | None = None,
) -> Checked:
    after = state.failed(
        now=now,
        health=verdict.health,
        evidence=verdict.told,
        every=rhythm.every(source),
        retry_after=error.retry_after if isinstance(error, FetchError) else None,
        jitter=setting.jitter,
        gone=isinstance(error, FetchError) and error.status == HTTPStatus.GONE and not state.way_url,
    )
    if after.due_at == NEVER:
        given_up = replace(after.manners, gone_from=source.url)
        after = replace(after, evidence=f"{after.evidence}; {GIVEN_UP}", manners=given_up)
    elif after.due_at is not None:
        after = replace(after, due_at=rhythm.in_window(source, after.due_at, setting.jitter))
    if verdict.about:
        after = replace(after, profile=state.profile.doubted(verdict.about, now))
    commit(after)
    return Checked(
        source_id=source.id, health=verdict.health, evidence=verdict.told, due_at=after.due_at, kind=state.kind
    )
