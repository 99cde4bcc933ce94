"""Mending: a look that is not to be believed becomes one that is, where a repair of the rule is proved and wanted."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from feedbot import rulebook
from feedbot.asking import ACCEPT
from feedbot.extract import traits
from feedbot.health import Diagnosis
from feedbot.item import Extraction, Item, ItemId
from feedbot.page import Page
from feedbot.ports import Inbox
from feedbot.profile import Sight
from feedbot.recognise import Recognised, recognised
from feedbot.repair import Case, Repair, repair
from feedbot.retelling import EVERY, PAGES, retold
from feedbot.sift import usable
from feedbot.source import TROUBLE, DataRule, Health, ListingRule, Source, SourceState

LATELY = 100
"""So many of the newest items are looked for in a page that was built anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look came to: what was understood, what of it is known, and what is thought of it.

    `reread` are items that are known, as they are to be stored because they are told in another way now.
    """

    page: Page
    found: Extraction
    sight: Sight
    known: Recognised
    verdict: Diagnosis
    state: SourceState
    reread: tuple[Item, ...] = ()
    mended: bool = False


def mended(look: Look, source: Source, inbox: Inbox, now: datetime) -> Look:
    """Return the look, repaired where it is in doubt and that can be done; otherwise with the reason why not."""
    if look.state.baseline_at is None or not _is_page(look, source):
        return look
    if look.state.asked.startswith(ACCEPT) and look.found.items and look.state.rules.pinned:
        return _taken(look, look.found, look.state, "the operator accepted the rule", source, inbox)
    wanted = rulebook.repairs(source)
    doubt = look.state.profile.doubt
    if wanted == "off" or not _is_doubted(look.verdict) or (doubt and doubt.accepted):
        return _remembered(look, source, now)
    before = look.state.rules.rule if look.state.rules.pinned else source.rule or look.state.rules.rule
    done = repair(look.page, _case(look, source, before, inbox, now))
    if not isinstance(done, Repair):
        return _noted(look, f"not repaired: {done.reason}")
    if _is_as_read(look, done):
        return look
    return _with_rule(look, done, source, inbox, now, take=wanted == "auto" or done.rule == look.state.rules.rule)


def _is_page(look: Look, source: Source) -> bool:
    """Say whether what was answered is a page for people, at the place that people know."""
    there = look.state.way_url in {"", source.url, look.page.url}
    kinds = source.kind == "auto" or source.kind in PAGES
    return there and kinds and look.found.kind in PAGES and isinstance(source.rule, ListingRule | None)


def _is_doubted(verdict: Diagnosis) -> bool:
    bad = verdict.health in {Health.CHANGED, Health.BLOCKED, Health.EMPTY}
    return (bad and verdict.about not in {"letters", "cut off"}) or verdict.settled


def _case(look: Look, source: Source, before: object, inbox: Inbox, now: datetime) -> Case:
    state = look.state
    ids = [one.id for one in inbox.recent(source.id, LATELY)]
    stored = inbox.latest(ids)
    return Case(
        known=[stored[one] for one in ids if one in stored],
        since=state.failing_since or state.checked_at or now,
        now=now,
        before=before if isinstance(before, ListingRule) else None,
        profile=state.profile,
        fields=source.fields,
        timezone=source.timezone,
        language=source.language,
        refused=state.rules.refused,
    )


def _is_as_read(look: Look, done: Repair) -> bool:
    """Say whether the items stand where they did, and are those that were read already: then no rule is at fault."""
    return _said(done.found) == _said(look.found) and look.sight.place == look.state.profile.place


def _said(found: Extraction) -> set[tuple[str, ...]]:
    return {(one.title, *one.keys) for one in usable(found.items)}


def _with_rule(look: Look, done: Repair, source: Source, inbox: Inbox, now: datetime, *, take: bool) -> Look:
    """Take a proved rule, or propose it."""
    book = look.state.rules
    if isinstance(done.rule, DataRule):
        return _with_data(look, done, done.rule, source, inbox, now, take=take)
    if not take:
        asked = replace(look.state, rules=rulebook.proposed(book, done.rule, done.proof.told, now))
        told = f"a rule that reads it was found: `feedbot repair {source.id}` shows it, with `--accept` it is taken"
        return _noted(replace(look, state=asked), told)
    pinned = book.pinned or source.rule is not None or _said(done.found) != _said(look.found)
    book = rulebook.repaired(book, done.rule, done.proof.told, now, pinned=pinned)
    return _read_by(look, done, replace(look.state, rules=book, way_url="", way_kind="auto"), source, inbox)


def _with_data(
    look: Look, done: Repair, rule: DataRule, source: Source, inbox: Inbox, now: datetime, *, take: bool
) -> Look:
    """Read a page by what it tells machines, or say that this would do."""
    if not take:
        return _noted(look, f"what the page tells machines is the news: `kind: {rule.kind}` would read it")
    why = f"what the page tells machines ({rule.kind}) is read, for {done.proof.told}"
    book = rulebook.told_by_data(look.state.rules, why, now)
    state = replace(look.state, rules=book, way_url=source.url, way_kind=rule.kind)
    return _read_by(look, done, state, source, inbox)


def _read_by(look: Look, done: Repair, state: SourceState, source: Source, inbox: Inbox) -> Look:
    """Return the look as a proved rule reads it, unless that would not know again what the proof did."""
    after = _taken(look, done.found, state, f"repaired, for {done.proof.told}", source, inbox)
    if len(after.known.harvest.new) > len(done.proof.fresh) + len(done.proof.older):
        return _noted(look, "not repaired: known items would come as new ones")
    return after


def _taken(look: Look, found: Extraction, state: SourceState, why: str, source: Source, inbox: Inbox) -> Look:
    """Return the look as the rule reads it: known items stay as they are, for what they say is told in another way."""
    known = recognised(usable(found.items), source, inbox, baseline=True)
    told = retold(known, inbox, EVERY)
    fresh = told.known.harvest.new or told.known.harvest.changed
    return Look(
        page=look.page,
        found=found,
        sight=traits.sight(look.page, found, state.profile.elsewhere()),
        known=told.known,
        verdict=Diagnosis(
            health=Health.FRESH if fresh else Health.QUIET, evidence=(why, *found.evidence), settled=True
        ),
        state=state,
        reread=told.reread,
        mended=True,
    )


def _noted(look: Look, told: str) -> Look:
    return replace(look, verdict=replace(look.verdict, evidence=(*look.verdict.evidence, told)))


def _remembered(look: Look, source: Source, now: datetime) -> Look:
    """Return the look with its rule kept in mind, where it is a good one."""
    if look.verdict.health in TROUBLE or look.verdict.holds or not look.found.items:
        return look
    rule = look.found.rule if source.rule is None and isinstance(look.found.rule, ListingRule) else None
    return replace(look, state=replace(look.state, rules=rulebook.found(look.state.rules, rule, now)))


def listed(look: Look) -> Collection[ItemId]:
    """Return the known items of which the page shows that they are still there."""
    return () if look.mended or look.verdict.health in TROUBLE else look.known.listed
