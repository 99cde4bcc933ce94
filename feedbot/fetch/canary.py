"""The built-in source of canaries: a page that has a new item with every turn, so that the whole way can be proved."""

import json
from datetime import UTC, datetime, timedelta

from feedbot.page import NotModified, Page, Validators
from feedbot.ports import Clock

ADDRESS = "feedbot:canary"
"""Where it is; no other way than by the configuration leads there."""


class CanaryFetcher:
    """Makes the page: a JSON feed with the canary of this turn, and one that was always there.

    Turns are counted from a fixed moment, so that a turn has the same canary whoever asks, and however often.
    """

    def __init__(self, clock: Clock, every: timedelta) -> None:
        self._clock = clock
        self._every = every

    def fetch(self, url: str, *, validators: Validators, allow: tuple[str, ...]) -> Page | NotModified:  # noqa: ARG002 - no network is reached
        """Return the page of now, or NotModified."""
        now = self._clock()
        page = Page(url=url, body=_body(now, self._every), content_type="application/feed+json", fetched_at=now)
        return NotModified(validators=page.validators) if page.digest == validators.digest else page


def _body(now: datetime, every: timedelta) -> bytes:
    turn = datetime.fromtimestamp(now.timestamp() // every.total_seconds() * every.total_seconds(), UTC)
    first = datetime(2000, 1, 1, tzinfo=UTC)
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "feedbot's canary",
            "items": [_item(f"Canary of {turn:%Y-%m-%d %H:%M:%S} UTC", turn), _item("The first canary", first)],
        }
    ).encode()


def _item(title: str, turn: datetime) -> dict[str, str]:
    text = "Nobody wrote this. It went the whole way of an item, and arrived: from a source through the store to you."
    return {"id": turn.isoformat(), "title": title, "content_text": text, "date_published": turn.isoformat()}
