"""What the operator hears: alerts, the summary of a day, and pings to who notices silence."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from feedbot import log
from feedbot.app import App, open_app, utc_now
from feedbot.bulletin import owed_to
from feedbot.config import Config, Oversight
from feedbot.deliver import Delivered
from feedbot.errors import SendError, StoreBusy, StoreError
from feedbot.lookout import Surroundings, Told, overdue, passed, returned, summary, tell, watch
from feedbot.outcry import calm, cry
from feedbot.publish import Published
from feedbot.send import Pinger

MINUTE = timedelta(minutes=1)


@dataclass(slots=True, kw_only=True)
class Overseer:
    """Looks after a working feedbot; remembers only what one process has to."""

    pinged_at: datetime | None = None
    complained: bool = False
    """Whether the last ping said that something went wrong."""
    passed_at: datetime | None = None
    summed_up: date | None = None
    unwritten: Mapping[str, str] | None = None
    late: bool = False
    wrong: dict[str, str] = field(default_factory=dict)
    """What went wrong since the last ping."""

    def arrive(self, app: App) -> None:
        """Begin: somebody else hears of it, and the operator where nothing was done for long."""
        if ping := _said(app).ping:
            _ask(app, ping.start)
        if alert := returned(app.store, utc_now()):
            app.store.raise_alert(alert)
            self._tell(app)

    def published(self, done: Sequence[Published]) -> None:
        """Take note of feed files that could not be written."""
        failed = {name: why for one in done for name, why in one.failed}
        if failed or any(one.written for one in done):
            self.unwritten = failed

    def failed(self, duty: str, error: object) -> None:
        """Take note of a duty that could not be done."""
        self.wrong[duty] = str(error)

    def passed(self, app: App) -> None:
        """Take note that a pass over everything that is due came to its end, and give a sign of life."""
        now = utc_now()
        if self.passed_at is None or now - self.passed_at >= MINUTE:
            self.passed_at = now
            passed(app.store, now)
        self.ping(app)

    def look(self, app: App, faults: Sequence[str] = ()) -> bool:
        """Raise and clear alerts, and owe the operator what is to be told now; say whether there was anything."""
        said, now = _said(app), utc_now()
        file = app.store.place
        folders = {*([file.parent] if file else ()), app.config.settings.feeds_dir}
        around = Surroundings(
            targets=[target.id for target in app.config.targets],
            rooms={str(folder): shutil.disk_usage(folder).free for folder in folders if folder.exists()},
            unwritten=self.unwritten,
            faults=faults,
            waited=self.late,
            canary=said.canary.every if said.canary else None,
        )
        calmed = calm(app, now)
        self.late = overdue(app.store, now) is not None
        watch(app.store, app.store, around, now)
        self.unwritten = None
        return calmed | bool(self._tell(app)) | self._sum_up(app, now)

    def _sum_up(self, app: App, now: datetime) -> bool:
        """Owe the summary of the day where it is time for it, once a day; say whether it was."""
        said, site = _said(app), app.config.settings.site
        local = now.astimezone(ZoneInfo(site.timezone))
        if said.summary is None or not said.alerts or local.time() < said.summary or self.summed_up == local.date():
            return False
        titles = {**app.store.titles(), **{one.id: one.title for one in app.config.sources if one.title}}
        item = summary(app.store, app.store, lambda one: titles.get(one, "") or one, local.date(), now)
        self.summed_up = local.date()
        return app.store.post_bulletin(item, owed_to(item, "published", said.alerts, now))

    def deliver(self, app: App) -> list[Delivered]:
        """Send at once what the operator is owed."""
        return app.deliver(_said(app).alerts) if _said(app).alerts else []

    def _tell(self, app: App) -> list[Told]:
        done = tell(app.store, _said(app).alerts, app.config.settings.site.timezone, utc_now())
        for one in done:
            log.alerted(one)
        return done

    def ping(self, app: App) -> None:
        """Give a sign of life, or say what went wrong, where the last one is old enough."""
        ping, now = _said(app).ping, utc_now()
        wrong, self.wrong = self.wrong, {}
        recent = self.pinged_at and ping and now - self.pinged_at < ping.every
        if ping is None or (recent and bool(wrong) == self.complained):
            return
        self.pinged_at, self.complained = now, bool(wrong)
        _ask(app, ping.fail if wrong else ping.url, "\n".join(f"{duty}: {why}" for duty, why in wrong.items()))


def unstored(config: Config, error: StoreError) -> None:
    """Tell the operator at once that nothing can be stored; a database that is only locked is left alone."""
    if not isinstance(error, StoreBusy):
        cry(config, str(error), utc_now())


def _said(app: App) -> Oversight:
    return app.config.settings.oversight


def _ask(app: App, url: str, what: str = "") -> None:
    if not url:
        return
    pinger = Pinger(app.outbound)
    try:
        if what:
            pinger.tell(url, what)
        else:
            pinger.ask(url)
    except SendError as error:
        log.failed("ping", error)


@contextmanager
def opened(config: Config) -> Iterator[App]:
    """Open the app of a configuration; where its database cannot be opened, the operator hears of it."""
    with ExitStack() as stack:
        try:
            app = stack.enter_context(open_app(config))
        except StoreError as error:
            unstored(config, error)
            raise
        yield app


@contextmanager
def overseeing(app: App) -> Iterator[Overseer]:
    """Look after one pass: it is announced, and its end told, whichever way it ends."""
    overseer = Overseer()
    overseer.arrive(app)
    try:
        yield overseer
    except Exception as error:
        if isinstance(error, StoreError):
            unstored(app.config, error)
        overseer.failed("run", error)
        overseer.ping(app)
        raise
    overseer.passed(app)
