"""A pool of threads that grows only while it has to wait."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from time import process_time
from typing import TypeVar

PATIENCE = 0.02
"""Seconds without any outcome after which the pool doubles."""
BUSY = 0.5
"""Share of that time which the process worked: from there on it is work that takes so long, and no answer."""

Job = TypeVar("Job")
Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class _Left:
    """Said by a thread that found no more jobs, or that an error stopped."""

    error: Exception | None = None


def side_by_side(
    work: Callable[[Job], Iterable[Outcome]],
    jobs: Iterable[Job],
    *,
    most: int,
    worked: Callable[[], float] = process_time,
) -> Iterator[Outcome]:
    """Yield what `work` makes of each of `jobs`, as it comes, from up to `most` threads.

    One thread begins. As long as outcomes keep coming, or `worked` (seconds of CPU so far) says that they are worked
    for, it stays alone, for threads of one interpreter stand in each other's way; while answers are slow, others join
    it. An exception of `work` ends the thread that met it, and is
    raised when all are done. Who stops listening waits for the jobs that were begun; the others are dropped.
    """
    waiting: SimpleQueue[Job] = SimpleQueue()
    done: SimpleQueue[Outcome | _Left] = SimpleQueue()
    for job in jobs:
        waiting.put(job)
    threads = [_joined(work, waiting, done)]
    trouble: Exception | None = None
    left, now = 0, worked()
    try:
        while left < len(threads):
            try:
                said = done.get(timeout=PATIENCE if len(threads) < most and not waiting.empty() else None)
            except Empty:
                before, now = now, worked()
                if now - before > BUSY * PATIENCE:
                    continue
                more = min(len(threads), most - len(threads), waiting.qsize())
                threads += [_joined(work, waiting, done) for _ in range(more)]
                continue
            now = worked()
            if isinstance(said, _Left):
                left, trouble = left + 1, trouble or said.error
            else:
                yield said
    finally:
        with suppress(Empty):
            while True:
                waiting.get_nowait()
        for thread in threads:
            thread.join()
    if trouble is not None:
        raise trouble


def _joined(
    work: Callable[[Job], Iterable[Outcome]], waiting: "SimpleQueue[Job]", done: "SimpleQueue[Outcome | _Left]"
) -> Thread:
    """Return a thread that works off what waits."""

    def run() -> None:
        try:
            with suppress(Empty):
                while True:
                    for outcome in work(waiting.get_nowait()):
                        done.put(outcome)
        except Exception as error:  # noqa: BLE001 - raised again by the one who waits
            done.put(_Left(error))
        else:
            done.put(_Left())

    thread = Thread(target=run, daemon=True)
    thread.start()
    return thread
