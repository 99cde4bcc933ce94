"""Mails over SMTP (RFC 5321): one connection for many mails; tries once, and says what was refused."""

import smtplib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from ssl import SSLContext

from feedbot.delivery import Mail, Message, Sent
from feedbot.errors import SendError
from feedbot.item import legal
from feedbot.send.relay import Conversation, Relay, connected

Refused = Mapping[str, tuple[int, bytes]]


class SmtpSender:
    """Hands mails to a relay over one connection, which is opened for the first and renewed when it drops.

    A mail has one envelope. When a part of its recipients is refused the others get it, and the outcome names
    the refused: trying again would send it twice to those who have it.
    """

    def __init__(self, relay: Relay, tls: SSLContext) -> None:
        self._relay = relay
        self._tls = tls
        self._smtp: Conversation | None = None

    def send(self, message: Message) -> Sent:
        """Hand a mail to the relay. Raises SendError: 4xx answers are temporary, 5xx permanent.

        A connection that is lost after the mail, before its answer, is temporary: the mail may arrive twice,
        with the same Message-ID.
        """
        if not isinstance(message, Mail):
            raise SendError("a mail server takes mails only", permanent=True)
        with self._translated():
            smtp = self._begun(message)
            refused = _addressed(smtp, message.recipients)
            code, reply = smtp.data(message.raw)
            if code != 250:
                raise smtplib.SMTPDataError(code, reply)
            return Sent(_accepted(reply, refused, len(message.recipients)))

    def close(self) -> None:
        """Say goodbye to the relay."""
        if self._smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._smtp.allow(2)
                self._smtp.quit()
        self._drop()

    def _begun(self, mail: Mail) -> Conversation:
        """Return a connection on which the relay has taken the sender, a new one where the old was dropped."""
        code, reply = self._asked_again(mail)
        if code == 421 or self._smtp is None:
            self._drop()
            self._smtp = connected(self._relay, self._tls)
            code, reply = _mail_from(self._smtp, mail)
        if code != 250:
            raise smtplib.SMTPSenderRefused(code, reply, mail.sender)
        return self._smtp

    def _asked_again(self, mail: Mail) -> tuple[int, bytes]:
        """Begin a mail on the connection of the last one; 421 where there is none, or it is no more."""
        if self._smtp is None:
            return 421, b""
        try:
            self._smtp.allow()
            return _mail_from(self._smtp, mail)
        except OSError:  # SMTPServerDisconnected is one
            return 421, b""

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn what went wrong into a SendError, and leave a connection fit for the next mail, or none."""
        try:
            yield
        except smtplib.SMTPRecipientsRefused as error:
            address, (code, reply) = _mildest(error.recipients)
            self._reset(code)
            raise _refusal(f"the recipient {address}", code, reply) from error
        except smtplib.SMTPResponseException as error:
            self._reset(error.smtp_code)
            raise _refusal("the mail", error.smtp_code, error.smtp_error) from error
        except TimeoutError as error:
            self._drop()
            raise SendError(f"the mail server {self._relay.name} did not answer in time") from error
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            said = f"the connection to the mail server {self._relay.name} was lost before it took the mail"
            raise SendError(f"{said}: {error}") from error

    def _reset(self, code: int) -> None:
        """Leave a refused mail behind, or the connection where the relay leaves (421)."""
        try:
            if code != 421 and self._smtp is not None and self._smtp.rset()[0] == 250:
                return
        except (smtplib.SMTPException, OSError):
            pass
        self._drop()

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None


def _mail_from(smtp: Conversation, mail: Mail) -> tuple[int, bytes]:
    options = [f"SIZE={len(mail.raw)}"] if smtp.has_extn("size") else []
    if not all(address.isascii() for address in (mail.sender, *mail.recipients)):
        if not smtp.has_extn("smtputf8"):
            why = "an address of this mail has letters outside ASCII, which the mail server does not take (SMTPUTF8)"
            raise SendError(f"{why}; write the address in ASCII", permanent=True)
        options += ["SMTPUTF8", "BODY=8BITMIME"]
    return smtp.mail(mail.sender, options)


def _addressed(smtp: Conversation, recipients: Sequence[str]) -> Refused:
    """Name the recipients; return those who were refused. Raises SMTPRecipientsRefused when nobody is left."""
    refused = {}
    for address in recipients:
        code, reply = smtp.rcpt(address)
        if code == 421:
            raise smtplib.SMTPRecipientsRefused({address: (code, reply)})
        if code not in {250, 251, 252}:
            refused[address] = (code, reply)
    if len(refused) == len(recipients):
        raise smtplib.SMTPRecipientsRefused(refused)
    return refused


def _mildest(refused: Refused) -> tuple[str, tuple[int, bytes]]:
    """Return the refusal with the lowest code: while one may still be taken, the mail is tried again."""
    return min(refused.items(), key=lambda each: each[1][0])


def _refusal(what: str, code: int, reply: bytes | str) -> SendError:
    text = f"the mail server refused {what}: {code} {_text(reply)}"
    return SendError(text, permanent=500 <= code < 600, throttled=code == 421)


def _accepted(reply: bytes, refused: Refused, count: int) -> str:
    if not refused:
        return f"250 {_text(reply)}"
    names = "; ".join(f"{address} ({code} {_text(said)})" for address, (code, said) in refused.items())
    return f"250 {_text(reply)}; taken for {count - len(refused)} of {count}, refused: {names}"


def _text(reply: bytes | str) -> str:
    """Return what a server said, fit for one line of a log."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return " ".join(legal(text).split())[:200]
