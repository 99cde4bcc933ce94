"""Delivery: one item, at one revision, owed to one target, until it is settled; Message: what is sent."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, assert_never

from feedbot.item import Item, ItemId
from feedbot.source import Source, TargetId
from feedbot.target import Target
from feedbot.wanted import obstacle, speaks

Event = Literal["published", "updated", "withdrawn", "raised", "cleared"]
"""What is told of an item; alerts are raised and cleared."""


MAX_AGE = timedelta(days=30)
"""Older items are not news, wherever they come from; a target or source may say otherwise."""


class State(StrEnum):
    """Where a delivery stands. PENDING and LEASED are debts; SENT and DEAD are settled."""

    PENDING = "pending"
    LEASED = "leased"
    SENT = "sent"
    DEAD = "dead"


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

    @property
    def key(self) -> str:
        """The same on every try, on any machine and after a lost disk write."""
        seed = f"{self.target_id}\n{self.item_id}\n{self.revision}".encode()
        return hashlib.blake2b(seed, digest_size=16).hexdigest()


def refusal(target: Target, item: Item, event: Event, source: Source, now: datetime, *, slight: bool = False) -> str:
    """Return the rule by which `target` does not hear of `item` of `source`; nothing where it does.

    Rules are named as they stand in the configuration, such as `targets.board.never.title: vacancy`. `slight` says of
    an update that it is not worth telling but to those who want all (see wanted.substantive).
    """
    if target.id not in source.notify:
        return f"sources.{source.id}.notify: it does not name {target.id}"
    mine, theirs = f"targets.{target.id}", f"sources.{source.id}"
    if (rule := _untold(target, event, slight=slight)) or (rule := _age(target, item, source, now)):
        return f"{mine}.{rule}" if target.max_age or not rule.startswith("max_age") else f"{theirs}.{rule}"
    spoken = item.language or source.language
    if not speaks(target.languages, spoken):
        return f"{mine}.languages: {', '.join(target.languages)} are wanted, and it is {spoken}"
    if rule := obstacle(source.wanted, item, source.id):
        return f"{theirs}.{rule}"
    rule = obstacle(target.wanted, item, source.id)
    return f"{mine}.{rule}" if rule else ""


def wants(target: Target, item: Item, event: Event, source: Source, now: datetime, *, slight: bool = False) -> bool:
    """Say whether `target` hears of `item` of `source`: by the event, its age, its language and both filters."""
    return not refusal(target, item, event, source, now, slight=slight)


def _untold(target: Target, event: Event, *, slight: bool) -> str:
    """Return the rule by which it does not hear of such an event."""
    match event:
        case "published" | "raised" | "cleared":
            return ""
        case "updated":
            if target.edits == "none":
                return "edits: none are told"
            return "edits: substantive, and little changed" if target.edits == "substantive" and slight else ""
        case "withdrawn":
            return "" if target.withdrawn else "withdrawn: it is not told"
        case _:
            assert_never(event)


def _age(target: Target, item: Item, source: Source, now: datetime) -> str:
    max_age, age = target.max_age or source.max_age or MAX_AGE, now - item.published_at
    return f"max_age: {_days(max_age)}, and it is {_days(age)} old" if age > max_age else ""


def _days(span: timedelta) -> str:
    days = span / timedelta(days=1)
    return f"{int(days)} days" if days >= 3 else f"{int(span / timedelta(hours=1))} hours"


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
MAX_RETRY_AFTER = timedelta(days=1)
MOST_TRIES = 50
"""So many of its failed tries are remembered of a delivery: the latest."""


def backoff(attempts: int, jitter: float) -> timedelta | None:
    """Return the wait after `attempts` tries, lengthened by up to a fifth by `jitter` in [0, 1); None: give up."""
    return BACKOFF[attempts - 1] * (1 + jitter / 5) if 0 < attempts <= len(BACKOFF) else None


def settle(delivery: Delivery, outcome: Sent | Partly | Failed, *, now: datetime, jitter: float) -> Delivery:
    """Return the delivery after a try: sent, due again later, or dead with its reason. The lease token stays.

    A try that reached a part of the recipients counts as the first one for those who wait.
    """
    match outcome:
        case Sent():
            before = f"; before: {delivery.reason}" if delivery.waiting else ""
            return replace(delivery, state=State.SENT, settled_at=now, reason=outcome.reply + before)
        case Partly():
            again = replace(delivery, waiting=outcome.waiting, attempts=1 if outcome.reached else delivery.attempts)
            return _again(again, Failed(outcome.reply), now, jitter)
        case Failed():
            return _again(delivery, outcome, now, jitter)
        case _:
            assert_never(outcome)


def _again(delivery: Delivery, outcome: Failed, now: datetime, jitter: float) -> Delivery:
    wait = None if outcome.permanent else backoff(delivery.attempts, jitter)
    delivery = replace(delivery, tries=(*delivery.tries, Try(now, outcome.reason))[-MOST_TRIES:])
    if wait is None:
        return replace(delivery, state=State.DEAD, settled_at=now, reason=outcome.reason)
    asked = min(outcome.retry_after or timedelta(), MAX_RETRY_AFTER)
    return replace(delivery, state=State.PENDING, due_at=now + max(wait, asked), reason=outcome.reason)


def give_back(delivery: Delivery) -> Delivery:
    """Return a claimed delivery that was not begun: due as before, and the claim's try not counted."""
    return replace(delivery, state=State.PENDING, attempts=delivery.attempts - 1)


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
