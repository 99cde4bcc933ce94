"""Pages with several lists of news: which lists belong together, and what stands alone between them."""

from collections import Counter
from collections.abc import Sequence

from feedbot.extract.addresses import is_telling, kind_of, shape_of
from feedbot.extract.links import AROUND, ASIDE, CONTENT, Anchor, Element, Survey
from feedbot.extract.lists import Listing
from feedbot.extract.records import heads_each, in_order
from feedbot.extract.texts import text_below, wide_in
from feedbot.extract.titles import telling

WORTH = 0.12
"""A list counts as news beside the best one from this share of its worth on."""
MORE = 1.4
"""A page is a front where its lists together hold so many times the items of the best one."""


def fronted(lists: Sequence[Listing], survey: Survey) -> tuple[Element, ...]:
    """Return the heads of all items of a page with several lists; none where one list is the news of the page."""
    best = lists[0]
    usual = _kinds(best, 0.1)
    good = [one for one in lists if one is best or (_is_news(one, best) and _fits(one, best, usual))]
    keys = {id(one): keys_of(one) for one in good}
    every = set().union(*keys.values())
    if len(good) < 3 or len(every) < MORE * len(keys[id(best)]):
        return ()
    stories = _stories(every, survey)
    return heads_each(stories, survey)


def joined(lists: Sequence[Listing]) -> tuple[Element, ...]:
    """Return the heads of the best list and of those that are parts of the same list."""
    best = lists[0]
    heads, shapes = list(best.heads), _shapes(best)
    for one in lists[1:]:
        if _is_news(one, best) and not _within(one, heads, best) and _same_kind(one, best, shapes):
            heads += one.heads
    return in_order(heads) if len(heads) > len(best.heads) else best.heads


def _within(one: Listing, heads: Sequence[Element], best: Listing) -> bool:
    """Say whether two lists are built of the same parts of the page: one is inside the other, or they take turns."""
    taken, own = set(heads), set(one.heads)
    if any(up in taken for head in one.heads[:3] for up in (head, *head.iterancestors())):
        return True
    if any(up in own for up in best.heads[0].iterancestors()):
        return True
    return sum(not own.isdisjoint(row.region.parts) for row in best.rows) > 1


def _same_kind(one: Listing, best: Listing, shapes: set[str]) -> bool:
    dated = (one.score.dated >= 0.6) == (best.score.dated >= 0.6)
    return dated and len(_shapes(one) & shapes) > 0 and one.score.words >= best.score.words * 0.6


def _shapes(listing: Listing) -> set[str]:
    """Return the patterns that a good part of a list's own links have."""
    shapes = Counter(shape_of(link.anchor.url) for link in listing.links if link)
    return {shape for shape, count in shapes.items() if count * 4 >= sum(shapes.values())}


def _fits(one: Listing, best: Listing, usual: set[str]) -> bool:
    """Say whether a list leads to the same kinds of pages as the best one, or is nearly as good."""
    return one.score.worth * 2 >= best.score.worth or bool(_kinds(one, 0.5) & usual)


def _kinds(listing: Listing, share: float) -> set[str]:
    """Return the kinds of address that at least this share of a list's own links have."""
    kinds = Counter(kind_of(link.anchor.url) for link in listing.links if link)
    return {kind for kind, count in kinds.items() if count >= share * sum(kinds.values())}


def _is_news(one: Listing, best: Listing) -> bool:
    score = one.score
    return score.zone == CONTENT and score.worth >= best.score.worth * WORTH and score.words >= 0.5


def keys_of(listing: Listing) -> set[str]:
    """Return the pages that the items of a list lead to."""
    return {link.anchor.key for link in listing.links if link and telling(link.text)}


def _stories(known: set[str], survey: Survey) -> list[Anchor]:
    """Return the links to `known` pages and to those whose addresses and words are like theirs."""
    by_key: dict[str, str] = {anchor.key: kind_of(anchor.url) for anchor in survey.anchors}
    kinds = Counter(by_key[key] for key in known if key in by_key)
    usual = {kind for kind, count in kinds.items() if count > 1 and is_telling(kind)}
    found = []
    for anchor in survey.anchors:
        if anchor.zone == AROUND or (anchor.zone == ASIDE and anchor.key not in known):
            continue
        if anchor.key in known or (by_key[anchor.key] in usual and _phrase(anchor)):
            found.append(anchor)
    return found


def _phrase(anchor: Anchor) -> bool:
    """Say whether a link says enough to be the title of a piece."""
    said = text_below(anchor.node)
    wide = wide_in(said)
    return telling(said) and (said.count(" ") >= 2 or wide > 7)
