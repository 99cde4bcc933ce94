"""Source: a place where news is published, the rule to read it, and what the last checks left behind."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Literal, NewType
from urllib.parse import urlsplit

from feedbot.cadence import Rhythm
from feedbot.manners import Manners
from feedbot.page import Validators
from feedbot.profile import Profile
from feedbot.window import Window

SourceId = NewType("SourceId", str)
TargetId = NewType("TargetId", str)
Label = Literal["category", "author"]
"""What items are grouped by."""
Kind = Literal[
    "auto", "listing", "feed", "sitemap", "json", "jsonld", "state", "microdata", "hfeed", "files", "article"
]
Repairs = Literal["auto", "ask", "off"]
"""Whether a proved rule is taken at once, proposed, or not looked for."""
Told = Literal["jsonld", "state", "microdata", "hfeed"]
"""Where an HTML page can tell machines of its items: JSON-LD, the state of its scripts, microdata or RDFa, h-feed."""


class Health(StrEnum):
    """What a check means."""

    FRESH = "fresh"
    QUIET = "quiet"
    EMPTY = "empty"
    CHANGED = "changed"
    BLOCKED = "blocked"
    DOWN = "down"


TROUBLE = frozenset({Health.CHANGED, Health.BLOCKED, Health.DOWN})
"""States in which something is wrong: what is stored stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingRule:
    """Where the items of an HTML page stand: CSS, or XPath where a selector starts with `/` or `./`.

    A selector may end in `@name` to take an attribute. Empty means: work it out from the item.
    """

    item: str
    title: str = ""
    link: str = ""
    date: str = ""
    summary: str = ""
    image: str = ""
    category: str = ""
    author: str = ""
    next: str = ""
    kind: Literal["listing"] = "listing"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRule:
    """The page is a feed: RSS, RDF, Atom or JSON Feed."""

    kind: Literal["feed"] = "feed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapRule:
    """The page is a sitemap or news sitemap; only URLs that contain `path` are news."""

    path: str = ""
    kind: Literal["sitemap"] = "sitemap"


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonRule:
    """The page is JSON; every field is a JMESPath expression, those of an item relative to it."""

    item: str
    title: str = ""
    link: str = ""
    date: str = ""
    summary: str = ""
    image: str = ""
    category: str = ""
    author: str = ""
    next: str = ""
    kind: Literal["json"] = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataRule:
    """The page is HTML that tells machines of its items; `kind` says where."""

    kind: Told


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesRule:
    """The page is the listing of a folder; `pattern` is a shell pattern for file names."""

    pattern: str = "*"
    kind: Literal["files"] = "files"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRule:
    """The page is one article, read into one item."""

    kind: Literal["article"] = "article"


Rule = ListingRule | FeedRule | SitemapRule | JsonRule | DataRule | FilesRule | ArticleRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A rule for a listing that came into force at a time (aware UTC), or was proposed, and why.

    Without a `rule`, that of the configuration came back into force, or none.
    """

    at: datetime
    how: Literal["found", "repaired", "proposed", "accepted", "undone"]
    rule: ListingRule | None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """By which rule a listing is read beside what is configured, and how that came to be (see rulebook)."""

    rule: ListingRule | None = None
    """The last one that was found or proved good."""
    pinned: bool = False
    """Whether pages are read by it; otherwise by what is configured, or as is found out at each look."""
    proposal: Ruling | None = None
    """A rule that waits for the operator."""
    history: tuple[Ruling, ...] = ()
    """What came before, the latest last."""
    refused: tuple[ListingRule, ...] = ()
    """Rules that the operator took back."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which items are wanted: every field of `only` must match, none of `never` may.

    Keys are title, summary, content, category, author, url; values are words, or /regex/.
    """

    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    never: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A place where news is published. `timezone` (IANA) and `language` (BCP 47) say how its dates are meant."""

    id: SourceId
    url: str
    kind: Kind = "auto"
    title: str = ""
    every: timedelta | None = None
    cron: str | None = None
    windows: tuple[Window, ...] = ()
    """When it may be looked at, in its time zone; always where there are none."""
    timezone: str = "UTC"
    language: str | None = None
    follow: bool = False
    robots: bool = True
    """Whether what robots.txt asks is heeded."""
    browser: bool | None = None
    """Whether a browser shows its pages before they are read; None: where only that gives items."""
    pages: int = 1
    """So many pages are read at the first check, the newest included; 1 reads no older ones."""
    rule: Rule | None = None
    home: str = ""
    """The page for people that `url` stands for, where that is another one."""
    fields: Mapping[str, str] = field(default_factory=dict)
    wanted: Filter = field(default_factory=Filter)
    max_age: timedelta | None = None
    notify: tuple[TargetId, ...] = ()
    rhythms: Mapping[TargetId, Rhythm] = field(default_factory=dict)
    """When those targets hear of it that do so in another rhythm than of the rest."""
    allow: tuple[str, ...] = ()
    """Networks (CIDR) that requests for this source may reach although they are private."""
    private: bool = False
    """Its feed is only for those who know its address, and its items are not in the feed of everything."""
    was: tuple[SourceId, ...] = ()
    """Ids that it had before, the first one first."""
    repair: Repairs | None = None
    """Whether a rule that is proved to read a rebuilt page is taken; None: unless the operator wrote the one before."""

    @property
    def page(self) -> str:
        """The web page for people whose news this is; `""` where there is none."""
        page = self.home or self.url
        return page if page.startswith(("http://", "https://")) else ""

    def by_browser(self, url: str) -> bool:
        """Say whether `url`, a page of the source, is to be shown by a browser at once: the source wants it."""
        return self.browser is True and url.startswith(("http://", "https://"))

    def open_to(self, url: str) -> tuple[str, ...]:
        """Return the networks that may be reached for `url`: those that it opens are open to its own host."""
        return self.allow if urlsplit(url).hostname == urlsplit(self.url).hostname else ()

    @property
    def reading(self) -> str:
        """Digest of everything that shapes what is read out of an unchanged page."""
        shape = repr((self.url, self.kind, self.rule, sorted(self.fields.items()), self.timezone, self.language))
        shape += " by a browser" if self.browser else ""
        return hashlib.blake2b(shape.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What the last checks of a source left behind. All times are aware UTC."""

    source_id: SourceId
    validators: Validators = field(default_factory=Validators)
    title: str = ""
    """What the source calls itself."""
    checked_at: datetime | None = None
    due_at: datetime | None = None
    baseline_at: datetime | None = None
    health: Health | None = None
    evidence: str = ""
    failures: int = 0
    failing_since: datetime | None = None
    kind: str = ""
    """How the page was read last (see Kind)."""
    reading: str = ""
    """Digest of how it was to be read; validators of another reading are worth nothing."""
    way_url: str = ""
    """Where its news was found to be read best, when that is not the page as people see it."""
    way_kind: Kind = "auto"
    """How it is read there (see Kind)."""
    profile: Profile = field(default_factory=Profile)
    """What its good looks taught, and what is doubted of late."""
    rules: Rulebook = field(default_factory=Rulebook)
    manners: Manners = field(default_factory=Manners)
    """What is remembered so that it is asked no more than it must be."""
    asked: str = ""
    """What the operator asked of its next check, as `accept` and a time; obeyed once this state is stored."""

    def astray(self) -> "SourceState":
        """Return the state of a source whose way in has yet to be found, or found again."""
        return replace(
            self, validators=Validators(), reading="", way_url="", way_kind="auto", profile=self.profile.elsewhere()
        )

    def accepted(self) -> "SourceState":
        """Return the state once the operator says that the page is right as it is."""
        return replace(self, profile=self.profile.accepted())

    def checked(
        self, *, now: datetime, due_at: datetime, validators: Validators, health: Health, evidence: str = ""
    ) -> "SourceState":
        """Return the state after a check that got an answer."""
        return replace(
            self,
            validators=validators,
            checked_at=now,
            due_at=due_at,
            health=health,
            evidence=evidence,
            failures=0,
            failing_since=None,
        )

    def failed(
        self,
        *,
        now: datetime,
        health: Health,
        evidence: str,
        every: timedelta,
        retry_after: timedelta | None = None,
        jitter: float = 0.0,
        gone: bool = False,
    ) -> "SourceState":
        """Return the state after a check that failed: nothing seen is forgotten, the next one waits longer.

        The wait doubles with each failure, from `every` up to a day, and is never under `retry_after`; `jitter` in
        [0, 1) shortens it by up to a tenth. A source that says time and again that it is `gone` for good (410) is
        tried once a day, and then no more until its address is changed.
        """
        wait = min(every * 2 ** min(self.failures, 12), max(MAX_WAIT, every)) * (1 - JITTER * jitter)
        wait = max(wait, MAX_WAIT) if gone else wait
        manners = replace(self.manners, gone=self.manners.gone + 1) if gone else self.manners
        if retry_after is not None:
            wait = max(wait, min(retry_after, MAX_WAIT))
        return replace(
            self,
            checked_at=now,
            due_at=NEVER if gone and manners.gone >= GONE else now + wait,
            health=health,
            evidence=evidence,
            failures=self.failures + 1,
            failing_since=self.failing_since or now,
            manners=manners,
        )


MAX_WAIT = timedelta(days=1)
"""A failing source is tried at least this often, and a Retry-After is obeyed up to this."""
GONE = 3
"""After so many answers in a row that it is gone for good a source is not asked any more."""
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""When such a source is due."""
JITTER = 0.1
