"""Keeper: watches over the running service: its signs of life, its configuration, its clock."""

from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import ThreadPoolExecutor as Workers
from datetime import datetime, timedelta
from threading import Event
from time import monotonic

from feedbot import log
from feedbot.app import utc_now
from feedbot.service import Service
from feedbot.supervisor import Supervisor
from feedbot.watch import Watch

STEP = 1.0
"""Seconds between two looks."""
LEAP = timedelta(seconds=30)
"""A clock that is set by less does no harm."""


class Keeper:
    """Looks at the service once a second. `wake` begins every duty at once."""

    def __init__(
        self,
        service: Service,
        supervisor: Supervisor,
        *,
        wake: Callable[[], object],
        clock: Callable[[], datetime] = utc_now,
        ticking: Callable[[], float] = monotonic,
    ) -> None:
        self._service = service
        self._supervisor = supervisor
        self._wake = wake
        self._clock, self._ticking = clock, ticking
        self._watch = Watch(service.app.config.files)
        self._reloading: Future[bool] | None = None
        self._offset = self._now()
        self._signed = float("-inf")
        self._status = ""

    def keep(self, stopping: Event, again: Event) -> None:
        """Watch until `stopping` is set; `again` asks for the configuration to be read again."""
        step = min(STEP, self._supervisor.period / 4) if self._supervisor.period else STEP
        with Workers(max_workers=1, thread_name_prefix="reload") as workers:
            self._supervisor.ready(self._told())
            while not stopping.wait(step):
                if self._reloading is None and (self._watch.changed() or again.is_set()):
                    self._begin(workers, again)
                self.look()

    def look(self) -> None:
        """Look once: give a sign of life unless a duty hangs, and heed a clock that was set."""
        self._heed_clock()
        self._end_reload()
        if self._service.pulse.hanging():
            self._say()
            return
        if self._ticking() - self._signed >= self._supervisor.period / 3:
            self._supervisor.alive()
            self._say()
            self._signed = self._ticking()

    def _begin(self, workers: Workers, again: Event) -> None:
        again.clear()
        self._watch.settle()
        self._supervisor.reloading()
        self._reloading = workers.submit(self._service.reload)

    def _end_reload(self) -> None:
        """Go on once the configuration was read: by the new one, or the old."""
        if self._reloading is None or not self._reloading.done():
            return
        if self._reloading.result():
            self._watch.follow(self._service.app.config.files)
            self._wake()
        self._reloading = None
        self._supervisor.ready(self._told())

    def _heed_clock(self) -> None:
        """Begin every duty now when the clock was set: ticks that are planned by the old one may be a day away."""
        gap = self._now() - self._offset
        if abs(gap) > LEAP:
            self._offset = self._now()
            log.warned("clock set", seconds=round(gap.total_seconds()))
            self._wake()

    def _now(self) -> timedelta:
        """Return how far the clock is from one that nobody can set."""
        return self._clock() - datetime.min.replace(tzinfo=self._clock().tzinfo) - timedelta(seconds=self._ticking())

    def _say(self) -> None:
        """Tell how things are, where that has changed."""
        status = self._told()
        if status != self._status:
            self._status = status
            self._supervisor.status(status)
            for duty, gap in self._service.pulse.hanging().items():
                log.warned("hanging", duty=duty, seconds=round(gap.total_seconds()))

    def _told(self) -> str:
        hanging, troubles = self._service.pulse.hanging(), self._service.pulse.troubles()
        if hanging:
            return f"hanging: {', '.join(hanging)}"
        if troubles:
            return "; ".join(f"{duty} fails: {trouble.what}" for duty, trouble in troubles.items())
        config = self._service.app.config
        return f"{len(config.sources)} sources, {len(config.targets)} targets"
