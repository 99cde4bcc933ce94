"""From links that are built alike to the records that hold them: one region of the page for each item."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from feedbot.extract.links import Anchor, Element, Survey, step
from feedbot.extract.vocabulary import words

INLINE = words(
    """
    a abbr b bdi bdo big cite code data dfn em font i ins kbd label mark q s samp small span strike strong
    sub sup time tt u var wbr del
    """
)
"""Elements that stand within a line of text."""

MAX_ITEMS = 2_000
"""More records of a page than this are not read; real lists have a tenth of it."""
LEVELS = 24
"""A record is looked for so many levels above its link."""


@dataclass(frozen=True, slots=True)
class Region:
    """The part of a page that holds one item: `head` and what follows it, up to the next one.

    `loose` says that the text after each part belongs to it, as in lines that only `<br>` divides.
    """

    head: Element
    parts: tuple[Element, ...]
    loose: bool = False
    lead: str = ""
    """Text before the first part, on the same line."""


def heads_of(anchors: Sequence[Anchor], survey: Survey) -> tuple[Element, ...]:
    """Return the largest elements around `anchors` that hold one of them each, all at one height."""
    several = _shared(anchors, survey)
    heights = Counter(_height(anchor.node, several, survey) for anchor in anchors)
    most = max(heights.values())
    height = min(height for height, count in heights.items() if count * 2 >= most)
    return tuple(dict.fromkeys(_above(anchor.node, height, survey) for anchor in anchors))[:MAX_ITEMS]


def heads_each(anchors: Sequence[Anchor], survey: Survey) -> tuple[Element, ...]:
    """Return for each page that `anchors` lead to the largest element that holds no link to another of them."""
    several = _shared(anchors, survey)
    found: dict[str, Element] = {}
    for anchor in anchors:
        head = _above(anchor.node, _height(anchor.node, several, survey), survey)
        before = found.get(anchor.key)
        if before is None or (before is not head and _riches(head) > _riches(before)):
            found[anchor.key] = head
    return in_order(found.values())


def _riches(element: Element) -> int:
    """Count the kinds of things that an element says of its item: a picture, a time, a headline."""
    tags = ("img", "time", "h2", "h3", "p")
    return sum(next(element.iter(tag), None) is not None for tag in tags)


def _shared(anchors: Sequence[Anchor], survey: Survey) -> set[Element]:
    """Return the elements that hold links to more than one page."""
    first: dict[Element, str] = {}
    several: set[Element] = set()
    for anchor in anchors:
        at: Element | None = anchor.node
        for _ in range(LEVELS * 4):
            if at is None or at in several:
                break
            if first.setdefault(at, anchor.key) != anchor.key:
                several.add(at)
            at = survey.place(at).parent
    return several


def _height(node: Element, several: set[Element], survey: Survey) -> int:
    height, above = 0, survey.place(node).parent
    while above is not None and above not in several and height < LEVELS and above.tag not in {"body", "main"}:
        height, above = height + 1, survey.place(above).parent
    return height


def _above(node: Element, height: int, survey: Survey) -> Element:
    for _ in range(height):
        above = survey.place(node).parent
        if above is None:
            break
        node = above
    return node


def with_siblings(heads: Sequence[Element], survey: Survey) -> tuple[Element, ...]:
    """Return `heads` and what stands among them and is built like they are."""
    parents = Counter(survey.place(head).parent for head in heads)
    tag = heads[0].tag
    if tag in INLINE:
        return tuple(heads)
    known = set(heads)
    names = Counter(step(head) for head in heads)
    named = names.most_common(1)[0][0]
    built = [shape(head) for head in heads[:: max(1, len(heads) // 4)][:5]]
    for parent, count in parents.items():
        if parent is None or count < 2:
            continue
        others = [child for child in parent.iterchildren(tag) if child not in known and child.find(".//a") is not None]
        near = 0.5 if len(others) * 2 < count else 0.85
        for child in others:
            if _alike(shape(child), built, 0.3 if "." in named and step(child) == named else near):
                known.add(child)
    return in_order(known)[:MAX_ITEMS]


def shape(element: Element) -> frozenset[str]:
    """Return how an element is built: the tags of what is in it, three levels deep."""
    found: set[str] = set()
    waiting = [(element, "")]
    while waiting and len(found) < 60:
        node, path = waiting.pop()
        for child in node:
            below = f"{path}/{child.tag}"
            found.add(below)
            if below.count("/") < 3:
                waiting.append((child, below))
    return frozenset(found)


def _alike(one: frozenset[str], others: Sequence[frozenset[str]], near: float) -> bool:
    """Say whether one shape is like some of the others; `near` is the share that must be the same."""
    return any(len(one & other) >= near * len(one | other) for other in others)


def coarser(heads: Sequence[Element], survey: Survey) -> tuple[Element, ...]:
    """Return the elements that hold a few of `heads` each and stand in one row themselves, none where there are none.

    An item may have several links of one kind, such as the papers of a meeting.
    """
    at = tuple(heads)
    for _ in range(4):
        parents = tuple(dict.fromkeys(above for head in at if (above := survey.place(head).parent) is not None))
        if len(parents) < 3:
            return ()
        if len(parents) * 5 <= len(at) * 4:
            shared = Counter(survey.place(parent).parent for parent in parents)
            alike = len({parent.tag for parent in parents}) == 1
            return parents if alike and max(shared.values()) * 2 > len(parents) else ()
        at = parents
    return ()


def in_order(elements: Iterable[Element]) -> tuple[Element, ...]:
    """Return `elements` in the order of the document."""
    wanted = set(elements)
    if not wanted:
        return ()
    root = next(iter(wanted)).getroottree().getroot()
    tags = {str(element.tag) for element in wanted}
    return tuple(node for node in root.iter(*tags) if node in wanted)


def regions_of(heads: Sequence[Element]) -> tuple[Region, ...]:
    """Return the region of each head.

    Where most heads are followed by siblings that are no heads themselves, those belong to the head before them.
    """
    known = set(heads)
    if heads and all(head.tag in INLINE for head in heads) and _in_lines(heads):
        return tuple(_line(head, known) for head in heads)
    tags = sorted({str(head.tag) for head in known})
    tails = {head: _following(head, known, tags) for head in heads}
    siblings = Counter(head.getparent() for head in heads)
    inner = [head for head in heads if siblings[head.getparent()] > 1 and tails[head] is not None]
    told = [head for head in inner if tails[head]]
    if len(told) * 3 < len(inner) * 2 or not told:
        return tuple(Region(head, (head,)) for head in heads)
    leads = _leads(heads, known, {head: tails[head] or () for head in told})
    if leads:
        return tuple(Region(head, (head, *leads[head])) for head in heads)
    usual = Counter(len(tails[head] or ()) for head in told).most_common(1)[0][0]
    limit = max(usual, 6) if usual > 2 else usual + 1
    return tuple(Region(head, (head, *(tails[head] or ())[:limit])) for head in heads)


def _leads(
    heads: Sequence[Element], known: set[Element], tails: dict[Element, tuple[Element, ...]]
) -> dict[Element, tuple[Element, ...]]:
    """Return what stands before each head, where that is what belongs to it; nothing where what follows does.

    In `date, title, date, title` the date before the first title and the missing one after the last tell.
    """
    usual = Counter((step(run[0]), shape(run[0])) for run in tails.values()).most_common(1)[0][0]
    found: dict[Element, tuple[Element, ...]] = {}
    ends = Counter[bool]()
    last = {head.getparent(): head for head in heads}
    for head in heads:
        before = _preceding(head, known)
        after = head.getnext()
        found[head] = before
        if head.getprevious() is None or (not before and head.getprevious() not in known):
            ends[False] += 1
        if before and (step(before[0]), shape(before[0])) == usual and not _is_head_before(before[0], known):
            ends[True] += 1
        if last[head.getparent()] is head and after is not None and step(after) == usual[0]:
            ends[False] += 1
    return found if ends[True] and not ends[False] else {}


def _preceding(head: Element, known: set[Element]) -> tuple[Element, ...]:
    """Return the few siblings between the head before and this one."""
    found: list[Element] = []
    for sibling in head.itersiblings(preceding=True):
        if sibling in known or len(found) > 3 or sibling.tag in {"h1", "hr"}:
            break
        found.append(sibling)
    return tuple(reversed(found))


def _is_head_before(element: Element, known: set[Element]) -> bool:
    above = element.getprevious()
    return above is not None and above in known


def _following(head: Element, known: set[Element], tags: Sequence[str]) -> tuple[Element, ...] | None:
    """Return the siblings after `head` up to the next head; None for the last one, whose end is not known."""
    found: list[Element] = []
    for sibling in head.itersiblings():
        if sibling in known:
            return tuple(found)
        if len(found) > 12 or any(inner in known for inner in sibling.iterdescendants(*tags)):
            return tuple(found[:12])
        found.append(sibling)
    return tuple(found) if len(found) <= 6 else None


def _in_lines(heads: Sequence[Element]) -> bool:
    """Say whether the heads stand in lines of running text that share a parent."""
    parents = Counter(head.getparent() for head in heads)
    return any(count > 1 for count in parents.values())


def _line(head: Element, known: set[Element]) -> Region:
    """Return the line around an inline head: from the break before it to the next one that leads to another head."""
    before: list[Element] = []
    lead = ""
    at = head.getprevious()
    while at is not None and at not in known and at.tag in INLINE and len(before) < 8:
        before.insert(0, at)
        at = at.getprevious()
    first = before[0] if before else head
    if at is None:
        above = first.getparent()
        lead = (above.text or "") if above is not None else ""
    elif at not in known:
        lead = at.tail or ""
    after: list[Element] = []
    for sibling in head.itersiblings():
        if sibling in known or len(after) > 12:
            break
        after.append(sibling)
    return Region(head, (*before, head, *_until_next(after)), loose=True, lead=lead[-300:])


def _until_next(after: list[Element]) -> list[Element]:
    """Leave to the next head what stands on its line: all after the last break."""
    breaks = [index for index, node in enumerate(after) if node.tag not in INLINE]
    return after[: breaks[-1]] if breaks else []
