"""Parsers that others wrote must read what was meant, out of every format."""

from calendar import timegm
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import fastfeedparser
import feedparser
import pytest

from feedbot.item import Item
from feedbot.render.edition import Edition, edition
from feedbot.render.jsonfeed import jsonfeed
from feedbot.render.mends import enclosures
from feedbot.render.syndication import atom, rss
from tests.newsfeed import BOTH, OFFICE, SITE, bare, full

TITLES = (
    "AT&T <3 “quotes” & ‘more’",
    "x < y > z",
    "عنوان بالعربية",
    "emoji 😀 🏳️‍🌈",
    "]]> <!-- -- >",
    "café – naïve…",
    "nul\x00 vt\x0b \ufffe sur\ud800 end",
)
ITEMS = (
    full(),
    bare("last", content_html="<p>Read &amp; heard.</p>"),
    *(bare(str(n), title=t) for n, t in enumerate(TITLES)),
)


class Read(NamedTuple):
    id: str
    title: str
    url: str
    published: datetime
    content: str
    author: str | None
    categories: list[str]


def meant(state: Edition) -> list[Read]:
    return [
        Read(
            e.id, e.title, e.url, e.published.astimezone(UTC), e.content, "".join(e.authors) or None, list(e.categories)
        )
        for e in state.entries
    ]


def by_feedparser(body: bytes) -> list[Read]:
    found = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)
    assert not found.bozo
    return [
        Read(
            e.id,
            e.title,
            e.link,
            datetime.fromtimestamp(timegm(e.published_parsed), UTC),
            e.content[0].value,
            e.get("author"),
            [tag.term for tag in e.get("tags", [])],
        )
        for e in found.entries
    ]


def by_fastfeedparser(body: bytes) -> list[Read]:
    return [
        Read(
            e.id,
            e.title,
            e.link,
            datetime.fromisoformat(e.published),
            e.content[0]["value"],
            e.get("author"),
            [tag["term"] if isinstance(tag, dict) else tag for tag in e.get("tags") or []],
        )
        for e in fastfeedparser.parse(body).entries
    ]


@pytest.mark.parametrize("feed", [OFFICE, BOTH])
@pytest.mark.parametrize(
    ("parse", "render"),
    [
        (by_feedparser, atom),
        (by_feedparser, rss),
        (by_fastfeedparser, atom),
        (by_fastfeedparser, rss),
        (by_fastfeedparser, jsonfeed),
    ],
)
def test_a_parser_reads_what_was_meant(
    feed: Any, parse: Callable[[bytes], Sequence[Read]], render: Callable[[Edition], bytes]
) -> None:
    state = edition(feed, SITE, ITEMS)

    assert parse(render(state)) == meant(state)


@pytest.mark.parametrize("render", [atom, rss])
def test_a_parser_opens_the_story_and_not_the_picture(render: Callable[[Edition], bytes]) -> None:
    state = edition(OFFICE, SITE, [full()])
    read = feedparser.parse(render(state)).entries[0]

    assert read.link == full().url
    assert read.enclosures[0].href == enclosures(state.entries[0])[0].url
    assert read.media_content[0]["url"] == "https://office.example/corridor.jpg"


def test_the_items_are_hard_ones() -> None:
    assert all(isinstance(item, Item) for item in ITEMS)
    assert len({item.id for item in ITEMS}) == len(ITEMS)
