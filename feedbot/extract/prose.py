"""Where on a page the prose stands: every block weighed by the text that it holds."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from feedbot.extract import around
from feedbot.extract.links import Element
from feedbot.extract.vocabulary import words

BLOCKS = words(
    """
    address article aside blockquote body center dd details dir div dl dt fieldset figcaption figure footer h1 h2 h3
    h4 h5 h6 header hgroup hr html legend li main nav ol p pre section summary table tbody td tfoot th thead tr ul
    """
)
HEADINGS = words("h1 h2 h3 h4 h5 h6")
CELLS = words("li td th dd dt figcaption")
PARAGRAPHS = words("p tr td th blockquote pre figcaption h1 h2 h3 h4 h5 h6")
_TOPS = words("body html main")
_WIDE = re.compile("[\u1000-\u109f\u0e00-\u0e7f\u3040-\U0003ffff]")
_STOP = re.compile(r"[.!?…:;。！？؟।\"”’»)]\s*$")


@dataclass(slots=True, eq=False)
class Block:
    """A block of a page: the letters in it and those in links, and what it is worth."""

    element: Element
    parent: "Block | None" = None
    texts: list[str] = field(default_factory=list)
    children: list["Block"] = field(default_factory=list)
    own: int = 0
    """Letters that stand directly in it; those of wide scripts count double."""
    own_linked: int = 0
    size: int = 0
    """Letters that stand in it and below."""
    linked: int = 0
    prose: float = 0.0
    """Worth of the prose in it and below."""
    kept: float = 0.0
    """Worth of what is in it and below and not left out; links and labels take from it."""
    titled: bool = False
    """A whole line in it is a link to another page of the site."""
    why: str | None = None
    """Why it stands around the article by its kind or name; None where that was not asked yet."""
    out: bool = False
    """It stands around the article."""

    @property
    def share(self) -> float:
        """Share of the letters that stand in links."""
        return self.linked / self.size if self.size else 0.0

    @property
    def line(self) -> str:
        """The text that stands directly in the block."""
        return " ".join("".join(self.texts).split())

    @property
    def above(self) -> Iterator["Block"]:
        """The blocks around it, from near to far."""
        block = self.parent
        while block is not None:
            yield block
            block = block.parent

    def is_in(self, other: "Block") -> bool:
        """Say whether the block is `other`, or below it."""
        return self is other or any(block is other for block in self.above)


def blocks_of(root: Element, host: str) -> list[Block]:
    """Return the blocks of a page of `host` in its order, weighed, and what stands around the article left out."""
    blocks = _grown(root)
    own = [_worth(block) if block.own else 0.0 for block in blocks]
    for block, worth in zip(reversed(blocks), reversed(own), strict=True):
        block.prose += max(worth, 0.0)
        block.size += block.own
        block.linked += block.own_linked
        block.titled = block.titled or _is_title(block, host)
        if above := block.parent:
            above.prose += block.prose
            above.size += block.size
            above.linked += block.linked
            above.titled = above.titled or block.titled
    _leave_out(blocks)
    for block, worth in zip(reversed(blocks), reversed(own), strict=True):
        block.kept += worth
        if block.parent and not block.out:
            block.parent.kept += block.kept
    return blocks


def _grown(root: Element) -> list[Block]:
    top = Block(root)
    blocks = [top]
    at = [(top, False)]
    wrappers = around.wrappers(root)
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            at.pop()
            if element.tail:
                _add(at[-1], element.tail)
            continue
        block, linked = at[-1]
        mute = around.mute(element) and element not in wrappers
        if mute:
            walk.skip_subtree()
        elif element.tag in BLOCKS and element is not root:
            block = Block(element, block)
            at[-1][0].children.append(block)
            blocks.append(block)
        elif element.tag == "br":
            block.texts.append(" ")
        at.append((block, linked or element.tag == "a"))
        if element.text and not mute:
            _add(at[-1], element.text)
    return blocks


def _add(place: tuple[Block, bool], text: str) -> None:
    block, linked = place
    size = len("".join(text.split()))
    block.texts.append(text)
    if not text.isascii():
        size += len(_WIDE.findall(text))
    block.own += size
    if linked:
        block.own_linked += size


def _worth(block: Block) -> float:
    """Weigh a block by what stands directly in it: prose is long, ends its sentences, and is hardly linked."""
    size, share = block.own, block.own_linked / block.own
    if share > 0.5:
        return -0.5 * min(size, 100)
    if block.element.tag in HEADINGS:
        return 0.0
    if size >= 60:
        return size * (1 - share) * (0.5 if block.element.tag in CELLS else 1.0)
    if size >= 20 and _STOP.search(block.texts[-1]):
        return 0.5 * size
    return -4.0


def _is_title(block: Block, host: str) -> bool:
    """Say whether the whole line of a block is a link to another page of the same site."""
    if block.own < 12 or block.own_linked < 0.9 * block.own:
        return False
    anchors = [block.element, *block.element.iter("a"), *block.element.iterancestors("a")]
    href = next((anchor.get("href") for anchor in anchors if anchor.get("href")), None) or "#"
    return not href.startswith("#") and ("://" not in href or (bool(host) and host in href))


def _leave_out(blocks: list[Block]) -> None:
    """Mark what stands around the article, unless it holds much of what there is to read."""
    whole = blocks[0].prose
    spared = _spared(blocks, whole)
    for block in blocks:
        if block.parent and block.parent.out:
            block.out = True
        elif not block.out and block.element.tag not in _TOPS:
            why = _why(block, whole)
            block.out = bool(why and why not in spared) or (block.prose < 0.9 * whole and around.talk(block.element))
            if not block.out and len(block.children) > 2:
                _leave_cards_out(block, whole)


def _why(block: Block, whole: float) -> str:
    """Return why a block stands around the article, nothing where it does not; asked of its element only once."""
    if block.why is None:
        block.why = around.beside(block.element) if block.prose < 0.3 * whole else ""
    return block.why


def _spared(blocks: list[Block], whole: float) -> set[str]:
    """Return the reasons to leave blocks out that would take much of the prose of the page with them.

    A name on every paragraph says how the article is shown, not what stands around it. Cards titled by a link to
    another page do not count: there may be more of them than there is article.
    """
    prose: defaultdict[str, float] = defaultdict(float)
    within: set[Block] = set()
    for block in blocks:
        if block.parent in within:
            within.add(block)
        elif block.element.tag not in _TOPS and (why := _why(block, whole)):
            within.add(block)
            if not block.titled and block.share < 0.2 and why not in around.FIRM:
                prose[why] += block.prose
    return {why for why, worth in prose.items() if worth >= 0.3 * whole}


def _leave_cards_out(block: Block, whole: float) -> None:
    """Mark the children of a block that are cards: built alike, short, and each titled by a link to another page."""
    alike: dict[tuple[str, str], list[Block]] = {}
    for child in block.children:
        if child.element.tag not in PARAGRAPHS and child.size:
            alike.setdefault((str(child.element.tag), child.element.get("class") or ""), []).append(child)
    for group in alike.values():
        cards = [child for child in group if child.titled and child.size <= 700]
        if len(cards) > 2 and len(cards) * 3 >= len(group) * 2 and sum(card.prose for card in cards) < 0.5 * whole:
            for card in cards:
                card.out = True


def story_of(blocks: list[Block]) -> Block:
    """Return the block that holds the article: the smallest with nearly all of the prose."""
    shown = [block for block in blocks if not block.out]
    top = max(shown, key=lambda block: block.kept)
    named = [block for block in shown if block.kept >= 0.6 * top.kept and around.hearth(block.element)]
    if named:
        most = max(block.kept for block in named)
        return [block for block in named if block.kept == most][-1]
    deepest = top
    for block in shown:
        if block.kept >= (0.6 if block.element.tag == "main" else 0.9) * top.kept and block.is_in(deepest):
            deepest = block
    return deepest
