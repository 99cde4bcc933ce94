"""Target: a destination of notifications, and which items it wants.

Addresses, keys and passwords are secrets: they are never shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from feedbot.cadence import Rhythm, written
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
class Rate:
    """At most `count` messages within `per`."""

    count: int
    per: timedelta

    def __str__(self) -> str:
        """Return it as it is configured: `30/1m`."""
        return f"{self.count}/{written(self.per)}"


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
    cap_per_hour: int | None = None
    """The most messages in an hour; the last one tells of all that wait then, or counts them."""
    rate: Rate | None = None
    """How fast messages may follow each other; what its service allows when absent (see RATES)."""
    rhythm: Rhythm = field(default_factory=Rhythm)
    """When it hears of items; a source may say otherwise."""
    timezone: str = "UTC"
    """Time zone (IANA) of its rhythm."""
    urgent: Filter = field(default_factory=Filter)
    """Items that are told at once, whatever the rhythm; none where it is empty."""
    merge: bool = True
    """Whether a story that several sources tell stands once in a message."""


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
    """Why it is paused, failing or disabled."""
    failing_since: datetime | None = None
    """When it began to take nothing."""
    failures: int = 0
    """Messages that it did not take since, in a row."""
    sent_at: tuple[datetime, ...] = ()
    """When it took its last messages, as far as its limits need to know."""
    occasions: Mapping[str, datetime] = field(default_factory=dict)
    """The last set time of each digest that was told (see cadence.Turn.wave)."""

    def took(self, now: datetime, limits: Sequence[Rate]) -> "TargetState":
        """Return the state after it took a message."""
        most, memory = max((one.count for one in limits), default=0), max((one.per for one in limits), default=DAY)
        known = [one for one in (*self.sent_at, now) if now - memory < one <= now]
        sent = tuple(known[-most:]) if most else ()
        return replace(self, paused_until=None, reason="", failing_since=None, failures=0, sent_at=sent)

    def failed(self, reason: str, now: datetime, *, until: datetime | None) -> "TargetState":
        """Return the state after it did not take a message: left alone `until` then, or disabled after five days."""
        since, failures = self.failing_since or now, self.failures + 1
        after = replace(self, reason=reason, paused_until=until, failing_since=since, failures=failures)
        if now - since < ENOUGH or failures < MANY:
            return after
        why = f"it took nothing for {(now - since).days} days; the last answer was: {reason}"
        return replace(after, disabled_at=now, paused_until=None, reason=why)


DAY = timedelta(days=1)
ENOUGH, MANY = timedelta(days=5), 8
"""A target that took nothing for so long, and was tried so often meanwhile, is disabled."""
PATIENCE = 3
"""After so many failures in a row a target is left alone for a while."""
RESTS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60))
"""How long, more with each further failure; then a single message tries it."""
RATES: Mapping[Format, Rate] = {
    "slack": Rate(count=30, per=timedelta(minutes=1)),
    "discord": Rate(count=30, per=timedelta(minutes=1)),
    "teams": Rate(count=60, per=timedelta(minutes=1)),
    "googlechat": Rate(count=50, per=timedelta(minutes=1)),
    "telegram": Rate(count=20, per=timedelta(minutes=1)),
    "ntfy": Rate(count=12, per=timedelta(minutes=1)),
}
"""What the services themselves allow one sender, where they say so."""


def rest(failures: int, jitter: float) -> timedelta | None:
    """Return how long a target is left alone after so many failures in a row, longer by up to a fifth."""
    return RESTS[min(failures - PATIENCE, len(RESTS) - 1)] * (1 + jitter / 5) if failures >= PATIENCE else None


def limits(target: Target) -> tuple[Rate, ...]:
    """Return how many messages it may get within how long."""
    usual = RATES.get(target.format) if isinstance(target, WebhookTarget) else None
    hourly = Rate(count=target.cap_per_hour, per=timedelta(hours=1)) if target.cap_per_hour else None
    return tuple(one for one in (target.rate or usual, hourly) if one)


def room(rate: Rate, state: TargetState, now: datetime) -> int:
    """Return how many messages it may get now."""
    return max(rate.count - sum(now - rate.per < one <= now for one in state.sent_at), 0)


def free_at(rate: Rate, state: TargetState, now: datetime) -> datetime:
    """Return when it may get one again."""
    recent = sorted(one for one in state.sent_at if now - rate.per < one <= now)[-rate.count :]
    return recent[0] + rate.per if len(recent) == rate.count else now
