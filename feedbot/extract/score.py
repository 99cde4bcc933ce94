"""How much a list of records looks like news."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import log2
from urllib.parse import urlsplit

from feedbot.extract.links import AROUND, ASIDE, CONTENT
from feedbot.extract.moments import Reading, share_dated, share_under_dates
from feedbot.extract.rows import Row, RowLink, main_links
from feedbot.extract.texts import wide_in
from feedbot.extract.titles import telling, titles_of
from feedbot.extract.vocabulary import PAPER

SAMPLE = 10
SHORTEST = 3
"""A heading of a part without links has more characters than this: `v2.1`."""

_TELLING_URL = re.compile(
    r"\.(?:pdf|docx?|mp3|html?|aspx?|php)$|\d{3,}|/\d{4}/|(?:[a-z0-9]+[-_]){3,}|[?&](?:id|p|news_?id|article)=",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Score:
    """What speaks for a list, each from 0 to 1 but for `rows` (their number) and `worth` (all together)."""

    worth: float
    rows: int
    dated: float
    words: float
    distinct: float
    headed: float
    pictured: float
    slugs: float
    text: float
    zone: int


def sample(rows: Sequence[Row]) -> list[Row]:
    """Return rows from the whole length of a list, few enough to be read twice."""
    return list(rows[:: max(1, len(rows) // SAMPLE)][:SAMPLE])


def score(rows: Sequence[Row], reading: Reading) -> Score:
    """Weigh what speaks for `rows` being the news of the page."""
    some = sample(rows)
    links = main_links(some)
    titles = titles_of(some, links)
    count = len(some)
    told = [title for title in titles if telling(title)]
    keys = {link.anchor.key for link in links if link}
    distinct = min(len(set(told)) / max(1, len(told)), len(keys) / count)
    words = sum(_length_worth(title) for title in told) / count
    zones = sorted(link.anchor.zone for link in links if link)
    zone = zones[len(zones) // 2] if zones else AROUND
    dated = share_dated(some, reading)
    if dated < 0.5 and words > 0.4 and zone == CONTENT:
        dated = max(dated, share_under_dates(rows, reading))
    headed = sum(any(text.heading is not None for text in row.texts) for row in some) / count
    pictured = sum(any(part.find(".//img") is not None for part in row.region.parts) for row in some) / count
    slugs = sum(bool(link and _TELLING_URL.search(urlsplit(link.anchor.url).path)) for link in links) / count
    text = sum(min(1.0, sum(len(text.text) for text in row.texts) / 200) for row in some) / count
    worth = log2(1 + min(len(rows), 60)) * (0.05 + words) * distinct**2
    worth *= (1 + 2.0 * dated) * (1 + 0.5 * headed) * (1 + 0.3 * pictured) * (1 + 0.5 * slugs) * (1 + 0.6 * text)
    worth /= _crowd(some, links)
    worth *= 1 - 0.6 * sum(_comes_late(link) for link in links) / count
    worth *= {AROUND: 0.08, ASIDE: 0.35}.get(zone, 1.0)
    return Score(worth, len(rows), dated, words, distinct, headed, pictured, slugs, text, zone)


def score_unlinked(rows: Sequence[Row], reading: Reading) -> Score:
    """Weigh a list whose items have no links of their own: only headed and dated ones can be told from prose."""
    some = sample(rows)
    titles = titles_of(some, [None] * len(some))
    told = [title for title in titles if len(title) > SHORTEST]
    distinct = len(set(told)) / max(1, len(told))
    words = sum(_length_worth(title) for title in told) / len(some)
    dated = share_dated(some, reading)
    worth = log2(1 + min(len(rows), 60)) * (0.05 + words) * distinct**2 * dated**2
    return Score(worth, len(rows), dated, words, distinct, 1.0, 0.0, 0.0, 1.0, CONTENT)


def _crowd(rows: Sequence[Row], links: Sequence[RowLink | None]) -> float:
    """Return how many links a row has, on average, that could be the own link of an item just as well."""
    count = 0
    for row, own in zip(rows, links, strict=True):
        if own is not None and telling(own.text):
            count += len({link.anchor.key for link in row.links if link.path == own.path and telling(link.text)}) - 1
    return 1 + count / len(rows)


def _comes_late(link: RowLink | None) -> bool:
    """Say whether a row's own link stands after its first part: then the row may have begun at the item before."""
    return link is not None and link.path[:1].isdigit() and not PAPER.fullmatch(link.text)


def _length_worth(title: str) -> float:
    wide = wide_in(title)
    size = len(title) + wide * 2
    words = title.count(" ") + 1 + wide // 2
    return min(1.0, size / 40) * min(1.0, 0.3 + words / 5)
