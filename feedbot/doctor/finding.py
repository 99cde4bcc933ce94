"""Finding: one thing that was looked at, whether it is well, and what to do where it is not."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was looked at is `ok`, may give trouble (`warn`), or keeps feedbot from its work (`fail`)."""

    check: str
    state: State
    what: str
    remedy: str = ""


def ok(check: str, what: str) -> Finding:
    """Return that all is well with `check`."""
    return Finding(check=check, state="ok", what=what)


def warn(check: str, what: str, remedy: str) -> Finding:
    """Return what may give trouble."""
    return Finding(check=check, state="warn", what=what, remedy=remedy)


def fail(check: str, what: str, remedy: str) -> Finding:
    """Return what keeps feedbot from its work."""
    return Finding(check=check, state="fail", what=what, remedy=remedy)
