"""Signs of life: what hangs, what fails, and since when."""

from datetime import timedelta

import pytest

from feedbot.pulse import LATE, STUCK, Pulse
from tests.newsroom import NOW

HOUR = timedelta(hours=1)


class Ticking:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticking() -> Ticking:
    return Ticking()


@pytest.fixture
def pulse(ticking: Ticking) -> Pulse:
    return Pulse(clock=ticking)


def test_a_duty_that_gets_on_does_not_hang_however_long_it_takes(pulse: Pulse, ticking: Ticking) -> None:
    pulse.begin("check")
    for _ in range(50):
        ticking.now += STUCK - 1
        pulse.step("check")
    assert not pulse.hanging()


def test_a_duty_without_a_step_hangs(pulse: Pulse, ticking: Ticking) -> None:
    pulse.begin("check")
    pulse.step("check")
    ticking.now += STUCK + 1
    assert pulse.hanging() == {"check": timedelta(seconds=STUCK + 1)}
    pulse.end("check", NOW)
    assert not pulse.hanging()


def test_a_duty_that_does_not_begin_again_hangs(pulse: Pulse, ticking: Ticking) -> None:
    pulse.expect("check", rests=10)
    pulse.begin("check")
    pulse.end("check", NOW)
    ticking.now += 10 + LATE
    assert not pulse.hanging()
    ticking.now += 1
    assert [*pulse.hanging()] == ["check"]


def test_a_duty_that_follows_from_another_may_rest_for_ever(pulse: Pulse, ticking: Ticking) -> None:
    pulse.begin("publish")
    pulse.end("publish", NOW)
    ticking.now += 100 * STUCK
    assert not pulse.hanging()


def test_trouble_is_told_since_its_first_failure_until_a_run_ends_well(pulse: Pulse) -> None:
    for hours, error in enumerate(["the disk is full", "still full"]):
        pulse.begin("check")
        pulse.end("check", NOW + hours * HOUR, error)
    (trouble,) = pulse.troubles().values()
    assert (trouble.what, trouble.since) == ("still full", NOW)
    pulse.end("check", NOW + 2 * HOUR)
    assert not pulse.troubles()
    beat = pulse.beats()["check"]
    assert (beat.runs, beat.failures, beat.ended_at) == (3, 2, NOW + 2 * HOUR)


def test_a_duty_that_fails_rests_ever_longer_and_not_at_all_once_it_ends_well(pulse: Pulse, ticking: Ticking) -> None:
    waits = []
    for _ in range(9):
        pulse.begin("check")
        pulse.end("check", NOW, "the disk is full")
        began = ticking.now
        while pulse.rests("check"):
            ticking.now += 1
        waits.append(ticking.now - began)
    assert waits == [2, 4, 8, 16, 32, 64, 120, 120, 120]
    pulse.end("check", NOW)
    assert not pulse.rests("check")
    assert not pulse.rests("deliver")
