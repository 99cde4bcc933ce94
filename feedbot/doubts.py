"""Doubts: what speaks against believing a look at a source, held against what its good looks taught."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from feedbot.extract.traits import is_garbled
from feedbot.item import Extraction, moment
from feedbot.profile import PARTS, Part, Profile, Sight, is_rebuilt
from feedbot.sift import Find, Harvest
from feedbot.whereabouts import at_home

DAY = timedelta(days=1)
_LOST = {"link": "links", "date": "dates", "author": "authors", "category": "categories", "image": "pictures"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one look came to, before any of it is believed."""

    extraction: Extraction
    sight: Sight
    new: int = 0
    """Items that nothing known is the same as."""
    edited: int = 0
    """Known items that say something else."""
    fresh: int = 0
    """New items that are dated after the last good look, and not in the future."""
    astray: int = 0
    """New items that lead where none of the known ones does."""
    at_once: int = 0
    """New items that are dated the very same."""
    dated: int = 0
    """Known items of which a date is known, and listed."""
    redated: int = 0
    """Those of them that are listed with another day than is known."""
    garbled: int = 0
    """Of the new and the edited items, those whose words hold letters that were decoded wrongly."""
    dropped: datetime | None = None
    """When the newest of the known items was published that a short list does not show."""
    emptied: str = ""
    """By which evidence the page has no items any more, but is built as ever."""
    now: datetime

    @property
    def known(self) -> int:
        """Items that are known."""
        return self.sight.count - self.new


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """What a look is read with: the zone (IANA) that its dates are meant in; the rest is as in Finding."""

    timezone: str
    now: datetime
    emptied: str = ""
    dropped: datetime | None = None


def finding(extraction: Extraction, sight: Sight, harvest: Harvest, profile: Profile, clues: Clues) -> Finding:
    """Return what a look came to."""
    now = clues.now
    since = (profile.doubt.since if profile.doubt else profile.seen_at) or now
    dates = [moment(one.candidate.published, clues.timezone, now) for one in harvest.new]
    days = Counter(when for when, how in dates if how != "seen")
    dated, redated = _redated(harvest, clues.timezone, now)
    return Finding(
        extraction=extraction,
        sight=sight,
        new=len(harvest.new),
        edited=sum(not one.known.withdrawn for one in harvest.changed if one.known is not None),
        fresh=sum(how != "seen" and since - DAY <= when <= now + DAY for when, how in dates),
        astray=len(harvest.new) - len(at_home(harvest).new) if is_rebuilt(sight, profile) else 0,
        at_once=max(days.values(), default=0),
        dated=dated,
        redated=redated,
        garbled=sum(is_garbled(one.candidate) for one in (*harvest.new, *harvest.changed)),
        emptied=clues.emptied,
        dropped=clues.dropped,
        now=now,
    )


def _redated(harvest: Harvest, timezone: str, now: datetime) -> tuple[int, int]:
    """Return how many known items are listed with a date, and how many of those with another one than is known."""
    known: Sequence[Find] = (*harvest.same, *harvest.changed)
    pairs = [
        (moment(one.candidate.published, timezone, now)[0], one.known.published_at)
        for one in known
        if one.known is not None and one.known.dated != "seen" and one.candidate.published is not None
    ]
    return len(pairs), sum(abs(said - before) > 2 * DAY for said, before in pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What speaks against a look: `about` names it, `told` says it in words; what else it means as in Diagnosis."""

    about: str
    told: str
    holds: bool = True
    undated: bool = False
    astray: bool = False


def doubts(seen: Finding, profile: Profile) -> Iterator[Objection]:
    """Give what speaks against believing a look, the weightiest first; some of it only says what is wrong."""
    for about, doubt in _GRAVE:
        if told := doubt(seen, profile):
            yield Objection(about=about, told=told)
    for about, doubt in _SLIGHT:
        if told := doubt(seen, profile):
            yield Objection(about=about, told=told, holds=False, undated=doubt is _wrong_dates, astray=doubt is _astray)


def _words(seen: Finding, profile: Profile) -> str:
    """Doubt items that have lost what tells them apart: their titles or links."""
    lost = [part for part in PARTS[:2] if _is_lost(part, seen, profile, rest=0.3)]
    return _told_lost(lost, seen, profile) if lost else ""


def _dates(seen: Finding, profile: Profile) -> str:
    lost = _is_lost("date", seen, profile, rest=0.2)
    return _told_lost(["date"], seen, profile) if lost else ""


def _parts(seen: Finding, profile: Profile) -> str:
    """Doubt items that have lost a part that all had always; what few looks taught is not enough."""
    if profile.looks < 5 or seen.sight.count < 5:
        return ""
    usual = [part for part in PARTS[3:] if profile.fills.get(part, 0) >= 0.95]
    lost = [part for part in usual if _is_lost(part, seen, profile, rest=0.0)]
    return _told_lost(lost, seen, profile) if lost else ""


def _is_lost(part: Part, seen: Finding, profile: Profile, *, rest: float) -> bool:
    return seen.sight.count > 2 and profile.fills.get(part, 0) >= 0.8 and seen.sight.fills.get(part, 0) <= rest


def _told_lost(lost: Sequence[Part], seen: Finding, profile: Profile) -> str:
    has = seen.sight
    said = (f"{_LOST.get(part, part)}: {has.fills.get(part, 0) * has.count:.0f} of {has.count}" for part in lost)
    usual = ", ".join(f"{profile.fills[part]:.0%}" for part in lost)
    return f"{', '.join(said)} items have them; usual are {usual}"


def _few(seen: Finding, profile: Profile) -> str:
    """Doubt a list of under a third of the usual items, unless it begins anew with fresh ones."""
    count, usual = seen.sight.count, profile.usual
    if usual < 6 or count >= 0.3 * usual or count >= profile.least or _may_shrink(seen, profile, 7 * DAY):
        return ""
    return f"{count} items, where {usual:.0f} are usual"


def _half(seen: Finding, profile: Profile) -> str:
    """Doubt a list that is shorter by far than it ever was."""
    count, usual = seen.sight.count, profile.usual
    if usual < 6 or count > 0.6 * profile.least or _may_shrink(seen, profile, 2 * DAY):
        return ""
    return f"{count} items, where {usual:.0f} are usual and there were never under {profile.least}"


def _may_shrink(seen: Finding, profile: Profile, unseen: timedelta) -> bool:
    """Say whether a list may be short for good reason.

    It begins anew, was not looked at for long, is a folder, or shows what is not older than items ever were on it.
    """
    begun = seen.fresh and seen.fresh == seen.sight.count
    away = profile.seen_at is not None and seen.now - profile.seen_at > unseen
    aged = seen.dropped is not None and 0 < 0.9 * profile.age <= (seen.now - seen.dropped) / DAY
    return bool(begun) or away or aged or seen.sight.kind == "files"


def _strangers(seen: Finding, profile: Profile) -> str:
    """Doubt a list of which nothing is known, unless all of it is news."""
    count = seen.sight.count
    if seen.known or count < 3 or profile.kept < 0.3 or _is_news(seen, profile):
        return ""
    return f"none of the {count} items was ever seen here"


def _burst(seen: Finding, profile: Profile) -> str:
    """Doubt more new items at once than the source ever has, unless they are news by their dates."""
    gone = (seen.now - profile.seen_at) / DAY if profile.seen_at else 0.0
    usual = max(3.0, 3 * profile.rate * gone, 2 * (1 - profile.kept) * seen.sight.count)
    if seen.new <= usual or (seen.new <= 10 and seen.new <= seen.sight.count / 2) or _is_news(seen, profile):
        return ""
    return f"{seen.new} new items at once of {seen.sight.count}, where {usual / 3:.1f} might be expected"


def _is_news(seen: Finding, profile: Profile) -> bool:
    """Say whether the new items are dated as news is: of late, and not all the same where little else is known."""
    if seen.fresh < 0.7 * seen.new:
        return False
    together = seen.at_once >= 0.7 * seen.new and seen.new > 3 and profile.one_day < 0.5
    return not (together and seen.known < 0.2 * seen.sight.count)


def _letters(seen: Finding, profile: Profile) -> str:
    """Doubt words that were decoded wrongly, or sent so."""
    share, count = seen.sight.garbled, seen.sight.count
    if seen.garbled < 2 or share <= profile.garbled + 0.5 / count:
        return ""
    return f"letters are broken in {share * count:.0f} of {count} items, as in 'Ã¼' for 'ü'"


def _edits(seen: Finding, profile: Profile) -> str:
    """Doubt a list of which most items say something else at once."""
    if seen.edited < 5 or seen.edited < max(0.6, profile.edits + 0.3) * seen.known:
        return ""
    return f"{seen.edited} of {seen.known} known items say something else at once"


def _wrong_dates(seen: Finding, profile: Profile) -> str:
    """Doubt dates where most known items are listed with others than before."""
    together = seen.sight.one_day > 0.9 > profile.one_day + 0.2
    if seen.redated < 3 or (seen.redated < 0.5 * seen.dated and not together):
        return ""
    told = f"{seen.redated} of {seen.dated} known items are listed with another date than before"
    return f"{told}, all with the same" if together else told


def _astray(seen: Finding, profile: Profile) -> str:
    """Doubt new items of a page that was built anew, where they lead to other hosts or folders than all known ones."""
    if not (seen.astray and profile.looks):
        return ""
    return f"the page was built anew, and {seen.astray} new items lead where no known one does; they are left out"


_GRAVE = (
    ("words", _words),
    ("count", _few),
    ("strange", _strangers),
    ("new", _burst),
    ("letters", _letters),
    ("edits", _edits),
)
_SLIGHT = (("astray", _astray), ("dates", _dates), ("dates", _wrong_dates), ("parts", _parts), ("half", _half))
