"""Lookout: what is wrong with feedbot now, raised and cleared as alerts, each told to the operator when it is due."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from feedbot.alert import Alarm, Alert, AlertKind, Telling, headline, to_tell
from feedbot.bulletin import BUILT_IN, CANARY, bulletin, hearers, lasting, owed_to, summary_of
from feedbot.item import Item
from feedbot.ports import Alarms, Beat, Facts
from feedbot.source import Health, SourceId, SourceState, TargetId

FAILURES = 3
"""A source or target fails for the operator once it failed so often in a row."""
LATE = timedelta(minutes=30)
"""A source that was to be looked at so long ago says that the service is late."""
AWAY = timedelta(hours=1)
"""The shortest time without any pass that is worth telling."""
FORGIVING = 3
"""A pass is missing after so many times what usually lies between two."""
LOW = 100_000_000
"""Bytes that a disk must have left; twice as many end the alert."""
MEMORY = timedelta(days=1)
"""How long what was given up counts."""
PASS = "pass"  # noqa: S105 - no password
"""The beat of the service: one look at everything that is due."""
NAMED = 20
"""Sources or targets that a summary names."""
PATIENCE = timedelta(minutes=10)
"""A canary may be on its way for so long, whatever its rhythm."""
REMEDIES: Mapping[Health, str] = {
    Health.CHANGED: "Look with `feedbot preview {0}` whether its rule still fits: if so, `feedbot check {0} --accept`. "
    "Feeds keep what they have.",
    Health.BLOCKED: "Open the page in a browser; ask its publisher, or read another address of it.",
    Health.DOWN: "Nothing, if it comes back; otherwise look whether the address is still right.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a look is to know beside the store: bytes left by folder, feed files that could not be written."""

    targets: Collection[TargetId] = ()
    rooms: Mapping[str, int] = field(default_factory=dict)
    unwritten: Mapping[str, str] | None = None
    """Why feed files could not be written, by name; None where none was to be written since the last look."""
    faults: Sequence[str] = ()
    """What keeps the service from its work, in words."""
    waited: bool = False
    """Whether the last look found the service late already: it may only have slept, and be at it now."""
    canary: timedelta | None = None
    """How often a canary is sent, where one is."""


def watch(facts: Facts, alarms: Alarms, around: Surroundings, now: datetime) -> None:
    """Raise an alert for each trouble that is there, and clear those whose trouble is gone."""
    up = {alarm.alert.key: alarm.alert for alarm in alarms.alarms() if alarm.up}
    there = {alert.key: alert for alert in _troubles(facts, around, up, now)}
    for alert in there.values():
        alarms.raise_alert(alert)
    for key, alert in up.items():
        if key not in there and not (alert.kind == "feeds" and around.unwritten is None):
            alarms.clear_alert(key, at=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An alert that was told: what of it, and to how many."""

    alert: Alert
    telling: Telling
    hearers: int


def tell(alarms: Alarms, targets: Sequence[TargetId], timezone: str, now: datetime) -> list[Told]:
    """Owe each of `targets` what is to be told now; return what was told, the oldest alert first."""
    told = []
    for alarm in alarms.alarms():
        telling = to_tell(alarm, now)
        if telling and (count := _told(alarms, alarm, telling, targets, timezone, now)) is not None:
            told.append(Told(alert=alarm.alert, telling=telling, hearers=count))
    return told


def _told(
    alarms: Alarms, alarm: Alarm, telling: Telling, targets: Sequence[TargetId], timezone: str, now: datetime
) -> int | None:
    item = bulletin(alarm, telling, timezone, now)
    debts = owed_to(item, telling, hearers(alarm, targets), now)
    return len(debts) if alarms.tell(alarm, telling, item, debts) else None


def returned(facts: Facts, now: datetime) -> Alert | None:
    """Return the alert that nothing was done for longer than usual, where that is so."""
    last = facts.beat(PASS)
    if last is None or now - last.at <= max(AWAY, FORGIVING * last.usual):
        return None
    return Alert(
        key="stale:away",
        kind="stale",
        subject="feedbot",
        cause=f"Nothing was checked or sent for {lasting(now - last.at)}: feedbot did not run.",
        remedy="What is due is done now. Look why it was stopped: its own log and that of the system say it.",
        since=last.at,
    )


def passed(facts: Facts, now: datetime) -> None:
    """Remember that a pass over everything that is due came to its end."""
    last = facts.beat(PASS)
    gap = now - last.at if last else timedelta()
    usual = last.usual if last and gap > max(AWAY, FORGIVING * last.usual) else gap
    facts.set_beat(PASS, Beat(at=now, usual=max(usual, timedelta())))


def _troubles(facts: Facts, around: Surroundings, up: Mapping[str, Alert], now: datetime) -> Iterator[Alert]:
    yield from (_failing(state, now) for state in facts.failing(FAILURES))
    yield from _silent(facts, around.targets, now)
    yield from _crowded(around.rooms, up, now)
    if around.unwritten:
        yield _unwritten(around.unwritten, now)
    if around.canary:
        yield from _missing(facts, around.canary, now)
    late = overdue(facts, now)
    if late and around.waited:
        yield _late(*late, now)
    elif around.faults:
        cause = f"It cannot do its work: {'; '.join(around.faults)}."
        yield _alert("stale", "feedbot", cause, "Look at its log; stop it and start it anew if it hangs.", now)


def overdue(facts: Facts, now: datetime) -> tuple[SourceId, datetime] | None:
    """Return the source that waits too long, where one does, and since when."""
    late = facts.overdue()
    return late if late and now - late[1] > LATE else None


def _failing(state: SourceState, now: datetime) -> Alert:
    health = state.health or Health.DOWN
    remedy = REMEDIES.get(health, "Look with `feedbot preview {}` what it answers.").format(state.source_id)
    return _alert("source", state.source_id, f"It is {health}: {state.evidence}.", remedy, state.failing_since or now)


def _silent(facts: Facts, targets: Collection[TargetId], now: datetime) -> Iterator[Alert]:
    for one in facts.troubled():
        if one.target_id in targets and one.disabled_at:
            remedy = f"Put it right, then `feedbot retry --target {one.target_id}`; what is owed to it is kept."
            yield _alert("target", one.target_id, f"It gets nothing any more: {one.reason}.", remedy, one.disabled_at)
        if one.target_id in targets and one.failing_since and one.failures >= FAILURES:
            remedy = "Nothing, if it comes back: what is owed to it is kept, and it is tried ever more rarely."
            yield _alert("failing", one.target_id, f"Its last answer was: {one.reason}.", remedy, one.failing_since)
    for target_id, lost in facts.given_up(now - MEMORY).items():
        if target_id in targets:
            cause = f"{_several(lost.count)} given up within a day, such as for: {lost.last_reason}."
            remedy = f"Put it right, then `feedbot retry --target {target_id}` sends them again."
            yield _alert("dead", target_id, cause, remedy, lost.first_at)


def _crowded(rooms: Mapping[str, int], up: Mapping[str, Alert], now: datetime) -> Iterator[Alert]:
    for path, free in rooms.items():
        if free < LOW * (2 if f"disk:{path}" in up else 1):
            cause = f"Only {free // 1_000_000} MB are left; without room nothing new can be stored or published."
            yield _alert("disk", path, cause, "Free some room there, or move it with `database:` or `feeds_dir:`.", now)


def _unwritten(failed: Mapping[str, str], now: datetime) -> Alert:
    name, why = next(iter(failed.items()))
    more = f", and {len(failed) - 1} more" if len(failed) > 1 else ""
    remedy = "Make the folder writable by feedbot's user, with room; until then the last good files stand."
    return _alert("feeds", "feeds", f"{name}{more}: {why}.", remedy, now)


def _missing(facts: Facts, every: timedelta, now: datetime) -> Iterator[Alert]:
    late = facts.waiting(CANARY)
    if late and now - late.created_at > max(every, PATIENCE):
        reason = late.reason or "it was not tried yet"
        cause = f"One that set out {lasting(now - late.created_at)} ago did not arrive: {reason}."
        remedy = f"See what `feedbot why {late.item_id}` says of it; other messages may wait with it."
        yield _alert("canary", late.target_id, cause, remedy, late.created_at)


def summary(facts: Facts, alarms: Alarms, title: Callable[[SourceId], str], day: date, now: datetime) -> Item:
    """Return the summary of the day that ends now: what came, what was sent, what is wrong."""
    tally = facts.tally(now - MEMORY)
    wrong = [alarm.alert for alarm in alarms.alarms() if alarm.up]
    came = {name: count for name, count in tally.new.items() if name not in BUILT_IN}
    lines = [
        _counted("new item", {title(name): count for name, count in came.items()}),
        _counted("message", {str(name): count for name, count in tally.sent.items()}),
        *(f"{headline(one, 'raised')}, for {lasting(now - one.since)}: {one.cause} {one.remedy}" for one in wrong),
    ]
    well = "All is well" if not wrong else "1 thing is wrong" if len(wrong) == 1 else f"{len(wrong)} things are wrong"
    return summary_of(day, f"{well}: {sum(came.values())} new items, {sum(tally.sent.values())} messages", lines, now)


def _counted(what: str, counts: Mapping[str, int]) -> str:
    """Return counts in words, the largest first."""
    total = sum(counts.values())
    most = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    named = ", ".join(f"{name} {count}" for name, count in most[:NAMED])
    more = f" and {len(most) - NAMED} more" if len(most) > NAMED else ""
    return f"{total or 'No'} {what}{'' if total == 1 else 's'}{f': {named}{more}' if named else ''}"


def _late(source_id: str, due_at: datetime, now: datetime) -> Alert:
    cause = f"{source_id} was to be looked at {lasting(now - due_at)} ago, and others may wait with it."
    return _alert(
        "stale", "feedbot", cause, "Look at its log for what it waits for; stop it and start it anew.", due_at
    )


def _alert(kind: AlertKind, subject: str, cause: str, remedy: str, since: datetime) -> Alert:
    said = f"{cause.rstrip('.')}."
    return Alert(key=f"{kind}:{subject}", kind=kind, subject=subject, cause=said, remedy=remedy, since=since)


def _several(count: int) -> str:
    return "1 delivery was" if count == 1 else f"{count} deliveries were"
