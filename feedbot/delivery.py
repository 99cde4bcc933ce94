"""Delivery: one item, at one revision, owed to one target, until it is settled; Message: what is sent."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, assert_never

from feedbot.cadence import Stage
from feedbot.item import ItemId
from feedbot.source import TargetId

Event = Literal["published", "updated", "withdrawn", "raised", "cleared"]
"""What is told of an item; alerts are raised and cleared."""


LATER: frozenset[Event] = frozenset({"updated", "withdrawn"})
"""Events of items that may not even have been told yet."""


class State(StrEnum):
    """Where a delivery stands. PENDING and LEASED are debts; SENT, DEAD and DROPPED are settled.

    DEAD was given up, and can be tried again; DROPPED is not told on purpose, by its rule.
    """

    PENDING = "pending"
    LEASED = "leased"
    SENT = "sent"
    DEAD = "dead"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Try:
    """A try that failed: when it ended, aware UTC, and why."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One item at one revision owed to one target; that triple is unique. All times are aware UTC."""

    item_id: ItemId
    revision: int
    target_id: TargetId
    event: Event = "published"
    state: State = State.PENDING
    attempts: int = 0
    """Tries begun: a claim counts one, so that what kills the process runs out of tries too."""
    created_at: datetime
    due_at: datetime
    lease: str = ""
    """Fencing token of the claim that holds it."""
    leased_until: datetime | None = None
    settled_at: datetime | None = None
    reason: str = ""
    waiting: tuple[str, ...] = ()
    """Recipients that are still owed after others were reached; empty while all are."""
    tries: tuple[Try, ...] = ()
    """Those that failed, the first one first."""
    wave: str = ""
    """What it goes together with (see cadence.Turn); empty where it goes alone."""
    message: str = ""
    """Key of the message that it was put into with others; the same on every try."""
    stage: Stage = ""
    rule: str = ""
    """What decided its stage, in words: a rule of the configuration, or what is told instead."""

    @property
    def key(self) -> str:
        """The same on every try, on any machine and after a lost disk write."""
        seed = f"{self.target_id}\n{self.item_id}\n{self.revision}".encode()
        return hashlib.blake2b(seed, digest_size=16).hexdigest()

    @property
    def begun(self) -> bool:
        """Whether it was tried, or put into a message: it may have arrived."""
        return bool(self.attempts or self.message)

    def dropped(self, stage: Stage, rule: str, now: datetime) -> "Delivery":
        """Return it settled without being told, and why."""
        return replace(self, state=State.DROPPED, stage=stage, rule=rule, settled_at=now)


@dataclass(frozen=True, slots=True)
class Sent:
    """The target took the message; `reply` is what it said, fit for a log."""

    reply: str = ""


@dataclass(frozen=True, slots=True)
class Partly:
    """Some recipients are settled, `waiting` are to be tried again; `reached` says whether this try reached anybody."""

    reply: str
    waiting: tuple[str, ...]
    reached: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """The target did not take the message (see `errors.SendError`)."""

    reason: str
    permanent: bool = False
    retry_after: timedelta | None = None


BACKOFF = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""Waits between tries, as Standard Webhooks recommends; after the last try a delivery is dead."""
MAIL_BACKOFF = (*BACKOFF, timedelta(hours=24), timedelta(hours=20))
"""Waits between tries of a mail, five days in all (RFC 5321 section 4.5.4.1)."""
MAX_RETRY_AFTER = timedelta(days=1)
HELD_BACK = 3
"""While a delivery failed so often at most, others of its source wait behind it; later on they overtake it."""
GROUP = 1000
"""Deliveries that are put together at once; more make further messages."""
MOST_TRIES = 50
"""So many of its failed tries are remembered of a delivery: the latest."""


def backoff(attempts: int, jitter: float, waits: Sequence[timedelta] = BACKOFF) -> timedelta | None:
    """Return the wait after `attempts` tries, lengthened by up to a fifth by `jitter` in [0, 1); None: give up."""
    return waits[attempts - 1] * (1 + jitter / 5) if 0 < attempts <= len(waits) else None


def settle(
    delivery: Delivery,
    outcome: Sent | Partly | Failed,
    *,
    now: datetime,
    jitter: float,
    waits: Sequence[timedelta] = BACKOFF,
) -> Delivery:
    """Return the delivery after a try: sent, due again after one of `waits`, or dead. The lease token stays.

    A try that reached a part of the recipients counts as the first one for those who wait.
    """
    match outcome:
        case Sent():
            before = f"; before: {delivery.reason}" if delivery.waiting else ""
            return replace(delivery, state=State.SENT, settled_at=now, reason=outcome.reply + before)
        case Partly():
            again = replace(delivery, waiting=outcome.waiting, attempts=1 if outcome.reached else delivery.attempts)
            return _again(again, Failed(outcome.reply), now, backoff(again.attempts, jitter, waits))
        case Failed():
            return _again(delivery, outcome, now, backoff(delivery.attempts, jitter, waits))
        case _:
            assert_never(outcome)


def _again(delivery: Delivery, outcome: Failed, now: datetime, wait: timedelta | None) -> Delivery:
    delivery = replace(delivery, tries=(*delivery.tries, Try(now, outcome.reason))[-MOST_TRIES:])
    if wait is None or outcome.permanent:
        return replace(delivery, state=State.DEAD, settled_at=now, reason=outcome.reason)
    asked = min(outcome.retry_after or timedelta(), MAX_RETRY_AFTER)
    return replace(delivery, state=State.PENDING, due_at=now + max(wait, asked), reason=outcome.reason)


def give_back(delivery: Delivery) -> Delivery:
    """Return a claimed delivery that was not begun: due as before, and the claim's try not counted."""
    return replace(delivery, state=State.PENDING, attempts=delivery.attempts - 1)


def supersede(old: Delivery, new: Delivery, now: datetime) -> tuple[Delivery, Delivery]:
    """Return two debts of one item once the `new` one is owed while the `old` one was not begun.

    The later revision is told in the place of the earlier, at the time and as the event that that was owed for; what
    was taken back before it was first told is not told at all.
    """
    first = old.event == "published"
    if new.event == "withdrawn" and first:
        why = "its publisher took it back before it was told"
        return old.dropped("superseded", why, now), new.dropped("superseded", why, now)
    gone = old.dropped("superseded", f"its revision {new.revision} is told instead", now)
    early = old if old.due_at <= new.due_at else new
    turn = replace(new, due_at=early.due_at, wave=early.wave, stage=early.stage, rule=early.rule)
    return gone, replace(turn, event=old.event if new.event == "updated" else new.event)


SLOT = b"=_unsubscribe_="
"""Stands in a mail where recipients' own links go; no encoded part can hold it otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """What makes the mail of one recipient: headers that stand before the others, and what fills the SLOT."""

    recipient: str
    head: bytes = field(repr=False)
    filling: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A whole mail. `raw` is the RFC 5322 message with CRLF line ends; `sender` and `recipients` the envelope.

    Where `apart` is not empty, each recipient gets a mail of its own, of which `raw` is what all share.
    """

    key: str
    sender: str
    recipients: tuple[str, ...]
    raw: bytes = field(repr=False)
    apart: tuple[Apart, ...] = ()

    def letters(self) -> Iterator[tuple[tuple[str, ...], bytes]]:
        """Give each envelope's recipients with what they get."""
        if not self.apart:
            yield self.recipients, self.raw
        for one in self.apart:
            yield (one.recipient,), one.head + self.raw.replace(SLOT, one.filling)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """The body of a webhook; the adapter adds how the target knows us, and where it is `signed`, the signature.

    `url` is where it goes when that is not simply the target's; both may hold secrets.
    """

    key: str
    body: bytes = field(repr=False)
    content_type: str = "application/json"
    url: str = field(default="", repr=False)
    method: Literal["POST", "PUT", "OPTIONS"] = "POST"
    signed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A title and a plain text; `waiting` names those addresses of the target that still wait, none for all."""

    key: str
    title: str
    text: str = field(repr=False)
    waiting: tuple[str, ...] = ()


Message = Mail | Hook | Note


def message_key(deliveries: Sequence[Delivery]) -> str:
    """Return the stable key of a message that carries `deliveries`."""
    if len(deliveries) == 1:
        return deliveries[0].key
    return hashlib.blake2b("".join(sorted(d.key for d in deliveries)).encode(), digest_size=16).hexdigest()
