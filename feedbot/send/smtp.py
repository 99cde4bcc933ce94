"""Mails over SMTP (RFC 5321): one connection for many mails; tries once, and says what was refused."""

import smtplib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ssl import SSLContext
from time import monotonic

from feedbot.delivery import Mail, Message, Partly, Sent
from feedbot.errors import SendError
from feedbot.item import legal
from feedbot.send.relay import STEP, WHOLE, Conversation, Relay, connected

Refused = Mapping[str, tuple[int, bytes]]
MOST_NAMED = 20
Sign = Callable[[bytes], bytes]
"""Makes the header that signs a mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Letter:
    """What goes over in one envelope, within so many seconds."""

    sender: str
    recipients: Sequence[str]
    raw: bytes
    seconds: float


@dataclass(slots=True)
class _Count:
    """Who got a mail, who never will, and who may later."""

    reply: str = ""
    reached: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, str] = field(default_factory=dict)
    errors: list[SendError] = field(default_factory=list)
    broken: bool = False
    """The relay itself is in trouble; it is not asked again."""

    @property
    def tried(self) -> bool:
        return bool(self.reached or self.errors)

    def taken(self, reply: bytes, recipients: Sequence[str], refused: Refused) -> None:
        """Note that the relay took a mail for those it did not refuse."""
        self.reply = self.reply or f"250 {_text(reply)}"
        self.reached += len(recipients) - len(refused)
        for address, (code, said) in refused.items():
            kept = self.refused if 500 <= code < 600 else self.waiting
            kept[address] = f"{code} {_text(said)}"

    def failed(self, recipients: Sequence[str], error: SendError) -> None:
        """Note that the relay took a mail for none of these."""
        self.errors.append(error)
        self.broken = error.throttled
        kept = self.refused if error.permanent else self.waiting
        kept.update(dict.fromkeys(recipients, str(error)))

    def later(self, recipients: Sequence[str], why: str) -> None:
        """Note that these were not tried."""
        self.waiting.update(dict.fromkeys(recipients, why))

    def outcome(self) -> Sent | Partly:
        """Return what became of the mail. Raises SendError where it reached nobody."""
        if not self.reached:
            raise self._error()
        refused = f"refused for good: {_names(self.refused)}" if self.refused else ""
        waiting = f"to be tried again: {_names(self.waiting)}" if self.waiting else ""
        count = self.reached + len(self.refused) + len(self.waiting)
        parted = f"taken for {self.reached} of {count}" if refused or waiting else ""
        reply = "; ".join(filter(None, (self.reply, parted, refused, waiting)))
        return Partly(reply, tuple(self.waiting), reached=True) if self.waiting else Sent(reply)

    def _error(self) -> SendError:
        """Return the mildest error: while one recipient may still be reached, the mail is tried again."""
        return min(self.errors, key=lambda error: (not error.throttled, error.permanent))


class SmtpSender:
    """Hands mails to a relay over one connection, which is opened for the first and renewed when it drops.

    A mail has one envelope, or one for each recipient. Who is refused for good is named in the outcome, and who is
    refused for a while is left for a later try; neither costs the others anything. `sign` gives a mail its signature.
    """

    def __init__(self, relay: Relay, tls: SSLContext, sign: Sign | None = None) -> None:
        self._relay = relay
        self._tls = tls
        self._sign = sign
        self._smtp: Conversation | None = None

    def send(self, message: Message) -> Sent | Partly:
        """Hand a mail to the relay. Raises SendError where it reached nobody: 4xx is temporary, 5xx permanent.

        A connection that is lost after the mail, before its answer, is temporary: the mail may arrive twice,
        with the same Message-ID.
        """
        if not isinstance(message, Mail):
            raise SendError("a mail server takes mails only", permanent=True)
        count = _Count()
        ends = monotonic() + WHOLE
        for recipients, raw in message.letters():
            seconds = ends - monotonic()
            if count.broken or (count.tried and seconds < STEP):
                count.later(recipients, "its turn had not come")
                continue
            try:
                self._hand_over(message.sender, recipients, raw, seconds, count)
            except SendError as error:
                count.failed(recipients, error)
        return count.outcome()

    def _hand_over(self, sender: str, recipients: Sequence[str], raw: bytes, seconds: float, count: "_Count") -> None:
        raw = self._sign(raw) + raw if self._sign else raw
        letter = _Letter(sender=sender, recipients=recipients, raw=raw, seconds=seconds)
        with self._translated():
            smtp = self._begun(letter)
            refused = _addressed(smtp, recipients)
            code, reply = smtp.data(raw)
            if code != 250:
                raise smtplib.SMTPDataError(code, reply)
            count.taken(reply, recipients, refused)

    def close(self) -> None:
        """Say goodbye to the relay."""
        if self._smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._smtp.allow(2)
                self._smtp.quit()
        self._drop()

    def _begun(self, mail: _Letter) -> Conversation:
        """Return a connection on which the relay has taken the sender, a new one where the old was dropped."""
        code, reply = self._asked_again(mail)
        if code == 421 or self._smtp is None:
            self._drop()
            self._smtp = connected(self._relay, self._tls)
            code, reply = _mail_from(self._smtp, mail)
        if code != 250:
            raise smtplib.SMTPSenderRefused(code, reply, mail.sender)
        return self._smtp

    def _asked_again(self, mail: _Letter) -> tuple[int, bytes]:
        """Begin a mail on the connection of the last one; 421 where there is none, or it is no more."""
        if self._smtp is None:
            return 421, b""
        try:
            self._smtp.allow(mail.seconds)
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


def _mail_from(smtp: Conversation, mail: _Letter) -> tuple[int, bytes]:
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


def _names(told: Mapping[str, str]) -> str:
    shown = [f"{address} ({why})" for address, why in list(told.items())[:MOST_NAMED]]
    return "; ".join([*shown, *([f"and {len(told) - MOST_NAMED} more"] if len(told) > MOST_NAMED else [])])


def _text(reply: bytes | str) -> str:
    """Return what a server said, fit for one line of a log."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return " ".join(legal(text).split())[:200]
