"""The service: the engine wakes its duties, and the store says what is due."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor as Workers
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from threading import Event, Thread
from typing import Protocol

from feedbot import log
from feedbot.app import App, Stop, utc_now
from feedbot.engine import LocalEngine
from feedbot.errors import FeedbotError, StoreError
from feedbot.keeper import Keeper
from feedbot.oversight import Overseer, unstored
from feedbot.ports import Kind
from feedbot.press import Press
from feedbot.roster import portion
from feedbot.service import Service
from feedbot.signals import cut_off, heeding
from feedbot.supervisor import Supervisor

DAY = timedelta(days=1)
GRACE = 30.0
"""Seconds in which what is in flight has to be finished at the end."""
DUTIES = ("check", "deliver")
"""What each tick begins; other duties follow from them."""
WATCH, WATCH_TICKS = timedelta(minutes=1), 6
"""Between two looks at what is wrong; short ticks make them shorter."""


def serve(
    service: Service,
    *,
    tick: float,
    supervisor: Supervisor | None = None,
    grace: float = GRACE,
    crew: Callable[[Event], "Working"] | None = None,
) -> None:
    """Check, publish and deliver what is due, every `tick` seconds, until a signal comes.

    `crew` makes those who do the work; without one, all of it is done here.

    SIGTERM and SIGINT finish what is in flight, within `grace` seconds; a second one ends the process at once. SIGHUP,
    or a change of the files of the configuration, reads it again.
    """
    stopping, hup = Event(), Event()
    heeding(stopping, hup)
    watching = supervisor or Supervisor()
    with closing(service):
        shift = crew(stopping) if crew else Shift(service=service, stopping=stopping, tick=tick)
        shift.begin()
        settings = service.app.config
        log.event("serving", tick=tick, sources=len(settings.sources), targets=len(settings.targets))
        Keeper(service, watching, wake=shift.wake).keep(stopping, hup)
        log.event("stopping")
        watching.stopping()
        _ended(shift, grace)
        log.event("stopped")


def _ended(shift: "Working", grace: float) -> None:
    """End the shift; what is not finished in time is cut off, as by a kill: nothing is lost, the next start goes on."""
    ending = Thread(target=shift.end, daemon=True)
    ending.start()
    ending.join(grace)
    if ending.is_alive():
        log.warned("cut off", seconds=grace, note="what was in flight is done again after the next start")
        cut_off()


class Working(Protocol):
    """Those who do the work of the service."""

    def begin(self) -> None:
        """Begin every duty now, and again with each tick."""
        ...

    def wake(self) -> None:
        """Begin every duty now that is not at work."""
        ...

    def end(self) -> None:
        """Let what is in flight be finished."""
        ...


@dataclass(slots=True, kw_only=True)
class Shift:
    """The duties of one process that does all the work, each in its own thread."""

    service: Service
    stopping: Event
    tick: float
    engine: LocalEngine = field(default_factory=lambda: LocalEngine(utc_now, _broken))
    _looked: datetime = field(default_factory=utc_now)
    _overseer: Overseer = field(default_factory=Overseer)
    _press: Press = field(default_factory=Press)
    _work: Thread | None = None
    _telling: Workers = field(default_factory=lambda: Workers(max_workers=1, thread_name_prefix="hub"))

    def begin(self) -> None:
        """Begin every duty now, and again with each tick."""
        duties = {Kind.LOOK: self.look, Kind.DELIVER: self.send, Kind.TIDY: self.tidy, Kind.WATCH: self.watch}
        tick = timedelta(seconds=self.tick)
        for kind, every in zip(duties, (tick, tick, DAY, min(WATCH, WATCH_TICKS * tick)), strict=True):
            self.engine.schedule(kind, every)
        self._telling.submit(self._do, "arrive", self._arrive)
        for duty in DUTIES:
            self.service.pulse.expect(duty, self.tick)
        self._work = Thread(target=self.engine.run, args=(duties, len(duties)), name="engine")
        self._work.start()

    def wake(self) -> None:
        """Begin every duty now that is not at work."""
        self.engine.again()

    def end(self) -> None:
        """Let what is in flight be finished."""
        self.engine.stop()
        if self._work:
            self._work.join()
        self._telling.shutdown(cancel_futures=True)

    def look(self, _all: str = "") -> None:
        """Check what is due, and publish what changed; the hub hears of it in a thread of its own."""
        self._do("check", self._check)
        self._do("publish", self._publish)
        self._telling.submit(self._do, "announce", self._announce)  # a hub that is slow delays no check
        self._telling.submit(self._do, "ping", self._ping)

    def send(self, _all: str = "") -> None:
        """Deliver what is owed."""
        self._do("deliver", self._deliver)

    def tidy(self, _all: str = "") -> None:
        """Let go of what nobody needs any more."""
        self._do("prune", self._prune)

    def _prune(self, app: App, stop: Stop) -> None:
        app.prune(stop=stop)

    def watch(self, _all: str = "") -> None:
        """Tell the operator what is wrong."""
        self._do("watch", self._watch)

    def _check(self, app: App, stop: Stop) -> None:
        last, self._looked = self._looked, utc_now()
        if self._looked < last:
            app.store.heed_clock(self._looked)
        for done in app.check(portion(app.due()), stop=stop):
            self.service.metrics.checked(done)

    def _publish(self, app: App, stop: Stop) -> None:
        published = []
        for done in self._press.publish(app, utc_now()):
            stop()
            self.service.metrics.published(done)
            published.append(done)
        self._overseer.published(published)

    def _announce(self, app: App, stop: Stop) -> None:
        self.service.metrics.announced(app.announce(stop=stop))

    def _deliver(self, app: App, stop: Stop) -> None:
        for done in app.deliver(stop=stop):
            self.service.metrics.delivered(done)

    def _arrive(self, app: App, _stop: Stop) -> None:
        self._overseer.arrive(app)

    def _ping(self, app: App, _stop: Stop) -> None:
        self._overseer.passed(app)

    def _watch(self, app: App, _stop: Stop) -> None:
        self._overseer.look(app, self.service.concerns())

    def _do(self, duty: str, work: Callable[[App, Stop], object]) -> None:
        """Do one duty; whatever goes wrong in it is logged once, and tried again soon, then ever more rarely."""
        pulse, fault = self.service.pulse, None
        if pulse.rests(duty):
            return
        with self.service.lent() as app:
            before = pulse.trouble(duty)
            pulse.begin(duty)
            try:
                work(app, partial(self._asked, duty))
            except Exception as error:  # noqa: BLE001 - the one guard: nothing may stop the service
                fault = error
            what = _named(fault)
            pulse.end(duty, utc_now(), what)
            if fault is not None:
                self._overseer.failed(duty, what)
            if isinstance(fault, StoreError):
                unstored(app.config, fault)
        if fault is not None and (before is None or before.what != what):
            log.failed(duty, fault, trace=not isinstance(fault, FeedbotError))
        if fault is None and before is not None:
            log.event("mended", duty=duty, since=before.since)

    def _asked(self, duty: str) -> bool:
        """Say whether a duty is to stop. Who asks gets on, so that asking is its sign of life."""
        self.service.pulse.step(duty)
        return self.stopping.is_set() or self.service.changing


def _broken(kind: Kind, _key: str, error: Exception) -> None:
    log.failed(kind, error, trace=True)


def _named(fault: Exception | None) -> str:
    if fault is None or isinstance(fault, FeedbotError):
        return str(fault or "")
    return f"{type(fault).__name__}: {fault}"
