"""The HTTP client on ordinary days: answers, redirects, connections, credentials."""

import socket
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from gzip import compress

import pytest

from feedbot.errors import FetchError
from feedbot.outbound import Outbound
from tests.wire.origin import Request, Talk, always, answering, page, saying, serving

LOOPBACK = ("127.0.0.0/8",)


@pytest.fixture
def outbound() -> Iterator[Outbound]:
    with closing(Outbound("feedbot/test (+ops@example.org)", allow=LOOPBACK)) as client:
        yield client


def test_an_answer_has_its_status_headers_and_body(outbound: Outbound) -> None:
    with serving(always(b"news", "404 Not Found", X_Kind="a", ETag='"1"')) as origin:
        answer = outbound.get(f"{origin.url}a?b=c#d")
    assert (answer.url, answer.status, answer.body) == (f"{origin.url}a?b=c", 404, b"news")
    assert (answer.said, answer.headers["x-kind"], answer.headers.get("etag")) == ("404 Not Found", "a", '"1"')
    assert "news" not in repr(answer)


def test_a_request_says_who_asks_and_nothing_else(outbound: Outbound) -> None:
    with serving(always(Set_Cookie="track=1")) as origin:
        outbound.get(origin.url)
        outbound.get(f"{origin.url}again", headers={"accept": "text/html"})
    assert [set(request.headers) for request in origin.requests] == [
        {"host", "user-agent", "accept-encoding"},
        {"host", "user-agent", "accept-encoding", "accept"},
    ]
    assert origin.requests[0].headers["user-agent"] == "feedbot/test (+ops@example.org)"


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "x-gzip", "identity", "deflate", "raw deflate", "gzip, gzip"])
def test_compressed_bodies_are_unpacked(outbound: Outbound, coding: str) -> None:
    raw = zlib.compressobj(wbits=-15)
    packed = {
        "identity": b"news",
        "deflate": zlib.compress(b"news"),
        "raw deflate": raw.compress(b"news") + raw.flush(),
        "gzip, gzip": compress(compress(b"news")),
    }.get(coding, compress(b"news"))
    with serving(always(packed, Content_Encoding=coding.removeprefix("raw "))) as origin:
        assert outbound.get(origin.url).body == b"news"


def test_a_compressed_body_may_come_in_several_pieces_with_rubbish_behind(outbound: Outbound) -> None:
    packed = compress(b"ne") + compress(b"ws") + b"\0\0"
    with serving(always(packed, Content_Encoding="gzip")) as origin:
        assert outbound.get(origin.url).body == b"news"


def test_an_empty_body_needs_no_unpacking(outbound: Outbound) -> None:
    with serving(always(b"", Content_Encoding="gzip")) as origin:
        assert outbound.get(origin.url).body == b""


def test_a_body_in_chunks_is_put_together(outbound: Outbound) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with serving(answering(lambda _: head + b"2\r\nne\r\n2;x=y\r\nws\r\n0\r\nX-End: 1\r\n\r\n")) as origin:
        assert [outbound.get(origin.url).body for _ in range(2)] == [b"news"] * 2
    assert origin.connections == 1


def test_a_body_without_a_length_ends_with_the_connection(outbound: Outbound) -> None:
    with serving(saying(b"HTTP/1.0 200 OK\r\n\r\nnews")) as origin:
        assert outbound.get(origin.url).body == b"news"


def test_a_connection_is_kept_for_the_next_request(outbound: Outbound) -> None:
    with serving(always(b"news")) as origin:
        for _ in range(3):
            outbound.get(origin.url)
    assert origin.connections == 1


def test_a_kept_connection_that_died_unseen_is_replaced(outbound: Outbound) -> None:
    def once(talk: Talk) -> None:
        talk.hear()
        talk.say(page(b"news"))
        talk.hear()

    with serving(once) as origin:
        assert [outbound.get(origin.url).body for _ in range(3)] == [b"news"] * 3


def test_a_message_is_posted_once_even_where_the_connection_dies(outbound: Outbound) -> None:
    def once(talk: Talk) -> None:
        talk.hear()
        talk.say(page(b"taken"))
        talk.hear()

    with serving(once) as origin:
        outbound.post(origin.url, body=b"1", headers={})
        with pytest.raises(FetchError, match="closed the connection without an answer"):
            outbound.post(origin.url, body=b"2", headers={})
    assert [request.body for request in origin.requests] == [b"1", b"2"]


def test_many_threads_share_one_client(outbound: Outbound) -> None:
    def answer(request: Request) -> bytes:
        return page(request.path.encode())

    with serving(answering(answer)) as origin, ThreadPoolExecutor(16) as pool:
        bodies = list(pool.map(lambda n: outbound.get(f"{origin.url}{n}").body, range(200)))
        outbound.close()
    assert bodies == [f"/{n}".encode() for n in range(200)]


def test_a_post_carries_its_body_and_its_redirect_is_the_answer(outbound: Outbound) -> None:
    with serving(always(b"go", "302 Found", Location="/elsewhere")) as origin:
        answer = outbound.post(origin.url, body=b"{}", headers={"X-Id": "1"}, deadline=timedelta(seconds=5))
    assert (answer.status, answer.body) == (302, b"go")
    assert [(request.method, request.body) for request in origin.requests] == [("POST", b"{}")]
    assert (origin.requests[0].headers["x-id"], origin.requests[0].headers["content-length"]) == ("1", "2")


def test_trouble_with_a_post_shows_no_more_of_its_address_than_the_origin(outbound: Outbound) -> None:
    with serving(saying(Talk.reset)) as origin, pytest.raises(FetchError) as caught:
        outbound.post(f"{origin.url}hooks/T0KEN", body=b"", headers={})
    assert str(caught.value) == f"{origin.url}: the server broke the connection off (reset)"


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_followed_and_the_answer_says_where_it_came_from(outbound: Outbound, status: str) -> None:
    def answer(request: Request) -> bytes:
        return page(b"<p>moved</p>", status, Location="b c?d=\xc3\xa9") if request.path == "/a/" else page(b"news")

    with serving(answering(answer)) as origin:
        found = outbound.get(f"{origin.url}a/")
    assert (found.url, found.body) == (f"{origin.url}a/b%20c?d=%C3%A9", b"news")
    assert origin.connections == 1


def test_a_redirect_without_a_place_is_an_answer(outbound: Outbound) -> None:
    with serving(always(b"?", "302 Found")) as origin:
        assert outbound.get(origin.url).status == 302


def test_a_redirect_is_followed_whatever_its_body(outbound: Outbound) -> None:
    def script(talk: Talk) -> None:
        request = talk.hear()
        if request and request.path == "/":
            talk.say(b"HTTP/1.1 302 Found\r\nLocation: /news\r\nContent-Length: 9000000\r\n\r\n" + b"x" * 100_000)
        else:
            talk.say(page(b"news"))

    with serving(script) as origin:
        assert outbound.get(origin.url).body == b"news"


def test_five_redirects_are_followed_and_not_a_sixth(outbound: Outbound) -> None:
    def answer(request: Request) -> bytes:
        step = int(request.path.removeprefix("/"))
        return page(b"news") if step == 0 else page(b"", "302 Found", Location=f"/{step - 1}")

    with serving(answering(answer)) as origin:
        assert outbound.get(f"{origin.url}5").body == b"news"
        with pytest.raises(FetchError, match="more than 5 redirects"):
            outbound.get(f"{origin.url}10000")
    assert len(origin.requests) == 12


def test_a_redirect_in_a_circle_is_told_as_one(outbound: Outbound) -> None:
    def answer(request: Request) -> bytes:
        return page(b"", "302 Found", Location="/b" if request.path == "/a" else "/a")

    with serving(answering(answer)) as origin, pytest.raises(FetchError, match="in a circle") as caught:
        outbound.get(f"{origin.url}a")
    assert caught.value.permanent


@pytest.mark.parametrize("place", ["file:///etc/passwd", "gopher://x/", "ftp://x/", "javascript:1", "http://x:0/"])
def test_a_redirect_leads_to_http_only(outbound: Outbound, place: str) -> None:
    refused = pytest.raises(FetchError, match="redirects to where it cannot be followed")
    with serving(always(b"", "302 Found", Location=place)) as origin, refused as caught:
        outbound.get(origin.url)
    assert caught.value.permanent


def test_a_user_and_password_in_the_address_are_sent_and_never_shown(outbound: Outbound) -> None:
    with serving(always(b"", "302 Found", Location="file:///x")) as origin, pytest.raises(FetchError) as caught:
        outbound.get(origin.url.replace("://", "://anna:s%40cret@"))
    assert origin.requests[0].headers["authorization"] == "Basic YW5uYTpzQGNyZXQ="
    assert "anna" not in str(caught.value)
    assert "cret" not in str(caught.value)


def test_what_says_who_asks_stays_with_its_origin(outbound: Outbound) -> None:
    headers = {"Authorization": "Bearer x", "X-Api-Key": "y", "Cookie": "z", "If-None-Match": '"1"'}
    with serving(always(b"news")) as other:
        onward = always(b"", "302 Found", Location=f"http://u:p@127.0.0.1:{other.port}/")
        with serving(onward) as origin:
            outbound.get(origin.url, headers=headers)
    assert {"authorization", "x-api-key", "cookie"} <= set(origin.requests[0].headers)
    assert set(other.requests[0].headers) == {"host", "user-agent", "accept-encoding", "if-none-match"}


def test_what_says_who_asks_goes_along_within_its_origin(outbound: Outbound) -> None:
    def answer(request: Request) -> bytes:
        return page(b"news") if request.path == "/b" else page(b"", "302 Found", Location="/b")

    with serving(answering(answer)) as origin:
        outbound.get(origin.url.replace("://", "://u:p@"))
    assert [request.headers["authorization"] for request in origin.requests] == ["Basic dTpw"] * 2


@pytest.mark.parametrize("url", ["", "news", "http:///x", "http://[::1/", "ftp://x/", "file:///x", "http://u:p@x:0/"])
def test_what_is_no_address_of_the_web_is_said_to_be_none(outbound: Outbound, url: str) -> None:
    with pytest.raises(FetchError) as caught:
        outbound.get(url)
    assert caught.value.permanent
    assert "u:p" not in str(caught.value)


def test_a_name_that_does_not_exist_is_said_to_be_so() -> None:
    def nowhere(host: str, port: int) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    said = pytest.raises(FetchError, match=r"no host of the name news\.example")
    with closing(Outbound("feedbot/test", look_up=nowhere)) as client, said:
        client.get("https://news.example/")


def test_a_port_where_nothing_listens_is_said_to_be_so(outbound: Outbound) -> None:
    with serving(always()) as origin:
        url = origin.url
    with pytest.raises(FetchError, match="nothing listens there"):
        outbound.get(url)
