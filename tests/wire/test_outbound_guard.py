"""The address guard on the wire: nothing is said to an address that nobody allowed."""

import socket
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from feedbot.errors import AddressRefused, FetchError
from feedbot.outbound import Outbound
from tests.wire.origin import Origin, always, serving

LOOPBACK = ("127.0.0.0/8",)
SPELLINGS = (
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "017700000001",
    "127.0.0.1.",
    "localhost",
    "LOCALHOST",
    "①②⑦.0.0.1",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "0",
    "0.0.0.0",
    "[::]",
    "[::1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[2002:7f00:1::]",
    "public.example@127.0.0.1",
    "public.example%23@127.0.0.1",
)


@pytest.fixture(scope="module")
def origin() -> Iterator[Origin]:
    with serving(always(b"inside")) as origin:
        yield origin


@pytest.fixture
def strict() -> Iterator[Outbound]:
    with closing(Outbound("feedbot/test")) as client:
        yield client


def at(*addresses: str) -> Any:
    """Return a look-up that gives the next of `addresses` each time it is asked."""
    left = list(addresses)

    def look_up(host: str, port: int) -> list[Any]:
        found = (address.partition(":") for address in left.pop(0).split())
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, int(other or port))) for address, _, other in found
        ]

    return look_up


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_spelling_of_an_inner_address_passes(strict: Outbound, origin: Origin, spelling: str) -> None:
    before = origin.connections
    with pytest.raises(FetchError):
        strict.get(f"http://{spelling}:{origin.port}/")
    assert origin.connections == before


@pytest.mark.parametrize("spelling", ["127.0.0.1", "127.1", "2130706433", "localhost"])
def test_an_allowed_address_passes_in_any_spelling(strict: Outbound, origin: Origin, spelling: str) -> None:
    assert strict.get(f"http://{spelling}:{origin.port}/", allow=LOOPBACK).body == b"inside"


def test_a_refusal_names_the_address_and_the_remedy(strict: Outbound) -> None:
    with pytest.raises(AddressRefused) as caught:
        strict.get("http://ann:secret@127.1:9/x")
    assert str(caught.value) == (
        "http://127.1:9/x: not asked: it leads to 127.0.0.1, a loopback address; "
        "to permit it, put `network: {allow: [127.0.0.0/8]}` into the configuration"
    )
    assert caught.value.permanent


@pytest.mark.parametrize(
    "place",
    [
        "http://169.254.169.254/latest/meta-data/",
        "//10.0.0.1/",
        "http://[fe80::1]/",
        "http://[fd00:ec2::254]/",
        "http://2852039166/",
        "https://192.168.1.1/",
        "http://100.64.0.1/",
        "http://[64:ff9b::a9fe:a9fe]/",
    ],
)
def test_a_redirect_leads_to_no_inner_address(place: str) -> None:
    onward = always(b"", "302 Found", Location=place)
    refused = pytest.raises(AddressRefused)
    with serving(onward) as origin, closing(Outbound("feedbot/test")) as client, refused as caught:
        client.get(origin.url, allow=LOOPBACK)
    assert f"(redirected from {origin.url})" in str(caught.value)


def test_a_redirect_from_outside_leads_to_no_loopback(origin: Origin) -> None:
    onward = always(b"", "302 Found", Location=origin.url.replace("127.0.0.1", "127.0.0.2"))
    with serving(onward) as outside, closing(Outbound("feedbot/test")) as client, pytest.raises(AddressRefused):
        client.get(outside.url, allow=("127.0.0.1/32",))


def test_a_name_that_changes_its_address_between_two_looks_gains_nothing(origin: Origin) -> None:
    look_up = at("127.0.0.1", "10.0.0.1")
    with closing(Outbound("feedbot/test", allow=LOOPBACK, look_up=look_up)) as client:
        assert client.get(f"http://news.example:{origin.port}/").body == b"inside"
        client.close()
        with pytest.raises(AddressRefused):
            client.get(f"http://news.example:{origin.port}/")


def test_only_the_permitted_addresses_of_a_name_are_tried(origin: Origin) -> None:
    with closing(Outbound("feedbot/test", allow=LOOPBACK, look_up=at("10.0.0.1 169.254.169.254 127.0.0.1"))) as client:
        assert client.get(f"http://news.example:{origin.port}/").body == b"inside"


def test_the_next_address_of_a_name_is_tried_where_one_does_not_answer(origin: Origin) -> None:
    with closing(Outbound("feedbot/test", allow=LOOPBACK, look_up=at("127.0.0.1:1 127.0.0.1"))) as client:
        assert client.get(f"http://news.example:{origin.port}/").body == b"inside"


def test_a_kept_connection_of_one_source_is_not_lent_to_another() -> None:
    with serving(always(b"inside")) as origin, closing(Outbound("feedbot/test")) as client:
        assert client.get(origin.url, allow=LOOPBACK).body == b"inside"
        for allow in ((), ("10.0.0.0/8",)):
            with pytest.raises(AddressRefused):
                client.get(origin.url, allow=allow)
        with pytest.raises(AddressRefused):
            client.post(origin.url, body=b"", headers={})
    assert len(origin.requests) == 1


def test_a_post_is_guarded_too(strict: Outbound, origin: Origin) -> None:
    with pytest.raises(AddressRefused):
        strict.post(origin.url, body=b"", headers={})


def test_proxies_of_the_environment_are_not_used(origin: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    with closing(Outbound("feedbot/test", allow=LOOPBACK)) as client:
        assert client.get(origin.url).body == b"inside"
