"""Tell a hub which files of feeds changed (WebSub), so that their subscribers have what is new at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from feedbot.delivery import Failed, Sent
from feedbot.errors import SendError
from feedbot.notice import Notice, settle_notice
from feedbot.ports import Board, Clock, Hub

PATIENCE = 3
"""After so many failures in a row the hub is left alone for this pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What a pass came to: every notice that was tried, as it was settled."""

    notices: tuple[Notice, ...] = ()

    @property
    def told(self) -> int:
        """How many the hub took."""
        return sum(notice.told for notice in self.notices)


def announce(
    topics: Mapping[str, str],
    *,
    board: Board,
    hub: Hub,
    clock: Clock,
    jitter: Callable[[], float],
    stop: Callable[[], bool],
) -> Announced:
    """Tell `hub` of those of `topics` (file name to public address) that changed since it was told, and are due.

    What was changed is known from the store, so that nothing is forgotten when the process ends: a file is told
    again until the hub took it, ever more rarely. Trouble of the hub is an outcome; only StoreError is raised.
    """
    done: list[Notice] = []
    failures = 0
    for notice in board.untold(hub.url, now=clock()):
        if stop() or failures >= PATIENCE:
            break
        if notice.name in topics:
            outcome = _tell(hub, topics[notice.name])
            settled = settle_notice(notice, outcome, now=clock(), jitter=jitter())
            board.post(hub.url, settled)
            done.append(settled)
            failures = 0 if settled.told else failures + 1
    return Announced(notices=tuple(done))


def _tell(hub: Hub, topic: str) -> Sent | Failed:
    try:
        return hub.tell(topic)
    except SendError as error:
        return Failed(str(error), error.permanent, error.retry_after)
