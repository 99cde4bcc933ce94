"""The composition root: builds adapters from a configuration, hands them to verbs, and reads the clock."""

import random
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from feedbot import __version__, log
from feedbot.announce import Announced, announce
from feedbot.bulletin import BUILT_IN
from feedbot.check import check
from feedbot.compose import Letterhead, compose, portions
from feedbot.config import Config
from feedbot.deliver import Composer, Delivered, Desk, deliver
from feedbot.errand import host_of
from feedbot.feed import Feed, FeedId, Site, feed_of, feed_of_all
from feedbot.fetch import Fetchers, RobotsGate, Turns
from feedbot.outbound import Outbound
from feedbot.outcome import Checked, Setting
from feedbot.pages import publish_index, publish_pages, retire
from feedbot.pool import side_by_side
from feedbot.ports import Fetcher, Gate, Sender
from feedbot.prune import Pruned, prune
from feedbot.publish import Published, There, files, publish
from feedbot.roster import configured_feeds, published_feeds, watched
from feedbot.send import HubSender, Relay, Signer, sender_for
from feedbot.source import Source, SourceId, SourceState
from feedbot.store import FolderShelf, Store, open_store
from feedbot.target import Target

Stop = Callable[[], bool]
WORKERS = 16


def utc_now() -> datetime:
    """Return the time; the only place that reads it."""
    return datetime.now(UTC)  # noqa: TID251 - the one clock


def never() -> bool:
    """Say that nobody asked to stop."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """Everything that a command needs, built once from a configuration."""

    config: Config
    store: Store
    shelf: FolderShelf
    outbound: Outbound
    fetcher: Fetcher
    gate: Gate | None = None

    def check(
        self, sources: Sequence[Source] | None = None, *, stop: Stop = never, accept: bool = False
    ) -> Iterator[Checked]:
        """Check these sources, or all; yield each outcome as it comes, logged.

        `accept` takes pages that are held as they are now: the operator has looked at them.
        """
        return self._checked(self.config.sources if sources is None else sources, stop, accept=accept)

    def due(self) -> list[Source]:
        """Return the sources that are due, the longest overdue first."""
        ids = self.store.due(None, utc_now())
        known = {source.id: source for source in watched(self.config)} if ids else {}
        return [known[one] for one in ids if one in known]

    def publish(self, *, anew: bool = False) -> Iterator[Published]:
        """Write the files of each feed whose items or settings changed, then the index; `anew` renders them all."""
        for done in self._published(anew=anew):
            if done.written:
                self.shelf.pack(done.digests)
            log.published(done)
            yield done

    def deliver(self, ids: Collection[str] = (), *, stop: Stop = never) -> list[Delivered]:
        """Send what is owed and due; targets side by side, so that a slow one delays no other."""
        targets = [target for target in self.config.targets if not ids or target.id in ids]
        with ThreadPoolExecutor(max_workers=max(1, min(WORKERS, len(targets)))) as pool:
            return list(pool.map(lambda target: self._delivered(target, stop), targets))

    def announce(self, *, stop: Stop = never) -> Announced | None:
        """Tell the hub what changed of public feeds; None where there is no hub."""
        site = self.config.settings.site
        if not site.hub:
            return None
        topics = {name: site.feed_url(name) for feed in self.feeds() if not feed.token for name in files(feed)}
        hub = HubSender(site.hub, self.outbound, utc_now)
        done = announce(topics, board=self.store, hub=hub, clock=utc_now, jitter=random.random, stop=stop)
        log.announced(done, site.hub)
        return done

    def prune(self, *, dry: bool = False, stop: Stop = never) -> Pruned:
        """Let go of what nobody needs any more; `dry` only counts it."""
        keep = self.config.settings.keep
        feeds = self.feeds() if keep.items is not None else []
        done = prune(keep, feeds, attic=self.store, catalogue=self.store, now=utc_now(), dry=dry, stop=stop)
        log.pruned(done, dry=dry)
        return done

    def feeds(self) -> list[Feed]:
        """Return every feed that is published: of each source, those of the configuration, and that of all."""
        return published_feeds(self.config, self.store)

    def known_feeds(self) -> frozenset[FeedId]:
        """Return the id of every feed that was ever published."""
        return frozenset(self.store.stands())

    def _published(self, *, anew: bool) -> Iterator[Published]:
        feeds, site = self.feeds(), self.config.settings.site
        store, shelf, there = self.store, self.shelf, There.of(self.store, self.shelf)
        yield from retire(feeds, catalogue=store, shelf=shelf, there=there)
        public = [feed for feed in feeds if not feed.token]
        origins = {feed.sources[0]: feed for feed in feeds[: len(self.config.sources)] if not feed.token}
        yield from publish(feeds, site=site, catalogue=store, shelf=shelf, there=there, anew=anew, origins=origins)
        yield from publish_pages(feeds, site=site, catalogue=store, shelf=shelf, there=there)
        yield publish_index(public, site=site, catalogue=store, shelf=shelf, there=there)

    def _checked(self, sources: Sequence[Source], stop: Stop, *, accept: bool) -> Iterator[Checked]:
        """Hosts side by side, the sources of one host one after the other."""
        hosts: dict[str, list[Source]] = defaultdict(list)
        for source in sources:
            hosts[host_of(source.url) or source.url].append(source)
        showing, states = self._showing(), self.store.states([source.id for source in sources])

        def work(group: Sequence[Source]) -> Iterator[Checked]:
            resting: set[str] = set()
            for source in group:
                if not stop() and host_of(source.url) not in resting:
                    state = states[source.id]
                    done = self._check_one(source, showing[source.id], state.accepted() if accept else state)
                    resting |= done.rests.keys()
                    self._rest(done)
                    yield done

        return side_by_side(work, hosts.values(), most=WORKERS)

    def _check_one(self, source: Source, feeds: Collection[FeedId], state: SourceState) -> Checked:
        jitter = random.random()  # noqa: S311 - no secret
        setting = Setting(targets=self.config.targets, feeds=feeds, jitter=jitter, state=state)
        began = utc_now()
        done = check(source, setting, fetcher=self.fetcher, inbox=self.store, clock=utc_now, gate=self.gate)
        log.checked(done, utc_now() - began)
        return done

    def _rest(self, done: Checked) -> None:
        """Leave hosts alone that asked for patience: all their sources wait."""
        for host, until in done.rests.items():
            others = [one.id for one in self.config.sources if host_of(one.url) == host and one.id != done.source_id]
            self.store.postpone(others, until)
            log.event("left alone", host=host, until=until.isoformat(), sources=len(others) + 1)

    def _showing(self) -> dict[SourceId, list[FeedId]]:
        """Say for each source which feeds show it."""
        showing: dict[SourceId, list[FeedId]] = defaultdict(list)
        for feed in (
            *(feed_of(source, "") for source in self.config.sources),
            *configured_feeds(self.config, self.store),
        ):
            for source_id in feed.sources:
                showing[source_id].append(feed.id)
        for source in self.config.sources:
            showing[source.id].append(feed_of_all((), self.config.settings.site).id)
        return showing

    def _delivered(self, target: Target, stop: Stop) -> Delivered:
        head = letterhead(self.config, self.store.titles())
        with closing(self._sender(target)) as sender:
            done = deliver(
                target,
                outbox=self.store,
                sender=sender,
                desk=Desk(
                    lambda to, owed, items: compose(to, owed, items, head),
                    lambda to, owed, items: portions(to, owed, items, head),
                ),
                clock=utc_now,
                jitter=random.random,
                stop=stop,
            )
        log.delivered(done)
        return done

    def _sender(self, target: Target) -> Sender:
        return sender_of(self.config, target, self.outbound)


@contextmanager
def open_app(config: Config) -> Iterator[App]:
    """Build everything from a configuration; the database is this process's alone until the end.

    Raises StoreBusy and StoreUnusable.
    """
    with open_store(config.settings.database) as store:
        app = equipped(config, store)
        with closing(app.outbound):
            yield app


def equipped(config: Config, store: Store) -> App:
    """Build everything else from a configuration on a store that is open; who calls closes its `outbound`.

    Raises StoreError and ShelfError; nothing has changed then.
    """
    shelf = FolderShelf(config.settings.feeds_dir)
    shelf.tidy()
    former = {source.id: source.was for source in config.sources if source.was}
    store.register([source.id for source in watched(config)], former)
    store.heed_clock(utc_now())
    store.revive({source.id: source.url for source in watched(config)})
    outbound, canary = outbound_of(config), config.settings.oversight.canary
    files = [one.url for one in config.sources]
    every = canary.every if canary else None
    fetcher = Fetchers(outbound, utc_now, files=files, canary=every, turns=Turns())
    gate = RobotsGate(outbound, store)
    return App(config=config, store=store, shelf=shelf, outbound=outbound, fetcher=fetcher, gate=gate)


def outbound_of(config: Config | None) -> Outbound:
    """Return the HTTP client of a configuration."""
    site = config.settings.site if config else Site()
    contact = site.contact or (site.url if config else "")
    agent = f"feedbot/{__version__}" + (f" (+{contact})" if contact else "")
    return Outbound(agent, allow=config.settings.allow if config else ())


def sender_of(config: Config, target: Target, outbound: Outbound) -> Sender:
    """Return what carries messages to a target of a configuration."""
    dkim = config.settings.smtp.dkim
    signer = Signer(domain=dkim.domain, selector=dkim.selector, key=dkim.key) if dkim else None
    return sender_for(target, relay=relay(config), tls=outbound.tls, outbound=outbound, clock=utc_now, signer=signer)


def relay(config: Config) -> Relay:
    """Return the mail server of a configuration."""
    smtp = config.settings.smtp
    return Relay(
        host=smtp.host,
        port=smtp.port,
        scheme=smtp.scheme,
        starttls=smtp.starttls,
        user=smtp.user,
        password=smtp.password,
    )


def composer(config: Config, titles: Mapping[SourceId, str]) -> Composer:
    """Return what composes messages under the letterhead of a configuration."""
    head = letterhead(config, titles)
    return lambda target, owed, items: compose(target, owed, items, head)


def letterhead(config: Config, titles: Mapping[SourceId, str]) -> Letterhead:
    """Return what every message says beside its items."""
    zone = config.settings.site.timezone
    built_in = (Source(id=one, url="", title=title, timezone=zone) for one, title in BUILT_IN.items())
    return Letterhead(
        site=config.settings.site,
        sender=config.settings.smtp.sender,
        sources={source.id: source for source in (*config.sources, *built_in)},
        titles=titles,
        templates=config.settings.templates,
        signing=config.settings.secret,
    )
