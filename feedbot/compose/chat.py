"""A chat service's own format: how its payload is made, how much of it one message may hold, and where it goes."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from feedbot.compose.news import News
from feedbot.delivery import Hook
from feedbot.item import Json

Weigh = Callable[[Json], int]


def size_of(payload: Json) -> int:
    """Return the bytes of a payload."""
    return len(body_of(payload))


def body_of(payload: Json) -> bytes:
    """Return a payload as it is sent."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A format: `payload` makes the JSON; one message holds at most `most` items and weighs at most `limit`.

    `address` makes the URL to ask from that of the target, and `method` is how. A message of one item always fits.
    """

    payload: Callable[[News], Json]
    most: int
    limit: int
    weigh: Weigh = size_of
    address: Callable[[str, News], str] = lambda url, _news: url
    method: Literal["POST", "PUT"] = "POST"

    def fits(self, news: News) -> bool:
        """Say whether one message can hold `news`."""
        return len(news.cards) <= self.most and self.weigh(self.payload(news)) <= self.limit

    def hook(self, url: str, news: News) -> Hook:
        """Return the webhook that tells `news` to the service at `url`."""
        body = body_of(self.payload(news))
        return Hook(key=news.key, body=body, url=self.address(url, news), method=self.method, signed=False)
