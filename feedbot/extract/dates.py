"""Dates as people and machines write them. None is an answer: what is not plainly a date is none."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_tz
from functools import lru_cache
from zoneinfo import ZoneInfo

from feedbot.extract.months import BY_LANGUAGE, MONTHS

FIRST_YEAR, LAST_YEAR = 1990, 2100
Moment = datetime | date

_ISO = re.compile(
    r"(?<![\d-])(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\s?(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?"
    r"\s?(Z|[+-]\d{2}:?\d{2}|[+-]\d{2}|UTC|GMT)?)?(?!\d)",
    re.IGNORECASE,
)
_TIME = r"(?:\D{0,12}?(\d{1,2})[:.](\d{2})(?::\d{2})?\s?([ap]\.?m\.?)?)?"
_WORD = r"([^\W\d_]{3,}\.?)"
_DAY_MONTH = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|er|ème|º|ª|\.)?(?:\s*[-–]\s*\d{{1,2}}\.?)?\s*(?:(?:de|of)\b|d')?\s*[-/]?\s*"
    rf"{_WORD}\s*(?:de|del)?[\s,./-]*(\d{{4}})(?!\d){_TIME}",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    rf"(?<!\w){_WORD}\s*(\d{{1,2}})(?:st|nd|rd|th)?(?:\s*[-–]\s*\d{{1,2}})?\s*,?\s+(\d{{4}})(?!\d){_TIME}",
    re.IGNORECASE,
)
_NUMBERS = re.compile(rf"(?<![\d.,/-])(\d{{1,2}})([./-])\s?(\d{{1,2}})\2\s?(\d{{4}}|\d{{2}})(?![\d/-]|\.\d){_TIME}")
_YEAR_FIRST = re.compile(rf"(?<![\d./])(\d{{4}})([./])(\d{{1,2}})\2(\d{{1,2}})(?![\d])\.?{_TIME}")
_CJK = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号]?(?:\D{0,8}?(\d{1,2})[:時时](\d{2}))?")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{4})?)?(?!\d)")
_AGO = {
    "second": ("second", "sec", "sekunde", "seconde", "segundo", "secondo", "sekund"),
    "minute": ("minute", "min", "mins", "minuten", "minuto", "minuti", "minuut", "minut", "minuter", "минут"),
    "hour": (
        "hour",
        "hr",
        "stunde",
        "stunden",
        "heure",
        "hora",
        "ora",
        "ore",
        "uur",
        "timme",
        "timmar",
        "time",
        "godzin",
        "час",
    ),
    "day": (
        "day",
        "tag",
        "tage",
        "tagen",
        "jour",
        "día",
        "dia",
        "giorno",
        "giorni",
        "dag",
        "dagen",
        "dagar",
        "dage",
        "dni",
        "день",
    ),
    "week": (
        "week",
        "wk",
        "woche",
        "wochen",
        "semaine",
        "semana",
        "settimana",
        "settimane",
        "weken",
        "vecka",
        "veckor",
        "uge",
    ),
}
_UNIT = {word: unit for unit, words in _AGO.items() for one in words for word in (one, f"{one}s")}
_RELATIVE = re.compile(
    r"(?:\b(?:vor|il y a|hace|há|für)\s+)?\b(\d{1,3}|an?|one|einer?|einem|une?|una?|uno|ein)\s+([^\W\d_]+)\.?"
    r"(?:\s+(ago|fa|atrás|geleden|sedan|siden|temu|назад))?",
    re.IGNORECASE,
)
_TODAY = {
    "today",
    "heute",
    "aujourd'hui",
    "hoy",
    "oggi",
    "hoje",
    "vandaag",
    "idag",
    "i dag",
    "dzisiaj",
    "сегодня",
    "just now",
}
_YESTERDAY = {"yesterday", "gestern", "hier", "ayer", "ieri", "ontem", "gisteren", "igår", "i går", "wczoraj", "вчера"}
_ZONE = re.compile(r"\b(?:UTC|GMT|BST|CET|CEST|EST|EDT|CST|CDT|MST|MDT|PST|PDT|IST|AEST|AEDT|WIB)\b|[+-]\d{2}:\d{2}\b")
_HOURS = {
    "UTC": 0, "GMT": 0, "BST": 1, "CET": 1, "CEST": 2, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6,
    "PST": -8, "PDT": -7, "AEST": 10, "AEDT": 11, "WIB": 7,
}  # fmt: skip
_MONTH_FIRST = ("en-us", "en_us", "es-us", "fil")


def read(
    text: str,
    *,
    language: str | None = None,
    timezone: str = "UTC",
    now: datetime | None = None,
    month_first: bool | None = None,
) -> Moment | None:
    """Find the date in a text and read it; None when there is none that is plainly one.

    A date without time comes back bare; a time without zone is meant in `timezone` (IANA). `now` (aware) is
    needed for words such as `2 hours ago`. `month_first` decides 01/02/2026; without it the language does.
    """
    text = " ".join(text[:400].replace("\u200e", "").replace("\u200f", "").translate(_DIGITS).split())
    if not text or not (any(letter.isdigit() for letter in text) or now):
        return None
    first = month_first if month_first is not None else (language or "").lower().startswith(_MONTH_FIRST)
    for found in _absolute(text, language, timezone, month_first=first):
        if found is not None:
            return found
    return _relative(text, now, timezone) if now else None


_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९", "012345678901234567890123456789")


def _absolute(text: str, language: str | None, zone: str, *, month_first: bool) -> Iterable[Moment | None]:
    if match := _ISO.search(text):
        yield _iso(match, zone)
    if match := _CJK.search(text):
        yield _made(match[1], match[2], match[3], (match[4], match[5], None), text, zone)
    for match in _DAY_MONTH.finditer(text):
        if month := _month(match[2], language):
            yield _made(match[3], month, match[1], match.group(4, 5, 6), text, zone)
    for match in _MONTH_DAY.finditer(text):
        if month := _month(match[1], language):
            yield _made(match[3], month, match[2], match.group(4, 5, 6), text, zone)
    if match := _YEAR_FIRST.search(text):
        yield _made(match[1], match[3], match[4], match.group(5, 6, 7), text, zone)
    for match in _NUMBERS.finditer(text):
        one, other = int(match[1]), int(match[3])
        swap = month_first if one <= 12 and other <= 12 else other > 12
        day, month = (other, one) if swap else (one, other)
        year = match[4] if len(match[4]) == 4 else f"20{match[4]}"
        if len(match[4]) == 4 or match[2] != ".":
            yield _made(year, month, day, match.group(5, 6, 7), text, zone)


def _month(word: str, language: str | None) -> int | None:
    name = word.lower().rstrip(".").replace("ı", "i").replace("i̇", "i")
    plain = word.lower().rstrip(".")
    own = BY_LANGUAGE.get((language or "")[:2], {})
    return own.get(plain) or own.get(name) or MONTHS.get(plain) or MONTHS.get(name)


def _iso(match: re.Match[str], zone: str) -> Moment | None:
    when = _date(match[1], match[2], match[3])
    if when is None or match[4] is None:
        return when
    hour, minute, second = int(match[4]), int(match[5]), int(match[6] or 0)
    if hour > 23 or minute > 59:
        return when
    return datetime(when.year, when.month, when.day, hour, minute, min(second, 59), tzinfo=_offset(match[7], zone))


def _offset(text: str | None, zone: str) -> "timezone | ZoneInfo":
    if text is None:
        return ZoneInfo(zone)
    if text.upper() in {"Z", "UTC", "GMT"}:
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    gap = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(gap if text[0] == "+" else -gap) if gap < timedelta(days=1) else UTC


def _made(
    year: str, month: str | int, day: str | int, clock: tuple[str | None, ...], text: str, zone: str
) -> Moment | None:
    when = _date(year, month, day)
    if when is None or clock[0] is None:
        return when
    hour, minute, half = int(clock[0]), int(clock[1] or 0), (clock[2] or "")[:1].lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59:
        return when
    named = _ZONE.search(text)
    told = ZoneInfo(zone)
    if named:
        told = timezone(timedelta(hours=_HOURS[named[0]])) if named[0] in _HOURS else told  # type: ignore[assignment]
        told = _offset(named[0], zone) if named[0][0] in "+-" else told  # type: ignore[assignment]
    return datetime(when.year, when.month, when.day, hour, minute, tzinfo=told)


def _date(year: str | int, month: str | int, day: str | int) -> date | None:
    try:
        when = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return when if FIRST_YEAR <= when.year <= LAST_YEAR else None


def _relative(text: str, now: datetime, zone: str) -> Moment | None:
    low = text.lower()
    here = now.astimezone(ZoneInfo(zone))
    if len(low) < 40 and any(low == word or low.startswith((f"{word} ", f"{word},")) for word in _TODAY):
        return here.date()
    if len(low) < 40 and any(low == word or low.startswith((f"{word} ", f"{word},")) for word in _YESTERDAY):
        return here.date() - timedelta(days=1)
    match = _RELATIVE.search(low)
    unit = _UNIT.get(match[2]) if match else None
    if match is None or unit is None or not (match[3] or match[0] != match[0].lstrip() or _led(match[0])):
        return None
    count = int(match[1]) if match[1].isdigit() else 1
    then = here - timedelta(**{f"{unit}s": count})
    return then.date() if unit in {"day", "week"} else then.replace(second=0, microsecond=0)


def _led(text: str) -> bool:
    return text.startswith(("vor ", "il y a ", "hace ", "há "))


@lru_cache(maxsize=4096)
def machine(text: str) -> Moment | None:
    """Read a date that a machine wrote: ISO 8601 (RFC 3339), RFC 822 and its broken cousins, W3CDTF; naive is UTC."""
    text = " ".join(text.split())
    if not text or len(text) > 100:
        return None
    if match := _ISO.match(text):
        return _iso(match, "UTC")
    if match := _COMPACT.match(text):
        when = _date(match[1], match[2], match[3])
        if when and match[4]:
            return datetime(
                when.year, when.month, when.day, int(match[4]), int(match[5]), int(match[6] or 0), tzinfo=UTC
            )
        return when
    return _rfc822(text) or read(text)


def _rfc822(text: str) -> datetime | None:
    parts = parsedate_tz(text)
    if parts is None or not FIRST_YEAR <= parts[0] <= LAST_YEAR or ":" not in text:
        return None
    named = next((word for word in text.upper().split() if word in _HOURS), None)
    seconds = parts[9] or (_HOURS[named] * 3600 if named else 0)
    try:
        return datetime(*parts[:5], min(parts[5], 59), tzinfo=timezone(timedelta(seconds=seconds)) if seconds else UTC)
    except ValueError:
        return None


def unix(text: str | float) -> datetime | None:
    """Read seconds or milliseconds since 1970; for values that are known to be such."""
    try:
        number = float(text)
        return datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def in_url(url: str) -> date | None:
    """Read the day that an address names: /2024/10/24/, /2024-10-24-…, 20241024."""
    path = url.split("?", 1)[0]
    match = re.search(r"[/_-]((?:19|20)\d{2})[/_-](\d{1,2})[/_-](\d{1,2})(?!\d)", path)
    match = match or re.search(r"(?<!\d)((?:19|20)\d{2})([01]\d)([0-3]\d)(?!\d)", path)
    return _date(match[1], match[2], match[3]) if match else None


def order(texts: Iterable[str]) -> bool | None:
    """Say from a whole list of numeric dates whether the month comes first; None when they do not tell."""
    month, day = 0, 0
    for text in texts:
        for match in _NUMBERS.finditer(text):
            month += int(match[3]) > 12 >= int(match[1])
            day += int(match[1]) > 12 >= int(match[3])
    return None if month == day else month > day
