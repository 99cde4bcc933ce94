"""One look at a source: fetch, extract, sift, follow, one commit."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from feedbot import health, rhythm
from feedbot.delivery import Delivery, owe
from feedbot.errors import ExtractError, FetchError
from feedbot.extract import extract
from feedbot.feed import FeedId
from feedbot.item import Candidate, Extraction, Item, ItemId
from feedbot.page import NotModified, Page, Validators
from feedbot.ports import Clock, Fetcher, Inbox
from feedbot.sift import Find, Harvest, sift, stored, usable
from feedbot.source import Health, Kind, Source, SourceId, SourceState
from feedbot.target import Target
from feedbot.wanted import substantive


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
    troubles: tuple[str, ...] = ()
    """Articles that could not be read; their items are stored with what the listing says."""


def check(source: Source, setting: Setting, *, fetcher: Fetcher, inbox: Inbox, clock: Clock) -> Checked:
    """Look at `source` once and store what was found, in one transaction.

    Trouble of the source is not an exception but a health; only StoreError is raised.
    """
    state = setting.state or inbox.state(source.id)
    known = state.validators if state.reading == source.reading else Validators()
    try:
        answer = fetcher.fetch(source.url, validators=known, allow=source.allow)
        if isinstance(answer, NotModified):
            return _same(source, setting, state, answer, inbox, clock())
        found = _read(answer, source, source.kind)
    except FetchError as error:
        return _failed(source, state, (Health.DOWN, str(error)), inbox, clock(), error)
    except ExtractError as error:
        return _failed(source, state, (Health.BLOCKED, str(error)), inbox, clock())
    verdict = health.judge(found, state)
    if verdict[0] in health.TROUBLE:
        return _failed(source, state, verdict, inbox, clock())
    candidates = usable(found.items)
    harvest = sift(candidates, inbox.known(source.id, {key for one in candidates for key in one.keys}))
    items, troubles = _stories(harvest, source, fetcher, clock)
    now = clock()
    after = _state(source, setting, state, answer, found, now)
    checked = _outcome(after, harvest, verdict, baseline=state.baseline_at is None and bool(candidates))
    debts = () if state.baseline_at is None else _debts(harvest, items, source, setting, inbox, now)
    inbox.commit(replace(after, health=checked.health), items=items, debts=debts, feeds=setting.feeds if items else ())
    return replace(checked, owed=len(debts), troubles=troubles)


def _read(page: Page, source: Source, kind: Kind) -> Extraction:
    rule = source.rule if kind == source.kind else None
    return extract(page, rule, kind, fields=source.fields, timezone=source.timezone, language=source.language)


def _stories(
    harvest: Harvest, source: Source, fetcher: Fetcher, clock: Clock
) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """Return what is to be stored, each with its own page read where the source says so, and what went wrong."""
    items, troubles = [], []
    for find in (*harvest.new, *harvest.changed):
        said = find.candidate
        if source.follow and _may_follow(source, said.url):
            try:
                said = said.enriched(_article(find, source, fetcher))
            except (FetchError, ExtractError) as error:
                troubles.append(f"{said.url}: {error}")
        items.append(stored(find, said, source, clock()))
    return tuple(items), tuple(troubles)


def _may_follow(source: Source, url: str) -> bool:
    """Say whether a listing may lead there: a page from the web never leads to a file of this machine."""
    return url.startswith(("http://", "https://")) or (bool(url) and source.url.startswith("file:"))


def _article(find: Find, source: Source, fetcher: Fetcher) -> Candidate:
    page = fetcher.fetch(find.candidate.url, validators=Validators(), allow=source.allow)
    if not isinstance(page, Page):
        raise ExtractError("answered 304 Not Modified to a request without conditions")
    found = _read(page, source, "article")
    if not found.items:
        raise ExtractError("; ".join(found.evidence) or "no article could be found in the page")
    return found.items[0]


def _state(
    source: Source, setting: Setting, state: SourceState, page: Page, found: Extraction, now: datetime
) -> SourceState:
    after = state.checked(
        now=now,
        due_at=rhythm.next_due(source, now, setting.jitter),
        validators=page.validators,
        health=Health.QUIET,
        evidence="; ".join(found.evidence),
    )
    baseline_at = state.baseline_at or (now if found.items else None)
    title = found.title or state.title
    return replace(after, title=title, kind=found.kind, reading=source.reading, baseline_at=baseline_at)


def _outcome(state: SourceState, harvest: Harvest, verdict: tuple[Health, str], *, baseline: bool) -> Checked:
    return Checked(
        source_id=state.source_id,
        health=verdict[0] if verdict[0] is Health.EMPTY else health.after(harvest),
        evidence=verdict[1],
        due_at=state.due_at,
        kind=state.kind,
        new=len(harvest.new),
        changed=len(harvest.changed),
        seen=harvest.seen,
        baseline=baseline,
    )


def _debts(
    harvest: Harvest, items: Sequence[Item], source: Source, setting: Setting, inbox: Inbox, now: datetime
) -> tuple[Delivery, ...]:
    fresh, edited = items[: len(harvest.new)], items[len(harvest.new) :]
    slight = _slight(edited, source, setting.targets, inbox)
    owed = [owe(item, "published", source, setting.targets, now) for item in reversed(fresh)]
    owed += [owe(item, "updated", source, setting.targets, now, slight=item.id in slight) for item in edited]
    return tuple(debt for debts in owed for debt in debts)


def _slight(edited: Sequence[Item], source: Source, targets: Sequence[Target], inbox: Inbox) -> Collection[ItemId]:
    """Return which of these changed too little to be told again, where any target asks for that difference."""
    if not edited or not any(one.edits == "substantive" and one.id in source.notify for one in targets):
        return ()
    before = inbox.latest([item.id for item in edited])
    return {item.id for item in edited if item.id in before and not substantive(before[item.id], item)}


def _same(
    source: Source, setting: Setting, state: SourceState, answer: NotModified, inbox: Inbox, now: datetime
) -> Checked:
    due_at = rhythm.next_due(source, now, setting.jitter)
    verdict = Health.EMPTY if state.baseline_at is None else Health.QUIET
    inbox.commit(
        state.checked(now=now, due_at=due_at, validators=answer.validators, health=verdict, evidence="not modified")
    )
    return Checked(source_id=source.id, health=verdict, evidence="not modified", due_at=due_at, kind=state.kind)


def _failed(
    source: Source,
    state: SourceState,
    verdict: tuple[Health, str],
    inbox: Inbox,
    now: datetime,
    error: FetchError | None = None,
) -> Checked:
    after = state.failed(
        now=now,
        health=verdict[0],
        evidence=verdict[1],
        every=rhythm.every(source),
        retry_after=error.retry_after if error else None,
    )
    inbox.commit(after)
    return Checked(source_id=source.id, health=verdict[0], evidence=verdict[1], due_at=after.due_at, kind=state.kind)
