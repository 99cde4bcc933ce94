"""Items, debts and states of one small newsroom, for tests of what is stored."""

from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from feedbot.delivery import Delivery
from feedbot.feed import Feed, FeedId
from feedbot.item import Attachment, Image, Item, ItemId, Link, Quote
from feedbot.ports import Catalogue, Departures, Inbox, Outbox, Stand
from feedbot.source import SourceId, SourceState, TargetId

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LEASE = timedelta(minutes=1)
OFFICE, CLINIC = SourceId("office"), SourceId("clinic")
OPS, BOARD = TargetId("ops"), TargetId("board")
ALL = FeedId("all")


class Ports(Inbox, Outbox, Departures, Catalogue, Protocol):
    """What every store can do."""


def stand(store: Catalogue) -> Stand:
    """Return where the feed of everything stands."""
    return store.stands().get(ALL, Stand())


def item(name: str, **facts: Any) -> Item:
    """Return an item of the office, published on the hour, known by its link and its GUID."""
    plain: dict[str, Any] = {
        "source_id": OFFICE,
        "guid": name,
        "keys": (f"guid:{name}", f"url:office.example/{name}"),
        "published_at": NOW,
        "dated": "time",
        "first_seen": NOW,
        "changed_at": NOW,
        "digest": f"digest of {name}",
        "title": f"Title of {name}",
        "url": f"https://office.example/{name}",
    }
    return Item(id=ItemId(name), **plain | facts)


def rich(name: str) -> Item:
    """Return an item with everything that an item can say."""
    return item(
        name,
        published=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
        updated=datetime(2026, 11, 24, 7, 0, 1, 250, tzinfo=UTC),
        summary="Beds & <b>corridors</b>",
        content_html="<p>Beds &amp; corridors</p>",
        content_text="Beds & corridors",
        authors=("Ines Calloway", "Bo Ødegård"),
        categories=("News",),
        image=Image(url="https://office.example/bed.jpg", alt=""),
        attachments=(Attachment(url="https://office.example/r.pdf", type="application/pdf", length=9, title="Report"),),
        quotes=(Quote(text="Nobody should wait there.", speaker="Ines Calloway", role="Investigator"),),
        related=(Link(url="https://office.example/2", title="How we choose"),),
        fields={"report": "https://office.example/r"},
        language="en-GB",
        comments="https://office.example/1#comments",
    )


def owed(name: str, target: TargetId = OPS, **facts: Any) -> Delivery:
    """Return a debt of the item of that name, due at NOW."""
    plain: dict[str, Any] = {"revision": 1, "created_at": NOW, "due_at": NOW}
    return Delivery(item_id=ItemId(name), target_id=target, **plain | facts)


def state(source: SourceId = OFFICE, **facts: Any) -> SourceState:
    """Return the state of a source."""
    return SourceState(source_id=source, **facts)


def feed(*sources: SourceId, **facts: Any) -> Feed:
    """Return a feed of these sources."""
    return Feed(id=ALL, title="All", sources=sources or (OFFICE,), **facts)


def names(items: Any) -> list[str]:
    """Return the ids of items or deliveries, in their order."""
    return [getattr(one, "id", None) or one.item_id for one in items]
