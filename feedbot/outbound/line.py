"""Lines: connections that are opened to permitted addresses only, kept for later, and held to an exchange."""

import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache, partial
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import DEFAULT_CA_BUNDLE_PATH, HTTPAdapter
from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from feedbot.errors import AddressRefused, FetchError
from feedbot.outbound import trouble
from feedbot.outbound.address import Guard
from feedbot.outbound.exchange import Exchange, TimedSocket, TimedTlsSocket

HOSTS = 64
"""Connections to so many hosts are kept."""
KEPT = 2
"""So many to each."""
IDLE = 15.0
"""Seconds after which a kept connection is not trusted any more: servers close them without a word."""
MAX_ADDRESSES = 8

Where = tuple[int, int, int, str, Any]
"""As the system's look-up gives it: family, kind, protocol, official name, socket address."""
LookUp = Callable[[str, int], Sequence[Where]]
Certificate = tuple[str, str]
"""Files in PEM: a certificate with its chain, and its key."""


def system_look_up(host: str, port: int) -> Sequence[Where]:
    """Ask the system where a host is. Raises OSError, UnicodeError."""
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


class Line(threading.local):
    """What the connections of an adapter go by: whom they may speak to, and for each thread its exchange."""

    exchange: Exchange

    def __init__(self, guard: Guard, look_up: LookUp, seconds: float) -> None:
        super().__init__()
        self._guard = guard
        self._look_up = look_up
        self._seconds = seconds

    def open(self, host: str, port: int) -> TimedSocket:
        """Return a connection to a permitted address of `host`. Raises FetchError (AddressRefused, Overdue)."""
        exchange = self.exchange
        ends = monotonic() + min(self._seconds, exchange.left())
        permitted = self._permitted(self._addresses(host, port, ends))
        last: OSError = TimeoutError()
        for tried, where in enumerate(permitted):
            share = (ends - monotonic()) / (len(permitted) - tried)
            try:
                sock = _connected(where, max(0.001, share))
            except OSError as error:
                last = error
            else:
                sock.exchange = exchange
                return sock
        exchange.left()
        why = trouble.of_connecting(f"{host} port {port}", last, self._seconds)
        raise FetchError(f"{exchange.url}: {why}") from last

    def _permitted(self, found: Sequence[Where]) -> list[Where]:
        """Return where to connect to; what was judged is what is connected to, so no second look-up can differ."""
        refusals = [self._guard.refusal(address[0]) for *_, address in found]
        permitted = [where for where, refusal in zip(found, refusals, strict=True) if refusal is None]
        if not permitted:
            raise AddressRefused(f"{self.exchange.url}: not asked: it leads to {refusals[0]}", permanent=True)
        return permitted[:MAX_ADDRESSES]

    def _addresses(self, host: str, port: int, ends: float) -> Sequence[Where]:
        """Look `host` up, in a thread of its own: the system's look-up cannot be told to hurry."""
        with suppress(socket.gaierror, UnicodeError):
            return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        said: Said = SimpleQueue()
        threading.Thread(target=_say, args=(self._look_up, host, port, said), name="look-up", daemon=True).start()
        try:
            answer = said.get(timeout=max(0.001, ends - monotonic()))
        except Empty:
            self.exchange.left()
            raise FetchError(f"{self.exchange.url}: the name servers did not say in time where {host} is") from None
        if isinstance(answer, OSError | UnicodeError):
            raise FetchError(f"{self.exchange.url}: {trouble.of_name(host, answer)}")
        return answer


def _connected(where: Where, seconds: float) -> TimedSocket:
    family, kind, protocol, _, address = where
    sock = TimedSocket(family, kind, protocol)
    try:
        sock.settimeout(seconds)
        sock.connect(address)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:
        sock.close()
        raise
    return sock


Said = SimpleQueue[Sequence[Where] | OSError | UnicodeError]


def _say(look_up: LookUp, host: str, port: int, said: Said) -> None:
    try:
        said.put(look_up(host, port))
    except (OSError, UnicodeError) as error:
        said.put(error)


class PlainConnection(HTTPConnection):
    """A connection of a line."""

    def __init__(self, *args: Any, line: Line, **options: Any) -> None:  # noqa: ANN401 - as urllib3 has it
        super().__init__(*args, **options)
        self._line = line
        self._used = 0.0

    @property
    def is_connected(self) -> bool:
        """Whether it can be used again."""
        return monotonic() - self._used < IDLE and super().is_connected

    def _new_conn(self) -> TimedSocket:
        return self._line.open(self._dns_host, self.port)

    def request(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as urllib3 has it
        """Send a request, held to this thread's exchange."""
        self._used = monotonic()
        if isinstance(self.sock, TimedSocket):
            self.sock.exchange = self._line.exchange
            self._line.exchange.reused = self.sock.spoken
        super().request(*args, **options)
        if isinstance(self.sock, TimedSocket):
            self.sock.spoken = True


class TlsConnection(PlainConnection, HTTPSConnection):
    """The same over TLS, which always proves whom it speaks to."""

    def connect(self) -> None:
        """Connect and shake hands."""
        exchange = self._line.exchange
        raw = self._new_conn()
        try:
            raw.settimeout(exchange.left())
            sock = self._shaken(raw)
        except TimeoutError:
            raise exchange.overdue() from None
        except OSError as error:
            raise FetchError(f"{exchange.url}: {trouble.of_tls(self.host, error)}") from error
        finally:
            raw.close()
        sock.exchange = exchange
        self.sock = sock
        self.is_verified = True

    def _shaken(self, raw: TimedSocket) -> TimedTlsSocket:
        """Shake hands; a connection that just ends is told from one that is closed (RFC 9112 section 9.8)."""
        assert self.ssl_context is not None
        sock = self.ssl_context.wrap_socket(raw, server_hostname=self.host, suppress_ragged_eofs=False)
        assert isinstance(sock, TimedTlsSocket)
        return sock


class PlainPool(HTTPConnectionPool):
    """Connections to one host."""

    ConnectionCls = PlainConnection


class TlsPool(HTTPSConnectionPool):
    """Connections to one host over TLS."""

    ConnectionCls = TlsConnection


class LineAdapter(HTTPAdapter):
    """Sends requests over the connections of a line; thread-safe. Nothing in the environment changes what it does."""

    def __init__(self, guard: Guard, look_up: LookUp, tls: Callable[[], ssl.SSLContext], *, connect: float) -> None:
        self._line = Line(guard, look_up, connect)
        self._tls = tls
        super().__init__(pool_connections=HOSTS, pool_maxsize=KEPT)

    def ask(self, request: PreparedRequest, exchange: Exchange) -> HTTPResponse:
        """Return the beginning of an answer: status and headers."""
        self._line.exchange = exchange
        raw: HTTPResponse = self.send(request, stream=True).raw
        return raw

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **_: Any) -> None:  # noqa: ANN401, FBT001, FBT002 - as requests has it
        """Make pools of the line's connections."""
        super().init_poolmanager(connections, maxsize, block)
        pools: Any = {"http": partial(PlainPool, line=self._line), "https": partial(TlsPool, line=self._line)}
        self.poolmanager.pool_classes_by_scheme = pools

    def build_connection_pool_key_attributes(
        self,
        request: PreparedRequest,
        verify: Any,  # noqa: ANN401 - as requests has it
        cert: Any = None,  # noqa: ANN401 - as requests has it
    ) -> Any:  # noqa: ANN401 - as requests has it
        """Leave certificates to the one context."""
        host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        return host, {"ssl_context": self._tls()} if host["scheme"] == "https" else {}

    def cert_verify(self, *_: Any) -> None:  # noqa: ANN401 - as requests has it
        """Do nothing: the context verifies."""

    def build_response(self, req: PreparedRequest, resp: BaseHTTPResponse) -> Response:
        """Wrap an answer, without cookies: nothing is kept from one request to the next."""
        response = Response()
        response.request, response.raw, response.status_code = req, resp, resp.status
        return response


def tls_context() -> ssl.SSLContext:
    """Return a context that verifies, with the system's authorities (those of requests where it has none).

    TLS 1.2 is the oldest that is spoken (RFC 9325 section 3.1.1).
    """
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:
        context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF  # which some builds of Python 3.11 set by themselves
    context.sslsocket_class = TimedTlsSocket
    return context


def showing(certificate: Certificate, trust: Callable[[], ssl.SSLContext]) -> Callable[[], ssl.SSLContext]:
    """Return what makes, once, a context of `trust` with a certificate of our own to show (mutual TLS).

    It raises FetchError, which names the files, where they cannot be used.
    """

    @cache
    def context() -> ssl.SSLContext:
        made = trust()
        try:
            made.load_cert_chain(*certificate)
        except (OSError, ValueError) as error:
            files = " and ".join(certificate)
            why = getattr(error, "reason", None) or getattr(error, "strerror", None) or "not a certificate and its key"
            raise FetchError(f"{files}: cannot be used as a client certificate: {why}", permanent=True) from error
        return made

    return context
