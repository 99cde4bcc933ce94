"""Profile: what is learned of a source from its good looks, and what one look shows, both in figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from statistics import median
from typing import Literal, TypedDict

Part = Literal["title", "link", "date", "summary", "image", "author", "category"]
PARTS: tuple[Part, ...] = ("title", "link", "date", "summary", "image", "author", "category")
"""What an item may have, of which the share of items that do is learned."""
WINDOW = 30
"""So many counts of items are kept."""
WEIGHT = 0.2
"""What the latest look weighs in a share that is learned."""
SOON = timedelta(hours=1)
"""Looks that follow one another sooner say nothing of how much is published in a day."""
SLIGHT = frozenset({"astray", "dates", "parts", "half"})
"""What is doubted of a page whose items are believed all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What one look at a page shows, before anything of it is believed. Shares are in [0, 1]."""

    kind: str = ""
    """How the page was read (see source.Kind)."""
    count: int = 0
    """How many items it shows."""
    fills: Mapping[str, float] = field(default_factory=dict)
    """The share of items that have a part (see PARTS)."""
    ordered: float | None = None
    """The share of neighbours of which the newer stands first; None where under three have a date."""
    one_day: float = 0.0
    """The share of dated items that have the commonest day."""
    oldest: date | None = None
    """The day of the oldest item that has a date."""
    garbled: float = 0.0
    """The share of items whose words hold letters that were decoded wrongly."""
    place: str = ""
    """Where the items stand, as a selector; empty where the kind of page has but one place."""
    holder: str = ""
    """What holds them, as a selector; empty where nothing names it."""
    marks: tuple[int, ...] = ()
    """The fingerprint of how the page is built: a sample of its tags with their classes (see `alike`)."""
    whole: bool = True
    """Whether the page ends as such pages do, so that nothing was cut off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Why the looks of late are not believed: what about, since when (aware UTC), and how many looks agree on it."""

    about: str
    since: datetime
    looks: int = 1
    accepted: bool = False
    """Whether the operator says that the page is right as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the good looks at a source came to; `looks` of 0 says that nothing is known yet."""

    looks: int = 0
    kind: str = ""
    counts: tuple[int, ...] = ()
    """Of the latest looks, the last one at the end."""
    fills: Mapping[str, float] = field(default_factory=dict)
    ordered: float = 0.0
    one_day: float = 0.0
    age: float = 0.0
    """How many days old the oldest items were, at most of late; 0 where nothing has a date."""
    garbled: float = 0.0
    kept: float = 1.0
    """The share of items that were known before."""
    rate: float = 0.0
    """New items a day."""
    place: str = ""
    holder: str = ""
    marks: tuple[int, ...] = ()
    whole: float = 0.0
    edits: float = 0.0
    """The share of known items that say something else at a look."""
    seen_at: datetime | None = None
    """From when on new items are counted, aware UTC: that of the last good look, but for those that follow it soon."""
    came: int = 0
    """New items since then."""
    doubt: Doubt | None = None
    """What is doubted of late; None while all is well."""

    @property
    def usual(self) -> float:
        """How many items there usually are."""
        return median(self.counts) if self.counts else 0

    @property
    def least(self) -> int:
        """The fewest items of the latest good looks."""
        return min(self.counts, default=0)

    def elsewhere(self) -> "Profile":
        """Return what is left of it where the same news is to be read in another way."""
        known = Profile(kept=self.kept, rate=self.rate, seen_at=self.seen_at, came=self.came, doubt=self.doubt)
        return replace(known, looks=min(self.looks, 1))

    def accepted(self) -> "Profile":
        """Return the profile once the operator says that the page is right as it is, whatever is doubted of it."""
        return replace(self, doubt=replace(self.doubt, accepted=True)) if self.doubt else self

    def doubted(self, about: str, now: datetime) -> "Profile":
        """Return the profile after a look that is not believed; nothing is learned of it."""
        before = self.doubt
        if before is not None and before.about == about:
            return replace(self, doubt=replace(before, looks=before.looks + 1))
        return replace(self, doubt=Doubt(about=about, since=now))

    def learned(self, sight: Sight, *, new: int, edited: int, now: datetime) -> "Profile":
        """Return the profile after a good look; the first one sets every figure."""
        first = not self.looks
        share = 1.0 if first else WEIGHT
        known = sight.count - new
        return Profile(
            looks=self.looks + 1,
            kind=sight.kind,
            counts=(*self.counts, sight.count)[-WINDOW:],
            fills={part: _mixed(self.fills.get(part, 0.0), sight.fills.get(part, 0.0), share) for part in PARTS},
            ordered=self.ordered if sight.ordered is None else _mixed(self.ordered, sight.ordered, share),
            one_day=_mixed(self.one_day, sight.one_day, share),
            age=max(_age(sight, now), round(0.98 * self.age, 2)),
            garbled=_mixed(self.garbled, sight.garbled, share),
            kept=self.kept if first or not sight.count else _mixed(self.kept, known / sight.count, WEIGHT),
            edits=self.edits if first or not known else _mixed(self.edits, edited / known, WEIGHT),
            place=sight.place,
            holder=sight.holder,
            marks=sight.marks,
            whole=_mixed(self.whole, float(sight.whole), share),
            **self._paced(new, now),
        )

    def _paced(self, new: int, now: datetime) -> "_Pace":
        """Return how much is published, as far as this look tells."""
        if self.seen_at is None:
            return {"rate": self.rate, "seen_at": now, "came": 0}
        gone, came = now - self.seen_at, self.came + new
        if gone < SOON:
            return {"rate": self.rate, "seen_at": self.seen_at, "came": came}
        share = min(1.0, WEIGHT * max(1.0, gone / timedelta(days=1)))
        return {"rate": _mixed(self.rate, came / (gone / timedelta(days=1)), share), "seen_at": now, "came": 0}


class _Pace(TypedDict):
    rate: float
    seen_at: datetime
    came: int


def is_rebuilt(sight: Sight, profile: Profile) -> bool:
    """Say whether the items of a page stand in another place of it than before."""
    return bool(profile.looks and sight.place) and sight.place != profile.place


def alike(one: Sequence[int], other: Sequence[int]) -> float:
    """Return how alike two pages are built, by their fingerprints: 0 for not at all, 1 for the same tags and classes.

    A fingerprint is the least few of the digests of all tags, so the least of both together are what both could hold.
    """
    if not one or not other:
        return 0.0
    both = sorted({*one, *other})[: max(len(one), len(other))]
    return len({*both} & {*one} & {*other}) / len(both)


def _age(sight: Sight, now: datetime) -> float:
    return float((now.date() - sight.oldest).days) if sight.oldest else 0.0


def _mixed(before: float, now: float, share: float) -> float:
    return round(before + (now - before) * share, 4)
