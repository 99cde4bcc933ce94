"""Items, feeds and a site for tests of rendering and publishing."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from feedbot.feed import Feed, FeedId, Site
from feedbot.item import Attachment, Image, Item, ItemId, Link, Quote
from feedbot.source import SourceId

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SITE = Site(
    title="Patient safety news", url="https://news.example/", contact="ops@news.example", timezone="Europe/London"
)
OFFICE = Feed(
    id=FeedId("office"),
    title="Safety office & friends",
    sources=(SourceId("office"),),
    home="https://office.example/news",
    description="What the office says.",
    language="en-GB",
    timezone="Europe/London",
)
BOTH = replace(OFFICE, id=FeedId("both"), title="Both", sources=(SourceId("office"), SourceId("other")))

_BARE = Item(
    id=ItemId("bare"),
    source_id=SourceId("office"),
    guid="",
    keys=(),
    published_at=datetime(2024, 10, 23, 23, tzinfo=UTC),
    dated="day",
    first_seen=NOW,
    changed_at=datetime(2024, 10, 25, 8, tzinfo=UTC),
    digest="",
    title="A title",
    url="https://office.example/news/1",
)
_FULL = replace(
    _BARE,
    id=ItemId("full"),
    title="Corridors: “AT&T <3” & more",
    summary="Patients wait where a < b & c.",
    content_html="<h2>What we saw</h2><p>Bells &amp; whistles.</p>",
    authors=("Ines Calloway",),
    categories=("News", "Safety & care"),
    image=Image(url="https://office.example/corridor.jpg", alt='An empty "corridor"'),
    attachments=(Attachment(url="https://office.example/report.pdf", length=1234, title="The report"),),
    quotes=(Quote(text="A corridor has no walls.", speaker="Ines Calloway", role="Investigator"),),
    related=(Link(url="https://office.example/news/2", title="How we choose"),),
    fields={"report": "https://office.example/reports/7"},
    comments="https://office.example/news/1/comments",
)


def bare(name: str = "bare", **said: Any) -> Item:
    """Return an item with little more than a title and a link."""
    return replace(_BARE, id=ItemId(name), **said)


def full(name: str = "full", **said: Any) -> Item:
    """Return an item with everything that an item can have."""
    return replace(_FULL, id=ItemId(name), **said)
