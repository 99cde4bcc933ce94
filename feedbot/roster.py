"""Which feeds are published: of each source, those of the configuration, those made by grouping, and that of all."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from feedbot.bulletin import CANARY
from feedbot.config import Config
from feedbot.feed import Feed, feed_of, feed_of_all, grouped, token_of
from feedbot.fetch import ADDRESS, host_in, is_paced
from feedbot.source import Source, SourceId
from feedbot.store import Store, read_store

LOOK = timedelta(minutes=1)
"""How often the source of canaries is looked at, at least."""
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
