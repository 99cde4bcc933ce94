"""What is read out of sound feeds of every dialect."""

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from feedbot.extract import feed
from feedbot.item import Attachment, Extraction, Image
from feedbot.page import Page
from feedbot.source import FeedRule, Health

FEEDS = Path(__file__).parents[1] / "data" / "feeds"
PLUS_ONE = timezone(timedelta(hours=1))


def read(name: str, url: str = "https://harbour.example/feed.xml") -> Extraction:
    return feed.read(Page(url=url, body=(FEEDS / name).read_bytes()))


def rss(items: str, channel: str = "", url: str = "https://e.example/feed") -> Extraction:
    body = f"<rss version='2.0'><channel><title>T</title>{channel}{items}</channel></rss>"
    return feed.read(Page(url=url, body=body.encode()))


def test_an_rss_feed_says_what_it_is() -> None:
    found = read("rss2.xml")
    assert (found.kind, found.rule, found.health) == ("feed", FeedRule(), Health.FRESH)
    assert (found.title, found.subtitle, found.link) == (
        "Harbour & coast safety",
        "What we investigate",
        "https://harbour.example/news/",
    )
    assert (found.language, found.rights, found.generator) == ("en-GB", "Harbour board", "Quill 4")
    assert (found.authors, found.categories) == (("News desk",), ("Safety",))
    assert found.image == Image(url="https://harbour.example/logo.png", alt="A lighthouse")
    assert found.updated == datetime(2024, 10, 24, 10, tzinfo=UTC)


def test_an_rss_item_keeps_everything_that_its_modules_say() -> None:
    item = read("rss2.xml").items[0]
    assert item.title == "Ferry & pier: what we found"
    assert (item.url, item.guid) == ("https://harbour.example/news/ferry", "ferry-17")
    assert item.published == datetime(2024, 10, 24, 9, 30, tzinfo=PLUS_ONE)
    assert (item.authors, item.categories) == (("Ada Pilot", "Bo Quay"), ("Reports", "Ferries & piers"))
    assert item.summary == "Three things must change."
    assert item.content_html == '<p>Three things <a href="https://harbour.example/report">must change</a>.</p>'
    assert item.content_text == "Three things must change."
    assert item.image == Image(url="https://harbour.example/large.jpg", alt="A ferry leaving the pier")
    pdf = Attachment(url="https://harbour.example/files/ferry.pdf", type="application/pdf", length=52100)
    assert item.attachments == (pdf,)
    assert item.comments == "https://harbour.example/news/ferry#comments"


def test_durations_and_places_are_left_out() -> None:
    assert not read("rss2.xml").items[0].fields


def test_a_description_that_is_all_there_is_becomes_the_content() -> None:
    item = read("rss2.xml").items[1]
    assert item.content_text == "All buoys are back."
    assert item.summary == "All buoys are back."
    assert item.image == Image(url="https://harbour.example/news/buoy.jpg", alt="A red buoy")


def test_a_long_description_in_html_is_no_summary() -> None:
    item = rss("<item><description>&lt;p&gt;" + "word " * 300 + "&lt;/p&gt;</description></item>").items[0]
    assert item.summary == ""
    assert item.content_text.startswith("word word")


def test_a_summary_with_a_picture_beside_the_content_keeps_its_markup_and_gives_the_picture() -> None:
    told = "&lt;img src='/crane.jpg' alt='A crane'&gt; Lifted &lt;script&gt;1&lt;/script&gt;at dawn."
    space = "xmlns:c='http://purl.org/rss/1.0/modules/content/'"
    item = rss(f"<item {space}><description>{told}</description><c:encoded>Lifted.</c:encoded></item>").items[0]
    assert (item.summary, item.content_html) == ("Lifted at dawn.", "Lifted.")
    assert item.summary_html == '<img src="https://e.example/crane.jpg" alt="A crane"> Lifted at dawn.'
    assert item.image == Image(url="https://e.example/crane.jpg", alt="A crane")


def test_a_summary_that_is_only_text_or_the_content_itself_has_no_markup_of_its_own() -> None:
    assert read("rss2.xml").items[0].summary_html == ""
    assert read("rss2.xml").items[1].summary_html == ""


def test_a_guid_is_the_link_where_it_is_a_permalink() -> None:
    assert read("rss2.xml").items[1].url == "https://harbour.example/news/buoys"


def test_a_guid_that_is_no_permalink_is_no_link() -> None:
    item = rss('<item><guid isPermaLink="false">https://e.example/17</guid></item>').items[0]
    assert (item.guid, item.url) == ("https://e.example/17", "")


def test_relative_links_of_rss_are_read_against_the_site_of_the_feed() -> None:
    found = rss("<item><link>/a</link></item>", "<link>https://site.example/news/</link>", "https://cdn.example/f")
    assert found.items[0].url == "https://site.example/a"


def test_an_id_that_several_pages_share_tells_nothing_and_is_dropped() -> None:
    shared = "".join(f"<item><guid isPermaLink='false'>x</guid><link>https://e.example/{n}</link></item>" for n in "12")
    own = "<item><guid isPermaLink='false'>y</guid><link>https://e.example/3</link></item>"
    assert [item.guid for item in rss(shared + own).items] == ["", "", "y"]


def test_an_item_that_comes_twice_keeps_its_id() -> None:
    twice = "<item><guid isPermaLink='false'>x</guid><link>https://e.example/1</link></item>" * 2
    assert [item.guid for item in rss(twice).items] == ["x", "x"]


def test_an_address_that_is_not_http_is_dropped() -> None:
    item = rss("<item><link>javascript:alert(1)</link><comments>mailto:a@b.example</comments></item>").items[0]
    assert (item.url, item.comments) == ("", "")


def test_the_original_link_serves_where_there_is_no_other() -> None:
    named = '<x:origLink xmlns:x="http://rssnamespace.org/feedburner/ext/1.0">https://e.example/o</x:origLink>'
    assert rss(f"<item>{named}</item>").items[0].url == "https://e.example/o"


def test_who_publishes_is_the_author_only_where_nobody_else_is_named() -> None:
    assert rss("<item/>", "<webMaster>Web Team</webMaster>").authors == ("Web Team",)
    assert rss("<item/>", "<managingEditor>Ed</managingEditor><webMaster>Web Team</webMaster>").authors == ("Ed",)


def test_a_mail_address_alone_is_the_name() -> None:
    assert rss("<item><author>ada@e.example</author></item>").items[0].authors == ("ada@e.example",)


def test_an_enclosed_picture_is_the_picture() -> None:
    item = rss('<item><enclosure url="https://e.example/p" type="image/jpeg" length="0"/></item>').items[0]
    assert item.image == Image(url="https://e.example/p")
    assert item.attachments == (Attachment(url="https://e.example/p", type="image/jpeg"),)


def test_icons_in_the_text_are_not_the_picture() -> None:
    text = "&lt;img src='https://e.example/i.png' width='16'&gt;&lt;img src='https://e.example/b.png'&gt;"
    found = rss(f"<item><description>{text}</description></item>").items[0].image
    assert found == Image(url="https://e.example/b.png")


def test_a_feed_without_items_is_empty() -> None:
    assert rss("").health is Health.EMPTY


def test_atom_says_what_it_is_by_its_bases_and_languages() -> None:
    found = read("atom.xml", "https://atom.example/")
    assert (found.title, found.subtitle) == ("Notes & queries", "From the desk")
    assert (found.link, found.id) == ("https://atom.example/blog/", "tag:atom.example,2024:feed")
    assert (found.language, found.authors, found.rights) == ("cy", ("Eve Editor",), "Open licence")
    assert found.image == Image(url="https://atom.example/blog/logo.svg")
    assert found.updated == datetime(2024, 10, 24, 8, tzinfo=UTC)


def test_an_atom_entry_is_read_by_the_relations_of_its_links() -> None:
    item = read("atom.xml", "https://atom.example/").items[0]
    assert item.title == "Use of <b> in titles"
    assert (item.url, item.guid) == ("https://atom.example/blog/1.html", "tag:atom.example,2024:1")
    mp3 = "https://atom.example/blog/1.mp3"
    assert item.attachments == (Attachment(url=mp3, type="audio/mpeg", length=1234, title="Listen"),)
    assert item.comments == "https://atom.example/blog/1.html#talk"
    assert item.published == datetime(2024, 10, 23, 7, tzinfo=PLUS_ONE)
    assert item.updated == datetime(2024, 10, 24, 7, tzinfo=PLUS_ONE)
    assert (item.language, item.categories) == ("en", ("safety", "Ports"))
    assert item.summary == "Short."
    assert item.content_html == '<div><p>Long <a href="https://atom.example/blog/2.html">text</a>.</p></div>'


def test_an_atom_entry_that_was_only_updated_counts_as_published_then() -> None:
    item = read("atom.xml").items[1]
    assert item.title == "Two words"
    assert item.published == item.updated == datetime(2024, 10, 22, 7, tzinfo=UTC)


def test_rss_1_finds_its_items_beside_the_channel() -> None:
    found = read("rss1.rdf")
    item = found.items[0]
    assert (found.title, found.link, found.subtitle) == ("Tide tables", "https://rdf.example/", "Twice a day")
    assert (item.title, item.url, item.guid) == ("High water", "https://rdf.example/1", "https://rdf.example/1")
    assert (item.published, item.authors, item.categories) == (date(2024, 10, 24), ("Harbour master",), ("Tides",))


def test_atom_0_3_is_read_in_its_modes() -> None:
    found = read("atom03.xml")
    item = found.items[0]
    assert (found.title, found.subtitle, found.link) == ("Old words", "Still read", "http://old.example/")
    assert (item.title, item.content_html) == ("Ham & eggs", "<p>Hello</p>")
    assert item.published == datetime(2003, 12, 13, 12, 29, 29, tzinfo=UTC)


def test_cdf_is_read_in_capitals() -> None:
    found = read("channel.cdf")
    assert (found.title, found.subtitle) == ("Active news", "From long ago")
    assert [(item.title, item.url, item.summary) for item in found.items] == [
        ("First", "http://cdf.example/1", "Words")
    ]


def test_a_json_feed_says_what_it_is() -> None:
    found = read("feed.json", "https://json.example/feed.json")
    assert (found.title, found.subtitle, found.link) == ("JSON news", "All of it", "https://json.example/")
    assert (found.language, found.authors) == ("en", ("Jo",))
    assert found.image == Image(url="https://json.example/icon.png")


def test_a_json_item_is_clean_and_whole() -> None:
    item = read("feed.json", "https://json.example/feed.json").items[0]
    assert (item.guid, item.url, item.title) == ("7", "https://json.example/7", "Seven & up")
    assert item.content_html == '<p>Hi <img src="https://json.example/a.jpg" alt="A"></p>'
    assert item.image == Image(url="https://json.example/a.jpg", alt="A")
    assert (item.authors, item.categories) == (("Jo",), ("a", "b"))
    mp3 = Attachment(url="https://json.example/a.mp3", type="audio/mpeg", length=77, title="Audio")
    assert item.attachments == (mp3,)
    assert item.updated == datetime(2024, 10, 25, 9, tzinfo=UTC)


def test_a_json_item_of_version_1_0_names_one_author_and_may_be_plain_text() -> None:
    item = read("feed.json").items[1]
    assert (item.url, item.authors) == ("https://json.example/8", ("Al",))
    assert (item.content_text, item.content_html) == ("Plain <words> & more", "Plain &lt;words&gt; &amp; more")


@pytest.mark.parametrize("name", ["rss2.xml", "atom.xml", "rss1.rdf", "atom03.xml", "channel.cdf", "feed.json"])
def test_every_dialect_is_known_for_a_feed(name: str) -> None:
    assert feed.is_feed(Page(url="https://e.example/", body=(FEEDS / name).read_bytes()))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!DOCTYPE html><html><head><title>News</title></head></html>",
        b"<html><body><pre><rss></pre></body></html>",
        b'{"posts": [{"title": "x"}]}',
        b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url/></urlset>",
        b"<rdf:RDF xmlns:foaf='http://xmlns.com/foaf/0.1/'><foaf:Person/></rdf:RDF>",
    ],
)
def test_other_pages_are_not(body: bytes) -> None:
    assert not feed.is_feed(Page(url="https://e.example/", body=body))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Thu, 24 Oct 2024 09:30:00", datetime(2024, 10, 24, 8, 30, tzinfo=UTC)),
        ("2024-10-24T09:30:00", datetime(2024, 10, 24, 8, 30, tzinfo=UTC)),
        ("2024-10-24T09:30:00Z", datetime(2024, 10, 24, 9, 30, tzinfo=UTC)),
        ("Thu, 24 Oct 2024 09:30:00 GMT", datetime(2024, 10, 24, 9, 30, tzinfo=UTC)),
        ("Thu, 24 Oct 2024 09:30:00 -0400", datetime(2024, 10, 24, 13, 30, tzinfo=UTC)),
        ("2024-10-24", date(2024, 10, 24)),
        ("24 Oktober 2024", date(2024, 10, 24)),
        ("soon", None),
        ("1" * 200, None),
    ],
)
def test_a_time_without_zone_is_meant_in_that_of_the_source(written: str, meant: date | None) -> None:
    body = f"<rss><channel><item><pubDate>{written}</pubDate></item></channel></rss>".encode()
    found = feed.read(Page(url="https://e.example/f", body=body), timezone="Europe/London", language="de")
    assert found.items[0].published == meant
