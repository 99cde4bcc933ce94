"""What Leases promise to those who share work."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from feedbot.ports import Leases
from feedbot.store import open_store, share_store
from tests.newsroom import NOW
from tests.postgresql import Server

MINUTE = timedelta(minutes=1)
SOON, LATER = NOW + MINUTE, NOW + 2 * MINUTE


@pytest.fixture(params=["sqlite", "postgresql", "shared"])
def leases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Leases]:
    if request.param == "sqlite":
        with open_store(f"sqlite:///{tmp_path}/feedbot.sqlite3") as opened:
            yield opened
        return
    server: Server = request.getfixturevalue("server")
    name = server.made(like=request.getfixturevalue("prepared"))
    try:
        with (share_store if request.param == "shared" else open_store)(server.url(name)) as opened:
            yield opened
    finally:
        server.dropped(name)


def test_one_has_what_others_do_not_get(leases: Leases) -> None:
    assert leases.lease("host:example.org", holder="a", now=NOW, until=SOON)
    assert leases.lease("host:example.org", holder="b", now=NOW, until=SOON) is None
    assert leases.lease("host:example.net", holder="b", now=NOW, until=SOON)


def test_what_ran_out_is_for_the_next_one_who_gets_a_higher_token(leases: Leases) -> None:
    first = leases.lease("tick", holder="a", now=NOW, until=SOON)
    second = leases.lease("tick", holder="b", now=SOON, until=LATER)
    assert first is not None
    assert second is not None
    assert second.token > first.token


def test_what_is_renewed_does_not_run_out(leases: Leases) -> None:
    mine = leases.lease("tick", holder="a", now=NOW, until=SOON)
    assert mine is not None
    assert leases.renew([mine], until=LATER) == [mine]
    assert leases.lease("tick", holder="b", now=SOON, until=LATER) is None


def test_who_came_late_is_told_what_is_lost_and_harms_nobody(leases: Leases) -> None:
    late = leases.lease("tick", holder="a", now=NOW, until=SOON)
    other = leases.lease("else", holder="a", now=NOW, until=SOON)
    assert late is not None
    assert other is not None
    assert leases.lease("tick", holder="b", now=SOON, until=LATER)
    assert leases.renew([late, other], until=LATER + MINUTE) == [other]
    leases.release(late, at=NOW)
    assert leases.lease("tick", holder="c", now=SOON, until=LATER) is None


def test_what_is_given_back_is_free_from_the_time_that_is_given(leases: Leases) -> None:
    mine = leases.lease("host:example.org", holder="a", now=NOW, until=LATER)
    assert mine is not None
    leases.release(mine, at=SOON)
    assert leases.lease("host:example.org", holder="b", now=NOW, until=LATER) is None
    assert leases.renew([mine], until=LATER) == []
    assert leases.lease("host:example.org", holder="b", now=SOON, until=LATER)
