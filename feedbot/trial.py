"""Trying a target without the outbox: send it a made-up item, show what it would get, shake hands with it."""

import secrets
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from feedbot.app import utc_now
from feedbot.compose.preview import files
from feedbot.compose.sample import MADE_UP, samples
from feedbot.config import Config
from feedbot.delivery import Delivery, Event
from feedbot.errors import SendError
from feedbot.item import Item, ItemId
from feedbot.outfit import composer, outbound_of, sender_of
from feedbot.send.handshake import Finding, shake
from feedbot.send.webhook import WebhookSender
from feedbot.source import Source
from feedbot.target import Target, WebhookTarget

ONES: tuple[Event, ...] = ("published", "updated", "withdrawn")


def send_test(config: Config, target_id: str) -> str:
    """Send a made-up item to a target, past the outbox; return what the target replied. Raises SendError."""
    target = _target(config, target_id)
    now = utc_now()
    sample = samples(now)[-1]
    item = replace(sample, id=ItemId(f"{sample.id}-{now.timestamp():.6f}"))  # each test is a message of its own
    message = composer(_with_samples(config), {})(target, [_owed(target, item, now)], {item.id: item})
    with closing(outbound_of(config)) as outbound, closing(sender_of(config, target, outbound, utc_now)) as sender:
        return sender.send(message).reply


def render_test(config: Config, target_id: str) -> Mapping[str, bytes]:
    """Return, as files by name, what a target would get: of a new, a changed and a withdrawn item, and of several."""
    target, now = _target(config, target_id), utc_now()
    compose = composer(_with_samples(config), {})
    items = {item.id: item for item in samples(now)}
    rich = next(iter(items.values()))
    shown: dict[str, bytes] = {}
    for number, event in enumerate(ONES, start=1):
        owed = replace(_owed(target, rich, now), revision=number, event=event)
        shown |= files(event, compose(target, [owed], items))
    return shown | files("several", compose(target, [_owed(target, item, now) for item in items.values()], items))


def verify(config: Config, target_id: str) -> Sequence[Finding]:
    """Shake hands with a webhook. Raises SendError where that cannot be done, or nobody answers."""
    target = _target(config, target_id)
    if not isinstance(target, WebhookTarget):
        raise SendError(f"{target_id} is no webhook, and only webhooks shake hands", permanent=True)
    origin = urlsplit(config.settings.site.url).hostname or "feedbot"
    with closing(outbound_of(config)) as outbound:
        sender = WebhookSender(target, outbound, utc_now)
        return shake(target, sender, origin, secrets.token_urlsafe(24), utc_now())


def _target(config: Config, target_id: str) -> Target:
    return next(target for target in config.targets if target.id == target_id)


def _owed(target: Target, item: Item, now: datetime) -> Delivery:
    return Delivery(item_id=item.id, revision=1, target_id=target.id, created_at=now, due_at=now)


def _with_samples(config: Config) -> Config:
    """Name the made-up sources, in the time zone of the site."""
    zone = config.settings.site.timezone
    made_up = (Source(id=name, url="https://example.org/news/", title=title, timezone=zone) for name, title in MADE_UP)
    return replace(config, sources=(*config.sources, *made_up))
