"""The HTTP client against origins that mean harm or fail half way: time, size and wholeness hold."""

import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import closing
from gzip import compress
from threading import Event
from typing import Any

import pytest

from feedbot.errors import FetchError, Overdue
from feedbot.outbound import Limits, Outbound
from tests.wire.origin import Script, Talk, always, dripping, page, repeating, saying, serving

LOOPBACK = ("127.0.0.0/8",)
IMPATIENT = Limits(connect=0.4, total=0.4, max_bytes=100_000)
THOROUGH = Limits(total=5.0, max_bytes=100_000)
HEAD = b"HTTP/1.1 200 OK\r\n"
MUCH = b"x" * 65536
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
def impatient() -> Iterator[Outbound]:
    with closing(Outbound("feedbot/test", limits=IMPATIENT, allow=LOOPBACK)) as client:
        yield client


@pytest.fixture
def thorough() -> Iterator[Outbound]:
    with closing(Outbound("feedbot/test", limits=THOROUGH, allow=LOOPBACK)) as client:
        yield client


def failure(client: Outbound, script: Script) -> FetchError:
    with serving(script) as origin, pytest.raises(FetchError) as caught:
        client.get(origin.url)
    assert str(caught.value).startswith(f"{origin.url}: ")
    return caught.value


SLOW = {
    "silence": saying(Talk.hang),
    "no hearing": Talk.hang,
    "a head that drips": saying(HEAD, dripping(b"X-Drip: x\r\n" * 500)),
    "a status line that drips": saying(dripping(b"HTTP/1.1 200 " + b"O" * 500)),
    "endless heads of 100": saying(dripping(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)),
    "a body that drips": saying(HEAD + b"Content-Length: 9000\r\n\r\n", dripping(b"x" * 900)),
    "a body without end that drips": saying(HEAD + b"\r\n", dripping(b"x" * 900)),
    "chunks that drip": saying(CHUNKED, dripping(b"1\r\nx\r\n" * 300)),
    "trailers that drip": saying(CHUNKED + b"0\r\n", dripping(b"X-Y: z\r\n" * 300)),
    "a body that stops": saying(HEAD + b"Content-Length: 9\r\n\r\nne", Talk.hang),
}


@pytest.mark.parametrize("manner", SLOW)
def test_a_slow_origin_costs_no_more_than_the_whole_time(impatient: Outbound, manner: str) -> None:
    error = failure(impatient, SLOW[manner])
    assert isinstance(error, Overdue)
    assert not error.permanent
    assert "no whole answer within 0.4 s" in str(error)


def test_redirects_share_one_deadline(impatient: Outbound) -> None:
    def script(talk: Talk) -> None:
        request = talk.hear()
        talk.origin.over.wait(0.15)
        step = int((request.path if request else "").strip("/") or 0)
        talk.say(page(b"", "302 Found", Location=f"/{step + 1}"))

    with serving(script) as origin, pytest.raises(Overdue):
        impatient.get(origin.url)
    assert len(origin.requests) <= 3


def test_a_tls_handshake_that_never_comes_costs_no_more_than_the_whole_time(impatient: Outbound) -> None:
    with serving(Talk.hang) as origin, pytest.raises(Overdue):
        impatient.get(origin.url.replace("http:", "https:"))


def test_a_tls_handshake_that_drips_costs_no_more_than_the_whole_time(impatient: Outbound) -> None:
    with serving(dripping(b"\x16\x03\x03\x3f\xff" + b"\x02" * 400)) as origin, pytest.raises(FetchError):
        impatient.get(origin.url.replace("http:", "https:"))


def test_name_servers_that_hang_cost_no_more_than_the_whole_time() -> None:
    over = Event()

    def never(host: str, port: int) -> list[Any]:
        over.wait(10)
        return []

    with closing(Outbound("feedbot/test", limits=IMPATIENT, look_up=never)) as client, pytest.raises(FetchError):
        client.get("http://news.example/")
    over.set()


def test_an_origin_that_takes_no_post_costs_no_more_than_the_whole_time(impatient: Outbound) -> None:
    with serving(Talk.hang) as origin, pytest.raises(Overdue):
        impatient.post(origin.url, body=b"x" * 50_000_000, headers={})


def bomb(rounds: int = 1) -> bytes:
    body = bytes(20_000_000)
    for _ in range(rounds):
        body = compress(body, 9)
    return body


LARGE = {
    "an announced size": saying(HEAD + b"Content-Length: 5000000000\r\n\r\nx"),
    "a body without end": saying(HEAD + b"\r\n", repeating(MUCH)),
    "chunks without end": saying(CHUNKED, repeating(b"1000\r\n" + b"x" * 4096 + b"\r\n")),
    "one endless chunk": saying(CHUNKED + b"fffffffff\r\n", repeating(MUCH)),
    "a chunk of less than nothing": saying(CHUNKED + b"-1\r\n", repeating(MUCH)),
    "a chunk size without end": saying(CHUNKED, repeating(b"0" * 65536)),
    "trailers without end": saying(CHUNKED + b"0\r\n", repeating(b"X-Y: z\r\n" * 999)),
    "50,000 headers": saying(HEAD + b"X-Y: z\r\n" * 50_000 + b"\r\n"),
    "one endless header": saying(HEAD, repeating(MUCH)),
    "heads for ever": saying(repeating(b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n" * 99)),
    "a gzip bomb": always(bomb(), Content_Encoding="gzip"),
    "a deflate bomb": always(zlib.compress(bytes(20_000_000), 9), Content_Encoding="deflate"),
    "a bomb in a bomb": always(bomb(2), Content_Encoding="gzip, gzip"),
    "ten codings": always(bomb(2), Content_Encoding=", ".join(["gzip"] * 10)),
    "gzip in 4,000 pieces": always(compress(b"") * 4_000, Content_Encoding="gzip"),
}


@pytest.mark.parametrize("manner", LARGE)
def test_a_large_answer_is_refused_before_it_is_held(thorough: Outbound, manner: str) -> None:
    with serving(LARGE[manner]) as origin:
        tracemalloc.start()
        with pytest.raises(FetchError):
            thorough.get(origin.url)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 5_000_000


@pytest.mark.parametrize("manner", ["an announced size", "a body without end", "a gzip bomb"])
def test_what_is_too_large_is_said_to_be_so(thorough: Outbound, manner: str) -> None:
    error = failure(thorough, LARGE[manner])
    assert "the answer is larger than 100,000 bytes" in str(error)
    assert error.permanent


def test_a_body_of_just_the_limit_is_taken(thorough: Outbound) -> None:
    with serving(always(compress(bytes(100_000)), Content_Encoding="gzip")) as origin:
        assert len(thorough.get(origin.url).body) == 100_000


PACKED = compress(b"".join(b"%d" % number for number in range(9_000)))
CUT = {
    "a short body": saying(HEAD + b"Content-Length: 9\r\n\r\nnews"),
    "a broken chunk": saying(CHUNKED + b"9\r\nnews"),
    "no last chunk": saying(CHUNKED + b"4\r\nnews\r\n"),
    "no chunk size": saying(CHUNKED + b"4\r\nnews\r\nx\r\n"),
    "gzip without its end": always(PACKED[:-9], Content_Encoding="gzip"),
    "gzip without its checksum": always(PACKED[:-4], Content_Encoding="gzip"),
    "gzip with a wrong checksum": always(PACKED[:-8] + bytes(8), Content_Encoding="gzip"),
    "gzip whose second piece has no end": always(PACKED + PACKED[:-9], Content_Encoding="gzip"),
    "deflate without its end": always(zlib.compress(b"news")[:-5], Content_Encoding="deflate"),
    "half of gzip in whole chunks": saying(
        HEAD + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"4\r\n" + PACKED[:4] + b"\r\n0\r\n\r\n",
    ),
    "plain text as gzip": always(b"news", Content_Encoding="gzip"),
    "a coding nobody asked for": always(b"news", Content_Encoding="br"),
    "a transfer coding nobody asked for": always(PACKED, Transfer_Encoding="gzip, chunked"),
    "a reset in the head": saying(HEAD, Talk.reset),
    "a reset in the body": saying(HEAD + b"Content-Length: 9\r\n\r\nne", Talk.reset),
    "a reset in a body without length": saying(HEAD + b"\r\nne", Talk.reset),
    "a reset at once": saying(Talk.reset),
    "no answer": saying(),
    "no HTTP": saying(b"220 mail.example ESMTP\r\n"),
    "two lengths": saying(HEAD + b"Content-Length: 4\r\nContent-Length: 2\r\n\r\nnews"),
}


@pytest.mark.parametrize("manner", CUT)
def test_a_broken_answer_is_an_error_and_never_a_shorter_page(thorough: Outbound, manner: str) -> None:
    error = failure(thorough, CUT[manner])
    assert not isinstance(error, Overdue)
    assert not error.permanent


def test_the_next_request_after_a_broken_answer_is_whole(thorough: Outbound) -> None:
    def script(talk: Talk) -> None:
        request = talk.hear()
        whole = request is not None and request.path == "/whole"
        talk.say(page(b"news") if whole else HEAD + b"Content-Length: 9\r\n\r\nne")

    with serving(script) as origin:
        for _ in range(3):
            with pytest.raises(FetchError, match="cut off"):
                thorough.get(origin.url)
            assert thorough.get(f"{origin.url}whole").body == b"news"
