"""Rows that stand among the items of a list and are none: adverts, links to more, lists of other things."""

from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from feedbot.extract.addresses import ending_of, is_telling, kind_of
from feedbot.extract.fields import FEW, Found
from feedbot.extract.links import Element
from feedbot.extract.rows import Row
from feedbot.extract.texts import HEADINGS, text_below
from feedbot.extract.vocabulary import NEWS_HEADING, OTHER_HEADING, SPONSORED, SPONSORED_NAMES, names_of


def strays_of(found: Sequence[Found]) -> dict[Element, str]:
    """Return the heads of rows that are no items, each with the reason."""
    said = dict(_undated(found)) | dict(_unlinked(found)) | _mostly_not(_table_heads(found), found)
    said |= _mostly_not(_sponsored(found), found)
    return said | _mostly_not(_other_lists(found), found)


def _mostly_not(said: dict[Element, str], found: Sequence[Found]) -> dict[Element, str]:
    """Return what is said of less than all rows: what holds for a whole list tells nothing of its items."""
    return said if len(said) < len(found) else {}


def _undated(found: Sequence[Found]) -> Iterable[tuple[Element, str]]:
    """Give the rows that have no date where nearly all have one, and lead to another kind of page."""
    dated = [one for one in found if one.candidate.published is not None]
    if len(dated) < FEW or len(dated) * 4 < len(found) * 3:
        return
    kinds = [kind_of(one.candidate.url) for one in dated]
    endings, telling = {ending_of(kind) for kind in kinds}, sum(map(is_telling, kinds)) * 4 > len(kinds) * 3
    for one in found:
        if one.candidate.published is None and not _belongs(one, endings, telling=telling):
            yield one.row.region.head, "it has no date where nearly all have one, and leads to another kind of page"


def _unlinked(found: Sequence[Found]) -> Iterable[tuple[Element, str]]:
    """Give the rows that have neither link nor date where nearly all have both: heads and feet of tables."""
    whole = sum(bool(one.candidate.url) and one.candidate.published is not None for one in found)
    if whole < FEW or whole * 4 < len(found) * 3:
        return
    for one in found:
        if not one.candidate.url and one.candidate.published is None:
            yield one.row.region.head, "it has neither link nor date where nearly all have both"


def _table_heads(found: Sequence[Found]) -> dict[Element, str]:
    """Return the rows of tables that name the columns: they stand in the head, or have no plain cell."""
    rows = [one.row.region.head for one in found if one.row.region.head.tag == "tr"]
    return {row: "it is the head of a table" for row in rows if _is_table_head(row)}


def _is_table_head(row: Element) -> bool:
    above = row.getparent()
    bare = row.find("td") is None and len(row.findall("th")) > 1
    return bare or (above is not None and above.tag == "thead")


def _belongs(one: Found, endings: set[str], *, telling: bool) -> bool:
    kind = kind_of(one.candidate.url)
    return ending_of(kind) in endings and (is_telling(kind) or not telling)


def _sponsored(found: Sequence[Found]) -> dict[Element, str]:
    """Return the rows that say of themselves that they were paid for and lead to another site than most."""
    hosts = Counter(_host(one) for one in found)
    home = hosts.most_common(1)[0][0] if hosts else ""
    return {one.row.region.head: reason for one in found if _host(one) not in {home, ""} and (reason := _paid(one.row))}


def _host(one: Found) -> str:
    return urlsplit(one.candidate.url).netloc.lower()


def _paid(row: Row) -> str:
    head = row.region.head
    if names_of(f"{head.get('class') or ''} {head.get('id') or ''}") & SPONSORED_NAMES:
        return "its name says that it was paid for"
    said = next((text.text for text in row.texts if len(text.text) < 60 and SPONSORED.fullmatch(text.text)), "")
    return f"it was paid for: it says {said!r}" if said else ""


def _other_lists(found: Sequence[Found]) -> dict[Element, str]:
    """Return the rows under headings that name other things, where other rows stand under one that names news."""
    groups: dict[Element, list[Found]] = {}
    for one in found:
        parent = one.row.region.head.getparent()
        if parent is not None:
            groups.setdefault(parent, []).append(one)
    if len(groups) < 2 or len(groups) > 20:
        return {}
    titles = {parent: _title_of(parent, rows[0].row.region.head) for parent, rows in groups.items()}
    news = [parent for parent, title in titles.items() if NEWS_HEADING.match(title)]
    if sum(len(groups[parent]) for parent in news) < FEW:
        return {}
    return {
        one.row.region.head: f"it stands below {title[:60]!r}, others below {titles[news[0]][:60]!r}"
        for parent, title in titles.items()
        if OTHER_HEADING.match(title) and not NEWS_HEADING.match(title)
        for one in groups[parent]
    }


def _title_of(holder: Element, first: Element) -> str:
    """Return the heading right above the items in `holder`, `""` where there is none."""
    at, before = holder, first
    for _ in range(4):
        for sibling in before.itersiblings(preceding=True):
            if sibling.tag in HEADINGS:
                return text_below(sibling)
            inner = list(sibling.iter(*HEADINGS)) if len(sibling) < 4 else []
            if inner:
                return text_below(inner[-1])
        above = at.getparent()
        if above is None or above.tag in {"body", "main"}:
            break
        at, before = above, at
    return ""
