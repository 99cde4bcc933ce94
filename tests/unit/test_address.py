"""Which addresses may be spoken to."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedbot.outbound.address import Guard

REFUSED = {
    "unspecified": ["0.0.0.0", "0.1.2.3", "::"],
    "loopback": ["127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1"],
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "fc00::1", "fdff::1", "::ffff:10.1.2.3"],
    "link-local": ["169.254.0.1", "fe80::1", "fe80::1%eth0", "febf::1", "::ffff:169.254.1.1"],
    "CGNAT": ["100.64.0.1", "100.127.255.255"],
    "metadata": ["169.254.169.254", "100.100.100.200", "168.63.129.16", "fd00:ec2::254", "::ffff:169.254.169.254"],
    "multicast": ["224.0.0.1", "239.255.255.255", "ff02::1", "ff0e::1"],
    "reserved": [
        "192.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "2001:20::1",
        "100::1",
        "5f00::1",
        "64:ff9b:1::1",
        "4000::1",
    ],
    "documentation": ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"],
    "benchmarks": ["198.18.0.1", "198.19.255.255"],
    "site-local": ["fec0::1", "feff::1"],
    "IPv4-compatible": ["::8.8.8.8", "::127.0.0.1", "::2"],
    "6to4": ["2002:7f00:1::", "2002:a00:1::1", "2002:808:808::1", "192.88.99.1"],
    "Teredo": ["2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001::1"],
    "NAT64": ["64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b::10.0.0.1"],
}
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "169.253.255.255",
    "172.15.255.255",
    "172.32.0.0",
    "192.167.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2606:4700::1111",
    "2a00:1450::1",
    "2001:4860:4860::8888",
    "2003::1",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
]


@pytest.mark.parametrize(("kind", "address"), [(kind, one) for kind, some in REFUSED.items() for one in some])
def test_what_is_not_public_is_refused_and_named(kind: str, address: str) -> None:
    refusal = Guard().refusal(address)
    assert refusal is not None
    assert refusal.startswith(f"{address}, ")
    assert kind in refusal


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_passes(address: str) -> None:
    assert Guard().refusal(address) is None


@pytest.mark.parametrize(("kind", "address"), [(kind, one) for kind, some in REFUSED.items() for one in some])
def test_the_remedy_of_a_refusal_permits_that_address(kind: str, address: str) -> None:
    refusal = Guard().refusal(address) or ""
    network = refusal.partition("allow: [")[2].partition("]")[0]
    assert Guard.allowing([network]).refusal(address) is None


@pytest.mark.parametrize(
    ("network", "address"),
    [("127.0.0.0/8", "::ffff:127.0.0.1"), ("10.1.2.3/8", "10.9.9.9"), ("fd00::/8", "fd12::1"), ("::1", "::1")],
)
def test_an_allowed_network_opens_its_addresses(network: str, address: str) -> None:
    assert Guard.allowing([network]).refusal(address) is None


@pytest.mark.parametrize(
    ("network", "address"),
    [
        ("127.0.0.0/8", "::1"),
        ("10.0.0.0/8", "64:ff9b::10.0.0.1"),
        ("10.0.0.0/8", "2002:a00:1::"),
        ("10.0.0.0/9", "10.200.0.1"),
    ],
)
def test_an_allowed_network_opens_no_other_address(network: str, address: str) -> None:
    assert Guard.allowing([network]).refusal(address) is not None


def test_what_is_no_network_is_not_taken_for_one() -> None:
    with pytest.raises(ValueError, match="example"):
        Guard.allowing(["example.org"])


@given(st.ip_addresses())
def test_nothing_passes_that_python_holds_for_private(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if (Guard().refusal(str(address))) is None:
        inner = getattr(address, "ipv4_mapped", None) or address
        assert not (inner.is_private or inner.is_multicast or inner.is_reserved) or str(inner).startswith("64:ff9b::")
