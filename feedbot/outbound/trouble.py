"""What went wrong, in words for the one who operates feedbot."""

import http.client
import socket
import ssl
from collections.abc import Iterator

import urllib3.exceptions as urllib3

EXPIRED, NOT_YET, SELF_SIGNED = 10, 9, 18
UNKNOWN_AUTHORITY = frozenset({2, 19, 20, 21})
OTHER_NAME = frozenset({62, 64})
"""Codes of OpenSSL (X509_V_ERR_...)."""
OLD = ("UNSUPPORTED_PROTOCOL", "PROTOCOL_VERSION", "WRONG_SSL_VERSION", "NO_PROTOCOLS_AVAILABLE", "VERSION_TOO_LOW")
NO_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH", "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL")
WEAK = ("HANDSHAKE_FAILURE", "NO_SHARED_CIPHER", "TOO_SMALL", "TOO_WEAK", "LEGACY_RENEGOTIATION")


def of_name(host: str, error: OSError | UnicodeError) -> str:
    """Say why a name could not be looked up."""
    if isinstance(error, UnicodeError):
        return f"{host[:80]} cannot be the name of a host"
    if error.errno == socket.EAI_AGAIN:
        return f"the name servers could not say where {host} is; that may pass, or this machine's DNS needs a look"
    return f"there is no host of the name {host}; check its spelling, and whether it still exists"


def of_connecting(where: str, error: OSError, seconds: float) -> str:
    """Say why no connection came about."""
    match error:
        case TimeoutError():
            return f"no connection to {where} within {seconds:g} s"
        case ConnectionRefusedError():
            return "nothing listens there (connection refused)"
        case _:
            return f"no connection to {where}: {error.strerror or error}"


def of_tls(host: str, error: OSError) -> str:
    """Say why a TLS handshake failed, and what can be done."""
    match error:
        case ssl.SSLCertVerificationError():
            return _of_certificate(host, error)
        case ssl.SSLError(reason=str(reason)) if any(part in reason for part in OLD):
            return f"{host} speaks only TLS 1.1 or older, which is not safe; its operator must enable TLS 1.2 or 1.3"
        case ssl.SSLError(reason=str(reason)) if any(part in reason for part in NO_TLS):
            return f"{host} does not speak TLS on that port; is the address one with http:// ?"
        case ssl.SSLError(reason=str(reason)) if any(part in reason for part in WEAK):
            return f"{host} offers no encryption that is safe ({reason}); its operator must update its TLS settings"
        case _:
            return f"the TLS handshake with {host} failed: {getattr(error, 'reason', None) or error.strerror or error}"


def _of_certificate(host: str, error: ssl.SSLCertVerificationError) -> str:
    code = error.verify_code
    if code == EXPIRED:
        return f"the certificate of {host} has expired; its operator must renew it (or the clock here is wrong)"
    if code == NOT_YET:
        return f"the certificate of {host} is not valid yet; is the clock of this machine right?"
    if code in OTHER_NAME:
        return f"the certificate is not for {host}; check the address, or tell its operator ({error.verify_message})"
    if code == SELF_SIGNED:
        why = "signed itself its certificate, so anybody could stand there"
        return f"{host} {why}; if it is yours, add that certificate to those that this system trusts"
    if code in UNKNOWN_AUTHORITY:
        why = "the certificate is from an authority that is not known here, or an intermediate one is left out"
        return f"{host}: {why}; if it is yours, add the authority to those that this system trusts"
    return f"the certificate of {host} is not valid: {error.verify_message}"


def of_answer(error: BaseException) -> str:
    """Say why no whole answer came."""
    for inner in _chain(error):
        match inner:
            case http.client.RemoteDisconnected():
                return "the server closed the connection without an answer"
            case ConnectionResetError() | BrokenPipeError():
                return "the server broke the connection off (reset)"
            case ssl.SSLError() if isinstance(inner, ssl.SSLEOFError) or "UNEXPECTED_EOF" in (inner.reason or ""):
                return "the answer was cut off: the server closed the connection without saying so"
            case ssl.SSLError():
                return f"TLS trouble: {inner.reason or inner}"
            case http.client.IncompleteRead() | urllib3.IncompleteRead():
                return "the answer was cut off: less came than was announced"
            case http.client.BadStatusLine() | http.client.UnknownProtocol():
                return "what came was not HTTP"
            case http.client.HTTPException() | urllib3.InvalidHeader():
                return f"the answer breaks the rules of HTTP: {_printable(str(inner))}"
            case _:
                pass
    return f"no answer: {type(error).__name__}: {_printable(str(error))}"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Give the errors that an error is made of, from the outside in."""
    while error is not None:
        yield error
        wrapped = next((part for part in error.args if isinstance(part, BaseException)), None)
        error = wrapped or error.__cause__ or error.__context__


def _printable(text: str) -> str:
    return "".join(one for one in text[:200] if one.isprintable())
