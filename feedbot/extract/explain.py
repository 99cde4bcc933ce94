"""In words: why a list of a page was taken or left, and why a part of it was kept as an item or dropped."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, repeat

from feedbot.extract.fields import Found
from feedbot.extract.links import AROUND, ASIDE, Element, Survey
from feedbot.extract.lists import Listing
from feedbot.extract.rows import main_links
from feedbot.extract.titles import telling, titles_of
from feedbot.item import Candidate
from feedbot.verdict import Considered, Verdict

SHOWN = 12
"""So many lists are told of."""
SAMPLE = 3
"""So many titles of each are."""
ENOUGH = 6
"""So many rows tell which of their links are the items' own."""
ODD = 20
"""So many parts among the items that are built in another way are told of."""
MANY = 1_000
"""So many neighbours of items are looked at."""

_PLACE = re.compile(r":\d+")


def considered(lists: Sequence[Listing], heads: Sequence[Element], survey: Survey) -> tuple[Considered, ...]:
    """Say what came of each list when the items with `heads` were taken."""
    return tuple(_considered(one, lists[0], set(heads), survey) for one in lists[:SHOWN])


def _considered(one: Listing, best: Listing, taken: set[Element], survey: Survey) -> Considered:
    inside = sum(head in taken for head in one.heads) * 2 > len(one.heads)
    some = one.rows[:ENOUGH]
    titles = titles_of(some, main_links(some))[:SAMPLE]
    return Considered(
        where=where_is(one.heads, survey),
        items=len(one.rows),
        worth=round(one.score.worth, 2),
        taken=inside,
        reason=_taken(one, best) if inside else _lost(one, best, taken),
        sample=tuple(title[:80] for title in titles if title),
    )


def where_is(heads: Sequence[Element], survey: Survey) -> str:
    """Return the last three steps of the way to elements like `heads`, in the manner of CSS."""
    steps = _PLACE.sub("", survey.place(heads[0]).path).split("/")
    return " > ".join(steps[-3:])


def _taken(one: Listing, best: Listing) -> str:
    if one is not best:
        return "belongs to the same news as the best list"
    return "the most news-like list" + (f": {', '.join(said)}" if (said := list(_merits(one))) else "")


def _merits(one: Listing) -> Iterator[str]:
    score = one.score
    for share, what in (
        (score.dated, "dated"),
        (score.headed, "with headings"),
        (score.pictured, "with pictures"),
        (score.text, "with text of their own"),
    ):
        if share >= 0.5:
            yield what


def _lost(one: Listing, best: Listing, taken: set[Element]) -> str:
    """Return the first reason that tells a list from the one that was taken."""
    mine, other = one.score, best.score
    rows = [
        (any(up in taken for up in one.heads[0].iterancestors()), "it lies inside the items that were taken"),
        (_around(one, taken), "it holds the items that were taken, several in each part"),
        (mine.zone == AROUND, "it stands in a menu, a header, a footer or another frame of the page"),
        (mine.zone == ASIDE, "it stands beside the news, as popular or related pieces do"),
        (mine.words < 0.3, "its links say too little to be titles"),
        (mine.distinct < 0.7, "its parts say the same or lead to the same pages"),
        (mine.dated + 0.4 < other.dated, f"{_share(mine.dated)} of its parts have a date, {_share(other.dated)} there"),
        (mine.rows * 2 < other.rows, f"it has {mine.rows} parts, the list that was taken {other.rows}"),
        (mine.text + 0.3 < other.text, "its parts say less"),
        (mine.words + 0.2 < other.words, "its links say less"),
        (mine.headed + 0.4 < other.headed, "its parts have no headings"),
    ]
    return next((reason for so, reason in rows if so), "it is less news-like in all")


def _around(one: Listing, taken: set[Element]) -> bool:
    own = set(one.heads)
    return any(up in own for head in islice(taken, SAMPLE) for up in head.iterancestors())


def _share(share: float) -> str:
    return f"{share:.0%}" if share else "none"


def verdicts(
    found: Sequence[Found], strays: Mapping[Element, str], items: Sequence[Candidate], survey: Survey
) -> tuple[Verdict, ...]:
    """Say of each part that could be an item why it was kept or dropped.

    Args:
        found: all rows of the lists that were taken, read.
        strays: the heads of those of them that are no items, each with the reason.
        items: what was made of the others.
        survey: the page.
    """
    told = {item.url or item.title for item in items}
    said: list[Verdict] = []
    for one in found:
        name = one.candidate.url or one.candidate.title
        stray = strays.get(one.row.region.head)
        said.append(_verdict(one, stray or _dropped(one, known=name in told)))
        if stray is None:
            told.discard(name)
    return (*said, *_odd(found, survey))


def _verdict(one: Found, dropped: str) -> Verdict:
    return Verdict(
        title=one.candidate.title, url=one.candidate.url, kept=not dropped, reason=dropped or ", ".join(_has(one))
    )


def _dropped(one: Found, *, known: bool) -> str:
    """Return why a row is no item; `""` where it is one."""
    if not one.candidate.title and not one.candidate.url:
        return "it has neither title nor link"
    return "" if known else "it is the same as an item above it"


def _has(one: Found) -> Iterator[str]:
    """Give what a row was kept for."""
    if one.link is not None:
        yield f"own link at `{_PLACE.sub('', one.link.path).strip('/').replace('/', ' > ') or 'a'}`"
    else:
        yield "no link of its own"
    item = one.candidate
    yield "dated" if item.published else "no date"
    yield from (
        what for what, value in (("summary", item.summary), ("picture", item.image), ("kind", item.categories)) if value
    )


def _odd(found: Sequence[Found], survey: Survey) -> Iterable[Verdict]:
    """Give the parts that stand among the items and were never taken for any."""
    parts = {part for one in found for part in one.row.region.parts}
    parents = dict.fromkeys(survey.place(one.row.region.head).parent for one in found)
    others = (child for parent in parents if parent is not None for child in parent if child not in parts)
    return islice(filter(None, map(_odd_one, islice(others, MANY), repeat(survey))), ODD)


def _odd_one(node: Element, survey: Survey) -> Verdict | None:
    inner = (survey.anchor_of(link) for link in islice(node.iter("a"), SAMPLE))
    for anchor in inner:
        title = " ".join("".join(map(str, anchor.node.itertext())).split()) if anchor else ""
        if anchor is not None and telling(title):
            return Verdict(title=title[:200], url=anchor.url, kept=False, reason="it is built in another way")
    return None
