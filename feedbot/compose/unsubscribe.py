"""Signed links that take one recipient off one target (RFC 8058): made here, and read here when somebody comes back."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from dataclasses import dataclass

from feedbot.source import TargetId

PATH = "unsubscribe/"
"""Where such links lead, below the site's address; the token follows."""
_SIGNED = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """Who wants to hear no more from what."""

    target_id: TargetId
    address: str


def link(site_url: str, leaving: Leaving, key: str) -> str:
    """Return the address that says `leaving`, signed with `key`; the same on every mail, for ever."""
    return f"{site_url.rstrip('/')}/{PATH}{token(leaving, key)}"


def token(leaving: Leaving, key: str) -> str:
    """Return what says `leaving`, signed, in letters, digits, `-` and `_`."""
    said = f"{leaving.target_id}\n{leaving.address}".encode()
    return urlsafe_b64encode(_sign(said, key) + said).decode().rstrip("=")


def read(token: str, key: str) -> Leaving | None:
    """Return what a token says; None where it was not signed with `key`, or is no token at all."""
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        target_id, _, address = raw[_SIGNED:].decode().partition("\n")
    except (Error, ValueError):
        return None
    genuine = bool(key) and hmac.compare_digest(raw[:_SIGNED], _sign(raw[_SIGNED:], key))
    return Leaving(target_id=TargetId(target_id), address=address) if genuine and address else None


def _sign(said: bytes, key: str) -> bytes:
    return hmac.digest(key.encode(), b"feedbot unsubscribe\n" + said, hashlib.sha256)[:_SIGNED]
