"""Weigh ways in to the news against each other, by what they yielded."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import get_args
from urllib.parse import urlsplit

from feedbot.extract.ways import COMMENTS, Way
from feedbot.item import Candidate, Extraction, Json, moment, rfc3339, url_key
from feedbot.source import Told

TRUST = {
    "feed": 1.0,
    "jsonld": 0.8,
    "json": 0.75,
    "sitemap": 0.6,
    "state": 0.55,
    "microdata": 0.5,
    "hfeed": 0.5,
    "listing": 0.45,
}
"""How far each kind is trusted once it has answered: what is made to be read by machines goes first."""
EMBEDDED = frozenset(get_args(Told))
STALE = timedelta(days=60)
"""A way whose newest item is older than another's by more than this was left behind."""
ELSEWHERE = 0.34
"""A way that shares less of its newest items with the page is about something else."""
UNSURE = 0.5
"""A list of the page that is less sure than this is not the only measure."""
MANY = 0.6
"""So large a share of items that are linked from the page belongs to it, whatever list of it was taken for the news."""
FEW = 3
"""So few items of a page prove nothing about others."""

_COMMENT_TITLE = re.compile(
    r"(?:by:|comments? (?:on|by|from)|re:|kommentar (?:von|zu)|commentaires? sur|comentario)", re.IGNORECASE
)
_COMMENT_PLACE = re.compile(r"#(?:comment|respond|reply|c\d)", re.IGNORECASE)
_NO_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A way in, and what came of trying it. Shares are in [0, 1]."""

    way: Way
    found: Extraction | None = None
    """What it yielded; None where it could not be read."""
    dated: float = 0.0
    """The share of its items that have a date."""
    newest: datetime | None = None
    """When its newest item was published, aware UTC."""
    agreement: float | None = None
    """The share of its newest items that the page shows too; None where that cannot be told."""
    worth: float = 0.0
    """How good a way it is, in [0, 1]; the best is chosen."""
    fit: bool = False
    """Whether it may be chosen at all."""
    reason: str = ""
    """In words, why it is where it is."""

    def to_json(self) -> Json:
        """Return it for `feedbot preview --json`; absent values are left out."""
        said = {
            "kind": self.way.kind,
            "url": self.way.url,
            "why": self.way.why,
            "items": len(self.found.items) if self.found else None,
            "dated": round(self.dated, 2) if self.found else None,
            "newest": rfc3339(self.newest),
            "agreement": None if self.agreement is None else round(self.agreement, 2),
            "worth": round(self.worth, 2),
            "fit": self.fit,
            "reason": self.reason,
        }
        return {name: value for name, value in said.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the page itself shows, which other ways are held against."""

    url: str
    listing: Extraction
    links: frozenset[str]
    """What tells the targets of all its links from each other (see item.url_key)."""

    @property
    def front(self) -> bool:
        """Whether it is the first page of a site: all of the site is its subject."""
        return len([part for part in urlsplit(self.url).path.split("/") if len(part) > 3]) == 0


def failed(way: Way, why: str) -> Tried:
    """Return a way that could not be read."""
    return Tried(way=way, reason=why)


def tried(way: Way, found: Extraction, shown: Shown, now: datetime) -> Tried:
    """Return what a way yielded, in figures. Dates after `now` (aware UTC) by more than a day count as none."""
    if not found.items:
        return Tried(way=way, found=found, reason="; ".join(found.evidence) or "it has no items")
    one = Tried(
        way=way,
        found=found,
        dated=sum(item.published is not None for item in found.items) / len(found.items),
        newest=_newest(found.items, now),
        agreement=_self_agreement(found) if way.kind == "listing" else agreement(found.items, shown),
        fit=True,
    )
    one = replace(one, worth=_worth(one, found, shown))
    if doubt := way.doubt or _doubt(one, found):
        return replace(one, fit=False, reason=doubt)
    return replace(one, reason=_figures(one, found))


def ranked(ways: Iterable[Tried]) -> tuple[Tried, ...]:
    """Return the ways, the best first; one that was left behind by another that fits is fit no more."""
    every = list(ways)
    freshest = max((one.newest for one in every if one.fit and one.newest), default=None)
    judged = [_stale(one, freshest) for one in every]
    return tuple(sorted(judged, key=lambda one: (not one.fit, -one.worth, -one.way.trust)))


def agreement(items: Sequence[Candidate], shown: Shown) -> float | None:
    """Return the share of the newest of `items` that the page shows, by address or title; None where that is unknown.

    The list that the page shows is the measure. All its links are, a little less, where that list is short, unsure or
    another one, and where the page is the first of its site. A page that shows neither proves nothing.
    """
    listed = shown.listing.items
    some = [url_key(item.url) for item in items[:10] if item.url]
    by_link = sum(key in shown.links for key in some) / len(some) if some else 0.0
    if len(listed) <= FEW:
        return by_link or None
    by_list = _shared(items, listed)
    if shown.front or shown.listing.confidence < UNSURE:
        return max(by_list, by_link)
    return max(by_list, 0.8 * by_link if by_link >= MANY else 0.0)


def _shared(items: Sequence[Candidate], listed: Sequence[Candidate]) -> float:
    keys = {url_key(one.url) for one in listed if one.url} | {_letters(one.title) for one in listed if one.title}
    some = items[: max(1, len(listed) * 3 // 2)]
    both = sum((bool(one.url) and url_key(one.url) in keys) or _letters(one.title) in keys for one in some)
    return min(1.0, both / min(len(some), len(listed)))


def _letters(title: str) -> str:
    return _NO_LETTER.sub("", title).casefold()


def _self_agreement(found: Extraction) -> float:
    return found.confidence


def _newest(items: Iterable[Candidate], now: datetime) -> datetime | None:
    said = (moment(item.published or item.updated, "UTC", now) for item in items if item.published or item.updated)
    return max((when for when, _ in said if when <= now + timedelta(days=1)), default=None)


def _worth(one: Tried, found: Extraction, shown: Shown) -> float:
    count = len(found.items)
    sound = sum(bool(item.title and item.url) for item in found.items) / count
    if one.way.kind == "sitemap" and not one.dated:
        sound *= 0.5  # its titles are made of addresses
    rich = sum(bool(item.summary or item.content_html or item.image) for item in found.items) / count
    covered = min(1.0, count / min(10, len(shown.listing.items) or 5))
    agreed = 0.5 if one.agreement is None else one.agreement
    return sound * (0.3 * TRUST.get(one.way.kind, 0.3) + 0.2 * one.dated + 0.15 * covered + 0.3 * agreed + 0.05 * rich)


def _doubt(one: Tried, found: Extraction) -> str:
    """Say why what a way yielded is not the news of the page, `""` where nothing speaks against it."""
    if one.way.kind in EMBEDDED and len(found.items) == 1:
        return "it holds a single item, no list"
    if _of_comments(found):
        return "it holds comments of readers, not the news"
    if one.agreement is not None and one.agreement < ELSEWHERE and one.way.kind != "listing":
        return f"it is about something else: {one.agreement:.0%} of its newest items are on the page"
    return ""


def _of_comments(found: Extraction) -> bool:
    items = found.items[:20]
    told = sum(bool(_COMMENT_PLACE.search(item.url) or _COMMENT_TITLE.match(item.title)) for item in items)
    return told * 2 > len(items) or (bool(COMMENTS.search(found.title)) and told > 0)


def _stale(one: Tried, freshest: datetime | None) -> Tried:
    if not one.fit or one.newest is None or freshest is None or freshest - one.newest <= STALE:
        return one
    return replace(
        one, fit=False, reason=f"left behind: its newest is of {one.newest:%Y-%m-%d}, another's of {freshest:%Y-%m-%d}"
    )


def _figures(one: Tried, found: Extraction) -> str:
    dated = "all dated" if one.dated == 1 else "none dated" if not one.dated else f"{one.dated:.0%} dated"
    said = [f"{len(found.items)} items", dated]
    if one.newest is not None:
        said.append(f"the newest of {one.newest:%Y-%m-%d}")
    if one.agreement is not None and one.way.kind != "listing":
        said.append(f"{one.agreement:.0%} of its newest are on the page")
    return ", ".join(said)
