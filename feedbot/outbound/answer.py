"""Answer: what a server said, whole and decoded."""

from collections.abc import Iterator, Mapping
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
    moved: str = ""
    """Where permanent redirects (301, 308) lead from the address that was asked, up to the first that is none."""
    requests: int = 1
    """With redirects."""
    received: int = 0
    """Bytes over the wire, with redirects."""

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

    def fresh(self, now: datetime) -> timedelta | None:
        """Return how long it is fresh, as it says itself (RFC 9111 section 4.2); None where it says nothing of use."""
        said = dict(_directives(self.headers.get("Cache-Control", "")))
        if "no-cache" in said or "no-store" in said:
            return None
        seconds = _seconds(said.get("max-age", ""))
        if seconds is None:
            return self._expires(now)
        wait = timedelta(seconds=seconds - (_seconds(self.headers.get("Age", "").strip()) or 0))
        return wait if wait > timedelta() else None

    def _expires(self, now: datetime) -> timedelta | None:
        """Return how long it is until it expires, by its own clock where it tells that."""
        ends = _date(self.headers.get("Expires", ""))
        if ends is None:
            return None
        wait = ends - (_date(self.headers.get("Date", "")) or now)
        return min(wait, timedelta(seconds=FOREVER)) if wait > timedelta() else None


def _directives(text: str) -> Iterator[tuple[str, str]]:
    for part in text.split(","):
        name, _, value = part.partition("=")
        yield name.strip().lower(), value.strip().strip('"')


def _seconds(text: str) -> int | None:
    """Return a number of seconds (RFC 9111 section 1.2.2), however large."""
    if not text.isascii() or not text.isdigit():
        return None
    return FOREVER if len(text) > len(str(FOREVER)) else min(int(text), FOREVER)


def _date(text: str) -> datetime | None:
    try:
        then = parsedate_to_datetime(text.strip())
        return (then if then.tzinfo else then.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
