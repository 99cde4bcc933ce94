"""The crew: this process is one of several that share the work; an engine wakes it for one piece after the other."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from threading import Event, Thread

from feedbot import log
from feedbot.app import App, utc_now
from feedbot.engine import distributed
from feedbot.errors import FeedbotError, LeaseLost, StoreError, StoreUnusable
from feedbot.feed import FeedId
from feedbot.holding import TERM, Shared
from feedbot.oversight import Overseer, unstored
from feedbot.ports import Engine, Kind
from feedbot.roster import Roll, RollCall
from feedbot.service import Service

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MOST = 2_000
"""So many sources that are due are given out with one tick."""
AGAIN = 5.0
"""Seconds until it is tried again to reach an engine that was lost."""


@contextmanager
def engaged(app: App) -> Iterator[tuple[App, Engine]]:
    """Give an app that shares its work, and the engine that does so. Raises StoreUnusable and StoreError."""
    held = app.hold
    if not isinstance(held, Shared):
        raise StoreUnusable("`engine: distributed` does not stand in the configuration: `feedbot serve` does all work")
    with distributed(app.config.settings.database, clock=utc_now, leads=held.leads, failed=_failed) as engine:
        yield replace(app, wake=engine.enqueue), engine


def _failed(kind: Kind, key: str, error: Exception) -> None:
    log.failed(f"{kind} {key}".strip(), error, trace=not isinstance(error, FeedbotError))


@dataclass(slots=True, kw_only=True)
class Crew:
    """One of those who share the work. With `ticks` it also says when it is time to look what is due."""

    service: Service
    stopping: Event
    engine: Engine
    slots: int
    tick: timedelta | None = None
    _rolls: RollCall = field(default_factory=RollCall)
    _overseer: Overseer = field(default_factory=Overseer)
    _threads: list[Thread] = field(default_factory=list)

    def begin(self) -> None:
        """Begin to work."""
        if self.tick:
            for kind, every in (
                (Kind.LOOK, self.tick),
                (Kind.PUBLISH, MINUTE),
                (Kind.WATCH, MINUTE),
                (Kind.TIDY, DAY),
            ):
                self.engine.schedule(kind, every)
        for work in (self._run, self._renew, *([self._arrive] if self.tick else [])):
            self._threads.append(Thread(target=work, name="crew"))
            self._threads[-1].start()

    def wake(self) -> None:
        """Begin every duty now: the configuration was changed, or a clock set."""
        self._rolls.forget()
        self.engine.again()

    def end(self) -> None:
        """Let what is in flight be finished."""
        self.stopping.set()
        self.engine.stop()
        for one in self._threads:
            one.join()

    def _run(self) -> None:
        """Work until told to stop, also after the database was away for a while."""
        handlers = {
            Kind.LOOK: self._look,
            Kind.CHECK: self._check,
            Kind.PUBLISH: self._publish,
            Kind.DELIVER: self._deliver,
            Kind.TIDY: self._tidy,
            Kind.WATCH: self._watch,
        }
        doing = {kind: partial(self._do, work) for kind, work in handlers.items()}
        while not self.stopping.is_set():
            try:
                self.engine.run(doing, self.slots)
            except StoreError as error:
                log.failed("engine", error)
                self.stopping.wait(AGAIN)

    def _arrive(self) -> None:
        with self.service.lent() as app:
            try:
                self._overseer.arrive(app)
            except FeedbotError as error:
                log.failed("arrive", error)

    def _renew(self) -> None:
        while not self.stopping.wait(TERM.total_seconds() / 3):
            try:
                if isinstance(held := self.service.app.hold, Shared):
                    held.renew()
            except StoreError as error:
                log.failed("leases", error)

    def _do(self, work: Callable[[App, str], None], key: str) -> None:
        with self.service.lent() as app:
            try:
                work(app, key)
            except LeaseLost as lost:
                log.warned("left to another", note=str(lost))
            except StoreError as error:
                unstored(app.config, error)
                raise

    def _look(self, app: App, _all: str) -> None:
        """Wake for everything that is due: what was just stored, and what got lost on the way."""
        pulse, what = self.service.pulse, "it ended before its time"
        pulse.begin("look")
        try:
            self._give_out(app, utc_now())
            what = ""
        except StoreError as error:
            what = str(error)
            raise
        finally:
            pulse.end("look", utc_now(), what)
        self._overseer.passed(app)

    def _give_out(self, app: App, now: datetime) -> None:
        roll, store = self._rolled(app), app.store
        due = {roll.host_of(one) for one in store.due(None, now, limit=MOST)} - {None}
        jobs = [(Kind.CHECK, host) for host in due if host is not None]
        jobs += [(Kind.PUBLISH, feed) for feed in store.unpublished() if feed in roll.feeds]
        jobs += [(Kind.DELIVER, one) for one in store.owed_to([one.id for one in app.config.targets], now)]
        for start in range(0, len(jobs), 100):
            with store.transaction() as tx:
                for kind, key in jobs[start : start + 100]:
                    self.engine.enqueue(tx, kind, key, now)

    def _check(self, app: App, host: str) -> None:
        roll = self._rolled(app)
        for done in app.check_host(host, roll.hosts.get(host, ()), roll.showing, stop=self._ends):
            self.service.metrics.checked(done)

    def _publish(self, app: App, feed_id: str) -> None:
        roll = self._rolled(app)
        feed = roll.feed(FeedId(feed_id), app.store) if feed_id else None
        if feed_id and feed is None:
            return
        published = []
        try:
            for done in app.publish_feed(feed, roll.own(feed, app.store)) if feed else app.publish():
                self.service.metrics.published(done)
                published.append(done)
        except LeaseLost:
            if feed:  # what this process wrote may be older than what another one did
                app.store.mark([feed.id])
            raise
        self._overseer.published(published)
        if any(one.written for one in published):
            self.service.metrics.announced(app.announce(stop=self._ends))

    def _deliver(self, app: App, target: str) -> None:
        for done in app.deliver([target], stop=self._ends):
            self.service.metrics.delivered(done)

    def _tidy(self, app: App, _all: str) -> None:
        with app.hold.of("tidy") as mine:
            if mine:
                app.prune(stop=self._ends)
                app.store.forget_leases(utc_now() - DAY)

    def _watch(self, app: App, _all: str) -> None:
        self._overseer.look(app, self.service.concerns())

    def _ends(self) -> bool:
        return self.stopping.is_set() or self.service.changing

    def _rolled(self, app: App) -> Roll:
        return self._rolls.of(app.config, app.store, utc_now())
