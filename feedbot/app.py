"""The composition root: builds adapters from a configuration, hands them to verbs, and reads the clock."""

import random
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from feedbot import log
from feedbot.announce import Announced, announce
from feedbot.check import check
from feedbot.compose import compose, portions
from feedbot.config import Config
from feedbot.deliver import Delivered, Desk, deliver
from feedbot.errand import host_of
from feedbot.feed import Feed, FeedId
from feedbot.fetch import PAUSE, Fetchers, RobotsGate, Turns, host_in, is_paced
from feedbot.holding import NO_TIME, Alone, Shared
from feedbot.outbound import Outbound
from feedbot.outcome import Checked, Setting
from feedbot.outfit import letterhead, outbound_of, sender_of
from feedbot.pages import publish_index, publish_pages, retire
from feedbot.pool import side_by_side
from feedbot.ports import Fetcher, Gate
from feedbot.prune import Pruned, prune
from feedbot.publish import Published, There, files, publish
from feedbot.roster import OF_A_HOST, Roll, place_of, published_feeds, showing, watched
from feedbot.send import HubSender
from feedbot.source import Source, SourceId, SourceState
from feedbot.store import FolderShelf, Store, open_store, share_store, shelf_at
from feedbot.target import Target
from feedbot.waking import Wake, WakingInbox

if TYPE_CHECKING:
    from feedbot.store.bucket import BucketShelf

Stop = Callable[[], bool]
TELLERS = 16
"""Targets that are told side by side."""
FETCHERS = 64
"""Hosts that are asked side by side, while all one does is wait for them."""


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
    shelf: "FolderShelf | BucketShelf"
    outbound: Outbound
    fetcher: Fetcher
    gate: Gate | None = None
    hold: Alone | Shared = field(default_factory=Alone)
    wake: Wake | None = None
    """Where several processes share the work: has one of them do what a check leaves behind."""

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

    def check_host(
        self, host: str, sources: Sequence[Source], feeds: Mapping[SourceId, Collection[FeedId]], *, stop: Stop
    ) -> Iterator[Checked]:
        """Check what is due of the sources of a host, unless another process is at it."""
        rest = timedelta(seconds=PAUSE) if is_paced(host_in(f"//{host}")) else NO_TIME
        with self.hold.of(f"host:{host}", rest=rest) as mine:
            due = {*self.store.due([one.id for one in sources], utc_now())} if mine else set()
            some = [one for one in sources if one.id in due][:OF_A_HOST]
            yield from self._each(some, feeds, self.store.states([one.id for one in some]), stop)

    def publish(self, *, anew: bool = False) -> Iterator[Published]:
        """Write the files of each feed whose items or settings changed, then the index; `anew` renders them all."""
        return self._packed(self._published(anew=anew))

    def publish_feed(self, feed: Feed, own: Sequence[Feed]) -> Iterator[Published]:
        """Write the files of one feed where it changed; `own` are the feeds of its sources."""
        stand = self.store.stand(feed.id)
        names = {name for name in stand.digests if self.shelf.get(name) is not None}
        there = There({feed.id: stand}, names, self._drawing)
        return self._packed(self._brought([feed], own, there, anew=False))

    def publish_changed(self, ids: Iterable[FeedId], roll: Roll) -> Iterator[Published]:
        """Write the files of these feeds where they changed; their pages and the index follow with `publish`."""
        for feed in filter(None, (roll.feed(one, self.store) for one in ids)):
            yield from self.publish_feed(feed, roll.own(feed, self.store))

    def _packed(self, published: Iterable[Published]) -> Iterator[Published]:
        for done in published:
            if self.config.settings.site.packed:
                self.shelf.pack(done.digests)
            log.published(done)
            yield done

    def deliver(self, ids: Collection[str] = (), *, stop: Stop = never) -> list[Delivered]:
        """Send what is owed and due; targets side by side, so that a slow one delays no other."""
        targets = [target for target in self.config.targets if not ids or target.id in ids]
        with ThreadPoolExecutor(max_workers=max(1, min(TELLERS, len(targets)))) as pool:
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
        store, shelf, there = self.store, self.shelf, replace(There.of(self.store, self.shelf), turn=self._drawing)
        with self.hold.of("pages") as mine:
            yield from retire(feeds, catalogue=store, shelf=shelf, there=there) if mine else ()
        yield from self._brought(feeds, feeds[: len(self.config.sources)], there, anew=anew)
        public = [feed for feed in feeds if not feed.token]
        with self.hold.of("pages") as mine:
            if mine:
                yield from publish_pages(feeds, site=site, catalogue=store, shelf=shelf, there=there)
                yield publish_index(public, site=site, catalogue=store, shelf=shelf, there=there)

    def _brought(self, feeds: Sequence[Feed], own: Sequence[Feed], there: There, *, anew: bool) -> Iterator[Published]:
        origins = {feed.sources[0]: feed for feed in own if not feed.token}
        site, store, shelf = self.config.settings.site, self.store, self.shelf
        return publish(feeds, site=site, catalogue=store, shelf=shelf, there=there, anew=anew, origins=origins)

    def _drawing(self, feed_id: FeedId) -> AbstractContextManager[bool]:
        return self.hold.of(f"feed:{feed_id}")

    def _checked(self, sources: Sequence[Source], stop: Stop, *, accept: bool) -> Iterator[Checked]:
        """Hosts side by side, the sources of one host one after the other."""
        hosts: dict[str, list[Source]] = defaultdict(list)
        for source in sources:
            hosts[place_of(source)].append(source)
        feeds, every = showing(self.config, self.store, sources), [source.id for source in sources]
        states = self.store.states(every) if self.wake is None else {}

        def work(host: str) -> Iterator[Checked]:
            with self.hold.of(f"host:{host}") as mine:
                if mine:
                    known = states or self.store.states([source.id for source in hosts[host]])
                    yield from self._each(hosts[host], feeds, known, stop, accept=accept)
                else:
                    log.event("left to another", host=host)

        return side_by_side(work, hosts, most=FETCHERS)

    def _each(
        self,
        group: Sequence[Source],
        feeds: Mapping[SourceId, Collection[FeedId]],
        states: Mapping[SourceId, SourceState],
        stop: Stop,
        *,
        accept: bool = False,
    ) -> Iterator[Checked]:
        resting: set[str] = set()
        for source in group:
            if not stop() and host_of(source.url) not in resting:
                state = states[source.id]
                done = self._check_one(source, feeds.get(source.id, ()), state.accepted() if accept else state)
                resting |= done.rests.keys()
                self._rest(done)
                yield done

    def _check_one(self, source: Source, feeds: Collection[FeedId], state: SourceState) -> Checked:
        jitter = random.random()  # noqa: S311 - no secret
        setting = Setting(targets=self.config.targets, feeds=feeds, jitter=jitter, state=state)
        began, inbox = utc_now(), self.store if self.wake is None else WakingInbox(self.store, self.wake, utc_now)
        done = check(source, setting, fetcher=self.fetcher, inbox=inbox, clock=utc_now, gate=self.gate)
        log.checked(done, utc_now() - began)
        return done

    def _rest(self, done: Checked) -> None:
        """Leave hosts alone that asked for patience: all their sources wait."""
        for host, until in done.rests.items():
            others = [one.id for one in self.config.sources if host_of(one.url) == host and one.id != done.source_id]
            self.store.postpone(others, until)
            log.event("left alone", host=host, until=until.isoformat(), sources=len(others) + 1)

    def _delivered(self, target: Target, stop: Stop) -> Delivered:
        with self.hold.of(f"target:{target.id}", fenced=False) as mine:
            return self._sent(target, stop) if mine else Delivered(target_id=target.id)

    def _sent(self, target: Target, stop: Stop) -> Delivered:
        head = letterhead(self.config, self.store.titles())
        with closing(sender_of(self.config, target, self.outbound, utc_now)) as sender:
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


@contextmanager
def open_app(config: Config) -> Iterator[App]:
    """Build everything from a configuration.

    The database is this process's alone until the end, unless the configuration says that several share the work.
    Raises StoreBusy and StoreUnusable.
    """
    shared = config.settings.engine == "distributed"
    with (share_store if shared else open_store)(config.settings.database) as store:
        app = equipped(config, store, hold=Shared(store, utc_now) if shared else None)
        with closing(app.outbound):
            yield app


def equipped(config: Config, store: Store, *, hold: Shared | None = None, wake: Wake | None = None) -> App:
    """Build everything else from a configuration on a store that is open; who calls closes its `outbound`.

    With `hold` others share the work. Raises StoreError and ShelfError; nothing has changed then.
    """
    shelf = shelf_at(config.settings.feeds_dir, config.settings.bucket)
    if hold is None:
        shelf.tidy()
    former = {source.id: source.was for source in config.sources if source.was}
    store.register([source.id for source in watched(config)], former)
    store.heed_clock(utc_now())
    store.revive({source.id: source.url for source in watched(config)})
    outbound, canary = outbound_of(config), config.settings.oversight.canary
    files = [one.url for one in config.sources]
    every = canary.every if canary else None
    return App(
        config=config,
        store=store,
        shelf=shelf,
        outbound=outbound,
        fetcher=Fetchers(outbound, utc_now, files=files, canary=every, turns=Turns()),
        gate=RobotsGate(outbound, store),
        hold=hold or Alone(),
        wake=wake,
    )


def again(app: App, config: Config) -> App:
    """Build another app from a configuration, in the place of this one and on its store (see equipped)."""
    hold = app.hold if isinstance(app.hold, Shared) else None
    return equipped(config, app.store, hold=hold, wake=app.wake)
