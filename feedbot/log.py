"""One structured line per check, publish and delivery: for people on a terminal, JSON otherwise. No secrets."""

import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Literal, TextIO

from feedbot.announce import Announced
from feedbot.config import Config
from feedbot.deliver import Delivered
from feedbot.delivery import State
from feedbot.lookout import Told
from feedbot.outcome import Checked
from feedbot.prune import Pruned
from feedbot.publish import Published
from feedbot.source import TROUBLE

_drawing = sys.modules.get("rich")
sys.modules["rich"] = None  # type: ignore[assignment]  # structlog would load it to draw tracebacks, which takes 6 MB
try:
    import structlog
finally:
    del sys.modules["rich"]
    if _drawing is not None:
        sys.modules["rich"] = _drawing

Level = Literal["debug", "info", "warning"]
NAMED = 20
"""So many things are named in one line."""
LEVELS = {"debug": 10, "info": 20, "warning": 30}


def configure(*, json: bool, level: Level = "info", stream: TextIO | None = None) -> None:
    """Send log lines of `level` and above to `stream` (standard error), for people or as JSON."""
    out = stream or sys.stderr
    shown: Any = (
        structlog.processors.JSONRenderer(default=str)
        if json
        else structlog.dev.ConsoleRenderer(colors=out.isatty(), pad_event_to=10)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso" if json else "%H:%M:%S", utc=json),
            structlog.processors.format_exc_info,
            shown,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )


def event(name: str, **facts: object) -> None:
    """Log that something about the process itself happened."""
    structlog.get_logger().info(name, **facts)


def failed(duty: str, error: Exception, *, trace: bool = False) -> None:
    """Log that a duty could not be done; the trace is for faults of feedbot itself."""
    structlog.get_logger().error("failed", duty=duty, error=str(error), exc_info=error if trace else None)


def reloaded(old: Config, new: Config) -> None:
    """Log that another configuration is at work, and what came and went with it."""
    was, now = ({one.id for one in config.sources} for config in (old, new))
    renamed = {former for one in new.sources for former in one.was} & was
    structlog.get_logger().info(
        "reloaded",
        sources=len(now),
        added=sorted(now - was)[:NAMED],
        removed=sorted(was - now - renamed)[:NAMED],
        renamed=sorted(renamed)[:NAMED],
        targets=len(new.targets),
    )


def refused(file: str, problems: Sequence[str]) -> None:
    """Log that a configuration was not taken, and that the one before goes on."""
    structlog.get_logger().error(
        "not reloaded", file=file, problems=problems[:NAMED], note="the configuration before stays at work"
    )


def warned(name: str, **facts: object) -> None:
    """Log something about the process itself that is not as it should be."""
    structlog.get_logger().warning(name, **facts)


def checked(done: Checked, took: timedelta) -> None:
    """Log a check."""
    log = structlog.get_logger()
    facts = {"source": done.source_id, "health": str(done.health), "new": done.new, "changed": done.changed}
    facts |= {"seen": done.seen, "owed": done.owed, "ms": int(took / timedelta(milliseconds=1))}
    if done.health in TROUBLE:
        log.warning("checked", **facts, why=done.evidence, due_at=done.due_at)
    else:
        log.info("checked", **facts)
    for trouble in done.troubles:
        log.warning("article not read", source=done.source_id, why=trouble)


def published(done: Published) -> None:
    """Log what publishing a feed came to; what stood already is told at level debug only."""
    log = structlog.get_logger()
    for name, why in done.failed:
        log.error("not published", feed=done.feed_id, file=name, why=why)
    for item, why in done.left_out:
        log.warning("left out", feed=done.feed_id, item=item, why=why)
    tell = log.info if done.written else log.debug
    tell("published", feed=done.feed_id, files=len(done.written), unchanged=len(done.unchanged), items=done.items)
    if done.removed:
        log.info("removed", feed=done.feed_id, files=len(done.removed))


def announced(done: Announced, hub: str) -> None:
    """Log what a hub was told, and what it did not take."""
    log = structlog.get_logger()
    if done.told:
        log.info("announced", hub=hub, files=done.told)
    for one in done.notices:
        if not one.told:
            facts = {"file": one.name, "attempts": one.attempts, "due_at": one.due_at}
            log.warning("not announced", hub=hub, **facts, why=one.reason)


def pruned(done: Pruned, *, dry: bool) -> None:
    """Log what was let go of; nothing is told of nothing."""
    facts = {name: count for name in Pruned.__slots__ if (count := getattr(done, name))}
    if facts and not dry:
        structlog.get_logger().info("pruned", **facts)


def alerted(done: Told) -> None:
    """Log an alert that begins, or is over."""
    log, alert = structlog.get_logger(), done.alert
    facts = {"kind": alert.kind, "subject": alert.subject, "since": alert.since, "told": done.hearers}
    if done.telling == "raised":
        log.error("alert", **facts, why=alert.cause, remedy=alert.remedy)
    else:
        log.info("alert over", **facts)


def delivered(done: Delivered) -> None:
    """Log a line for each delivery that was tried, and one when a target is paused or disabled."""
    log = structlog.get_logger()
    for one in done.outcomes:
        if one.state is State.DROPPED:
            log.info("left out", target=one.target_id, item=one.item_id, revision=one.revision, why=one.rule)
            continue
        tell = log.info if one.state is State.SENT else log.warning
        tell(
            "delivered" if one.state is State.SENT else "not delivered",
            target=one.target_id,
            item=one.item_id,
            revision=one.revision,
            state=str(one.state),
            attempts=one.attempts,
            reason=one.reason,
        )
    if done.disabled:
        log.error("target disabled", target=done.target_id, why=done.disabled, remedy="feedbot retry --target")
    elif done.paused_until:
        log.warning("target paused", target=done.target_id, until=done.paused_until)
