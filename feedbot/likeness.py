"""Likeness: whether a candidate is an item that is known under other keys. Conservative: in doubt there are two."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from feedbot.item import Candidate, Content, Dated, Item, ItemId, moment
from feedbot.wording import numbers_of, overlap, runs_of, words_of

DAY = timedelta(days=1)
FAR = 2 * DAY
"""Two pieces that are dated further apart are two."""
TEXT_WORDS = 9
"""Fewer words make no text that can be compared."""
ALIKE, MUCH_ALIKE = 0.5, 0.8
"""Shares of what two titles, or two texts, have in common."""
TELLING = 3
"""A title of fewer words tells little: "Press release"."""
MASS = 0.6
"""Where so many of the new items are called like one that is missing, the whole list was moved."""
_HEAD = 2_000
"""Characters of a text that are compared."""
_END = re.compile(r"\.(?:html?|php|aspx?|jsp|cfm|xhtml|pdf)$", re.IGNORECASE)
_ID = re.compile(r"(?<!\d)\d{5,}(?!\d)")
_DATE = re.compile(r"(?:19|20)\d\d(?:[01]\d(?:[0-3]\d)?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What two pieces have in common: shares of title and text, and what speaks for or against one day."""

    title: float
    text: float | None
    """None where one of them has too little of it."""
    added: bool
    """Whether one title is the other with words added, in the address as well."""
    slug: bool
    """Whether the last part of their addresses is the same, and tells something."""
    number: bool
    """Whether their addresses have a long number in common."""
    numbered: bool
    """Whether both addresses have numbers, and none in common: each may be one of a series."""
    apart: timedelta | None
    """How far apart they are dated; None where one of them is not."""
    to_the_minute: bool
    """Whether both say the same time of day."""

    @property
    def one_day(self) -> bool:
        """Whether both are dated, the same."""
        return self.apart is not None and self.apart <= DAY

    @property
    def at_odds(self) -> bool:
        """Whether their dates, or their texts, speak against them."""
        return (self.apart is not None and self.apart > FAR) or (self.text is not None and self.text < 0.2)


def still(candidate: Candidate, item: Item, timezone: str) -> bool:
    """Say whether a candidate that has one key of `item`, and another that it has not, is likely to be that item.

    Publishers give one GUID to several pieces, or link all of them to one page.
    """
    seen = traces(candidate, item, timezone)
    if seen.title >= ALIKE or seen.slug or seen.number or seen.to_the_minute:
        return True
    if seen.text is not None:
        return seen.text >= ALIKE
    return not (candidate.title and item.title) or (seen.one_day and _is_strong(candidate.guid))


def could_be(published_at: datetime, dated: Dated, dates: Iterable[tuple[datetime, Dated]]) -> bool:
    """Say whether an item of that time is near enough to one of `dates` to be the piece; what has no date may be."""
    if dated == "seen":
        return True
    return any(how == "seen" or abs(when - published_at) <= FAR for when, how in dates)


def _is_strong(guid: str) -> bool:
    """Say whether an id is long enough to have been made for one piece alone."""
    return len(guid) >= 20


def found_again(
    new: Sequence[Candidate], missing: Sequence[Item], called: Callable[[], Iterable[str]], timezone: str
) -> Mapping[int, ItemId]:
    """Return which of the `new` candidates, by their places, are an item of those that the page does not show.

    `called` gives the titles of all that is known of late: a title that several have tells nothing. It is asked only
    where something looks alike. A candidate that could be several items is none of them.
    """
    alike = [[one for one in missing if _looks_like(candidate, one, timezone)] for candidate in new]
    if not any(alike):
        return {}
    titles = Counter(words_of(one) for one in called())
    titles.update(words_of(one.title) for one in new)
    known: dict[tuple[str, ...], list[Item]] = {}
    for item in {one.id: one for some in alike for one in some}.values():
        known.setdefault(words_of(item.title), []).append(item)
    named = [known.get(words_of(one.title), []) if one.title else [] for one in new]
    moved = sum(bool(items) for items in named) >= max(3, MASS * len(new))
    pairs: list[tuple[int, ItemId]] = []
    for place, candidate in enumerate(new):
        own = words_of(candidate.title)
        alone = titles[own] <= 2 and len(named[place]) == 1
        same = [one for one in alike[place] if _same(candidate, one, timezone, alone=alone, moved=moved)]
        if len(same) == 1:
            pairs.append((place, same[0].id))
    taken = Counter(item_id for _, item_id in pairs)
    return {place: item_id for place, item_id in pairs if taken[item_id] == 1}


def _looks_like(candidate: Candidate, item: Item, timezone: str) -> bool:
    """Say whether two have anything in common without which they are never one piece; texts are not compared."""
    if _same_slug(candidate, item):
        return True
    if _numbers(candidate.url) & _numbers(item.url) or _called(candidate.title, item.title) >= ALIKE:
        return True
    when, how = moment(candidate.published, timezone, item.published_at)
    return how == item.dated == "time" and when == item.published_at


def _same(candidate: Candidate, item: Item, timezone: str, *, alone: bool, moved: bool) -> bool:
    """Say whether two are one piece; `alone`: nothing else is called so, `moved`: the whole list seems to have."""
    seen = traces(candidate, item, timezone)
    if seen.at_odds:
        return False
    if seen.title == 1.0:
        return _same_title(seen, long=len(words_of(candidate.title)) >= TELLING, alone=alone, moved=moved)
    if numbers_of(words_of(candidate.title)) != numbers_of(words_of(item.title)):
        return False
    return _same_piece(seen)


def _same_title(seen: Traces, *, long: bool, alone: bool, moved: bool) -> bool:
    """Say whether two pieces with one title are one: for that their dates, addresses or texts have to agree as well."""
    if not alone:
        return seen.slug or seen.number or (seen.one_day and (seen.text or 0.0) >= MUCH_ALIKE)
    text = seen.text or 0.0
    if seen.one_day:
        return seen.slug or seen.number or (long and not seen.numbered) or seen.to_the_minute or text >= ALIKE
    if seen.apart is None and seen.numbered and not seen.number:
        return long and moved and text >= MUCH_ALIKE
    return seen.number or (long and (seen.slug or moved or text >= MUCH_ALIKE))


def _same_piece(seen: Traces) -> bool:
    """Say whether two pieces with different titles are one that was given another title and another address."""
    like = seen.title >= ALIKE
    if seen.added and seen.one_day and like:
        return True
    if seen.slug:
        return (like and (seen.one_day or seen.apart is None)) or (seen.one_day and (seen.text or 0.0) >= ALIKE)
    text = (seen.text or 0.0) >= ALIKE
    if seen.number:
        return seen.one_day and (like or text)
    if not seen.one_day:
        return like and (seen.text or 0.0) >= MUCH_ALIKE and seen.apart is None
    return (like and (text or (seen.to_the_minute and seen.text is None and seen.title >= 0.6))) or (
        seen.to_the_minute and (seen.text or 0.0) >= MUCH_ALIKE
    )


def traces(candidate: Candidate, item: Item, timezone: str) -> Traces:
    """Return what a candidate and an item have in common; `timezone` (IANA) is that of the candidate's dates."""
    when, how = moment(candidate.published, timezone, item.published_at)
    dated = how != "seen" and item.dated != "seen"
    apart = abs(when - item.published_at) if dated else None
    exact = apart == timedelta() and how == item.dated == "time" and bool(when.minute or when.second)
    return Traces(
        title=_called(candidate.title, item.title),
        text=_told(candidate, item),
        added=_is_added(words_of(candidate.title), words_of(item.title))
        and _is_added(_slug_words(candidate.url), _slug_words(item.url)),
        slug=_same_slug(candidate, item),
        number=bool(_numbers(candidate.url) & _numbers(item.url)),
        numbered=_is_numbered(candidate.url, item.url),
        apart=apart,
        to_the_minute=exact,
    )


def _called(one: str, other: str) -> float:
    """Return how alike two titles are: 1 for the same words; a cut title is like the whole one."""
    words, others = words_of(one), words_of(other)
    if not words or not others:
        return 0.0
    if words == others:
        return 1.0
    short, whole = sorted((one, other), key=len)
    cut = short.rstrip(" .…")
    if len(cut) >= 20 and whole.startswith(cut):
        return 0.9
    share = overlap({*words}, {*others})
    return min(0.99, max(share, overlap(_threes(one), _threes(other)) if min(len(words), len(others)) < 4 else 0.0))


def _threes(text: str) -> frozenset[str]:
    """Return every run of three letters: scripts that are written without spaces have few words."""
    said = "".join(words_of(text))
    return frozenset(said[place : place + 3] for place in range(len(said) - 2))


def _told(one: Content, other: Content) -> float | None:
    """Return how alike two texts are, the shorter one counted as a part of the longer; None where one is short."""
    best: float | None = None
    for text in _texts(one):
        for said in _texts(other):
            runs, others = runs_of(text), runs_of(said)
            if min(len(runs), len(others)) >= TEXT_WORDS - 2:
                share = len(runs & others) / min(len(runs), len(others))
                best = share if best is None else max(best, share)
    return best


def _texts(content: Content) -> list[str]:
    return [text[:_HEAD] for text in (content.summary, content.content_text) if text]


def _is_added(words: Sequence[str], others: Sequence[str]) -> bool:
    return min(len(words), len(others)) >= TELLING and ({*words} <= {*others} or {*others} <= {*words})


def _same_slug(one: Content, other: Content) -> bool:
    """Say whether the last part of two addresses is the same, and tells one page from others.

    Where a query follows, which may be what tells pages apart, it has to be made of the title.
    """
    words = _slug_words(one.url)
    if not words or words != _slug_words(other.url):
        return False
    if urlsplit(one.url).query or urlsplit(other.url).query:
        return len({*words} & {*_flat(one.title)}) >= 2
    return len([word for word in words if not word.isdecimal()]) >= 2 or len("".join(words)) >= 24


@lru_cache(maxsize=1024)
def _slug_words(url: str) -> tuple[str, ...]:
    """Return the words of the last part of the path of an address."""
    path = unquote(urlsplit(url).path).partition(";")[0]
    parts = [part for part in path.split("/") if part]
    return _flat(_END.sub("", parts[-1])) if parts else ()


@lru_cache(maxsize=1024)
def _flat(text: str) -> tuple[str, ...]:
    """Return the words of a text without accents, as addresses have them."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return tuple(re.findall(r"[^\W_]+", "".join(c for c in plain if not unicodedata.combining(c))))


def _is_numbered(one: str, other: str) -> bool:
    digits, others = _digits(one), _digits(other)
    return bool(digits and others) and not digits & others


@lru_cache(maxsize=1024)
def _digits(url: str) -> frozenset[str]:
    parts = urlsplit(url)
    return frozenset(re.findall(r"\d+", f"{parts.path}?{parts.query}"))


@lru_cache(maxsize=1024)
def _numbers(url: str) -> frozenset[str]:
    """Return the long numbers in an address that are no dates."""
    parts = urlsplit(url)
    return frozenset(one for one in _ID.findall(f"{parts.path}?{parts.query}") if not _DATE.fullmatch(one))
