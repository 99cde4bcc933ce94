"""Metrics: what the service did since its start, and how everything stands, in the text format of Prometheus."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector, disable_created_metrics
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from feedbot import __version__
from feedbot.announce import Announced
from feedbot.deliver import Delivered
from feedbot.errors import StoreError
from feedbot.outcome import Checked
from feedbot.ports import EngineStats
from feedbot.publish import Published
from feedbot.pulse import Pulse
from feedbot.source import Health
from feedbot.store import Gauges

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
NAMED = 200
"""Failing sources that are named one by one; the others are only counted."""


class Place(Protocol):
    """What can be asked how everything stands."""

    def gauges(self) -> Gauges:
        """Return how everything stands. Raises StoreError."""
        ...

    def room(self) -> Mapping[str, int]:
        """Return how many bytes are free for what."""
        ...

    def queue(self) -> EngineStats | None:
        """Return how much the engine that shares the work has to do; None where there is none. Raises StoreError."""
        ...


class Metrics:
    """Counts what was done, and asks for all else when it is read. Safe to share by threads."""

    def __init__(self, pulse: Pulse, place: Place, clock: Callable[[], datetime]) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # process_start_time_seconds says it for all of them
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        build = Gauge(
            "feedbot_build_info", "Always 1; the label says which feedbot this is.", ["version"], registry=registry
        )
        build.labels(__version__).set(1)
        self._checks = Counter("feedbot_checks", "Checks, by what they found.", ["health"], registry=registry)
        self._items = Counter("feedbot_items", "Items that were new or changed.", ["event"], registry=registry)
        self._files = Counter("feedbot_files", "Feed files, by what became of them.", ["outcome"], registry=registry)
        self._tries = Counter(
            "feedbot_deliveries", "Deliveries that were tried, by outcome.", ["target", "outcome"], registry=registry
        )
        self._notices = Counter("feedbot_notices", "Notices to the hub, by outcome.", ["outcome"], registry=registry)
        self._loads = Counter("feedbot_reloads", "Reloads of the configuration.", ["outcome"], registry=registry)
        self._loaded = Gauge(
            "feedbot_config_good", "Whether the configuration that stands in the file is at work.", registry=registry
        )
        self._loaded.set(1)
        self._begin()
        registry.register(_Standing(pulse, place, clock))

    def text(self) -> bytes:
        """Return all metrics as they are now."""
        return generate_latest(self._registry)

    def checked(self, done: Checked) -> None:
        """Count a check."""
        self._checks.labels(str(done.health)).inc()
        self._items.labels("new").inc(done.new)
        self._items.labels("changed").inc(done.changed)

    def published(self, done: Published) -> None:
        """Count what became of the files of a feed."""
        self._files.labels("written").inc(len(done.written))
        self._files.labels("failed").inc(len(done.failed))

    def announced(self, done: Announced | None) -> None:
        """Count what the hub was told."""
        if done:
            self._notices.labels("told").inc(done.told)
            self._notices.labels("failed").inc(len(done.notices) - done.told)

    def delivered(self, done: Delivered) -> None:
        """Count what was tried for a target."""
        for outcome, count in (("sent", done.sent), ("retried", done.failed), ("dead", done.dead)):
            if count:
                self._tries.labels(done.target_id, outcome).inc(count)

    def reloaded(self, *, well: bool) -> None:
        """Count a reload of the configuration; one that is not `well` was not taken."""
        self._loads.labels("taken" if well else "refused").inc()
        self._loaded.set(well)

    def _begin(self) -> None:
        """Show every series of a closed set from the start: what begins with its first event hides that event."""
        for health in Health:
            self._checks.labels(str(health))
        for counter, values in (
            (self._items, ("new", "changed")),
            (self._files, ("written", "failed")),
            (self._notices, ("told", "failed")),
            (self._loads, ("taken", "refused")),
        ):
            for value in values:
                counter.labels(value)


class _Standing(Collector):
    """How duties, sources, targets and disks stand at the moment they are asked for."""

    def __init__(self, pulse: Pulse, place: Place, clock: Callable[[], datetime]) -> None:
        self._pulse, self._place, self._clock = pulse, place, clock

    def describe(self) -> Iterable[Metric]:
        """Return nothing: names are known when they are asked for."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Give every family; those of the store only while it answers."""
        yield from self._duties()
        yield _free(self._place.room())
        try:
            stand = self._place.gauges()
        except StoreError:
            stand = None
        yield GaugeMetricFamily("feedbot_database_up", "Whether the database answers.", value=stand is not None)
        if stand is not None:
            yield from _standing(stand, self._clock())
            yield from _queued(self._place.queue(), self._clock())

    def _duties(self) -> Iterator[Metric]:
        runs = CounterMetricFamily("feedbot_duty_runs", "Runs of a duty, by outcome.", labels=["duty", "outcome"])
        took = GaugeMetricFamily("feedbot_duty_seconds", "How long its last run took.", labels=["duty"])
        well = GaugeMetricFamily(
            "feedbot_duty_last_success_timestamp_seconds", "When a run of it last ended well.", labels=["duty"]
        )
        failing = GaugeMetricFamily("feedbot_duty_failing", "Whether its last run failed.", labels=["duty"])
        for duty, beat in sorted(self._pulse.beats().items()):
            runs.add_metric([duty, "done"], beat.runs - beat.failures)
            runs.add_metric([duty, "failed"], beat.failures)
            took.add_metric([duty], beat.took)
            failing.add_metric([duty], beat.trouble is not None)
            if beat.ended_at:
                well.add_metric([duty], beat.ended_at.timestamp())
        yield from (runs, took, well, failing)


def _queued(stats: EngineStats | None, now: datetime) -> Iterator[Metric]:
    """Give what the engine has to do that shares the work."""
    if stats is None:
        return
    jobs = GaugeMetricFamily("feedbot_engine_jobs", "Wake-ups of the engine, by what they do.", labels=["state"])
    for state, count in (("queued", stats.queued), ("running", stats.running), ("late", stats.late)):
        jobs.add_metric([state], count)
    yield jobs
    age = (now - stats.late_since).total_seconds() if stats.late_since else 0.0
    yield GaugeMetricFamily("feedbot_engine_late_seconds", "How long the oldest one waits that is due.", value=age)
    yield CounterMetricFamily("feedbot_engine_failed", "Wake-ups whose work failed here.", value=stats.dead)
    yield CounterMetricFamily(
        "feedbot_engine_rescued", "Wake-ups queued again that ended with their worker.", value=stats.rescued
    )


def _free(room: Mapping[str, int]) -> Metric:
    free = GaugeMetricFamily("feedbot_disk_free_bytes", "Room that is left on a disk.", labels=["holds"])
    for holds, count in room.items():
        free.add_metric([holds], count)
    return free


def _standing(stand: Gauges, now: datetime) -> Iterator[Metric]:
    health = GaugeMetricFamily("feedbot_sources", "Configured sources, by health.", labels=["health"])
    for one in (*Health, None):
        health.add_metric([one or "unchecked"], stand.sources.get(one, 0))
    yield health
    yield GaugeMetricFamily("feedbot_sources_overdue", "Sources that are due and wait.", value=stand.overdue)
    lag = _since(stand.longest, now)
    yield GaugeMetricFamily("feedbot_lag_seconds", "How long the one of them waits that waits longest.", value=lag)
    failing = GaugeMetricFamily(
        "feedbot_source_failing_timestamp_seconds",
        f"Since when a source fails; the {NAMED} that fail longest.",
        labels=["source", "health"],
    )
    for one in stand.failing:
        failing.add_metric([one.source_id, one.health], one.since.timestamp())
    yield failing
    yield from _queues(stand, now)
    yield GaugeMetricFamily("feedbot_database_bytes", "Size of the database.", value=stand.bytes)


def _queues(stand: Gauges, now: datetime) -> Iterator[Metric]:
    queue = GaugeMetricFamily("feedbot_queue", "Deliveries that are owed, or given up.", labels=["target", "state"])
    oldest = GaugeMetricFamily(
        "feedbot_queue_lag_seconds", "How long the delivery is overdue that waits longest.", labels=["target"]
    )
    closed = GaugeMetricFamily("feedbot_target_disabled", "Whether a target takes nothing any more.", labels=["target"])
    for one in stand.queues:
        queue.add_metric([one.target_id, "owed"], one.owed)
        queue.add_metric([one.target_id, "dead"], one.dead)
        oldest.add_metric([one.target_id], _since(one.oldest_due, now))
        closed.add_metric([one.target_id], one.disabled)
    yield from (queue, oldest, closed)


def _since(then: datetime | None, now: datetime) -> float:
    return max((now - then).total_seconds(), 0.0) if then else 0.0
