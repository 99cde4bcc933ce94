"""Send: adapters that carry a message to a target. They try once; what went wrong is a SendError."""

import ssl
from typing import assert_never

from feedbot.outbound import Outbound
from feedbot.ports import Clock, Sender
from feedbot.send.apprise import AppriseSender
from feedbot.send.dkim import Signer
from feedbot.send.hub import HubSender
from feedbot.send.maildir import MaildirSender
from feedbot.send.ping import Pinger
from feedbot.send.relay import Relay
from feedbot.send.smtp import SmtpSender
from feedbot.send.webhook import WebhookSender
from feedbot.target import AppriseTarget, EmailTarget, MaildirTarget, Target, WebhookTarget

__all__ = ["HubSender", "Pinger", "Relay", "Signer", "sender_for"]


def sender_for(
    target: Target,
    *,
    relay: Relay,
    tls: ssl.SSLContext,
    outbound: Outbound,
    clock: Clock,
    signer: Signer | None = None,
) -> Sender:
    """Return what carries messages to `target`; nothing is connected before the first one.

    `relay` is the mail server that takes mails, `tls` the context that proves its certificate, `outbound` the
    client that webhooks go through, `clock` says when a webhook was tried, and `signer` signs mails.
    """
    match target:
        case EmailTarget():
            return SmtpSender(relay, tls, signer)
        case MaildirTarget():
            return MaildirSender(target.path)
        case WebhookTarget():
            return WebhookSender(target, outbound, clock)
        case AppriseTarget():
            return AppriseSender(target)
        case _:
            assert_never(target)
