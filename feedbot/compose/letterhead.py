"""Letterhead: who a message comes from, and what the sources in it are called."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from feedbot.feed import Site
from feedbot.source import Source, SourceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """Everything beside the items that a message says."""

    site: Site
    sender: str = ""
    """Author of mails, as in a From header: `News <news@example.org>`."""
    sources: Mapping[SourceId, Source] = field(default_factory=dict)
    titles: Mapping[SourceId, str] = field(default_factory=dict)
    """What the sources call themselves."""

    templates: tuple[tuple[str, str], ...] = ()
    """Names and texts of the operator's own templates of mails."""
    signing: str = field(default="", repr=False)
    """Key of the links that are signed."""

    def title(self, source_id: SourceId) -> str:
        """Return what people call a source; one that the configuration no longer has is called by its id."""
        source = self.sources.get(source_id)
        return (source.title if source else "") or self.titles.get(source_id, "") or source_id

    def home(self, source_id: SourceId) -> str:
        """Return the page of a source, or nothing where it has none that a browser could open."""
        source = self.sources.get(source_id)
        return source.page if source else ""

    def listing(self, source_ids: Collection[SourceId]) -> str:
        """Return the page that lists the items of these sources: their own where it is one, else ours."""
        home = self.home(next(iter(source_ids))) if len(source_ids) == 1 else ""
        return home or self.site.feed_url("index.html")

    def timezone(self, source_id: SourceId) -> str:
        """Return the time zone in which the dates of a source are told."""
        source = self.sources.get(source_id)
        return source.timezone if source else self.site.timezone
