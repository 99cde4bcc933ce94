"""The door: every request comes in here, is led to what answers it, and leaves with what all answers share."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from feedbot.web.answer import Answer, Environ, missing, plain
from feedbot.web.feeds import Feeds

FOR_ALL = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
BEHIND = "/feeds/"
_READING = frozenset({"GET", "HEAD"})
_BARE = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})
Start = Callable[[str, list[tuple[str, str]]], Any]


class Door:
    """A WSGI application (PEP 3333). `ready` says whether there is anything to hand out; `told` hears of faults."""

    def __init__(self, feeds: Feeds, *, ready: Callable[[], bool], told: Callable[[Exception], None]) -> None:
        self._feeds = feeds
        self._ready = ready
        self._told = told

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer one request; whatever goes wrong in it is told and costs only this answer."""
        try:
            answer = self._answer(environ)
        except Exception as fault:  # noqa: BLE001 - one request that cannot be answered costs no other one
            self._told(fault)
            answer = plain(HTTPStatus.INTERNAL_SERVER_ERROR, "feedbot itself failed; its log says why.")
        headers = {**FOR_ALL, **answer.headers}
        if answer.status not in _BARE:
            headers["Content-Length"] = str(len(answer.body))
        start(f"{answer.status.value} {answer.status.phrase}", list(headers.items()))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]

    def _answer(self, environ: Environ) -> Answer:
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
        if method == "OPTIONS" and path.startswith(BEHIND):
            return self._feeds.preflight()
        if method not in _READING:
            allowed = {"Allow": "GET, HEAD, OPTIONS" if path.startswith(BEHIND) else "GET, HEAD"}
            return plain(HTTPStatus.METHOD_NOT_ALLOWED, "Feeds can only be read.", allowed)
        return self._read(path, environ)

    def _read(self, path: str, environ: Environ) -> Answer:
        match path:
            case "/":
                return plain(HTTPStatus.FOUND, "The feeds are at feeds/", {"Location": "feeds/"})
            case "/feeds":
                return plain(HTTPStatus.MOVED_PERMANENTLY, "The feeds are at feeds/", {"Location": "feeds/"})
            case "/healthz":
                return _state(well=True)
            case "/readyz":
                return _state(well=self._ready())
            case _ if path.startswith(BEHIND):
                return self._feeds.answer(path.removeprefix(BEHIND), environ)
            case _:
                return missing()


def _state(*, well: bool) -> Answer:
    status = HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE
    return plain(status, "ok" if well else "nothing is published yet", {"Cache-Control": "no-store"})
