"""Story: an item as a person is told of it in a mail: clean texts, safe addresses, a date written out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape, unescape
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import nh3

from feedbot.compose.letterhead import Letterhead
from feedbot.delivery import Event
from feedbot.item import Attachment, Image, Item, Link, Quote, legal
from feedbot.target import Extent

TITLE_LIMIT, SUMMARY_LIMIT, NAME_LIMIT = 300, 1_000, 120
BODY_LIMIT = 40_000
"""Characters of a body; a longer one is told by its beginning, since mail programs clip big mails."""
CUT_BODY = 8_000
REPORT = "Read the report"
MARKS: Mapping[Event, str] = {
    "published": "",
    "updated": "Updated: ",
    "withdrawn": "Withdrawn: ",
    "raised": "Alert: ",
    "cleared": "Over: ",
}
"""What stands before the title of each kind of telling."""
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_PARAGRAPHS = re.compile(r"\n\s*\n")
_HEADING = re.compile(r"(<h[1-6][^>]*>[^<]*(?:<(?!/?h[1-6])[^<]*)*</h[1-6]>)", re.IGNORECASE)
_FIRST = re.compile(r"<p(?=[\s>])[^>]*>[^<]*(?:<(?!/p>)[^<]*)*</p>", re.IGNORECASE)
_BLOCK_END = re.compile(r"</(?:p|h[1-6]|li|blockquote|figcaption|tr|dt|dd|div|pre)>|<br[^>]*>|<hr[^>]*>", re.IGNORECASE)

_SPACED = "margin:0 0 16px"
_STYLES = {
    "a": "color:#1d5fa0",
    "p": _SPACED,
    "h1": "margin:28px 0 8px;font-size:20px;line-height:1.3",
    "h2": "margin:28px 0 8px;font-size:20px;line-height:1.3",
    "h3": "margin:24px 0 8px;font-size:18px;line-height:1.3",
    "h4": "margin:24px 0 8px;font-size:16px;line-height:1.3",
    "ul": "margin:0 0 16px;padding-left:24px",
    "ol": "margin:0 0 16px;padding-left:24px",
    "li": "margin:0 0 6px",
    "blockquote": "margin:24px 0;padding:0 0 0 16px;border-left:4px solid #1d70b8",
    "figure": _SPACED,
    "figcaption": "margin:6px 0 0;font-size:14px;opacity:.8",
    "img": "display:block;max-width:100%;height:auto;border:0",
    "table": "margin:0 0 16px;border-collapse:collapse;font-size:15px",
    "td": "padding:6px 12px 6px 0;vertical-align:top;text-align:left",
    "th": "padding:6px 12px 6px 0;vertical-align:top;text-align:left",
    "pre": "margin:0 0 16px;white-space:pre-wrap;font-size:14px",
}
_PLAIN = {"abbr", "b", "br", "caption", "cite", "code", "dd", "div", "dl", "dt", "em", "hr", "i", "q", "s"}
_PLAIN |= {"small", "strong", "sub", "sup", "tbody", "thead", "time", "tr", "u"}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "time": {"datetime"},
}
_MAIL = nh3.Cleaner(
    tags=_PLAIN | set(_STYLES),
    attributes=_ATTRIBUTES,
    set_tag_attribute_values={tag: {"style": style} for tag, style in _STYLES.items()},
    url_schemes={"http", "https", "mailto", "tel"},
    url_relative="deny",
    link_rel=None,
)
"""Cleans once more, with the rules of mail, and writes the styles where mail programs look for them."""
_TEXT = nh3.Cleaner(tags=set())


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An item as a mail tells it. Texts are clean, on one line but for `body`; addresses are HTTP or empty."""

    anchor: str
    event: Event
    title: str
    url: str
    host: str
    source: str
    date: str
    iso: str
    language: str
    summary: str
    body_html: str
    body: tuple[str, ...]
    """The paragraphs of the text."""
    cut: bool
    """The body is only the beginning of what the publisher wrote."""
    image: Image | None
    quotes: tuple[Quote, ...]
    authors: tuple[str, ...]
    report: Link | None
    files: tuple[Link, ...]
    related: tuple[Link, ...]

    @property
    def headline(self) -> str:
        """The title, marked where this is no first telling."""
        return f"{MARKS[self.event]}{self.title}"

    @property
    def links(self) -> tuple[Link, ...]:
        """The report, and the page itself."""
        page = Link(url=self.url, title=f"Read it at {self.host}") if self.url else None
        return tuple(link for link in (self.report, page) if link)


def story(
    item: Item, event: Event, letterhead: Letterhead, *, extent: Extent = "full", room: int = BODY_LIMIT
) -> Story:
    """Return `item` as a mail tells it: as much as `extent` says, a body longer than `room` letters by its beginning.

    Nothing that the text of the body shows is said twice.
    """
    html, text, cut = _body(item, extent, room)
    body = tuple(part.strip() for part in _PARAGRAPHS.split(text) if part.strip())
    summary, url = line(item.summary, SUMMARY_LIMIT), web(item.url)
    link = report(item)
    when = item.published_at.astimezone(ZoneInfo(letterhead.timezone(item.source_id)))
    return Story(
        anchor=f"i{item.id}-{item.revision}",
        event=event,
        title=line(item.title, TITLE_LIMIT) or line(item.summary, NAME_LIMIT) or "Untitled",
        url=url,
        host=(urlsplit(url).hostname or "").removeprefix("www."),
        source=line(letterhead.title(item.source_id), NAME_LIMIT),
        date=written(when, item),
        iso=when.isoformat(timespec="seconds") if item.dated == "time" else when.date().isoformat(),
        language=item.language or "",
        summary="" if _said(summary, text) else summary,
        body_html=html or "".join(_paragraph(part) for part in body),
        body=body,
        cut=cut,
        image=_image(item, html),
        quotes=tuple(_quote(quote) for quote in item.quotes if not _said(quote.text, text)),
        authors=tuple(line(author, NAME_LIMIT) for author in item.authors[:5]),
        report=link,
        files=tuple(file for file in _files(item) if link is None or file.url != link.url),
        related=tuple(_links(item.related[:6])),
    )


def line(text: str, limit: int) -> str:
    """Return `text` on one line of at most `limit` characters, cut at a word, without what bends its direction."""
    flat = " ".join(clean(text[: limit * 4]).split())
    if len(flat) <= limit:
        return flat
    head = flat[: limit - 1]
    return f"{head.rpartition(' ')[0] or head}…"


def clean(text: str) -> str:
    """Return `text` in legal characters, with plain line ends and without overrides of its direction."""
    plain = legal(text)
    if not plain.isascii():
        plain = _BIDI.sub("", plain)
    return plain.replace("\r\n", "\n").replace("\r", "\n") if "\r" in plain else plain


def web(url: str) -> str:
    """Return `url` where it is an HTTP address that a mail can carry, else nothing."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and len(url) <= 2_000
    except ValueError:
        return ""
    return url if good and clean(url) == url and not re.search(r'[\s"<>]', url) else ""


def written(when: datetime, item: Item) -> str:
    """Return a date as people write it; a first sight is told as one."""
    day = f"{_DAYS[when.weekday()]} {when.day} {_MONTHS[when.month - 1]} {when.year}"
    if item.dated == "day":
        return day
    time = f"{day}, {when:%H:%M} {when.tzname() or ''}".rstrip()
    return time if item.dated == "time" else f"first seen {time}"


def _body(item: Item, extent: Extent, room: int) -> tuple[str, str, bool]:
    """Return the body as HTML and as text, and whether it is only a beginning; empty HTML means: as the text."""
    if extent == "summary" and item.summary:
        return "", "", False
    html = _sections(item.content_html) if extent == "sections" else item.content_html
    text = clean((html == item.content_html and item.content_text) or (_text_of(html) if html else item.content_text))
    if extent == "summary" or (extent == "sections" and not html):
        return "", line(text, SUMMARY_LIMIT), False
    if max(len(text), len(html)) > room:
        short = text[: min(CUT_BODY, room)]
        return "", short.rpartition("\n")[0] or short, True
    return _MAIL.clean(clean(html)) if html else "", text, False


def _sections(html: str) -> str:
    """Return the first paragraph, and each heading with the first paragraph below it."""
    pieces = _HEADING.split(html)
    lead = _FIRST.search(pieces[0])
    kept = [lead[0] if lead else ""]
    for heading, below in zip(pieces[1::2], pieces[2::2], strict=True):
        first = _FIRST.search(below)
        kept += [heading, first[0] if first else ""]
    return "\n".join(filter(None, kept)) if len(kept) > 1 or lead else html


def _paragraph(text: str) -> str:
    return f'<p style="{_SPACED}">{escape(text, quote=False).replace(chr(10), "<br>")}</p>'


def _text_of(html: str) -> str:
    return unescape(_TEXT.clean(_BLOCK_END.sub(lambda end: f"{end[0]}\n\n", html)))


def _said(words: str, text: str) -> bool:
    """Say whether `text` holds `words`, but for white space, quotation marks and an ellipsis at their end."""
    wanted = _bare(words).rstrip(".… ")
    return bool(wanted) and wanted in _bare(text)


def _bare(text: str) -> str:
    return " ".join(re.sub("[\"'“”‘’„«»]", "", text).split())


def _image(item: Item, html: str) -> Image | None:
    image = item.image
    if image is None or not web(image.url) or escape(image.url) in html:
        return None
    return Image(url=image.url, alt=line(image.alt or "", SUMMARY_LIMIT))


def _quote(quote: Quote) -> Quote:
    text = line(quote.text, 2 * SUMMARY_LIMIT).strip("\"'“”‘’")
    return Quote(text=text, speaker=line(quote.speaker, NAME_LIMIT), role=line(quote.role, NAME_LIMIT))


def report(item: Item) -> Link | None:
    """Return the link to the report that an item is about: its own field, or its first PDF."""
    url = web(item.fields.get("report", ""))
    if not url:
        url = next((web(file.url) for file in item.attachments if file.type == "application/pdf"), "")
    return Link(url=url, title=REPORT) if url else None


def _files(item: Item) -> list[Link]:
    return [Link(url=file.url, title=_file_name(file)) for file in item.attachments[:10] if web(file.url)]


def _file_name(file: Attachment) -> str:
    name = line(file.title, NAME_LIMIT) or line(urlsplit(file.url).path.rpartition("/")[2], NAME_LIMIT) or file.url
    return f"{name} ({file.length / 1e6:.1f} MB)" if file.length and file.length > 100_000 else name


def _links(links: tuple[Link, ...]) -> list[Link]:
    return [Link(url=link.url, title=line(link.title, NAME_LIMIT) or link.url) for link in links if web(link.url)]
