"""Feed: items of one or more sources, rendered as Atom, RSS and JSON Feed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NewType

from feedbot.source import Filter, SourceId

FeedId = NewType("FeedId", str)

ALL = FeedId("all")
"""The feed of all sources."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Who publishes the feeds: shown in every feed, page and mail. `url` is where `feeds/` is served."""

    title: str = "News"
    url: str = "http://127.0.0.1:8000/"
    contact: str = ""
    timezone: str = "UTC"

    def feed_url(self, name: str) -> str:
        """Return the public address of a published file."""
        return f"{self.url.rstrip('/')}/feeds/{name}"


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
