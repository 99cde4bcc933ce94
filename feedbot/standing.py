"""How everything stands: sources, targets, what is due and waits, what is wrong, and how long news took."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from feedbot.account import Delay, Speed, speed
from feedbot.alert import Alarm
from feedbot.config import Config
from feedbot.delivery import Delivery, State
from feedbot.source import SourceId, SourceState, TargetId
from feedbot.store import SourceStanding, TargetStanding, read_store, worker
from feedbot.target import TargetState

LATELY = timedelta(days=30)
MOST = 2_000
"""So many of the latest deliveries of each target say how long news takes."""
UNCHECKED = "unchecked"
"""What a source is that nobody looked at yet."""
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Everything in a few numbers. Times are aware UTC."""

    process: str = ""
    """The number of the feedbot that works on the database now; empty where none does."""
    sources: Mapping[str, int] = field(default_factory=dict)
    """How many sources are in each state of health, `unchecked` included."""
    overdue: int = 0
    """How many are due and wait."""
    lag_seconds: float = 0.0
    """How long the one of them waits that waits longest."""
    next_check: datetime | None = None
    """When the next source is due; None where one is due now, or there is none."""
    owed: int = 0
    """Deliveries that wait, or are under way."""
    oldest_due: datetime | None = None
    """When the first of them is, or was, due."""
    dead: int = 0
    """Deliveries that were given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speeds:
    """How long news took from publication to delivery, by source, by target, and by both."""

    sources: Mapping[SourceId, Speed] = field(default_factory=dict)
    targets: Mapping[TargetId, Speed] = field(default_factory=dict)
    pairs: Mapping[tuple[SourceId, TargetId], Speed] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How everything stands; a source or target that was never used is there, without a past."""

    summary: Summary
    sources: Mapping[SourceId, SourceStanding]
    targets: Mapping[TargetId, TargetStanding]
    left: Mapping[TargetId, int]
    """What is still owed to targets that are not configured any more."""
    dead: Sequence[Delivery]
    alerts: Sequence[Alarm] = ()
    """What is wrong now."""
    speeds: Speeds = field(default_factory=Speeds)


def status(config: Config, now: datetime) -> Standing:
    """Return how the sources and targets of a configuration stand; looks only, also beside a working process."""
    with read_store(config.settings.database) as store:
        known = store.sources() if store else {}
        met = store.targets() if store else {}
        dead = store.dead() if store else ()
        alarms = store.alarms() if store else ()
        delays = store.delays([one.id for one in config.targets], now - LATELY, MOST) if store else ()
    sources = {one.id: known.get(one.id) or _unseen(one.id) for one in config.sources}
    targets = {one.id: met.get(one.id) or _idle(one.id) for one in config.targets}
    return Standing(
        summary=summary(sources, targets, now, process=worker(config.settings.database).removeprefix("process ")),
        sources=sources,
        targets=targets,
        left={name: owed(one) for name, one in met.items() if name not in targets and owed(one)},
        dead=dead,
        alerts=[one for one in alarms if one.up],
        speeds=speeds(delays),
    )


def summary(
    sources: Mapping[SourceId, SourceStanding],
    targets: Mapping[TargetId, TargetStanding],
    now: datetime,
    *,
    process: str = "",
) -> Summary:
    """Return everything in a few numbers."""
    due = [one.state.due_at for one in sources.values()]
    late = [when for when in due if when is not None and when <= now]
    waiting = len(late) + due.count(None)
    return Summary(
        process=process,
        sources=dict(sorted(Counter(one.state.health or UNCHECKED for one in sources.values()).items())),
        overdue=waiting,
        lag_seconds=(now - min(late)).total_seconds() if late else 0.0,
        next_check=None if waiting else min((when for when in due if when is not None), default=None),
        owed=sum(map(owed, targets.values())),
        oldest_due=min((one.oldest_due for one in targets.values() if one.oldest_due), default=None),
        dead=sum(one.counts.get(State.DEAD, 0) for one in targets.values()),
    )


def owed(target: TargetStanding) -> int:
    """Return how many deliveries a target waits for."""
    return target.counts.get(State.PENDING, 0) + target.counts.get(State.LEASED, 0)


def speeds(delays: Iterable[Delay]) -> Speeds:
    """Return how long news took."""
    by_source: dict[SourceId, list[Delay]] = defaultdict(list)
    by_target: dict[TargetId, list[Delay]] = defaultdict(list)
    by_pair: dict[tuple[SourceId, TargetId], list[Delay]] = defaultdict(list)
    for one in delays:
        by_source[one.source_id].append(one)
        by_target[one.target_id].append(one)
        by_pair[one.source_id, one.target_id].append(one)
    return Speeds(sources=_each(by_source), targets=_each(by_target), pairs=_each(by_pair))


def _each(groups: Mapping[Key, Sequence[Delay]]) -> dict[Key, Speed]:
    return {key: found for key, group in groups.items() if (found := speed(group))}


def _unseen(source_id: SourceId) -> SourceStanding:
    return SourceStanding(state=SourceState(source_id=source_id), items=0, newest=None)


def _idle(target_id: TargetId) -> TargetStanding:
    return TargetStanding(state=TargetState(target_id=target_id), counts={}, oldest_due=None)
