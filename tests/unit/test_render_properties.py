"""Whatever a publisher writes, every format is sound and says the same as the others."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import NamedTuple

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from lxml import etree

from feedbot.feed import Feed
from feedbot.item import Attachment, Image, Item, ItemId, Link, Quote, legal
from feedbot.render.edition import Edition, edition
from feedbot.render.html import index
from feedbot.render.jsonfeed import jsonfeed
from feedbot.render.opml import opml
from feedbot.render.syndication import atom, rss
from feedbot.render.text import address, line
from feedbot.source import SourceId
from tests.newsfeed import BOTH, OFFICE, SITE, bare

A = "{http://www.w3.org/2005/Atom}"
SCHEMA = etree.RelaxNG(etree.parse(str(Path(__file__).parents[1] / "data" / "atom.rng")))

NASTY = (
    "\x00\x01\x08\x0b\x0c\x1f",
    "\ufffe\uffff\ud800\udfff",
    "\ud83d\ude00",
    "]]>",
    "<![CDATA[",
    "<b>half <i",
    "&amp;lt;&#0;&bogus;",
    "\u202e\u2067gnirts",
    "👩🏽‍🚀 ﷽ Z͑ͫ",
    "\r\n\t\x85\u2028",
    "<!-- -- -->",
    "<?xml version='1.0'?>",
    "javascript:alert(1)",
    "https://x.example/%zz?a=<b>&c=\"d'#é",
    "https://üñí.example:0/",
    "http://[",
    "en",
    "x" * 2_000,
)
texts = st.text(st.characters(exclude_categories=()), max_size=40) | st.sampled_from(NASTY)
hostile = st.lists(texts, max_size=3).map("".join)
few = st.lists(hostile, max_size=3).map(tuple)
OLDEST = datetime(1000, 1, 2)  # noqa: DTZ001 - hypothesis takes its bounds without a zone
times = st.datetimes(min_value=OLDEST, timezones=st.just(UTC)) | st.just(datetime.max.replace(tzinfo=UTC))
items = st.builds(
    Item,
    id=hostile.map(ItemId),
    source_id=st.sampled_from(["office", "other"]).map(SourceId),
    guid=st.just(""),
    keys=st.just(()),
    published_at=times,
    dated=st.sampled_from(["time", "day", "seen"]),
    first_seen=times,
    changed_at=times,
    digest=st.just(""),
    title=hostile,
    url=hostile,
    summary=hostile,
    content_html=hostile,
    content_text=hostile,
    authors=few,
    categories=few,
    image=st.none() | st.builds(Image, url=hostile, alt=st.none() | hostile),
    attachments=st.lists(
        st.builds(Attachment, url=hostile, type=hostile, length=st.none() | st.integers(), title=hostile), max_size=3
    ).map(tuple),
    quotes=st.lists(st.builds(Quote, text=hostile, speaker=hostile, role=hostile), max_size=2).map(tuple),
    related=st.lists(st.builds(Link, url=hostile, title=hostile), max_size=2).map(tuple),
    fields=st.dictionaries(hostile, hostile, max_size=3),
    language=st.none() | hostile,
    comments=hostile,
)
feeds = st.sampled_from([OFFICE, BOTH]) | st.builds(
    replace, st.just(BOTH), title=hostile, home=hostile, description=hostile, language=st.none() | hostile
)


class Told(NamedTuple):
    """What a reader takes from an entry."""

    id: str
    title: str
    url: str
    published: datetime
    content: str
    authors: list[str]
    categories: list[str]


def by_atom(body: bytes) -> list[Told]:
    root = etree.fromstring(body, etree.XMLParser(huge_tree=True))
    SCHEMA.assertValid(root)
    return [_atom_entry(entry) for entry in root.iterfind(f"{A}entry")]


def _atom_entry(entry: etree._Element) -> Told:
    alternate = [str(link.get("href")) for link in entry.iterfind(f"{A}link") if link.get("rel") == "alternate"]
    assert len(alternate) <= 1
    return Told(
        entry.findtext(f"{A}id", ""),
        entry.findtext(f"{A}title", ""),
        "".join(alternate),
        datetime.fromisoformat(entry.findtext(f"{A}published", "")),
        entry.findtext(f"{A}content", ""),
        [author.findtext(f"{A}name", "") for author in entry.iterfind(f"{A}author")],
        [str(category.get("term")) for category in entry.iterfind(f"{A}category")],
    )


def by_rss(body: bytes) -> list[Told]:
    channel = etree.fromstring(body, etree.XMLParser(huge_tree=True))[0]
    assert all(channel.findtext(name) for name in ("title", "link", "description"))
    return [
        Told(
            item.findtext("guid", ""),
            item.findtext("title", ""),
            item.findtext("link", ""),
            parsedate_to_datetime(item.findtext("pubDate", "")),
            item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded", ""),
            [creator.text or "" for creator in item.iterfind("{http://purl.org/dc/elements/1.1/}creator")],
            [category.text or "" for category in item.iterfind("category")],
        )
        for item in channel.iterfind("item")
    ]


def by_json(body: bytes) -> list[Told]:
    return [
        Told(
            item["id"],
            item["title"],
            item.get("url", ""),
            datetime.fromisoformat(item["date_published"]),
            item["content_html"],
            [author["name"] for author in item.get("authors", [])],
            item.get("tags", []),
        )
        for item in json.loads(body.decode())["items"]
    ]


@settings(max_examples=100, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(feeds, st.lists(items, max_size=4))
def test_every_format_is_sound_and_says_the_same(feed: Feed, told: list[Item]) -> None:
    state = edition(feed, SITE, told)

    assert by_atom(atom(state)) == by_rss(rss(state)) == by_json(jsonfeed(state)) == expected(state)
    assert len(state.entries) + len(state.left_out) == len(told)
    etree.fromstring(opml(SITE, [feed]))
    assert index(SITE, [state]).decode().endswith("</html>\n")


def expected(state: Edition) -> list[Told]:
    return [
        Told(e.id, e.title, e.url, e.published, e.content, list(e.authors), list(e.categories)) for e in state.entries
    ]


@given(hostile)
def test_a_title_comes_back_as_it_was_after_cleaning(text: str) -> None:
    state = edition(OFFICE, SITE, [bare(title=text)])

    assert [one.title for one in by_atom(atom(state))] == [line(text) or "office.example/news/1"]


@given(hostile)
def test_a_legal_text_stays_as_it_is(text: str) -> None:
    assert legal(legal(text)) == legal(text)
    assert line(line(text)) == line(text)


@given(hostile)
def test_an_address_is_stable_and_plain(text: str) -> None:
    told = address(text)

    assert address(told) == told
    assert told.isascii()
    assert not told or told.startswith(("http://", "https://"))
