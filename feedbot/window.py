"""Window: the hours of a week in which a source may be looked at, such as `mon-fri 07:00-19:00`."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """Hours from `begin` on, before `end`, that begin on one of `days` (0 is Monday); `end` may be on the next day."""

    days: frozenset[int]
    begin: time
    end: time

    def opens(self, there: datetime) -> datetime:
        """Return when it is open at or next after `there`, a time in the zone that it is meant in."""
        for ahead in range(-1, 9):
            day = there.date() + DAY * ahead
            if day.weekday() not in self.days:
                continue
            begin = datetime.combine(day, self.begin, there.tzinfo)
            end = datetime.combine(day + (DAY if self.end <= self.begin else timedelta()), self.end, there.tzinfo)
            if there < end:
                return max(there, begin)
        return there


def window(text: str) -> Window:
    """Return the window that `text` says. Raises ValueError, with the reason, where it says none."""
    found = re.fullmatch(r"(?:([a-z, -]+) )?(\d\d?):(\d\d) ?- ?(\d\d?):(\d\d)", text.strip().lower())
    if not found:
        raise ValueError(f"{text!r} is no window of hours")
    try:
        begin, end = time(int(found[2]), int(found[3])), time(int(found[4]) % 24, int(found[5]))
    except ValueError:
        raise ValueError(f"{text!r} holds no time of the day") from None
    if int(found[4]) > 24:
        raise ValueError(f"{text!r} holds no time of the day")
    return Window(days=_days(found[1] or "mon-sun"), begin=begin, end=end)


def first_open(windows: tuple[Window, ...], there: datetime) -> datetime:
    """Return when any of `windows` is open at or next after `there`; at once where there are none."""
    return min((one.opens(there) for one in windows), default=there)


def _days(text: str) -> frozenset[int]:
    days: set[int] = set()
    for part in text.replace(" ", "").split(","):
        first, dash, last = part.partition("-")
        if first not in DAYS or (dash and last not in DAYS):
            raise ValueError(f"{part!r} is no day of the week")
        begin = DAYS.index(first)
        count = (DAYS.index(last) - begin) % 7 if dash else 0
        days |= {(begin + ahead) % 7 for ahead in range(count + 1)}
    return frozenset(days)
