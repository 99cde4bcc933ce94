"""The mail server that takes our mails: how to reach it, encrypt (RFC 3207, RFC 8314) and log in (RFC 4954)."""

import smtplib
import socket
import ssl
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Any, Literal

from feedbot.errors import SendError

STEP = 15.0
"""Seconds that the server may take over one answer."""
WHOLE = 40.0
"""Seconds that it may take over one mail, connecting and login included."""
LOGIN_PAUSE = timedelta(minutes=15)
"""After a refused login: long enough not to be locked out for guessing."""
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """The mail server that takes our mails.

    `smtps` speaks TLS from the first byte. With `smtp`, `starttls` decides: `required` never says a word of
    mail or password without proven TLS; `opportunistic` encrypts where the server offers it, without asking
    for a proven certificate, but counts as `required` when there is a login and the server is another
    machine; `never` stays in the clear.
    """

    host: str = "localhost"
    port: int = 25
    scheme: Literal["smtp", "smtps"] = "smtp"
    starttls: Literal["required", "opportunistic", "never"] = "opportunistic"
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """How error texts call it."""
        return f"{self.host}:{self.port}"

    @property
    def proven(self) -> bool:
        """Whether nothing may be said before TLS with a proven certificate."""
        elsewhere = self.host not in _LOOPBACK
        return self.starttls == "required" or (self.starttls == "opportunistic" and bool(self.user) and elsewhere)


class Conversation(smtplib.SMTP):
    """A connection whose every answer has a time limit, and all of them together one."""

    def __init__(self, relay: Relay, **options: Any) -> None:  # noqa: ANN401 - handed on to the next class of two
        self._step = STEP
        self.allow()
        name = socket.gethostname()
        ours = name if "." in name else "[127.0.0.1]"
        super().__init__(relay.host, relay.port, local_hostname=ours, timeout=STEP, **options)

    def allow(self, seconds: float = WHOLE) -> None:
        """Give the server so many seconds from now."""
        self._ends = monotonic() + seconds

    def getreply(self) -> tuple[int, bytes]:
        """Wait for one answer. Raises TimeoutError."""
        left = self._ends - monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        if self.sock is not None:
            self.sock.settimeout(min(self._step, left))
        try:
            return super().getreply()
        except smtplib.SMTPServerDisconnected as error:
            if isinstance(error.__context__, TimeoutError):
                raise error.__context__ from error
            raise

    def data(self, msg: Any) -> tuple[int, bytes]:  # noqa: ANN401 - a buffer, which Python 3.11 cannot name
        """Send a mail and wait long for its answer: who gives up here sends it twice (RFC 5321 section 4.5.3.2.6)."""
        self._step = WHOLE
        try:
            return super().data(msg)
        finally:
            self._step = STEP


class _TlsConversation(Conversation, smtplib.SMTP_SSL):
    """The same, with TLS from the first byte."""


def connected(relay: Relay, tls: ssl.SSLContext) -> Conversation:
    """Return a connection to `relay`, encrypted and logged in as it asks; `tls` proves its certificate.

    Raises SendError with `throttled` set: without the relay no mail goes out, whichever it is.
    """
    smtp = None
    try:
        smtp = _TlsConversation(relay, context=tls) if relay.scheme == "smtps" else Conversation(relay)
        smtp.ehlo_or_helo_if_needed()
        if relay.scheme == "smtp" and relay.starttls != "never":
            _secure(smtp, relay, tls)
        if relay.user:
            smtp.login(relay.user, relay.password)
    except BaseException as error:
        if smtp is not None:
            smtp.close()
        if isinstance(error, OSError | ValueError):  # smtplib's own are OSErrors
            raise _trouble(relay, error) from error
        raise
    return smtp


def _secure(smtp: Conversation, relay: Relay, tls: ssl.SSLContext) -> None:
    if smtp.has_extn("starttls"):
        try:
            smtp.starttls(context=tls if relay.proven else _unproven())
        except smtplib.SMTPResponseException:
            if relay.proven:
                raise
        smtp.ehlo()
    elif relay.proven:
        said = f"the mail server {relay.name} offers no STARTTLS, and mail must not travel in the clear"
        remedy = "use a server or port that offers it, or smtps://, or allow mail in the clear with `starttls: never`"
        raise SendError(f"{said}; {remedy}", throttled=True)


def _unproven() -> ssl.SSLContext:
    """Return a context that encrypts for whoever answers; better than none, where none would do (RFC 7435)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _trouble(relay: Relay, error: Exception) -> SendError:
    name = f"the mail server {relay.name}"
    match error:
        case smtplib.SMTPAuthenticationError():
            said = f"{name} refused the login of {relay.user}: {_answer(error)}"
            pause = LOGIN_PAUSE if error.smtp_code >= 500 else None
            return SendError(f"{said}; check user and password", throttled=True, retry_after=pause)
        case smtplib.SMTPResponseException():
            why = f"refused the connection: {_answer(error)}"
        case ssl.SSLCertVerificationError():
            why = f"shows a certificate that cannot be trusted: {error.verify_message}; mend it, or name the right host"
        case ssl.SSLError():
            why = f"speaks no TLS that we understand: {error.reason}; check scheme, port and `starttls`"
        case TimeoutError():
            why = "did not answer in time; check host and port"
        case socket.gaierror():
            why = f"cannot be found: {error.strerror}; check the host name"
        case UnicodeError():
            why = "cannot be told the login: user and password must be of ASCII letters"
        case smtplib.SMTPNotSupportedError():
            why = f"offers no login: {error}; leave user and password out, or use its submission port"
        case _:
            why = f"cannot be reached: {error}"
    return SendError(f"{name} {why}", throttled=True)


def _answer(error: smtplib.SMTPResponseException) -> str:
    text = error.smtp_error
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{error.smtp_code} {' '.join(said.split())[:200]}"
