"""What the door of the web asks of the service, played."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from feedbot.web.door import Inside


@dataclass
class Calm:
    """A service that is as it is told to be."""

    hangs: list[str] = field(default_factory=list)
    fails: list[str] = field(default_factory=list)

    def hanging(self) -> Sequence[str]:
        return self.hangs

    def faults(self) -> Sequence[str]:
        return [*self.hangs, *self.fails]

    def metrics(self) -> tuple[bytes, str]:
        return b"feedbot_up 1\n", "text/plain; version=0.0.4; charset=utf-8"


def as_inside(calm: Calm) -> Inside:
    """Nobody calls this: it is here so that mypy compares the fake with the port."""
    return calm
