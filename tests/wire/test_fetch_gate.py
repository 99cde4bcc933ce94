"""robots.txt over HTTP: asked for once a day, remembered, and what each answer means."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from feedbot.errors import AddressRefused, FetchError, Unwelcome
from feedbot.fetch import RobotsGate
from feedbot.outbound import Outbound
from feedbot.robots import Robots
from tests.wire.origin import Request, always, answering, page, serving

LOOPBACK = ("127.0.0.0/8",)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
CLOSED = b"User-agent: *\nDisallow: /private\n"


class Shelf:
    """Remembers as the store does."""

    def __init__(self) -> None:
        self.known: dict[str, Robots] = {}

    def robots(self, origin: str) -> Robots | None:
        return self.known.get(origin)

    def keep_robots(self, robots: Robots) -> None:
        self.known[robots.origin] = robots


@pytest.fixture
def outbound() -> Iterator[Outbound]:
    with closing(Outbound("feedbot/test (+ops@example.org)")) as client:
        yield client


def welcome(gate: RobotsGate, url: str, now: datetime = NOW) -> bool:
    try:
        gate.admit(url, allow=LOOPBACK, now=now)
    except Unwelcome:
        return False
    return True


def test_it_is_asked_for_once_a_day_also_by_a_later_process(outbound: Outbound) -> None:
    shelf = Shelf()
    with serving(always(CLOSED)) as origin:
        first = RobotsGate(outbound, shelf)
        assert [welcome(first, f"{origin.url}{path}") for path in ("news", "private/1")] == [True, False]
        later = RobotsGate(outbound, shelf)
        assert [welcome(later, f"{origin.url}{path}") for path in ("news", "private/1")] == [True, False]
        assert [one.path for one in origin.requests] == ["/robots.txt"]
        assert welcome(later, f"{origin.url}news", NOW + DAY)
        assert len(origin.requests) == 2


def test_what_it_cost_is_told_once(outbound: Outbound) -> None:
    gate = RobotsGate(outbound, Shelf())
    with serving(always(CLOSED)) as origin:
        costs = [gate.admit(f"{origin.url}news", allow=LOOPBACK, now=NOW).cost.requests for _ in range(2)]
    assert costs == [1, 0]


@pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden", "410 Gone", "401 Unauthorized"])
def test_where_there_is_none_everything_is_open(outbound: Outbound, status: str) -> None:
    with serving(always(b"Disallow: /", status)) as origin:
        assert welcome(RobotsGate(outbound, Shelf()), f"{origin.url}news")


@pytest.mark.parametrize("status", ["500 Internal Server Error", "503 Service Unavailable", "429 Too Many Requests"])
def test_where_nobody_can_tell_everything_is_closed_and_it_is_said_why(outbound: Outbound, status: str) -> None:
    gate = RobotsGate(outbound, Shelf())
    with serving(always(b"", status)) as origin:
        for _ in range(2):
            with pytest.raises(FetchError, match=rf"gives no answer \({status}.*robots: ignore") as caught:
                gate.admit(f"{origin.url}news", allow=LOOPBACK, now=NOW)
        assert not isinstance(caught.value, Unwelcome)
        assert len(origin.requests) == 1


def test_what_was_said_before_holds_while_nobody_answers(outbound: Outbound) -> None:
    answers = [page(CLOSED), page(b"", "503 Service Unavailable")]

    def answer(_: Request) -> bytes:
        return answers.pop(0)

    gate = RobotsGate(outbound, Shelf())
    with serving(answering(answer)) as origin:
        assert welcome(gate, f"{origin.url}news")
        assert welcome(gate, f"{origin.url}news", NOW + DAY)
        assert not welcome(gate, f"{origin.url}private/1", NOW + DAY)
    assert not answers


def test_redirects_lead_to_it_and_too_many_to_none(outbound: Outbound) -> None:
    def answer(request: Request) -> bytes:
        return page(CLOSED) if request.path == "/r" else page(b"", "301 Moved", Location="/r")

    def circle(_: Request) -> bytes:
        return page(b"", "301 Moved", Location="/robots.txt")

    with serving(answering(answer)) as origin:
        assert not welcome(RobotsGate(outbound, Shelf()), f"{origin.url}private/1")
    with serving(answering(circle)) as origin:
        assert welcome(RobotsGate(outbound, Shelf()), f"{origin.url}private/1")


def test_an_address_that_is_not_open_is_refused_as_ever(outbound: Outbound) -> None:
    with serving(always(CLOSED)) as origin, pytest.raises(AddressRefused):
        RobotsGate(outbound, Shelf()).admit(origin.url, allow=(), now=NOW)
