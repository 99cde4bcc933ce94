"""A small WebSub hub and a subscriber, for stories: verifies intent, fetches on a ping, distributes with signatures.

W3C WebSub (2018): section 5.1 subscribing, 5.3 verifying the intent, 6 publishing, 7 distributing.
"""

import hashlib
import hmac
import secrets
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from threading import Thread
from urllib.parse import parse_qs, urlencode, urlsplit

LEASE = 864_000


class Quiet(BaseHTTPRequestHandler):
    """Answers, and says nothing of it."""

    protocol_version = "HTTP/1.1"

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("content-length", 0)))

    def answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server passes
        """Say nothing."""


@contextmanager
def listening(handler: type[Quiet]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Hub:
    """Subscriptions by topic (callback to secret), and what it was pinged; it refuses while `down`."""

    url: str = ""
    subscriptions: dict[str, dict[str, str]] = field(default_factory=dict)
    pings: list[str] = field(default_factory=list)
    refused: int = 0
    down: bool = False

    def take(self, form: dict[str, str]) -> int:
        if self.down:
            self.refused += 1
            return 503
        match form.get("hub.mode"):
            case "subscribe":
                Thread(target=self._verify, args=(form,), daemon=True).start()
            case "publish":
                self.pings.append(form["hub.url"])
                Thread(target=self._distribute, args=(form["hub.url"],), daemon=True).start()
            case _:
                return 400
        return 202

    def _verify(self, form: dict[str, str]) -> None:
        """Ask the subscriber whether it meant it."""
        challenge, topic, callback = secrets.token_hex(16), form["hub.topic"], form["hub.callback"]
        asked = {"hub.mode": "subscribe", "hub.topic": topic, "hub.challenge": challenge, "hub.lease_seconds": LEASE}
        with urllib.request.urlopen(f"{callback}?{urlencode(asked)}", timeout=10) as answer:
            if answer.status == 200 and answer.read().decode() == challenge:
                self.subscriptions.setdefault(topic, {})[callback] = form.get("hub.secret", "")

    def _distribute(self, topic: str) -> None:
        """Fetch what changed, and send it on whole, signed, with its own headers."""
        if not self.subscriptions.get(topic):
            return
        with urllib.request.urlopen(topic, timeout=10) as answer:
            body, kind = answer.read(), answer.headers["content-type"]
        for callback, secret in self.subscriptions.get(topic, {}).items():
            mark = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
            headers = {
                "Content-Type": kind,
                "Link": f'<{self.url}>; rel="hub", <{topic}>; rel="self"',
                "X-Hub-Signature": f"sha256={mark}",
            }
            urllib.request.urlopen(urllib.request.Request(callback, body, headers), timeout=10).close()


@contextmanager
def hub() -> Iterator[Hub]:
    """Serve a hub on loopback."""
    running = Hub()

    class Handler(Quiet):
        def do_POST(self) -> None:
            form = {name: values[0] for name, values in parse_qs(self.body().decode()).items()}
            self.answer(running.take(form))

    with listening(Handler) as url:
        running.url = url
        yield running


@dataclass
class Subscriber:
    """Subscribes to topics, and keeps what is sent to it."""

    url: str = ""
    secret: str = "between the two of us"
    meant: set[str] = field(default_factory=set)
    verified: SimpleQueue[str] = field(default_factory=SimpleQueue)
    received: SimpleQueue[bytes] = field(default_factory=SimpleQueue)

    def subscribe(self, topic: str) -> None:
        """Discover the hub from the topic's headers, subscribe there, and wait until the hub asked back."""
        with urllib.request.urlopen(topic, timeout=10) as answer:
            links = dict(reversed(link.strip().split("; ")) for link in answer.headers["link"].split(","))
        named = links['rel="self"'].strip("<>")
        self.meant.add(named)
        asked = {"hub.mode": "subscribe", "hub.topic": named, "hub.callback": self.url, "hub.secret": self.secret}
        body = urlencode(asked).encode()
        urllib.request.urlopen(links['rel="hub"'].strip("<>"), body, timeout=10).close()
        assert self.verified.get(timeout=20) == named


@contextmanager
def subscriber(at: Callable[[bytes], object] = bytes) -> Iterator[Subscriber]:
    """Serve a subscriber's callback on loopback; `at` hears of each content."""
    one = Subscriber()

    class Handler(Quiet):
        def do_GET(self) -> None:
            asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            if asked.get("hub.topic") not in one.meant:
                self.answer(404)
                return
            self.answer(200, asked["hub.challenge"].encode())
            one.verified.put(asked["hub.topic"])

        def do_POST(self) -> None:
            body = self.body()
            mark = hmac.new(one.secret.encode(), body, hashlib.sha256).hexdigest()
            if hmac.compare_digest(self.headers["x-hub-signature"], f"sha256={mark}"):
                at(body)
                one.received.put(body)
            self.answer(204)

    with listening(Handler) as url:
        one.url = url
        yield one
