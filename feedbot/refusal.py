"""Refusal: the rule by which a target does not hear of an item."""

from datetime import datetime, timedelta
from typing import assert_never

from feedbot.delivery import Event
from feedbot.item import Item
from feedbot.source import Source
from feedbot.target import Target
from feedbot.wanted import obstacle, speaks

MAX_AGE = timedelta(days=30)
"""Older items are not news, wherever they come from; a target or source may say otherwise."""


def refusal(target: Target, item: Item, event: Event, source: Source, now: datetime, *, slight: bool = False) -> str:
    """Return the rule by which `target` does not hear of `item` of `source`; nothing where it does.

    Rules are named as they stand in the configuration, such as `targets.board.never.title: vacancy`. `slight` says of
    an update that it is not worth telling but to those who want all (see wanted.substantive).
    """
    if target.id not in source.notify:
        return f"sources.{source.id}.notify: it does not name {target.id}"
    mine, theirs = f"targets.{target.id}", f"sources.{source.id}"
    if (rule := _untold(target, event, slight=slight)) or (rule := _age(target, item, source, now)):
        return f"{mine}.{rule}" if target.max_age or not rule.startswith("max_age") else f"{theirs}.{rule}"
    spoken = item.language or source.language
    if not speaks(target.languages, spoken):
        return f"{mine}.languages: {', '.join(target.languages)} are wanted, and it is {spoken}"
    if rule := obstacle(source.wanted, item, source.id):
        return f"{theirs}.{rule}"
    rule = obstacle(target.wanted, item, source.id)
    return f"{mine}.{rule}" if rule else ""


def wants(target: Target, item: Item, event: Event, source: Source, now: datetime, *, slight: bool = False) -> bool:
    """Say whether `target` hears of `item` of `source`: by the event, its age, its language and both filters."""
    return not refusal(target, item, event, source, now, slight=slight)


def _untold(target: Target, event: Event, *, slight: bool) -> str:
    """Return the rule by which it does not hear of such an event."""
    match event:
        case "published" | "raised" | "cleared":
            return ""
        case "updated":
            if target.edits == "none":
                return "edits: none are told"
            return "edits: substantive, and little changed" if target.edits == "substantive" and slight else ""
        case "withdrawn":
            return "" if target.withdrawn else "withdrawn: it is not told"
        case _:
            assert_never(event)


def _age(target: Target, item: Item, source: Source, now: datetime) -> str:
    max_age, age = target.max_age or source.max_age or MAX_AGE, now - item.published_at
    return f"max_age: {_days(max_age)}, and it is {_days(age)} old" if age > max_age else ""


def _days(span: timedelta) -> str:
    days = span / timedelta(days=1)
    return f"{int(days)} days" if days >= 3 else f"{int(span / timedelta(hours=1))} hours"
