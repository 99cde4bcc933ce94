"""Page: the bytes that a source answered with."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

FOLDER = "application/vnd.feedbot.folder+json"
"""Media type of the listing that the files adapter makes of a folder: `{"files": [{"name", "url", "modified",
"type", "length", "text"?}]}`, `modified` in RFC 3339, `text` the decoded content of small text files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a later request can be conditional on (RFC 9110 section 8.8); None where the answer had none."""

    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None
    """Digest of the last body, so that an equal one counts as not modified."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a source says of how often it wants to be asked; nothing where it says nothing."""

    fresh: timedelta | None = None
    """How long this answer is good (RFC 9111 section 4.2)."""
    ttl: timedelta | None = None
    """How long its feed says that it may be kept (RSS `ttl`)."""
    skip_hours: tuple[int, ...] = ()
    """Hours of the day, in UTC, in which nothing comes (RSS `skipHours`)."""
    skip_days: tuple[int, ...] = ()
    """Days of the week, in UTC, in which nothing comes (RSS `skipDays`); 0 is Monday."""

    def heeded(self, now: datetime, due: datetime, most: timedelta) -> datetime:
        """Return when to ask again after `now` that was to be `due`, no more than `most` later than now for its sake.

        Hours and days that are to be skipped end after a day at the latest. Times are aware UTC.
        """
        wanted = max(self.fresh or timedelta(), self.ttl or timedelta())
        asked = max(due, now + min(wanted, most))
        latest = max(asked, now + timedelta(days=1))
        while asked < latest and (asked.hour in self.skip_hours or asked.weekday() in self.skip_days):
            asked = asked.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        return min(asked, latest)


UNSAID = Wishes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What an answer cost the one who gave it."""

    requests: int = 1
    bytes: int = 0
    """As they came over the wire."""


ONCE = Cost()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer. `url` is the address it came from in the end; `fetched_at` is aware UTC."""

    url: str
    body: bytes
    content_type: str = ""
    status: int = 200
    etag: str | None = None
    last_modified: str | None = None
    fetched_at: datetime | None = None
    shown: str = ""
    """How a browser showed it, in words; empty for a page as it was sent."""
    link: str = ""
    """What it says of other pages in the Link header (RFC 8288)."""
    moved: str = ""
    """Where permanent redirects (301, 308) lead from the address that was asked; empty where there are none."""
    wishes: Wishes = UNSAID
    cost: Cost = ONCE

    @property
    def digest(self) -> str:
        """Hex digest of the body."""
        return hashlib.blake2b(self.body, digest_size=16).hexdigest()

    @property
    def validators(self) -> Validators:
        """What the next request for this page can be conditional on."""
        return Validators(etag=self.etag, last_modified=self.last_modified, digest=self.digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """The source still says what it said: HTTP 304, or a body equal to the last one."""

    validators: Validators
    """To be stored in place of the old ones: a 304 may carry new ones."""
    moved: str = ""
    """As of a page."""
    wishes: Wishes = UNSAID
    cost: Cost = ONCE
