"""Candidates and what is known -> what is new, what changed, what was seen before."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from feedbot.item import Candidate, Item, Known, digest, item_id, moment, url_key
from feedbot.source import Source


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


def usable(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return the candidates that can be recognised again, each once.

    A GUID that several candidates with different links share tells nothing, so it is dropped.
    """
    links = defaultdict(set)
    for candidate in candidates:
        links[candidate.guid].add(url_key(candidate.url))
    told = (replace(c, guid="") if c.guid and c.url and len(links[c.guid]) > 1 else c for c in candidates)
    once: dict[str, Candidate] = {}
    for candidate in told:
        for key in candidate.keys[:1]:
            once.setdefault(key, candidate)
    return tuple(once.values())


def sift(candidates: Sequence[Candidate], known: Mapping[str, Known]) -> Harvest:
    """Tell apart what is new, what says something else than before, and what was seen.

    `candidates` are `usable` ones; `known` holds what is stored under any of their keys.
    """
    new, changed, same = [], [], []
    for rank, candidate in enumerate(candidates):
        before = next((known[key] for key in candidate.keys if key in known), None)
        find = Find(candidate=candidate, rank=rank, digest=digest(candidate), known=before)
        if before is None:
            new.append(find)
        elif before.digest != find.digest or before.withdrawn:
            changed.append(find)
        else:
            same.append(find)
    return Harvest(new=tuple(new), changed=tuple(changed), same=tuple(same))


def stored(find: Find, said: Candidate, source: Source, now: datetime) -> Item:
    """Return the item to store for `find`; `said` is its candidate, enriched where its own page was read.

    A known item keeps its id and its dates; a date that was missing before is taken.
    """
    published_at, dated = moment(said.published, source.timezone, now)
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
