"""Pulse: what each duty of the service gives as signs of life, and which of them fail."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import inf
from threading import Lock
from time import monotonic

STUCK = 1800.0
"""Seconds after which a duty that is begun and did nothing since hangs: any single step of it takes far less."""
SHORT_REST, LONG_REST = 2.0, 120.0
"""Seconds that a duty rests after its first failure, and at most; twice as long after each one in a row."""
LATE = 300.0
"""Seconds after which a duty that should have begun again is not begun any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why the last run of a duty failed, and since when its runs fail; aware UTC."""

    what: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """A duty: how often it ran, and how it is. Moments are seconds of the monotonic clock, all else is aware UTC."""

    at: float
    """When it did something last: began, took a step, or ended."""
    working: bool = False
    rests: float = inf
    """Seconds from its end to its next beginning, as planned; endless where that is not planned."""
    runs: int = 0
    failures: int = 0
    """How many of its runs failed, since the start."""
    took: float = 0.0
    """Seconds that its last run took."""
    began: float = 0.0
    ended_at: datetime | None = None
    """When it was last done without a failure."""
    trouble: Trouble | None = None
    streak: int = 0
    """How many of its last runs failed in a row."""


@dataclass(slots=True)
class Pulse:
    """The signs of life of every duty. Safe to share by threads; a clock that is set does not touch it."""

    clock: Callable[[], float] = monotonic
    _beats: dict[str, Beat] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def expect(self, duty: str, rests: float) -> None:
        """Say that a duty is to begin, and again `rests` seconds after each end."""
        with self._lock:
            self._beats[duty] = Beat(at=self.clock(), rests=rests)

    def begin(self, duty: str) -> None:
        """Note that a duty began."""
        now = self.clock()
        self._change(duty, lambda beat: replace(beat, working=True, at=now, began=now))

    def step(self, duty: str) -> None:
        """Note that a duty gets on."""
        now = self.clock()
        self._change(duty, lambda beat: replace(beat, at=now))

    def end(self, duty: str, when: datetime, error: str = "") -> None:
        """Note that a duty ended, and with which error."""
        now = self.clock()

        def ended(beat: Beat) -> Beat:
            done = replace(beat, working=False, at=now, runs=beat.runs + 1, took=now - beat.began)
            if not error:
                return replace(done, ended_at=when, trouble=None, streak=0)
            since = beat.trouble.since if beat.trouble else when
            trouble = Trouble(what=error, since=since)
            return replace(done, failures=beat.failures + 1, trouble=trouble, streak=beat.streak + 1)

        self._change(duty, ended)

    def trouble(self, duty: str) -> Trouble | None:
        """Return why the last run of a duty failed, if it did."""
        beat = self.beats().get(duty)
        return beat.trouble if beat else None

    def rests(self, duty: str) -> bool:
        """Say whether a duty failed so lately that it is not to be tried again yet: others pay for each try."""
        beat = self.beats().get(duty)
        if beat is None or not beat.streak:
            return False
        return self.clock() - beat.at < min(SHORT_REST * (1 << min(beat.streak - 1, 10)), LONG_REST)

    def beats(self) -> Mapping[str, Beat]:
        """Return how each duty is."""
        with self._lock:
            return dict(self._beats)

    def hanging(self) -> Mapping[str, timedelta]:
        """Return the duties that do not get on any more, each with how long: only a new start helps them."""
        now = self.clock()
        still = {duty: (now - beat.at, STUCK if beat.working else beat.rests + LATE) for duty, beat in self._all()}
        return {duty: timedelta(seconds=gap) for duty, (gap, most) in still.items() if gap > most}

    def troubles(self) -> Mapping[str, Trouble]:
        """Return the duties whose last run failed, with the reason."""
        return {duty: beat.trouble for duty, beat in self._all() if beat.trouble}

    def _all(self) -> list[tuple[str, Beat]]:
        return sorted(self.beats().items())

    def _change(self, duty: str, change: Callable[[Beat], Beat]) -> None:
        with self._lock:
            self._beats[duty] = change(self._beats.get(duty) or Beat(at=self.clock()))
