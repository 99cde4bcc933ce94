"""What the store promises of alerts."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import pytest

from feedbot.alert import Alarm, Alert, Telling
from feedbot.bulletin import bulletin, owed_to, summary_of
from feedbot.ports import Alarms
from feedbot.store import open_store
from tests.fakes import MemoryStore
from tests.newsroom import LEASE, NOW, OPS, Ports

MINUTE = timedelta(minutes=1)


class Store(Alarms, Ports, Protocol):
    """What alerts need of a store."""


@pytest.fixture(params=["memory", "sqlite"])
def alarms(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
    else:
        with open_store(f"sqlite:///{tmp_path}/feedbot.sqlite3") as opened:
            yield opened


def alert(key: str = "source:board", cause: str = "HTTP 500", minutes: int = 0) -> Alert:
    since = NOW + minutes * MINUTE
    return Alert(key=key, kind="source", subject="board", cause=cause, remedy="Wait.", since=since)


def told(alarms: Alarms, alarm: Alarm, telling: Telling) -> bool:
    item = bulletin(alarm, telling, "UTC", NOW)
    return alarms.tell(alarm, telling, item, owed_to(item, telling, [OPS], NOW))


def test_an_alert_that_is_up_keeps_its_beginning_and_takes_the_new_words(alarms: Store) -> None:
    alarms.raise_alert(alert())
    alarms.raise_alert(alert(cause="HTTP 502", minutes=3))
    (one,) = alarms.alarms()
    assert (one.up, one.alert.since, one.alert.cause) == (True, NOW, "HTTP 502")


def test_clearing_what_never_was_is_harmless(alarms: Store) -> None:
    alarms.clear_alert("source:board", at=NOW)
    assert not alarms.alarms()


def test_an_end_is_remembered_until_it_was_told(alarms: Store) -> None:
    alarms.raise_alert(alert())
    assert told(alarms, alarms.alarms()[0], "raised")
    alarms.clear_alert("source:board", at=NOW + MINUTE)
    alarms.clear_alert("source:board", at=NOW + 9 * MINUTE)
    (one,) = alarms.alarms()
    assert one.over_at == NOW + MINUTE
    assert told(alarms, one, "cleared")
    assert not alarms.alarms()


def test_what_came_up_anew_in_the_meantime_is_not_taken_as_told(alarms: Store) -> None:
    alarms.raise_alert(alert())
    (first,) = alarms.alarms()
    alarms.clear_alert("source:board", at=NOW + MINUTE)
    alarms.raise_alert(alert(minutes=2))
    assert not told(alarms, first, "raised")
    assert [one.told for one in alarms.alarms()] == [None]


def test_the_oldest_alert_comes_first(alarms: Store) -> None:
    alarms.raise_alert(alert("source:new", minutes=2))
    alarms.raise_alert(alert("source:old"))
    assert [one.alert.key for one in alarms.alarms()] == ["source:old", "source:new"]


def test_what_is_told_is_owed_to_its_hearers_like_any_item(alarms: Store) -> None:
    alarms.raise_alert(alert())
    assert told(alarms, alarms.alarms()[0], "raised")
    alarms.clear_alert("source:board", at=NOW)
    assert told(alarms, alarms.alarms()[0], "cleared")
    owed = alarms.claim(OPS, now=NOW, lease=LEASE, limit=9)
    assert [(one.event, one.revision) for one in owed] == [("raised", 1), ("cleared", 2)]
    assert len({one.item_id for one in owed}) == 1, "the end is told under the mail of the beginning"


def test_what_was_told_is_not_told_again_by_who_looked_before(alarms: Store) -> None:
    alarms.raise_alert(alert())
    (seen,) = alarms.alarms()
    assert told(alarms, seen, "raised")
    assert not told(alarms, seen, "raised")


def test_the_summary_of_a_day_is_owed_once(alarms: Store) -> None:
    item = summary_of(NOW.date(), "All is well", ["9 items came"], NOW)
    assert alarms.post_bulletin(item, owed_to(item, "published", [OPS], NOW))
    assert not alarms.post_bulletin(item, owed_to(item, "published", [OPS], NOW))
    assert len(alarms.claim(OPS, now=NOW, lease=LEASE, limit=9)) == 1


def test_built_in_sources_are_never_due(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/feedbot.sqlite3") as store:
        store.raise_alert(alert())
        assert told(store, store.alarms()[0], "raised")
        assert not store.due(None, NOW)
