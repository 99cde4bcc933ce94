"""What a check's outcome means: what one look came to, held against what the source's good looks taught."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from feedbot.doubts import Clues, Finding, doubts, finding
from feedbot.errors import ExtractError, FetchError, Unwelcome
from feedbot.extract import traits
from feedbot.item import Extraction
from feedbot.page import Page
from feedbot.profile import Doubt, Profile, Sight, alike
from feedbot.sift import Harvest
from feedbot.source import TROUBLE, Health, Source, SourceState

DAY = timedelta(days=1)
AGREE = 3
"""So many looks in a row have to show the same before a page that was rebuilt is taken as it is now..."""
SETTLE = {
    "new": DAY,
    "strange": 3 * DAY,
    "count": DAY,
    "edits": DAY,
    "letters": 3 * DAY,
    "parts": DAY,
    "half": DAY,
    "astray": 3 * DAY,
    "dates": DAY,
}
"""... and so long after the first of them, by what is doubted; what is not named here stays in doubt."""
FEW = 2
"""A list that is so short may be empty at the next look."""
MACHINES = frozenset({"feed", "json", "sitemap", "files"})
"""Kinds of pages that are not for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The state that a look found a source in. `evidence` says in words what that rests on.

    Where it `holds`, nothing that was seen is believed: items are kept, feeds are left as they are, nothing is sent.
    `about` names what is doubted, for looks to agree on; `settled` says that so many did that it is now believed, and
    only what is dated after the last good look is news. `undated` says that the dates are not to be believed, `astray`
    that new items which lead where no known one does are not.
    """

    health: Health
    evidence: tuple[str, ...] = ()
    holds: bool = False
    about: str = ""
    settled: bool = False
    undated: bool = False
    astray: bool = False

    @property
    def told(self) -> str:
        """The evidence in one line."""
        return "; ".join(self.evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One look at a page: what was understood of it, and how that compares with what is known."""

    page: Page
    found: Extraction
    sight: Sight
    harvest: Harvest
    missing: Callable[[], Sequence[datetime]]
    """Gives when the newest of the known items were published that are not listed."""


def examine(look: Seen, source: Source, state: SourceState, now: datetime) -> Diagnosis:
    """Return the state that a look found its source in."""
    profile, baseline, sight = state.profile, state.baseline_at is not None, look.sight
    lost = baseline and len(look.harvest.new) == len(look.found.items) and sight.kind not in MACHINES
    emptied = (traits.emptied(look.page, profile) or _ran_out(profile)) if lost else ""
    short = baseline and 0 < sight.count < profile.least
    dropped = max(look.missing(), default=None) if short else None
    clues = Clues(timezone=source.timezone, now=now, emptied=emptied, dropped=dropped)
    return judge(finding(look.found, sight, look.harvest, profile, clues), profile, baseline=baseline)


def _ran_out(profile: Profile) -> str:
    """Return that a list has none of its last items left, where it was down to so few."""
    last = profile.counts[-1] if profile.counts else 0
    return f"the list was down to {last} of its items, and shows none of them now" if 0 < last <= FEW else ""


def unread(error: FetchError | ExtractError) -> Diagnosis:
    """Return the state of a source that gave no answer, or one of which nothing can be understood."""
    there = isinstance(error, ExtractError | Unwelcome)
    health = Health.BLOCKED if there else Health.DOWN
    return Diagnosis(health=health, evidence=(str(error),), holds=True)


def learned(profile: Profile, sight: Sight, harvest: Harvest, verdict: Diagnosis, now: datetime) -> Profile:
    """Return what is known of a source after a look whose items are believed: only good ones teach."""
    if verdict.about:
        return profile.doubted(verdict.about, now)
    if not sight.count or verdict.health is Health.EMPTY:
        return replace(profile, doubt=None)
    before = profile.elsewhere() if verdict.settled else profile
    return before.learned(sight, new=len(harvest.new), edited=len(harvest.changed), now=now)


def judge(seen: Finding, profile: Profile, *, baseline: bool) -> Diagnosis:
    """Return the state of a source after a look; `baseline` says whether its items were ever stored.

    What a page says of itself goes first; then what was learned of it. What has been doubted in the same way for
    so long that it is how the page is now is settled (see SETTLE).
    """
    by_itself = _by_itself(seen, profile, baseline=baseline)
    if by_itself is not None:
        return by_itself
    found = next(doubts(seen, profile), None) if baseline and profile.looks else None
    evidence = seen.extraction.evidence
    if found is None:
        return Diagnosis(health=_moved(seen), evidence=evidence)
    told = (found.told, *evidence)
    if profile.doubt is not None and _agreed(found.about, profile.doubt, seen.now):
        settled = _why_settled(profile.doubt)
        return Diagnosis(health=_moved(seen), evidence=(settled, *told), settled=True, undated=found.undated)
    return Diagnosis(
        health=Health.CHANGED,
        evidence=told,
        holds=found.holds,
        about=found.about,
        undated=found.undated,
        astray=found.astray,
    )


def _by_itself(seen: Finding, profile: Profile, *, baseline: bool) -> Diagnosis | None:
    """Return what a page shows that has no items, or says itself what is wrong with it."""
    found, evidence = seen.extraction, seen.extraction.evidence
    if baseline and _is_cut(seen, profile):
        cut = f"the page breaks off: it does not end as it always did; it shows {seen.sight.count} items"
        return Diagnosis(health=Health.DOWN, evidence=(cut, *evidence), holds=True, about="cut off")
    if seen.emptied and found.health is not Health.BLOCKED:
        return Diagnosis(health=Health.EMPTY, evidence=(seen.emptied, _usual(profile)), holds=True)
    if found.health in TROUBLE:
        return Diagnosis(health=found.health, evidence=evidence, holds=True, about=str(found.health))
    if baseline and profile.kind in MACHINES and seen.sight.kind != profile.kind and seen.known < 1:
        other = f"what was a page of the kind {profile.kind} is one of the kind {seen.sight.kind} now"
        return Diagnosis(health=Health.BLOCKED, evidence=(other, *evidence), holds=True, about="kind")
    return None if found.items else _without_items(seen, profile, baseline=baseline)


def _is_cut(seen: Finding, profile: Profile) -> bool:
    """Say whether a page breaks off that is built as before and always ended as such pages do."""
    always = profile.whole > 0.9 and profile.looks > 1
    return always and not seen.sight.whole and alike(seen.sight.marks, profile.marks) >= 0.3


def _without_items(seen: Finding, profile: Profile, *, baseline: bool) -> Diagnosis:
    """Tell a page that has nothing to show from one that was built anew."""
    told = seen.extraction.evidence or ("the page shows no items",)
    if not baseline:
        return Diagnosis(health=Health.EMPTY, evidence=told)
    told = (*told, _usual(profile))
    if seen.extraction.no_list:
        return Diagnosis(health=Health.CHANGED, evidence=told, holds=True, about="gone")
    return Diagnosis(health=Health.EMPTY, evidence=told)


def _usual(profile: Profile) -> str:
    return f"{profile.usual:.0f} items are usual" if profile.counts else "items were here before"


def _moved(seen: Finding) -> Health:
    return Health.FRESH if seen.new or seen.edited else Health.QUIET


def _why_settled(doubt: Doubt) -> str:
    if doubt.accepted:
        return "accepted as it is now"
    return f"like this since {doubt.since:%Y-%m-%d %H:%M} UTC, so this is how it is now"


def _agreed(about: str, doubt: Doubt, now: datetime) -> bool:
    """Say whether looks have agreed on a doubt for so long that it is none, or the operator says that it is none."""
    if doubt.about != about or about not in SETTLE:
        return False
    return doubt.accepted or (doubt.looks + 1 >= AGREE and now - doubt.since >= SETTLE[about])
