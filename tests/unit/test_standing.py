"""Everything in a few numbers."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from feedbot.delivery import State
from feedbot.source import Health, SourceId
from feedbot.standing import Summary, summary
from feedbot.store import SourceStanding, TargetStanding
from feedbot.target import TargetState
from tests.newsroom import BOARD, NOW, OPS, state

MINUTE = timedelta(minutes=1)


def source(due_at: datetime | None, health: Health | None = Health.QUIET) -> SourceStanding:
    return SourceStanding(state=state(due_at=due_at, health=health), items=0, newest=None)


def sources(*due: int | None) -> dict[SourceId, SourceStanding]:
    """Return sources that are due so many minutes from now; None: never checked."""
    return {
        SourceId(f"s{n}"): source(None, None) if minutes is None else source(NOW + minutes * MINUTE)
        for n, minutes in enumerate(due)
    }


def target(counts: Mapping[State, int], oldest: datetime | None = None) -> TargetStanding:
    return TargetStanding(state=TargetState(target_id=OPS), counts=counts, oldest_due=oldest)


def test_nothing_stands_where_nothing_is() -> None:
    assert summary({}, {}, NOW) == Summary()


def test_sources_are_counted_by_health_and_those_never_checked_are_due() -> None:
    said = summary(sources(-3, 5, None), {}, NOW)
    assert said.sources == {"quiet": 2, "unchecked": 1}
    assert (said.overdue, said.lag_seconds, said.next_check) == (2, 180, None)


def test_while_nothing_is_due_the_next_check_is_told() -> None:
    said = summary(sources(7, 5), {}, NOW)
    assert (said.overdue, said.lag_seconds, said.next_check) == (0, 0, NOW + 5 * MINUTE)


def test_the_queue_of_all_targets_is_one() -> None:
    first = target({State.PENDING: 2, State.LEASED: 1, State.SENT: 9}, NOW - MINUTE)
    second = target({State.DEAD: 4, State.PENDING: 1}, NOW)
    said = summary({}, {OPS: first, BOARD: second}, NOW, process="42")
    assert (said.owed, said.dead, said.oldest_due, said.process) == (4, 4, NOW - MINUTE, "42")
