"""From the records that were found to the rule that finds them again."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product

from feedbot.extract.links import Element, Survey
from feedbot.extract.select import compile_selector
from feedbot.source import ListingRule

HOLDERS = {"main", "article", "section", "table", "tbody", "ul", "ol", "dl"}
"""Tags that say enough of what holds the items to stand without a name."""
MANY = 300
"""A rule of more paths than this helps nobody."""
TRIES = 200
"""So many selectors are tried before the closest one is taken."""

PLACES = 8
"""A rule of more kinds of places than this is no plain one."""
DEEPEST = 9
"""A rule of places has fewer steps than this."""
LOOSE = 3
"""A rule that finds more than so many times the records is too loose to be tried."""

_PLACE = re.compile(r"[a-z][a-z0-9]*(?:\.[A-Za-z_][\w-]*(?![^/]))?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_STABLE = re.compile(r"(?!.*\d{3})(?!css-)[A-Za-z_][A-Za-z0-9_-]{1,60}")


def rules_for(heads: Sequence[Element], survey: Survey) -> Iterator[tuple[ListingRule, bool]]:
    """Yield rules that find the records with these heads, the plainest first, and whether nothing else is found."""
    root, wanted = survey.document.root, set(heads)
    matcher = Matcher(root)
    groups: dict[str, list[Element]] = defaultdict(list)
    for head in heads:
        groups[survey.place(head).path].append(head)
    shaky: list[str] = []
    for some in ([heads], groups.values()):
        item = ", ".join(dict.fromkeys(selector_for(group, matcher) for group in some))
        if ":nth-" in item or item.startswith("body >"):
            shaky.append(item)
        else:
            yield from _if_it_finds(item, wanted, root)
    yield from _by_places(groups, wanted, root)
    for item in (*shaky, *_by_number(heads, survey)):
        yield from _if_it_finds(item, wanted, root)


def _if_it_finds(item: str, wanted: set[Element], root: Element) -> Iterator[tuple[ListingRule, bool]]:
    found = set(compile_selector(item).elements(root))
    if found >= wanted:
        yield ListingRule(item=item), found == wanted


def _by_places(
    groups: Mapping[str, Sequence[Element]], wanted: set[Element], root: Element
) -> Iterator[tuple[ListingRule, bool]]:
    """Yield the rule of the places where the records stand: the shortest exact one, or else the tightest."""
    if len(groups) > PLACES:
        return
    best, most = "", len(wanted) * LOOSE
    for end, steps in (*product([""], range(2, DEEPEST)), *product([":has(a)"], (3, 5))):
        item = ", ".join(dict.fromkeys(f"{_place_of(path, steps)}{end}" for path in groups))
        found = set(compile_selector(item).elements(root))
        if found == wanted:
            yield ListingRule(item=item), True
            return
        if found > wanted and len(found) < most:
            best, most = item, len(found)
    if best:
        yield ListingRule(item=best), False


def _place_of(path: str, steps: int) -> str:
    """Return the last steps of a path as a selector in CSS."""
    told = [_PLACE.match(step) for step in path.split("/")[-steps:]]
    return " > ".join(step[0] for step in told if step)


def _by_number(heads: Sequence[Element], survey: Survey) -> Iterator[str]:
    """Yield XPath that counts: the lists that hold the records, then each record."""
    parents = dict.fromkeys(survey.place(head).parent for head in heads)
    tags = sorted({str(head.tag) for head in heads})
    lines = [f"{path_to(parent)}/{tag}" for parent in parents if parent is not None for tag in tags]
    yield " | ".join(lines[:MANY])
    yield " | ".join(path_to(head) for head in heads[:MANY])


class Matcher:
    """Finds the elements of simple selectors (`tag.name`, `tag#name`, `tag`) joined by `>` and spaces, fast."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._known: dict[str, frozenset[Element]] = {}
        self._holding: dict[tuple[str, ...], dict[Element, bool]] = defaultdict(dict)

    def simple(self, css: str) -> frozenset[Element]:
        """Return the elements that one simple selector finds."""
        found = self._known.get(css)
        if found is None:
            tag, mark, name = css.partition(".") if "." in css else css.partition("#")
            nodes = self._root.iter(tag)
            if mark == ".":
                matching = (node for node in nodes if name in (node.get("class") or "").split())
            else:
                matching = (node for node in nodes if not mark or node.get("id") == name)
            found = self._known[css] = frozenset(matching)
        return found

    def find(self, css: str) -> set[Element]:
        """Return the elements that a chain of simple selectors finds."""
        *outer, own = css.split(" ")
        return {node for node in self.simple(own) if self._stands(node, tuple(outer))}

    def _stands(self, node: Element, outer: tuple[str, ...]) -> bool:
        """Say whether `node` stands as the steps before it say, the last one the closest; asked once of siblings."""
        if not outer:
            return True
        above = node.getparent()
        if above is None:
            return False
        known = self._holding[outer]
        held = known.get(above)
        if held is None:
            held = known[above] = self._holds(above, outer)
        return held

    def _holds(self, above: Element, outer: tuple[str, ...]) -> bool:
        if outer[-1] == ">":
            return above in self.simple(outer[-2]) and self._stands(above, outer[:-2])
        known, named = self._holding[outer], self.simple(outer[-1])
        for up in (above, *above.iterancestors()):
            if (held := known.get(up)) is not None:
                return held
            if up in named and self._stands(up, outer[:-1]):
                return True
        return False


def selector_for(heads: Sequence[Element], matcher: Matcher) -> str:
    """Return a selector in CSS that finds exactly `heads`, or the one that comes closest and misses none."""
    best, most = "", 0
    for css in islice(_tries(heads), TRIES):
        found = matcher.find(css)
        if len(found) == len(heads):
            return css
        if not best or len(found) < most:
            best, most = css, len(found)
    return best or _exact(heads)


def _tries(heads: Sequence[Element]) -> Iterator[str]:
    """Yield selectors that all heads match, the shortest first."""
    own = _own(heads)
    above = [_up(heads, height) for height in range(1, 7)]
    above = above[: above.index([])] if [] in above else above
    outers = [[name for name in _own(group) if name in HOLDERS or "." in name or "#" in name] for group in above]
    yield from (name for name in own if "." in name or "#" in name)
    for name in own:
        yield from (f"{outer} > {name}" for names in outers[:1] for outer in names)
        yield from (f"{outer} {name}" for names in outers[1:] for outer in names)
    for name in own:
        for height, names in enumerate(outers[1:4], 1):
            middles = _own(above[height - 1])
            yield from (f"{outer} {middle} > {name}" for outer in names for middle in middles)
    yield from own


def _up(heads: Sequence[Element], height: int) -> list[Element]:
    found: list[Element] = []
    for head in heads:
        at: Element | None = head
        for _ in range(height):
            at = at.getparent() if at is not None else None
        if at is None or at.tag == "html":
            return []
        found.append(at)
    return list(dict.fromkeys(found))


def _own(elements: Sequence[Element]) -> list[str]:
    """Return simple selectors that all `elements` match."""
    tags = {str(element.tag) for element in elements}
    tag = tags.pop() if len(tags) == 1 else "*"
    classes = Counter(name for element in elements for name in dict.fromkeys((element.get("class") or "").split()))
    shared = [name for name, count in classes.items() if count == len(elements) and _STABLE.fullmatch(name)]
    shared.sort(key=lambda name: len(name) < 3)
    found = [f"{tag}.{name}" for name in shared[:4]]
    if (
        len(elements) == 1
        and _NAME.fullmatch(elements[0].get("id") or "")
        and _STABLE.fullmatch(elements[0].get("id") or "")
    ):
        found.insert(0, f"{tag}#{elements[0].get('id')}")
    return [*found, tag] if tag != "*" else found


def _exact(heads: Sequence[Element]) -> str:
    """Return the paths of the heads' parents with the heads' tags."""
    parents = dict.fromkeys(head.getparent() for head in heads)
    tags = dict.fromkeys(str(head.tag) for head in heads)
    paths = [path for parent in parents if parent is not None for path in [_css_path(parent)]]
    return ", ".join(f"{path} > {tag}" for path in paths for tag in tags)


def _css_path(node: Element) -> str:
    steps: list[str] = []
    at: Element | None = node
    while at is not None and at.tag != "html":
        name = at.get("id") or ""
        if _STABLE.fullmatch(name):
            steps.append(f"{at.tag}#{name}")
            break
        number = sum(1 for _ in at.itersiblings(str(at.tag), preceding=True)) + 1
        steps.append(f"{at.tag}:nth-of-type({number})" if number > 1 else str(at.tag))
        at = at.getparent()
    return " > ".join(reversed(steps))


def path_to(node: Element) -> str:
    """Return the XPath of exactly this element."""
    return str(node.getroottree().getpath(node))
