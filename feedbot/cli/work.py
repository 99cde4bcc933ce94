"""Commands that do the work: check, run, serve, publish, deliver, retry, send-test."""

import os
import sys
from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from feedbot.cli import DONE, PARTLY
from feedbot.cli.open import app_of, config_of, config_path, known
from feedbot.cli.screen import progress, say, table, tell

if TYPE_CHECKING:
    from feedbot.announce import Announced
    from feedbot.app import App
    from feedbot.deliver import Delivered
    from feedbot.outcome import Checked
    from feedbot.publish import Published
    from feedbot.send.handshake import Finding
    from feedbot.service import Service
    from feedbot.source import Source
    from feedbot.supervisor import Supervisor


def check(options: Namespace) -> int:
    """Check sources now."""
    with app_of(options) as app:
        known(options, "source", options.sources, [source.id for source in app.config.sources])
        wanted = [source for source in app.config.sources if not options.sources or source.id in options.sources]
        checked = _checked(app, wanted, accept=options.accept)
    if options.json:
        tell([asdict(one) for one in checked])
    else:
        _show_checked(checked)
    return _troubles(_failing(checked))


def run(options: Namespace) -> int:
    """Do one pass over what is due."""
    from feedbot.oversight import overseeing  # noqa: PLC0415 - help needs none of it

    with app_of(options, watched=True) as app, overseeing(app) as overseer:
        checked = _checked(app, app.due())
        published = list(app.publish())
        overseer.published(published)
        announced = app.announce()
        delivered = app.deliver()
        if overseer.look(app):
            delivered += overseer.deliver(app)
    if options.json:
        tell(
            {
                "checked": [asdict(one) for one in checked],
                "published": [asdict(one) for one in published],
                "announced": [asdict(one) for one in announced.notices] if announced else [],
                "delivered": [asdict(one) for one in delivered],
            }
        )
    else:
        _show_checked(checked)
        _show_published(published)
        _show_delivered(delivered)
    failing = [*_failing(checked), *_failing_files(published), *_failing_notices(announced)]
    return _troubles([*failing, *_failing_targets(delivered)])


def serve(options: Namespace) -> int:
    """Keep working until stopped, and hand out the feeds over HTTP."""
    from feedbot.schedule import serve as keep  # noqa: PLC0415 - only this command needs APScheduler
    from feedbot.service import Service  # noqa: PLC0415 - the same
    from feedbot.supervisor import Supervisor  # noqa: PLC0415 - the same

    supervisor = Supervisor.of(os.environ, os.getpid())
    with app_of(options, quiet=False, watched=True) as app:
        if app.config.settings.engine == "distributed":
            return _shared(app, options, supervisor, tick=options.tick)
        service = Service(app, lambda: config_of(options))
        with _web(service, options):
            keep(service, tick=options.tick, supervisor=supervisor)
    return DONE


def worker(options: Namespace) -> int:
    """Share the work of those who serve, until stopped."""
    from feedbot.errors import ConfigError, Problem  # noqa: PLC0415 - help needs none of it
    from feedbot.supervisor import Supervisor  # noqa: PLC0415 - the same

    if config_of(options).settings.engine != "distributed":
        what, remedy = "there is nobody to share the work with", "set `engine: distributed`, or use `feedbot serve`"
        file = str(config_path(options))
        raise ConfigError([Problem(file=file, line=1, column=1, key="engine", what=what, remedy=remedy)])
    with app_of(options, quiet=False) as app:
        return _shared(app, options, Supervisor.of(os.environ, os.getpid()))


def _shared(app: "App", options: Namespace, supervisor: "Supervisor", tick: float = 0.0) -> int:
    """Share the work; with a `tick` also say when it is time to look what is due, and hand out feeds."""
    from feedbot.crew import Crew, engaged  # noqa: PLC0415 - most installations share nothing
    from feedbot.schedule import serve as keep  # noqa: PLC0415 - the same
    from feedbot.service import Service  # noqa: PLC0415 - the same

    with engaged(app) as (sharing, engine):
        service = Service(sharing, lambda: config_of(options), queue=engine)
        ticks = timedelta(seconds=tick) if tick else None

        def crew(stopping: Event) -> Crew:
            return Crew(service=service, stopping=stopping, engine=engine, slots=options.slots, tick=ticks)

        with _web(service, options) if tick else nullcontext():
            keep(service, tick=tick, supervisor=supervisor, crew=crew)
    return DONE


def _web(service: "Service", options: Namespace) -> AbstractContextManager[object]:
    said = service.app.config.settings.serve
    if options.no_web or not said.web:
        return nullcontext()
    from feedbot.web import serving  # noqa: PLC0415 - only this command needs a web server

    return serving(service, options.host or said.host, said.port if options.port is None else options.port)


def publish(options: Namespace) -> int:
    """Write the files of feeds that changed."""
    with app_of(options) as app:
        published = list(app.publish(anew=options.all))
    if options.json:
        tell([asdict(one) for one in published])
    else:
        _show_published(published)
    return _troubles(_failing_files(published))


def deliver(options: Namespace) -> int:
    """Send what is owed and due."""
    with app_of(options) as app:
        known(options, "target", options.targets, [target.id for target in app.config.targets])
        delivered = app.deliver(options.targets)
    if options.json:
        tell([asdict(one) for one in delivered])
    else:
        _show_delivered(delivered)
    return _troubles(_failing_targets(delivered))


def retry(options: Namespace) -> int:
    """Make dead deliveries due again."""
    with app_of(options) as app:
        known(options, "target", [options.target] if options.target else [], [t.id for t in app.config.targets])
        count = app.store.retry(options.target, _moment(options.since, app.config.settings.site.timezone))
    if options.json:
        tell({"due_again": count})
    else:
        say(f"{count} dead deliveries are due again; `feedbot deliver` sends them")
    return DONE


def _moment(since: datetime | timedelta | None, timezone: str) -> datetime | None:
    """Return the moment that is meant: so long ago, or a time of the site's zone where it names none."""
    if isinstance(since, timedelta):
        from feedbot.app import utc_now  # noqa: PLC0415 - help needs none of it

        return utc_now() - since
    return since.replace(tzinfo=since.tzinfo or ZoneInfo(timezone)) if since else None


def send_test(options: Namespace) -> int:
    """Send a made-up item to one target, past the outbox; or show what it would get, or shake hands with it."""
    config = config_of(options)
    known(options, "target", [options.target], [target.id for target in config.targets])
    from feedbot import trial  # noqa: PLC0415 - help needs none of it

    if options.render:
        return _rendered(options, trial.render_test(config, options.target))
    if options.verify:
        return _verified(options, trial.verify(config, options.target))
    reply = trial.send_test(config, options.target)
    if options.json:
        tell({"target": options.target, "sent": True, "reply": reply})
    else:
        say(f"{options.target} took the test message{f': {reply}' if reply else ''}", style="green")
    return DONE


def _rendered(options: Namespace, files: Mapping[str, bytes]) -> int:
    folder = Path(options.render)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        return _troubles([f"{folder} cannot be written: {error.strerror}; name another folder"])
    if options.json:
        tell({"target": options.target, "sent": False, "files": [str(folder / name) for name in files]})
    else:
        say(f"Nothing was sent; what {options.target} would get is in {folder}: {', '.join(files)}")
    return DONE


def _verified(options: Namespace, findings: Sequence["Finding"]) -> int:
    if options.json:
        tell({"target": options.target, "findings": [asdict(one) for one in findings]})
    else:
        for one in findings:
            say(one.what, style="green" if one.well else "red")
    return _troubles([f"{options.target}: {one.what}; {one.remedy}" for one in findings if not one.well])


def _checked(app: "App", sources: Sequence["Source"], *, accept: bool = False) -> list["Checked"]:
    checked = []
    with progress("checking", len(sources)) as bar:
        for one in app.check(sources, accept=accept):
            checked.append(one)
            bar.advance(one.source_id)
    return checked


def _show_checked(checked: Iterable["Checked"]) -> None:
    rows = [
        (one.source_id, one.health, one.new, one.changed, one.seen, one.owed, one.evidence)
        for one in sorted(checked, key=lambda one: one.source_id)
    ]
    if rows:
        table("Checked", ("source", "health", "new", "changed", "seen", "owed", "evidence"), rows, style=("bold",))
    else:
        say("Nothing is due.")


def _show_published(published: Iterable["Published"]) -> None:
    files = [name for one in published for name in one.written]
    say(
        f"Published {len(files)} files: {', '.join(files[:6])}{' …' if len(files) > 6 else ''}"
        if files
        else "Feeds stand."
    )


def _show_delivered(delivered: Iterable["Delivered"]) -> None:
    rows = [(one.target_id, one.sent, one.failed, one.dead, one.disabled) for one in delivered if one.outcomes]
    if rows:
        table("Delivered", ("target", "sent", "to be tried again", "dead", "disabled"), rows, style=("bold",))
    else:
        say("Nothing is owed.")


def _failing(checked: Iterable["Checked"]) -> list[str]:
    from feedbot.source import TROUBLE  # noqa: PLC0415

    return [f"{one.source_id} is {one.health}: {one.evidence}" for one in checked if one.health in TROUBLE]


def _failing_files(published: Iterable["Published"]) -> list[str]:
    return [f"{name} was not written: {why}" for one in published for name, why in one.failed]


def _failing_notices(announced: "Announced | None") -> list[str]:
    notices = announced.notices if announced else ()
    return [f"the hub did not hear of {one.name}: {one.reason}" for one in notices if not one.told]


def _failing_targets(delivered: Iterable["Delivered"]) -> list[str]:
    from feedbot.delivery import State  # noqa: PLC0415

    return [
        f"{one.target_id} did not take {tried.item_id}: {tried.reason}"
        for one in delivered
        for tried in one.outcomes
        if tried.state not in {State.SENT, State.DROPPED}
    ]


def _troubles(troubles: Sequence[str]) -> int:
    for trouble in troubles:
        print(trouble, file=sys.stderr)
    return PARTLY if troubles else DONE
