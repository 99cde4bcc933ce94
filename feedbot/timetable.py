"""Timetable: how often a source is looked at in each hour of its week, written down in one letter for each."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import log

HOURS = 168
"""Of a week; the first one is that after midnight on Monday."""
_LETTERS = "".join(chr(code) for code in range(35, 118) if chr(code) != "\\")
"""One for each pace that is told apart, the slowest first; none that JSON would have to escape."""
_SLOWEST, _STEP = 0.004, 1.09
"""Looks in an hour that the first letter stands for, and how many times more each next one does."""
_PACES = {letter: _SLOWEST * _STEP**number for number, letter in enumerate(_LETTERS)}


def written(paces: Sequence[float]) -> str:
    """Return the timetable for so many looks in each hour of the week; paces are rounded by up to a twentieth."""
    steps = (round(log(max(one, _SLOWEST) / _SLOWEST) / log(_STEP)) for one in paces)
    return "".join(_LETTERS[min(step, len(_LETTERS) - 1)] for step in steps)


def wait(timetable: str, there: datetime, most: timedelta) -> timedelta:
    """Return how long to wait from `there`, a time in the source's zone, for the next look; `most` at the longest."""
    hour, left = there.weekday() * 24 + there.hour, 1.0 - (there.minute * 60 + there.second) / 3600
    done = passed = 0.0
    longest = most / timedelta(hours=1)
    while passed < longest:
        pace = _PACES.get(timetable[hour % HOURS], _SLOWEST)
        if done + pace * left >= 1:
            return timedelta(hours=min(passed + (1 - done) / pace, longest))
        done, passed, hour, left = done + pace * left, passed + left, hour + 1, 1.0
    return most


def is_one(text: str) -> bool:
    """Say whether `text` is a whole timetable."""
    return len(text) == HOURS
