"""The command for rules: repair."""

import sys
from argparse import Namespace
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from feedbot.cli import DONE, PARTLY
from feedbot.cli.open import app_of, config_of, known
from feedbot.cli.screen import say, tell

if TYPE_CHECKING:
    from feedbot.config import Config
    from feedbot.rulings import Asked, Rules
    from feedbot.source import ListingRule, Ruling, Source

_STYLES = {"-": "red", "+": "green"}
_DONE = {
    "found": "worked out",
    "repaired": "repaired",
    "proposed": "proposed",
    "accepted": "accepted",
    "undone": "taken back",
}
_ELSEWHERE = ("as the configuration says", "what the page tells machines")


def repair(options: Namespace) -> int:
    """Show by which rule a source is read and what is proposed instead; accept it, or go back."""
    from feedbot.rulings import rules_of  # noqa: PLC0415 - help needs none of it

    config = config_of(options)
    known(options, "source", [options.source], [one.id for one in config.sources])
    source = next(one for one in config.sources if one.id == options.source)
    rules = rules_of(config, source)
    if options.accept or options.undo:
        return _asked(options, config, source, rules)
    if options.json:
        tell(_json(rules))
    elif options.history:
        _show_history(rules)
    else:
        _show(rules)
    return DONE


def _asked(options: Namespace, config: "Config", source: "Source", rules: "Rules") -> int:
    from feedbot.app import utc_now  # noqa: PLC0415 - help needs none of it
    from feedbot.rulings import ask  # noqa: PLC0415

    what: Asked = "accept" if options.accept else "undo"
    if not rules.can(what):
        nothing = "no rule is proposed" if options.accept else "there is no repair to take back"
        print(f"{source.id}: {nothing}; `feedbot repair {source.id}` shows how it is read", file=sys.stderr)
        return PARTLY
    busy = ask(config, source, what, utc_now())
    checked = () if busy else _checked(options, source)
    if options.json:
        tell({"source": source.id, "asked": what, "checked": [asdict(one) for one in checked]})
    elif busy:
        say(f"The feedbot that is at work does it at its next look at {source.id}, which is due now.")
    for one in () if options.json else checked:
        say(f"{one.source_id} is {one.health}: {one.evidence}")
    return DONE


def _checked(options: Namespace, source: "Source") -> "list[Any]":
    with app_of(options) as app:
        return list(app.check([source]))


def _show(rules: "Rules") -> None:
    say(f"{rules.source.id}: {rules.health or 'never checked'}{f': {rules.evidence}' if rules.evidence else ''}")
    if rules.book.pinned:
        say("\nIt is read by a rule that was found when the page was built anew; --undo goes back:")
    elif rules.written:
        say("\nIt is read by the rule of the configuration:")
    else:
        say("\nHow to read it is worked out at each look; the last time it was:" if rules.book.rule else "")
    _show_rule(rules.in_force or rules.book.rule)
    if rules.book.proposal:
        say(f"\nA rule is proposed since {_when(rules.book.proposal)}: {rules.book.proposal.why}.")
        for line in rules.change:
            say(line, style=_STYLES.get(line[0], ""))
        say("\n--accept takes it, --undo refuses it; or write it below `select:` in the configuration.")
    if rules.asked:
        say(f"\nWhat was asked ({rules.asked.split()[0]}) is done at the next look.")
    say(f"\nRepairs: {rules.wanted} (`repair:` of the source); --history shows what came before.")


def _show_rule(rule: "ListingRule | None") -> None:
    for name, said in _said(rule).items():
        say(f"  {name}: {said}")


def _show_history(rules: "Rules") -> None:
    if not rules.book.history:
        say(f"{rules.source.id} was always read as it is.")
    for one in reversed(rules.book.history):
        where = one.rule.item if one.rule else _ELSEWHERE[one.how == "repaired"]
        say(f"{_when(one)}  {_DONE[one.how]:10}  {where}  ({one.why})")


def _when(ruling: "Ruling") -> str:
    return f"{ruling.at:%Y-%m-%d %H:%M} UTC"


def _said(rule: "ListingRule | None") -> dict[str, str]:
    """Return what a rule says in the words of `select:`."""
    names = [one.name for one in fields(rule) if one.name != "kind"] if rule else []
    return {name: said for name in names if (said := getattr(rule, name))}


def _json(rules: "Rules") -> dict[str, Any]:
    book = rules.book
    proposal = book.proposal
    return {
        "source": rules.source.id,
        "health": rules.health,
        "evidence": rules.evidence,
        "repair": rules.wanted,
        "pinned": book.pinned,
        "rule": _said(rules.in_force or book.rule),
        "proposal": _ruling(proposal) | {"difference": list(rules.change)} if proposal else None,
        "history": [_ruling(one) for one in book.history],
        "refused": [_said(one) for one in book.refused],
        "asked": rules.asked,
    }


def _ruling(one: "Ruling") -> dict[str, Any]:
    return {"at": one.at.isoformat(), "how": one.how, "rule": _said(one.rule), "why": one.why}
