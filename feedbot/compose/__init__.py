"""Compose: deliveries and their items become one message for one target. Values in, bytes out; no clock."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import assert_never
from urllib.parse import urlsplit

from feedbot.compose import email, note, webhook
from feedbot.compose.attachments import MATTERMOST, ROCKETCHAT
from feedbot.compose.chat import Chat
from feedbot.compose.discord import CHAT as DISCORD
from feedbot.compose.draft import Draft, split
from feedbot.compose.googlechat import CHAT as GOOGLECHAT
from feedbot.compose.letterhead import Letterhead
from feedbot.compose.matrix import CHAT as MATRIX
from feedbot.compose.news import news
from feedbot.compose.ntfy import CHAT as NTFY
from feedbot.compose.slack import CHAT as SLACK
from feedbot.compose.teams import CHAT as TEAMS
from feedbot.compose.telegram import CHAT as TELEGRAM
from feedbot.delivery import Delivery, Hook, Message
from feedbot.item import Item, ItemId
from feedbot.target import AppriseTarget, EmailTarget, Format, MaildirTarget, Target, WebhookTarget

__all__ = ["Letterhead", "compose", "portions"]

CHATS: Mapping[Format, Chat] = {
    "slack": SLACK,
    "discord": DISCORD,
    "teams": TEAMS,
    "mattermost": MATTERMOST,
    "rocketchat": ROCKETCHAT,
    "googlechat": GOOGLECHAT,
    "telegram": TELEGRAM,
    "ntfy": NTFY,
    "matrix": MATRIX,
}
"""The formats of chat services."""

Items = Mapping[ItemId, Item]


def compose(target: Target, deliveries: Sequence[Delivery], items: Items, letterhead: Letterhead) -> Message:
    """Return the message that tells `target` of `deliveries`; each one's item is in `items`, at its revision.

    Where they are more than one message can hold, or than the target's `cap`, the first ones are told and the rest is
    counted: 'and 3 more', with a link to the page that lists them. `portions` tells how to lose none that way.
    The same arguments give the same bytes, so that every try of a message is equal to the first.
    """
    return _draft(target, deliveries, items, letterhead).best(target.cap)


def portions(
    target: Target, deliveries: Sequence[Delivery], items: Items, letterhead: Letterhead
) -> list[Sequence[Delivery]]:
    """Return `deliveries` in their order, parted between items into as few messages as hold all of them.

    A target with a `cap` gets one message: what goes beyond is meant to be counted only. Those that wait for different
    recipients are told apart.
    """
    if target.cap is not None or len(deliveries) == 1:
        return [deliveries]
    alike = [list(some) for _, some in groupby(deliveries, lambda one: one.waiting)]
    return [
        part
        for one in alike
        for part in split(one, lambda some: _draft(target, some, items, letterhead).fits(len(some)))
    ]


def _draft(target: Target, deliveries: Sequence[Delivery], items: Items, letterhead: Letterhead) -> Draft:
    match target:
        case EmailTarget() | MaildirTarget():
            return email.draft(target, deliveries, items, letterhead)
        case WebhookTarget():
            return _hook(target, deliveries, items, letterhead)
        case AppriseTarget():
            return note.draft(deliveries, items, letterhead)
        case _:
            assert_never(target)


def _hook(target: WebhookTarget, deliveries: Sequence[Delivery], items: Items, letterhead: Letterhead) -> Draft:
    match target.format:
        case "standard":
            return _sized(
                deliveries, webhook.MOST, webhook.LIMIT, lambda n: webhook.standard(deliveries, items, letterhead, n)
            )
        case "cloudevents":
            return _sized(
                deliveries,
                webhook.MOST,
                webhook.EVENT_LIMIT,
                lambda n: webhook.cloudevent(deliveries, items, letterhead, n),
            )
        case "template":
            from feedbot.compose import template  # noqa: PLC0415 - only this format needs Jinja2

            return _sized(
                deliveries,
                template.MOST,
                template.LIMIT,
                lambda n: template.templated(target.template, deliveries, items, letterhead, n),
            )
        case chat:
            return _chat(CHATS[chat], target, deliveries, items, letterhead)


def _sized(deliveries: Sequence[Delivery], most: int, limit: int, write: Callable[[int], Hook]) -> Draft:
    return Draft(
        count=len(deliveries), write=write, fits=lambda n: n == 1 or (n <= most and len(write(n).body) <= limit)
    )


def _chat(
    chat: Chat, target: WebhookTarget, deliveries: Sequence[Delivery], items: Items, letterhead: Letterhead
) -> Draft:
    room = urlsplit(target.url).path.rstrip("/").rpartition("/")[2] if target.format == "ntfy" else target.room

    return Draft(
        count=len(deliveries),
        write=lambda n: chat.hook(target.url, news(deliveries, items, letterhead, n, room)),
        fits=lambda n: n == 1 or (n <= chat.most and chat.fits(news(deliveries, items, letterhead, n, room))),
    )
