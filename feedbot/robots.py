"""Robots: what the robots.txt of a site asks of feedbot (RFC 9309), and for how long that is known.

Which lines are meant for feedbot is worked out here, by the product token alone and with all groups that name it taken
together; whether an address is among them is judged by Protego.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from protego import Protego

TOKEN = "feedbot"  # noqa: S105 - the product token of RFC 9309 section 2.2.1, no secret
LIMIT = 512_000
"""Bytes of it that are read (RFC 9309 section 2.5 wants 500 KiB at least)."""
GOOD = timedelta(days=1)
"""So long it is good (RFC 9309 section 2.4)."""
AGAIN = timedelta(minutes=30)
"""One that gives no answer is asked for again after so long."""
LOST = timedelta(days=30)
"""One that gave no answer for so long counts as not there (RFC 9309 section 2.3.1.4)."""
_AGENT = frozenset({"user-agent", "useragent", "user agent"})
_MISSPELT = ("disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw")
_RULE = {"allow": "Allow"} | dict.fromkeys(_MISSPELT, "Disallow")
_PRODUCT = re.compile(r"[A-Za-z_-]+|\*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """What is known of the robots.txt of an origin. Times are aware UTC."""

    origin: str
    """As `https://example.org`."""
    rules: str | None = None
    """Its lines that are meant for feedbot; None where no answer was ever had."""
    asked_at: datetime
    """When it was asked for last."""
    failing_since: datetime | None = None
    """Since when it gives no answer."""
    cause: str = ""
    """Why it gave none."""

    def good_until(self) -> datetime:
        """Return until when nothing has to be asked."""
        return self.asked_at + (AGAIN if self.failing_since else GOOD)

    def is_good(self, now: datetime) -> bool:
        """Say whether nothing has to be asked; a clock that was set back ends that, too."""
        return self.asked_at <= now < self.good_until()

    def answered(self, rules: str, now: datetime) -> "Robots":
        """Return what is known after an answer."""
        return Robots(origin=self.origin, rules=rules, asked_at=now)

    def silent(self, cause: str, now: datetime) -> "Robots":
        """Return what is known after no answer was had: what it said before still holds."""
        return replace(self, asked_at=now, failing_since=self.failing_since or now, cause=cause)

    def closes(self, now: datetime) -> bool:
        """Say whether everything is closed, since it gave no answer yet."""
        return self.rules is None and self.failing_since is not None and now - self.failing_since < LOST

    def allows(self, url: str) -> bool:
        """Say whether that address of its origin may be asked for."""
        return not self.rules or _parsed(self.rules).can_fetch(url, TOKEN)


def meant_for_us(body: bytes) -> str:
    """Return the lines of a robots.txt that are meant for feedbot, or else for all."""
    mine: list[str] = []
    others: list[str] = []
    named, agents, ruled = False, set[str](), False
    for field, value in _lines(body):
        if field in _AGENT:
            agents, ruled = (set() if ruled else agents), False
            product = _PRODUCT.match(value)
            agents.add(product[0].lower() if product else "")
            named |= TOKEN in agents
        elif field in _RULE:
            ruled = True
            line = f"{_RULE[field]}: {value}"
            if value and TOKEN in agents:
                mine.append(line)
            if value and "*" in agents:
                others.append(line)
    return "\n".join(mine if named else others)


def _lines(body: bytes) -> list[tuple[str, str]]:
    """Return the fields and values of all lines."""
    text = body[:LIMIT].decode("utf-8-sig", "replace")
    found = []
    for line in re.split(r"[\r\n]+", text):
        field, colon, value = line.partition("#")[0].partition(":")
        if colon:
            found.append((field.strip().lower(), " ".join(value.split())))
    return found


@lru_cache(maxsize=64)
def _parsed(rules: str) -> "Protego":
    from protego import Protego  # noqa: PLC0415 - most checks know already that they are welcome

    return Protego.parse(f"User-agent: *\n{rules}\n")
