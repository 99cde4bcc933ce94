"""The time of day that stands beside a date, and the zone that it is said in."""

import re
from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

_FIXED = {
    "UTC": 0, "GMT": 0, "UT": 0, "Z": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2,
    "EET": 2, "EEST": 3, "MSK": 3, "TRT": 3, "SAST": 2, "EAT": 3, "WAT": 1, "CAT": 2, "GST": 4, "PKT": 5,
    "WIB": 7, "WITA": 8, "WIT": 9, "ICT": 7, "SGT": 8, "HKT": 8, "PHT": 8, "AWST": 8, "JST": 9, "KST": 9, "AEST": 10,
    "AEDT": 11, "NZST": 12, "NZDT": 13, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8,
    "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10, "AST": -4, "ADT": -3, "BRT": -3, "ART": -3,
}  # fmt: skip
_HALVES = {"IST": 330, "ACST": 570, "ACDT": 630, "NST": -210, "NDT": -150, "NPT": 345}
_PLACES = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
    "EASTERN": "America/New_York",
}
_AT_HOME = {
    "IST": ("Europe/Dublin", "Europe/London", "Asia/Jerusalem", "Asia/Kolkata"),
    "BST": ("Asia/Dhaka",),
    "CST": ("Asia/Shanghai", "Asia/Taipei", "America/Havana"),
    "AST": ("Asia/Riyadh", "Asia/Baghdad", "Asia/Kuwait"),
    "EST": ("Australia/Sydney", "Australia/Melbourne", "Australia/Brisbane"),
    "GST": ("Asia/Dubai",),
}
"""Zones where a name means the local time, which elsewhere has another meaning."""

_NAMES = "|".join(sorted((*_FIXED, *_HALVES, *_PLACES), key=len, reverse=True))
ZONE = (
    rf"(?P<zone>(?:UTC|GMT)\s?[+\-−]\s?\d{{1,2}}(?::?\d{{2}})?(?!\d)|[+\-−]\d{{2}}:?\d{{2}}(?!\d)"
    rf"|(?-i:{_NAMES})(?![^\W\d_]))"
)
"""How a zone is written: an offset, or a name in capitals."""

_LED = (
    r"at|à|à las|a las|a les|às|as|alle|ore|ora|om|um|kl|klo|klokken|ob|u|o|v|ve|в|във|о|об|у|στις|ώρα|saat|pukul|jam"
    r"|lúc|godz|godzina|vers|den|de|time|klokka|h"
)
_BEFORE_NOON = "午前|上午|오전|凌晨|早上|صباحا|ص"
_AFTER_NOON = "午後|下午|오후|晚上|مساء|م"
_HALF = r"(?P<half>[ap]\.?\s?m\b\.?)"
_CLOCK = (
    r"(?P<hour>\d{1,2})(?:(?P<mark>:|[.h]|\sh\s?|時|时|點|点|시\s?)(?P<minute>[0-5]\d)(?!\d)"
    r"(?::(?P<second>[0-6]\d))?(?:[.,]\d{1,9})?"
    rf"\s?(?P<uhr>uhr\b|h\b|hrs?\b|น\.|分|분)?\s?{_HALF}?|\s?(?P<only>[ap]\.?\s?m\b\.?|uhr\b|h(?=\s*$)))"
)
_AFTER = re.compile(
    rf"(?:t(?=\d)|[\s,;|•·@()/–—-]|r\.|г\.|\.(?=\s)|日|\b(?P<led>{_LED})\b\.?:?"
    rf"|\b[^\W\d_]{{2,12}}day\b|(?P<cjk>{_BEFORE_NOON}|{_AFTER_NOON}))"
    rf"{{0,7}}(?<![\d.]){_CLOCK}(?:\s?\(?{ZONE})?",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"(?<![\d:.,]){_CLOCK}(?:\s?\(?{ZONE}\)?)?[\s,;|•·/–—-]{{0,4}}(?:[^\W\d_]{{1,12}}\.?[\s,;|•·/–—-]{{1,3}}){{0,2}}$",
    re.IGNORECASE,
)


class Clock(NamedTuple):
    """A time of day; `zone` is None where none is said."""

    hour: int
    minute: int
    second: int
    zone: tzinfo | None


def clock_beside(text: str, start: int, end: int, timezone: str) -> Clock | None:
    """Return the time of day that stands right after `text[start:end]`, or right before it."""
    after = text[end : end + 60]
    if any(letter.isdigit() for letter in after) and (found := _AFTER.match(after)):
        return _clock(found, after[found.end() :], found["led"] or "", found["cjk"] or "", timezone)
    before = text[max(0, start - 50) : start]
    if ":" in before or "m" in before.lower():
        found = _BEFORE.search(before)
        return _clock(found, "", "", "", timezone) if found else None
    return None


def _clock(found: re.Match[str], rest: str, led: str, noon: str, timezone: str) -> Clock | None:
    half = (found["half"] or found["only"] or "")[:1].lower()
    hour, minute, second = int(found["hour"]), int(found["minute"] or 0), min(int(found["second"] or 0), 59)
    if found["mark"] == "." and not (led or found["uhr"] or found["half"] or not rest.strip(" .)|")):
        return None
    if half in {"a", "p"} or noon:
        after_noon = half == "p" or noon in _AFTER_NOON.split("|")
        hour = hour % 12 + 12 * after_noon if 1 <= hour <= 12 else hour
    if hour > 23:
        return None
    zone = zone_of(found["zone"], timezone) if found["zone"] else None
    return Clock(hour, minute, second, zone)


@lru_cache(maxsize=1024)
def zone_of(name: str, home: str = "UTC") -> tzinfo | None:
    """Return the zone that `name` means to people in the zone `home` (IANA); None for an unknown one."""
    word = name.strip().upper().replace("−", "-")
    if home in _AT_HOME.get(word, ()):
        return ZoneInfo(home)
    if word in _PLACES:
        return ZoneInfo(_PLACES[word])
    if word in _HALVES:
        return timezone(timedelta(minutes=_HALVES[word]))
    if word in _FIXED:
        return timezone(timedelta(hours=_FIXED[word])) if _FIXED[word] else UTC
    return _offset(word)


def _offset(word: str) -> tzinfo | None:
    found = re.fullmatch(r"(?:UTC|GMT)?\s?([+-])\s?(\d{1,2}):?(\d{2})?", word)
    if found is None:
        return None
    gap = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    if gap > timedelta(hours=15):
        return None
    return (timezone(gap if found[1] == "+" else -gap)) if gap else UTC
