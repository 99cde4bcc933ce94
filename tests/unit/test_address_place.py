"""Where requests go, and where redirects lead."""

import pytest

from feedbot.errors import FetchError
from feedbot.outbound.place import Place, shown


def lead(url: str, location: str) -> str:
    return Place.of(url, {}).onward(location).url


@pytest.mark.parametrize(
    ("url", "location", "there"),
    [
        ("https://a.example/x/y", "z", "https://a.example/x/z"),
        ("https://a.example/x", "//b.example/", "https://b.example/"),
        ("http://a.example/x", "https://a.example/x", "https://a.example/x"),
        ("http://a.example/", "http://b.example/#c", "http://b.example/"),
        ("https://a.example/news", "http://a.example/news/", "https://a.example/news/"),
        ("https://a.example/", "http://b.example:80/x", "https://b.example/x"),
        ("https://a.example/", "HTTP://b.example/", "https://b.example/"),
        ("https://a.example/", "http://u:p@b.example/", "https://b.example/"),
        ("https://a.example/", "  /x  ", "https://a.example/x"),
        ("https://a.example/", "/caf\xc3\xa9", "https://a.example/café"),
        ("https://a.example/", "/caf\xe9", "https://a.example/caf\xe9"),
        ("https://a.example/", "/\x1b[2J\u202e", "https://a.example/%1B[2J%E2%80%AE"),
    ],
)
def test_a_redirect_leads_where_it_says_but_never_back_to_plain_http(url: str, location: str, there: str) -> None:
    assert lead(url, location) == there


def test_a_redirect_to_plain_http_on_a_port_of_its_own_is_not_followed() -> None:
    with pytest.raises(FetchError, match="configure that address"):
        lead("https://a.example/", "http://a.example:8080/")


@pytest.mark.parametrize(
    ("url", "location", "stays"),
    [
        ("https://a.example/", "/x", True),
        ("https://a.example/", "https://A.example:443/x", True),
        ("http://a.example/", "https://a.example/", True),
        ("https://a.example/", "http://a.example/", True),
        ("http://a.example:8080/", "https://a.example/", False),
        ("https://a.example/", "https://a.example:8443/", False),
        ("https://a.example/", "https://b.a.example/", False),
        ("https://a.example/", "https://b.example/", False),
        ("http://a.example/", "https://b.example/", False),
    ],
)
def test_a_password_follows_a_redirect_only_within_its_origin(url: str, location: str, stays: bool) -> None:  # noqa: FBT001 - a column of the table
    place = Place.of(url.replace("://", "://u:p@"), {"Accept": "*/*"}).onward(location)
    assert ("Authorization" in place.headers) is stays
    assert place.headers["Accept"] == "*/*"


def test_a_header_that_was_given_counts_more_than_the_address() -> None:
    assert Place.of("https://u:p@a.example/", {"Authorization": "Bearer x"}).headers["Authorization"] == "Bearer x"


def test_an_address_without_end_is_not_asked() -> None:
    with pytest.raises(FetchError, match="longer than 8,000 characters") as caught:
        lead("https://a.example/", "/" + "x" * 60_000)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("https://u:p@a.example/x@y", "https://a.example/x@y"),
        ("https://u:p@ss@a.example/", "https://a.example/"),
        ("https://a.example/?q=//x@y", "https://a.example/?q=//x@y"),
        ("ftp://u:p@a.example", "ftp://a.example"),
        ("news", "news"),
    ],
)
def test_what_is_shown_of_an_address_has_no_password(url: str, public: str) -> None:
    assert shown(url) == public
