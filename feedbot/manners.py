"""Manners: what is remembered of a source so that it is asked no more than it must be, and what asking it cost."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from feedbot.page import Cost, Wishes

WHOLE = timedelta(days=7)
"""A page is asked for without conditions at least so often: validators may lie."""
LESSON = timedelta(days=1)
"""When it publishes is learned anew so often."""
WELCOME = timedelta(days=1)
"""What robots.txt says is good for so long (RFC 9309 section 2.4)."""
MOVED = timedelta(days=3)
"""A permanent redirect is remembered once it has been seen for so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """What earlier requests to a source taught. All times are aware UTC."""

    whole_at: datetime | None = None
    """When its page came whole last."""
    moved_from: str = ""
    moved_to: str = ""
    """Where that address is redirected to for good."""
    moved_since: datetime | None = None
    """Since when that is seen."""
    moved_seen: int = 0
    """How often."""
    ttl: int = 0
    """Minutes that its feed may be kept."""
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    timetable: str = ""
    """How often it is looked at in each hour of its week, by what was learned."""
    learned_at: datetime | None = None
    """When that was learned."""
    gone: int = 0
    """How often in a row its own address said that it is gone for good (410)."""
    gone_from: str = ""
    """That address, once it said so often enough that it is not asked any more."""
    welcome_at: str = ""
    """The address that robots.txt allowed last."""
    welcome_until: datetime | None = None
    """Until when that is known."""
    reread_at: datetime | None = None
    """When the own page of a recent item is to be read again."""
    requests: int = 0
    """All that were ever made for it."""
    bytes: int = 0
    found: int = 0
    """Items that were found since its first check."""

    @property
    def requests_per_item(self) -> float | None:
        """How many requests a new item cost; None where none was found yet."""
        return self.requests / self.found if self.found else None

    @property
    def bytes_per_item(self) -> float | None:
        """How many bytes a new item cost; None where none was found yet."""
        return self.bytes / self.found if self.found else None

    def wants_whole(self, now: datetime) -> bool:
        """Say whether it is time to ask without conditions, at the address that is configured."""
        return self.whole_at is None or now - self.whole_at >= WHOLE

    def wants_lesson(self, now: datetime) -> bool:
        """Say whether it is time to learn anew when it publishes."""
        return self.learned_at is None or not timedelta() <= now - self.learned_at < LESSON

    def is_welcome(self, url: str, now: datetime) -> bool:
        """Say whether it is known that robots.txt allows that address."""
        until = self.welcome_until
        return url == self.welcome_at and until is not None and now < until <= now + WELCOME

    def address(self, url: str, now: datetime) -> str:
        """Return where to ask for `url`: where it moved to, once that was seen for long enough."""
        known = self.moved_from == url and self.moved_since is not None and self.moved_seen > 1
        if not known or self.moved_since is None or now - self.moved_since < MOVED or self.wants_whole(now):
            return url
        return self.moved_to

    def redirected(self, url: str, to: str, now: datetime) -> "Manners":
        """Return what is known once `url` was asked, and sent on to `to` for good; nowhere where that is empty."""
        if not to:
            return self if self.moved_from != url else self.forgotten()
        if (self.moved_from, self.moved_to) == (url, to):
            return replace(self, moved_seen=self.moved_seen + 1)
        return replace(self, moved_from=url, moved_to=to, moved_since=now, moved_seen=1)

    def forgotten(self) -> "Manners":
        """Return what is known without the address that it moved to."""
        return replace(self, moved_from="", moved_to="", moved_since=None, moved_seen=0)

    def wished(self, wishes: Wishes) -> "Manners":
        """Return what is known once its feed said what it wishes."""
        minutes = int(wishes.ttl / timedelta(minutes=1)) if wishes.ttl else 0
        return replace(self, ttl=minutes, skip_hours=wishes.skip_hours, skip_days=wishes.skip_days)

    def wishes(self, fresh: timedelta | None) -> Wishes:
        """Return all that it wishes, with how long the last answer is fresh."""
        ttl = timedelta(minutes=self.ttl) if self.ttl else None
        return Wishes(fresh=fresh, ttl=ttl, skip_hours=self.skip_hours, skip_days=self.skip_days)

    def spent(self, cost: Cost) -> "Manners":
        """Return what is known once so much more was spent on it."""
        return replace(self, requests=self.requests + cost.requests, bytes=self.bytes + cost.bytes)

    def taught(self, by: "Manners", cost: Cost, found: int) -> "Manners":
        """Return what is known once that was spent, and answers taught where the page is and when it came whole.

        `found` are items that are new.
        """
        return replace(
            self,
            whole_at=by.whole_at,
            moved_from=by.moved_from,
            moved_to=by.moved_to,
            moved_since=by.moved_since,
            moved_seen=by.moved_seen,
            welcome_at=by.welcome_at,
            welcome_until=by.welcome_until,
            gone=0,
            gone_from="",
            requests=self.requests + cost.requests,
            bytes=self.bytes + cost.bytes,
            found=self.found + found,
        )
