"""How the service is, for machines: /healthz, /readyz and /metrics."""

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from ipaddress import ip_address, ip_network

from feedbot.web.answer import Answer, Request, plain

FRESH = {"Cache-Control": "no-store"}


def state(faults: Sequence[str], *, told: bool) -> Answer:
    """Return `ok`, or 503; each fault in a line of its own where it may be `told`."""
    status = HTTPStatus.SERVICE_UNAVAILABLE if faults else HTTPStatus.OK
    said = "\n".join(faults) if told else "not well; the log of feedbot says why"
    return plain(status, said if faults else "ok", FRESH)


def may_read(request: Request, networks: Sequence[str]) -> bool:
    """Say whether a request comes from these networks (CIDR), and whatever it was handed on by does, too."""
    allowed = [ip_network(one, strict=False) for one in networks]
    try:
        places = [ip_address(one) for one in _places(request)]
    except ValueError:
        return False
    return bool(places) and all(any(place in network for network in allowed) for place in places)


def metrics(text: bytes, content_type: str) -> Answer:
    """Return metrics as they are now."""
    return Answer(status=HTTPStatus.OK, headers={"Content-Type": content_type, **FRESH}, body=text)


def _places(request: Request) -> Iterator[str]:
    """Give the address of who connected, and those that proxies name: what they add cannot be taken away."""
    yield request.client
    if "forwarded" in request.headers:
        yield ""  # it names nobody for sure
    for one in request.headers.get("x-forwarded-for", "").split(","):
        if one.strip():
            yield one.strip()
