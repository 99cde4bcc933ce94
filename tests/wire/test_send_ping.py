"""Signs of life reach who notices silence, and their address is told to nobody."""

from collections.abc import Iterator

import pytest

from feedbot.errors import SendError
from feedbot.outbound import Outbound
from feedbot.send import Pinger
from tests.wire.origin import always, serving


@pytest.fixture
def outbound() -> Iterator[Outbound]:
    client = Outbound("feedbot/test", allow=("127.0.0.0/8",))
    yield client
    client.close()


def test_life_is_asked_for_and_trouble_is_told_in_words(outbound: Outbound) -> None:
    with serving(always()) as origin:
        Pinger(outbound).ask(f"{origin.url}abc?create=1")
        Pinger(outbound).tell(f"{origin.url}abc/fail", "deliver: the disk is full; ünd so weiter")
    alive, trouble = origin.requests
    assert (alive.method, alive.path) == ("GET", "/abc?create=1")
    assert (trouble.method, trouble.path) == ("POST", "/abc/fail")
    assert trouble.body.decode() == "deliver: the disk is full; ünd so weiter"


def test_a_refusal_names_the_host_and_not_the_address(outbound: Outbound) -> None:
    with serving(always(status="404 Not Found")) as origin, pytest.raises(SendError) as told:
        Pinger(outbound).ask(f"{origin.url}secret")
    assert str(told.value) == "127.0.0.1 answered a ping with 404"


def test_silence_names_the_host_and_not_the_address(outbound: Outbound) -> None:
    with pytest.raises(SendError) as told:
        Pinger(outbound).ask("http://127.0.0.1:9/secret")
    assert "127.0.0.1" in str(told.value)
    assert "secret" not in str(told.value)


def test_a_private_address_is_pinged_only_if_the_configuration_says_so() -> None:
    closed = Outbound("feedbot/test")
    with serving(always()) as origin, pytest.raises(SendError) as told:
        Pinger(closed).ask(f"{origin.url}secret")
    closed.close()
    assert origin.requests == []
    assert "secret" not in str(told.value)
