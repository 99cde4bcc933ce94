"""The command `status`: how sources, deliveries and the service stand."""

import sys
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from feedbot.cli import DONE
from feedbot.cli.open import config_of, known
from feedbot.cli.screen import ago, brief, say, size, table, tell

if TYPE_CHECKING:
    from feedbot.account import Speed
    from feedbot.manners import Manners
    from feedbot.source import SourceId
    from feedbot.standing import Standing, Summary
    from feedbot.store import SourceStanding

WORST = ("down", "blocked", "changed", "empty")
"""States of health in the order in which they are worth a look; all others follow by name."""
SHOWN = 40
"""Sources that a terminal is shown."""


def status(options: Namespace) -> int:
    """Show how everything stands; reads the database, also while another feedbot works."""
    from feedbot.app import utc_now  # noqa: PLC0415 - help needs none of it
    from feedbot.standing import status as stand  # noqa: PLC0415 - the same

    config, now = config_of(options), utc_now()
    known(options, "source", options.sources, [source.id for source in config.sources])
    standing = stand(config, now)
    sources = {name: one for name, one in standing.sources.items() if _is_meant(name, one, options)}
    if options.json:
        tell(_plainly(standing, sources))
        return DONE
    if options.politeness:
        _show_politeness(sources)
        return DONE
    for line in _said(standing, now):
        say(line, style="bold")
    _show_sources(sources, standing, now, every=options.all)
    _show_targets(standing, now)
    _show_canary(standing)
    _show_trouble(standing, now)
    return DONE


def _is_meant(name: str, one: "SourceStanding", options: Namespace) -> bool:
    health = one.state.health or "unchecked"
    return (not options.sources or name in options.sources) and options.health in {None, health}


def _plainly(standing: "Standing", sources: Mapping["SourceId", "SourceStanding"]) -> dict[str, Any]:
    said, speeds = {name: asdict(one) for name, one in sources.items()}, standing.speeds
    for one in said.values():
        one["state"].pop("profile", None)  # what a source looks like is for feedbot, and long
        one["state"].pop("manners", None)  # of this, what was spent is said beside
    for name, there in sources.items():
        said[name]["politeness"] = _spent(there.state.manners)
    return {
        "summary": asdict(standing.summary),
        "sources": said,
        "targets": {name: asdict(one) for name, one in standing.targets.items()},
        "left": dict(standing.left),
        "dead": [asdict(one) for one in standing.dead],
        "alerts": [asdict(one) for one in standing.alerts],
        "speeds": {
            "sources": {name: _speed(one) for name, one in speeds.sources.items()},
            "targets": {name: _speed(one) for name, one in speeds.targets.items()},
            "pairs": [{"source": of, "target": to, **_speed(one)} for (of, to), one in speeds.pairs.items()],
        },
    }


def _spent(manners: "Manners") -> dict[str, object]:
    """Say what a source was asked, in all and for each new item."""
    return {
        "requests": manners.requests,
        "bytes": manners.bytes,
        "new": manners.found,
        "requests_per_item": manners.requests_per_item,
        "bytes_per_item": manners.bytes_per_item,
    }


def _show_politeness(sources: Mapping["SourceId", "SourceStanding"]) -> None:
    """Show what each source was asked; that which cost most for what it brought first."""
    spent = {name: one.state.manners for name, one in sources.items()}
    rows = [
        (
            name,
            one.requests,
            size(one.bytes),
            one.found,
            "-" if one.requests_per_item is None else f"{one.requests_per_item:.1f}",
            "-" if one.bytes_per_item is None else size(round(one.bytes_per_item)),
        )
        for name, one in sorted(spent.items(), key=lambda pair: (-pair[1].requests / (pair[1].found + 1), pair[0]))
    ]
    columns = ("source", "requests", "bytes", "new items", "requests / item", "bytes / item")
    table("Politeness", columns, rows, style=("bold",))
    requests, received = sum(one.requests for one in spent.values()), sum(one.bytes for one in spent.values())
    found = sum(one.found for one in spent.values())
    each = f", {requests / found:.1f} requests and {size(round(received / found))} for each" if found else ""
    say(f"All together: {requests} requests, {size(received)}, {found} new items{each}.")


def _speed(one: "Speed") -> dict[str, object]:
    return {"count": one.count, "p50": one.p50.total_seconds(), "p95": one.p95.total_seconds()}


def _took(one: "Speed | None") -> str:
    return f"{brief(one.p50)} / {brief(one.p95)}" if one else "-"


def _said(standing: "Standing", now: datetime) -> list[str]:
    """Say everything in two lines."""
    summary = standing.summary
    at_work = f"feedbot ({_worker(summary.process)}) is at work" if summary.process else "No feedbot is at work"
    count = len(standing.sources)
    health = ", ".join(f"{summary.sources[name]} {name}" for name in sorted(summary.sources, key=_rank))
    lines = [
        f"{at_work}. {count} source{'' if count == 1 else 's'}{': ' if health else ''}{health}; {_due(summary, now)}."
    ]
    if summary.owed or summary.dead:
        waits = f", the first since {_for(summary.oldest_due, now)}" if _is_late(summary.oldest_due, now) else ""
        lines.append(f"Queue: {summary.owed} owed{waits}; {summary.dead} dead.")
    return lines


def _due(summary: "Summary", now: datetime) -> str:
    if summary.overdue:
        lag = _for(now - timedelta(seconds=summary.lag_seconds), now)
        return f"{summary.overdue} due" + (f", the first for {lag}" if summary.lag_seconds >= 1 else "")
    return f"the next check is {ago(summary.next_check, now)}" if summary.next_check else "nothing is due"


def _show_sources(
    sources: Mapping["SourceId", "SourceStanding"], standing: "Standing", now: datetime, *, every: bool
) -> None:
    rows = []
    for name, one in sorted(sources.items(), key=lambda pair: (_rank(pair[1].state.health or "~"), pair[0])):
        state = one.state
        looked, newest = ago(state.checked_at, now), ago(one.newest, now)
        late = "due " if state.due_at and state.due_at <= now else ""
        due = late + ago(state.due_at, now) if state.due_at else "due now"
        took = _took(standing.speeds.sources.get(name))
        rows.append((name, state.health or "-", one.items, newest, looked, due, took, state.evidence))
    columns = ("source", "health", "items", "newest", "checked", "next", "p50 / p95", "evidence")
    most = len(rows) if every or not sys.stdout.isatty() else SHOWN
    table("Sources", columns, rows[:most], style=("bold", "", "", "", "", "", "", "dim"))
    if len(rows) > most:
        say(f"… and {len(rows) - most} more, which are better; `--all` shows them, `--health` some.")


def _show_targets(standing: "Standing", now: datetime) -> None:
    from feedbot.delivery import State  # noqa: PLC0415 - help needs none of it
    from feedbot.standing import owed  # noqa: PLC0415 - the same

    rows = []
    for name, one in standing.targets.items():
        counts = one.counts
        note = f"disabled: {one.state.reason}" if one.state.disabled_at else one.state.reason
        waits = f"{owed(one)}, {_for(one.oldest_due, now)} late" if _is_late(one.oldest_due, now) else owed(one)
        took = _took(standing.speeds.targets.get(name))
        rows.append((name, counts.get(State.SENT, 0), waits, counts.get(State.DEAD, 0), took, note))
    table("Targets", ("target", "sent", "owed", "dead", "p50 / p95", "note"), rows, style=("bold",))
    for name, count in standing.left.items():
        say(f"{name} is not configured any more; {count} deliveries wait in case it comes back.", style="yellow")


def _show_canary(standing: "Standing") -> None:
    from feedbot.bulletin import CANARY  # noqa: PLC0415 - help needs none of it

    for (source, target), one in standing.speeds.pairs.items():
        if source == CANARY:
            say(f"The canary reaches {target}: p50 {brief(one.p50)}, p95 {brief(one.p95)} of {one.count}.")


def _show_trouble(standing: "Standing", now: datetime) -> None:
    from feedbot.alert import headline  # noqa: PLC0415 - help needs none of it

    for alarm in standing.alerts:
        alert = alarm.alert
        title = headline(alert, "raised")
        say(f"alert: {title} ({ago(alert.since, now)}): {alert.cause} {alert.remedy}", style="red")
    for letter in standing.dead:
        say(f"dead: {letter.item_id} for {letter.target_id}: {letter.reason}", style="red")


def _rank(health: str) -> tuple[int, str]:
    return (WORST.index(health) if health in WORST else len(WORST)), health


def _is_late(due: datetime | None, now: datetime) -> bool:
    return due is not None and (now - due).total_seconds() >= 60


def _for(then: datetime | None, now: datetime) -> str:
    return ago(then, now).removesuffix(" ago")


def _worker(process: str) -> str:
    return f"process {process}" if process.isdigit() else process
