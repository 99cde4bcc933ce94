from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from lxml import etree

from feedbot.feed import Feed, Site
from feedbot.item import Attachment, Image, Item
from feedbot.render.edition import edition
from feedbot.render.syndication import atom, rss
from feedbot.source import SourceId
from tests.newsfeed import BOTH, NOW, OFFICE, SITE, bare, full

SPACES = {
    "a": "http://www.w3.org/2005/Atom",
    "media": "http://search.yahoo.com/mrss/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
}
SCHEMA = etree.RelaxNG(etree.parse(str(Path(__file__).parents[1] / "data" / "atom.rng")))


def an_atom(*items: Item, feed: Feed = OFFICE, site: Site = SITE) -> etree._Element:
    root = etree.fromstring(atom(edition(feed, site, items)))
    SCHEMA.assertValid(root)
    return root


def an_rss(*items: Item, feed: Feed = OFFICE, site: Site = SITE) -> etree._Element:
    return etree.fromstring(rss(edition(feed, site, items)))[0]


def words(root: etree._Element, path: str) -> list[str]:
    """Return the texts or attribute values at `path`."""
    found = root.xpath(path, namespaces=SPACES)
    assert isinstance(found, list)
    return [str(getattr(one, "text", one)) for one in found]


def links(root: etree._Element, path: str) -> list[dict[str, str]]:
    return [{str(name): str(value) for name, value in one.attrib.items()} for one in root.iterfind(path, SPACES)]


@pytest.mark.parametrize("render", [atom, rss])
def test_the_same_items_give_the_same_bytes(render: type) -> None:
    items = [full("one"), bare("two")]

    assert render(edition(OFFICE, SITE, items)) == render(edition(OFFICE, SITE, items))


@pytest.mark.parametrize("feed", [OFFICE, BOTH])
def test_an_atom_feed_says_what_it_is(feed: Feed) -> None:
    root = an_atom(full(), feed=feed)

    assert words(root, "a:title | a:subtitle | a:id | a:generator") == [
        f"tag:news.example,2026:{feed.id}",
        feed.title,
        "feedbot",
        "What the office says.",
    ]
    assert words(root, "@xml:lang") == ["en-GB"]
    assert words(root, "a:author/*") == ["Patient safety news", "ops@news.example", "https://news.example/"]
    assert links(root, "a:link") == [
        {"href": f"https://news.example/feeds/{feed.id}.atom.xml", "rel": "self", "type": "application/atom+xml"},
        {"href": "https://office.example/news", "rel": "alternate", "type": "text/html"},
    ]


def test_an_rss_feed_says_what_it_is() -> None:
    channel = an_rss(full())

    assert words(channel, "title | link | description | language | webMaster | generator") == [
        OFFICE.title,
        "https://office.example/news",
        "What the office says.",
        "feedbot",
        "en-GB",
        "ops@news.example (Patient safety news)",
    ]
    assert links(channel, "a:link") == [
        {"href": "https://news.example/feeds/office.rss.xml", "rel": "self", "type": "application/rss+xml"}
    ]
    assert words(channel, "lastBuildDate") == ["Fri, 25 Oct 2024 09:00:00 +0100"]


def test_a_feed_names_its_hub_where_it_has_one() -> None:
    site = replace(SITE, hub="https://hub.example/")

    for root in (an_atom(site=site), an_rss(site=site)):
        assert words(root, "a:link[@rel='hub']/@href") == ["https://hub.example/"]
    assert words(an_rss(site=site), "link") == [OFFICE.home]
    assert words(an_atom(), "a:link[@rel='hub']") == words(an_rss(), "a:link[@rel='hub']") == []


def test_a_feed_says_nothing_that_nobody_told_it() -> None:
    channel = an_rss(feed=replace(OFFICE, description="", language=None), site=replace(SITE, contact=""))

    assert words(channel, "description") == [OFFICE.title]
    assert words(channel, "language | webMaster") == []


def test_a_feed_without_items_is_a_feed() -> None:
    assert words(an_atom(), "a:updated") == ["2000-01-01T00:00:00+00:00"]
    channel = an_rss()
    assert words(channel, "title") == [OFFICE.title]
    assert words(channel, "lastBuildDate | pubDate | item") == []


def test_a_title_is_plain_text_once_escaped() -> None:
    title = "Corridors: “AT&T <3” & more"

    assert words(an_atom(full()), "a:entry/a:title") == [title]
    assert words(an_rss(full()), "item/title") == [title]
    assert words(an_atom(full()), "a:entry/a:title/@type") == []
    assert b"<title>Corridors: \xe2\x80\x9cAT&amp;T &lt;3" in rss(edition(OFFICE, SITE, [full()]))


def test_both_formats_have_the_id_the_link_and_the_dates() -> None:
    root, channel = an_atom(full()), an_rss(full())

    assert words(root, "a:entry/a:id") == words(channel, "item/guid") == ["tag:news.example,2026:office/full"]
    assert words(channel, "item/guid/@isPermaLink") == ["false"]
    assert words(root, "a:entry/a:link[@rel='alternate']/@href") == words(channel, "item/link") == [full().url]
    assert words(root, "a:entry/a:published") == ["2024-10-24T00:00:00+01:00"]
    assert words(root, "a:entry/a:updated") == ["2024-10-25T09:00:00+01:00"]
    assert parsedate_to_datetime(words(channel, "item/pubDate")[0]) == full().published_at
    assert words(channel, "item/pubDate") == ["Thu, 24 Oct 2024 00:00:00 +0100"]


def test_summary_and_content_are_told_apart() -> None:
    root, channel = an_atom(full()), an_rss(full())
    content = edition(OFFICE, SITE, [full()]).entries[0].content

    assert words(root, "a:entry/a:content") == words(channel, "item/content:encoded") == [content]
    assert words(root, "a:entry/a:summary") == ["Patients wait where a < b & c."]
    assert words(channel, "item/description") == ["Patients wait where a &lt; b &amp; c."]


def test_content_without_a_summary_is_still_content() -> None:
    channel = an_rss(bare(content_html="<p>All of it.</p>"))

    assert words(channel, "item/content:encoded") == ["<p>All of it.</p>"]
    assert words(channel, "item/description") == []


def test_authors_and_categories_are_told_one_by_one() -> None:
    item = full(authors=("Ann", "Bo & Co"))
    root, channel = an_atom(item), an_rss(item)

    assert words(root, "a:entry/a:author/a:name") == words(channel, "item/dc:creator") == ["Ann", "Bo & Co"]
    assert words(root, "a:entry/a:category/@term") == words(channel, "item/category") == ["News", "Safety & care"]


def test_an_atom_entry_has_all_its_links_with_all_they_say() -> None:
    assert links(an_atom(full()), "a:entry/a:link") == [
        {"rel": "alternate", "href": "https://office.example/news/1", "type": "text/html"},
        {"rel": "enclosure", "href": "https://office.example/corridor.jpg", "type": "image/jpeg"},
        {
            "rel": "enclosure",
            "href": "https://office.example/report.pdf",
            "type": "application/pdf",
            "length": "1234",
            "title": "The report",
        },
        {"rel": "related", "href": "https://office.example/reports/7", "title": "report"},
        {"rel": "related", "href": "https://office.example/news/2", "title": "How we choose"},
        {"rel": "replies", "href": "https://office.example/news/1/comments", "type": "text/html"},
    ]


def test_rss_has_one_enclosure_and_the_rest_as_media() -> None:
    channel = an_rss(full())

    assert links(channel, "item/enclosure") == [
        {"url": "https://office.example/corridor.jpg", "length": "0", "type": "image/jpeg"}
    ]
    assert links(channel, "item/media:content") == [
        {"url": "https://office.example/corridor.jpg", "type": "image/jpeg", "medium": "image"},
        {"url": "https://office.example/report.pdf", "fileSize": "1234", "type": "application/pdf"},
    ]
    assert words(channel, "item/comments") == ["https://office.example/news/1/comments"]


def test_what_is_played_is_the_enclosure_before_any_picture() -> None:
    sound = Attachment(url="https://office.example/talk.mp3", type="audio/mpeg", length=99)
    item = full(attachments=(Attachment(url="https://office.example/notes.pdf"), sound))

    assert links(an_rss(item), "item/enclosure") == [{"url": sound.url, "length": "99", "type": "audio/mpeg"}]


def test_a_picture_of_unknown_type_is_no_enclosure_but_still_a_picture() -> None:
    channel = an_rss(bare(image=Image(url="https://office.example/media/7")))

    assert links(channel, "item/enclosure") == []
    assert links(channel, "item/media:content") == [{"url": "https://office.example/media/7", "medium": "image"}]


def test_a_picture_has_its_words_in_both_formats() -> None:
    path = "media:content[@medium='image']/media:description"

    assert words(an_atom(full()), f"a:entry/{path}") == words(an_rss(full()), f"item/{path}") == ['An empty "corridor"']
    assert words(an_rss(full(image=Image(url="https://e.example/x.jpg"))), f"item/{path}") == []


def test_an_entry_of_a_combined_feed_says_where_it_comes_from() -> None:
    state = edition(BOTH, SITE, [bare()], {SourceId("office"): OFFICE})
    root, channel = etree.fromstring(atom(state)), etree.fromstring(rss(state))[0]

    SCHEMA.assertValid(root)
    assert words(root, "a:entry/a:source/a:id | a:entry/a:source/a:title | a:entry/a:source/a:updated") == [
        OFFICE.title,
        "tag:news.example,2026:office",
        "2024-10-25T09:00:00+01:00",
    ]
    assert words(root, "a:entry/a:source/a:link[@rel='self']/@href") == ["https://news.example/feeds/office.atom.xml"]
    assert words(root, "a:entry/a:link[@rel='via']/@href") == [OFFICE.home]
    assert words(channel, "item/source") == [OFFICE.title]
    assert words(channel, "item/source/@url") == ["https://news.example/feeds/office.rss.xml"]


def test_an_entry_in_another_language_says_so() -> None:
    item = bare(language="cy")

    assert words(an_atom(item), "a:entry/@xml:lang") == words(an_rss(item), "item/dc:language") == ["cy"]


def test_entries_stand_in_the_order_given() -> None:
    items = [bare("new", title="new"), bare("old", title="old")]

    assert words(an_atom(*items), "a:entry/a:title") == words(an_rss(*items), "item/title") == ["new", "old"]


def test_one_bad_item_does_not_cost_the_feed() -> None:
    bad = full(
        "bad",
        title="\x00\ud800 ]]> <b>half",
        content_html="<p>]]> \x0b \ufffe <unclosed",
        authors=("\x07",),
        published_at=datetime.max.replace(tzinfo=UTC),
    )

    assert len(words(an_atom(bad, bare()), "a:entry")) == len(words(an_rss(bad, bare()), "item")) == 2


def test_the_clock_has_no_say() -> None:
    assert str(NOW.year).encode() not in rss(edition(OFFICE, SITE, [full()])).replace(b",2026:", b"")
