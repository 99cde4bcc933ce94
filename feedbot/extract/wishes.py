"""What an RSS feed says of how often it wants to be asked: `ttl`, `skipHours`, `skipDays`."""

from datetime import timedelta

from feedbot.extract.part import Part
from feedbot.page import Wishes

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST = timedelta(days=7)
"""A longer `ttl` says no more than this one."""


def wishes_of(part: Part) -> Wishes:
    """Return what a channel wishes; what makes no sense is left out, and so are lists that leave nothing."""
    minutes = part.word("ttl")
    count = int(minutes) if minutes.isascii() and minutes.isdigit() and len(minutes) < 9 else 0
    hours = {int(one) % 24 for one in _inner(part, "skiphours") if one.isascii() and one.isdigit() and int(one) <= 24}
    days = {DAYS.index(one) for one in _inner(part, "skipdays") if one in DAYS}
    return Wishes(
        ttl=min(timedelta(minutes=count), MOST) or None,
        skip_hours=tuple(sorted(hours)) if len(hours) < 24 else (),
        skip_days=tuple(sorted(days)) if len(days) < 7 else (),
    )


def _inner(part: Part, field: str) -> list[str]:
    return [(one.text or "").strip().lower()[:12] for element in part.all(field)[:1] for one in element]
