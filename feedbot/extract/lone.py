"""Items that stand alone, in a markup of their own: the lead story above the list."""

from collections import Counter
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from feedbot.extract.addresses import kind_of
from feedbot.extract.links import CONTENT, Anchor, Element, Survey
from feedbot.extract.lists import Listing
from feedbot.extract.moments import Reading, share_dated
from feedbot.extract.records import heads_each, in_order, regions_of
from feedbot.extract.rows import rows_of
from feedbot.extract.texts import HEADINGS, text_below
from feedbot.extract.titles import telling

MOST = 3
"""More of them than this are a list of their own."""
NEAR = 3
"""They stand at most so many levels above the list."""
USUAL = 0.6
"""So large a share of the items leads to one folder of the site, where that tells anything."""


def with_lone(heads: tuple[Element, ...], best: Listing, survey: Survey, reading: Reading) -> tuple[Element, ...]:
    """Return `heads` and those of the few headlines beside the list that lead where its items lead.

    They are taken where they are dated as the list is.
    """
    folder = _folder_of(best)
    above = _holder(heads)
    if not folder or above is None:
        return heads
    known = {link.anchor.key for link in best.links if link}
    found = {anchor.key: anchor for anchor in _headlines(above, folder, known, survey)}
    inside = {up for head in heads for up in (head, *head.iterancestors())}
    if not 0 < len(found) <= MOST:
        return heads
    own = [link.anchor for link in best.links if link]
    taken = set(heads)
    lone = [
        head
        for head in heads_each([*found.values(), *own], survey)
        if head not in inside and not any(up in taken for up in head.iterancestors())
    ]
    dated = [head for head in lone if _dated(head, survey, reading) or best.score.dated < USUAL]
    return in_order([*heads, *dated]) if dated else heads


def _folder_of(best: Listing) -> str:
    """Return the folder and kind of address that most items lead to; `""` where there is none below the root."""
    folders = Counter(folder for link in best.links if link and (folder := _folder(link.anchor.url)))
    if not folders:
        return ""
    folder, count = folders.most_common(1)[0]
    return folder if count >= USUAL * len(best.rows) else ""


def _folder(url: str) -> str:
    parts = urlsplit(url)
    above = parts.path.rstrip("/").rpartition("/")[0]
    return f"{parts.netloc}{above} {kind_of(url)}" if len(above) > 1 else ""


def _holder(heads: Sequence[Element]) -> Element | None:
    """Return the part of the page around the list that its lead story may stand in."""
    last = set(heads[-1].iterancestors())
    at = next((up for up in heads[0].iterancestors() if up in last), None)
    for _ in range(NEAR):
        above = at.getparent() if at is not None else None
        if at is None or above is None or at.tag in {"main", "body"}:
            break
        at = above
    return at


def _headlines(above: Element, folder: str, known: set[str], survey: Survey) -> Iterator[Anchor]:
    """Give the links below `above` that are headlines, lead to the folder and to no known page."""
    for anchor in survey.anchors:
        if anchor.key in known or anchor.zone != CONTENT:
            continue
        if _folder(anchor.url) == folder and _is_headline(anchor.node, above):
            yield anchor


def _is_headline(node: Element, above: Element) -> bool:
    ways = list(node.iterancestors())
    headed = any(up.tag in HEADINGS for up in ways[:4]) or next(node.iter(*HEADINGS), None) is not None
    return headed and above in ways and telling(text_below(node))


def _dated(head: Element, survey: Survey, reading: Reading) -> bool:
    rows = rows_of(regions_of([head]), survey)
    return share_dated(rows, reading) == 1
