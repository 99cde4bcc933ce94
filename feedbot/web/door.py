"""The door: every request comes in here, is led to what answers it, and leaves with what all answers share."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Protocol

from feedbot.web.answer import Answer, Request, missing, plain
from feedbot.web.feeds import Feeds
from feedbot.web.leaving import ALLOWED, Exit
from feedbot.web.states import may_read, metrics, state

FOR_ALL = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
BEHIND = "/feeds/"
OUT = "/unsubscribe/"
_READING = frozenset({"GET", "HEAD"})
_BARE = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})


class Inside(Protocol):
    """What can be asked how the service is."""

    def hanging(self) -> Sequence[str]:
        """Return what hangs, so that only a new start helps."""
        ...

    def faults(self) -> Sequence[str]:
        """Return all that keeps the service from its work."""
        ...

    def metrics(self) -> tuple[bytes, str]:
        """Return the metrics as they are now, and their media type."""
        ...


class Door:
    """Leads each request to what answers it.

    `told` hears of faults; `readers` are the networks (CIDR) that may read metrics, and what is wrong. `exit` answers
    those who want no more mails.
    """

    def __init__(
        self,
        feeds: Feeds,
        *,
        inside: Inside,
        told: Callable[[Exception], None],
        readers: Sequence[str] = (),
        exit: Exit | None = None,  # noqa: A002 - a door has one
    ) -> None:
        self._feeds = feeds
        self._exit = exit
        self._inside = inside
        self._told = told
        self._readers = readers

    def answer(self, request: Request) -> Answer:
        """Answer one request; whatever goes wrong in it is told and costs only this answer."""
        try:
            said = self._answer(request)
        except Exception as fault:  # noqa: BLE001 - one request that cannot be answered costs no other one
            self._told(fault)
            said = plain(HTTPStatus.INTERNAL_SERVER_ERROR, "feedbot itself failed; its log says why.")
        length = {} if said.status in _BARE else {"Content-Length": str(len(said.body))}
        body = b"" if request.method == "HEAD" else said.body
        return replace(said, headers={**FOR_ALL, **said.headers, **length}, body=body)

    def _answer(self, request: Request) -> Answer:
        if self._exit is not None and request.path.startswith(OUT):
            if request.method not in {*_READING, "POST"}:
                return plain(HTTPStatus.METHOD_NOT_ALLOWED, "This link is opened, or posted to.", ALLOWED)
            return self._exit.answer(request.path.removeprefix(OUT), request)
        if request.method == "OPTIONS" and request.path.startswith(BEHIND):
            return self._feeds.preflight()
        if request.method not in _READING:
            allowed = {"Allow": "GET, HEAD, OPTIONS" if request.path.startswith(BEHIND) else "GET, HEAD"}
            return plain(HTTPStatus.METHOD_NOT_ALLOWED, "Feeds can only be read.", allowed)
        return self._read(request)

    def _read(self, request: Request) -> Answer:
        match request.path:
            case "/":
                return plain(HTTPStatus.FOUND, "The feeds are at feeds/", {"Location": "feeds/"})
            case "/feeds":
                return plain(HTTPStatus.MOVED_PERMANENTLY, "The feeds are at feeds/", {"Location": "feeds/"})
            case "/healthz":
                return state(self._inside.hanging(), told=may_read(request, self._readers))
            case "/readyz":
                return state(self._inside.faults(), told=may_read(request, self._readers))
            case "/metrics" if may_read(request, self._readers):
                return metrics(*self._inside.metrics())
            case path if path.startswith(BEHIND):
                return self._feeds.answer(path.removeprefix(BEHIND), request)
            case _:
                return missing()
