from dataclasses import replace
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from feedbot.feed import Feed, FeedId, feed_of_all
from feedbot.item import Image, Item
from feedbot.render.edition import edition
from feedbot.render.html import SHOWN, index
from feedbot.render.opml import opml
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
