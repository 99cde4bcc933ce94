"""The clock: APScheduler ticks, and remembers nothing."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler


class Ticks:
    """Calls what it is told so often, in a thread of its own; a tick that is late is not repeated, and none is lost."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # a tick that waits for the last one is no news
        self._clock = clock
        self._told: dict[str, tuple[timedelta, timedelta, Callable[[], object]]] = {}
        self._ticking: Any = None
        self._turn = Lock()

    def every(self, name: str, period: timedelta, told: Callable[[], object], *, first: timedelta) -> None:
        """Call `told` so often, for the first time when `first` has passed; to be said before it begins."""
        self._told[name] = period, first, told

    def begin(self) -> None:
        """Begin to tick."""
        ticking: Any = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(2)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        with self._turn:
            for name, (period, first, told) in self._told.items():
                begins, seconds = self._clock() + first, period.total_seconds()
                ticking.add_job(told, "interval", seconds=seconds, id=name, next_run_time=begins)
            ticking.start()
            self._ticking = ticking

    def again(self) -> None:
        """Begin anew now, as at the start: clocks were set, or what is ticked for has changed."""
        with self._turn:
            for name, (_, first, _) in self._told.items() if self._ticking else ():
                self._ticking.modify_job(name, next_run_time=self._clock() + first)

    def end(self) -> None:
        """Tick no more."""
        with self._turn:
            ticking, self._ticking = self._ticking, None
        if ticking is not None:
            ticking.shutdown(wait=True)
