"""Whatever a publisher writes, every format is sound and says the same as the others."""

import json
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from lxml import etree

from feedbot.feed import Feed, Part
from feedbot.item import Item, legal
from feedbot.render.edition import Edition, edition, took_back
from feedbot.render.html import index
from feedbot.render.jsonfeed import jsonfeed
from feedbot.render.opml import opml
from feedbot.render.syndication import atom, rss
from feedbot.render.text import address, line
from tests.newsfeed import OFFICE, SITE, bare
from tests.wild import feeds, hostile, items, parts

A = "{http://www.w3.org/2005/Atom}"
SCHEMA = etree.RelaxNG(etree.parse(str(Path(__file__).parents[1] / "data" / "atom.rng")))

BEYOND = ("{http://purl.org/syndication/history/1.0}archive", "{http://purl.org/atompub/tombstones/1.0}deleted-entry")
"""What the schema, which knows only RFC 4287, has no words for."""


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
    for extension in [one for name in BEYOND for one in root.findall(name)]:
        root.remove(extension)
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


LINKED = ("url", "image", "banner_image", "home_page_url", "feed_url", "next_url")
NAMES = {
    *("id", "url", "title", "summary", "content_html", "image", "banner_image", "date_published", "date_modified"),
    *("authors", "tags", "language", "attachments", "_feedbot"),
}
"""All that JSON Feed 1.1 names of an item and that is used; anything else has to begin with an underscore."""


def obeys(feed: dict[str, Any]) -> None:
    """Hold a document against the words of JSON Feed 1.1."""
    assert next(iter(feed)) == "version"
    assert feed["title"]
    assert feed.get("next_url") != feed["feed_url"]
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"])
    for item in feed["items"]:
        assert item.keys() <= NAMES
        assert item["id"].strip()
        assert all(author["name"] for author in item.get("authors", []))
        assert all(isinstance(tag, str) and tag for tag in item.get("tags", []))
        assert all(one["mime_type"] and one.get("size_in_bytes", 0) >= 0 for one in item.get("attachments", []))
    for part in (feed, *feed["items"], *(one for item in feed["items"] for one in item.get("attachments", []))):
        assert all(part[name].startswith(("http://", "https://")) for name in LINKED if name in part)


def by_json(body: bytes) -> list[Told]:
    obeys(json.loads(body.decode()))
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


@settings(max_examples=300, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(feeds, st.lists(items, max_size=4), parts, st.none() | hostile)
def test_every_format_is_sound_and_says_the_same(feed: Feed, told: list[Item], part: Part, hub: str | None) -> None:
    also = {item.id: told[:1] for item in told[1:2]} if len(feed.sources) > 1 else {}
    state = edition(feed, replace(SITE, hub=hub), told, part=part, also=also)
    state = took_back(state, replace(feed, tombstones=not part.name), told[2:])

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
