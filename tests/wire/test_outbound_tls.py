"""The HTTP client over TLS: whom it trusts, and what it says of those it does not."""

import ssl
import warnings
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import create_connection

import pytest
import trustme

from feedbot.errors import FetchError
from feedbot.outbound import Limits, Outbound
from feedbot.outbound.line import tls_context
from tests.wire.origin import Request, Talk, always, answering, page, serving

LOOPBACK = ("127.0.0.0/8",)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
AUTHORITY = trustme.CA()


def server(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@pytest.fixture
def good() -> ssl.SSLContext:
    return server(AUTHORITY.issue_cert("127.0.0.1"))


@pytest.fixture
def outbound() -> Iterator[Outbound]:
    with closing(Outbound("feedbot/test", limits=Limits(total=5.0), allow=LOOPBACK)) as client:
        AUTHORITY.configure_trust(client.tls)
        yield client


def refusal(client: Outbound, tls: ssl.SSLContext) -> str:
    with serving(always(b"news"), tls) as origin, pytest.raises(FetchError) as caught:
        client.get(origin.url)
    assert not origin.requests
    assert not caught.value.permanent
    return str(caught.value)


def test_a_page_comes_over_tls_and_its_connection_is_kept(outbound: Outbound, good: ssl.SSLContext) -> None:
    with serving(always(b"news"), good) as origin:
        assert [outbound.get(origin.url).body for _ in range(3)] == [b"news"] * 3
    assert origin.connections == 1


def test_the_context_verifies_and_speaks_nothing_old(outbound: Outbound) -> None:
    assert (outbound.tls.verify_mode, outbound.tls.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert outbound.tls.minimum_version == ssl.TLSVersion.TLSv1_2


def test_the_context_serves_connections_of_others_too(outbound: Outbound, good: ssl.SSLContext) -> None:
    with serving(always(b"news"), good) as origin:
        bare = create_connection(("127.0.0.1", origin.port))
        with outbound.tls.wrap_socket(bare, server_hostname="127.0.0.1") as sock, sock.makefile("rb") as read:
            sock.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert read.readline() == b"HTTP/1.1 200 OK\r\n"


def test_an_expired_certificate_is_said_to_be_so(outbound: Outbound) -> None:
    expired = AUTHORITY.issue_cert("127.0.0.1", not_before=LONG_AGO, not_after=LONG_AGO + timedelta(days=9))
    assert "has expired; its operator must renew it" in refusal(outbound, server(expired))


def test_a_certificate_of_the_future_is_said_to_be_so(outbound: Outbound) -> None:
    early = AUTHORITY.issue_cert("127.0.0.1", not_before=datetime(2090, 1, 1, tzinfo=UTC))
    assert "is not valid yet" in refusal(outbound, server(early))


@pytest.mark.parametrize("name", ["example.org", "127.0.0.2"])
def test_a_certificate_for_another_host_is_said_to_be_so(outbound: Outbound, name: str) -> None:
    assert "the certificate is not for 127.0.0.1" in refusal(outbound, server(AUTHORITY.issue_cert(name)))


def test_an_unknown_authority_is_said_to_be_so(outbound: Outbound) -> None:
    stranger = trustme.CA().issue_cert("127.0.0.1")
    assert "from an authority that is not known here" in refusal(outbound, server(stranger))


def test_a_self_signed_certificate_is_said_to_be_so(outbound: Outbound) -> None:
    alone = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with alone.private_key_pem.tempfile() as key, alone.cert_pem.tempfile() as certificate:
        context.load_cert_chain(certificate, key)
    assert "signed itself its certificate" in refusal(outbound, context)


def test_an_old_protocol_is_said_to_be_so(outbound: Outbound, good: ssl.SSLContext) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        good.minimum_version = ssl.TLSVersion.TLSv1
        good.maximum_version = ssl.TLSVersion.TLSv1_1
    good.set_ciphers("ALL:@SECLEVEL=0")
    assert "speaks only TLS 1.1 or older" in refusal(outbound, good)


def test_a_port_without_tls_is_said_to_be_so(outbound: Outbound) -> None:
    def script(talk: Talk) -> None:
        talk.say(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with serving(script) as origin, pytest.raises(FetchError) as caught:
        outbound.get(origin.url.replace("http:", "https:"))
    assert "does not speak TLS on that port" in str(caught.value)


def test_a_certificate_that_is_renewed_is_trusted_again(outbound: Outbound, good: ssl.SSLContext) -> None:
    assert "not known" in refusal(outbound, server(trustme.CA().issue_cert("127.0.0.1")))
    with serving(always(b"news"), good) as origin:
        assert outbound.get(origin.url).body == b"news"


def test_nothing_in_the_environment_widens_what_is_trusted(
    good: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    with AUTHORITY.cert_pem.tempfile() as authority:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", authority)
        monkeypatch.setenv("CURL_CA_BUNDLE", authority)
        with closing(Outbound("feedbot/test", allow=LOOPBACK)) as client:
            assert "from an authority that is not known here" in refusal(client, good)


def test_the_systems_own_authorities_are_trusted(good: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    with AUTHORITY.cert_pem.tempfile() as authority:
        monkeypatch.setenv("SSL_CERT_FILE", authority)
        with closing(Outbound("feedbot/test", allow=LOOPBACK)) as client, serving(always(b"news"), good) as origin:
            assert client.get(origin.url).body == b"news"


def test_a_body_that_ends_without_a_word_of_tls_is_cut_off(outbound: Outbound, good: ssl.SSLContext) -> None:
    def script(talk: Talk) -> None:
        talk.hear()
        talk.say(b"HTTP/1.1 200 OK\r\n\r\nhalf of the ne")
        talk.end()

    with serving(script, good) as origin, pytest.raises(FetchError, match="cut off"):
        outbound.get(origin.url)


def test_a_redirect_to_plain_http_is_followed_over_tls_or_not_at_all(outbound: Outbound, good: ssl.SSLContext) -> None:
    refused = pytest.raises(FetchError, match="not encrypted and so not followed")
    with serving(always(b"news")) as plain:
        onward = always(b"", "302 Found", Location=plain.url)
        with serving(onward, good) as origin, refused as caught:
            outbound.get(origin.url)
    assert plain.url in str(caught.value)
    assert not plain.requests


def test_a_password_goes_no_way_but_to_its_origin(outbound: Outbound, good: ssl.SSLContext) -> None:
    def answer(request: Request) -> bytes:
        return page(b"news") if request.path == "/b" else page(b"", "302 Found", Location="/b")

    with serving(answering(answer), good) as origin:
        outbound.get(origin.url.replace("://", "://u:p@"))
        with serving(always(b"", "302 Found", Location=f"{origin.url}b")) as other:
            outbound.get(other.url.replace("://", "://u:p@"))
    assert ["authorization" in request.headers for request in origin.requests] == [True, True, False]


def test_a_certificate_of_our_own_is_shown_where_it_is_asked_for(tmp_path: Path) -> None:
    ours, key = tmp_path / "ours.pem", tmp_path / "ours.key"
    leaf = AUTHORITY.issue_cert("feedbot.example")
    leaf.cert_chain_pems[0].write_to_path(ours)
    leaf.private_key_pem.write_to_path(key)
    asking = server(AUTHORITY.issue_cert("127.0.0.1"))
    asking.verify_mode = ssl.CERT_REQUIRED
    AUTHORITY.configure_trust(asking)
    with (
        closing(Outbound("feedbot/test", allow=LOOPBACK, trust=trusting)) as client,
        serving(always(b"taken"), asking) as origin,
    ):
        shown = (str(ours), str(key))
        assert client.post(origin.url, body=b"{}", headers={}, certificate=shown).body == b"taken"
        with pytest.raises(FetchError):
            client.post(origin.url, body=b"{}", headers={})


def test_a_certificate_that_cannot_be_used_is_told_with_its_files(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("nothing")
    with (
        closing(Outbound("feedbot/test", allow=LOOPBACK)) as client,
        pytest.raises(FetchError, match=r"broken\.pem.*cannot be used as a client certificate") as caught,
    ):
        client.post("https://127.0.0.1:9/", body=b"", headers={}, certificate=(str(broken), str(broken)))
    assert caught.value.permanent


def trusting() -> ssl.SSLContext:
    context = tls_context()
    AUTHORITY.configure_trust(context)
    return context
