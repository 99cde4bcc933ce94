"""Which feeds are published: of each source, those of the configuration, those made by grouping, and that of all."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from feedbot.bulletin import CANARY
from feedbot.config import Config
from feedbot.errand import host_of
from feedbot.feed import Feed, FeedId, feed_of, feed_of_all, grouped, token_of
from feedbot.fetch import ADDRESS, host_in, is_paced
from feedbot.source import Source, SourceId
from feedbot.store import Store, read_store

LOOK = timedelta(minutes=1)
"""How often the source of canaries is looked at, at least, and the groups of items are."""
MOST, OF_A_HOST = 1_000, 10
"""So many sources are looked at in one pass of the service, and so many of one host."""


def watched(config: Config) -> tuple[Source, ...]:
    """Return every source that is looked at: those of the configuration, and that of canaries."""
    canary = config.settings.oversight.canary
    if canary is None:
        return config.sources
    every = min(canary.every, LOOK)
    made_up = Source(id=CANARY, url=ADDRESS, kind="feed", every=every, notify=(canary.target,), language="en")
    return (*config.sources, made_up)


def portion(due: Iterable[Source]) -> list[Source]:
    """Return those of the sources that are due which one pass of the service looks at, the first ones.

    All that are due after an outage would keep what is due next waiting, and so would many of one host, between which
    there are pauses.
    """
    chosen: list[Source] = []
    hosts: Counter[str] = Counter()
    for source in due:
        host = host_in(source.url)
        if hosts[host] < OF_A_HOST or not is_paced(host):
            chosen.append(source)
            hosts[host] += 1
            if len(chosen) == MOST:
                break
    return chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """Who is who in a configuration, looked up once for many questions."""

    config: Config
    sources: Mapping[SourceId, Source]
    hosts: Mapping[str, Sequence[Source]]
    """The sources of each host; of a file, or of what else has no host, those of one address."""
    feeds: Mapping[FeedId, Feed | None]
    """Every feed by its id; None for that of a single source."""
    showing: Mapping[SourceId, Collection[FeedId]]
    """Which feeds show a source."""

    @classmethod
    def of(cls, config: Config, store: Store) -> "Roll":
        """Look everything up."""
        public = [source for source in config.sources if not source.private]
        combined = [*configured_feeds(config, store), feed_of_all(public, config.settings.site)]
        every = watched(config)
        hosts: dict[str, list[Source]] = defaultdict(list)
        for source in every:
            hosts[place_of(source)].append(source)
        return cls(
            config=config,
            sources={source.id: source for source in every},
            hosts=hosts,
            feeds={**{feed_of(source, "").id: None for source in config.sources}, **{one.id: one for one in combined}},
            showing=showing(config, store, config.sources),
        )

    def host_of(self, source_id: SourceId) -> str | None:
        """Return where a source is looked for in `hosts`; None where there is no such source."""
        source = self.sources.get(source_id)
        return place_of(source) if source else None

    def feed(self, feed_id: FeedId, store: Store) -> Feed | None:
        """Return a feed as it is called now; None where there is no such feed."""
        source = self.sources.get(SourceId(feed_id)) if feed_id in self.feeds else None
        return self.feeds.get(feed_id) or (self._own([source.id], store)[0] if source else None)

    def own(self, feed: Feed, store: Store) -> list[Feed]:
        """Return the feeds of the single sources of a feed."""
        return self._own(feed.sources, store)

    def _own(self, ids: Sequence[SourceId], store: Store) -> list[Feed]:
        titles, secret = store.titles(ids), self.config.settings.secret
        return [_own(self.sources[one], titles.get(one, ""), secret) for one in ids if one in self.sources]


@dataclass(slots=True)
class RollCall:
    """Keeps the roll of the configuration at work; groups of items that are new come up within a minute."""

    _known: tuple[Config, datetime, Roll] | None = None

    def of(self, config: Config, store: Store, now: datetime) -> Roll:
        """Return who is who in the configuration."""
        if self._known is None or self._known[0] is not config or abs(now - self._known[1]) > LOOK:
            self._known = config, now, Roll.of(config, store)
        return self._known[2]

    def forget(self) -> None:
        """Have it looked up again: something changed."""
        self._known = None


def place_of(source: Source) -> str:
    """Return the host of a source; its address where it has none."""
    return host_of(source.url) or source.url


def showing(config: Config, store: Store, sources: Sequence[Source]) -> dict[SourceId, list[FeedId]]:
    """Say for each of `sources` which feeds show it; however many others there are."""
    everything = feed_of_all((), config.settings.site).id
    shown = {source.id: [feed_of(source, "").id] for source in sources if source.id != CANARY}
    for feed in configured_feeds(config, store):
        for source_id in feed.sources:
            if source_id in shown:
                shown[source_id].append(feed.id)
    for feeds in shown.values():
        feeds.append(everything)
    return shown


def feeds_of(config: Config) -> tuple[list[Feed], frozenset[SourceId]]:
    """Return every feed of a configuration, and which sources are feeds themselves; looks only."""
    with read_store(config.settings.database) as store:
        kinds = {one: standing.state.kind for one, standing in store.sources().items()} if store else {}
        feeds = published_feeds(config, store)
    return feeds, frozenset(one.id for one in config.sources if "feed" in {one.kind, kinds.get(one.id)})


def published_feeds(config: Config, store: Store | None) -> list[Feed]:
    """Return every feed that is published: of each source, those of the configuration, and that of all.

    Without a store, sources are called as the configuration calls them, and no feed is made by grouping.
    """
    titles = store.titles() if store else {}
    own = [_own(source, titles.get(source.id, ""), config.settings.secret) for source in config.sources]
    public = [source for source in config.sources if not source.private]
    return [*own, *configured_feeds(config, store), feed_of_all(public, config.settings.site)]


def configured_feeds(config: Config, store: Store | None) -> list[Feed]:
    """Return the feeds of the configuration, and those that grouping makes of them."""
    taken = {*(source.id for source in config.sources), *(feed.id for feed in config.feeds)}
    made = list(config.feeds)
    for feed in config.feeds:
        if feed.by and store:
            groups = grouped(feed, feed.by, store.labels(feed.by, feed.sources))
            made += (_locked(config, feed, one) for one in groups if one.id not in taken)
    return made


def _locked(config: Config, feed: Feed, group: Feed) -> Feed:
    """Return a group of a private feed as private as that is."""
    return replace(group, token=token_of(config.settings.secret, group.id)) if feed.token else group


def _own(source: Source, called: str, secret: str) -> Feed:
    feed = feed_of(source, called)
    return replace(feed, token=token_of(secret, feed.id)) if source.private else feed
