"""Pages over HTTP: conditions, what counts as not modified, and what each status means."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from feedbot.errors import FetchError
from feedbot.fetch import Fetchers
from feedbot.outbound import Outbound
from feedbot.page import NotModified, Page, Validators
from tests.wire.origin import Request, Script, always, answering, page, serving

LOOPBACK = ("127.0.0.0/8",)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MODIFIED = "Mon, 23 Nov 2026 11:00:00 GMT"
UNSEEN = Validators()


@pytest.fixture
def fetchers() -> Iterator[Fetchers]:
    with closing(Outbound("feedbot/test (+ops@example.org)")) as outbound:
        yield Fetchers(outbound, lambda: NOW)


def fetched(fetchers: Fetchers, script: Script, validators: Validators = UNSEEN) -> Page | NotModified:
    with serving(script) as origin:
        return fetchers.fetch(origin.url, validators=validators, allow=LOOPBACK)


def refused(fetchers: Fetchers, script: Script, validators: Validators = UNSEEN) -> FetchError:
    with serving(script) as origin, pytest.raises(FetchError) as caught:
        fetchers.fetch(origin.url, validators=validators, allow=LOOPBACK)
    assert str(caught.value).startswith(f"{origin.url} answered ")
    return caught.value


def test_a_page_comes_with_its_type_and_validators(fetchers: Fetchers) -> None:
    script = always(b"news", Content_Type="text/html; charset=utf-8", ETag='W/"1"', Last_Modified=MODIFIED)
    found = fetched(fetchers, script)
    assert isinstance(found, Page)
    assert (found.body, found.content_type, found.status) == (b"news", "text/html; charset=utf-8", 200)
    assert (found.etag, found.last_modified, found.fetched_at) == ('W/"1"', MODIFIED, NOW)


def test_the_address_of_a_page_is_the_one_it_came_from_in_the_end(fetchers: Fetchers) -> None:
    def answer(request: Request) -> bytes:
        return page(b"news") if request.path == "/news" else page(b"", "301 Moved", Location="/news")

    with serving(answering(answer)) as origin:
        found = fetchers.fetch(origin.url, validators=UNSEEN, allow=LOOPBACK)
    assert isinstance(found, Page)
    assert found.url == f"{origin.url}news"


def test_a_first_request_has_no_conditions_and_says_what_it_reads(fetchers: Fetchers) -> None:
    with serving(always(b"news")) as origin:
        fetchers.fetch(origin.url, validators=UNSEEN, allow=LOOPBACK)
    headers = origin.requests[0].headers
    assert set(headers) == {"host", "user-agent", "accept", "accept-encoding"}
    assert headers["accept"].startswith("application/atom+xml, application/rss+xml")
    assert "text/html" in headers["accept"]
    assert "gzip" in headers["accept-encoding"]


@pytest.mark.parametrize("etag", ['"abc-1"', 'W/"weird;=,\'x-3"', "bare", '"caf\xe9"'])
def test_validators_are_sent_back_byte_for_byte(fetchers: Fetchers, etag: str) -> None:
    with serving(always(b"news", ETag=etag, Last_Modified="yesterday, more or less")) as origin:
        found = fetchers.fetch(origin.url, validators=UNSEEN, allow=LOOPBACK)
        assert isinstance(found, Page)
        fetchers.fetch(origin.url, validators=found.validators, allow=LOOPBACK)
    headers = origin.requests[1].headers
    assert (headers["if-none-match"], headers["if-modified-since"]) == (etag, "yesterday, more or less")


def test_a_304_keeps_the_validators_that_it_does_not_name(fetchers: Fetchers) -> None:
    known = Validators(etag='"1"', last_modified=MODIFIED, digest="d")
    found = fetched(fetchers, always(b"", "304 Not Modified", ETag='"2"'), known)
    assert isinstance(found, NotModified)
    assert found.validators == Validators(etag='"2"', last_modified=MODIFIED, digest="d")


def test_a_304_that_nobody_asked_for_is_an_error(fetchers: Fetchers) -> None:
    error = refused(fetchers, always(b"", "304 Not Modified"), Validators(digest="d"))
    assert "304 Not Modified" in str(error)


def test_an_equal_body_is_not_modified_and_brings_its_validators(fetchers: Fetchers) -> None:
    first = fetched(fetchers, always(b"news", ETag='"1"', Last_Modified=MODIFIED))
    assert isinstance(first, Page)
    again = fetched(fetchers, always(b"news", ETag='"2"'), first.validators)
    assert isinstance(again, NotModified)
    assert again.validators == Validators(etag='"2"', last_modified=None, digest=first.digest)


def test_a_page_without_validators_leaves_none_to_send(fetchers: Fetchers) -> None:
    found = fetched(fetchers, always(b"other"), Validators(etag='"1"', last_modified=MODIFIED, digest="d"))
    assert isinstance(found, Page)
    assert (found.validators.etag, found.validators.last_modified) == (None, None)


def test_what_an_answer_cost_is_counted_with_its_redirects(fetchers: Fetchers) -> None:
    def answer(request: Request) -> bytes:
        return page(b"x" * 5000) if request.path == "/news" else page(b"", "302 Found", Location="/news")

    with serving(answering(answer)) as origin:
        found = fetchers.fetch(origin.url, validators=UNSEEN, allow=LOOPBACK)
    assert found.cost.requests == 2
    assert 5000 < found.cost.bytes < 6000


def test_only_redirects_that_are_for_good_say_where_a_page_moved_to(fetchers: Fetchers) -> None:
    steps = {"/": ("301 Moved", "/b"), "/b": ("308 Permanent Redirect", "/c"), "/c": ("302 Found", "/d")}

    def answer(request: Request) -> bytes:
        status, there = steps.get(request.path, ("", ""))
        return page(b"", status, Location=there) if status else page(b"news")

    with serving(answering(answer)) as origin:
        moved = fetchers.fetch(origin.url, validators=UNSEEN, allow=LOOPBACK)
        lent = fetchers.fetch(f"{origin.url}c", validators=UNSEEN, allow=LOOPBACK)
    assert moved.moved == f"{origin.url}c"
    assert lent.moved == ""


@pytest.mark.parametrize(
    ("headers", "fresh"),
    [
        ({"Cache-Control": "public, max-age=3600"}, timedelta(hours=1)),
        ({"Cache-Control": 'max-age="600", must-revalidate'}, timedelta(minutes=10)),
        ({"Cache-Control": "max-age=3600", "Age": "600"}, timedelta(minutes=50)),
        ({"Cache-Control": "max-age=3600, no-cache"}, None),
        ({"Cache-Control": "max-age=-1"}, None),
        ({"Cache-Control": "max-age=" + "9" * 30}, timedelta(seconds=1_000_000_000)),
        ({"Expires": "Mon, 23 Nov 2026 12:30:00 GMT"}, timedelta(minutes=30)),
        ({"Expires": "Tue, 24 Nov 2020 10:00:00 GMT", "Date": "Tue, 24 Nov 2020 09:00:00 GMT"}, timedelta(hours=1)),
        ({"Expires": "0"}, None),
        ({"Expires": "Mon, 23 Nov 2026 12:30:00 GMT", "Cache-Control": "max-age=60"}, timedelta(minutes=1)),
        ({}, None),
    ],
)
def test_how_long_an_answer_is_good_is_taken_from_what_it_says(
    fetchers: Fetchers, headers: dict[str, str], fresh: timedelta | None
) -> None:
    said = {name.replace("-", "_"): value for name, value in headers.items()}
    assert fetched(fetchers, always(b"news", **said)).wishes.fresh == fresh


@pytest.mark.parametrize("etag", ["x" * 5000, "a\tb\x01", "\x7f"])
def test_a_validator_that_would_break_later_requests_is_not_kept(fetchers: Fetchers, etag: str) -> None:
    found = fetched(fetchers, always(b"news", ETag=etag))
    assert isinstance(found, Page)
    assert found.etag is None


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        ("202 Accepted", False),
        ("204 No Content", False),
        ("206 Partial Content", False),
        ("300 Multiple Choices", False),
        ("400 Bad Request", True),
        ("401 Unauthorized", True),
        ("403 Forbidden", True),
        ("404 Not Found", True),
        ("405 Method Not Allowed", True),
        ("406 Not Acceptable", True),
        ("408 Request Timeout", False),
        ("410 Gone", True),
        ("425 Too Early", False),
        ("429 Too Many Requests", False),
        ("451 Unavailable For Legal Reasons", True),
        ("500 Internal Server Error", False),
        ("502 Bad Gateway", False),
        ("503 Service Unavailable", False),
        ("599", False),
    ],
)
def test_a_status_decides_whether_asking_again_is_of_use(fetchers: Fetchers, status: str, permanent: bool) -> None:  # noqa: FBT001 - a column of the table
    error = refused(fetchers, always(b"<html>", status))
    assert (error.permanent, error.status, error.retry_after) == (permanent, int(status[:3]), None)
    assert f" answered {status}" in str(error)


def test_an_error_behind_a_redirect_names_both_places(fetchers: Fetchers) -> None:
    def answer(request: Request) -> bytes:
        gone = request.path == "/b"
        return page(b"", "410 Gone") if gone else page(b"", "302 Found", Location="/b")

    with serving(answering(answer)) as origin, pytest.raises(FetchError) as caught:
        fetchers.fetch(origin.url.replace("://", "://u:p@"), validators=UNSEEN, allow=LOOPBACK)
    assert str(caught.value).startswith(f"{origin.url} answered 410 Gone (at {origin.url}b); it is gone for good")


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("120", timedelta(minutes=2)),
        (" 7 ", timedelta(seconds=7)),
        ("0", None),
        ("Mon, 23 Nov 2026 13:00:00 GMT", timedelta(hours=1)),
        ("Monday, 23-Nov-26 13:00:00 GMT", timedelta(hours=1)),
        ("Mon, 23 Nov 2026 11:00:00 GMT", None),
        ("315360000", timedelta(days=3650)),
        ("Thu, 20 Nov 2036 12:00:00 GMT", timedelta(days=3650)),
        ("9" * 5000, timedelta(seconds=10**9)),
        ("Fri, 31 Dec 9999 23:59:59 -2359", timedelta(seconds=10**9)),
        ("-5", None),
        ("1.5", None),
        ("²", None),
        ("soon", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_the_wait_that_is_asked_for_is_told(fetchers: Fetchers, status: str, said: str, wait: timedelta | None) -> None:
    assert refused(fetchers, always(b"", status, Retry_After=said)).retry_after == wait


@pytest.mark.parametrize(
    "url", ["gopher://example.org/", "data:text/html,news", "javascript:1", "ftp://u:p@example.org/"]
)
def test_other_schemes_are_refused_by_name(fetchers: Fetchers, url: str) -> None:
    with pytest.raises(FetchError, match="is no way to fetch a page") as caught:
        fetchers.fetch(url, validators=UNSEEN, allow=())
    assert caught.value.permanent
    assert "u:p" not in str(caught.value)


def test_an_address_that_is_none_is_refused(fetchers: Fetchers) -> None:
    with pytest.raises(FetchError, match="not a URL"):
        fetchers.fetch("http://[::1", validators=UNSEEN, allow=())
