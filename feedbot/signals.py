"""Signals: how the one who runs the service asks it to stop, or to read its configuration again."""

import os
import signal
import sys
from queue import SimpleQueue
from threading import Event, Thread
from types import FrameType

FORCED = 130
"""Exit code when a second signal ends the process before its work is finished."""


def heeding(stopping: Event, again: Event) -> None:
    """Set `stopping` on SIGTERM and SIGINT, and `again` on SIGHUP; a second of the former ends the process at once.

    A thread sets them: a handler runs in the midst of whatever the main thread does, also of beginning to wait for the
    same event, whose lock it would never get.
    """
    said: SimpleQueue[Event] = SimpleQueue()
    ends: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        ends.append(number)
        if len(ends) > 1:
            os._exit(FORCED)
        said.put(stopping)

    def reload(_number: int, _frame: FrameType | None) -> None:
        said.put(again)

    def tell() -> None:
        while True:
            said.get().set()

    Thread(target=tell, name="signals", daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    signal.signal(signal.SIGHUP, reload)


def cut_off() -> None:
    """End the process at once, and well: threads that do not end are not waited for."""
    sys.stderr.flush()
    os._exit(0)
