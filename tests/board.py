"""A board in memory, and a hub that is told and may refuse."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from feedbot.delivery import Sent
from feedbot.errors import SendError
from feedbot.notice import Notice
from feedbot.ports import Board, Hub


@dataclass
class MemoryBoard:
    """Says what a hub was not told; `files` are names and what they hold."""

    files: dict[str, str] = field(default_factory=dict)
    told: dict[tuple[str, str], str] = field(default_factory=dict)
    tried: dict[tuple[str, str], Notice] = field(default_factory=dict)

    def untold(self, hub: str, *, now: datetime) -> Sequence[Notice]:
        found = []
        for name, digest in sorted(self.files.items()):
            last = self.tried.get((hub, name))
            waits = last is not None and (last.due_at > now if last.due_at else last.digest == digest)
            if self.told.get((hub, name)) != digest and not waits:
                attempts = last.attempts if last and last.due_at else 0
                found.append(Notice(name=name, digest=digest, attempts=attempts))
        return found

    def post(self, hub: str, notice: Notice) -> None:
        self.tried[(hub, notice.name)] = notice
        if notice.told:
            self.told[(hub, notice.name)] = notice.digest


@dataclass
class FakeHub:
    """Records what it is told; raises what `failures` holds, one for each time, None being a yes."""

    url: str = "https://hub.example/"
    failures: list[SendError | None] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)

    def tell(self, topic: str) -> Sent:
        self.topics.append(topic)
        if (failure := self.failures.pop(0) if self.failures else None) is not None:
            raise failure
        return Sent("taken")


def as_ports(board: MemoryBoard, hub: FakeHub) -> tuple[Board, Hub]:
    """Nobody calls this: it is here so that mypy compares the fakes with the ports."""
    return board, hub
