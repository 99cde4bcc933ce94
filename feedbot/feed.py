"""Feed: items of one or more sources, rendered as Atom, RSS and JSON Feed."""

import base64
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import NewType

from feedbot.source import Filter, Label, Source, SourceId

FeedId = NewType("FeedId", str)

MOST = 1000
"""Feeds that grouping makes of one."""
ALL = FeedId("all")
"""The feed of all sources."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Who publishes the feeds: shown in every feed, page and mail. `url` is where `feeds/` is served.

    `hub` is the address of the WebSub hub that all feeds name, where there is one.
    """

    title: str = "News"
    url: str = "http://127.0.0.1:8000/"
    contact: str = ""
    timezone: str = "UTC"
    hub: str | None = None
    archives: bool = True
    """Whether feeds keep what leaves their live documents to be had (RFC 5005)."""
    packed: bool = field(default=False, repr=False)
    """Whether packed forms are written with each file, not when `feedbot serve` is first asked for it."""

    def feed_url(self, name: str) -> str:
        """Return the public address of a published file."""
        return f"{self.url.rstrip('/')}/feeds/{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One document of a feed (RFC 5005 section 4): the live one, which has no name, or an archive of older items.

    `previous` and `following` are names of other parts. A `full` one does not change any more.
    """

    name: str = ""
    previous: str = ""
    following: str = ""
    full: bool = False


LIVE = Part()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A published feed. `home` is the page for people that it is about."""

    id: FeedId
    title: str
    sources: tuple[SourceId, ...]
    home: str = ""
    description: str = ""
    language: str | None = None
    timezone: str = "UTC"
    wanted: Filter = field(default_factory=Filter)
    filters: Mapping[SourceId, Filter] = field(default_factory=dict)
    """What each source lets through, beside what the feed itself wants."""
    limit: int = 50
    age: timedelta | None = None
    """How much older than the newest an item may be; older ones leave the live document for an archive."""
    merge: bool = False
    """Whether a story that several sources tell is shown once (see duplicates)."""
    by: Label | None = None
    """Whether there is also a feed for every category or author of its items (see grouped)."""
    labelled: tuple[tuple[Label, str], ...] = ()
    """Only items that have one of these are shown, where there are any."""
    tombstones: bool = False
    """Whether withdrawn items are told in Atom too (RFC 6721); some validators do not know how."""
    archives: bool = True
    """Whether items that leave the live document stay to be had (RFC 5005)."""
    was: tuple[FeedId, ...] = ()
    """Ids that it had before, the first one first."""
    token: str = field(default="", repr=False)
    """What makes the address of a private feed unguessable; empty for a public one."""

    @property
    def stem(self) -> str:
        """What the names of its files begin with."""
        return f"{self.id}-{self.token}" if self.token else self.id

    @property
    def minted(self) -> FeedId:
        """The id that it began with: ids of entries are made of it, and outlive every renaming."""
        return self.was[0] if self.was else self.id


def grouped(feed: Feed, kind: Label, names: Sequence[str]) -> list[Feed]:
    """Return a feed for each of the categories or authors `names`; those that are spelled alike share one."""
    spelled: dict[str, list[str]] = {}
    for name in names:
        spelled.setdefault(_slug(name), []).append(name)
    return [
        replace(
            feed,
            id=FeedId(f"{feed.id}-{slug}"),
            title=f"{feed.title}: {same[0]}",
            by=None,
            labelled=tuple((kind, name) for name in same),
            was=(),
            token="",
        )
        for slug, same in sorted(spelled.items())[:MOST]
    ]


def _slug(name: str) -> str:
    """Return a name as part of an id: plain letters and digits, or a digest where it has none."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall(r"[a-z0-9]+", plain))[:48].strip("-")
    return (
        words
        or base64.b32encode(hashlib.blake2b(name.encode(errors="replace"), digest_size=5).digest()).decode().lower()
    )


def stem_of(feed_id: FeedId, secret: str) -> str:
    """Return what the names of a feed's files begin with; `secret` is empty for a public feed."""
    return f"{feed_id}-{token_of(secret, feed_id)}" if secret else feed_id


def token_of(secret: str, feed_id: FeedId) -> str:
    """Return 26 letters and digits (130 bits) that only who knows `secret` can find for a feed."""
    mark = hmac.digest(secret.encode(), f"feed\n{feed_id}".encode(), hashlib.sha256)
    return base64.b32encode(mark).decode().lower()[:26]


def feed_of(source: Source, called: str) -> Feed:
    """Return the feed of one source; `called` is what the source calls itself."""
    return Feed(
        id=FeedId(source.id),
        title=source.title or called or source.id,
        sources=(source.id,),
        home=source.page,
        language=source.language,
        timezone=source.timezone,
        wanted=source.wanted,
        was=tuple(FeedId(name) for name in source.was),
    )


def feed_of_all(sources: Sequence[Source], site: Site) -> Feed:
    """Return the feed of everything that the sources let through."""
    return Feed(
        id=ALL,
        title=site.title,
        sources=tuple(source.id for source in sources),
        timezone=site.timezone,
        filters=filters_of(sources),
    )


def filters_of(sources: Sequence[Source]) -> Mapping[SourceId, Filter]:
    """Return what each source lets through, for those that do not let through everything."""
    return {source.id: source.wanted for source in sources if source.wanted != Filter()}


TYPES = {
    ".atom.xml": "application/atom+xml; charset=utf-8",
    ".rss.xml": "application/rss+xml; charset=utf-8",
    ".json": "application/feed+json",
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".opml": "text/x-opml; charset=utf-8",
}


def media_type(name: str) -> str | None:
    """Return the media type of a published file by the end of its name; None where it is none that is handed out."""
    return next((kind for end, kind in TYPES.items() if name.endswith(end) and name != end), None)
