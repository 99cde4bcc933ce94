"""What the names of published files stand for: a feed that is there, one that moved, one that is gone."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from feedbot import rhythm
from feedbot.feed import Feed, FeedId, stem_of
from feedbot.source import Source, SourceId

SHORTEST, LONGEST = timedelta(minutes=1), timedelta(hours=1)
"""Bounds of how long a cache may keep a feed without asking again."""
SHARE = 4
"""A feed may be kept for this part of the interval at which its sources are looked at."""
OWN = frozenset({"index.html", "feeds.opml", "feed.css"})
"""Files that belong to no feed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On what terms a file is handed out: how long it may be kept, by whom, and which hub tells of changes."""

    max_age: timedelta = SHORTEST
    private: bool = False
    hub: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """The file has another name now, for good."""

    name: str


@dataclass(frozen=True, slots=True)
class Gone:
    """There was such a feed, and it will not come back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """The names that mean something, by the beginning that the files of a feed share."""

    terms: Mapping[str, Terms]
    moved: Mapping[str, str] = field(default_factory=dict)
    gone: Collection[str] = ()

    def look_up(self, name: str) -> Terms | Moved | Gone | None:
        """Say what a file name stands for; None for one that never meant anything."""
        if name in OWN:
            return Terms()
        for begin in _beginnings(name):
            if begin in self.terms:
                return self.terms[begin]
            if begin in self.moved:
                return Moved(self.moved[begin] + name[len(begin) :])
            if begin in self.gone:
                return Gone()
        return None


def register(
    feeds: Sequence[Feed], sources: Sequence[Source], *, known: Collection[FeedId], secret: str, hub: str = ""
) -> Register:
    """Return the register of `feeds`; `known` are the ids of every feed that was ever published.

    `secret` makes the names of private feeds, also those that they had before (see feed.stem_of).
    """
    looks = {source.id: rhythm.every(source) for source in sources}
    taken = {feed.id for feed in feeds}
    before = {old: feed for feed in feeds for old in feed.was if old not in taken}
    return Register(
        terms={feed.stem: _terms(feed, looks, hub) for feed in feeds},
        moved={stem_of(old, secret if feed.token else ""): feed.stem for old, feed in before.items()},
        gone=frozenset(known) - taken - {*before},
    )


def _terms(feed: Feed, looks: Mapping[SourceId, timedelta], hub: str) -> Terms:
    every = min((looks[source] for source in feed.sources if source in looks), default=LONGEST)
    told = "" if feed.token else hub
    return Terms(max_age=min(max(every / SHARE, SHORTEST), LONGEST), private=bool(feed.token), hub=told)


def _beginnings(name: str) -> Iterator[str]:
    """Give what stands before each dot, the longest first: an id may hold dots."""
    while "." in name:
        name = name.rpartition(".")[0]
        yield name
