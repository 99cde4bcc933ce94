"""Answer: what a server said, whole and decoded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

FOREVER = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer, whatever its status. `url` is where it came from in the end, without user and password."""

    url: str
    status: int
    headers: Mapping[str, str]
    """Names in any case; repeated fields are joined by commas (RFC 9110 section 5.3)."""
    body: bytes = field(repr=False)
    """Free of transfer and content codings."""

    @property
    def said(self) -> str:
        """The status for a person, as `404 Not Found`."""
        try:
            return f"{self.status} {HTTPStatus(self.status).phrase}"
        except ValueError:
            return str(self.status)

    def retry_after(self, now: datetime) -> timedelta | None:
        """Return the wait that is asked for (RFC 9110 section 10.2.3); None where there is none, or it is over."""
        text = self.headers.get("Retry-After", "").strip()
        if text.isascii() and text.isdigit():
            seconds = FOREVER if len(text) > len(str(FOREVER)) else min(int(text), FOREVER)
            return timedelta(seconds=seconds) or None
        try:
            then = parsedate_to_datetime(text)
            wait = (then if then.tzinfo else then.replace(tzinfo=UTC)) - now
        except (ValueError, TypeError, OverflowError):
            return None
        return min(wait, timedelta(seconds=FOREVER)) if wait > timedelta() else None
