"""Compose: deliveries and their items become one message for one target. Values in, bytes out; no clock."""

from collections.abc import Mapping, Sequence
from typing import assert_never

from feedbot.compose import email, webhook
from feedbot.compose.letterhead import Letterhead
from feedbot.delivery import Delivery, Message
from feedbot.item import Item, ItemId
from feedbot.target import EmailTarget, MaildirTarget, Target, WebhookTarget

__all__ = ["Letterhead", "compose"]


def compose(
    target: Target, deliveries: Sequence[Delivery], items: Mapping[ItemId, Item], letterhead: Letterhead
) -> Message:
    """Return the message that tells `target` of `deliveries`; each one's item is in `items`, at its revision.

    The same arguments give the same bytes, so that every try of a message is equal to the first.
    """
    match target:
        case EmailTarget():
            return email.mail(target, deliveries, items, letterhead)
        case MaildirTarget():
            return email.mail(target, deliveries, items, letterhead)
        case WebhookTarget():
            return webhook.hook(deliveries, items, letterhead)
        case _:
            assert_never(target)
