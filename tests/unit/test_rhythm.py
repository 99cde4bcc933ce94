from datetime import UTC, datetime, timedelta

import pytest

from feedbot.cadence import check_cron
from feedbot.page import Validators
from feedbot.rhythm import next_due
from feedbot.source import Health, Source, SourceId, SourceState

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ID = SourceId("news")


def test_a_source_is_due_again_after_its_interval_and_at_most_a_tenth_more() -> None:
    source = Source(id=ID, url="https://example.org/", every=timedelta(hours=1))
    assert next_due(source, NOW, 0.0) == NOW + timedelta(hours=1)
    assert next_due(source, NOW, 0.5) == NOW + timedelta(minutes=63)


def test_a_source_that_says_nothing_is_checked_every_half_hour() -> None:
    assert next_due(Source(id=ID, url="https://example.org/"), NOW, 0.0) == NOW + timedelta(minutes=30)


def test_a_cron_line_is_read_in_the_time_zone_of_the_source() -> None:
    source = Source(id=ID, url="https://example.org/", cron="30 8 * * mon-fri", timezone="America/New_York")
    assert next_due(source, NOW, 0.9) == datetime(2026, 11, 23, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "* * * *", "61 * * * *", "* * * * noday", "@daily please"])
def test_a_wrong_cron_line_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="not a cron line of five fields"):
        check_cron(text)


def test_a_failing_source_waits_twice_as_long_each_time_up_to_a_day_and_never_gives_up() -> None:
    state, waits = SourceState(source_id=ID), []
    for _ in range(9):
        state = state.failed(now=NOW, health=Health.DOWN, evidence="503", every=timedelta(minutes=30))
        assert state.due_at
        waits.append((state.due_at - NOW) / timedelta(minutes=30))
    assert waits == [1, 2, 4, 8, 16, 32, 48, 48, 48]
    assert (state.failures, state.failing_since) == (9, NOW)


def test_what_the_server_asked_for_is_obeyed_up_to_a_day() -> None:
    state = SourceState(source_id=ID)
    for asked, waited in [(timedelta(hours=3), timedelta(hours=3)), (timedelta(days=3650), timedelta(days=1))]:
        after = state.failed(
            now=NOW, health=Health.DOWN, evidence="429", every=timedelta(minutes=30), retry_after=asked
        )
        assert after.due_at == NOW + waited


def test_a_failure_forgets_nothing_and_an_answer_ends_it() -> None:
    kept = Validators(etag='"1"')
    state = SourceState(source_id=ID, validators=kept, baseline_at=NOW)
    failed = state.failed(now=NOW, health=Health.DOWN, evidence="503", every=timedelta(minutes=30))
    assert (failed.validators, failed.baseline_at) == (kept, NOW)
    well = failed.checked(now=NOW, due_at=NOW, validators=kept, health=Health.QUIET)
    assert (well.failures, well.failing_since, well.health) == (0, None, Health.QUIET)
