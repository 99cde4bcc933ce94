"""One look at a source: fetch, extract, sift, follow, one commit."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from feedbot import health, owing, rhythm, rulebook
from feedbot.discover import discover
from feedbot.doubts import SLIGHT
from feedbot.errors import ExtractError, FetchError
from feedbot.extract import extract, traits
from feedbot.extract.ways import rule_of
from feedbot.feed import FeedId
from feedbot.following import followed
from feedbot.health import Diagnosis, Seen
from feedbot.item import Extraction, Item, ItemId
from feedbot.mending import Look, by_its_rule, listed, mended, obeyed
from feedbot.page import NotModified, Page, Validators
from feedbot.paging import walk_back
from feedbot.ports import Clock, Fetcher, Inbox
from feedbot.profile import Profile, Sight
from feedbot.recognise import Recognised, at_its_place, led, not_listed, recognised, renewed
from feedbot.rendering import as_shown, first_by_browser
from feedbot.sift import Harvest, clashes, usable
from feedbot.source import Health, Kind, Source, SourceId, SourceState
from feedbot.stalling import goes_on, last_news
from feedbot.target import Target
from feedbot.vanished import Vanished, vanished

DEAD = 3
"""After so many failures in a row the way that was found in to a source's news counts as dead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a check is to know of the world around its source."""

    targets: Sequence[Target] = ()
    feeds: Collection[FeedId] = ()
    """The feeds that show this source."""
    jitter: float = 0.0
    """In [0, 1); see rhythm.next_due."""
    state: SourceState | None = None
    """What earlier checks left behind, where it was looked up for many sources at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check came to. `evidence` says in words what the health rests on."""

    source_id: SourceId
    health: Health
    evidence: str = ""
    due_at: datetime | None
    kind: str = ""
    new: int = 0
    changed: int = 0
    seen: int = 0
    owed: int = 0
    baseline: bool = False
    withdrawn: int = 0
    """Items that the publisher took back."""
    troubles: tuple[str, ...] = ()
    """Articles that could not be read; their items are stored with what the listing says."""


def check(source: Source, setting: Setting, *, fetcher: Fetcher, inbox: Inbox, clock: Clock) -> Checked:
    """Look at `source` once and store what was found, in one transaction.

    Trouble of the source is not an exception but a health; only StoreError is raised.
    """
    before = setting.state or inbox.state(source.id)
    state = obeyed(_known_of(before, source), clock())
    try:
        answer, found, state = _answered(source, state, fetcher, inbox, clock)
        if isinstance(answer, NotModified):
            return _same(source, setting, state, answer, inbox, clock())
    except (FetchError, ExtractError) as error:
        return _failed(source, state, health.unread(error), inbox, clock(), error)
    sight = traits.sight(answer, found, state.profile)
    if state.baseline_at is None and source.pages > 1 and found.items:
        found = _with_older(found, answer, source, fetcher, clock)
    look = mended(_judged(answer, found, sight, source, state, inbox, clock()), source, inbox, clock())
    found, known, verdict, state = look.found, look.known, look.verdict, look.state
    if verdict.holds and verdict.health in health.TROUBLE:
        moved = led(known, verdict.about, source, fetcher=fetcher, inbox=inbox, now=clock())
        return _failed(source, state, verdict, inbox, clock(), led=moved)
    known = Recognised(harvest=Harvest()) if verdict.holds else known
    harvest = known.harvest.undated() if verdict.undated else known.harvest
    read = partial(_read, source=source, kind="article")
    told = followed(harvest, known.listed, source, fetcher=fetcher, inbox=inbox, clock=clock, read=read)
    harvest, items, now = told.harvest, told.items, clock()
    after = _state(source, setting, state, answer, found, verdict, now)
    after = replace(after, profile=health.learned(state.profile, look.sight, harvest, verdict, now))
    checked = _outcome(after, harvest, verdict, baseline=state.baseline_at is None and bool(found.items))
    lost = _lost(source, state, listed(look), fetcher, inbox, now)
    after = replace(after, validators=Validators()) if lost.unsure else after
    bar = owing.recent(before) if verdict.settled or _otherwise(before, state) else owing.open_to_all
    fresh = len(harvest.new)
    stories = owing.Stories(new=items[:fresh], edited=items[fresh:], withdrawn=lost.withdrawn)
    decisions = owing.decisions(stories, source, setting.targets, inbox, now, bar) if state.baseline_at else ()
    items = (*items, *told.also, *look.reread, *renewed(known, source, now), *lost.withdrawn)
    inbox.commit(after, items=items, decisions=decisions, feeds=setting.feeds if items else (), gone=lost.gone)
    owed = sum(len(one.owed) for one in decisions)
    return replace(checked, owed=owed, withdrawn=len(lost.withdrawn), troubles=told.troubles)


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
    seen = Seen(page=page, found=found, sight=sight, harvest=known.harvest, missing=missing)
    verdict = health.examine(seen, source, state, now)
    return Look(page=page, found=found, sight=sight, known=known, verdict=verdict, state=state)


def _known_of(before: SourceState, source: Source) -> SourceState:
    """Return what earlier checks left behind, as far as the source is still to be read in the same way."""
    if before.reading != source.reading:
        return replace(before.astray(), profile=Profile(), rules=rulebook.put_away(before.rules))
    doubt = before.profile.doubt
    dead = before.way_url and before.failures >= DEAD and not (doubt and doubt.about in SLIGHT)
    return before.astray() if dead else before


def _otherwise(before: SourceState, state: SourceState) -> bool:
    """Say whether the source is read in another way than before, which shows old items anew."""
    return (before.way_url, before.way_kind) != (state.way_url, state.way_kind)


def _lost(
    source: Source, state: SourceState, listed: Collection[ItemId], fetcher: Fetcher, inbox: Inbox, now: datetime
) -> Vanished:
    """Return what the publisher took back; nothing where this is the first look, or nothing known is listed."""
    if state.baseline_at is None or not listed:
        return Vanished()
    return vanished(source, listed, fetcher=fetcher, inbox=inbox, now=now, open_to=source.open_to)


def _on_its_way(source: Source, state: SourceState) -> Source:
    """Return the source as it is to be read: by the way that was found to be best, where one was."""
    if not state.way_url:
        return source
    return replace(source, url=state.way_url, kind=state.way_kind, home=source.page, rule=None)


def _answered(
    source: Source, state: SourceState, fetcher: Fetcher, inbox: Inbox, clock: Clock
) -> tuple[Page | NotModified, Extraction, SourceState]:
    """Return what was answered: by the way that is kept to, or by a better one where that was left behind."""
    if since := last_news(state, inbox, clock()):
        astray = state.astray()
        with suppress(FetchError, ExtractError):
            answer, found, after = _seen(source, by_its_rule(source, astray), astray, fetcher, clock)
            if _otherwise(state, after) and goes_on(found, since):
                return answer, found, after
    return _seen(source, by_its_rule(_on_its_way(source, state), state), state, fetcher, clock)


def _seen(
    source: Source, asked: Source, state: SourceState, fetcher: Fetcher, clock: Clock
) -> tuple[Page | NotModified, Extraction, SourceState]:
    """Return what was answered, shown by a browser where that is wanted or needed, and what was understood of it."""
    allow, known = source.open_to(asked.url), state.validators
    first = first_by_browser(source, asked.url) and asked.url == source.url
    answer = fetcher.fetch(asked.url, validators=known, allow=allow, browser=first)
    if isinstance(answer, NotModified):
        return answer, Extraction(url=asked.url, kind=state.kind), state
    page, found, state = _looked(answer, asked, state, fetcher, clock())

    shown, found = as_shown(
        page,
        found,
        source,
        show=lambda: fetcher.fetch(asked.url, validators=known, allow=allow, browser=True),
        read=lambda shown: _read(shown, asked, asked.kind),
    )
    return shown, found, state


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
    setting: Setting,
    state: SourceState,
    page: Page,
    found: Extraction,
    verdict: Diagnosis,
    now: datetime,
) -> SourceState:
    after = state.checked(
        now=now,
        due_at=rhythm.next_due(source, now, setting.jitter),
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


def _same(
    source: Source, setting: Setting, state: SourceState, answer: NotModified, inbox: Inbox, now: datetime
) -> Checked:
    due_at = rhythm.next_due(source, now, setting.jitter)
    verdict = Health.EMPTY if state.baseline_at is None else Health.QUIET
    state = replace(state, profile=replace(state.profile, doubt=None))
    inbox.commit(
        state.checked(now=now, due_at=due_at, validators=answer.validators, health=verdict, evidence="not modified")
    )
    return Checked(source_id=source.id, health=verdict, evidence="not modified", due_at=due_at, kind=state.kind)


def _failed(
    source: Source,
    state: SourceState,
    verdict: Diagnosis,
    inbox: Inbox,
    now: datetime,
    error: FetchError | ExtractError | None = None,
    led: Sequence[Item] = (),
) -> Checked:
    after = state.failed(
        now=now,
        health=verdict.health,
        evidence=verdict.told,
        every=rhythm.every(source),
        retry_after=error.retry_after if isinstance(error, FetchError) else None,
    )
    if verdict.about:
        after = replace(after, profile=state.profile.doubted(verdict.about, now))
    inbox.commit(after, items=led)
    return Checked(
        source_id=source.id, health=verdict.health, evidence=verdict.told, due_at=after.due_at, kind=state.kind
    )
