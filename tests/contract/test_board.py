"""What every Board promises to `announce`."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from feedbot.feed import FeedId
from feedbot.notice import Notice
from feedbot.ports import Board
from feedbot.store import open_store
from tests.board import MemoryBoard
from tests.newsroom import NOW

HUB = "https://hub.example/"
HOUR = timedelta(hours=1)


class Wall(NamedTuple):
    board: Board
    publish: Callable[[dict[str, str]], None]

    def untold(self, hub: str = HUB, *, after: timedelta = timedelta()) -> list[tuple[str, str, int]]:
        found = self.board.untold(hub, now=NOW + after)
        return [(notice.name, notice.digest, notice.attempts) for notice in found]

    def told(self, name: str, digest: str) -> None:
        self.board.post(HUB, Notice(name=name, digest=digest, attempts=1, told=True))

    def failed(self, name: str, digest: str, *, attempts: int = 1, wait: timedelta | None = HOUR) -> None:
        due = NOW + wait if wait else None
        self.board.post(HUB, Notice(name=name, digest=digest, attempts=attempts, due_at=due, reason="no"))


@pytest.fixture(params=["memory", "sqlite"])
def wall(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Wall]:
    if request.param == "memory":
        board = MemoryBoard()
        yield Wall(board, board.files.update)
    else:
        with open_store(f"sqlite:///{tmp_path}/feedbot.sqlite3") as store:
            yield Wall(store, lambda digests: store.shelved(FeedId("office"), "", 1, digests))


def test_a_hub_is_owed_every_file_that_it_was_not_told_of(wall: Wall) -> None:
    wall.publish({"b.json": "1", "a.json": "1"})
    assert wall.untold() == [("a.json", "1", 0), ("b.json", "1", 0)]
    wall.told("a.json", "1")
    assert wall.untold() == [("b.json", "1", 0)]
    assert len(wall.untold("https://other.example/")) == 2


def test_a_file_that_changes_again_is_told_again(wall: Wall) -> None:
    wall.publish({"a.json": "1"})
    wall.told("a.json", "1")
    wall.publish({"a.json": "2"})
    assert wall.untold() == [("a.json", "2", 0)]


def test_a_failed_try_waits_for_its_time_and_is_counted(wall: Wall) -> None:
    wall.publish({"a.json": "1"})
    wall.failed("a.json", "1")
    assert wall.untold() == []
    assert wall.untold(after=HOUR) == [("a.json", "1", 1)]


def test_a_hub_that_fails_is_not_asked_sooner_because_there_is_more_to_tell(wall: Wall) -> None:
    wall.publish({"a.json": "1"})
    wall.failed("a.json", "1", attempts=3)
    wall.publish({"a.json": "2"})
    assert wall.untold() == []
    assert wall.untold(after=HOUR) == [("a.json", "2", 3)]


def test_what_was_given_up_rests_until_the_file_changes(wall: Wall) -> None:
    wall.publish({"a.json": "1"})
    wall.failed("a.json", "1", attempts=10, wait=None)
    assert wall.untold(after=100 * HOUR) == []
    wall.publish({"a.json": "2"})
    assert wall.untold() == [("a.json", "2", 0)]


def test_a_failure_forgets_nothing_that_was_told(wall: Wall) -> None:
    wall.publish({"a.json": "1"})
    wall.told("a.json", "1")
    wall.publish({"a.json": "2"})
    wall.failed("a.json", "2")
    wall.publish({"a.json": "1"})
    assert wall.untold(after=HOUR) == [], "the hub knows this content"


def test_notices_are_equal_whoever_kept_them(wall: Wall) -> None:
    wall.publish({"a.json": "1"})
    [notice] = wall.board.untold(HUB, now=NOW)
    assert notice == replace(notice, name="a.json", digest="1", attempts=0, told=False)
