"""Regain: where known items stand in a page that was built anew, and the rules that find what stands there."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

from feedbot.extract.induce import rules_for
from feedbot.extract.links import Anchor, Element, Survey, key_of
from feedbot.extract.listing import heads_in
from feedbot.extract.lists import listings
from feedbot.extract.moments import Reading
from feedbot.extract.records import coarser, heads_of, with_siblings
from feedbot.extract.texts import text_below
from feedbot.item import Item, ItemId, url_key
from feedbot.source import ListingRule
from feedbot.wording import words_of

LEAST = 2
"""Fewer known items show nothing of how a list is built."""
RULES = 3
"""So many rules are tried for one list, the plainest first."""
PLACES = 12
"""So many kinds of places are looked at, those of most known items first."""
TITLE = 12
"""Characters that a title has at least, to tell its item by it alone."""

Spots = dict[Element, ItemId]
"""Elements that lead to a known item or are called like one."""


def rules_that_find(known: Sequence[Item], survey: Survey, reading: Reading) -> Iterator[ListingRule]:
    """Yield rules for the lists of a page that show some of the `known` items, each once."""
    spots = spots_of(known, survey)
    tried: set[str] = set()
    for heads in _lists(spots, survey, reading):
        for rule, _ in islice(rules_for(heads, survey), RULES):
            if rule.item not in tried:
                tried.add(rule.item)
                yield rule


def spots_of(known: Sequence[Item], survey: Survey) -> Spots:
    """Return where known items are, by their addresses, or else by their titles: addresses may have moved."""
    places: dict[str, ItemId] = {}
    titles: dict[tuple[str, ...], ItemId] = {}
    for item in reversed(known):  # of several that are called alike, the newest
        places |= {key_of(item.url): item.id, url_key(item.url): item.id} if item.url else {}
        titles |= {words_of(item.title): item.id} if len(item.title) >= TITLE else {}
    spots: Spots = {}
    for anchor in survey.anchors:
        found = places.get(anchor.key) or titles.get(words_of(text_below(anchor.node)))
        if found:
            spots[anchor.node] = found
    for node in survey.document.root.iter():
        if isinstance(node.tag, str) and (node.text or "").strip() and node not in spots:
            found = titles.get(words_of(node.text or ""))
            if found:
                spots[node] = found
    return spots


def _lists(spots: Spots, survey: Survey, reading: Reading) -> Iterator[tuple[Element, ...]]:
    """Yield the heads of lists that hold known items."""
    inside: dict[Element, set[ItemId]] = defaultdict(set)
    for node, item_id in spots.items():
        for up in (node, *node.iterancestors()):
            inside[up].add(item_id)
    lists = listings(survey, reading)
    news = [heads_in(lists, survey, reading)] if lists else []
    for heads in (*news, *(one.heads for one in lists), *_at_places(spots, survey)):
        if sum(head in inside for head in heads) >= LEAST:
            yield heads
        by_holder: dict[Element | None, list[Element]] = defaultdict(list)
        for head in heads:
            by_holder[head.getparent()].append(head)
        for some in by_holder.values() if 1 < len(by_holder) <= PLACES else ():
            if sum(head in inside for head in some) >= LEAST:
                yield tuple(some)


def _at_places(spots: Spots, survey: Survey) -> Iterator[tuple[Element, ...]]:
    """Yield the heads around all that stands at the places of known items."""
    found: dict[str, set[ItemId]] = defaultdict(set)
    tags: dict[str, str] = {}
    for node, item_id in spots.items():
        path = survey.place(node).path
        found[path].add(item_id)
        tags[path] = str(node.tag)
    for path in sorted(found, key=lambda path: -len(found[path]))[:PLACES]:
        anchors = survey.by_path.get(path) or _alike(path, tags[path], survey)
        heads = heads_of(anchors, survey)
        for some in (with_siblings(heads, survey), heads, coarser(heads, survey)):
            if some:
                yield some


def _alike(path: str, tag: str, survey: Survey) -> list[Anchor]:
    """Return all elements at a place as if they were links to a page each."""
    nodes = [node for node in survey.document.root.iter(tag) if survey.place(node).path == path]
    return [Anchor(node, "", str(number), survey.place(node).zone, path) for number, node in enumerate(nodes)]
