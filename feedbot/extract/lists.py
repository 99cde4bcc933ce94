"""The lists of an HTML page, and which of them are its news."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from feedbot.extract.links import AROUND, Anchor, Element, Survey
from feedbot.extract.moments import Reading
from feedbot.extract.records import coarser, heads_of, regions_of, with_siblings
from feedbot.extract.rows import Row, RowLink, main_links, rows_of
from feedbot.extract.score import Score, score

TRIED = 14
"""So many lists of a page are read; those of more and longer links first."""


@dataclass(frozen=True)
class Listing:
    """A list of the page: its records, in order, and what speaks for it."""

    heads: tuple[Element, ...]
    rows: tuple[Row, ...]
    score: Score

    @cached_property
    def links(self) -> list[RowLink | None]:
        """The own link of each row."""
        return main_links(self.rows)


def listings(survey: Survey, reading: Reading) -> list[Listing]:
    """Return the lists of a page, the most news-like first."""
    found: dict[tuple[Element, ...], Listing] = {}
    for anchors in _alike(survey)[:TRIED]:
        heads = with_siblings(heads_of(anchors, survey), survey)
        for some in (heads, coarser(heads, survey)):
            if some and some not in found:
                rows = rows_of(regions_of(some), survey)
                found[some] = Listing(some, rows, score(rows, reading))
    return sorted(found.values(), key=lambda listing: -listing.score.worth)


def _alike(survey: Survey) -> list[list[Anchor]]:
    """Return groups of links that stand at like places, the weightiest first."""
    groups = [anchors for anchors in survey.by_path.values() if len({anchor.key for anchor in anchors}) > 1]
    return sorted(groups, key=_weight, reverse=True)


def _weight(anchors: Sequence[Anchor]) -> float:
    """Return a first guess, by the number of pages linked and the length of their words."""
    keys: dict[str, int] = {}
    for anchor in anchors:
        keys[anchor.key] = max(keys.get(anchor.key, 0), len(anchor.node.text or "") + 10 * len(anchor.node))
    zone = min(anchor.zone for anchor in anchors)
    return sum(min(5 + size, 60) for size in keys.values()) * (0.1 if zone == AROUND else 1.0)
