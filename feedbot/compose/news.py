"""News: what one message of a chat service tells, as cards of plain texts and web addresses."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from zoneinfo import ZoneInfo

from feedbot.compose.letterhead import Letterhead
from feedbot.compose.story import MARKS, NAME_LIMIT, TITLE_LIMIT, line, report, web, written
from feedbot.delivery import Delivery, Event, message_key
from feedbot.item import Image, Item, ItemId, Link

SUMMARY_LIMIT = 3_000
URL_LIMIT = 1_000
"""Bytes of an address of a picture or a report, so that one item fits a message of every service; twice that for
the item's own."""
READ = "Read it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An item as a chat service shows it; `iso` is its date or time in RFC 3339, `date` for people."""

    event: Event
    title: str
    url: str
    summary: str
    source: str
    date: str
    iso: str
    image: Image | None
    button: Link | None

    @property
    def headline(self) -> str:
        """The title, marked where this is no first telling."""
        return f"{MARKS[self.event]}{self.title}"

    @property
    def byline(self) -> str:
        """Source and date."""
        return f"{self.source} · {self.date}"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a message tells: cards, and how many more there are, with the page that lists them."""

    key: str
    site: str
    cards: tuple[Card, ...]
    more: int = 0
    more_url: str = ""
    room: str = ""

    @property
    def single(self) -> Card | None:
        """The only card, where there is one."""
        return self.cards[0] if len(self.cards) == 1 and not self.more else None

    @property
    def title(self) -> str:
        """What the whole message is about."""
        first = self.cards[0]
        others = len(self.cards) - 1 + self.more
        return f"{first.headline}{f' and {others} more' if others else ''} – {first.source}"

    @property
    def rest(self) -> str:
        """Says how many more there are; empty where all are told."""
        return f"and {self.more} more" if self.more else ""


def news(
    deliveries: Sequence[Delivery], items: Mapping[ItemId, Item], letterhead: Letterhead, told: int, room: str = ""
) -> News:
    """Return what a message of `deliveries` tells when the first `told` of them are shown."""
    left = deliveries[told:]
    return News(
        key=message_key(deliveries),
        site=line(letterhead.site.title, NAME_LIMIT),
        cards=tuple(_card(items[one.item_id], one.event, letterhead) for one in deliveries[:told]),
        more=len(left),
        more_url=letterhead.listing({items[one.item_id].source_id for one in left}) if left else "",
        room=room,
    )


def units(text: str) -> int:
    """Return the length of `text` in UTF-16 code units, the strictest way that services count characters."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def octets(text: str) -> int:
    """Return the length of `text` in bytes of UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


def fitted(text: str, limit: int, escaped: Callable[[str], str] = str, measure: Callable[[str], int] = units) -> str:
    """Return `text`, escaped, cut at a word so that it measures at most `limit` with its escapes."""
    room = limit
    while (size := measure(written := escaped(line(text, room)))) > limit and room > 1:
        room = max(1, min(room - 1, room * limit // size))
    return written


def html(text: str) -> str:
    """Escape what HTML would read."""
    return escape(text, quote=False)


_MARKDOWN = {ord(sign): f"\\{sign}" for sign in "\\`*_{}[]<>#|~"} | {ord("@"): "@\u200b"}


def markdown(text: str) -> str:
    """Escape what Markdown would read; a name after an @ is nobody who is called."""
    return text.translate(_MARKDOWN)


def _card(item: Item, event: Event, letterhead: Letterhead) -> Card:
    when = item.published_at.astimezone(ZoneInfo(letterhead.timezone(item.source_id)))
    summary = line(item.summary or item.content_text, SUMMARY_LIMIT)
    url, image, said = _short(item.url, 2 * URL_LIMIT), item.image, report(item)
    title = line(item.title, TITLE_LIMIT) or line(summary, NAME_LIMIT) or "Untitled"
    return Card(
        event=event,
        title=title,
        url=url,
        summary="" if summary == title else summary,
        source=line(letterhead.title(item.source_id), NAME_LIMIT),
        date=written(when, item),
        iso=when.isoformat(timespec="seconds") if item.dated == "time" else when.date().isoformat(),
        image=Image(url=image.url, alt=line(image.alt or "", 1_000) or title) if image and _short(image.url) else None,
        button=said if said and _short(said.url) else Link(url=url, title=READ) if url else None,
    )


def _short(url: str, limit: int = URL_LIMIT) -> str:
    return url if octets(url) <= limit and web(url) else ""
