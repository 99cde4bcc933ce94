"""Webhooks: signed as Standard Webhooks lays down where they are our own, tried once, and the answer understood."""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from feedbot.delivery import Hook, Message, Sent
from feedbot.errors import AddressRefused, FetchError, Overdue, SendError
from feedbot.item import legal
from feedbot.outbound import Answer, Outbound
from feedbot.ports import Clock
from feedbot.target import Access, WebhookTarget

DEADLINE = timedelta(seconds=15)
_AGAIN = frozenset({408, 425})
_OF_THE_TARGET = frozenset({401, 403, 404, 407})
"""What refuses us, or is not there, whatever we send: it may be put right."""
_MOVED = frozenset({301, 308})
_WHOLE_TARGET = frozenset({429, 502, 504})


class WebhookSender:
    """Posts to the address of a target; redirects are not followed. The address is a secret: only its host is told.

    Who does not answer within `deadline` has not taken it.
    """

    def __init__(self, target: WebhookTarget, outbound: Outbound, clock: Clock, deadline: timedelta = DEADLINE) -> None:
        self._target = target
        self._outbound = outbound
        self._clock = clock
        self._deadline = deadline
        self._host = urlsplit(target.url).hostname or "the webhook"

    def send(self, message: Message) -> Sent:
        """Post a signed body. Raises SendError with what the answer means."""
        if not isinstance(message, Hook):
            raise SendError("a webhook takes webhook bodies only", permanent=True)
        answer = self.ask(message, self.headers(message))
        if 200 <= answer.status < 300:
            return Sent(_named(answer.status))
        raise self._refusal(answer)

    def headers(self, hook: Hook) -> dict[str, str]:
        """Return the headers of a try that begins now."""
        own = signed(hook, self._target.secrets, self._clock()) if hook.signed else {"Content-Type": hook.content_type}
        return {**self._target.access.headers, **own, **authorised(self._target.access)}

    def ask(self, hook: Hook, headers: Mapping[str, str]) -> Answer:
        """Return the answer to a try, whatever its status. Raises SendError where there is none."""
        try:
            return self._outbound.post(
                hook.url or self._target.url,
                body=hook.body,
                headers=headers,
                allow=self._target.allow,
                deadline=self._deadline,
                method=hook.method,
                certificate=self._target.access.certificate,
            )
        except FetchError as error:
            raise self._unsent(error) from None  # what it came from would show the address

    def close(self) -> None:
        """Let go of nothing: the connections belong to the client that all share."""

    def _unsent(self, error: FetchError) -> SendError:
        match error:
            case AddressRefused():
                return SendError(f"{self._host}: {error}", permanent=True)
            case Overdue():
                return SendError(f"{self._host} did not answer within {self._deadline.total_seconds():g} s")
            case _:
                why = self._discreet(str(error).partition(": ")[2])  # before it stands the address
                said = f"{self._host} could not be reached"
                return SendError(f"{said}: {why}" if why else said, permanent=error.permanent)

    def _refusal(self, answer: Answer) -> SendError:
        """Translate an answer that is not 2xx (Standard Webhooks, section on delivery)."""
        status = answer.status
        wait = retry_after(answer.headers.get("Retry-After", ""), self._clock()) or asked(answer.body)
        said = f"{self._host} answered {_named(status)}"
        if 300 <= status < 400:
            why = f"{said}; redirects are not followed, configure the address that it leads to"
            return SendError(why, gone=status in _MOVED)
        if status == HTTPStatus.GONE:
            return SendError(f"{said}: it wants no more messages", gone=True)
        if status in _WHOLE_TARGET:
            return SendError(said, throttled=True, retry_after=wait)
        refused = 400 <= status < 500
        permanent = refused and status not in _AGAIN | _OF_THE_TARGET
        detail = self._discreet(answer.body[:2000].decode("utf-8", "replace")) if refused else ""
        return SendError(f"{said}: {detail}" if detail else said, permanent=permanent, retry_after=wait)

    def _discreet(self, text: str) -> str:
        """Return a text on one line, or nothing where it might show a part of the address or a secret."""
        parts = urlsplit(self._target.url)
        access = self._target.access
        pieces = [*parts.path.split("/"), *re.split("[&=]", parts.query), parts.password or "", *self._target.secrets]
        pieces += [access.token, *(access.login or ()), *access.headers.values()]
        hidden = any(piece in text for piece in pieces if len(piece) > 3)
        return "" if hidden else " ".join(legal(text).split())[:200]


def signed(hook: Hook, secrets: tuple[str, ...], now: datetime) -> dict[str, str]:
    """Return the headers of one try: the id is that of every try, the time is now, a signature for each secret.

    Raises SendError where a secret cannot be read.
    """
    message_id, timestamp = f"msg_{hook.key}", str(int(now.timestamp()))
    content = f"{message_id}.{timestamp}.".encode() + hook.body
    digests = (hmac.digest(_key(secret), content, hashlib.sha256) for secret in secrets)
    signatures = " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)
    headers = {"Content-Type": hook.content_type, "Webhook-Id": message_id, "Webhook-Timestamp": timestamp}
    return headers | ({"Webhook-Signature": signatures} if signatures else {})


def authorised(access: Access) -> dict[str, str]:
    """Return the header that says who we are: bearer (RFC 6750) or basic (RFC 7617), none where neither is set."""
    if access.token:
        return {"Authorization": f"Bearer {access.token}"}
    if access.login:
        return {"Authorization": f"Basic {base64.b64encode(':'.join(access.login).encode()).decode()}"}
    return {}


def asked(body: bytes) -> timedelta | None:
    """Return the wait that Discord, Telegram and Matrix ask for in the body of an answer; None where it has none."""
    try:
        said = json.loads(body[:10_000])
        inner = said.get("parameters") or {}
        seconds = float(said.get("retry_after") or inner.get("retry_after") or said.get("retry_after_ms", 0) / 1000)
        return timedelta(seconds=min(seconds, 10**9)) if seconds > 0 else None
    except (ValueError, TypeError, AttributeError):
        return None


def _key(secret: str) -> bytes:
    """Return the key that a secret stands for, as the libraries of Standard Webhooks read it.

    After `whsec_`, or without it, stands base64; a secret that is no base64 is the bytes of its text.
    """
    text = secret.removeprefix("whsec_")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        if text != secret:
            why = "the webhook's secret begins with whsec_ but what follows is not base64; copy it again, whole"
            raise SendError(why, throttled=True) from None
        return secret.encode()


def retry_after(value: str, now: datetime) -> timedelta | None:
    """Return the wait that a Retry-After header asks for (RFC 9110 section 10.2.3), None where it asks for none."""
    text = value.strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:10]), 10**9))
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    wait = (when if when.tzinfo else when.replace(tzinfo=UTC)) - now
    return wait if wait > timedelta() else None


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
