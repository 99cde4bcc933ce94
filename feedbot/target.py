"""Target: an email or webhook destination, and which items it wants."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from feedbot.source import Filter, TargetId

Edits = Literal["none", "substantive", "all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    id: TargetId
    wanted: Filter = field(default_factory=Filter)
    max_age: timedelta | None = None
    edits: Edits = "none"
    """Whether later revisions of an item are owed as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailTarget(_Target):
    """Mail over SMTP to `recipients`, in the envelope and the To header."""

    recipients: tuple[str, ...]
    kind: Literal["email"] = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class MaildirTarget(_Target):
    """Mail written into a maildir at `path`, which is made when it is missing."""

    path: str
    kind: Literal["maildir"] = "maildir"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookTarget(_Target):
    """HTTP POST to `url` as Standard Webhooks, signed with each of `secrets` (never shown)."""

    url: str = field(repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    allow: tuple[str, ...] = ()
    format: Literal["standard"] = "standard"
    kind: Literal["webhook"] = "webhook"


Target = EmailTarget | MaildirTarget | WebhookTarget


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetState:
    """What deliveries left behind about a target. All times are aware UTC."""

    target_id: TargetId
    paused_until: datetime | None = None
    """It asked to be left alone until then."""
    disabled_at: datetime | None = None
    reason: str = ""
