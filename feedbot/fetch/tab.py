"""Tab: one page in a browser. Every request that the page makes is made by the outbound client instead.

The browser itself reaches nothing: what is not answered here ends at a proxy that is not there. So the address guard,
the size caps and the time limits hold for scripts as they do for pages.
"""

import asyncio
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urlsplit

from feedbot.errors import FetchError, Overdue
from feedbot.outbound import Answer, Outbound, login
from feedbot.page import Page

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Request, Route
    from playwright.async_api import Page as Sheet

AT_ONCE = 2
"""So many requests of a page are under way at once: scripts are no reason to crowd a site."""
KINDS = frozenset({"document", "script", "stylesheet", "xhr", "fetch", "manifest", "other"})
"""What is asked for; images, fonts, media, beacons and endless streams are not."""
CALLS = frozenset({"xhr", "fetch"})
MAX_POST = 65_536
TICK = 0.25
"""Seconds between two looks at whether the page still grows."""
SAME_TEXT = 0.02
"""A text that changed by less than this part is the same: clocks tick and counters count."""

_KEPT_BACK = frozenset(
    {"accept-encoding", "connection", "content-length", "cookie", "host", "user-agent", "upgrade-insecure-requests"}
)
_NOT_PASSED_ON = frozenset(
    {
        *("alt-svc", "connection", "content-encoding", "content-length", "link", "location", "nel", "refresh"),
        *("report-to", "set-cookie", "strict-transport-security", "transfer-encoding"),
    }
)
_MEASURE = "() => [document.links.length, document.body ? document.body.innerText.length : 0]"
_BEFORE = """
for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'WebTransport', 'EventSource', 'SharedWorker'])
  try { delete window[name]; } catch { }
const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (how) { return attach.call(this, {...how, mode: 'open'}); };
"""
"""Runs before the page: ways out that are no requests are taken away, and shadow trees can be read."""
_COLLECT = """
(most) => {
  for (let pass = 0; pass < 5; pass++) {
    const hosts = [...document.querySelectorAll('*')].filter(one => one.shadowRoot && one.shadowRoot.childNodes.length);
    if (!hosts.length) break;
    for (const host of hosts) {
      const part = document.createElement('div');
      part.append(...host.shadowRoot.childNodes);
      host.append(part);
    }
  }
  const text = '<!DOCTYPE html>' + document.documentElement.outerHTML;
  return text.length > most ? null : text;
}
"""
"""Gives the page as it stands, with the shadow trees in their places."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one page may take: seconds for all and for growing, requests, bytes of all answers, characters of HTML.

    The time counts from when the browser has started.
    """

    total: float = 45.0
    grow: float = 20.0
    requests: int = 300
    max_bytes: int = 30_000_000
    max_html: int = 5_000_000


@dataclass(kw_only=True)  # without slots: the library hangs a note of its own on whose method it calls
class Tab:
    """One page in a browser, while it is shown. `first` is what its address answered with, fetched already."""

    asked: str
    """The address as it was configured, with user and password."""
    first: Page
    outbound: Outbound
    allow: tuple[str, ...]
    bounds: Bounds
    ends: float = 0.0
    """When all must be over, by the clock of the event loop; counted from when the page is shown."""
    requests: int = 0
    received: int = 0
    pending: int = 0
    refused: list[str] = field(default_factory=list)
    ready: dict[str, Answer] = field(default_factory=dict)
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(AT_ONCE, thread_name_prefix="tab"))

    async def show(self, context: "BrowserContext") -> tuple[str, str]:
        """Return the address and the HTML of the page when it has stopped growing. Raises FetchError."""
        first, self.ends = self.first, asyncio.get_running_loop().time() + self.bounds.total
        headers = {"content-type": first.content_type or "text/html"}
        self.ready[first.url] = Answer(url=first.url, status=first.status, headers=headers, body=first.body)
        try:
            await context.add_init_script(_BEFORE)
            await context.route("**/*", self._answer)
            await context.route_web_socket("**/*", lambda socket: socket.close())
            sheet = await context.new_page()
            await sheet.goto(first.url, wait_until="domcontentloaded", timeout=self._left() * 1000)
            await self._grown(sheet)
            html: str | None = await sheet.evaluate(_COLLECT, self.bounds.max_html)
        finally:
            self.pool.shutdown(wait=False, cancel_futures=True)
        if html is None:
            what = f"the page that its scripts make is larger than {self.bounds.max_html:,} characters"
            raise FetchError(f"{first.url}: {what}", permanent=True)
        return sheet.url, html

    async def _grown(self, sheet: "Sheet") -> None:
        """Wait until nothing is asked for any more and the page stays as it is, or has had time enough."""
        ends = min(asyncio.get_running_loop().time() + self.bounds.grow, self.ends - self.bounds.total / 10)
        quiet, links, text = 0, 0, 0
        while asyncio.get_running_loop().time() < ends:
            await asyncio.sleep(TICK)
            now = await _measured(sheet)
            same = now[0] == links >= 0 and abs(now[1] - text) <= max(20, SAME_TEXT * text)
            quiet = quiet + 1 if same and not self.pending else 0
            links, text = now
            if quiet >= (3 if links > 3 else 6):
                return

    async def _answer(self, route: "Route") -> None:
        """Answer one request of the page, or refuse it."""
        from playwright.async_api import Error  # noqa: PLC0415 - a library of the extra

        self.pending += 1
        try:
            answer = await self._asked(route.request)
            headers = {name: value for name, value in answer.headers.items() if name.lower() not in _NOT_PASSED_ON}
            with suppress(Error):
                await route.fulfill(status=answer.status, headers=headers, body=answer.body)
        except (FetchError, Error, ValueError) as error:
            self.refused.append(str(error))
            with suppress(Error):
                await route.abort("blockedbyclient")
        finally:
            self.pending -= 1

    async def _asked(self, request: "Request") -> Answer:
        """Return what is answered to a request. Raises FetchError where it is not made."""
        url = urldefrag(request.url).url
        document = request.is_navigation_request()
        if document and request.frame.parent_frame is not None:
            raise FetchError(f"{url}: a page in the page is not asked for")
        if document and url in self.ready:
            return self.ready.pop(url)
        self._check_wanted(request, url)
        answer = await self._fetched(request, url)
        self.received += len(answer.body)
        if not document or answer.url == url:
            return answer
        self.ready[answer.url] = answer  # so that its links count from where it really came from
        return _redirect(answer.url)

    def _check_wanted(self, request: "Request", url: str) -> None:
        """Raise FetchError where a request is of no kind that is made, or one too many."""
        self.requests += 1
        if request.resource_type not in KINDS:
            raise FetchError(f"{url}: a {request.resource_type} is not asked for")
        posts = request.method == "POST" and request.resource_type in CALLS
        if request.method != "GET" and not (posts and len(request.post_data_buffer or b"") <= MAX_POST):
            raise FetchError(f"{url}: {request.method} is not done for a page")
        if self.requests > self.bounds.requests:
            raise FetchError(f"{url}: the page asks for more than {self.bounds.requests} things")

    async def _fetched(self, request: "Request", url: str) -> Answer:
        headers = {name: value for name, value in request.headers.items() if _may_be_said(name)}
        own = urlsplit(url).netloc == urlsplit(self.first.url).netloc
        headers |= login(self.asked) if own else {}
        allow = self.allow if urlsplit(url).hostname == urlsplit(self.first.url).hostname else ()
        body = request.post_data_buffer or b""
        loop = asyncio.get_running_loop()

        def ask() -> Answer:
            if self.received > self.bounds.max_bytes:
                raise FetchError(f"{url}: the page asks for more than {self.bounds.max_bytes:,} bytes")
            left = timedelta(seconds=self._left(loop.time()))
            if request.method == "POST":
                return self.outbound.post(url, body=body, headers=headers, allow=allow, deadline=left)
            return self.outbound.get(url, headers=headers, allow=allow, deadline=left)

        return await loop.run_in_executor(self.pool, ask)

    def _left(self, now: float | None = None) -> float:
        left = self.ends - (asyncio.get_running_loop().time() if now is None else now)
        if left <= 0:
            raise Overdue(f"{self.first.url}: its scripts were not done within {self.bounds.total:g} s")
        return left


def _may_be_said(name: str) -> bool:
    name = name.lower()
    return name not in _KEPT_BACK and not name.startswith(("sec-", ":", "proxy-"))


def _redirect(url: str) -> Answer:
    """Return a page that leads to `url`: so the browser makes a request of its own, which is judged anew."""
    target = json.dumps(url).replace("<", "\\u003c")
    headers: Mapping[str, str] = {"content-type": "text/html; charset=utf-8"}
    return Answer(url=url, status=200, headers=headers, body=f"<script>location.replace({target})</script>".encode())


async def _measured(sheet: "Sheet") -> tuple[int, int]:
    """Return how many links and letters there are; none while the page is going elsewhere."""
    from playwright.async_api import Error  # noqa: PLC0415 - a library of the extra

    with suppress(Error, ValueError, TypeError):
        links, text = await sheet.evaluate(_MEASURE)
        return int(links), int(text)
    return -1, 0
