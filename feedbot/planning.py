"""Planning: when a source is looked at next, by what it says and by what was learned of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from feedbot import rhythm
from feedbot.habits import MEMORY, Moment, learned
from feedbot.item import Item
from feedbot.manners import Manners
from feedbot.outcome import Setting
from feedbot.page import NotModified, Page
from feedbot.ports import Inbox
from feedbot.source import Source, SourceState
from feedbot.timetable import written


def planned(
    source: Source,
    setting: Setting,
    state: SourceState,
    answer: Page | NotModified,
    inbox: Inbox,
    now: datetime,
    items: Sequence[Item] = (),
) -> tuple[Manners, datetime]:
    """Return when the source is due after a look that went well, behind its manners with what was learned for that.

    `items` are those that the look brought.
    """
    manners = state.manners
    if rhythm.learns(source) and (state.baseline_at or items) and manners.wants_lesson(now):
        manners = _lesson(source, state, inbox, now, items)
    past = rhythm.Past(timetable=manners.timetable, wishes=manners.wishes(answer.wishes.fresh))
    return manners, rhythm.next_due(source, now, setting.jitter, past)


def _lesson(source: Source, state: SourceState, inbox: Inbox, now: datetime, items: Sequence[Item]) -> Manners:
    """Learn when the source publishes."""
    moments = [Moment(published=one.published_at, seen=one.first_seen) for one in items]
    if state.baseline_at is not None:
        moments += inbox.moments(source.id, MEMORY)
    habits = learned(moments, ZoneInfo(source.timezone), now, since=state.baseline_at or now)
    return replace(state.manners, timetable=written(habits.paces()), learned_at=now)
