"""Commands that only look: preview and status."""

from argparse import Namespace
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from feedbot.cli import DONE, PARTLY
from feedbot.cli.open import config_of, config_path
from feedbot.cli.screen import ago, brief, say, table, tell
from feedbot.cli.understood import show
from feedbot.cli.ways import show_ways, ways_json

if TYPE_CHECKING:
    from feedbot.account import Speed
    from feedbot.discover import Discovery
    from feedbot.source import Source
    from feedbot.standing import Standing


def preview(options: Namespace) -> int:
    """Show what is understood of a URL, a file or a configured source."""
    discovery = understood(options)
    found = discovery.found
    if options.json:
        more = found.explained() if options.explain else {}
        tell(found.to_json() | _further(discovery) | ways_json(discovery) | more)
    else:
        show(found, explain=options.explain)
        for url in _further(discovery).values():
            say(f"\nOlder items follow at {url}; `pages: 5` below the source takes five pages at its first check.")
        show_ways(discovery)
    return DONE if found.items else PARTLY


def _further(discovery: "Discovery") -> dict[str, str]:
    """Return the address of the page with the older items under `next`; nothing where none is seen."""
    from feedbot.extract.pager import next_page  # noqa: PLC0415 - help needs none of it

    url = next_page(discovery.page, discovery.found)
    return {"next": url} if url else {}


def understood(options: Namespace) -> "Discovery":
    """Fetch what `options.target` names and find the best way in to its news. Raises FetchError and ExtractError."""
    from feedbot.app import preview as look  # noqa: PLC0415 - help needs none of it

    config = config_of(options) if config_path(options).exists() else None
    named = next((s for s in config.sources if s.id == options.target), None) if config else None
    return look(named or _source(options), config, as_if_from=options.url, way=options.way or "")


def _source(options: Namespace) -> "Source":
    from feedbot.source import Source, SourceId  # noqa: PLC0415

    target = options.target
    if "://" not in target and Path(target).exists():
        target = Path(target).resolve().as_uri()
    return Source(id=SourceId("preview"), url=target if "://" in target else f"https://{target}", kind=options.kind)


def status(options: Namespace) -> int:
    """Show how sources, feeds and deliveries stand; reads the database, also while another feedbot works."""
    from feedbot.alert import headline  # noqa: PLC0415 - help needs none of it
    from feedbot.app import utc_now  # noqa: PLC0415
    from feedbot.standing import status as stand  # noqa: PLC0415

    now = utc_now()
    standing = stand(config_of(options), now)
    if options.json:
        tell(_json(standing))
        return DONE
    _show_sources(standing, now)
    _show_targets(standing)
    for alarm in standing.alerts:
        alert = alarm.alert
        title = headline(alert, "raised")
        say(f"alert: {title} ({ago(alert.since, now)}): {alert.cause} {alert.remedy}", style="red")
    for letter in standing.dead:
        say(f"dead: {letter.item_id} for {letter.target_id}: {letter.reason}", style="red")
    return DONE


def _json(standing: "Standing") -> dict[str, object]:
    """Return it as JSON can say it: how long news took in seconds, and no part that is wanted by nobody outside."""
    told = {name: value for name, value in asdict(standing).items() if name != "speeds"}
    speeds = standing.speeds
    pairs = [{"source": source, "target": target, **_speed(one)} for (source, target), one in speeds.pairs.items()]
    return told | {
        "speeds": {
            "sources": {name: _speed(one) for name, one in speeds.sources.items()},
            "targets": {name: _speed(one) for name, one in speeds.targets.items()},
            "pairs": pairs,
        }
    }


def _speed(one: "Speed") -> dict[str, object]:
    return {"count": one.count, "p50": one.p50.total_seconds(), "p95": one.p95.total_seconds()}


def _took(one: "Speed | None") -> str:
    return f"{brief(one.p50)} / {brief(one.p95)}" if one else "-"


def _show_sources(standing: "Standing", now: datetime) -> None:
    rows = []
    for name, one in standing.sources.items():
        state = one.state
        took = _took(standing.speeds.sources.get(name))
        looked, newest = ago(state.checked_at, now), ago(one.newest, now)
        rows.append(
            (name, state.health or "-", one.items, newest, looked, ago(state.due_at, now), took, state.evidence)
        )
    columns = ("source", "health", "items", "newest", "checked", "next", "p50 / p95", "evidence")
    table("Sources", columns, rows, style=("bold", "", "", "", "", "", "", "dim"))


def _show_targets(standing: "Standing") -> None:
    from feedbot.delivery import State  # noqa: PLC0415 - help needs none of it

    rows = []
    for name, one in standing.targets.items():
        counts = one.counts
        owed = counts.get(State.PENDING, 0) + counts.get(State.LEASED, 0)
        took = _took(standing.speeds.targets.get(name))
        note = f"disabled: {one.state.reason}" if one.state.disabled_at else one.state.reason
        rows.append((name, counts.get(State.SENT, 0), owed, counts.get(State.DEAD, 0), took, note))
    table("Targets", ("target", "sent", "owed", "dead", "p50 / p95", "note"), rows, style=("bold",))
