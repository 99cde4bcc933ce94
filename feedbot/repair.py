"""Repair: find the rule by which a page that was built anew yields what is known, with proof, or say why not."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from feedbot.extract import embedded
from feedbot.extract.byrule import Picked
from feedbot.extract.document import Document, open_document
from feedbot.extract.links import Survey
from feedbot.extract.listing import title_of
from feedbot.extract.moments import Reading
from feedbot.extract.parts import dressed
from feedbot.extract.regain import rules_that_find
from feedbot.item import Candidate, Extraction, Item
from feedbot.page import Page
from feedbot.profile import Profile
from feedbot.proof import Proof, matched, objection, proof
from feedbot.sift import usable
from feedbot.source import DataRule, ListingRule

TRIED = 40
"""So many rules are tried for one page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a page is to be held against: `known` items, the newest first, and how they were read so far."""

    known: Sequence[Item]
    since: datetime
    """When the last good look was, aware UTC."""
    now: datetime
    before: ListingRule | None = None
    """The rule that an operator wrote, or the last one that was proved."""
    profile: Profile = field(default_factory=Profile)
    fields: Mapping[str, str] = field(default_factory=dict)
    timezone: str = "UTC"
    language: str | None = None
    refused: Collection[ListingRule] = ()
    """Rules that the operator took back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """A rule that finds the known items again, what it finds, and what proves it."""

    rule: ListingRule | DataRule
    found: Extraction
    proof: Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why no rule was good enough, in words for the operator."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Try:
    rule: ListingRule
    items: tuple[Candidate, ...]
    proof: Proof
    objection: str

    @property
    def worth(self) -> tuple[int, int, int]:
        """What tells the better of two rules that are proved: more of what is known, more news, names not places."""
        size = len(self.rule.item)
        return self.proof.same, len(self.proof.fresh), -size if "." in self.rule.item else size - 1000


def repair(page: Page, case: Case) -> Repair | Refusal:
    """Return the rule by which `page` shows what is known, where one is proved; otherwise why none is."""
    document = open_document(page)
    survey = Survey(document)
    language = case.language or document.language
    reading = Reading(language=language, timezone=case.timezone, now=page.fetched_at)
    tries = list(_tries(survey, reading, case))
    good = [one for one in tries if not one.objection]
    if not good:
        return _by_data(page, document, reading, case) or Refusal(reason=_why_none(tries))
    best = max(good, key=lambda one: one.worth)
    if others := _left_out(best, good):
        return Refusal(reason=f"two lists could be the news: one at {best.rule.item!r}, and one with {others[0]!r}")
    evidence = (f"{len(best.items)} items at {best.rule.item!r}", best.proof.told)
    found = Extraction(
        url=page.url,
        kind="listing",
        title=title_of(document),
        language=document.language,
        rule=best.rule,
        items=best.items,
        confidence=round(min(0.99, 0.5 + best.proof.same / 40), 2),
        evidence=evidence,
    )
    return Repair(rule=best.rule, found=found, proof=best.proof)


def _by_data(page: Page, document: Document, reading: Reading, case: Case) -> Repair | None:
    """Return what a page tells machines, where that is proved to be the news and its lists are not."""
    for kind in embedded.kinds_in(document):
        found = embedded.read(page, DataRule(kind=kind), reading)
        items = usable(found.items)
        seen = proof(items, case.known, timezone=case.timezone, since=case.since, now=case.now)
        if items and not objection(seen, case.profile, case.now - case.since):
            told = replace(found, items=items, evidence=(*found.evidence, seen.told))
            return Repair(rule=DataRule(kind=kind), found=told, proof=seen)
    return None


def _tries(survey: Survey, reading: Reading, case: Case) -> Iterator[_Try]:
    def match(items: Sequence[Candidate]) -> Mapping[int, Item]:
        return matched(items, case.known, case.timezone)

    rules = [rule.item for rule in rules_that_find(case.known, survey, reading)]
    if case.before:
        rules.insert(0, case.before.item)
    unwanted = [rule.item for rule in case.refused]
    lists = {item: dressed(item, case.before, survey, reading, case.fields, match) for item in unwanted}
    shown = {_shown(picked) for _, picked in lists.values()}
    for item in list(dict.fromkeys(rules))[:TRIED]:
        rule, picked = lists.get(item) or dressed(item, case.before, survey, reading, case.fields, match)
        if _shown(picked) not in shown:
            yield _tried(rule, picked, case)


def _shown(picked: Picked) -> frozenset[tuple[str, ...]]:
    """Return what a list shows: two rules that show the same are one and the same to who refused the first."""
    return frozenset(one.keys for one in usable(picked.items))


def _tried(rule: ListingRule, picked: Picked, case: Case) -> _Try:
    items = usable(picked.items)
    seen = proof(items, case.known, timezone=case.timezone, since=case.since, now=case.now)
    return _Try(rule=rule, items=items, proof=seen, objection=objection(seen, case.profile, case.now - case.since))


def _left_out(best: _Try, good: Sequence[_Try]) -> list[str]:
    """Return the titles of news that other good rules find and the best one does not."""
    own = {item.title for item in best.items}
    return [title for one in good for title in one.proof.fresh if title not in own]


def _why_none(tries: Sequence[_Try]) -> str:
    if not any(one.proof.same for one in tries):
        return "no list of the page shows anything that is known"
    best = max(tries, key=lambda one: (one.proof.same, -len(one.proof.odd), -len(one.rule.item)))
    return f"the list at {best.rule.item!r} is not taken: {best.objection}"


def difference(before: ListingRule | None, after: ListingRule) -> tuple[str, ...]:
    """Return how two rules differ, a line for each part, `-` before what goes and `+` before what comes."""
    lines: list[str] = []
    for name in (one.name for one in fields(ListingRule) if one.name != "kind"):
        old, new = (getattr(before, name) if before else ""), getattr(after, name)
        if old == new:
            lines += [f"  {name}: {new}"] if new else []
        else:
            lines += [f"- {name}: {old}"] if old else []
            lines += [f"+ {name}: {new}"] if new else []
    return tuple(lines)
