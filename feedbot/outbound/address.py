"""The address guard: which addresses may be spoken to."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NOT_PUBLIC = (
    ("0.0.0.0/8", "an unspecified address"),
    ("10.0.0.0/8", "a private address"),
    ("100.100.100.200/32", "a cloud's metadata address"),
    ("100.64.0.0/10", "an address inside a provider's network (CGNAT)"),
    ("127.0.0.0/8", "a loopback address"),
    ("168.63.129.16/32", "a cloud's metadata address"),
    ("169.254.169.254/32", "a cloud's metadata address"),
    ("169.254.0.0/16", "a link-local address"),
    ("172.16.0.0/12", "a private address"),
    ("192.0.0.0/24", "a reserved address"),
    ("192.0.2.0/24", "an address for documentation"),
    ("192.88.99.0/24", "a 6to4 relay's address"),
    ("192.168.0.0/16", "a private address"),
    ("198.18.0.0/15", "an address for benchmarks"),
    ("198.51.100.0/24", "an address for documentation"),
    ("203.0.113.0/24", "an address for documentation"),
    ("224.0.0.0/4", "a multicast address"),
    ("240.0.0.0/4", "a reserved address"),
    ("::/128", "an unspecified address"),
    ("::1/128", "a loopback address"),
    ("::/96", "an IPv4-compatible address"),
    ("fd00:ec2::/32", "a cloud's metadata address"),
    ("fc00::/7", "a private address"),
    ("fe80::/10", "a link-local address"),
    ("fec0::/10", "a site-local address"),
    ("ff00::/8", "a multicast address"),
    ("2001::/32", "a Teredo tunnel's address"),
    ("2001::/23", "a reserved address"),
    ("2001:db8::/32", "an address for documentation"),
    ("2002::/16", "a 6to4 tunnel's address"),
    ("3fff::/20", "an address for documentation"),
)
"""Of the IANA registries of special-purpose addresses, with what they say nothing of: clouds' metadata services."""

_KINDS = tuple((ip_network(network), kind) for network, kind in _NOT_PUBLIC)
_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Guard:
    """Says which addresses may be spoken to: public ones, and those in `networks`."""

    networks: tuple[Network, ...] = ()

    @classmethod
    def allowing(cls, networks: Iterable[str]) -> "Guard":
        """Return a guard that lets `networks` (CIDR) through as well. Raises ValueError on what is no network."""
        return cls(tuple(ip_network(network, strict=False) for network in networks))

    def refusal(self, address: str) -> str | None:
        """Return why `address` may not be spoken to, and how to permit it; None where it may be.

        An IPv4 address in the clothes of IPv6 (RFC 4291 section 2.5.5.2) is judged as what it is.
        """
        ip = ip_address(address)
        meant = (isinstance(ip, IPv6Address) and ip.ipv4_mapped) or ip
        kind = _kind(meant)
        if kind is None or any(ip in network or meant in network for network in self.networks):
            return None
        return f"{address}, {kind}; to permit it, put `network: {{allow: [{_naming(meant)}]}}` into the configuration"


def _kind(ip: Address) -> str | None:
    """Return what kind of address it is where it is not public."""
    for network, kind in _KINDS:
        if ip in network:
            return kind
    if isinstance(ip, IPv4Address) or ip in _UNICAST:
        return None
    if ip in _NAT64:
        inner = IPv4Address(int(ip) & 0xFFFFFFFF)
        inside = _kind(inner)
        return inside and f"the NAT64 form of {inner}, {inside}"
    return "a reserved address"


def _naming(ip: Address) -> str:
    """Return the smallest sensible network that has the address."""
    if ip.is_loopback and isinstance(ip, IPv4Address):
        return "127.0.0.0/8"
    return f"{str(ip).partition('%')[0]}/{ip.max_prefixlen}"
