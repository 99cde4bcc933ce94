"""A mail server on loopback that answers as a test tells it."""

import socket
from asyncio import Transport
from contextlib import closing
from dataclasses import dataclass, field

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass(frozen=True)
class Received:
    sender: str
    recipients: list[str]
    raw: bytes
    encrypted: bool
    user: bytes | None


@dataclass
class Office:
    """What the mail server does: its answers in turn to each command, none left means yes."""

    mail: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    extensions: list[str] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    hellos: int = 0
    resets: int = 0

    async def handle_EHLO(  # noqa: N802 - so called by the server
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.hellos += 1
        session.host_name = hostname
        return [responses[0], *self.extensions, *responses[1:]]

    async def handle_RSET(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        self.resets += 1
        return "250 OK"

    async def handle_MAIL(  # noqa: N802 - the same
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.mail.pop(0) if self.mail else "250 OK"
        if answer.startswith("250"):
            envelope.mail_from = address
        if answer.startswith("421"):
            line(server).write(f"{answer}\r\n".encode())
            line(server).close()
        return answer

    async def handle_RCPT(  # noqa: N802 - the same
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        answer = self.data.pop(0) if self.data else "250 2.0.0 taken"
        if answer.startswith("250") or answer == "cut":
            user = session.auth_data.login if isinstance(session.auth_data, LoginPassword) else None
            raw = envelope.content if isinstance(envelope.content, bytes) else b""
            sender, encrypted = str(envelope.mail_from), session.ssl is not None
            self.received.append(Received(sender, envelope.rcpt_tos, raw, encrypted, user))
        if answer == "cut":
            line(server).abort()
        return answer


def line(server: SMTP) -> Transport:
    assert isinstance(server.transport, Transport)
    return server.transport


def checked(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    good = data == LoginPassword(b"news", b"s3cret")
    return AuthResult(success=good, handled=False, auth_data=data)


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return int(server.getsockname()[1])
