"""Pages over HTTP: conditional requests (RFC 9110 section 13), and what each status means for a source."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from feedbot.errors import FetchError
from feedbot.outbound import Answer, Outbound
from feedbot.page import NotModified, Page, Validators
from feedbot.ports import Clock

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, text/html;q=0.9, application/xhtml+xml;q=0.9, "
    "application/xml;q=0.9, application/json;q=0.9, */*;q=0.5"
)
GONE_FOR_GOOD = frozenset({401, 403, 404, 405, 410, 451})


class HttpFetcher:
    """Gets pages with the validators of the last answer; satisfies ports.Fetcher."""

    def __init__(self, outbound: Outbound, clock: Clock) -> None:
        self._outbound = outbound
        self._clock = clock

    def fetch(self, url: str, *, validators: Validators, allow: tuple[str, ...]) -> Page | NotModified:
        """Return the page, or NotModified: a 304, or a body equal to the last one. Raises FetchError."""
        answer = self._outbound.get(url, headers=_conditions(validators), allow=allow)
        if answer.status == HTTPStatus.NOT_MODIFIED:
            return NotModified(validators=_renewed(validators, answer))
        if not 200 <= answer.status < 300:
            raise _refused(url, answer, self._clock())
        page = Page(
            url=answer.url,
            body=answer.body,
            content_type=answer.headers.get("content-type", ""),
            status=answer.status,
            etag=answer.headers.get("etag"),
            last_modified=answer.headers.get("last-modified"),
            fetched_at=self._clock(),
        )
        if page.digest == validators.digest:
            return NotModified(validators=page.validators)
        return page


def retry_after(text: str | None, now: datetime) -> timedelta | None:
    """Return how long a server asks to be left alone (RFC 9110 section 10.2.3); None where it does not say."""
    if not text:
        return None
    if text.strip().isdigit():
        return timedelta(seconds=min(int(text), 10**9))
    try:
        then = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    aware = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(aware - now, timedelta())


def _conditions(validators: Validators) -> dict[str, str]:
    conditions = {"accept": ACCEPT}
    if validators.etag:
        conditions["if-none-match"] = validators.etag
    if validators.last_modified:
        conditions["if-modified-since"] = validators.last_modified
    return conditions


def _renewed(validators: Validators, answer: Answer) -> Validators:
    """A 304 may carry new validators; those that it does not name stand (RFC 9111 section 3.2)."""
    return Validators(
        etag=answer.headers.get("etag", validators.etag),
        last_modified=answer.headers.get("last-modified", validators.last_modified),
        digest=validators.digest,
    )


def _refused(url: str, answer: Answer, now: datetime) -> FetchError:
    try:
        phrase = HTTPStatus(answer.status).phrase
    except ValueError:
        phrase = ""
    return FetchError(
        f"{url} answered {answer.status} {phrase}".rstrip(),
        permanent=answer.status in GONE_FOR_GOOD,
        retry_after=retry_after(answer.headers.get("retry-after"), now),
        status=answer.status,
    )
