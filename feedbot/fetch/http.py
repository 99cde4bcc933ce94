"""Pages over HTTP: conditional requests (RFC 9110 section 13), and what each status means for a source."""

import re
from datetime import datetime
from http import HTTPStatus

from feedbot.errors import FetchError
from feedbot.outbound import Answer, Outbound, shown
from feedbot.page import Cost, NotModified, Page, Validators, Wishes
from feedbot.ports import Clock

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, text/html, application/xhtml+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)
USABLE = frozenset({HTTPStatus.OK, HTTPStatus.NON_AUTHORITATIVE_INFORMATION})
SOON = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.MISDIRECTED_REQUEST,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)
"""Refusals that may pass by themselves; all others of 4xx want somebody to act."""
REMEDIES: dict[int, str] = {
    HTTPStatus.ACCEPTED: "it has no page yet, or wants a browser",
    HTTPStatus.UNAUTHORIZED: "it wants a name and a password, as in https://${USER}:${PASSWORD}@example.org/",
    HTTPStatus.FORBIDDEN: "it does not let feedbot in; ask its operator, or look for a feed of theirs",
    HTTPStatus.NOT_FOUND: "check the address of the source",
    HTTPStatus.NOT_ACCEPTABLE: "it has no feed and no HTML there",
    HTTPStatus.GONE: "it is gone for good; take the source out, or find its new address",
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS: "it is withheld for legal reasons",
}
MAX_VALIDATOR = 1000


class HttpFetcher:
    """Gets pages, with the validators of the last answer."""

    def __init__(self, outbound: Outbound, clock: Clock) -> None:
        self._outbound = outbound
        self._clock = clock

    def fetch(self, url: str, *, validators: Validators, allow: tuple[str, ...]) -> Page | NotModified:
        """Return the page, or NotModified: a 304, or a body equal to the last one. Raises FetchError."""
        conditions = _conditions(validators)
        answer = self._outbound.get(url, headers={"Accept": ACCEPT, **conditions}, allow=allow)
        if answer.status == HTTPStatus.NOT_MODIFIED and conditions:
            return _same(_renewed(validators, answer), answer, self._clock())
        if answer.status not in USABLE:
            raise _refused(url, answer, self._clock())
        page = Page(
            url=answer.url,
            body=answer.body,
            content_type=answer.headers.get("Content-Type", ""),
            status=answer.status,
            etag=_validator(answer, "ETag"),
            last_modified=_validator(answer, "Last-Modified"),
            fetched_at=self._clock(),
            link=answer.headers.get("Link", ""),
            moved=answer.moved,
            wishes=Wishes(fresh=answer.fresh(self._clock())),
            cost=_cost(answer),
        )
        return _same(page.validators, answer, self._clock()) if page.digest == validators.digest else page


def _same(validators: Validators, answer: Answer, now: datetime) -> NotModified:
    wishes = Wishes(fresh=answer.fresh(now))
    return NotModified(validators=validators, moved=answer.moved, wishes=wishes, cost=_cost(answer))


def _cost(answer: Answer) -> Cost:
    return Cost(requests=answer.requests, bytes=answer.received)


def _conditions(validators: Validators) -> dict[str, str]:
    """Return the conditions of a request, both as they were told us (RFC 9110 sections 13.1.2 and 13.1.3)."""
    conditions = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in conditions.items() if value}


def _validator(answer: Answer, name: str) -> str | None:
    """Return a validator that can be sent back; what would break later requests counts as absent."""
    value = answer.headers.get(name, "")
    fit = 0 < len(value) <= MAX_VALIDATOR and re.fullmatch(r"[\t\x20-\x7e\x80-\xff]+", value)
    return value if fit else None


def _renewed(validators: Validators, answer: Answer) -> Validators:
    """Return what the next request is conditional on: a 304 may bring new validators (RFC 9111 section 3.2)."""
    return Validators(
        etag=_validator(answer, "ETag") or validators.etag,
        last_modified=_validator(answer, "Last-Modified") or validators.last_modified,
        digest=validators.digest,
    )


def _refused(url: str, answer: Answer, now: datetime) -> FetchError:
    asked = shown(url)
    where = "" if answer.url == asked else f" (at {answer.url})"
    remedy = REMEDIES.get(answer.status, "")
    return FetchError(
        f"{asked} answered {answer.said}{where}" + (f"; {remedy}" if remedy else ""),
        permanent=400 <= answer.status < 500 and answer.status not in SOON,
        retry_after=answer.retry_after(now),
        status=answer.status,
    )
