from contextlib import closing
from datetime import UTC, datetime

from feedbot.outbound import Outbound
from feedbot.ports import Sender
from feedbot.send import Relay, sender_for
from feedbot.send.apprise import AppriseSender
from feedbot.send.maildir import MaildirSender
from feedbot.send.smtp import SmtpSender
from feedbot.send.webhook import WebhookSender
from feedbot.source import TargetId
from feedbot.target import AppriseTarget, EmailTarget, MaildirTarget, Target, WebhookTarget

NOW = datetime(2026, 11, 23, tzinfo=UTC)

TARGETS: list[tuple[Target, type[Sender]]] = [
    (EmailTarget(id=TargetId("board"), recipients=("board@example.org",)), SmtpSender),
    (MaildirTarget(id=TargetId("archive"), path="mail"), MaildirSender),
    (WebhookTarget(id=TargetId("hook"), url="https://hooks.example/"), WebhookSender),
    (AppriseTarget(id=TargetId("phone"), urls=("json://127.0.0.1/",)), AppriseSender),
]


def test_every_kind_of_target_has_its_sender() -> None:
    with closing(Outbound("feedbot/test")) as outbound:
        for target, kind in TARGETS:
            sender = sender_for(target, relay=Relay(), tls=outbound.tls, outbound=outbound, clock=lambda: NOW)
            assert type(sender) is kind
            sender.close()
