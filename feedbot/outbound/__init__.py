"""The only HTTP client: guarded addresses, bounded time, sizes and redirects. Tries once.

What a server answers, whatever its status, is an Answer; what keeps it from answering whole is a FetchError.
"""

import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Literal
from urllib.parse import urljoin

from requests import PreparedRequest, RequestException
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse
from urllib3.exceptions import HTTPError

from feedbot.errors import FetchError
from feedbot.outbound import trouble
from feedbot.outbound.address import Guard
from feedbot.outbound.answer import Answer
from feedbot.outbound.coding import Unusable, decoded
from feedbot.outbound.exchange import Exchange
from feedbot.outbound.line import Certificate, LineAdapter, LookUp, showing, system_look_up, tls_context
from feedbot.outbound.place import Place, login, shown

__all__ = ["Answer", "Limits", "Outbound", "login", "shown"]

REDIRECTS = frozenset({301, 302, 303, 307, 308})
FOR_GOOD = frozenset({301, 308})
CHUNK = 65_536
Method = Literal["POST", "PUT", "OPTIONS"]
OVERHEAD = 500_000
"""Bytes beside a body that an exchange may take: headers, frames, redirects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one request: seconds to connect and for all of it, bytes of the decoded body, redirects."""

    connect: float = 10.0
    total: float = 30.0
    max_bytes: int = 5_000_000
    redirects: int = 5


class Outbound:
    """Sends requests, from any number of threads. `user_agent` names us and a contact.

    `allow` names networks (CIDR) that may be reached although they are private, beside those of each request;
    `look_up` says where a host is, and `trust` makes a TLS context that knows whom to trust.
    """

    def __init__(
        self,
        user_agent: str,
        *,
        limits: Limits = Limits(),
        allow: tuple[str, ...] = (),
        look_up: LookUp = system_look_up,
        trust: Callable[[], ssl.SSLContext] = tls_context,
    ) -> None:
        self._headers = {"User-Agent": user_agent, "Accept-Encoding": "gzip, deflate"}
        self._limits = limits
        self._allow = allow
        self._look_up = look_up
        self._trust = trust
        self._adapters: dict[tuple[frozenset[str], Certificate | None], LineAdapter] = {}
        self._lock = threading.Lock()

    @cached_property
    def tls(self) -> ssl.SSLContext:
        """The one TLS context; its authorities are loaded once, when it is first wanted."""
        return self._trust()

    @property
    def user_agent(self) -> str:
        """What every request says of who asks."""
        return self._headers["User-Agent"]

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] = {},
        allow: tuple[str, ...] = (),
        deadline: timedelta | None = None,
    ) -> Answer:
        """Get `url`, following redirects; every hop is guarded, and all share one deadline, earlier if `deadline` is.

        Raises FetchError (AddressRefused, Overdue).
        """
        place = Place.of(url, headers)
        total = self._limits.total
        exchange = self._exchange(place.url, min(total, deadline.total_seconds()) if deadline else total)
        seen, moved, for_good = {place.url}, "", True
        for _ in range(self._limits.redirects + 1):
            answer = self._ask("GET", place, None, exchange, allow)
            location = answer.headers.get("Location") if answer.status in REDIRECTS else None
            if location is None:
                return replace(answer, moved=moved, requests=exchange.hops, received=exchange.total)
            place = _onward(place, location, seen, exchange)
            for_good &= answer.status in FOR_GOOD
            moved = place.url if for_good else moved
        raise FetchError(f"{exchange.url}: more than {self._limits.redirects} redirects", permanent=True)

    def post(
        self,
        url: str,
        *,
        body: bytes,
        headers: Mapping[str, str],
        allow: tuple[str, ...] = (),
        deadline: timedelta | None = None,
        method: Method = "POST",
        certificate: Certificate | None = None,
    ) -> Answer:
        """Post `body` within `deadline` (that of all requests); a redirect is an answer like any other.

        `certificate` names the files of a client certificate and of its key, in PEM. Addresses that are posted to are
        often secrets: errors name only the origin. Raises FetchError (AddressRefused, Overdue).
        """
        place = Place.of(url, {"Content-Length": str(len(body)), **headers})
        seconds = deadline.total_seconds() if deadline else self._limits.total
        exchange = self._exchange(urljoin(place.url, "/"), seconds)
        return self._ask(method, place, body, exchange, allow, certificate)

    def close(self) -> None:
        """Close every connection that is kept."""
        with self._lock:
            adapters, self._adapters = self._adapters, {}
        for adapter in adapters.values():
            adapter.close()

    def _exchange(self, url: str, seconds: float) -> Exchange:
        return Exchange(url, seconds=seconds, max_bytes=self._limits.max_bytes + OVERHEAD)

    def _ask(
        self,
        method: str,
        place: Place,
        body: bytes | None,
        exchange: Exchange,
        allow: tuple[str, ...],
        certificate: Certificate | None = None,
    ) -> Answer:
        while True:
            exchange.begin()
            try:
                request = self._request(method, place, body)
                raw = self._adapter(allow, certificate).ask(request, exchange)
                leads_on = method == "GET" and _leads_on(raw)
                body_read = _skipped(raw) if leads_on else _body(raw, self._limits.max_bytes, exchange)
                return Answer(url=request.url or place.url, status=raw.status, headers=raw.headers, body=body_read)
            except (RequestException, HTTPError, OSError, ValueError) as error:
                if method != "GET" or not exchange.stale:
                    raise FetchError(f"{exchange.url}: {trouble.of_answer(error)}") from error

    def _request(self, method: str, place: Place, body: bytes | None) -> PreparedRequest:
        request = PreparedRequest()
        try:
            request.prepare_url(place.url, None)
        except RequestException as error:
            raise FetchError(f"{place.url}: not a URL that can be asked: {error}", permanent=True) from error
        request.method, request.body = method, body
        request.headers = CaseInsensitiveDict(self._headers | dict(place.headers))
        return request

    def _adapter(self, allow: tuple[str, ...], certificate: Certificate | None) -> LineAdapter:
        """Connections are shared only by requests that may reach the same networks, and show the same certificate."""
        networks = frozenset((*self._allow, *allow))
        with self._lock:
            if (networks, certificate) not in self._adapters:
                guard = Guard.allowing(sorted(networks))
                adapter = LineAdapter(guard, self._look_up, self._contexts(certificate), connect=self._limits.connect)
                self._adapters[networks, certificate] = adapter
            return self._adapters[networks, certificate]

    def _contexts(self, certificate: Certificate | None) -> Callable[[], ssl.SSLContext]:
        return (lambda: self.tls) if certificate is None else showing(certificate, self._trust)


def _onward(place: Place, location: str, seen: set[str], exchange: Exchange) -> Place:
    """Return where a redirect leads. Raises FetchError where that is a place it came from, or none to ask."""
    try:
        there = place.onward(location)
    except FetchError as error:
        raise FetchError(f"{exchange.url}: redirects to where it cannot be followed: {error}", permanent=True) from None
    if there.url in seen:
        back = there.url.startswith("https:") and location.lower().startswith("http:")
        why = "to plain http, which is not followed; configure that address if you trust the way to it"
        raise FetchError(f"{exchange.url}: redirects {why if back else f'in a circle ({there.url})'}", permanent=True)
    seen.add(there.url)
    exchange.url = f"{there.url} (redirected from {place.url})"
    return there


def _leads_on(raw: HTTPResponse) -> bool:
    return raw.status in REDIRECTS and "Location" in raw.headers


def _skipped(raw: HTTPResponse) -> bytes:
    """Leave a body that nobody needs; its connection is kept where it was a short one."""
    with suppress(HTTPError, OSError):
        raw.read(CHUNK, decode_content=False)
    if not raw.isclosed():
        _drop(raw)
    return b""


def _body(raw: HTTPResponse, limit: int, exchange: Exchange) -> bytes:
    """Read a body to its end and undo its codings; what is cut off or too large is an error, never a shorter page."""
    try:
        return decoded(_read(raw, limit), raw.headers.get("Content-Encoding", ""), limit)
    except Unusable as error:
        _drop(raw)
        raise FetchError(f"{exchange.url}: {error}", permanent=error.permanent) from None


def _read(raw: HTTPResponse, limit: int) -> bytes:
    coding = raw.headers.get("Transfer-Encoding", "chunked")
    if coding.strip().lower() != "chunked":
        raise Unusable(f"the answer is sent in a way that was not asked for ({coding[:40]!r})")
    if (raw.length_remaining or 0) > limit:
        raise _too_large(limit)
    parts, size = [], 0
    while part := raw.read(CHUNK, decode_content=False):
        parts.append(part)
        size += len(part)
        if size > limit:
            raise _too_large(limit)
    return b"".join(parts)


def _too_large(limit: int) -> Unusable:
    return Unusable(f"the answer is larger than {limit:,} bytes", permanent=True)


def _drop(raw: HTTPResponse) -> None:
    """Close the connection of an answer that was not read to its end."""
    raw.close()
    raw.release_conn()
