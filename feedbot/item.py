"""Candidate, Item, Revision: a piece of published news, as seen in a page and as stored for ever."""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any, Literal, NewType, Self
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from feedbot.page import UNSAID, Wishes
from feedbot.source import Health, Label, Rule, SourceId
from feedbot.verdict import Considered, Verdict
from feedbot.wording import plain, steady

ItemId = NewType("ItemId", str)
Dated = Literal["time", "day", "seen"]
"""How sure a published date is: to the time, to the day, or only when feedbot first saw the item."""
Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture; `alt` is what the publisher says it shows, None where they say nothing."""

    url: str
    alt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that belongs to an item (a report, an enclosure); `length` in bytes."""

    url: str
    type: str = ""
    length: int | None = None
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words of a named speaker, as marked up in an article."""

    text: str
    speaker: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link with its words, such as one to a related article."""

    url: str
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What the publisher says of one piece of news. URLs are absolute, texts are plain, HTML is sanitised.

    A `published` or `updated` that is a bare date says that no time was given.
    """

    url: str = ""
    title: str = ""
    published: datetime | date | None = None
    updated: datetime | date | None = None
    summary: str = ""
    content_html: str = ""
    content_text: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    image: Image | None = None
    attachments: tuple[Attachment, ...] = ()
    quotes: tuple[Quote, ...] = ()
    related: tuple[Link, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    language: str | None = None
    comments: str = ""
    """Address of the page where people comment on it."""

    def to_json(self) -> Json:
        """Return it in the shape of the preview contract; absent values are left out."""
        extra: Json = dict(self.fields)
        if self.quotes:
            extra["quotes"] = [_slim(quote) for quote in self.quotes]
        if self.related:
            extra["related"] = [_slim(link) for link in self.related]
        plain = {f.name: getattr(self, f.name) for f in fields(Content)}
        plain["published"], plain["updated"] = rfc3339(self.published), rfc3339(self.updated)
        plain["image"] = self.image and _slim(self.image)
        plain["attachments"] = [_slim(attachment) for attachment in self.attachments]
        plain["authors"], plain["categories"] = list(self.authors), list(self.categories)
        del plain["quotes"], plain["related"]
        return {name: value for name, value in (plain | {"fields": extra}).items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate(Content):
    """What extraction sees in a page; not stored. `guid` is the publisher's own id for it, where there is one."""

    guid: str = ""
    summary_html: str = ""
    """The summary with its links and pictures, sanitised, where it has some beside the content."""
    told_by: tuple[str, ...] = ()
    """What tells it apart from others of its page, where its id and its link do not."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that it can be recognised by, the most trusted first; empty for an unusable one."""
        if self.told_by:
            return self.told_by
        guid = f"guid:{self.guid}" if self.guid else ""
        link = f"url:{url_key(self.url)}" if self.url else ""
        return tuple(key for key in (guid, link) if key) or ((f"title:{plain(self.title)}",) if self.title else ())

    def enriched(self, article: "Candidate") -> "Candidate":
        """Return this candidate of a listing with what its own page adds; the listing's words win."""
        precise = self.published
        if precise is None or not isinstance(precise, datetime):
            same_day = isinstance(article.published, datetime) and article.published.date() == precise
            precise = article.published if precise is None or same_day else precise
        cut = self.title.endswith(("…", "...")) and article.title
        return replace(
            article,
            url=self.url or article.url,
            guid=self.guid,
            told_by=self.told_by,
            summary_html=self.summary_html,
            title=article.title if cut or not self.title else self.title,
            published=precise,
            summary=self.summary or article.summary,
            authors=self.authors or article.authors,
            categories=self.categories or article.categories,
            image=self.image if self.image and self.image.alt else article.image or self.image,
            attachments=self.attachments or article.attachments,
            fields={**article.fields, **self.fields},
            comments=self.comments or article.comments,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Content):
    """A stored piece of news with an id that never changes, in its latest state.

    `published_at` is aware UTC and always there; `dated` says how sure it is. `changed_at` moves only on a
    real change. `rank` is its place on the page where it was first seen, 0 at the top. `digest` is of what
    the source listed, so that a later look at the listing alone can tell a change.
    """

    id: ItemId
    source_id: SourceId
    guid: str
    keys: tuple[str, ...]
    published_at: datetime
    dated: Dated
    first_seen: datetime
    changed_at: datetime
    revision: int = 1
    rank: int = 0
    digest: str
    withdrawn_at: datetime | None = None

    @property
    def labels(self) -> tuple[tuple[Label, str], ...]:
        """What it can be grouped by."""
        categories: tuple[tuple[Label, str], ...] = tuple(("category", name) for name in self.categories if name)
        return (*categories, *(("author", name) for name in self.authors if name))

    def said(self, content: Content) -> Self:
        """Return this item saying what `content` says; its id, dates of sight and digest stay."""
        names = {f.name for f in fields(Content)}
        return replace(self, **{name: getattr(content, name) for name in names})


def by_age(item: Item) -> tuple[datetime, datetime, int, str]:
    """Return what items are sorted by, the oldest first: ties are settled by first sight, place on the page, and id."""
    return item.published_at, item.first_seen, -item.rank, item.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One stored state of an item."""

    item_id: ItemId
    number: int
    at: datetime
    digest: str
    content: Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What sift has to know of an item that is stored already."""

    id: ItemId
    digest: str
    revision: int
    published_at: datetime
    dated: Dated
    first_seen: datetime
    rank: int = 0
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What was understood of a page: how, how surely, and the items; what a feed says of itself beside them."""

    url: str
    kind: str
    title: str = ""
    rule: Rule | None = None
    confidence: float = 0.0
    health: Health = Health.FRESH
    evidence: tuple[str, ...] = ()
    items: tuple[Candidate, ...] = ()
    subtitle: str = ""
    language: str | None = None
    authors: tuple[str, ...] = ()
    updated: datetime | date | None = None
    published: datetime | date | None = None
    rights: str = ""
    categories: tuple[str, ...] = ()
    image: Image | None = None
    generator: str = ""
    id: str = ""
    link: str = ""
    wishes: Wishes = UNSAID
    """What a feed says of how often it wants to be asked."""
    considered: tuple[Considered, ...] = ()
    """The lists of the page that were weighed, the most news-like first."""
    verdicts: tuple[Verdict, ...] = ()
    """The parts of the page that could be items, and why each was kept or dropped."""
    no_list: bool = False
    """Nothing was seen of a list, and nothing that says that there is none."""

    def to_json(self) -> Json:
        """Return the JSON of `feedbot preview --json`; absent values are left out."""
        plain: Json = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in _UNTOLD}
        plain["health"], plain["rule"] = str(self.health), _slim(self.rule) if self.rule else None
        plain["updated"], plain["published"] = rfc3339(self.updated), rfc3339(self.published)
        plain["image"] = self.image and _slim(self.image)
        plain["authors"], plain["evidence"] = list(self.authors), list(self.evidence)
        plain["categories"] = list(self.categories)
        shown = {name: value for name, value in plain.items() if value or name == "confidence"}
        return shown | {"items": [{"id": item_id("preview", item.keys)} | item.to_json() for item in self.items]}

    def explained(self) -> Json:
        """Return what `feedbot preview --explain --json` says beside that: what was weighed, and why it was left."""
        return {name: [one.to_json() for one in getattr(self, name)] for name in _EXPLAINED}


_EXPLAINED = ("considered", "verdicts")
_UNTOLD = (*_EXPLAINED, "no_list", "wishes")


def item_id(source_id: str, keys: Sequence[str]) -> ItemId:
    """Return the id of the item that is first seen in `source_id` under `keys`: 26 letters, never random."""
    seed = "\n".join((source_id, *keys[:1])).encode(errors="replace")
    return ItemId(base64.b32encode(hashlib.blake2b(seed, digest_size=16).digest()).decode().rstrip("=").lower())


TRACKING = re.compile(
    r"utm_\w+|(?:fb|g|y|dc|ms|tw|wbra|gbra|li_fat_)cli?d|gclsrc|mc_[ce]id|igshid|mkt_tok|_hs(?:enc|mi)|cmpid|ref_src"
    r"|at_(?:medium|campaign)|pk_\w+|wt_mc|xtor|ncid|spm|oly_(?:anon|enc)_id|vero_id|_openstat|s_cid|ito|trk",
    re.IGNORECASE,
)
"""Query parameters that say where a reader came from, and nothing about the page."""


def canonical(url: str) -> str:
    """Return `url` in one spelling: scheme and host in lower case, no default port, fragment or tracking.

    Follows RFC 3986 section 6.2.2 and 6.2.3. What is not an absolute HTTP URL comes back stripped.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return url
    if parts.scheme.lower() not in {"http", "https"} or not host:
        return url
    if port and port != {"http": 80, "https": 443}[parts.scheme.lower()]:
        host = f"{host}:{port}"
    query = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in query if not TRACKING.fullmatch(name)]
    text = parts.query if len(kept) == len(query) else urlencode(kept)
    path = quote(unquote(parts.path, errors="surrogateescape"), safe="/%:@!$&'()*+,;=~-._", errors="surrogateescape")
    return urlunsplit((parts.scheme.lower(), host, path or "/", text, ""))


@lru_cache(maxsize=4096)  # a check asks for the same ones several times
def url_key(url: str) -> str:
    """Return what tells one page from another: `canonical` without scheme, `www.` and last slash."""
    rest = canonical(url).split("://", 1)[-1].removeprefix("www.")
    path, mark, query = rest.partition("?")
    return path.rstrip("/") + mark + query


def digest(content: Content) -> str:
    """Return a digest of what is said; white space, typographic quotes, counters and dates make no difference."""
    said: list[str] = [content.title, content.summary, content.content_text or content.content_html]
    said += [*content.authors, "", *content.categories, "", *(attachment.url for attachment in content.attachments)]
    said += [text for pair in sorted(content.fields.items()) for text in pair]
    text = "\x1f".join(steady(part) if part else "" for part in said)
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=16).hexdigest()


def moment(said: datetime | date | None, timezone: str, seen: datetime) -> tuple[datetime, Dated]:
    """Return when a thing dated `said` was published, in UTC, and how sure that is.

    A bare date means its midnight in `timezone`, a naive time is read there too; nothing means `seen`.
    """
    zone = ZoneInfo(timezone)
    try:
        if isinstance(said, datetime):
            aware = said if said.tzinfo else said.replace(tzinfo=zone)
            return aware.astimezone(UTC), "time"
        if said is not None:
            return datetime.combine(said, time(), zone).astimezone(UTC), "day"
    except OverflowError:
        pass
    return seen, "seen"


def rfc3339(when: datetime | date | None) -> str | None:
    """Return `when` as RFC 3339: a bare date stays one, and UTC is written `Z`."""
    return when.isoformat().replace("+00:00", "Z") if when is not None else None


_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BREAKS = str.maketrans({"\x0b": " ", "\x0c": " "})


def legal(text: str) -> str:
    """Return `text` in characters that XML 1.0 and UTF-8 can carry (XML 1.0 section 2.2).

    Vertical tab and form feed become a space, two surrogates that belong together their character, and
    everything else that is not allowed is dropped. A clean text comes back as it is.
    """
    if _ILLEGAL.search(text) is None:
        return text
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return _ILLEGAL.sub("", whole.translate(_BREAKS))


def _slim(value: Any) -> Json:  # noqa: ANN401 - any of the small frozen dataclasses of the words
    plain = {f.name: getattr(value, f.name) for f in fields(value)}
    return {name: part for name, part in plain.items() if part not in ("", None)}
