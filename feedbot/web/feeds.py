"""`/feeds/…`: published files over HTTP, as RFC 9110, 9111 and 8288 say, and as readers and caches need them."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import lru_cache
from http import HTTPStatus
from typing import assert_never

from werkzeug.datastructures import Accept
from werkzeug.http import http_date, parse_accept_header, parse_date, parse_etags, quote_etag

from feedbot.feed import Site
from feedbot.web.answer import Answer, Request, missing, plain
from feedbot.web.files import File, Folder, Objects
from feedbot.web.register import Gone, Moved, Register, Terms

STALE = timedelta(days=1)
"""How long a cache may go on with what it has while the service cannot be reached (RFC 5861)."""
FEED_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
PAGE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src http: https: data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
READING = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified, Link",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""Any page may read a feed: it is public, or its address is the key."""
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "If-None-Match, If-Modified-Since, Cache-Control",
    "Access-Control-Max-Age": "86400",
}
_END = {"": "", "gzip": "-gz", "br": "-br"}
"""How the tag of each coding ends: other bytes need another strong tag (RFC 9110 section 8.8.3.3)."""
_TRIES = 3


class Feeds:
    """Answers requests for published files. `registered` says what is published; it is asked again when that grows."""

    def __init__(self, folder: Folder | Objects, registered: Callable[[], Register], site: Site) -> None:
        self._folder = folder
        self._registered = registered
        self._register = registered()
        self._site = site

    def answer(self, name: str, request: Request) -> Answer:
        """Answer a request for the file `name`; a page lists all where no name is given."""
        asked = name or "index.html"
        match self._looked_up(asked):
            case Terms() as terms:
                return self._found(asked, terms, request)
            case Moved() as moved:
                told = {"Location": moved.name, **READING}
                return plain(HTTPStatus.MOVED_PERMANENTLY, "This feed has another address now.", told)
            case Gone():
                return plain(HTTPStatus.GONE, "This feed was given up and will not come back.", READING)
            case None:
                return missing()
            case other:
                assert_never(other)

    def _looked_up(self, name: str) -> Terms | Moved | Gone | None:
        """Say what a name stands for; one that is not known but is there belongs to a feed that is new."""
        found = self._register.look_up(name)
        if isinstance(found, Terms | Moved) or self._folder.find(name) is None:
            return found
        self._register = self._registered()
        return self._register.look_up(name)

    def preflight(self) -> Answer:
        """Answer OPTIONS: a page elsewhere asks what it may ask."""
        allowed = {"Allow": "GET, HEAD, OPTIONS", **READING, **PREFLIGHT}
        return Answer(status=HTTPStatus.NO_CONTENT, headers=allowed)

    def _found(self, name: str, terms: Terms, request: Request) -> Answer:
        """Answer with what stands there; a file that is replaced meanwhile is looked at again."""
        for _ in range(_TRIES):
            file = self._folder.find(name)
            if file is None:
                return missing()
            coding = _coding(file, request.headers.get("accept-encoding", ""))
            told = _standing(file, coding, request)
            if told is not None:
                return Answer(status=told[0], headers=self._validators(file, told[1], terms))
            body = self._folder.read(file, coding)
            if body is not None:
                return Answer(status=HTTPStatus.OK, headers=self._headers(file, coding, terms), body=body)
        return plain(HTTPStatus.SERVICE_UNAVAILABLE, "This feed is just being written.", {"Retry-After": "1"})

    def _headers(self, file: File, coding: str, terms: Terms) -> Mapping[str, str]:
        page = file.media_type.startswith("text/html")
        policy = PAGE_POLICY if page else FEED_POLICY
        packed = {"Content-Encoding": coding} if coding else {}
        said = {"Content-Type": file.media_type, "Content-Security-Policy": policy, "Accept-Ranges": "none"}
        return {**said, **packed, **self._validators(file, coding, terms)}

    def _validators(self, file: File, coding: str, terms: Terms) -> Mapping[str, str]:
        """Return the headers that a 304 has as well (RFC 9110 section 15.4.5)."""
        return {
            "ETag": quote_etag(file.digest + _END[coding]),
            "Last-Modified": http_date(file.changed),
            "Cache-Control": _kept(terms),
            "Vary": "Accept-Encoding",
            **self._links(file, terms),
            **READING,
            **({"X-Robots-Tag": "noindex, nofollow"} if terms.private else {}),
        }

    def _links(self, file: File, terms: Terms) -> Mapping[str, str]:
        """Name the file's own address and its hub (RFC 8288; WebSub section 4)."""
        if not terms.hub or file.media_type.startswith("text/"):
            return {}
        return {"Link": f'<{terms.hub}>; rel="hub", <{self._site.feed_url(file.name)}>; rel="self"'}


def _kept(terms: Terms) -> str:
    """Say how long the file may be kept, and by whom (RFC 9111 section 5.2.2)."""
    seconds = int(terms.max_age.total_seconds())
    if terms.private:
        return f"private, max-age={seconds}"
    return f"public, max-age={seconds}, stale-if-error={int(STALE.total_seconds())}"


def _coding(file: File, accepted: str) -> str:
    """Choose among the codings that the file is there in: by weight, then the better one (RFC 9110 section 12.5.3)."""
    if not accepted or not file.codings:
        return ""
    weights = _weights(accepted)
    best = max(file.codings, key=lambda coding: (weights.quality(coding), coding == "br"))
    plainly = weights.quality("identity") if "identity" in accepted.lower() else 0.0
    weight = weights.quality(best)
    return best if weight > 0 and weight >= plainly else ""


@lru_cache(maxsize=256)  # there are few ways to say it
def _weights(accepted: str) -> Accept:
    return parse_accept_header(accepted)


def _standing(file: File, coding: str, request: Request) -> tuple[HTTPStatus, str] | None:
    """Return the status that the conditions of a request lead to, and for which coding; None where they hold.

    RFC 9110 section 13.2.2. A tag of another coding of the same content is as good: the reader has that content.
    """
    tags = {end: file.digest + _END[end] for end in (coding, "", *file.codings)}
    must = parse_etags(request.headers.get("if-match"))
    if must and not any(must.contains(tag) for tag in tags.values()):
        return HTTPStatus.PRECONDITION_FAILED, coding
    has = parse_etags(request.headers.get("if-none-match"))
    if "if-none-match" in request.headers:
        known = next((end for end, tag in tags.items() if has.contains_weak(tag)), None)
        return None if known is None else (HTTPStatus.NOT_MODIFIED, known)
    since = parse_date(request.headers.get("if-modified-since"))
    return (HTTPStatus.NOT_MODIFIED, coding) if since and file.changed <= since else None
