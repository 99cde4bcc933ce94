"""What a check's outcome means."""

from feedbot.item import Extraction
from feedbot.sift import Harvest
from feedbot.source import Health, SourceState

TROUBLE = frozenset({Health.CHANGED, Health.BLOCKED, Health.DOWN})
"""States in which nothing that was seen may be believed: what is stored stands, the source is tried less often."""


def judge(extraction: Extraction, state: SourceState) -> tuple[Health, str]:
    """Return the health that a page shows by itself, with the evidence in words."""
    if extraction.health in TROUBLE:
        return extraction.health, "; ".join(extraction.evidence)
    if not extraction.items:
        before = "; items were here before" if state.baseline_at else ""
        return Health.EMPTY, f"the page shows no items{before}"
    return Health.FRESH, "; ".join(extraction.evidence)


def after(harvest: Harvest) -> Health:
    """Return the health of a page that was read well."""
    return Health.FRESH if harvest.new or harvest.changed else Health.QUIET
