"""Alert: what the operator is to know, told once when it begins and once when it is over; flapping is damped.

Who finds a trouble raises its alert, and clears it when the trouble is gone, as often as they like: both say how things
are, and only a change is told. All times are aware UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

AlertKind = Literal["source", "target", "failing", "dead", "disk", "feeds", "store", "stale", "canary"]
"""A source that fails; a target that is disabled, or takes nothing; deliveries that were given up; a full disk; feed
files that cannot be written; a store that takes nothing; a service that is late; a canary that did not arrive."""
Telling = Literal["raised", "cleared"]
DAY = timedelta(days=1)
CALM = timedelta(minutes=15)
MOST_CALM = timedelta(hours=8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One trouble. `key` tells it from every other one, such as `source:hssib-news`.

    `subject` is the id or path that it is about, `cause` and `remedy` are sentences for a person, without secrets.
    """

    key: str
    kind: AlertKind
    subject: str
    cause: str
    remedy: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """An alert as it is remembered: whether it is over, and what of it was told."""

    alert: Alert
    over_at: datetime | None = None
    told: Telling | None = None
    """What was told last of this time that it is up."""
    times: int = 1
    """How often it came up, each time within a day of the last: what makes the end wait to be told."""

    @property
    def up(self) -> bool:
        """Whether the trouble is there now."""
        return self.over_at is None

    @property
    def name(self) -> str:
        """What tells this time that it is up from every other one."""
        return f"{self.alert.key} {self.alert.since.isoformat()}"


def raised(before: Alarm | None, alert: Alert) -> Alarm:
    """Return what is remembered once `alert` was raised.

    One that is up stays since when it was, with what is said of it now. One whose end was not told yet goes on.
    """
    if before is None:
        return Alarm(alert=alert)
    same = replace(alert, since=before.alert.since)
    if before.over_at is None:
        return replace(before, alert=same)
    times = before.times + 1 if alert.since - before.over_at < DAY else 1
    if before.told == "raised":
        return replace(before, alert=same, over_at=None, times=times)
    return Alarm(alert=alert, times=times)


def cleared(before: Alarm, at: datetime) -> Alarm:
    """Return what is remembered once the alert was cleared; one that is over already stays as it is."""
    return replace(before, over_at=at) if before.up else before


def to_tell(alarm: Alarm, now: datetime) -> Telling | None:
    """Return what is to be told of it now.

    The beginning is told at once. So is the first end; the end of what came up again within a day is believed only
    after it held for a while, which doubles each time: what comes and goes is told ever more rarely.
    """
    if alarm.over_at is None:
        return "raised" if alarm.told != "raised" else None
    if alarm.told == "raised" and now - alarm.over_at >= calm(alarm.times):
        return "cleared"
    return None


def calm(times: int) -> timedelta:
    """Return how long the end of an alert must hold that came up so often."""
    return timedelta() if times < 2 else min(CALM * 2 ** min(times - 2, 10), MOST_CALM)


def event_of(kind: AlertKind, telling: Telling) -> str:
    """Return the type of the webhook that tells it."""
    began, ended = _EVENTS[kind]
    return began if telling == "raised" else ended


def headline(alert: Alert, telling: Telling) -> str:
    """Return the title of the message that tells it."""
    began, ended = _HEADLINES[alert.kind]
    return (began if telling == "raised" else ended).format(alert.subject)


_HEADLINES: Mapping[AlertKind, tuple[str, str]] = {
    "source": ("Source {} fails", "Source {} works again"),
    "target": ("Target {} is disabled", "Target {} is enabled again"),
    "failing": ("Target {} takes nothing", "Target {} takes messages again"),
    "dead": ("Messages to {} were given up", "No messages to {} are given up any more"),
    "disk": ("The disk of {} is full", "The disk of {} has room again"),
    "feeds": ("Feeds cannot be written", "Feeds are written again"),
    "store": ("feedbot can store nothing", "feedbot can store again"),
    "stale": ("feedbot is late", "feedbot is on time again"),
    "canary": ("The canary did not reach {}", "The canary reaches {} again"),
}
_EVENTS: Mapping[AlertKind, tuple[str, str]] = {
    "source": ("source.failing", "source.recovered"),
    "target": ("target.disabled", "target.enabled"),
    "failing": ("target.failing", "target.recovered"),
    "dead": ("delivery.dead", "delivery.recovered"),
    "disk": ("disk.full", "disk.free"),
    "feeds": ("feeds.failing", "feeds.recovered"),
    "store": ("store.failing", "store.recovered"),
    "stale": ("service.stale", "service.recovered"),
    "canary": ("canary.missing", "canary.arrived"),
}
