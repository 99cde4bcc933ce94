"""What a check's outcome means."""

from feedbot.item import Extraction
from feedbot.sift import Harvest
from feedbot.source import Health, SourceState

TROUBLE = frozenset({Health.CHANGED, Health.BLOCKED, Health.DOWN})
"""States in which nothing that was seen may be believed: what is stored stands, the source is tried less often."""


def judge(extraction: Extraction, state: SourceState) -> tuple[Health, str]:
    """Return the health that a page shows by itself, with the evidence in words.

    A page that had items before and now shows no list at all has changed; one that only has nothing to show is empty.
    """
    evidence = "; ".join(extraction.evidence)
    if extraction.health in TROUBLE:
        return extraction.health, evidence
    if extraction.items:
        return Health.FRESH, evidence
    told = evidence or "the page shows no items"
    if state.baseline_at is None:
        return Health.EMPTY, told
    verdict = Health.CHANGED if extraction.no_list else Health.EMPTY
    return verdict, f"{told}; items were here before"


def after(harvest: Harvest) -> Health:
    """Return the health of a page that was read well."""
    return Health.FRESH if harvest.new or harvest.changed else Health.QUIET
