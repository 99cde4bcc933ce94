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
from feedbot.sift import Find, usable
from feedbot.source import TROUBLE, Health, ListingRule, Source, SourceState
from feedbot.wording import words_of

LATELY = 100
"""So many of the newest items are looked for in a page that was built anew."""
PAGES = frozenset({"listing", "jsonld", "state", "microdata", "hfeed"})
"""Kinds of pages for people, as they are read."""


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
    return _keys(done.found) == _keys(look.found) and look.sight.place == look.state.profile.place


def _keys(found: Extraction) -> set[tuple[str, ...]]:
    return {one.keys for one in usable(found.items)}


def _with_rule(look: Look, done: Repair, source: Source, inbox: Inbox, now: datetime, *, take: bool) -> Look:
    """Take a proved rule, or propose it."""
    book = look.state.rules
    if not take:
        asked = replace(look.state, rules=rulebook.proposed(book, done.rule, done.proof.told, now))
        told = f"a rule that reads it was found: `feedbot repair {source.id}` shows it, with `--accept` it is taken"
        return _noted(replace(look, state=asked), told)
    pinned = book.pinned or source.rule is not None or _keys(done.found) != _keys(look.found)
    book = rulebook.repaired(book, done.rule, done.proof.told, now, pinned=pinned)
    state = replace(look.state, rules=book, way_url="", way_kind="auto")
    after = _taken(look, done.found, state, f"repaired, for {done.proof.told}", source, inbox)
    if len(after.known.harvest.new) > len(done.proof.fresh) + len(done.proof.older):
        return _noted(look, "not repaired: known items would come as new ones")
    return after


def _taken(look: Look, found: Extraction, state: SourceState, why: str, source: Source, inbox: Inbox) -> Look:
    """Return the look as the rule reads it: known items stay as they are, for what they say is told in another way."""
    known = recognised(usable(found.items), source, inbox, baseline=True)
    known, reread = _reread(known, inbox)
    fresh = known.harvest.new or known.harvest.changed
    return Look(
        page=look.page,
        found=found,
        sight=traits.sight(look.page, found, state.profile.elsewhere()),
        known=known,
        verdict=Diagnosis(
            health=Health.FRESH if fresh else Health.QUIET, evidence=(why, *found.evidence), settled=True
        ),
        state=state,
        reread=reread,
        mended=True,
    )


def _reread(known: Recognised, inbox: Inbox) -> tuple[Recognised, tuple[Item, ...]]:
    """Tell edits from known items of which a page only says another part now; those keep what is known of them."""
    changed = [one for one in known.harvest.changed if one.known is not None and not one.known.withdrawn]
    stored = inbox.latest([one.known.id for one in changed if one.known])
    reread: list[Item] = []
    edited = [one for one in known.harvest.changed if one not in changed]
    same = list(known.harvest.same)
    for one in changed:
        item = stored.get(one.known.id) if one.known else None
        if item is None or not _is_called(one.candidate.title, item.title):
            edited.append(one)
            continue
        reread.append(_told_anew(item, one))
        same.append(one)
    again = {name: item for name, item in known.again.items() if name not in {one.id for one in reread}}
    harvest = replace(known.harvest, changed=tuple(edited), same=tuple(same))
    return replace(known, harvest=harvest, again=again), tuple(reread)


def _told_anew(item: Item, find: Find) -> Item:
    """Return a known item as it is to be recognised from now on; what it says stays."""
    said = find.candidate
    url, guid = said.url or item.url, said.guid or item.guid
    return replace(item, url=url, guid=guid, keys=said.keys, digest=find.digest, revision=item.revision + 1)


def _is_called(title: str, known: str) -> bool:
    """Say whether two titles are one, or one of them the beginning of the other."""
    words, others = words_of(title), words_of(known)
    shorter = min(len(words), len(others))
    return shorter > 0 and words[:shorter] == others[:shorter]


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
