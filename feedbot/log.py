"""One structured line per check, publish and delivery: for people on a terminal, JSON otherwise. No secrets."""

import sys
from typing import Any, TextIO

import structlog

from feedbot.check import Checked
from feedbot.deliver import Delivered
from feedbot.health import TROUBLE
from feedbot.publish import Published


def configure(*, json: bool, verbose: bool = False, stream: TextIO | None = None) -> None:
    """Send log lines to `stream` (standard error) in one of the two forms."""
    out = stream or sys.stderr
    shown: Any = structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=out.isatty())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso" if json else "%H:%M:%S", utc=json),
            structlog.processors.format_exc_info,
            shown,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(10 if verbose else 20),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=True,
    )
