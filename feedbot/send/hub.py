"""Hubs that pass on what changed (WebSub): each is told the address of a feed that has something new."""

from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from feedbot.delivery import Sent
from feedbot.errors import FetchError, SendError
from feedbot.outbound import Outbound
from feedbot.ports import Clock
from feedbot.send.webhook import DEADLINE, retry_after

_AGAIN = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})


class HubSender:
    """Tells one hub; satisfies ports.Hub. Tries once."""

    def __init__(self, url: str, outbound: Outbound, clock: Clock) -> None:
        self.url = url
        self._outbound = outbound
        self._clock = clock

    def tell(self, topic: str) -> Sent:
        """Say that there is something new at `topic`. Raises SendError with what the hub's answer means.

        WebSub leaves the form of this to hub and publisher; hubs take `hub.url`, some `hub.topic`.
        """
        host = urlsplit(self.url).hostname
        form = urlencode({"hub.mode": "publish", "hub.url": topic, "hub.topic": topic}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            answer = self._outbound.post(self.url, body=form, headers=headers, deadline=DEADLINE)
        except FetchError as error:
            raise SendError(f"the hub could not be told: {error}", permanent=error.permanent) from error
        if 200 <= answer.status < 300:
            return Sent(f"{host} answered {answer.status}")
        permanent = 400 <= answer.status < 500 and answer.status not in _AGAIN
        wait = retry_after(answer.headers.get("Retry-After", ""), self._clock())
        raise SendError(f"the hub {host} answered {answer.status}", permanent=permanent, retry_after=wait)
