"""How everything stands: sources, targets, what was given up, what is wrong, and how long news took."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from feedbot.account import Delay, Speed, speed
from feedbot.alert import Alarm
from feedbot.config import Config
from feedbot.delivery import Delivery
from feedbot.source import SourceId, SourceState, TargetId
from feedbot.store import SourceStanding, TargetStanding, read_store
from feedbot.target import TargetState

LATELY = timedelta(days=30)
MOST = 2_000
"""So many of the latest deliveries of each target say how long news takes."""
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Speeds:
    """How long news took from publication to delivery, by source, by target, and by both."""

    sources: Mapping[SourceId, Speed] = field(default_factory=dict)
    targets: Mapping[TargetId, Speed] = field(default_factory=dict)
    pairs: Mapping[tuple[SourceId, TargetId], Speed] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How everything stands; a source or target that was never used is there, without a past."""

    sources: Mapping[SourceId, SourceStanding]
    targets: Mapping[TargetId, TargetStanding]
    dead: Sequence[Delivery]
    alerts: Sequence[Alarm] = ()
    """What is wrong now."""
    speeds: Speeds = field(default_factory=Speeds)


def status(config: Config, now: datetime) -> Standing:
    """Return how the sources and targets of a configuration stand; looks only, also beside a working process."""
    with read_store(config.settings.database) as store:
        sources = store.sources() if store else {}
        targets = store.targets() if store else {}
        dead = store.dead() if store else ()
        alarms = store.alarms() if store else ()
        delays = store.delays([one.id for one in config.targets], now - LATELY, MOST) if store else ()
    return Standing(
        sources={one.id: sources.get(one.id) or _unseen(one.id) for one in config.sources},
        targets={one.id: targets.get(one.id) or _idle(one.id) for one in config.targets},
        dead=dead,
        alerts=[one for one in alarms if one.up],
        speeds=speeds(delays),
    )


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
