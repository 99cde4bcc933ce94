"""Commands that give account: why, backtest."""

from argparse import Namespace
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from feedbot.cli import DONE, PARTLY
from feedbot.cli.open import config_of, known
from feedbot.cli.screen import say, table, tell

if TYPE_CHECKING:
    from feedbot.account import Fate
    from feedbot.backtest import Backtest, Line
    from feedbot.inquiry import Account

SHOWN = 50
"""Lines of a difference that are shown to people; `--json` tells all."""
_STYLES = {"sent": "green", "dead": "red", "retrying": "yellow", "held": "yellow"}


def why(options: Namespace) -> int:
    """Say of an item and each target how far it got, by which rule, with times and tries."""
    from feedbot.inquiry import MOST, accounts  # noqa: PLC0415 - help needs none of it
    from feedbot.source import TargetId  # noqa: PLC0415

    config = config_of(options)
    known(options, "target", [options.target] if options.target else [], [one.id for one in config.targets])
    wanted = " ".join(options.item)
    found = accounts(config, wanted, TargetId(options.target) if options.target else None)
    if options.json:
        tell({"items": [_account_json(one) for one in found]})
    elif not found:
        say(f"No item has the id, the link or the words {wanted!r} in its title; `feedbot status` shows what is known.")
    for number, one in enumerate(() if options.json else found):
        _show_account(one, first=number == 0)
    if len(found) == MOST and not options.json:
        say(f"\nThere may be more: these are the newest {MOST}.")
    return DONE if found else PARTLY


def _show_account(one: "Account", *, first: bool) -> None:
    item = one.item
    say(f"{'' if first else chr(10)}{item.title or 'Untitled'}", style="bold")
    say(f"{item.id}  {item.url}".rstrip())
    seen = f"first seen {_time(item.first_seen)}, published {_time(item.published_at)}"
    gone = f", withdrawn {_time(item.withdrawn_at)}" if item.withdrawn_at else ""
    say(f"of {item.source_id}, {seen}, revision {item.revision}{gone}")
    for fate in one.fates:
        say(_line(fate), style=_STYLES.get(fate.stage, ""))
        for tried in fate.tries:
            say(f"      {_time(tried.at)} tried in vain: {tried.reason}")


def _line(fate: "Fate") -> str:
    when = fate.settled_at or (fate.due_at if fate.stage in {"retrying", "held"} else None) or fate.decided_at
    what = fate.event if fate.revision == 1 else f"{fate.event}, revision {fate.revision}"
    tries = f" after {fate.attempts} tries" if fate.attempts > 1 else ""
    due = "next try " if fate.stage == "retrying" else "due " if fate.stage == "held" else ""
    return f"  {fate.target_id} ({what}): {fate.stage}{tries}, {due}{_time(when)}: {fate.rule}".rstrip(": ")


def _account_json(one: "Account") -> dict[str, Any]:
    item = one.item
    said = {
        "id": item.id,
        "title": item.title,
        "url": item.url,
        "source": item.source_id,
        "published": _rfc(item.published_at),
        "first_seen": _rfc(item.first_seen),
        "revision": item.revision,
        "withdrawn": _rfc(item.withdrawn_at),
    }
    return _there(said) | {"targets": [_fate_json(fate) for fate in one.fates]}


def _fate_json(fate: "Fate") -> dict[str, Any]:
    return _there(
        {
            "target": fate.target_id,
            "revision": fate.revision,
            "event": fate.event,
            "stage": fate.stage,
            "rule": fate.rule,
            "decided": _rfc(fate.decided_at),
            "due": _rfc(fate.due_at),
            "settled": _rfc(fate.settled_at),
            "attempts": fate.attempts,
            "tries": [{"at": _rfc(one.at), "reason": one.reason} for one in fate.tries],
            "key": fate.key,
        }
    )


def backtest(options: Namespace) -> int:
    """Say what the configuration would have sent over what is stored, and how that differs from what was sent."""
    from feedbot.app import utc_now  # noqa: PLC0415 - help needs none of it
    from feedbot.inquiry import replayed  # noqa: PLC0415

    done = replayed(config_of(options), utc_now() - timedelta(days=options.days))
    if options.json:
        tell(_backtest_json(done))
    else:
        _show_backtest(done)
    return DONE


def _show_backtest(done: "Backtest") -> None:
    say(f"{done.decided} decisions since {_time(done.since)}.")
    more, less, moved = (Counter(one.target_id for one in some) for some in (done.added, done.removed, done.moved))
    rows = [
        (one, done.counts.get(one, 0), done.messages.get(one, 0), f"+{more[one]}", f"-{less[one]}", moved[one])
        for one in dict.fromkeys([*done.counts, *less])
    ]
    columns = ("target", "items", "messages", "more", "less", "at another time")
    table("Would have been sent", columns, rows, style=("bold",))
    _show_lines("~", done.moved, "yellow")
    _show_lines("+", done.added, "green")
    _show_lines("-", done.removed, "red")
    if not (done.added or done.removed or done.moved):
        say("The same as was sent.")


def _show_lines(mark: str, lines: "Sequence[Line]", style: str) -> None:
    for one in lines[:SHOWN]:
        rule = f"{one.rule or 'at once'}, not {one.was}" if one.was else one.rule
        why = f" ({rule})" if rule else ""
        say(f"{mark} {_time(one.at)} {one.target_id}: {one.title or one.url or one.item_id}{why}", style=style)
    if len(lines) > SHOWN:
        say(f"{mark} and {len(lines) - SHOWN} more; `--json` tells all", style=style)


def _backtest_json(done: "Backtest") -> dict[str, Any]:
    return {
        "since": _rfc(done.since),
        "decided": done.decided,
        "targets": dict(done.counts),
        "messages": dict(done.messages),
        "moved": [_line_json(one) for one in done.moved],
        "same": [_line_json(one) for one in done.same],
        "added": [_line_json(one) for one in done.added],
        "removed": [_line_json(one) for one in done.removed],
    }


def _line_json(one: "Line") -> dict[str, Any]:
    return _there(
        {
            "at": _rfc(one.at),
            "target": one.target_id,
            "item": one.item_id,
            "revision": one.revision,
            "event": one.event,
            "source": one.source_id,
            "title": one.title,
            "url": one.url,
            "due": _rfc(one.due_at),
            "together": one.wave,
            "state": one.state,
            "rule": one.rule,
            "was": one.was,
        }
    )


def _there(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value not in (None, "", [])}


def _rfc(when: datetime | None) -> str | None:
    from feedbot.item import rfc3339  # noqa: PLC0415 - help needs none of it

    return rfc3339(when)


def _time(when: datetime | None) -> str:
    return f"{when:%Y-%m-%d %H:%M:%S} UTC" if when else "-"
