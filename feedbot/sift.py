"""Candidates and what is known -> what is new, what changed, what was seen before."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import combinations
from urllib.parse import urlsplit

from feedbot.item import Candidate, Dated, Item, Known, digest, item_id, moment, url_key
from feedbot.source import Source
from feedbot.wording import overlap, plain, words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """A candidate worth storing; `rank` is its place on the page, `known` the item that it is a new state of."""

    candidate: Candidate
    rank: int
    digest: str
    known: Known | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """What one look at a source brought."""

    new: tuple[Find, ...] = ()
    changed: tuple[Find, ...] = ()
    same: tuple[Find, ...] = ()
    """What says the same as before."""

    @property
    def seen(self) -> int:
        """How many say the same as before."""
        return len(self.same)

    def undated(self) -> "Harvest":
        """Return it without the dates of what is new, where they are not to be believed."""
        said = (replace(one.candidate, published=None, updated=None) for one in self.new)
        new = (replace(one, candidate=candidate) for one, candidate in zip(self.new, said, strict=True))
        return replace(self, new=tuple(new))


def usable(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return the candidates that can be recognised again, each once.

    A GUID or a link that several have which are not one tells nothing: they are told apart by what is left, the
    last by their titles.
    """
    guids, links = defaultdict(list), defaultdict(list)
    for one in candidates:
        guids[one.guid].append(one)
        links[url_key(one.url)].append(one)
    shared = {guid for guid, many in guids.items() if guid and len(many) > 1 and _is_shared(many)}
    crowded = {link for link, many in links.items() if link and _is_crowded(many, shared)}
    once: dict[str, Candidate] = {}
    for one in candidates:
        told = _told_apart(one, shared, crowded)
        for key in told.keys[:1]:
            once.setdefault(key, told)
    return tuple(once.values())


def clashes(candidates: Sequence[Candidate], told: Sequence[Candidate]) -> str:
    """Say in words what of `candidates` could not be told apart by its id and link; `told` are the `usable` ones."""
    keyed = [one for one in candidates if one.keys]
    twice = len(keyed) - len(told)
    guids = sum(bool(one.guid) for one in keyed) - sum(bool(one.guid) for one in told) - twice
    apart = max(guids, 0) + sum(bool(one.told_by) for one in told)
    parts = (f"{twice} stand twice" if twice else "", f"{apart} share an id or a link with others" if apart else "")
    return ", ".join(part for part in parts if part)


def _is_shared(many: Sequence[Candidate]) -> bool:
    """Say whether candidates with one GUID are several pieces, by their links or titles."""
    return len({url_key(one.url) for one in many if one.url}) > 1 or _is_many(many)


def _is_crowded(many: Sequence[Candidate], shared: Collection[str]) -> bool:
    """Say whether a link tells nothing: it leads to a front page, or candidates that have it are several pieces.

    They are where each has an id of its own, or a place of its own on the page.
    """
    if len(many) == 1:
        return _is_front(many[0].url)
    guids = {one.guid for one in many if one.guid not in shared}
    if len(guids) > 1 and "" not in guids:
        return True
    places = {urlsplit(one.url).fragment for one in many}
    return (len(places) == len(many) and "" not in places) or _is_front(many[0].url) or _is_many(many)


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return not parts.path.strip("/") and not parts.query and not parts.fragment


def _is_many(many: Sequence[Candidate]) -> bool:
    """Say whether candidates are called so differently, and dated so, that they are not one piece that stands twice."""
    titles = {words_of(one.title) for one in many if one.title}
    if len(titles) < 2:
        return False
    dates = {str(one.published)[:10] for one in many if one.published is not None}
    apart = all(overlap({*one}, {*other}) < 0.3 for one, other in combinations(titles, 2))
    return len(titles) == len(many) and apart and (len(many) > 2 or len(dates) > 1)


def _told_apart(one: Candidate, shared: Collection[str], crowded: Collection[str]) -> Candidate:
    guid = "" if one.guid in shared else one.guid
    if url_key(one.url) not in crowded:
        return one if guid == one.guid else replace(one, guid="")
    place = urlsplit(one.url).fragment
    named = f"url:{url_key(one.url)}#{place}" if place else f"title:{plain(one.title)}"
    return replace(one, guid=guid, told_by=(f"guid:{guid}",) if guid else (named,))


def sift(candidates: Sequence[Candidate], known: Mapping[str, Known]) -> Harvest:
    """Tell apart what is new, what says something else than before, and what was seen.

    `candidates` are `usable` ones; `known` holds what is stored under any of their keys.
    """
    matched = (next((known[key] for key in one.keys if key in known), None) for one in candidates)
    return sorted_out(list(zip(candidates, matched, strict=True)))


def sorted_out(matched: Sequence[tuple[Candidate, Known | None]]) -> Harvest:
    """Tell apart what is new, what changed, and what was seen, by the item that each candidate was matched with."""
    new, changed, same = [], [], []
    for rank, (candidate, before) in enumerate(matched):
        find = Find(candidate=candidate, rank=rank, digest=digest(candidate), known=before)
        if before is None:
            new.append(find)
        elif before.digest != find.digest or before.withdrawn:
            changed.append(find)
        else:
            same.append(find)
    return Harvest(new=tuple(new), changed=tuple(changed), same=tuple(same))


AHEAD = timedelta(days=2)
"""What is dated further ahead than this was not published then."""


def believed(said: datetime | date | None, timezone: str, now: datetime) -> tuple[datetime, Dated]:
    """Return when a thing that is listed at `now` was published, and how sure that is (see item.moment)."""
    published_at, dated = moment(said, timezone, now)
    return (now, "seen") if published_at > now + AHEAD else (published_at, dated)


def stored(find: Find, said: Candidate, source: Source, now: datetime) -> Item:
    """Return the item to store for `find`; `said` is its candidate, enriched where its own page was read.

    A known item keeps its id and its dates; a date that was missing before is taken.
    """
    published_at, dated = believed(said.published, source.timezone, now)
    known = find.known
    keys = find.candidate.keys
    fresh = Item(
        id=item_id(source.id, keys),
        source_id=source.id,
        guid=find.candidate.guid,
        keys=keys,
        published_at=published_at,
        dated=dated,
        first_seen=now,
        changed_at=now,
        rank=find.rank,
        digest=find.digest,
    ).said(said)
    if known is None:
        revised, how = moment(said.updated, source.timezone, now)
        return replace(fresh, changed_at=max(published_at, revised) if how == "time" else published_at)
    honest = known.dated == "seen" and dated != "seen"
    return replace(
        fresh,
        id=known.id,
        published_at=published_at if honest else known.published_at,
        dated=dated if honest else known.dated,
        first_seen=known.first_seen,
        rank=known.rank,
        revision=known.revision + 1,
    )
