"""The only HTTP client: guarded addresses, bounded redirects, sizes and time. Tries once.

What a server answers, whatever its status, is an Answer; what keeps it from answering is a FetchError.
"""

import heapq
import ipaddress
import os
import socket
import ssl
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from http.cookiejar import Cookie, DefaultCookiePolicy
from time import monotonic
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from feedbot.errors import AddressRefused, FetchError, Overdue

REDIRECTS = frozenset({301, 302, 303, 307, 308})
CHUNK = 65536


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answered; the body is decoded and whole."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one request: seconds to connect and for all of it, bytes of the decoded body, redirects."""

    connect: float = 10.0
    total: float = 30.0
    max_bytes: int = 5_000_000
    redirects: int = 5


class Outbound:
    """Sends requests; safe to be used by many threads. `user_agent` names us and a contact."""

    def __init__(self, user_agent: str, *, limits: Limits = Limits(), allow: tuple[str, ...] = ()) -> None:
        self._user_agent = user_agent
        self._limits = limits
        self._allow = allow
        self._sessions: dict[tuple[str, ...], requests.Session] = {}
        self._lock = threading.Lock()
        self._watchdog = _Watchdog()
        self.tls = tls_context()

    def get(self, url: str, *, headers: Mapping[str, str] = {}, allow: tuple[str, ...] = ()) -> Answer:
        """Get `url`, following redirects; every hop is guarded and all of them share one deadline."""
        ends = monotonic() + self._limits.total
        for _ in range(self._limits.redirects + 1):
            answer = self._ask("GET", url, headers, None, allow, ends)
            onward = answer.headers.get("location") if answer.status in REDIRECTS else None
            if onward is None:
                return answer
            url = _next(url, onward)
        raise FetchError(f"{url}: more than {self._limits.redirects} redirects")

    def post(
        self,
        url: str,
        *,
        body: bytes,
        headers: Mapping[str, str],
        allow: tuple[str, ...] = (),
        deadline: timedelta = timedelta(seconds=15),
    ) -> Answer:
        """Post `body`; a redirect is an answer like any other."""
        return self._ask("POST", url, headers, body, allow, monotonic() + deadline.total_seconds())

    def close(self) -> None:
        """Close every connection."""
        for session in self._sessions.values():
            session.close()

    def _ask(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, allow: tuple[str, ...], ends: float
    ) -> Answer:
        _check_url(url)
        session = self._session(allow)
        sent = {"user-agent": self._user_agent, "accept-encoding": "gzip, deflate"} | dict(headers)
        left = max(0.01, ends - monotonic())
        timeout = (min(self._limits.connect, left), left)
        with self._watchdog.watch(ends) as watch:
            try:
                prepared = requests.Request(method, url, headers=sent, data=body).prepare()
                with session.send(prepared, stream=True, timeout=timeout, allow_redirects=False) as response:
                    return Answer(
                        url=response.url or url,
                        status=response.status_code,
                        headers=CaseInsensitiveDict(response.headers),
                        body=self._body(response, url),
                    )
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                if watch.fired or monotonic() >= ends:
                    raise Overdue(f"{_shown(url)}: no whole answer in time") from error
                raise _translated(url, error) from error

    def _session(self, allow: tuple[str, ...]) -> requests.Session:
        """Connections are never shared between requests with different permissions."""
        networks = tuple(sorted({*self._allow, *allow}))
        with self._lock:
            if networks not in self._sessions:
                self._sessions[networks] = _session(networks, self.tls)
            return self._sessions[networks]

    def _body(self, response: requests.Response, url: str) -> bytes:
        """Read, decode and bound the body; a cut-off one is an error and never a shorter page."""
        if response.request.method == "HEAD" or response.status_code in {204, 304}:
            return b""
        cap, raw, size = self._limits.max_bytes, [], 0
        for chunk in iter(lambda: response.raw.read(CHUNK, decode_content=False), b""):
            size += len(chunk)
            if size > cap:
                raise FetchError(f"{_shown(url)}: larger than {cap} bytes", permanent=True)
            raw.append(chunk)
        body = b"".join(raw)
        codings = [part.strip().lower() for part in response.headers.get("content-encoding", "").split(",")]
        for coding in reversed([coding for coding in codings if coding and coding != "identity"]):
            body = _decoded(body, coding, cap, url)
        return body


@cache
def tls_context() -> ssl.SSLContext:
    """Return the one TLS context, with the system's certificates loaded once (certifi's where it has none)."""
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:
        import certifi  # noqa: PLC0415 - only where the system has no certificates

        context.load_verify_locations(certifi.where())
    return context


def guard(address: str, allow: tuple[str, ...]) -> None:
    """Raise AddressRefused unless `address` is public, or in one of the networks of `allow` (CIDR)."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if any(ip in ipaddress.ip_network(network, strict=False) for network in allow):
        return
    for inner in _inner(ip):
        if any(inner in ipaddress.ip_network(network, strict=False) for network in allow):
            return
        if not inner.is_global or inner.is_multicast or inner.is_reserved or inner in _SITE_LOCAL:
            raise AddressRefused(
                f"the address {address} is not public, so it was not asked; to permit it, "
                f"say `network: {{allow: [{_network(address)}]}}` in the configuration",
                permanent=True,
            )


_SITE_LOCAL = ipaddress.ip_network("fec0::/10")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_COMPATIBLE = ipaddress.ip_network("::/96")
Ip = ipaddress.IPv4Address | ipaddress.IPv6Address


def _inner(ip: Ip) -> Iterator[Ip]:
    """Give an address and those that it embeds: mapped, compatible, 6to4, Teredo, NAT64."""
    if isinstance(ip, ipaddress.IPv4Address):
        yield ip
        return
    embedded = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
    if ip in _NAT64 or (ip in _COMPATIBLE and int(ip) > 1):
        embedded.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    found = [one for one in embedded if one is not None]
    yield from found
    if not ip.ipv4_mapped and ip not in _NAT64:
        yield ip


def _network(address: str) -> str:
    return "127.0.0.0/8" if address.startswith("127.") else f"{address}/{128 if ':' in address else 32}"


class _Guarded:
    """Checks where a connection led before anything is said on it, and lets the watchdog cut it off."""

    allow: tuple[str, ...] = ()

    def _new_conn(self) -> socket.socket:
        made: socket.socket = super()._new_conn()  # type: ignore[misc]
        try:
            guard(made.getpeername()[0], self.allow)
        except AddressRefused:
            made.close()
            raise
        _Watch.take(made)
        return made

    def request(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - as urllib3 has it
        if self.sock is not None:  # type: ignore[attr-defined]
            _Watch.take(self.sock)  # type: ignore[attr-defined]
        return super().request(*args, **options)  # type: ignore[misc]


def _session(networks: tuple[str, ...], tls: ssl.SSLContext) -> requests.Session:
    plain = type("Plain", (_Guarded, HTTPConnection), {"allow": networks})
    secure = type("Secure", (_Guarded, HTTPSConnection), {"allow": networks})
    pools = {
        "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
    }
    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(_NoCookies())
    for scheme in pools:
        session.mount(f"{scheme}://", _Adapter(pools, tls))
    return session


class _NoCookies(DefaultCookiePolicy):
    """Every request is a first visit."""

    def set_ok(self, cookie: Cookie, request: Any) -> bool:  # noqa: ANN401, ARG002 - as the library calls it
        """Keep none."""
        return False


class _Adapter(HTTPAdapter):
    """Uses our connections and the one TLS context."""

    def __init__(self, pools: Mapping[str, type], tls: ssl.SSLContext) -> None:
        self._pools, self._tls = pools, tls
        super().__init__(pool_connections=64, pool_maxsize=16, max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as requests has it
        """Make the pools of our connections."""
        super().init_poolmanager(*args, **options, ssl_context=self._tls)
        self.poolmanager.pool_classes_by_scheme = dict(self._pools)

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:  # noqa: ANN401
        """Leave the certificates to the context."""
        host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        return host, {"ssl_context": self._tls} if host["scheme"] == "https" else {}

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:  # noqa: ANN401
        """Do nothing: the context verifies, and nothing in the environment overrules it."""


class _Watch:
    """One request under a deadline: what it talks on can be cut off from outside."""

    current = threading.local()

    def __init__(self) -> None:
        self.fired = False
        self.done = False
        self.sockets: list[socket.socket] = []

    @classmethod
    def take(cls, sock: socket.socket) -> None:
        """Put a socket of this thread's request under its watch; the duplicate survives a TLS wrap."""
        watch: _Watch | None = getattr(cls.current, "watch", None)
        if watch is not None:
            watch.sockets.append(socket.socket(fileno=os.dup(sock.fileno())))

    def fire(self) -> None:
        """Cut the request off."""
        self.fired = True
        for sock in self.sockets:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the duplicates."""
        self.done = True
        for sock in self.sockets:
            sock.close()


class _Watchdog:
    """One thread that fires the watches whose deadline passed: a timeout per read is no deadline."""

    def __init__(self) -> None:
        self._queue: list[tuple[float, int, _Watch]] = []
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None

    @contextmanager
    def watch(self, ends: float) -> Iterator[_Watch]:
        """Watch what the calling thread asks until the block ends, or `ends` (monotonic seconds)."""
        watch = _Watch()
        with self._wake:
            heapq.heappush(self._queue, (ends, id(watch), watch))
            if self._thread is None:
                self._thread = threading.Thread(target=self._guard, name="watchdog", daemon=True)
                self._thread.start()
            if self._queue[0][2] is watch:
                self._wake.notify()
        _Watch.current.watch = watch
        try:
            yield watch
        finally:
            _Watch.current.watch = None
            with self._wake:
                watch.close()

    def _guard(self) -> None:
        with self._wake:
            while True:
                while self._queue and (self._queue[0][2].done or self._queue[0][0] <= monotonic()):
                    _, _, watch = heapq.heappop(self._queue)
                    if not watch.done:
                        watch.fire()
                self._wake.wait(self._queue[0][0] - monotonic() if self._queue else None)


def _decoded(body: bytes, coding: str, cap: int, url: str) -> bytes:
    """Undo one content coding; a body without its end mark was cut off (RFC 9110 section 8.4.1)."""
    if coding not in {"gzip", "x-gzip", "deflate"}:
        raise FetchError(f"{_shown(url)}: answered in a coding nobody asked for ({coding})")
    out, rest = b"", body
    while rest:
        stream = zlib.decompressobj(47 if coding != "deflate" or rest[:1] == b"\x78" else -15)
        try:
            out += stream.decompress(rest, cap + 1 - len(out))
        except zlib.error as error:
            raise FetchError(f"{_shown(url)}: its {coding} coding is broken") from error
        if len(out) > cap:
            raise FetchError(f"{_shown(url)}: larger than {cap} bytes once decoded", permanent=True)
        if not stream.eof:
            raise FetchError(f"{_shown(url)}: cut off; its {coding} coding has no end")
        rest = stream.unused_data if coding != "deflate" else b""
    return out


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise FetchError(f"{url}: not a URL", permanent=True) from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise FetchError(f"{_shown(url)}: only http and https addresses are asked", permanent=True)


def _next(url: str, onward: str) -> str:
    there = urljoin(url, onward)
    if urlsplit(url).scheme == "https" and urlsplit(there).scheme == "http":
        raise FetchError(f"{_shown(url)}: redirects from https to http ({_shown(there)}), which is not followed")
    return there


def _shown(url: str) -> str:
    """Return a URL without user and password."""
    head, mark, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{head}{mark}{host.rpartition('@')[2]}{slash}{path}"


def _translated(url: str, error: Exception) -> FetchError:
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, FetchError):
            return inner
        if isinstance(inner, ssl.SSLCertVerificationError):
            return FetchError(f"{_shown(url)}: its certificate is not to be trusted: {inner.verify_message}")
        if isinstance(inner, ssl.SSLError):
            return FetchError(f"{_shown(url)}: no secure connection: {inner.reason or inner}")
        if isinstance(inner, socket.gaierror):
            return FetchError(f"{_shown(url)}: the name {urlsplit(url).hostname} cannot be found")
        if isinstance(inner, ConnectionRefusedError):
            return FetchError(f"{_shown(url)}: nothing listens there (connection refused)")
        reason = getattr(inner, "reason", None)
        inner = inner.__cause__ or inner.__context__ or (reason if isinstance(reason, Exception) else None)
    return FetchError(f"{_shown(url)}: {type(error).__name__}: {error}")
