"""The seams between verbs and adapters: one narrow Protocol per need. All times are aware UTC."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from feedbot.alert import Alarm, Alert, Telling
from feedbot.decision import Decision
from feedbot.delivery import Delivery, Message, Partly, Sent
from feedbot.feed import Feed, FeedId
from feedbot.habits import Moment
from feedbot.item import Dated, Item, ItemId, Known
from feedbot.notice import Notice
from feedbot.page import Cost, NotModified, Page, Validators
from feedbot.robots import Robots
from feedbot.source import Label, SourceId, SourceState, TargetId
from feedbot.target import TargetState

Clock = Callable[[], datetime]


class Fetcher(Protocol):
    """Gets pages. Tries once; never sleeps."""

    def fetch(
        self, url: str, *, validators: Validators, allow: tuple[str, ...], browser: bool = False
    ) -> Page | NotModified:
        """Return the page at `url`, or NotModified against `validators`; as a `browser` shows it, where that is wanted.

        `allow` names networks (CIDR) that this request may reach although they are private.
        Raises FetchError (AddressRefused, Overdue) with its decision.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """That an address may be asked for, `until` when (aware UTC), and what it cost to know that."""

    until: datetime
    cost: Cost


class Gate(Protocol):
    """Knows what sites ask of those who come by machine."""

    def admit(self, url: str, *, allow: tuple[str, ...], now: datetime) -> Admission:
        """Return until when `url` may be asked for, reaching the networks of `allow` to find out.

        Raises Unwelcome where the site does not want that, and FetchError where nobody knows whether it does.
        """
        ...


class RobotsFiles(Protocol):
    """What is remembered of the robots.txt of origins."""

    def robots(self, origin: str) -> Robots | None:
        """Return what is known of that of an origin."""
        ...

    def keep_robots(self, robots: Robots) -> None:
        """Remember it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """One of the newest items of a source; `gone_at` is when its own page was first found gone, if it was."""

    id: ItemId
    published_at: datetime
    dated: Dated
    gone_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """That a process may do, for a time, what `name` says. A later lease of that name has a higher token."""

    name: str
    token: int


class Leases(Protocol):
    """Who of several processes does what. Names are the caller's own, such as `host:example.org`."""

    def lease(self, name: str, *, holder: str, now: datetime, until: datetime) -> Lease | None:
        """Take a lease; None where it is taken, or was given back only for a later time (see `release`)."""
        ...

    def renew(self, leases: Sequence[Lease], *, until: datetime) -> Sequence[Lease]:
        """Have these until then; return those that are still held."""
        ...

    def release(self, lease: Lease, *, at: datetime) -> None:
        """Give it back: whoever wants it may have it from `at` on. Harmless where it is lost."""
        ...

    def under(self, lease: Lease) -> AbstractContextManager[None]:
        """Let this thread store nothing within unless the lease is still its own, or else raise LeaseLost."""
        ...


class Transaction(Protocol):
    """Work on a database of which all is stored, or nothing."""

    @property
    def driver(self) -> object:
        """The connection, as the driver of the database knows it."""
        ...

    def savepoint(self) -> AbstractContextManager[object]:
        """Let what is done within be undone alone, where it fails."""
        ...

    def then(self, done: Callable[[], object]) -> None:
        """Have `done` called once all of it is stored; never where it is not."""
        ...


class Transactions(Protocol):
    """Where a transaction can be begun."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Begin one, which all that this thread stores within joins."""
        ...


class Kind(StrEnum):
    """What an engine wakes somebody for. The key says what of it; where it is empty, all of it."""

    LOOK = "look"
    """Find out what is due."""
    CHECK = "check"
    """Check what is due of the sources of a host."""
    PUBLISH = "publish"
    """Bring the files of a feed up to date."""
    DELIVER = "deliver"
    """Send what a target is owed."""
    TIDY = "tidy"
    """Let go of what nobody needs any more."""
    WATCH = "watch"
    """Tell the operator what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStats:
    """How much an engine has to do."""

    queued: int = 0
    """Wake-ups that wait, those that are not due yet included."""
    running: int = 0
    late: int = 0
    """Wake-ups that are due and wait."""
    dead: int = 0
    """Wake-ups whose handler failed, and such as ended with their worker and could not be queued again."""
    rescued: int = 0
    """Wake-ups that ended with their worker and were queued again, by this process."""
    late_since: datetime | None = None
    """Since when the one is due that waits longest; aware UTC."""


class Engine(Protocol):
    """Where work runs. It only wakes handlers: what is to be done stands in the store.

    So a wake-up that is lost, or comes twice, does no harm.
    """

    def enqueue(self, tx: Transaction, kind: Kind, key: str, due: datetime) -> None:
        """Wake somebody at `due` (aware), once `tx` is stored. One that waits already is enough."""
        ...

    def schedule(self, kind: Kind, every: timedelta) -> None:
        """Wake somebody for all of `kind` so often, one for all processes that share the work; to be called first."""
        ...

    def run(self, handlers: Mapping[Kind, Callable[[str], object]], slots: int) -> None:
        """Call handlers, up to `slots` at once, until told to stop; what was begun is finished then.

        What a handler raises is logged, and the wake-up is done with.
        """
        ...

    def stop(self) -> None:
        """Tell it to stop, from any thread."""
        ...

    def again(self) -> None:
        """Wake for everything that is scheduled now: a clock was set, or what is to be done has changed."""
        ...

    def stats(self) -> EngineStats:
        """Return how much there is to do. Raises StoreError."""
        ...


class Inbox(Protocol):
    """All that `check` may know of the store."""

    def state(self, source_id: SourceId) -> SourceState:
        """Return what the last checks left behind; a fresh state for a source never seen."""
        ...

    def known(self, source_id: SourceId, keys: Collection[str]) -> Mapping[str, Known]:
        """Return what is stored under those of `keys` (see Candidate.keys) that the source has."""
        ...

    def latest(self, item_ids: Collection[ItemId]) -> Mapping[ItemId, Item]:
        """Return these items as they are stored now, without their keys."""
        ...

    def recent(self, source_id: SourceId, most: int) -> Sequence[Recent]:
        """Return the newest items of a source, the newest first; none withdrawn."""
        ...

    def moments(self, source_id: SourceId, most: int) -> Sequence[Moment]:
        """Return when the newest items of a source were published, the newest first; none withdrawn."""
        ...

    def commit(
        self,
        state: SourceState,
        *,
        items: Sequence[Item] = (),
        debts: Sequence[Delivery] = (),
        decisions: Sequence[Decision] = (),
        feeds: Collection[FeedId] = (),
        gone: Mapping[ItemId, datetime | None] = MappingProxyType({}),
    ) -> None:
        """Store a check in one transaction: items (each with a revision and its keys), debts, state, what is `gone`.

        What `decisions` owe is owed beside `debts`.

        `feeds` are marked as changed. Repeating a commit is harmless: an (item, revision, target) that is
        stored already stays as it is.
        """
        ...


class Outbox(Protocol):
    """All that `deliver` may know of the store."""

    def claim(self, target_id: TargetId, *, now: datetime, lease: timedelta, limit: int) -> Sequence[Delivery]:
        """Lease what is due, the oldest first; counts the attempt. At most `limit` deliveries that go alone.

        Where the oldest is one of several that go together, those are leased: of one message, or else of one wave with
        all that is due of it (of a batch, all there is). A delivery whose lease ran out is due again. Behind one that
        was tried without success, and not too often yet, those of the same source wait. A target that is disabled or
        paused has none.
        """
        ...

    def items(self, deliveries: Sequence[Delivery]) -> Mapping[ItemId, Item]:
        """Return the items of `deliveries`, each saying what it said at the delivery's revision."""
        ...

    def settle(self, deliveries: Sequence[Delivery], target: TargetState | None = None) -> int:
        """Store outcomes, and what was learned of the target, in one transaction; return how many were taken.

        Only rows whose lease token is still the delivery's own are touched. What stays leased is as it is given here.
        """
        ...

    def target(self, target_id: TargetId) -> TargetState:
        """Return what was learned of a target; a fresh state where nothing was."""
        ...

    def left(self, target_id: TargetId) -> Collection[str]:
        """Return the addresses that want nothing more of a target."""
        ...

    def save_target(self, state: TargetState) -> None:
        """Store what was learned of a target: paused, or disabled."""
        ...


class Departures(Protocol):
    """All that one who leaves a target may know of the store."""

    def leave(self, target_id: TargetId, address: str, *, at: datetime) -> None:
        """Remember that an address wants nothing more of a target; harmless where it is known."""
        ...

    def come_back(self, target_id: TargetId, address: str) -> None:
        """Forget that an address left a target; harmless where it did not."""
        ...


class Alarms(Protocol):
    """What the operator is to know. Both calls say how things are, and may be repeated as often as one looks."""

    def raise_alert(self, alert: Alert) -> None:
        """Remember that this trouble is there; one that is up keeps its beginning and takes the new words."""
        ...

    def clear_alert(self, key: str, *, at: datetime) -> None:
        """Remember that this trouble is gone since `at`; harmless where it never was there."""
        ...

    def alarms(self) -> Sequence[Alarm]:
        """Return the alerts that are up, and those whose end was not told yet; the oldest first."""
        ...

    def tell(self, alarm: Alarm, telling: Telling, item: Item, debts: Sequence[Delivery]) -> bool:
        """Store in one transaction what is owed of it, and that it was told; say whether that was done.

        It is not, where it came up anew or was told in the meantime.
        """
        ...

    def post_bulletin(self, item: Item, debts: Sequence[Delivery]) -> bool:
        """Store a bulletin and what is owed of it, in one transaction; say whether it was not there yet."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """Deliveries to a target that were given up: how many, since when, and why the target did not take one of them."""

    count: int
    first_at: datetime
    last_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """When something that is done again and again was done last, and how long usually lies between."""

    at: datetime
    usual: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many new items came of each source, and how many were sent to each target."""

    new: Mapping[SourceId, int]
    sent: Mapping[TargetId, int]


class Facts(Protocol):
    """What `watch` may know of the store."""

    def failing(self, least: int) -> Sequence[SourceState]:
        """Return the configured sources that failed at least so often in a row."""
        ...

    def troubled(self) -> Sequence[TargetState]:
        """Return the targets that are disabled, or fail."""
        ...

    def given_up(self, since: datetime) -> Mapping[TargetId, GivenUp]:
        """Return what was given up from `since` on, of each target that lost something."""
        ...

    def overdue(self) -> tuple[SourceId, datetime] | None:
        """Return the configured source that was to be looked at the longest ago, with that time."""
        ...

    def waiting(self, source_id: SourceId) -> Delivery | None:
        """Return the oldest of what the newest items of a source are owed that came after all that arrived."""
        ...

    def tally(self, since: datetime) -> Tally:
        """Return how much came of each source, and was sent to each target, from `since` on."""
        ...

    def beat(self, name: str) -> Beat | None:
        """Return when that was done last."""
        ...

    def set_beat(self, name: str, beat: Beat) -> None:
        """Remember when that was done last."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """What a feed looks like on the shelf, as the store remembers it."""

    version: int = 0
    """Counts the changes of its items; what is rendered now is of this version."""
    rendered: int | None = None
    """The version that was last rendered; None for a feed that never was."""
    settings: str = ""
    """A digest of everything but items that shapes its files, as of then."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """File name to digest of its content."""

    def fresh(self, settings: str) -> bool:
        """Say whether nothing changed since the files were rendered, neither items nor `settings`."""
        return (self.rendered, self.settings) == (self.version, settings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an item stands: `seq` counts items as they came, the oldest of those that came together first."""

    id: ItemId
    seq: int
    revision: int
    published_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Items of a feed that are filed in an archive: those that came after `after`, up to `last` (see Place.seq)."""

    number: int
    after: int
    last: int
    stale: bool = False
    """Whether one of them changed since it was written."""


class Catalogue(Protocol):
    """All that `publish` may know of the store."""

    def snapshot(self) -> AbstractContextManager[None]:
        """Let all that this thread reads within be of one state of the store; what is written meanwhile is not seen."""
        ...

    def stands(self) -> Mapping[FeedId, Stand]:
        """Return where each feed stands of which anything is known."""
        ...

    def newest(self, feed: Feed) -> Sequence[Item]:
        """Return the newest items of the feed's sources that pass its filter, up to its limit; none withdrawn.

        Newest first: by `published_at`, then `first_seen`, then `rank` upwards, then id.
        """
        ...

    def lineup(self, feed: Feed) -> Sequence[Place]:
        """Return where the items of `newest` stand, in the same order, without reading more of them than it must."""
        ...

    def read(self, places: Sequence[Place]) -> Sequence[Item]:
        """Return the items that stand there, in the same order."""
        ...

    def arrived(self, feed: Feed, *, after: int, most: int) -> Sequence[Place]:
        """Return the first `most` items of the feed that came after `after`, in the order in which they came."""
        ...

    def within(self, feed: Feed, block: Block) -> Sequence[Item]:
        """Return the items of the feed in that block, ordered as by `newest`."""
        ...

    def withdrawn(self, feed: Feed, most: int) -> Sequence[Item]:
        """Return the items of the feed that were withdrawn last, the last one first."""
        ...

    def blocks(self, feed_id: FeedId, shape: str) -> Sequence[Block]:
        """Return what is filed of a feed, the first block first; nothing of what was filed by another `shape`."""
        ...

    def filed(self, feed_id: FeedId, shape: str, block: Block) -> None:
        """Remember that a block is filed; what was filed by another `shape` is forgotten."""
        ...

    def labels(self, kind: Label, sources: Collection[SourceId]) -> Sequence[str]:
        """Return every category or author that items of these sources were ever given, sorted."""
        ...

    def layout(self, feed_id: FeedId) -> str:
        """Return what `shelved` was told of where things stand in the feed's files; empty where it was nothing."""
        ...

    def shelved(
        self, feed_id: FeedId, settings: str, version: int, digests: Mapping[str, str], layout: str = ""
    ) -> None:
        """Remember that a feed was rendered at `version`, what its files hold, and where it stands in them."""
        ...


class Attic(Protocol):
    """All that `prune` may know of the store: what is old and useless, by keys that come in order; dropping it."""

    def old_deliveries(self, before: datetime, after: int, most: int) -> Sequence[int]:
        """Return deliveries that were settled before that moment."""
        ...

    def drop_deliveries(self, keys: Sequence[int]) -> int:
        """Forget these deliveries; return how many."""
        ...

    def old_decisions(self, before: datetime, after: tuple[int, int], most: int) -> Sequence[tuple[int, int]]:
        """Return what was decided before that moment, as item and revision, of which no delivery is left."""
        ...

    def drop_decisions(self, keys: Sequence[tuple[int, int]]) -> int:
        """Forget what was decided of these; return how many."""
        ...

    def old_revisions(self, before: datetime, after: tuple[int, int], most: int) -> Sequence[tuple[int, int]]:
        """Return states that items are not in any more, stored before that moment, of which no delivery speaks."""
        ...

    def drop_revisions(self, keys: Sequence[tuple[int, int]]) -> int:
        """Forget these states; return how many."""
        ...

    def old_alerts(self, before: datetime, after: str, most: int) -> Sequence[str]:
        """Return alerts that were over before that moment, and of which nothing is left to tell."""
        ...

    def drop_alerts(self, keys: Sequence[str]) -> int:
        """Forget these alerts; return how many."""
        ...

    def old_items(self, before: datetime, newest: int, after: int, most: int) -> Sequence[int]:
        """Return items (see Place.seq) published and first seen before that moment that are stored with their texts.

        Left out are the `newest` of each source, and those that somebody is owed.
        """
        ...

    def shorten(self, keys: Sequence[int]) -> int:
        """Forget what these items say but title, address, dates, labels and language; return how many."""
        ...


class Shelf(Protocol):
    """The place where feed files stand."""

    def names(self) -> Collection[str]:
        """Return the names of the files that stand there."""
        ...

    def get(self, name: str) -> bytes | None:
        """Return what a file holds; None where it is not there or cannot be read."""
        ...

    def put(self, name: str, body: bytes) -> None:
        """Replace a file whole: written aside, synced, renamed. Raises ShelfError; the old one stands then."""
        ...

    def settle(self) -> None:
        """Have what was put outlast a power cut under its name. Raises ShelfError."""
        ...

    def remove(self, name: str) -> None:
        """Take a file away; it may be gone already. Raises ShelfError."""
        ...


class Board(Protocol):
    """All that `announce` may know of the store."""

    def untold(self, hub: str, *, now: datetime) -> Sequence[Notice]:
        """Return a notice for each file that changed since the hub was told of it, and is due; by name.

        One that was given up is due when the file changes again, as if it was never tried.
        """
        ...

    def post(self, hub: str, notice: Notice) -> None:
        """Store how a notice was settled."""
        ...


class Hub(Protocol):
    """A WebSub hub. Tries once; never sleeps."""

    @property
    def url(self) -> str:
        """Where it is."""
        ...

    def tell(self, topic: str) -> Sent:
        """Say that there is something new at `topic`. Raises SendError with its decision."""
        ...


class Sender(Protocol):
    """Carries messages to one target. Tries once; never sleeps."""

    def send(self, message: Message) -> Sent | Partly:
        """Hand the message over, to as many of its recipients as take it. Raises SendError with its decision."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
