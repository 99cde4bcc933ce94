"""How the dates of one source are meant."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from feedbot.extract import dates

ZONED = re.compile(r"(?:\d\s*Z|[+-]\d{2}:?\d{2}|\b[A-Z]{1,5})\)?$")
"""How a time ends that names its zone."""
LONGEST = 100
"""A text of more characters is no date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dating:
    """The zone (IANA) in which times without one are meant, and the language (BCP 47) of written months."""

    timezone: str = "UTC"
    language: str | None = None

    def read(self, text: str) -> datetime | date | None:
        """Return the date that `text` is, bare where it has no time; None where it is none."""
        text = text.strip() if len(text) <= LONGEST else " ".join(text[: 10 * LONGEST].split())
        if not text or len(text) > LONGEST:
            return None
        found = dates.machine(text)
        if found is None:
            return dates.read(text, language=self.language, timezone=self.timezone)
        if self.timezone != "UTC" and isinstance(found, datetime) and not ZONED.search(text):
            return found.replace(tzinfo=ZoneInfo(self.timezone))
        return found
