"""The engine of one process: threads, and a queue in memory. After a kill the ticks find what the queue held."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Condition

from feedbot.engine.ticks import Ticks
from feedbot.ports import EngineStats, Kind, Transaction

LATER = timedelta(minutes=15)
"""What is done but once in hours waits so long after the start, until the rush is over."""
RARE = timedelta(hours=1)
Job = tuple[Kind, str]


class LocalEngine:
    """Satisfies ports.Engine. What is asked for while it runs is done once more; nothing runs beside itself.

    `failed` hears what a handler raised.
    """

    def __init__(self, clock: Callable[[], datetime], failed: Callable[[Kind, str, Exception], object]) -> None:
        self._clock = clock
        self._failed = failed
        self._ticks = Ticks(clock)
        self._turn = Condition()
        self._waiting: dict[tuple[Job, datetime | None], datetime] = {}
        self._running: set[Job] = set()
        self._dead = 0
        self._stopped = False

    def enqueue(self, tx: Transaction, kind: Kind, key: str, due: datetime) -> None:
        """Wake a handler at `due`, once `tx` is stored."""
        tx.then(lambda: self._put((kind, key), due))

    def schedule(self, kind: Kind, every: timedelta) -> None:
        """Wake a handler so often, unless it is at work."""
        first = LATER if every >= RARE else timedelta()
        self._ticks.every(kind, every, lambda: self._ticked(kind), first=first)

    def again(self) -> None:
        """Begin everything that is scheduled now."""
        self._ticks.again()

    def run(self, handlers: Mapping[Kind, Callable[[str], object]], slots: int) -> None:
        """Call handlers until told to stop, then finish what was begun."""
        self._ticks.begin()
        with ThreadPoolExecutor(max_workers=slots, thread_name_prefix="feedbot") as pool:
            while job := self._next(slots):
                pool.submit(self._do, job, handlers[job[0]])
        self._ticks.end()

    def stop(self) -> None:
        """Tell it to stop."""
        with self._turn:
            self._stopped = True
            self._turn.notify_all()

    def stats(self) -> EngineStats:
        """Return how much there is to do."""
        with self._turn:
            due = [when for when in self._waiting.values() if when <= self._clock()]
            return EngineStats(
                queued=len(self._waiting),
                running=len(self._running),
                late=len(due),
                dead=self._dead,
                late_since=min(due, default=None),
            )

    def _put(self, job: Job, due: datetime) -> None:
        with self._turn:
            self._waiting.setdefault((job, due if due > self._clock() else None), due)
            self._turn.notify_all()

    def _ticked(self, kind: Kind) -> None:
        if (kind, "") not in self._running:
            self._put((kind, ""), self._clock())

    def _next(self, slots: int) -> Job | None:
        """Wait for what is due and may run; None once it is told to stop."""
        with self._turn:
            while not self._stopped:
                free = {one: due for one, due in self._waiting.items() if one[0] not in self._running}
                first = min(free, key=free.__getitem__, default=None)
                wait = (free[first] - self._clock()).total_seconds() if first else None
                if first and wait is not None and wait <= 0 and len(self._running) < slots:
                    del self._waiting[first]
                    self._running.add(first[0])
                    return first[0]
                self._turn.wait(wait if len(self._running) < slots else None)
            return None

    def _do(self, job: Job, handler: Callable[[str], object]) -> None:
        try:
            handler(job[1])
        except Exception as error:  # noqa: BLE001 - one that fails costs no other one
            self._dead += 1
            self._failed(*job, error)
        finally:
            with self._turn:
                self._running.discard(job)
                self._turn.notify_all()
