"""Edition: what a feed holds in one state, cleaned and settled, so that all formats say the same."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from html import escape
from types import MappingProxyType
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from feedbot.feed import LIVE, Feed, FeedId, Part, Site
from feedbot.item import Attachment, Dated, Image, Item, ItemId, Link, Quote, legal
from feedbot.render import media
from feedbot.render.cleaned import facts, files, links, mailbox, names, picture, quotes
from feedbot.render.text import CONTENT_LIMIT, SUMMARY_LIMIT, address, cut, language, line, markup, paragraphs
from feedbot.source import SourceId

NEVER = datetime(2000, 1, 1, tzinfo=UTC)
"""When a feed without items is said to have changed: Atom demands a time, and there is none to tell."""
MINTED = "2026"
"""The date part of all tag URIs (RFC 4151); it never changes."""
_SPOKEN = 100
"""Characters of a text that stand in for a missing title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The feed that an entry of a combined feed comes from."""

    id: str
    title: str
    home: str
    feed_url: str
    rss_url: str


@dataclass(frozen=True, slots=True)
class Telling:
    """Where else a story is told: in which feed, and at which address."""

    origin: Origin
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An item as every format tells it: legal text, HTTP addresses, times to the second in the feed's zone."""

    id: str
    title: str
    url: str
    published: datetime
    updated: datetime
    dated: Dated
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    summary: str
    content: str
    """HTML; it holds the lead image, and is never empty."""
    image: Image | None
    attachments: tuple[Attachment, ...]
    """Each with a media type."""
    related: tuple[Link, ...]
    quotes: tuple[Quote, ...]
    fields: Mapping[str, str]
    language: str
    """Empty where it is the feed's own."""
    comments: str
    origin: Origin | None
    also: tuple[Telling, ...] = ()
    """The other sources of a story that several tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """An item that the publisher took back: only that it was here, and since when it is not."""

    id: str
    url: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A feed with its entries, newest first. `updated` is None for a feed without entries."""

    id: str
    feed_id: FeedId
    stem: str
    """What the names of its files begin with."""
    title: str
    description: str
    home: str
    publisher: str
    publisher_url: str
    contact: str
    language: str
    hub: str
    """Address of the WebSub hub; empty where there is none."""
    updated: datetime | None
    site: Site
    part: Part = LIVE
    withdrawn: tuple[Withdrawn, ...] = ()
    """The last one first."""
    tombstones: bool = False
    """Whether Atom tells of them (RFC 6721)."""
    entries: tuple[Entry, ...] = ()
    left_out: tuple[tuple[ItemId, str], ...] = ()
    """Items that say nothing a reader could show, and why."""

    def url(self, suffix: str, part: str | None = None) -> str:
        """Return the public address of the file with that suffix, such as `atom.xml`; of another part if named."""
        name = self.part.name if part is None else part
        return self.site.feed_url(f"{self.stem}.{name}.{suffix}" if name else f"{self.stem}.{suffix}")


@dataclass(frozen=True, slots=True)
class _Frame:
    """What all entries of an edition share."""

    feed: Feed
    site: Site
    zone: ZoneInfo
    language: str
    origins: Mapping[SourceId, Origin] = field(default_factory=dict)


@lru_cache(maxsize=1024)  # asked for by every entry
def feed_tag(site: Site, feed_id: str) -> str:
    """Return the id of a published feed: a tag URI (RFC 4151) of the host that publishes it."""
    try:
        host = urlsplit(site.url).hostname or ""
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except ValueError:
        host = ""
    authority = host if re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", host) else "localhost"
    return f"tag:{authority},{MINTED}:{quote(legal(feed_id), safe='')}"


def entry_id(site: Site, feed: Feed, item: Item) -> str:
    """Return the id of `item` in `feed`: a tag URI, of its own in every feed.

    Some readers know items by id over all their feeds, so an item in two feeds has two ids.
    """
    return f"{feed_tag(site, feed.minted)}/{quote(legal(item.id), safe='')}"


def edition(
    feed: Feed,
    site: Site,
    items: Sequence[Item],
    origins: Mapping[SourceId, Feed] = MappingProxyType({}),
    part: Part = LIVE,
    also: Mapping[ItemId, Sequence[Item]] = MappingProxyType({}),
) -> Edition:
    """Return what `feed` says of `items`, which come newest first, in that part of it.

    `also` are the items of other sources that tell the same as one of them.
    `origins` are the feeds of the single sources; a combined feed names them as the origin of its entries.
    """
    combined = len(feed.sources) != 1
    told = (*items, *(item for others in also.values() for item in others)) if combined else ()
    known = {item.source_id: _origin(item.source_id, site, origins) for item in told}
    frame = _Frame(feed, site, ZoneInfo(feed.timezone), language(feed.language), known)
    entries: dict[str, Entry] = {}
    left_out = []
    for item in items:
        entry = _entry(item, frame, also.get(item.id, ()))
        if entry is None or entry.id in entries:
            left_out.append((item.id, "the same id twice" if entry else "no title, text, link, picture or attachment"))
        else:
            entries[entry.id] = entry
    return Edition(
        id=feed_tag(site, feed.minted),
        feed_id=feed.id,
        stem=feed.stem,
        title=line(feed.title) or feed.id,
        description=line(feed.description, SUMMARY_LIMIT),
        home=address(feed.home) or site.feed_url("index.html"),
        publisher=line(site.title) or line(feed.title) or feed.id,
        publisher_url=address(site.url),
        contact=mailbox(site.contact),
        language=frame.language,
        hub="" if feed.token else address(site.hub or ""),
        updated=max((entry.updated for entry in entries.values()), default=None),
        site=site,
        part=part,
        entries=tuple(entries.values()),
        left_out=tuple(left_out),
    )


def took_back(state: Edition, feed: Feed, items: Sequence[Item]) -> Edition:
    """Return `state` telling that these items of `feed` are withdrawn."""
    if not items:
        return state
    zone = ZoneInfo(feed.timezone)
    told = tuple(
        Withdrawn(
            id=entry_id(state.site, feed, item),
            url=address(item.url),
            since=local(item.withdrawn_at or item.changed_at, zone),
        )
        for item in items
    )
    return replace(state, withdrawn=told, tombstones=feed.tombstones)


def _origin(source_id: SourceId, site: Site, origins: Mapping[SourceId, Feed]) -> Origin:
    feed = origins.get(source_id)
    name = line(feed.id if feed else source_id)
    return Origin(
        id=feed_tag(site, name),
        title=(line(feed.title) if feed else "") or name,
        home=address(feed.home) if feed else "",
        feed_url=site.feed_url(f"{name}.atom.xml"),
        rss_url=site.feed_url(f"{name}.rss.xml"),
    )


def _entry(item: Item, frame: _Frame, others: Sequence[Item]) -> Entry | None:
    also = tuple(Telling(frame.origins[one.source_id], address(one.url)) for one in others if address(one.url))
    url, image, attachments = address(item.url), picture(item.image), tuple(files(item))
    summary = line(item.summary, SUMMARY_LIMIT)
    title = line(item.title) or _spoken(item, summary, image, attachments, url)
    if not title:
        return None
    published = local(item.published_at, frame.zone)
    said = language(item.language)
    return Entry(
        id=entry_id(frame.site, frame.feed, item),
        title=title,
        url=url,
        published=published,
        updated=max(local(item.changed_at, frame.zone), published),
        dated=item.dated,
        authors=names(item.authors),
        categories=names(item.categories),
        summary=summary,
        content=media.with_picture(_content(item, summary, title, url), image) + _elsewhere(also),
        image=image,
        attachments=attachments,
        related=links(item.related),
        quotes=quotes(item.quotes),
        fields=facts(item.fields),
        language=said if said.lower() != frame.language.lower() else "",
        comments=address(item.comments),
        origin=frame.origins.get(item.source_id),
        also=also,
    )


def local(when: datetime, zone: ZoneInfo) -> datetime:
    """Return `when` to the second in `zone`; in UTC where that zone's offset cannot be written (RFC 3339)."""
    aware = (when if when.tzinfo else when.replace(tzinfo=UTC)).replace(microsecond=0)
    try:
        there = aware.astimezone(zone)
    except OverflowError:
        return aware
    offset = there.utcoffset()
    return aware.astimezone(UTC) if offset is None or offset.seconds % 60 else there


def _spoken(item: Item, summary: str, image: Image | None, attachments: Sequence[Attachment], url: str) -> str:
    """Return what stands in for a missing title."""
    told = (
        summary,
        line(item.content_text, SUMMARY_LIMIT),
        line(media.text_of(item.content_html[:CONTENT_LIMIT]), SUMMARY_LIMIT),
        (image.alt or "the picture") if image else "",
        *(attachment.title or attachment.url for attachment in attachments),
        url.partition("://")[2],
    )
    return next((cut(text, _SPOKEN) for text in told if text), "")


def _content(item: Item, summary: str, title: str, url: str) -> str:
    html = markup(item.content_html) or paragraphs(item.content_text)
    if html and len(html) <= CONTENT_LIMIT:
        return html
    return paragraphs(summary) or media.linked(title, url)


def _elsewhere(also: Sequence[Telling]) -> str:
    """Return a paragraph that leads to the other sources of a story, which every reader shows."""
    links = (f'<a href="{escape(one.url)}">{escape(one.origin.title, quote=False)}</a>' for one in also)
    return f"<p>Also: {', '.join(links)}</p>" if also else ""
