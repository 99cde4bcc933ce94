"""What the store promises of alerts."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from feedbot.alert import Alert
from feedbot.ports import Alarms
from feedbot.store import open_store
from tests.fakes import MemoryStore
from tests.newsroom import NOW

MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["memory", "sqlite"])
def alarms(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Alarms]:
    if request.param == "memory":
        yield MemoryStore()
    else:
        with open_store(f"sqlite:///{tmp_path}/feedbot.sqlite3") as opened:
            yield opened


def alert(key: str = "source:board", cause: str = "HTTP 500", minutes: int = 0) -> Alert:
    since = NOW + minutes * MINUTE
    return Alert(key=key, kind="source", subject="board", cause=cause, remedy="Wait.", since=since)


def test_an_alert_that_is_up_keeps_its_beginning_and_takes_the_new_words(alarms: Alarms) -> None:
    alarms.raise_alert(alert())
    alarms.raise_alert(alert(cause="HTTP 502", minutes=3))
    (one,) = alarms.alarms()
    assert (one.up, one.alert.since, one.alert.cause) == (True, NOW, "HTTP 502")


def test_clearing_what_never_was_is_harmless(alarms: Alarms) -> None:
    alarms.clear_alert("source:board", at=NOW)
    assert not alarms.alarms()


def test_an_end_is_remembered_until_it_was_told(alarms: Alarms) -> None:
    alarms.raise_alert(alert())
    alarms.told(alarms.alarms()[0], "raised")
    alarms.clear_alert("source:board", at=NOW + MINUTE)
    alarms.clear_alert("source:board", at=NOW + 9 * MINUTE)
    (one,) = alarms.alarms()
    assert one.over_at == NOW + MINUTE
    alarms.told(one, "cleared")
    assert not alarms.alarms()


def test_what_came_up_anew_in_the_meantime_is_not_taken_as_told(alarms: Alarms) -> None:
    alarms.raise_alert(alert())
    (first,) = alarms.alarms()
    alarms.clear_alert("source:board", at=NOW + MINUTE)
    alarms.raise_alert(alert(minutes=2))
    alarms.told(first, "raised")
    assert [one.told for one in alarms.alarms()] == [None]


def test_the_oldest_alert_comes_first(alarms: Alarms) -> None:
    alarms.raise_alert(alert("source:new", minutes=2))
    alarms.raise_alert(alert("source:old"))
    assert [one.alert.key for one in alarms.alarms()] == ["source:old", "source:new"]
