"""One look at a source: ask, and where it answers anything new, take that in; one commit."""

from dataclasses import replace
from datetime import datetime

from feedbot.asking import asked, obeyed, on_its_way, remembered
from feedbot.errand import Errand
from feedbot.errors import FetchError
from feedbot.outcome import Checked, Setting
from feedbot.page import NotModified, Page
from feedbot.planning import planned
from feedbot.ports import Clock, Fetcher, Gate, Inbox
from feedbot.source import Health, Source, SourceState
from feedbot.stalling import last_news

__all__ = ["Checked", "Setting", "check"]

WELL = frozenset({Health.FRESH, Health.QUIET})


def check(
    source: Source, setting: Setting, *, fetcher: Fetcher, inbox: Inbox, clock: Clock, gate: Gate | None = None
) -> Checked:
    """Look at `source` once and store what was found, in one transaction.

    Where there is a `gate`, it says what may be asked for, unless the source goes past it.
    Trouble of the source is not an exception but a health; only StoreError is raised.
    """
    before = setting.state or inbox.state(source.id)
    state = obeyed(remembered(before, source), clock())
    setting = replace(setting, state=before)
    gate = gate if source.robots else None
    errand = Errand(fetcher, state.manners, clock(), gate)
    done = _looked(source, setting, state, errand, inbox, clock)
    since, now = state.manners.reread_at, clock()
    if source.follow and since and since <= now and done.health in WELL and not errand.rests:
        from feedbot.rereading import reread  # noqa: PLC0415 - few checks read a page again

        errand = Errand(fetcher, state.manners, now, gate)
        done = reread(source, setting, done, since, errand=errand, inbox=inbox, now=now)
    return replace(done, rests=errand.rests) if errand.rests else done


def _looked(
    source: Source, setting: Setting, state: SourceState, errand: Errand, inbox: Inbox, clock: Clock
) -> Checked:
    """Ask, and store what came of it."""
    answer = _answer(source, state, errand, inbox, clock)
    if isinstance(answer, NotModified):
        return _unmodified(source, setting, state, errand, answer, inbox, clock())

    from feedbot.intake import taken_in  # noqa: PLC0415 - most checks find nothing to read

    done = taken_in(answer, source, state, setting, errand=errand, inbox=inbox, clock=clock)
    if isinstance(done, NotModified):
        return _unmodified(source, setting, state, errand, done, inbox, clock())
    return done


def _answer(
    source: Source, state: SourceState, fetcher: Fetcher, inbox: Inbox, clock: Clock
) -> Page | NotModified | FetchError | None:
    """Return what is answered by the way that is kept to; None where it is time to look for a better one."""
    if last_news(state, inbox, clock()):
        return None
    try:
        return asked(source, on_its_way(source, state), state, fetcher)
    except FetchError as error:
        return error


def _unmodified(
    source: Source,
    setting: Setting,
    state: SourceState,
    errand: Errand,
    answer: NotModified,
    inbox: Inbox,
    now: datetime,
) -> Checked:
    verdict = Health.EMPTY if state.baseline_at is None else Health.QUIET
    manners, due_at = planned(source, setting, state, answer, inbox, now)
    profile = replace(state.profile, doubt=None) if state.profile.doubt else state.profile
    state = state.checked(now=now, due_at=due_at, validators=answer.validators, health=verdict, evidence="not modified")
    inbox.commit(replace(state, profile=profile, manners=errand.learned(manners)))
    return Checked(source_id=source.id, health=verdict, evidence="not modified", due_at=due_at, kind=state.kind)
