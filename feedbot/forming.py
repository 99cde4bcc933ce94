"""Forming: what was gathered for a target becomes messages: each story once, at its latest revision, in few enough."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from feedbot.cadence import cron_of, following
from feedbot.compose.mime import address
from feedbot.delivery import Delivery, give_back, message_key
from feedbot.duplicates import stories
from feedbot.item import Item, ItemId
from feedbot.target import EmailTarget, Target, TargetState

Portions = Callable[[Target, Sequence[Delivery], Mapping[ItemId, Item]], Sequence[Sequence[Delivery]]]
"""Parts what is told into as few messages as hold it (see compose.portions)."""
DIGEST = "digest "
"""Begins the names of waves that have set times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Formed:
    """Messages that hold what was gathered, and what is not told in them, with the reason."""

    messages: Sequence[Sequence[Delivery]] = ()
    dropped: Sequence[Delivery] = ()

    @property
    def later(self) -> list[Delivery]:
        """All but the first message, given back: each is claimed for itself."""
        return [give_back(one) for message in self.messages[1:] for one in message]


def whole(_target: Target, deliveries: Sequence[Delivery], _items: Mapping[ItemId, Item]) -> list[Sequence[Delivery]]:
    """Part nothing."""
    return [deliveries]


def formed(
    target: Target,
    gathered: Sequence[Delivery],
    items: Mapping[str, Item],
    portions: Portions,
    *,
    most: int | None,
    now: datetime,
) -> Formed:
    """Return the messages that tell `gathered`, the newest item first; `items` are by the keys of deliveries.

    What does not fit into `most` messages is counted by the last one.
    """
    latest = _latest(gathered)
    told = {one.item_id: items[one.key] for one in latest if one.key in items}
    kept = sorted((one for one in latest if one.item_id in told), key=lambda one: _place(told[one.item_id]))
    alone = _alone(target, kept, told, now)
    shown = [one for one in kept if one.item_id not in alone]
    parts = [list(part) for part in portions(target, shown, told)] if shown else []
    if most is not None and len(parts) > most:
        parts = [*parts[: most - 1], [one for part in parts[most - 1 :] for one in part]]
    revisions = {one.item_id: one.revision for one in latest}
    old = [one for one in gathered if one.revision < revisions[one.item_id]]
    dropped = [one.dropped("superseded", f"its revision {revisions[one.item_id]} is told instead", now) for one in old]
    dropped += [one.dropped("unwanted", "its item is no longer in the store", now) for one in latest if one not in kept]
    return Formed(messages=[_message(part, target) for part in parts], dropped=[*dropped, *alone.values()])


def told_before(target: Target, gathered: Sequence[Delivery], state: TargetState, now: datetime) -> datetime | None:
    """Return the next set time, where the digest of this one was told already: the clock was set back meanwhile."""
    wave, due_at = gathered[0].wave, max(one.due_at for one in gathered)
    last = state.occasions.get(wave)
    if last is None or not wave.startswith(DIGEST):
        return None
    cron = cron_of(wave.removeprefix(DIGEST))
    if due_at <= last <= following(cron, now, target.timezone):
        return following(cron, max(now, last), target.timezone)
    return None


def marked(gathered: Sequence[Delivery], state: TargetState) -> TargetState:
    """Return the state of a target once the digest of this set time is on its way."""
    wave = gathered[0].wave
    if not wave.startswith(DIGEST):
        return state
    return replace(state, occasions={**state.occasions, wave: max(one.due_at for one in gathered)})


def _latest(gathered: Sequence[Delivery]) -> list[Delivery]:
    """Return the latest revision of each item, as the first telling where one is among those of the item."""
    newest: dict[ItemId, Delivery] = {}
    first = {one.item_id for one in gathered if one.event == "published"}
    for one in sorted(gathered, key=lambda one: one.revision):
        newest[one.item_id] = one
    return [
        replace(one, event="published") if one.event == "updated" and one.item_id in first else one
        for one in newest.values()
    ]


def _place(item: Item) -> tuple[float, str]:
    return -item.published_at.timestamp(), item.id


def _alone(
    target: Target, kept: Sequence[Delivery], items: Mapping[ItemId, Item], now: datetime
) -> dict[ItemId, Delivery]:
    """Return what another source tells as well, settled."""
    if not target.merge:
        return {}
    owed = {one.item_id: one for one in kept}
    return {
        other.id: owed[other.id].dropped("duplicate", f"{story.item.id} of {story.item.source_id} tells the same", now)
        for story in stories([items[one.item_id] for one in kept if one.event == "published"])
        for other in story.also
    }


def _message(part: Sequence[Delivery], target: Target) -> list[Delivery]:
    """Return what one message holds, due together and told by one key."""
    key, rule, due_at = message_key(part), part[0].rule, min(one.due_at for one in part)
    if len(part) > 1:
        told = f", of which {target.cap} are told" if target.cap and target.cap < len(part) else ""
        rule = f"{rule + '; ' if rule else ''}one of {len(part)} in a message{told}"
    return [replace(one, message=key, stage="merged", rule=rule, due_at=due_at) for one in part]


def staying(target: EmailTarget, left: Collection[str], waiting: Sequence[str] = ()) -> EmailTarget:
    """Return a target without those who left it, and only with those who are `waiting`, where anybody is named."""
    owed = [one for one in target.recipients if not waiting or address(one) in waiting]
    return replace(target, recipients=tuple(one for one in owed if address(one) not in left)) if left else target
