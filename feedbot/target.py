"""Target: a destination of notifications, and which items it wants.

Addresses, keys and passwords are secrets: they are never shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from feedbot.source import Filter, TargetId

Edits = Literal["none", "substantive", "all"]
Extent = Literal["summary", "sections", "full"]
Format = Literal[
    "standard",
    "cloudevents",
    "template",
    "slack",
    "discord",
    "teams",
    "mattermost",
    "rocketchat",
    "googlechat",
    "telegram",
    "ntfy",
    "matrix",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    id: TargetId
    wanted: Filter = field(default_factory=Filter)
    languages: tuple[str, ...] = ()
    """BCP 47 ranges; items in other languages are not told. Empty: all."""
    max_age: timedelta | None = None
    edits: Edits = "none"
    """Whether later revisions of an item are owed as well, and which."""
    withdrawn: bool = False
    """Whether it hears of items that the publisher took back."""
    cap: int | None = None
    """The most items that one message tells; the rest of it is counted: 'and 3 more'."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _MailTarget(_Target):
    extent: Extent = "full"
    """How much of an item a mail tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailTarget(_MailTarget):
    """Mail over SMTP to `recipients`.

    `apart` gives each recipient a mail of its own, so that nobody sees the others; else all stand in the To header.
    `unsubscribe` adds a signed link that takes its recipient off; it needs `apart`.
    """

    recipients: tuple[str, ...]
    apart: bool = True
    unsubscribe: bool = False
    kind: Literal["email"] = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class MaildirTarget(_MailTarget):
    """Mail written into a maildir at `path`, which is made when it is missing."""

    path: str
    kind: Literal["maildir"] = "maildir"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How a target is shown that it is us.

    `token` is a bearer token (RFC 6750), `login` a user and a password (RFC 7617), `headers` go with every request,
    `certificate` names files in PEM: a certificate with its chain, and its key.
    """

    token: str = field(default="", repr=False)
    login: tuple[str, str] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    certificate: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookTarget(_Target):
    """HTTP POST to `url` in `format`; what feedbot signs is signed with each of `secrets`."""

    url: str = field(repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    access: Access = field(default_factory=Access)
    allow: tuple[str, ...] = ()
    format: Format = "standard"
    room: str = ""
    """The chat of Telegram, the room of Matrix."""
    template: str = field(default="", repr=False)
    """Jinja2 that renders to JSON, for the format `template`."""
    kind: Literal["webhook"] = "webhook"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppriseTarget(_Target):
    """Every service that the Apprise library knows, by its URLs."""

    urls: tuple[str, ...] = field(repr=False)
    kind: Literal["apprise"] = "apprise"


Target = EmailTarget | MaildirTarget | WebhookTarget | AppriseTarget


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetState:
    """What deliveries left behind about a target. All times are aware UTC."""

    target_id: TargetId
    paused_until: datetime | None = None
    """It asked to be left alone until then."""
    disabled_at: datetime | None = None
    reason: str = ""
