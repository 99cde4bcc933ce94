"""Signals: how the one who runs the service asks it to stop, or to read its configuration again."""

import os
import signal
import sys
from threading import Event
from types import FrameType

FORCED = 130
"""Exit code when a second signal ends the process before its work is finished."""


def heeding(stopping: Event, again: Event) -> None:
    """Set `stopping` on SIGTERM and SIGINT, and `again` on SIGHUP; a second of the former ends the process at once."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        if stopping.is_set():
            os._exit(FORCED)
        stopping.set()

    def reload(_signal: int, _frame: FrameType | None) -> None:
        again.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    signal.signal(signal.SIGHUP, reload)


def cut_off() -> None:
    """End the process at once, and well: threads that do not end are not waited for."""
    sys.stderr.flush()
    os._exit(0)
