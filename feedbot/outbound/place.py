"""Place: a URL as it is asked, where its redirects lead, and which headers may go there."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit, urlunsplit

from feedbot.errors import FetchError

DEFAULT_PORTS = {"http": 80, "https": 443}
ANYWHERE = frozenset(
    {"accept", "accept-encoding", "accept-language", "if-modified-since", "if-none-match", "user-agent"}
)
"""The request headers that say nothing of who asks: all others stay with the origin they were meant for."""


MAX_URL = 8_000


def shown(url: str) -> str:
    """Return `url` without user and password, fit for a log."""
    return re.sub(r"^([^/?#]*//)[^/?#]*@", r"\1", url)


def login(url: str) -> Mapping[str, str]:
    """Return the header that says the user and password of `url`; none where it has none. Raises FetchError."""
    return Place.of(url, {}).headers


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request goes, and what it says there. `url` has no user, password or fragment."""

    url: str
    headers: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, url: str, headers: Mapping[str, str]) -> Self:
        """Return the place that `url` names; its user and password become an Authorization (RFC 7617).

        Raises FetchError where it is none that can be asked.
        """
        parts = _parts(url)
        user, at, host = parts.netloc.rpartition("@")
        if at:
            name, _, password = user.partition(":")
            secret = base64.b64encode(f"{unquote(name)}:{unquote(password)}".encode()).decode()
            headers = {"Authorization": f"Basic {secret}", **headers}
        return cls(urlunsplit((parts.scheme, host, parts.path, parts.query, "")), headers)

    def onward(self, location: str) -> Self:
        """Return the place that a redirect leads to, with the headers that may go there.

        A redirect from https to http is followed over https: many servers behind a proxy send those by mistake,
        and what was asked for in safety must not be answered by whoever sits between. Raises FetchError.
        """
        there = Place.of(urljoin(self.url, _printable(_utf8(location.strip()))), {}).url
        if self.url.startswith("https:") and there.startswith("http:"):
            there = self._secured(urlsplit(there))
        return type(self)(there, self.headers if self._reaches(there) else _harmless(self.headers))

    def _secured(self, there: SplitResult) -> str:
        if there.port not in {None, 80}:
            raise FetchError(
                f"{self.url}: redirects from https to {there.geturl()}, which is not encrypted and so not followed; "
                "configure that address if you trust the way to it",
                permanent=True,
            )
        return there._replace(scheme="https", netloc=there.netloc.removesuffix(":80")).geturl()

    def _reaches(self, url: str) -> bool:
        """Say whether `url` is of the same origin, or the same host by default ports turned to https."""
        here, there = _origin(self.url), _origin(url)
        return there in {here, ("https", here[1], 443) if here[::2] == ("http", 80) else here}


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").rstrip("."), parts.port or DEFAULT_PORTS[parts.scheme]


def _harmless(headers: Mapping[str, str]) -> Mapping[str, str]:
    return {name: value for name, value in headers.items() if name.lower() in ANYWHERE}


def _parts(url: str) -> SplitResult:
    if len(url) > MAX_URL:
        raise FetchError(f"{shown(url[:80])}...: longer than {MAX_URL:,} characters", permanent=True)
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise FetchError(f"{shown(url)}: not a URL ({error})", permanent=True) from None
    if parts.scheme not in DEFAULT_PORTS:
        raise FetchError(f"{shown(url)}: only http and https addresses can be asked", permanent=True)
    if not parts.hostname or port == 0:
        missing = "port 0 is no port" if parts.hostname else "no host is named"
        raise FetchError(f"{shown(url)}: not a URL that can be asked: {missing}", permanent=True)
    return parts


def _utf8(location: str) -> str:
    """Return a header's text as what its bytes most likely mean (they were read as Latin-1)."""
    try:
        return location.encode("latin-1").decode()
    except UnicodeError:
        return location


def _printable(text: str) -> str:
    """Return `text` with what cannot be seen percent-encoded: a stranger's words are on their way to a log."""
    return text if text.isprintable() else "".join(one if one.isprintable() else quote(one) for one in text)
