"""What is said of trouble that no loopback server can be made to cause."""

import errno
import http.client
import socket
import ssl

import pytest

from feedbot.outbound import trouble


def tls_error(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, f"[SSL: {reason}] x")
    error.reason = reason
    return error


def certificate_error(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "x")
    error.verify_code, error.verify_message = code, "certificate revoked"
    return error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), "there is no host of the name news.example"),
        (socket.gaierror(socket.EAI_AGAIN, "x"), "the name servers could not say where news.example is"),
        (UnicodeError("label too long"), "news.example cannot be the name of a host"),
    ],
)
def test_a_name_that_leads_nowhere(error: OSError | UnicodeError, said: str) -> None:
    assert trouble.of_name("news.example", error).startswith(said)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TimeoutError(), "no connection to a port 80 within 10 s"),
        (ConnectionRefusedError(), "nothing listens there (connection refused)"),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), "no connection to a port 80: Network is unreachable"),
        (OSError("odd"), "no connection to a port 80: odd"),
    ],
)
def test_a_connection_that_fails(error: OSError, said: str) -> None:
    assert trouble.of_connecting("a port 80", error, 10.0) == said


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (certificate_error(23), "the certificate of a is not valid: certificate revoked"),
        (certificate_error(9), "the certificate of a is not valid yet; is the clock of this machine right?"),
        (tls_error("SSLV3_ALERT_HANDSHAKE_FAILURE"), "a offers no encryption that is safe"),
        (tls_error("DH_KEY_TOO_SMALL"), "a offers no encryption that is safe"),
        (tls_error("TLSV1_ALERT_PROTOCOL_VERSION"), "a speaks only TLS 1.1 or older"),
        (tls_error("WRONG_VERSION_NUMBER"), "a does not speak TLS on that port"),
        (tls_error("SOMETHING_NEW"), "the TLS handshake with a failed: SOMETHING_NEW"),
        (
            ConnectionResetError(104, "Connection reset by peer"),
            "the TLS handshake with a failed: Connection reset by peer",
        ),
    ],
)
def test_a_handshake_that_fails(error: OSError, said: str) -> None:
    assert trouble.of_tls("a", error).startswith(said)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ssl.SSLEOFError(8, "x"), "the answer was cut off: the server closed the connection without saying so"),
        (tls_error("TLSV13_ALERT_CERTIFICATE_REQUIRED"), "TLS trouble: TLSV13_ALERT_CERTIFICATE_REQUIRED"),
        (http.client.LineTooLong("header line"), "the answer breaks the rules of HTTP: got more than 65536 bytes"),
    ],
)
def test_an_answer_that_fails_is_told_by_what_lies_beneath(error: Exception, said: str) -> None:
    for outer in (error, OSError("Connection aborted.", error)):
        assert trouble.of_answer(outer).startswith(said)


def test_an_unknown_trouble_is_told_as_it_is_without_what_a_terminal_would_obey() -> None:
    error = OSError(24, "Too many \x1b[2J\nopen files")
    assert trouble.of_answer(error) == "no answer: OSError: [Errno 24] Too many [2Jopen files"
