"""Bulletins: news of feedbot itself, for its operator, as items of built-in sources that no configuration can name."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

from feedbot.alert import Alarm, Telling, event_of, headline
from feedbot.delivery import Delivery, Event
from feedbot.item import Item, digest, item_id
from feedbot.source import SourceId, TargetId

ALERTS = SourceId("_alerts")
"""Where alerts and summaries come from."""
CANARY = SourceId("_canary")
"""Where canaries come from."""
BUILT_IN: Mapping[SourceId, str] = {ALERTS: "feedbot", CANARY: "feedbot's canary"}
"""What the built-in sources are called; their ids are no ids that a configuration may give."""
TYPE = "type"
"""The extra field of an alert that holds the type of the webhook that tells it (see alert.event_of)."""
SUBJECT = "subject"
"""The extra field of an alert that names what it is about."""
_OWN = frozenset({"target", "failing", "dead", "canary"})
"""Kinds of alerts that are about a target, which is not told of itself."""


def bulletin(alarm: Alarm, telling: Telling, timezone: str, now: datetime) -> Item:
    """Return the item that tells an alert: its first revision that it is up, its second that it is over."""
    alert = alarm.alert
    facts = {TYPE: event_of(alert.kind, telling), SUBJECT: alert.subject, "key": alert.key, "cause": alert.cause}
    if telling == "raised":
        summary, further = f"{alert.cause} {alert.remedy}", f"Since {_written(alert.since, timezone)}."
        facts["remedy"] = alert.remedy
    else:
        over_at = alarm.over_at or now
        summary = f"It lasted {lasting(over_at - alert.since)}."
        further = f"From {_written(alert.since, timezone)} to {_written(over_at, timezone)}. It was: {alert.cause}"
    if alarm.times > 1:
        further += f" It came up {alarm.times} times of late."
    item = _item(ALERTS, alarm.name, headline(alert, telling), summary, further, now)
    return _sealed(replace(item, revision=1 if telling == "raised" else 2, fields=facts))


def summary_of(day: date, title: str, lines: Sequence[str], now: datetime) -> Item:
    """Return the summary of a day, as one item for that day however often it is made."""
    html = f"<ul>{''.join(f'<li>{escape(line, quote=False)}</li>' for line in lines)}</ul>"
    text = "\n".join(f"- {line}" for line in lines)
    item = _item(ALERTS, f"summary {day.isoformat()}", title, "", "", now)
    return _sealed(replace(item, content_html=html, content_text=text, fields={TYPE: "service.summary"}))


def owed_to(item: Item, event: Event, targets: Collection[TargetId], now: datetime) -> tuple[Delivery, ...]:
    """Return what is owed of a bulletin: at once, and whatever those targets want else."""
    return tuple(
        Delivery(item_id=item.id, revision=item.revision, target_id=one, event=event, created_at=now, due_at=now)
        for one in targets
    )


def hearers(alarm: Alarm, targets: Sequence[TargetId]) -> list[TargetId]:
    """Return which of these targets hear of an alert: not the one that it is about, which could not be reached."""
    about = alarm.alert.subject if alarm.alert.kind in _OWN else None
    return [one for one in targets if one != about]


def lasting(span: timedelta) -> str:
    """Return how long that is, in words: `3 h 5 min`."""
    minutes = int(span.total_seconds() // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [f"{days} d" if days else "", f"{hours} h" if hours else "", f"{minutes} min" if minutes else ""]
    return " ".join(part for part in parts if part) or "less than a minute"


def _item(source: SourceId, name: str, title: str, summary: str, further: str, now: datetime) -> Item:
    return Item(
        id=item_id(source, (name,)),
        source_id=source,
        guid=name,
        keys=(f"guid:{name}",),
        published_at=now,
        dated="time",
        first_seen=now,
        changed_at=now,
        digest="",
        title=title,
        published=now,
        summary=summary,
        content_html=f"<p>{escape(further, quote=False)}</p>" if further else "",
        content_text=further,
        language="en",
    )


def _sealed(item: Item) -> Item:
    return replace(item, digest=digest(item))


def _written(when: datetime, timezone: str) -> str:
    local = when.astimezone(ZoneInfo(timezone))
    return f"{local:%Y-%m-%d %H:%M} {local.tzname() or ''}".rstrip()
