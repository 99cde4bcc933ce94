"""Dates as people and machines write them. None is an answer: what is not plainly a date is none."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from feedbot.extract.ago import ago
from feedbot.extract.clock import clock_beside
from feedbot.extract.months import WORD, month_of
from feedbot.extract.stamps import LAST_YEAR, Moment, day_of, full_year, stamp, unix
from feedbot.extract.written import Found, written

__all__ = ["Moment", "in_url", "is_only", "machine", "order", "read", "unix"]

LONGEST = 400
"""A date is looked for in so many characters."""

_ISO = re.compile(r"(?<![\d-])(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_NUMBERS = re.compile(
    r"(?<![\w.,/$€£#-])(?P<a>\d{1,2})(?P<mark>\s?[./-]\s?)(?P<b>\d{1,2})(?P=mark)(?P<y>\d{4}|\d\d)(?!\d|[./]\d|\s?[%€$£]|[,]\d)"
)
_YEAR_FIRST = re.compile(r"(?<![\w.,/$€£-])(\d{4})(?P<mark>[./]\s?)(\d{1,2})(?P=mark)(\d{1,2})(?!\d|[/]\d)")
_CJK = re.compile(
    r"(?:(\d{4})|令和\s?(\d{1,2}|元)|民國\s?(\d{2,3}))\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?(?:[日일号號]|(?!\d))"
)
_CJK_DAY = re.compile(r"(?<!\d)(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号號]")
_TIENG_VIET = re.compile(r"(?<!\d)(\d{1,2})\s+tháng\s+(\d{1,2})[\s,]+(?:năm\s+)?(\d{4})(?!\d)", re.IGNORECASE)
_SPACED = re.compile(r"(\d{1,2}) (\d{1,2}) (\d{4})")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")
_LATER = re.compile(
    r"(?:updat|modif|revis|amend|edited|expire|deadline|clos|due|until|aktualisier|geändert|stand|mis à jour|"
    r"actualizad|aggiornat|atualizad|bijgewerkt|uppdaterad|oppdatert|opdateret|päivitetty|zaktualizowan|aktualiz|"
    r"обновлен|оновлен|ενημέρωση|güncelle|更新|수정|修改|محدث)\w*\W{0,3}(?:\w{1,6}\W{0,2}){0,2}$",
    re.IGNORECASE,
)
"""Words right before a date that say it is not the one of publication."""
_COUNTED = re.compile(
    r"(?:\b(?:v|ver|version|release|build|section|sec|chapter|rule|article|art|clause|paragraph|para|annex|no|nr|p|pp|fig|"
    r"figure|table|item)|§)\.?\s*$",
    re.IGNORECASE,
)
"""Words right before numbers that count parts of something."""
_DIGITS = str.maketrans(
    {chr(zero + digit): str(digit) for zero in (0x660, 0x6F0, 0x966, 0x9E6, 0xE50, 0xFF10) for digit in range(10)}
    | {"\u200e": None, "\u200f": None, "\u200b": None, "\u00ad": None, "\ufeff": None, "：": ":", "／": "/", "．": "."}
)
_AMERICAN = ("en-us", "en-ph", "es-us", "fil")


@dataclass(frozen=True, slots=True)
class _Habits:
    """How the dates of a text are meant."""

    language: str | None
    timezone: str
    now: datetime | None
    month_first: bool | None
    """None where only the way it is written tells."""

    @property
    def last(self) -> int:
        return self.now.year + 2 if self.now else LAST_YEAR


def read(
    text: str,
    *,
    language: str | None = None,
    timezone: str = "UTC",
    now: datetime | None = None,
    month_first: bool | None = None,
) -> Moment | None:
    """Find the date in a text and read it; None when there is none that is plainly one.

    A date without time comes back bare; a time without zone is meant in `timezone` (IANA). Where a text holds
    several, the first one is taken that is not said to be of an update or an end; of a range, the first day.

    Args:
        text: what a person reads; only its first `LONGEST` characters count.
        language: BCP 47 tag of the text, which decides what a word or 01/02/2026 means.
        timezone: IANA name of the zone where the text was written.
        now: aware moment when it was seen; without it, `2 hours ago` and `10 May` say nothing.
        month_first: whether 01/02/2026 is in January; None leaves it to the language and the zone. English of no
            country is read as CLDR writes it: 3/4/2026 without zeros has the month first, 03/04/2026 the day.
    """
    text = " ".join((text if text.isascii() else text.translate(_DIGITS))[:LONGEST].split())
    if not text:
        return None
    habits = _Habits(language, timezone, now, _month_first(language, timezone, month_first))
    if any(letter.isdigit() for letter in text):
        found = sorted(_every(text, habits), key=lambda one: one.start)
        if found:
            chosen = next((one for one in found if not _LATER.search(text[: one.start])), found[0])
            return _with_clock(chosen, text, habits)
    return ago(text, now, timezone, language) if now else None


def _month_first(language: str | None, timezone: str, said: bool | None) -> bool | None:  # noqa: FBT001 - three answers
    if said is not None:
        return said
    tongue = (language or "").lower().replace("_", "-")
    if tongue == "en":
        return None if timezone == "UTC" else timezone.startswith(("America/", "US/"))
    return tongue.startswith(_AMERICAN)


def _every(text: str, habits: _Habits) -> Iterator[Found]:
    """Give every date in the text, kind by kind."""
    if "-" in text:
        yield from _plain(_ISO, text, habits, (1, 2, 3))
    if not text.isascii():
        yield from _east(text, habits)
    yield from written(text, habits.language, habits.now, habits.last)
    yield from _plain(_YEAR_FIRST, text, habits, (1, 3, 4))
    for match in _NUMBERS.finditer(text):
        if day := _numeric(match, text, habits):
            yield Found(match.start(), match.end(), day)
    if (whole := _COMPACT.fullmatch(text)) and (day := day_of(whole[1], whole[2], whole[3], habits.last)):
        yield Found(0, len(text), day)
    if whole := _SPACED.fullmatch(text):
        parts = (whole[2], whole[1]) if not habits.month_first else (whole[1], whole[2])
        if day := day_of(whole[3], *parts, habits.last):
            yield Found(0, len(text), day)


def _plain(pattern: re.Pattern[str], text: str, habits: _Habits, order: tuple[int, int, int]) -> Iterator[Found]:
    for match in pattern.finditer(text):
        if day := day_of(match[order[0]], match[order[1]], match[order[2]], habits.last):
            yield Found(match.start(), match.end(), day)


def _east(text: str, habits: _Habits) -> Iterator[Found]:
    """Give dates in the ways of Chinese, Japanese, Korean and Vietnamese."""
    for match in _CJK.finditer(text):
        year = int(match[1] or 0) or (
            int((match[2] or "0").replace("元", "1")) + 2018 if match[2] else int(match[3]) + 1911
        )
        if day := day_of(year, match[4], match[5], habits.last):
            yield Found(match.start(), match.end(), day)
    for match in _TIENG_VIET.finditer(text):
        if day := day_of(match[3], match[2], match[1], habits.last):
            yield Found(match.start(), match.end(), day)
    if habits.now and len(text) <= 20 and (short := _CJK_DAY.match(text)):
        for year in (habits.now.year, habits.now.year - 1):
            day = day_of(year, short[1], short[2], habits.last)
            if day and day <= habits.now.date():
                yield Found(short.start(), short.end(), day)
                return


def _numeric(match: re.Match[str], text: str, habits: _Habits) -> date | None:
    """Read day, month and year in numbers; two digits of a year only where nothing else can be meant."""
    one, other, year = int(match["a"]), int(match["b"]), match["y"]
    if _COUNTED.search(text[max(0, match.start() - 14) : match.start()]):
        return None
    if len(year) == 2 and not _short_year_is_plain(match, text):
        return None
    month_first = _without_zeros(match) if habits.month_first is None else habits.month_first
    swap = month_first if one <= 12 and other <= 12 else other > 12
    day, month = (other, one) if swap and "." not in match["mark"] else (one, other)
    return day_of(full_year(year), month, day, habits.last) or (
        day_of(full_year(year), day, month, habits.last) if other > 12 else None
    )


def _without_zeros(match: re.Match[str]) -> bool:
    numbers = match["a"], match["b"]
    return any(len(one) == 1 for one in numbers) and not any(one.startswith("0") for one in numbers)


def _short_year_is_plain(match: re.Match[str], text: str) -> bool:
    padded = len(match["a"]) == len(match["b"]) == 2
    mark = match["mark"].strip()
    return mark == "/" or (mark == "." and padded and len(text) <= 60) or (padded and len(text) <= 20)


def _with_clock(found: Found, text: str, habits: _Habits) -> Moment:
    day = found.day
    if ":" not in text and not re.search(r"\d\s?(?:[.h時时点點시]|[ap]\.?m|uhr)", text[found.end :], re.IGNORECASE):
        return day
    inside = re.search(r"\d{1,2}:", text[found.start : found.end])
    end = found.start + inside.start() if inside else found.end
    clock = clock_beside(text, found.start, end, habits.timezone)
    if clock is None:
        return day
    zone = clock.zone or ZoneInfo(habits.timezone)
    return datetime(day.year, day.month, day.day, clock.hour, clock.minute, clock.second, tzinfo=zone)


@lru_cache(maxsize=8192)
def is_only(text: str, language: str | None = None) -> bool:
    """Say whether a text is a date and hardly anything else: `Published on Monday, 3 March 2025, 10:15`."""
    if len(text) > 60 or not any(letter.isdigit() for letter in text) or read(text, language=language) is None:
        return False
    others = [word for word in WORD.findall(text) if month_of(word, language) is None]
    return len(others) <= 3 and sum(map(len, others)) <= 14


def machine(text: str) -> Moment | None:
    """Read a date that a machine wrote: ISO 8601, RFC 3339, RFC 822 and its broken cousins, seconds since 1970.

    A time without zone is meant in UTC; a bare date comes back bare. What only people write is read too, but
    03/04/2026 is left unknown, for nobody can tell.
    """
    text = text.strip()
    found = stamp(text)
    if found is not None or len(text) > 100:
        return found
    if (match := _NUMBERS.match(text)) and int(match["a"]) <= 12 and int(match["b"]) <= 12 and "/" in match["mark"]:
        return None
    return read(text) if len(text) > 5 else None


_PATH_DAY = re.compile(
    r"[/_.-]((?:19|20)\d{2})([/_.-])(\d{1,2})\2(\d{1,2})(?!\d)|[/_-]((?:19|20)\d{2})[/_-](\d{1,2})[/_-](\d{1,2})(?!\d)"
)
_PATH_NAMED = re.compile(r"/((?:19|20)\d{2})/([a-z]{3,9})/(\d{1,2})(?!\d)", re.IGNORECASE)
_PATH_RUN = re.compile(r"(?<!\d)((?:19|20)\d{2})/?([01]\d)/?([0-3]\d)(?!\d)")
_PATH_DAY_FIRST = re.compile(r"[/_-](\d{1,2})[_-](\d{1,2})[_-]((?:19|20)\d{2})(?!\d)")


def in_url(url: str) -> date | None:
    """Read the day that an address names: /2024/10/24/, /2024-10-24-…, /2024/oct/24/, 20241024; never a bare year."""
    path = url.split("#", 1)[0].split("?", 1)[0]
    for match in _PATH_DAY.finditer(path):
        if day := day_of(match[1] or match[5], match[3] or match[6], match[4] or match[7]):
            return day
    if (named := _PATH_NAMED.search(path)) and (month := month_of(named[2])):
        return day_of(named[1], month, named[3])
    for match in _PATH_RUN.finditer(path):
        if day := day_of(match[1], match[2], match[3]):
            return day
    if (last := _PATH_DAY_FIRST.search(path)) and int(last[1]) > 12:
        return day_of(last[3], last[2], last[1])
    return None


def order(texts: Iterable[str]) -> bool | None:
    """Say from a whole list of numeric dates whether the month comes first; None when they do not tell."""
    month, day = 0, 0
    for text in texts:
        for match in _NUMBERS.finditer(text[:LONGEST]):
            first, second = int(match["a"]), int(match["b"])
            month += second > 12 >= first
            day += first > 12 >= second
    return None if month == day else month > day
