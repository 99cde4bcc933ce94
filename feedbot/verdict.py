"""What extraction weighed, and why it took or left it: for people who ask how a page was understood."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """A list of a page that was weighed against the others."""

    where: str
    """The last steps of the way to its items, in the manner of CSS; for people to read."""
    items: int
    worth: float
    """How news-like it is; it says nothing by itself, but lists of one page can be compared."""
    taken: bool
    reason: str
    sample: tuple[str, ...] = ()
    """What its first items are called."""

    def to_json(self) -> dict[str, Any]:
        """Return it for `feedbot preview --explain --json`."""
        return asdict(self) | {"sample": list(self.sample)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A part of a page that could be an item: whether it was kept as one, and why."""

    title: str
    url: str
    kept: bool
    reason: str

    def to_json(self) -> dict[str, Any]:
        """Return it for `feedbot preview --explain --json`."""
        return asdict(self)
