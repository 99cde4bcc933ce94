"""Dates that a machine wrote: ISO 8601, RFC 822 and their broken cousins, seconds since 1970."""

import re
from datetime import UTC, date, datetime, timedelta

from feedbot.extract.clock import ZONE, zone_of
from feedbot.extract.months import month_of

Moment = datetime | date
FIRST_YEAR, LAST_YEAR = 1990, 2100
"""What lies outside these years is no date of news."""

_RFC822 = re.compile(
    rf"(?:[^\W\d_]{{2,10}}\.?,?\s*)?(\d{{1,2}})[\s-]([^\W\d_]{{3,9}})\.?,?[\s-](\d{{4}}|\d\d)(?:,?\s+(\d{{1,2}}):(\d\d)(?::(\d\d))?"
    rf"(?:\.\d+)?\s*(?P<half>[AaPp][Mm])?\s*\(?{ZONE}?)?",
)
_ASCTIME = re.compile(
    rf"(?:[^\W\d_]{{3,9}},?\s+)?([^\W\d_]{{3,9}})\.?\s+(\d{{1,2}}),?\s+(\d{{1,2}}):(\d\d):(\d\d)\s+(?:{ZONE}\s+)?(\d{{4}})\b"
)
_ISO = re.compile(
    r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})(?:(?:\s*[Tt]\s*|\s+|:|(?=\d{4}(?:\d\d)?\b))(\d{1,2})(?::?(\d\d)(?::?(\d\d)(?:[.,:]\d+)?)?)?\s*"
    rf"(?P<half>[AaPp][Mm])?\s*{ZONE.replace('(?-i:', '(?:')}?)?(?!\d)"
)
_ORDINAL = re.compile(r"(\d{4})-?(\d{3})(?=$|T)")
_UNIX = re.compile(r"1\d{9}(?:\.\d+|\d{3})?|[5-9]\d{8}")


def stamp(text: str) -> Moment | None:
    """Return the moment that `text` is in one of the forms of machines; a time without zone is UTC."""
    size = len(text)
    if size < 8 or size > 100:
        return None
    if text[0].isdigit():
        found = _iso(text, size)
        if found is not None or text[:4].isdigit():
            return found if found is not None else _loose(text)
    return _rfc822(text) or _asctime(text)


def unix(text: str | float) -> datetime | None:
    """Read seconds or milliseconds since 1970; for values that are known to be such."""
    try:
        number = float(text)
        when = datetime.fromtimestamp(int(number / 1000 if abs(number) > 1e11 else number), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return when if FIRST_YEAR <= when.year <= LAST_YEAR else None


def day_of(year: str | int, month: str | int, day: str | int, last: int = LAST_YEAR) -> date | None:
    """Return the day of these numbers; None where there is none, or it lies too far away."""
    number = int(year)
    if not FIRST_YEAR <= number <= last:
        return None
    try:
        return date(number, int(month), int(day))
    except ValueError:
        return None


def _iso(text: str, size: int) -> Moment | None:
    try:
        if size <= 10:
            plain = date.fromisoformat(text)
            return plain if FIRST_YEAR <= plain.year <= LAST_YEAR else None
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not FIRST_YEAR <= when.year <= LAST_YEAR:
        return None
    return when.replace(microsecond=0, tzinfo=when.tzinfo or UTC)


def _loose(text: str) -> Moment | None:
    """Read what is nearly ISO 8601, and seconds since 1970."""
    if _UNIX.fullmatch(text):
        return unix(text)
    if (found := _ORDINAL.match(text)) and 1 <= int(found[2]) <= 366:
        start = day_of(found[1], 1, 1)
        return start and start + timedelta(days=int(found[2]) - 1)
    found = _ISO.match(text)
    if found is None or (not found[2] and len(found[3] + found[4]) < 4):
        return None
    return _at(day_of(found[1], found[3], found[4]), (found[5], found[6], found[7]), found["half"], found["zone"])


def _rfc822(text: str) -> Moment | None:
    found = _RFC822.match(text)
    month = month_of(found[2]) if found else None
    if found is None or month is None:
        return None
    return _at(day_of(full_year(found[3]), month, found[1]), found.group(4, 5, 6), found["half"], found["zone"])


def _asctime(text: str) -> Moment | None:
    found = _ASCTIME.match(text)
    month = month_of(found[1]) if found else None
    if found is None or month is None:
        return None
    return _at(day_of(found[7], month, found[2]), found.group(3, 4, 5), None, found["zone"])


def full_year(text: str) -> int:
    """Return the year that two or four digits mean (RFC 2822 section 4.3)."""
    year = int(text)
    return year if len(text) > 2 else year + (2000 if year < 70 else 1900)


def _at(day: date | None, clock: tuple[str | None, ...], half: str | None, zone: str | None) -> Moment | None:
    if day is None or clock[0] is None:
        return day
    hour, minute, second = int(clock[0]), int(clock[1] or 0), min(int(clock[2] or 0), 59)
    if half and 1 <= hour <= 12:
        hour = hour % 12 + 12 * (half[0] in "pP")
    later = timedelta(days=1) if hour == 24 and not minute else timedelta()
    if (hour > 23 and not later) or minute > 59:
        return day
    tz = (zone_of(zone) if zone else None) or UTC
    return datetime(day.year, day.month, day.day, hour % 24, minute, second, tzinfo=tz) + later
