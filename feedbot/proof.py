"""Proof: whether what a rule finds in a page is the list of news that is known, and nothing else with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from feedbot.item import Candidate, Item, moment, url_key
from feedbot.likeness import found_again
from feedbot.profile import Profile
from feedbot.whereabouts import strays
from feedbot.wording import words_of

DAY = timedelta(days=1)
FEW = 3
"""Fewer known items prove a list only where each is dated as it is known, and all else is."""
WORDS = 5
"""Titles that begin with so many of the same words are one."""
WHOLE = 0.7
"""Of the known items that are as new as those of a list, so many have to be in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What the items that a rule finds are, held against what is known; `count` are all of them."""

    count: int = 0
    same: int = 0
    """Known items, with the title and the day that are known of them."""
    retitled: tuple[str, ...] = ()
    redated: tuple[str, ...] = ()
    """Known items, by their titles, with another title or day than is known."""
    fresh: tuple[str, ...] = ()
    """Titles that are not known, of items that came since the last good look."""
    older: tuple[str, ...] = ()
    """Those of items that are older than all known ones that the list shows."""
    odd: tuple[str, ...] = ()
    """Those of items of which nothing explains why they were never seen."""
    dated: int = 0
    """Known items of which a day is known, and listed."""
    undated: int = 0
    """Known items of which a day is known, and not listed."""
    missing: int = 0
    """Known items that are as new as those that the list shows, and are not in it."""
    ordered: float = 1.0
    """The share of neighbours that stand in the order that is known."""

    @property
    def told(self) -> str:
        """What it shows, in words."""
        parts = [f"{self.same} known items are in it as they were"]
        parts += [f"{len(self.fresh)} came since"] if self.fresh else []
        parts += [f"{len(self.older)} are older than what is known"] if self.older else []
        return ", ".join(parts)


def matched(candidates: Sequence[Candidate], known: Sequence[Item], timezone: str) -> Mapping[int, Item]:
    """Return which candidates are known items, by their places: by their keys, or by what they say."""
    under: dict[str, Item] = {}
    for item in reversed(known):
        under |= {f"url:{url_key(item.url)}": item} if item.url else {}
        under |= {f"guid:{item.guid}": item} if item.guid else {}
    found: dict[int, Item] = {}
    taken = set()
    for place, one in enumerate(candidates):
        said = next((under[key] for key in one.keys if key in under), None)
        if said is not None and said.id not in taken:
            found[place] = said
            taken.add(said.id)
    left = [place for place in range(len(candidates)) if place not in found]
    missing = [item for item in known if item.id not in taken]
    again = found_again([candidates[place] for place in left], missing, lambda: [one.title for one in known], timezone)
    by_id = {item.id: item for item in missing}
    return found | {left[place]: by_id[item_id] for place, item_id in again.items()}


def proof(
    candidates: Sequence[Candidate], known: Sequence[Item], *, timezone: str, since: datetime, now: datetime
) -> Proof:
    """Hold what a rule finds against the `known` items, the newest first; `since` is when the last good look was."""
    found = matched(candidates, known, timezone)
    said = {place: moment(candidates[place].published, timezone, now) for place in range(len(candidates))}
    days = {place: when if how != "seen" else None for place, (when, how) in said.items()}
    dated = {p: item for p, item in found.items() if item.dated != "seen" and days[p] is not None}
    redated = [p for p, item in dated.items() if _apart(days[p], item.published_at) > DAY]
    retitled = [p for p, item in found.items() if not _same_title(candidates[p], item)]
    strangers = _strangers(found, days, since, now, redated)
    away = strays([candidates[place] for place in strangers["fresh"]], [candidates[place] for place in found])
    strangers["odd"] += [one for place, one in enumerate(strangers["fresh"]) if place in away]
    strangers["fresh"] = [one for one in strangers["fresh"] if one not in strangers["odd"]]
    titles = {kind: tuple(candidates[p].title for p in places) for kind, places in strangers.items()}
    return Proof(
        count=len(candidates),
        same=len({*found} - {*redated} - {*retitled}),
        retitled=tuple(candidates[p].title for p in retitled),
        redated=tuple(candidates[p].title for p in redated),
        dated=len(dated),
        undated=sum(item.dated != "seen" for item in found.values()) - len(dated),
        missing=_missing(found, known),
        ordered=_ordered(found, known),
        fresh=titles["fresh"],
        older=titles["older"],
        odd=titles["odd"],
    )


def _apart(one: datetime | None, other: datetime) -> timedelta:
    return abs(one - other) if one is not None else timedelta()


def _same_title(candidate: Candidate, item: Item) -> bool:
    """Say whether an item is called as it is known; one of both titles may be cut, or run on into what follows."""
    one, other = words_of(candidate.title.rstrip(" .…")), words_of(item.title.rstrip(" .…"))
    shorter = min(len(one), len(other))
    return one == other or (shorter >= WORDS and one[:shorter] == other[:shorter])


def _strangers(
    found: Mapping[int, Item],
    days: Mapping[int, datetime | None],
    since: datetime,
    now: datetime,
    redated: Sequence[int],
) -> dict[str, list[int]]:
    """Sort what is not known by why that may be; by their places where nothing is dated."""
    kinds: dict[str, list[int]] = {"fresh": [], "older": [], "odd": []}
    if not found:
        return kinds | {"odd": [*days]}
    first, last = min(found), max(found)
    oldest = (
        min(item.published_at for place, item in found.items() if place not in redated)
        if len(found) > len(redated)
        else now
    )
    listless = sum(day is not None for day in days.values()) * 2 < len(days)
    for place, day in days.items():
        if place in found:
            continue
        if day is None:
            kind = "fresh" if listless and place < first else "older" if listless and place > last else "odd"
        elif since - DAY <= day <= now + DAY:
            kind = "fresh"
        else:
            kind = "older" if day <= oldest else "odd"
        kinds[kind].append(place)
    return kinds


def _missing(found: Mapping[int, Item], known: Sequence[Item]) -> int:
    """Return how many known items are as new as those that were found, and were not; the oldest may be pinned."""
    ranks = {item.id: rank for rank, item in enumerate(known)}
    places = sorted(ranks[item.id] for item in found.values())
    kept = places[: len(places) - len(places) // 5]
    return kept[-1] + 1 - len(kept) if kept else 0


def _ordered(found: Mapping[int, Item], known: Sequence[Item]) -> float:
    ranks = {item.id: rank for rank, item in enumerate(known)}
    places = [ranks[found[place].id] for place in sorted(found)]
    return sum(one < other for one, other in pairwise(places)) / (len(places) - 1) if len(places) > 1 else 1.0


def objection(seen: Proof, profile: Profile, gone: timedelta) -> str:
    """Return what speaks against a list that a rule finds, in words; `""` where it is proved to be the news.

    `gone` is how long ago the last good look was.
    """
    return next((told for check in _CHECKS if (told := check(seen, profile, gone))), "")


def _known(seen: Proof, _profile: Profile, _gone: timedelta) -> str:
    strange = len(seen.fresh) + len(seen.older)
    if seen.same < 2 or (seen.same < FEW and (seen.dated < seen.same or seen.ordered < 1)):
        return f"only {seen.same} of {seen.count} are known"
    if not seen.dated and seen.same < max(FEW, strange):
        return f"only {seen.same} of {seen.count} are known, and nothing is dated"
    return ""


def _at_odds(seen: Proof, _profile: Profile, _gone: timedelta) -> str:
    all_known = seen.same + len({*seen.retitled, *seen.redated})
    for wrong, what in ((seen.retitled, "titles"), (seen.redated, "dates")):
        if len(wrong) > all_known // 6:
            return f"{len(wrong)} of {all_known} known items have other {what} in it"
    return ""


def _odd(seen: Proof, _profile: Profile, _gone: timedelta) -> str:
    return f"{len(seen.odd)} items are in it that nobody knows, such as {seen.odd[0]!r}" if seen.odd else ""


def _other_list(seen: Proof, _profile: Profile, _gone: timedelta) -> str:
    """Doubt a list that leaves out known items as new as its own: the most read, or older news."""
    shown = seen.same + len(seen.retitled)
    if seen.missing > 0.5 * shown or shown < WHOLE * (shown + seen.missing):
        return f"{seen.missing} known items that are as new are not in it"
    return ""


def _dateless(seen: Proof, profile: Profile, _gone: timedelta) -> str:
    """Doubt a list that has lost its dates, where little else proves it."""
    if seen.undated > 0.3 * (seen.dated + seen.undated) and (seen.same < 5 or seen.same < 0.6 * seen.count):
        return f"{seen.undated} known items have lost their dates in it"
    proved = seen.dated >= 5 and seen.same >= 0.6 * seen.count
    return "" if proved or profile.ordered < 0.8 or seen.ordered >= 0.6 else "its order is another one"


def _flood(seen: Proof, profile: Profile, gone: timedelta) -> str:
    """Doubt more that is new than the source ever has."""
    usual = max(5.0 if seen.dated else 3.0, 4 * profile.rate * (gone / DAY))
    if len(seen.fresh) > usual:
        return f"{len(seen.fresh)} items are new in it, where {usual / 4:.1f} might be expected"
    older = len(seen.older)
    return f"{older} older items come with it" if older > max(40, 4 * seen.same) else ""


_CHECKS = (_known, _at_odds, _odd, _other_list, _dateless, _flood)
