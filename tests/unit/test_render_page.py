import base64
import hashlib
from dataclasses import replace
from typing import Any

import pytest
from lxml import etree
from lxml import html as lxml_html

from feedbot.feed import Feed, FeedId, Site, feed_of_all
from feedbot.item import Image, Item
from feedbot.render.edition import edition
from feedbot.render.html import LATEST, SHOWN, index, page, stylesheet
from feedbot.render.opml import opml
from feedbot.render.syndication import atom, rss
from tests.newsfeed import OFFICE, SITE, bare, full

ALL = feed_of_all((), SITE)


def a_page(*items: Item, feeds: tuple[Feed, ...] = (OFFICE, ALL)) -> etree._Element:
    return lxml_html.document_fromstring(
        index(SITE, [edition(feed, SITE, items if feed is OFFICE else ()) for feed in feeds]).decode()
    )


def texts(page: etree._Element, path: str) -> list[str]:
    found = page.xpath(path)
    assert isinstance(found, list)
    return [_words(one) for one in found]


def _words(one: Any) -> str:
    return one if isinstance(one, str) else " ".join("".join(one.itertext()).split())


def test_the_page_shows_a_feed_and_its_latest_items() -> None:
    page = a_page(full())

    assert texts(page, "//title | //h1") == ["Patient safety news"] * 2
    assert texts(page, "//section//h2") == [OFFICE.title]
    assert texts(page, "//section//li[@class='card']//h3") == [full().title]
    assert texts(page, "//li[@class='card']//h3/a/@href") == [full().url]
    assert texts(page, "//li[@class='card']//p[@class='meta']") == ["News 24 October 2024"]
    assert texts(page, "//li[@class='card']//time/@datetime") == ["2024-10-24T00:00:00+01:00"]
    assert texts(page, "//li[@class='card']//p[@class='summary']") == [full().summary]
    assert texts(page, "//li[@class='card']/img/@src") == ["https://office.example/corridor.jpg"]
    assert texts(page, "//li[@class='card']/img/@alt") == ['An empty "corridor"']


def test_the_page_offers_every_format_of_every_feed() -> None:
    page = a_page()
    files = [f"{name}.{suffix}" for name in ("all", "office") for suffix in ("atom.xml", "rss.xml", "json")]

    assert set(texts(page, "//ul[@class='ways']//a/@href")) == {*files, "feeds.opml"}
    assert texts(page, "//head/link[@rel='alternate']/@href") == ["all.atom.xml", "office.atom.xml"]


def test_the_only_feed_is_shown_even_if_it_is_that_of_all() -> None:
    assert texts(a_page(feeds=(ALL,)), "//section//h2") == [SITE.title]


def test_a_page_without_feeds_is_a_page() -> None:
    assert texts(a_page(feeds=()), "//h1") == ["Patient safety news"]


def test_a_feed_without_items_says_so() -> None:
    assert texts(a_page(), "//p[@class='none']") == ["Nothing published yet."]


def test_a_date_that_nobody_told_is_marked() -> None:
    assert texts(a_page(bare(dated="seen")), "//p[@class='meta']") == ["first seen 24 October 2024"]


def test_many_feeds_are_listed_by_name() -> None:
    feeds = tuple(replace(OFFICE, id=FeedId(f"f{n}"), title=f"Feed {n}") for n in range(SHOWN + 2))

    assert texts(a_page(feeds=feeds), "//section[@aria-labelledby='more']//li") == ["Feed 100", "Feed 101"]


def test_hostile_words_are_only_words() -> None:
    bad = '"><script>alert(1)</script>'
    item = full(title=bad, summary=bad, categories=(bad,), image=Image(url="https://e.example/x.png?" + bad, alt=bad))
    page = a_page(item)

    assert texts(page, "//script") == []
    assert texts(page, "//section//h3") == texts(page, "//p[@class='summary']") == [bad]
    assert texts(page, "//li[@class='card']/img/@alt") == [bad]
    assert texts(a_page(replace(item, url="javascript:alert(1)")), "//h3/a") == []


def test_every_picture_has_its_alt_and_nothing_runs() -> None:
    page = a_page(full(), bare(image=Image(url="https://office.example/x.png")))

    assert len(texts(page, "//img")) == len(texts(page, "//img/@alt")) == 2
    assert texts(page, "//@*[starts-with(name(), 'on')]") == []
    assert "default-src 'none'" in texts(page, "//meta[@http-equiv]/@content")[0]


def test_an_entry_in_another_language_says_so() -> None:
    assert texts(a_page(bare(language="cy")), "//section/@lang | //li/@lang") == ["en-GB", "cy"]


def test_the_list_of_feeds_names_each_by_its_address() -> None:
    root = etree.fromstring(opml(SITE, [OFFICE, Feed(id=FeedId("x"), title="\x00", sources=())]))

    assert (root.tag, root.get("version"), root.findtext("head/title")) == ("opml", "2.0", "Patient safety news")
    assert [dict(one.attrib) for one in root.iterfind("body/outline")] == [
        {
            "type": "rss",
            "text": OFFICE.title,
            "title": OFFICE.title,
            "description": OFFICE.description,
            "xmlUrl": "https://news.example/feeds/office.atom.xml",
            "htmlUrl": OFFICE.home,
            "language": "en-GB",
        },
        {"type": "rss", "text": "x", "title": "x", "xmlUrl": "https://news.example/feeds/x.atom.xml"},
    ]


def a_feed_page(*items: Item, feed: Feed = OFFICE, site: Site = SITE) -> etree._Element:
    return lxml_html.document_fromstring(page(edition(feed, site, items)).decode())


def test_the_page_of_a_feed_says_what_it_is_and_shows_its_latest_items() -> None:
    one = a_feed_page(*(full(f"n{number}", title=f"Title {number}") for number in range(LATEST + 1)))

    assert texts(one, "//title | //h1") == [OFFICE.title] * 2
    assert texts(one, "//p[@class='lead']") == [OFFICE.description]
    assert texts(one, "//h3") == [f"Title {number}" for number in range(LATEST)]
    assert texts(one, "//a[.='Website']/@href") == [OFFICE.home]
    assert texts(one, "//a[.='All feeds']/@href") == ["index.html"]
    assert len(texts(one, "//img/@alt")) == LATEST


def test_the_page_of_a_feed_offers_every_way_to_subscribe() -> None:
    one, url = a_feed_page(), "https://news.example/feeds/office.atom.xml"
    quoted = "https%3A%2F%2Fnews.example%2Ffeeds%2Foffice.atom.xml"

    assert texts(one, "//input[@readonly][@id=//label/@for]/@value") == [url]
    assert texts(one, "//a[.='App on this device']/@href") == [f"feed:{url}"]
    links = texts(one, "//ul[@aria-label='Subscribe in a reader']/li/a/@href")[1:]
    assert len(links) == 5
    assert all(quoted in link for link in links)
    assert texts(one, "//ul[@aria-label='Formats']//a/@href") == [
        "office.atom.xml",
        "office.rss.xml",
        "office.json",
    ]
    assert texts(one, "//head/link[@rel='alternate']/@href") == ["office.atom.xml", "office.rss.xml", "office.json"]
    assert texts(one, "//figure/*[@role='img']/@aria-label") == ["QR code: https://news.example/feeds/office.html"]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/", "http://news/", "https://news.intra.local/", "http://[::1]/"]
)
def test_readers_on_the_web_are_not_offered_what_they_cannot_reach(url: str) -> None:
    one = a_feed_page(site=replace(SITE, url=url))

    assert texts(one, "//ul[@aria-label='Subscribe in a reader']/li") == ["App on this device"]


def test_the_page_of_a_private_feed_tells_nobody_else_of_it() -> None:
    one = a_feed_page(feed=replace(OFFICE, token="t0ken"))

    assert texts(one, "//meta[@name='robots']/@content") == ["noindex, nofollow"]
    assert texts(one, "//meta[@name='referrer']/@content") == ["no-referrer"]
    assert texts(one, "//ul[@aria-label='Subscribe in a reader']/li") == ["App on this device"]
    assert texts(one, "//input/@value") == ["https://news.example/feeds/office-t0ken.atom.xml"]
    assert texts(one, "//a[.='All feeds']") == []


def test_only_the_style_of_the_page_is_let_through() -> None:
    document = page(edition(OFFICE, SITE, [full()])).decode()
    style = document.partition("<style>")[2].partition("</style>")[0]
    mark = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    assert f"style-src &#39;sha256-{mark}&#39;" in document
    assert " style=" not in document
    assert "<script" not in document


def test_hostile_words_are_only_words_on_the_page_of_a_feed() -> None:
    bad = '"><script>alert(1)</script>'
    one = a_feed_page(full(title=bad, summary=bad), feed=replace(OFFICE, title=bad, description=bad))

    assert texts(one, "//script") == []
    assert texts(one, "//h1 | //h3") == [bad, bad]


def test_a_feed_opened_in_a_browser_names_its_style() -> None:
    for body in (atom(edition(OFFICE, SITE, [full()])), rss(edition(OFFICE, SITE, [full()]))):
        assert b"<?xml-stylesheet type='text/css' href='feed.css'?>" in body[:120]
    assert b"This is a feed." in stylesheet()
