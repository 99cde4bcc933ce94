"""Pings: signs of life to a service that notices when they stay away. An address is a secret; errors do not name it."""

from datetime import timedelta
from urllib.parse import urlsplit

from feedbot.errors import FetchError, SendError
from feedbot.outbound import Outbound

DEADLINE = timedelta(seconds=10)
MOST = 10_000
"""Characters of what went wrong."""


class Pinger:
    """Asks addresses. Tries once."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    def ask(self, url: str) -> None:
        """Say that all is well. Raises SendError."""
        self._done(url, "")

    def tell(self, url: str, what: str) -> None:
        """Say what went wrong. Raises SendError."""
        self._done(url, what[:MOST])

    def _done(self, url: str, what: str) -> None:
        host = urlsplit(url).hostname
        try:
            if what:
                headers = {"Content-Type": "text/plain; charset=utf-8"}
                answer = self._outbound.post(
                    url, body=what.encode(errors="replace"), headers=headers, deadline=DEADLINE
                )
            else:
                answer = self._outbound.get(url, deadline=DEADLINE)
        except FetchError as error:
            said = str(error).replace(url, str(host))
            raise SendError(f"{host} could not be pinged: {said}") from None
        if answer.status >= 400:
            raise SendError(f"{host} answered a ping with {answer.status}")
