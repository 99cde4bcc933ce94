"""The lists of an HTML page, and which of them are its news."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from feedbot.extract.links import AROUND, CONTENT, Anchor, Element, Survey
from feedbot.extract.moments import Reading
from feedbot.extract.records import INLINE, coarser, heads_of, regions_of, with_siblings
from feedbot.extract.rows import Row, RowLink, main_links, rows_of
from feedbot.extract.score import Score, score, score_unlinked

POOR = 1.5
"""A list of links that is worth less than this is hardly news."""
ENOUGH = 0.5
"""A list without links must be worth this."""
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
        for some in (heads, coarser(heads, survey), *_apart(heads, survey)):
            if some and some not in found:
                rows = rows_of(regions_of(some), survey)
                found[some] = Listing(some, rows, score(rows, reading))
    ranked = sorted(found.values(), key=lambda listing: -listing.score.worth)
    if not ranked or ranked[0].score.worth < POOR or ranked[0].score.zone != CONTENT:
        ranked = [*_unlinked(survey, reading), *ranked]
    return ranked


def _apart(heads: Sequence[Element], survey: Survey) -> list[tuple[Element, ...]]:
    """Return the heads of each line of links by itself: what stands at like places in two texts is no one list."""
    if heads[0].tag not in INLINE:
        return []
    groups: dict[Element | None, list[Element]] = defaultdict(list)
    for head in heads:
        groups[survey.place(head).parent].append(head)
    return [tuple(group) for group in groups.values() if len(group) > 2] if 1 < len(groups) < 6 else []


def _unlinked(survey: Survey, reading: Reading) -> list[Listing]:
    """Return the best list of headed and dated parts of the page that have no links of their own."""
    groups: dict[str, list[Anchor]] = defaultdict(list)
    for number, node in enumerate(survey.document.root.iter("h2", "h3", "h4", "h5", "h6", "dt", "summary", "strong")):
        place = survey.place(node)
        if place.zone == CONTENT and number < TRIED * 100:
            groups[place.path].append(Anchor(node, "", str(number), place.zone, place.path))
    found = []
    for anchors in groups.values():
        if len(anchors) > 2:
            heads = heads_of(anchors, survey)
            rows = rows_of(regions_of(heads), survey)
            found.append(Listing(heads, rows, score_unlinked(rows, reading)))
    best = max(found, key=lambda listing: listing.score.worth, default=None)
    return [best] if best is not None and best.score.worth > ENOUGH else []


def _alike(survey: Survey) -> list[list[Anchor]]:
    """Return groups of links that stand at like places, the weightiest first."""
    groups = [anchors for anchors in survey.by_path.values() if len({anchor.key for anchor in anchors}) > 1]
    groups += [part for anchors in groups for part in _by_names(anchors)]
    return sorted(groups, key=_weight, reverse=True)


def _by_names(anchors: Sequence[Anchor]) -> list[list[Anchor]]:
    """Return the links at one place by their classes, where those take turns: names of scripts hold digits."""
    groups: dict[str, list[Anchor]] = defaultdict(list)
    for anchor in anchors:
        groups[anchor.node.get("class") or ""].append(anchor)
    if not 1 < len(groups) <= 4 or min(map(len, groups.values())) < 3:
        return []
    return [group for group in groups.values() if len({anchor.key for anchor in group}) > 1]


def _weight(anchors: Sequence[Anchor]) -> float:
    """Return a first guess, by the number of pages linked and the length of their words."""
    keys: dict[str, int] = {}
    for anchor in anchors:
        keys[anchor.key] = max(
            keys.get(anchor.key, 0), len(anchor.node.text or "") + 10 * (next(iter(anchor.node), None) is not None)
        )
    zone = min(anchor.zone for anchor in anchors)
    return sum(min(5 + size, 60) for size in keys.values()) * (0.1 if zone == AROUND else 1.0)
