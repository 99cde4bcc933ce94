"""The gate: robots.txt of every origin, asked for once a day and remembered in the store (RFC 9309)."""

from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

from feedbot.errors import AddressRefused, FetchError, Unwelcome
from feedbot.outbound import Answer, Outbound
from feedbot.page import Cost
from feedbot.ports import Admission, RobotsFiles
from feedbot.robots import Robots, meant_for_us

FREE = Cost(requests=0)
ACCEPT = {"Accept": "text/plain, */*;q=0.5"}
PATIENCE = timedelta(seconds=15)
AT_HAND = 256
"""What so many origins ask is kept at hand."""


class RobotsGate:
    """Satisfies ports.Gate."""

    def __init__(self, outbound: Outbound, files: RobotsFiles) -> None:
        self._outbound = outbound
        self._files = files
        self._known: dict[str, Robots] = {}

    def admit(self, url: str, *, allow: tuple[str, ...], now: datetime) -> Admission:
        """Return until when `url` may be asked for. Raises Unwelcome, and FetchError where nobody knows."""
        try:
            parts = urlsplit(url)
        except ValueError:
            raise FetchError(f"{url}: not a URL that can be asked", permanent=True) from None
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"
        known, cost = self._known.get(origin) or self._files.robots(origin), FREE
        if known is None or not known.is_good(now):
            known, cost = self._asked(known or Robots(origin=origin, asked_at=now), allow, now)
            self._files.keep_robots(known)
        self._remember(known)
        remedy = "`robots: ignore` of the source asks all the same"
        if known.closes(now):
            why = f"{origin}/robots.txt gives no answer ({known.cause}), and without it nothing else may be asked"
            raise FetchError(f"{why}; {remedy}")
        if not known.allows(url):
            raise Unwelcome(f"{origin}/robots.txt asks feedbot not to read {parts.path or '/'}; {remedy}")
        return Admission(until=known.good_until(), cost=cost)

    def _remember(self, known: Robots) -> None:
        if len(self._known) >= AT_HAND:
            self._known.clear()
        self._known[known.origin] = known

    def _asked(self, known: Robots, allow: tuple[str, ...], now: datetime) -> tuple[Robots, Cost]:
        url = f"{known.origin}/robots.txt"
        try:
            answer = self._outbound.get(url, headers=ACCEPT, allow=allow, deadline=PATIENCE)
        except AddressRefused:
            raise
        except FetchError as error:
            return known.answered("", now) if error.permanent else known.silent(str(error), now), Cost()
        cost = Cost(requests=answer.requests, bytes=answer.received)
        if answer.status < HTTPStatus.MULTIPLE_CHOICES:
            return known.answered(meant_for_us(answer.body), now), cost
        return _without(known, answer, now), cost


def _without(known: Robots, answer: Answer, now: datetime) -> Robots:
    """Return what is known once there is no robots.txt to be had: whether everything is open, or closed."""
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return known.silent(answer.said, now)
    return known.answered("", now)
