"""The one who watches over the running service: signs of life, and a clock that is set."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

from feedbot.app import open_app, utc_now
from feedbot.config import load_text
from feedbot.engine import LocalEngine
from feedbot.keeper import Keeper
from feedbot.pulse import STUCK, Pulse
from feedbot.schedule import Shift
from feedbot.service import Service
from feedbot.supervisor import Supervisor
from tests.newsroom import NOW

DAY = timedelta(days=1)
CONFIG = "database: sqlite:///{place}/feedbot.sqlite3\nfeeds_dir: {place}/feeds\n"


class Times:
    """A clock that can be set, and one that only goes on."""

    def __init__(self) -> None:
        self.now = NOW
        self.ticks = 5000.0

    def clock(self) -> datetime:
        return self.now

    def ticking(self) -> float:
        return self.ticks

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.ticks += seconds


class Told(Supervisor):
    """Remembers what it is told."""

    def __init__(self) -> None:
        super().__init__(period=30)
        self.lives = 0
        self.said: list[str] = []

    def alive(self) -> None:
        self.lives += 1

    def status(self, status: str) -> None:
        self.said.append(status)


@pytest.fixture
def times() -> Times:
    return Times()


@pytest.fixture
def service(tmp_path: Path, times: Times) -> Iterator[Service]:
    config = load_text(CONFIG.format(place=tmp_path), str(tmp_path / "feedbot.yaml"), {})
    with open_app(config) as app:
        service = Service(app, lambda: config, clock=times.clock)
        service.pulse = Pulse(clock=times.ticking)
        yield service


def keeper(service: Service, times: Times, told: Told, woken: list[datetime]) -> Keeper:
    return Keeper(service, told, wake=lambda: woken.append(times.now), clock=times.clock, ticking=times.ticking)


def test_signs_of_life_are_given_in_time_and_not_more_often(service: Service, times: Times) -> None:
    told = Told()
    watching = keeper(service, times, told, [])
    for _ in range(60):
        watching.look()
        times.pass_by(1)
    assert told.lives == 6
    assert told.said == ["0 sources, 0 targets"]


def test_a_duty_that_hangs_lets_the_watchdog_bite(service: Service, times: Times) -> None:
    told = Told()
    watching = keeper(service, times, told, [])
    service.pulse.begin("check")
    times.pass_by(STUCK + 1)
    watching.look()
    watching.look()
    assert told.lives == 0
    assert told.said == ["hanging: check"]


@pytest.mark.parametrize("leap", [DAY, -DAY, timedelta(hours=8)])
def test_a_clock_that_is_set_begins_every_duty_once(service: Service, times: Times, leap: timedelta) -> None:
    woken: list[datetime] = []
    watching = keeper(service, times, Told(), woken)
    watching.look()
    times.now += leap
    for _ in range(3):
        watching.look()
        times.pass_by(1)
    assert woken == [NOW + leap]


def test_a_clock_that_is_corrected_a_little_wakes_nobody(service: Service, times: Times) -> None:
    woken: list[datetime] = []
    watching = keeper(service, times, Told(), woken)
    for _ in range(200):
        times.now += timedelta(seconds=0.1)
        times.pass_by(1)
        watching.look()
    assert woken == []


def wait_for(service: Service, duty: str, runs: int) -> bool:
    ends = monotonic() + 20
    while service.pulse.beats()[duty].runs < runs:
        if monotonic() > ends:
            return False
        Event().wait(0.02)
    return True


def test_duties_that_were_planned_for_tomorrow_by_a_wrong_clock_begin_when_woken(service: Service) -> None:
    ahead = [DAY]
    engine = LocalEngine(lambda: utc_now() + ahead[-1], lambda *_: None)
    shift = Shift(service=service, stopping=Event(), tick=0.5, engine=engine)
    shift.begin()
    try:
        ahead.append(timedelta())
        assert "deliver" not in service.pulse.troubles()
        assert service.pulse.beats()["deliver"].runs == 0
        shift.wake()
        assert wait_for(service, "deliver", 2)
        assert wait_for(service, "check", 2)
    finally:
        shift.end()
