"""The running service: the app that is at work, the configuration that replaces it, and how all of it is."""

import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Condition

from feedbot import log
from feedbot.app import App, again, utc_now
from feedbot.config import Config
from feedbot.errors import ConfigError, FeedbotError, Problem, StoreError
from feedbot.metrics import NAMED, Metrics
from feedbot.ports import Engine, EngineStats
from feedbot.pulse import Pulse
from feedbot.store import Gauges

FRESH = 5.0
"""Seconds for which numbers of the store are good enough for who asks again."""


class Service:
    """Lends the app to those who work with it, and replaces it as a whole when the configuration changes.

    `load` reads the configuration again; it raises ConfigError. Safe to share by threads.
    """

    def __init__(
        self,
        app: App,
        load: Callable[[], Config],
        *,
        clock: Callable[[], datetime] = utc_now,
        queue: Engine | None = None,
    ) -> None:
        self.pulse = Pulse()
        self.metrics = Metrics(self.pulse, self, clock)
        self._app = app
        self._load = load
        self._clock = clock
        self._queue = queue
        self._told: list[Callable[[], object]] = []
        self._turn = Condition()
        self._lent = 0
        self._changing = False
        self._refused: list[str] = []
        self._gauges: tuple[float, Gauges] | None = None

    @property
    def app(self) -> App:
        """The app that is at work now; for looking only."""
        return self._app

    @property
    def changing(self) -> bool:
        """Whether another app waits for those at work to give theirs back."""
        return self._changing

    @contextmanager
    def lent(self) -> Iterator[App]:
        """Lend the app for a piece of work; it is not replaced before it is given back."""
        with self._turn:
            self._turn.wait_for(lambda: not self._changing)
            self._lent += 1
        try:
            yield self._app
        finally:
            with self._turn:
                self._lent -= 1
                self._turn.notify_all()

    def when_changed(self, heard: Callable[[], object]) -> None:
        """Have `heard` called after each change of the app."""
        self._told.append(heard)

    def reload(self) -> bool:
        """Read the configuration again and work by it: all of it, or where anything is wrong, by the old one.

        Say whether the configuration that stands in the file is at work now. What went wrong is logged.
        """
        try:
            config = self._load()
            _movable(self._app.config, config)
            self._replace(config)
        except ConfigError as error:
            self._refuse([str(one) for one in error.problems])
        except FeedbotError as error:
            self._refuse([str(error)])
        except Exception as fault:  # noqa: BLE001 - nothing that stands in a file may stop the service
            self.metrics.reloaded(well=False)
            log.failed("reload", fault, trace=True)
        else:
            self._refused = []
            for heard in self._told:
                heard()
            return True
        return False

    def close(self) -> None:
        """Let go of what the app at work holds, but for its store."""
        self._app.outbound.close()

    def gauges(self) -> Gauges:
        """Return how everything stands, as of a few seconds ago at most. Raises StoreError."""
        now = time.monotonic()
        if self._gauges is None or now - self._gauges[0] > FRESH:
            self._gauges = now, self._app.store.gauges(self._clock(), most=NAMED)
        return self._gauges[1]

    def queue(self) -> EngineStats | None:
        """Return how much the engine has to do that shares the work; None where this process does all of it.

        Raises StoreError.
        """
        return self._queue.stats() if self._queue else None

    def room(self) -> Mapping[str, int]:
        """Return how many bytes are free for the database and for feeds."""
        places = {"database": self._app.store.place, "feeds": self._app.config.settings.feeds_dir}
        return {holds: shutil.disk_usage(_there(place)).free for holds, place in places.items() if place}

    def hanging(self) -> list[str]:
        """Return the duties that hang, in words."""
        return [f"{duty} hangs since {int(gap.total_seconds())} s" for duty, gap in self.pulse.hanging().items()]

    def faults(self) -> list[str]:
        """Return what keeps the service from its work, in words; nothing where all is well."""
        found = self.hanging()
        found += [
            f"{duty} fails since {trouble.since:%Y-%m-%d %H:%M} UTC: {trouble.what}"
            for duty, trouble in self.pulse.troubles().items()
        ]
        try:
            self._app.store.answers()
        except StoreError as error:
            found.append(str(error))
        return found

    def _refuse(self, problems: Sequence[str]) -> None:
        file = self._app.config.files[0]
        self.metrics.reloaded(well=False)
        log.refused(str(file), problems)
        self._refused = [f"{file} is not heeded, since it is wrong: {problems[0]}"]

    def concerns(self) -> list[str]:
        """Return all that the operator is to know of the service: its faults, and a configuration it does not heed."""
        return [*self.faults(), *self._refused]

    def _replace(self, config: Config) -> None:
        """Put an app of `config` in the place of the one at work, once it is given back."""
        with self._turn:
            self._changing = True
        try:
            with self._turn:
                self._turn.wait_for(lambda: not self._lent)
                before, self._app = self._app, again(self._app, config)
                before.outbound.close()
        finally:
            with self._turn:
                self._changing = False
                self._turn.notify_all()
        self.metrics.reloaded(well=True)
        log.reloaded(before.config, config)


def _there(place: Path) -> Path:
    """Return `place`, or the nearest folder above it that is there."""
    return next(one for one in (place, *place.absolute().parents) if one.exists())


def _movable(old: Config, new: Config) -> None:
    """Raise ConfigError where `new` differs in what only a new start can change."""
    pairs = {
        "database": (old.settings.database, new.settings.database),
        "engine": (old.settings.engine, new.settings.engine),
        "serve.host": (old.settings.serve.host, new.settings.serve.host),
        "serve.port": (old.settings.serve.port, new.settings.serve.port),
        "serve.web": (old.settings.serve.web, new.settings.serve.web),
    }
    remedy = "restart feedbot to change it, or take the change back"
    problems = [
        Problem(
            file=str(new.files[0]), line=1, column=1, key=key, what="cannot change while feedbot runs", remedy=remedy
        )
        for key, (was, now) in pairs.items()
        if was != now
    ]
    if problems:
        raise ConfigError(problems)
