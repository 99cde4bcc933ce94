"""Dates whose month is a word, in whatever order day and year stand around it."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from feedbot.extract.months import WORD, in_one_word, month_of
from feedbot.extract.stamps import day_of, full_year

_ORD = r"(?:st|nd|rd|th|er|ère|e|ème|eme|ste|de|os|ος|η|a|ra|º|ª|°|\.)?"
_GAP = r"(?:[\s.,/'’–-]|\b(?:de|del|d|of|the|dne|den|di|ta|a|i|mí|na|van|o)\b){0,5}"
_TO = r"\s*(?:-|–|—|\bto\b|\bbis\b|\band\b|&|\bau\b|\bal\b|\ba\b|\btil\b|\bund\b|\bet\b|\be\b|\by\b|,)\s*"

_DAY_BEFORE = re.compile(
    rf"(?<![\d:$€£])(?<!\d[.,/])(?:(?P<first>\d{{1,2}}){_ORD}{_TO})?(?<!\d)(?<!\b[a-z])(?P<day>\d{{1,2}}){_ORD}{_GAP}$",
    re.IGNORECASE,
)
_YEAR_BEFORE = re.compile(r"(?<!\d)(\d{4})(?:[\s.,/-]|ko\b|eko\b|\bm\b|\bgada\b){0,4}$", re.IGNORECASE)
_YEAR_AND_DAY_BEFORE = re.compile(r"(?<!\d)(\d{4})\.?\s?(?:gada|metų)?\s(\d{1,2})\.?\s?$", re.IGNORECASE)
_CLOCK = r"(?:\s\d\d?:\d\d(?::\d\d)?(?:\s?[ap]m)?(?:\s(?:[A-Z]{3,5}|[+-]\d{4}))?)?"
_YEAR_AFTER = re.compile(
    rf"\.?(?:[\s,./’'-]|\b(?:de|del|d|of|year|anno|năm|พ\.ศ\.)\b){{0,6}}{_CLOCK}\s?(?P<year>\d{{4}})(?!\d|[:]\d|[.,]\d)",
    re.IGNORECASE,
)
_SHORT_YEAR_AFTER = re.compile(
    r"\.?(?P<mark>[-./ ]|\s?['’])(?P<year>\d\d)(?![\d:.,h]|\s?(?:[ap]\.?m|h\b|uhr|%|million|people))", re.IGNORECASE
)
_DAY_AFTER = re.compile(
    rf"\.?[\s.,/-]{{0,3}}(?P<day>\d{{1,2}})(?!\d|:|\.\d){_ORD}(?:{_TO}\d{{1,2}}(?!\d){_ORD})?(?:[\s,./’'-]|\bof\b){{0,4}}{_CLOCK}\s?"
    r"(?P<year>\d{4})?(?!\d)",
    re.IGNORECASE,
)
_TAIL = re.compile(
    rf"\.?{_TO}(?:\w{{2,12}}\W{{1,3}})?(?:\d{{1,2}}{_ORD}\s?[^\W\d_]{{3,14}}|[^\W\d_]{{3,14}}\.?\s\d{{1,2}}{_ORD})[\s,.]{{1,3}}(?:de\s)?(\d{{4}})(?!\d)",
    re.IGNORECASE,
)
_TAIL_AFTER_DAY = re.compile(rf"\.?\s?\d{{1,2}}{_ORD}{_TAIL.pattern[3:]}", re.IGNORECASE)
_AROUND = re.compile(
    r"[\W\d_]+|\b(?:published|posted|updated|written|added|on|date|by|at|am|pm|the|of|uhr|um|den|le|el|il|de|kl|"
    r"mon|tue|wed|thu|fri|sat|sun|[^\W\d_]{2,7}day|veröffentlicht|publié|publicado)\b",
    re.IGNORECASE,
)


class Found(NamedTuple):
    """A day that stands in a text, and where."""

    start: int
    end: int
    day: date


def written(text: str, language: str | None, now: datetime | None, last: int) -> Iterator[Found]:
    """Give the dates of `text` whose month is a word; one without a year only with `now`, in the nearest past."""
    text = in_one_word(text)
    for match in WORD.finditer(text):
        word = match[0]
        if not 2 <= len(word) <= 20:
            continue
        month = month_of(word, language)
        if month is not None:
            found = _around(text, match, month, last) or (_yearless(text, match, month, now, last) if now else None)
            if found is not None:
                yield found


def _around(text: str, name: re.Match[str], month: int, last: int) -> Found | None:
    """Read day and year before and after the name of a month."""
    left, right = text[max(0, name.start() - 40) : name.start()], text[name.end() : name.end() + 60]
    before = name.start() - len(left)
    day = _DAY_BEFORE.search(left)
    if day and (year := _year(right, name, left)):
        return _found(before + day.start(), name.end() + year[1], year[0], month, day["first"] or day["day"], last)
    after = _DAY_AFTER.match(right)
    if after and after["year"]:
        return _found(name.start(), name.end() + after.end(), after["year"], month, after["day"], last)
    if after and (tail := _TAIL_AFTER_DAY.match(right)):
        return _found(name.start(), name.end() + after.end("day"), tail[1], month, after["day"], last)
    both = _YEAR_AND_DAY_BEFORE.search(left)
    if both:
        return _found(before + both.start(), name.end(), both[1], month, both[2], last)
    first = _YEAR_BEFORE.search(left)
    if first and after:
        return _found(before + first.start(), name.end() + after.end("day"), first[1], month, after["day"], last)
    return None


def _year(right: str, name: re.Match[str], left: str) -> tuple[str, int] | None:
    """Return the year after a month, and where it ends; of a range, the year that its end has."""
    if found := _YEAR_AFTER.match(right):
        return found["year"], found.end("year")
    if found := _TAIL.match(right):
        return found[1], 0
    short = _SHORT_YEAR_AFTER.match(right)
    if short and (short["mark"] != " " or (len(name[0]) <= 4 and left[-1:].isspace())):
        return short["year"], short.end("year")
    return None


def _found(start: int, end: int, year: str, month: int, day: str, last: int) -> Found | None:
    number = full_year(year)
    if 2533 <= number <= 2643:
        number -= 543
    when = day_of(number, month, day, last)
    return Found(start, end, when) if when else None


def _yearless(text: str, name: re.Match[str], month: int, now: datetime, last: int) -> Found | None:
    """Read `10 May` where the text is nothing but a date."""
    if (
        len(text) > 40
        or re.search(r"\d{3}", text)
        or len(_AROUND.sub("", text[: name.start()] + " " + text[name.end() :])) > 3
    ):
        return None
    left, right = text[: name.start()], text[name.end() :]
    before, after = _DAY_BEFORE.search(left), _DAY_AFTER.match(right)
    number = (before["first"] or before["day"]) if before else after["day"] if after else ""
    end = name.end() + (after.end("day") if after and not before else 0)
    tomorrow = now.date() + timedelta(days=1)
    for year in (now.year + 1, now.year, now.year - 1):
        day = day_of(year, month, number, last) if number else None
        if day and day <= tomorrow:
            return Found(before.start() if before else name.start(), end, day)
    return None
