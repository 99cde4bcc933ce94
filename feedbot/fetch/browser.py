"""Pages that a script fills: shown by an installed Chromium, read when they have stopped growing."""

import asyncio
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from feedbot.errors import FetchError, Overdue
from feedbot.fetch.http import HttpFetcher
from feedbot.fetch.tab import Bounds, Tab
from feedbot.outbound import Outbound, shown
from feedbot.page import NotModified, Page, Validators
from feedbot.ports import Clock

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Playwright

AT_ONCE = 2
"""So many browsers run at once; who comes later waits."""
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REMEDY = (
    "to read pages that scripts build, `pip install 'feedbot[browser]'` and install Chromium "
    "(`apt-get install chromium`, or `playwright install chromium`); `browser: false` stops looking for it"
)
STARTING, CLOSING = 30.0, 20.0
"""Seconds that a browser may take to start, and to end: one that is killed leaves its folder behind."""
_NOWHERE = "http://nowhere.invalid:9"
_ARGUMENTS = (
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-bypass-list=<-loopback>",
    "--dns-prefetch-disable",
    "--no-pings",
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
    "--disable-gpu",
    "--mute-audio",
    "--blink-settings=imagesEnabled=false",
    "--js-flags=--max-old-space-size=512",
)
"""The browser itself has no way to any network: names mean nothing to it, and its only proxy is not there."""


class BrowserFetcher:
    """Gets pages as a browser shows them. Each is shown by a browser of its own, which keeps nothing.

    `bounds` say what a page may take, None the usual; `executable` names the browser, None looks for one.
    """

    def __init__(
        self,
        outbound: Outbound,
        clock: Clock,
        *,
        bounds: Bounds | None = None,
        executable: str | None = None,
    ) -> None:
        self._outbound = outbound
        self._http = HttpFetcher(outbound, clock)
        self._bounds = bounds or Bounds()
        self._executable = executable
        self._slots = BoundedSemaphore(AT_ONCE)

    def fetch(self, url: str, *, validators: Validators, allow: tuple[str, ...]) -> Page | NotModified:
        """Return the page as its scripts leave it, or NotModified where it is as it was. Raises FetchError.

        What is no HTML is returned as it came.
        """
        first = self._http.fetch(url, validators=Validators(), allow=allow)
        if isinstance(first, NotModified):  # pragma: no cover - not without conditions
            return first
        page = self._shown(url, first, allow) if _is_html(first) else first
        return NotModified(validators=page.validators) if page.digest == validators.digest else page

    def _shown(self, url: str, first: Page, allow: tuple[str, ...]) -> Page:
        try:
            import playwright.async_api  # noqa: F401, PLC0415 - a library of the extra
        except ImportError:
            raise FetchError(
                f"{shown(url)}: no browser: Playwright is not installed; {REMEDY}", permanent=True
            ) from None
        with self._slots:
            return asyncio.run(self._by_browser(url, first, allow))

    async def _by_browser(self, url: str, first: Page, allow: tuple[str, ...]) -> Page:
        from playwright.async_api import Error, async_playwright  # noqa: PLC0415 - a library of the extra

        tab = Tab(asked=url, first=first, outbound=self._outbound, allow=allow, bounds=self._bounds)
        try:
            async with async_playwright() as playwright:
                address, html = await self._on(playwright, tab)
        except TimeoutError:
            raise Overdue(f"{shown(url)}: its scripts were not done within {self._bounds.total:g} s") from None
        except Error as error:
            why = " ".join(error.message.split("Call log:")[0].split())[:300]
            raise FetchError(f"{shown(url)}: the browser could not show it: {why}") from error
        return replace(
            first,
            url=address if address.startswith(("http://", "https://")) else first.url,
            body=html.encode("utf-8", "replace"),
            content_type="text/html; charset=utf-8",
            etag=None,
            last_modified=None,
            shown=_told(tab),
        )

    async def _on(self, playwright: "Playwright", tab: Tab) -> tuple[str, str]:
        executable = self._executable or installed(playwright.chromium.executable_path)
        if executable is None:
            raise FetchError(f"{shown(tab.asked)}: no browser: Chromium is not installed; {REMEDY}", permanent=True)
        with tempfile.TemporaryDirectory(prefix="feedbot-", ignore_cleanup_errors=True) as home:
            browser = await playwright.chromium.launch(
                executable_path=executable,
                args=list(_ARGUMENTS),
                chromium_sandbox=os.geteuid() != 0,
                timeout=STARTING * 1000,
                proxy={"server": _NOWHERE},
                env={"HOME": home, "PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "TMPDIR": home},
            )
            try:
                async with asyncio.timeout(self._bounds.total):
                    return await tab.show(await self._context(browser))
            finally:
                with suppress(TimeoutError):
                    await asyncio.wait_for(browser.close(), CLOSING)

    async def _context(self, browser: "Browser") -> "BrowserContext":
        """Return a window without a past: tall, so that what loads when it is seen is seen."""
        return await browser.new_context(
            accept_downloads=False,
            service_workers="block",
            user_agent=self._outbound.user_agent,
            viewport={"width": 1280, "height": 3000},
            reduced_motion="reduce",
        )


def installed(own: str = "") -> str | None:
    """Return the Chromium that is installed, None where there is none; `own` is where Playwright keeps its one."""
    if own and Path(own).is_file():
        return own
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def _is_html(page: Page) -> bool:
    said = page.content_type.partition(";")[0].strip().lower()
    return said in {"text/html", "application/xhtml+xml"} or (not said and page.body.lstrip()[:1] == b"<")


def _told(tab: Tab) -> str:
    """Return how the page was shown, in words."""
    told = f"shown by a browser that asked for {tab.requests} things"
    private = next((one for one in tab.refused if "not asked: it leads to" in one), "")
    return told + (f"; refused: {private}" if private else "")
