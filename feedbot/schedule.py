"""The clock of the service: APScheduler ticks, and the store says what is due."""

import logging
import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor as Workers
from threading import Event
from types import FrameType
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from feedbot import log
from feedbot.app import App, utc_now
from feedbot.errors import FeedbotError

FORCED = 130
"""Exit code when a second signal ends the process before its work is finished."""


def serve(app: App, *, tick: float, stop: Event | None = None) -> None:
    """Check, publish and deliver what is due, every `tick` seconds, until `stop` is set or a signal comes.

    SIGTERM and SIGINT finish what is in flight; a second one ends the process at once.
    """
    stopping = stop or Event()
    _heed_signals(stopping)
    scheduler, telling = _scheduler(), Workers(max_workers=1, thread_name_prefix="hub")

    def look() -> None:
        _guarded("check", lambda: [*app.check(app.due(), stop=stopping.is_set)])
        _guarded("publish", lambda: [*app.publish()])
        telling.submit(tell)  # in a thread of its own: a hub that is slow delays no check

    def send() -> None:
        _guarded("deliver", lambda: app.deliver(stop=stopping.is_set))

    def tell() -> None:
        _guarded("announce", lambda: app.announce(stop=stopping.is_set))

    scheduler.add_job(look, "interval", seconds=tick, id="look", next_run_time=utc_now())
    scheduler.add_job(send, "interval", seconds=tick, id="send", next_run_time=utc_now())
    scheduler.start()
    log.event("serving", tick=tick, sources=len(app.config.sources), targets=len(app.config.targets))
    stopping.wait()
    log.event("stopping")
    scheduler.shutdown(wait=True)
    telling.shutdown(cancel_futures=True)
    log.event("stopped")


def _scheduler() -> Any:  # noqa: ANN401 - APScheduler 3 has no types
    """One thread per duty; a tick that is late or still running is not repeated, and none is lost."""
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # a tick that waits for the last one is no news
    return BackgroundScheduler(
        timezone="UTC",
        executors={"default": ThreadPoolExecutor(2)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )


def _heed_signals(stopping: Event) -> None:
    def heed(_signal: int, _frame: FrameType | None) -> None:
        if stopping.is_set():
            os._exit(FORCED)
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, heed)


def _guarded(duty: str, work: Callable[[], object]) -> None:
    """Run one duty; whatever goes wrong in it is logged, and the next tick tries again."""
    try:
        work()
    except FeedbotError as error:
        log.failed(duty, error)
    except Exception as error:  # noqa: BLE001 - the one guard: nothing may stop the service
        log.failed(duty, error, trace=True)
