"""The door: every request comes in here, is led to what answers it, and leaves with what all answers share."""

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus

from feedbot.web.answer import Answer, Request, missing, plain
from feedbot.web.feeds import Feeds

FOR_ALL = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
BEHIND = "/feeds/"
_READING = frozenset({"GET", "HEAD"})
_BARE = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})


class Door:
    """Leads each request to what answers it.

    `ready` says whether there is anything to hand out; `told` hears of faults.
    """

    def __init__(self, feeds: Feeds, *, ready: Callable[[], bool], told: Callable[[Exception], None]) -> None:
        self._feeds = feeds
        self._ready = ready
        self._told = told

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
                return _state(well=True)
            case "/readyz":
                return _state(well=self._ready())
            case path if path.startswith(BEHIND):
                return self._feeds.answer(path.removeprefix(BEHIND), request)
            case _:
                return missing()


def _state(*, well: bool) -> Answer:
    status = HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE
    return plain(status, "ok" if well else "nothing is published yet", {"Cache-Control": "no-store"})
