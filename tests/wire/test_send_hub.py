"""A hub on loopback is told of a change."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs

import pytest

from feedbot.errors import SendError
from feedbot.outbound import Outbound
from feedbot.send import HubSender
from tests.newsroom import NOW
from tests.wire.origin import always, serving

TOPIC = "https://news.example/feeds/a.json?x=1&y=2"


@pytest.fixture
def outbound() -> Iterator[Outbound]:
    client = Outbound("feedbot/test", allow=("127.0.0.0/8",))
    yield client
    client.close()


def test_it_is_told_the_address_in_the_way_that_hubs_take(outbound: Outbound) -> None:
    with serving(always(status="202 Accepted")) as origin:
        hub = HubSender(f"{origin.url}publish", outbound, lambda: NOW)
        assert hub.tell(TOPIC).reply == "127.0.0.1 answered 202"
    [request] = origin.requests
    assert (request.method, request.path) == ("POST", "/publish")
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(request.body.decode()) == {"hub.mode": ["publish"], "hub.url": [TOPIC], "hub.topic": [TOPIC]}


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        ("404 Not Found", True),
        ("400 Bad Request", True),
        ("429 Slow", False),
        ("503 Busy", False),
        ("302 Found", False),
    ],
)
def test_an_answer_that_is_no_yes_is_understood(outbound: Outbound, status: str, permanent: bool) -> None:  # noqa: FBT001 - a case
    with serving(always(status=status, Retry_After="90")) as origin, pytest.raises(SendError, match=status[:3]) as told:
        HubSender(origin.url, outbound, lambda: NOW).tell(TOPIC)
    assert told.value.permanent is permanent
    assert told.value.retry_after == timedelta(seconds=90)


def test_a_hub_in_a_private_network_is_told_only_if_the_configuration_says_so() -> None:
    closed = Outbound("feedbot/test")
    with serving(always()) as origin, pytest.raises(SendError, match="could not be told") as told:
        HubSender(origin.url, closed, lambda: NOW).tell(TOPIC)
    closed.close()
    assert origin.requests == []
    assert told.value.permanent
