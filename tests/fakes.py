"""Stand-ins at the seams, in memory; mypy holds them against the ports, the contract suite against the real ones."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from feedbot.alert import Alarm, Alert, Telling, cleared, raised
from feedbot.cadence import TOGETHER
from feedbot.decision import Decision
from feedbot.delivery import GROUP, HELD_BACK, LATER, Delivery, Message, Sent, State, supersede
from feedbot.errors import FetchError, SendError, ShelfError, StoreError
from feedbot.feed import Feed, FeedId
from feedbot.habits import Moment
from feedbot.item import Item, ItemId, Known, by_age
from feedbot.page import NotModified, Page, Validators
from feedbot.ports import Alarms, Block, Catalogue, Fetcher, Inbox, Outbox, Place, Recent, Sender, Shelf, Stand
from feedbot.source import Filter, Label, SourceId, SourceState, TargetId
from feedbot.target import TargetState
from feedbot.wanted import passes

Answer = Page | NotModified | FetchError


@dataclass
class MemoryStore:
    """Inbox, Outbox and Catalogue in memory; `revisions` holds each item at each revision, `items` the latest."""

    states: dict[SourceId, SourceState] = field(default_factory=dict)
    items_by_id: dict[ItemId, Item] = field(default_factory=dict)
    revisions: dict[tuple[ItemId, int], Item] = field(default_factory=dict)
    keys: dict[tuple[SourceId, str], ItemId] = field(default_factory=dict)
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    targets: dict[TargetId, TargetState] = field(default_factory=dict)
    versions: dict[FeedId, int] = field(default_factory=lambda: defaultdict(int))
    shelf: dict[FeedId, tuple[str, int, Mapping[str, str]]] = field(default_factory=dict)
    layouts: dict[FeedId, str] = field(default_factory=dict)
    archives: dict[FeedId, tuple[str, dict[int, Block]]] = field(default_factory=dict)
    seqs: dict[ItemId, int] = field(default_factory=dict)
    gone: dict[ItemId, datetime | None] = field(default_factory=dict)
    claims: int = 0
    departures: dict[tuple[TargetId, str], datetime] = field(default_factory=dict)
    alerts: dict[str, Alarm] = field(default_factory=dict)
    decisions: dict[tuple[ItemId, int], Decision] = field(default_factory=dict)

    def state(self, source_id: SourceId) -> SourceState:
        return self.states.get(source_id) or SourceState(source_id=source_id)

    def known(self, source_id: SourceId, keys: Collection[str]) -> Mapping[str, Known]:
        found = {key: self.keys.get((source_id, key)) for key in keys}
        return {key: _known(self.items_by_id[item_id]) for key, item_id in found.items() if item_id is not None}

    def latest(self, item_ids: Collection[ItemId]) -> Mapping[ItemId, Item]:
        return {one: self.items_by_id[one] for one in item_ids if one in self.items_by_id}

    def recent(self, source_id: SourceId, most: int) -> Sequence[Recent]:
        mine = [one for one in self.items_by_id.values() if one.source_id == source_id and one.withdrawn_at is None]
        mine.sort(key=by_age, reverse=True)
        return [
            Recent(id=one.id, published_at=one.published_at, dated=one.dated, gone_at=self.gone.get(one.id))
            for one in mine[:most]
        ]

    def moments(self, source_id: SourceId, most: int) -> Sequence[Moment]:
        mine = [one for one in self.items_by_id.values() if one.source_id == source_id and one.withdrawn_at is None]
        mine.sort(key=by_age, reverse=True)
        return [Moment(published=one.published_at, seen=one.first_seen) for one in mine[:most]]

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
        _refuse_naive(state, *items, *debts)
        debts = [*debts, *(debt for one in decisions for debt in one.debts())]
        self.decisions |= {(one.item_id, one.revision): one for one in decisions}
        there = {*self.revisions, *((item.id, item.revision) for item in items)}
        if any((debt.item_id, debt.revision) not in there for debt in debts):
            raise StoreError("a delivery is owed of an item that is not stored")
        asked = self.state(state.source_id).asked
        self.states[state.source_id] = replace(state, asked="" if asked == state.asked else asked)
        for item in sorted(items, key=by_age):
            self._save(item)
            for feed_id in set(feeds) if item.revision > 1 else ():
                self._go_stale(feed_id, self.seqs[item.id])
        for debt in debts:
            self._owe(debt)
        self.gone |= gone
        for feed_id in set(feeds):
            self.versions[feed_id] += 1

    def _owe(self, debt: Delivery) -> None:
        earlier = [
            one
            for one in self.deliveries.values()
            if (one.item_id, one.target_id) == (debt.item_id, debt.target_id)
            and one.state is State.PENDING
            and one.revision < debt.revision
            and not one.begun
        ]
        told = debt
        for one in earlier if debt.event in LATER else ():
            self.deliveries[one.key], told = supersede(one, told, debt.created_at)
        self.deliveries.setdefault(debt.key, told)

    def claim(self, target_id: TargetId, *, now: datetime, lease: timedelta, limit: int) -> Sequence[Delivery]:
        target = self.target(target_id)
        if target.disabled_at is not None or (target.paused_until is not None and target.paused_until > now):
            return []
        self.claims += 1
        until, token = now + lease, f"claim-{self.claims}"
        claimed = [
            replace(one, state=State.LEASED, attempts=one.attempts + 1, lease=token, leased_until=until)
            for one in self._chosen(target_id, now, limit)
        ]
        self.deliveries |= {one.key: one for one in claimed}
        return claimed

    def _chosen(self, target_id: TargetId, now: datetime, limit: int) -> list[Delivery]:
        mine = [one for one in self.deliveries.values() if one.target_id == target_id]
        due = sorted((one for one in mine if _due(one, now)), key=lambda one: one.due_at)
        heads: dict[SourceId, str] = {}
        for one in mine:
            if one.state is State.PENDING and not one.wave and 0 < one.attempts <= HELD_BACK:
                heads.setdefault(self._source(one), one.key)
        due = [
            one
            for one in due
            if one.wave or one.state is State.LEASED or heads.get(self._source(one), one.key) == one.key
        ]
        if not due:
            return []
        if due[0].message:
            return [one for one in due if one.message == due[0].message]
        if due[0].wave:
            wave = due[0].wave
            some = [one for one in mine if one.state is State.PENDING] if wave.startswith(TOGETHER) else []
            return [one for one in {one.key: one for one in (*due, *some)}.values() if one.wave == wave][:GROUP]
        return [one for one in due[:limit] if not one.wave and not one.message]

    def _source(self, one: Delivery) -> SourceId:
        return self.items_by_id[one.item_id].source_id

    def items(self, deliveries: Sequence[Delivery]) -> Mapping[ItemId, Item]:
        found = ((one.item_id, self.revisions.get((one.item_id, one.revision))) for one in deliveries)
        return {item_id: item for item_id, item in found if item is not None}

    def settle(self, deliveries: Sequence[Delivery], target: TargetState | None = None) -> int:
        if target is not None:
            self.save_target(target)
        held = [one for one in deliveries if self._holds(one)]
        self.deliveries |= {one.key: one for one in held}
        return len(held)

    def target(self, target_id: TargetId) -> TargetState:
        return self.targets.get(target_id, TargetState(target_id=target_id))

    def left(self, target_id: TargetId) -> Collection[str]:
        return {address for of, address in self.departures if of == target_id}

    def leave(self, target_id: TargetId, address: str, *, at: datetime) -> None:
        self.departures.setdefault((target_id, address), at)

    def come_back(self, target_id: TargetId, address: str) -> None:
        self.departures.pop((target_id, address), None)

    def save_target(self, state: TargetState) -> None:
        _refuse_naive(state)
        self.targets[state.target_id] = state

    def raise_alert(self, alert: Alert) -> None:
        self.alerts[alert.key] = raised(self.alerts.get(alert.key), alert)

    def clear_alert(self, key: str, *, at: datetime) -> None:
        if key in self.alerts:
            self.alerts[key] = cleared(self.alerts[key], at)

    def alarms(self) -> Sequence[Alarm]:
        standing = [one for one in self.alerts.values() if one.up or one.told == "raised"]
        return sorted(standing, key=lambda one: (one.alert.since, one.alert.key))

    def tell(self, alarm: Alarm, telling: Telling, item: Item, debts: Sequence[Delivery]) -> bool:
        now = self.alerts[alarm.alert.key]
        if (now.alert.since, now.told) != (alarm.alert.since, alarm.told):
            return False
        self.alerts[alarm.alert.key] = replace(now, told=telling)
        self._save(item)
        self.deliveries |= {debt.key: debt for debt in debts if debt.key not in self.deliveries}
        return True

    def post_bulletin(self, item: Item, debts: Sequence[Delivery]) -> bool:
        if item.id in self.items_by_id:
            return False
        self._save(item)
        self.deliveries |= {debt.key: debt for debt in debts if debt.key not in self.deliveries}
        return True

    def snapshot(self) -> AbstractContextManager[None]:
        return nullcontext()

    def stands(self) -> Mapping[FeedId, Stand]:
        return {feed_id: self._stand(feed_id) for feed_id in {*self.versions, *self.shelf}}

    def newest(self, feed: Feed) -> Sequence[Item]:
        return self._every(feed)[: feed.limit]

    def _every(self, feed: Feed) -> Sequence[Item]:
        shown = (item for item in self.items_by_id.values() if item.source_id in feed.sources)
        wanted = [item for item in shown if item.withdrawn_at is None and _wanted(feed, item)]
        wanted.sort(key=lambda item: (item.rank, item.id))
        wanted.sort(key=lambda item: (item.published_at, item.first_seen), reverse=True)
        return wanted

    def lineup(self, feed: Feed) -> Sequence[Place]:
        return [self._place(item) for item in self._every(feed)[: feed.limit]]

    def read(self, places: Sequence[Place]) -> Sequence[Item]:
        return [self.items_by_id[place.id] for place in places]

    def arrived(self, feed: Feed, *, after: int, most: int) -> Sequence[Place]:
        came = [self._place(item) for item in self._every(feed)]
        return sorted((place for place in came if place.seq > after), key=lambda place: place.seq)[:most]

    def within(self, feed: Feed, block: Block) -> Sequence[Item]:
        return [item for item in self._every(feed) if block.after < self.seqs[item.id] <= block.last]

    def withdrawn(self, feed: Feed, most: int) -> Sequence[Item]:
        shown = (item for item in self.items_by_id.values() if item.source_id in feed.sources)
        taken = [(item.withdrawn_at, item) for item in shown if item.withdrawn_at and _wanted(feed, item)]
        taken.sort(key=lambda one: one[1].id)
        return [item for _, item in sorted(taken, key=lambda one: one[0], reverse=True)][:most]

    def blocks(self, feed_id: FeedId, shape: str) -> Sequence[Block]:
        formed, blocks = self.archives.get(feed_id, ("", {}))
        return [blocks[number] for number in sorted(blocks)] if formed == shape else []

    def filed(self, feed_id: FeedId, shape: str, block: Block) -> None:
        formed, blocks = self.archives.get(feed_id, (shape, {}))
        self.archives[feed_id] = (shape, {**(blocks if formed == shape else {}), block.number: block})

    def labels(self, kind: Label, sources: Collection[SourceId]) -> Sequence[str]:
        shown = (item for item in self.revisions.values() if item.source_id in sources)
        return sorted({name for item in shown for one, name in item.labels if one == kind})

    def layout(self, feed_id: FeedId) -> str:
        return self.layouts.get(feed_id, "")

    def shelved(
        self, feed_id: FeedId, settings: str, version: int, digests: Mapping[str, str], layout: str = ""
    ) -> None:
        self.shelf[feed_id] = (settings, version, dict(digests))
        self.layouts[feed_id] = layout

    def _place(self, item: Item) -> Place:
        return Place(id=item.id, seq=self.seqs[item.id], revision=item.revision, published_at=item.published_at)

    def _go_stale(self, feed_id: FeedId, seq: int) -> None:
        shape, blocks = self.archives.get(feed_id, ("", {}))
        held = {n: replace(one, stale=True) for n, one in blocks.items() if one.after < seq <= one.last}
        self.archives[feed_id] = (shape, blocks | held)

    def _stand(self, feed_id: FeedId) -> Stand:
        settings, rendered, digests = self.shelf.get(feed_id, ("", None, {}))
        return Stand(version=self.versions.get(feed_id, 0), rendered=rendered, settings=settings, digests=digests)

    def _save(self, item: Item) -> None:
        for key in item.keys:
            self.keys.setdefault((item.source_id, key), item.id)
        before = self.items_by_id.get(item.id)
        first = before or item
        kept = replace(item, keys=(), source_id=first.source_id, first_seen=first.first_seen, rank=first.rank)
        self.seqs.setdefault(item.id, len(self.seqs) + 1)
        self.revisions.setdefault((item.id, item.revision), kept)
        if before is None or item.revision > before.revision:
            self.items_by_id[item.id] = kept

    def _holds(self, one: Delivery) -> bool:
        row = self.deliveries.get(one.key)
        return row is not None and row.state is State.LEASED and row.lease == one.lease


def _known(item: Item) -> Known:
    return Known(
        id=item.id,
        digest=item.digest,
        revision=item.revision,
        published_at=item.published_at,
        dated=item.dated,
        first_seen=item.first_seen,
        rank=item.rank,
        withdrawn=item.withdrawn_at is not None,
    )


def _due(one: Delivery, now: datetime) -> bool:
    ran_out = one.leased_until is not None and one.leased_until <= now
    return (one.state is State.PENDING and one.due_at <= now) or (one.state is State.LEASED and ran_out)


def _wanted(feed: Feed, item: Item) -> bool:
    source = item.source_id
    if feed.labelled and not any(one in feed.labelled for one in item.labels):
        return False
    return passes(feed.wanted, item, source) and passes(feed.filters.get(source, Filter()), item, source)


def _refuse_naive(*values: SourceState | Item | Delivery | TargetState) -> None:
    """Content alone may hold naive times: they are what the publisher said."""
    for value in values:
        for name in value.__slots__:
            moment = getattr(value, name)
            if isinstance(moment, datetime) and moment.tzinfo is None:
                raise ValueError(f"{name} has no time zone")


@dataclass
class FakeShelf:
    """A folder of files in memory; those named in `broken` cannot be written."""

    files: dict[str, bytes] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    written: list[str] = field(default_factory=list)

    def names(self) -> Collection[str]:
        return list(self.files)

    def get(self, name: str) -> bytes | None:
        return self.files.get(name)

    def put(self, name: str, body: bytes) -> None:
        if name in self.broken:
            raise ShelfError(f"{name} is broken")
        self.files[_plain(name)] = body
        self.written.append(name)

    def settle(self) -> None:
        """Nothing to do."""

    def remove(self, name: str) -> None:
        if name in self.broken:
            raise ShelfError(f"{name} is broken")
        self.files.pop(_plain(name), None)


def _plain(name: str) -> str:
    if not name or "/" in name or "\0" in name or name.startswith("."):
        raise ShelfError(f"{name!r} is not the name of a feed file")
    return name


@dataclass(frozen=True)
class Request:
    """One call of a FakeFetcher."""

    url: str
    validators: Validators
    allow: tuple[str, ...]
    browser: bool = False


@dataclass
class FakeFetcher:
    """Answers from `answers`: one answer for every request of a URL, or a list that is used up one by one.

    What a browser is to show is answered from `screens`.
    """

    answers: dict[str, Answer | list[Answer]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    screens: dict[str, Answer | list[Answer]] = field(default_factory=dict)

    def fetch(
        self, url: str, *, validators: Validators, allow: tuple[str, ...], browser: bool = False
    ) -> Page | NotModified:
        self.requests.append(Request(url, validators, allow, browser))
        answer = (self.screens if browser else self.answers).get(
            url, FetchError(f"{url}: HTTP 404 Not Found", permanent=True, status=404)
        )
        said = answer.pop(0) if isinstance(answer, list) else answer
        if isinstance(said, FetchError):
            raise said
        return said

    @property
    def urls(self) -> list[str]:
        return [request.url for request in self.requests]


@dataclass
class FakeSender:
    """Records what it is given; raises what `failures` holds, one per message, None being a yes."""

    failures: list[SendError | None] = field(default_factory=list)
    tried: list[Message] = field(default_factory=list)
    sent: list[Message] = field(default_factory=list)
    closed: bool = False

    def send(self, message: Message) -> Sent:
        self.tried.append(message)
        if (failure := self.failures.pop(0) if self.failures else None) is not None:
            raise failure
        self.sent.append(message)
        return Sent("taken")

    def close(self) -> None:
        self.closed = True


def as_ports(
    store: MemoryStore, shelf: FakeShelf, fetcher: FakeFetcher, sender: FakeSender
) -> tuple[Inbox, Outbox, Catalogue, Alarms, Shelf, Fetcher, Sender]:
    """Nobody calls this: it is here so that mypy compares the fakes with the ports."""
    return store, store, store, store, shelf, fetcher, sender
