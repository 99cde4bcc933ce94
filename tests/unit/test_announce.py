from datetime import timedelta

import pytest

from feedbot.announce import PATIENCE, Announced, announce
from feedbot.delivery import BACKOFF, Failed, Sent
from feedbot.errors import SendError
from feedbot.notice import Notice, settle_notice
from tests.board import FakeHub, MemoryBoard
from tests.newsroom import NOW

TOPICS = {name: f"https://news.example/feeds/{name}" for name in ("a.json", "b.json", "c.json", "d.json")}
OWED = Notice(name="a.json", digest="1")


def announced(board: MemoryBoard, hub: FakeHub, *, after: timedelta = timedelta(), stop: bool = False) -> Announced:
    return announce(TOPICS, board=board, hub=hub, clock=lambda: NOW + after, jitter=lambda: 0.0, stop=lambda: stop)


def test_the_hub_hears_of_every_change_once() -> None:
    board, hub = MemoryBoard({"a.json": "1", "b.json": "1"}), FakeHub()

    assert announced(board, hub).told == 2
    assert hub.topics == [TOPICS["a.json"], TOPICS["b.json"]]
    assert announced(board, hub).notices == ()

    board.files["b.json"] = "2"
    assert announced(board, hub).told == 1


def test_the_hub_never_hears_of_what_is_no_topic() -> None:
    hub = FakeHub()
    assert announced(MemoryBoard({"private-t0ken.json": "1", "index.html": "1"}), hub).notices == ()
    assert hub.topics == []


def test_a_hub_that_fails_is_told_later_and_then_knows() -> None:
    board, hub = MemoryBoard({"a.json": "1"}), FakeHub(failures=[SendError("down")])

    [notice] = announced(board, hub).notices
    assert (notice.told, notice.reason, notice.due_at) == (False, "down", NOW + BACKOFF[0])
    assert announced(board, hub).notices == ()
    assert announced(board, hub, after=BACKOFF[0]).told == 1


def test_a_hub_that_fails_again_and_again_is_left_alone_for_this_pass() -> None:
    board, hub = MemoryBoard(dict.fromkeys(TOPICS, "1")), FakeHub(failures=[SendError("down")] * 9)

    assert len(announced(board, hub).notices) == PATIENCE
    assert len(board.untold(hub.url, now=NOW)) == len(TOPICS) - PATIENCE


def test_nothing_is_begun_when_asked_to_stop() -> None:
    hub = FakeHub()
    announced(MemoryBoard({"a.json": "1"}), hub, stop=True)
    assert hub.topics == []


def test_a_notice_that_the_hub_took_is_settled() -> None:
    settled = settle_notice(OWED, Sent("202"), now=NOW, jitter=0)
    assert (settled.told, settled.due_at, settled.attempts) == (True, None, 1)


@pytest.mark.parametrize("attempts", range(len(BACKOFF)))
def test_a_notice_is_tried_ever_more_rarely(attempts: int) -> None:
    settled = settle_notice(Notice(name="a", digest="1", attempts=attempts), Failed("no"), now=NOW, jitter=0)
    assert settled.due_at == NOW + BACKOFF[attempts]


def test_a_notice_is_given_up_after_the_last_try_or_a_refusal_for_good() -> None:
    last = Notice(name="a", digest="1", attempts=len(BACKOFF))
    assert settle_notice(last, Failed("no"), now=NOW, jitter=0).due_at is None
    assert settle_notice(OWED, Failed("no such topic", permanent=True), now=NOW, jitter=0).due_at is None


@pytest.mark.parametrize(("asked", "waits"), [(1, BACKOFF[0]), (3600, timedelta(hours=1)), (10**9, timedelta(days=1))])
def test_the_wait_that_a_hub_asks_for_is_kept_up_to_a_day(asked: int, waits: timedelta) -> None:
    settled = settle_notice(OWED, Failed("busy", retry_after=timedelta(seconds=asked)), now=NOW, jitter=0)
    assert settled.due_at == NOW + waits
