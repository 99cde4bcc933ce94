"""What feedgen 1.0.0 gets wrong or cannot say. When one of these fails, a mend of ours has become needless."""

import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
from lxml import etree

from feedbot.render.edition import edition
from feedbot.render.syndication import atom, rss
from tests.newsfeed import OFFICE, SITE, full

ATOM = "{http://www.w3.org/2005/Atom}"
THEN = datetime(2020, 1, 1, tzinfo=UTC)


def a_generator(*links: dict[str, str]) -> FeedGenerator:
    generator = FeedGenerator()
    generator.id("tag:x.example,2026:x")
    generator.title("t")
    generator.description("d")
    generator.updated(THEN)
    for link in links or ({"href": "https://x.example/"},):
        generator.link(**link)
    return generator


def an_entry(generator: FeedGenerator, name: str = "e") -> FeedEntry:
    entry = generator.add_entry()
    entry.id(name)
    entry.title(name)
    entry.link(href="https://x.example/1")
    entry.updated(THEN)
    return entry


def atom_entry(generator: FeedGenerator) -> etree._Element:
    return next(etree.fromstring(generator.atom_str()).iterchildren(f"{ATOM}entry"))


def rss_channel(generator: FeedGenerator) -> etree._Element:
    return etree.fromstring(generator.rss_str())[0]


def test_feedgen_loses_what_an_entry_link_says() -> None:
    generator = a_generator()
    an_entry(generator).link(href="https://x.example/a.mp3", rel="enclosure", type="audio/mpeg", length="9")

    assert [dict(link.attrib) for link in atom_entry(generator).iterchildren(f"{ATOM}link")] == [
        {"href": "https://x.example/1"},
        {"href": "https://x.example/a.mp3"},
    ]


def test_feedgen_knows_no_replies_to_an_entry() -> None:
    with pytest.raises(ValueError, match="Invalid value for rel"):
        an_entry(a_generator()).link(href="https://x.example/1/comments", rel="replies")


def test_feedgen_puts_the_last_entry_first() -> None:
    generator = a_generator()
    an_entry(generator, "first")
    an_entry(generator, "second")

    assert [title.text for title in rss_channel(generator).iterfind("item/title")] == ["second", "first"]


def test_feedgen_dates_by_the_clock_what_was_not_dated() -> None:
    generator = FeedGenerator()

    assert generator.updated().year >= 2025
    assert generator.lastBuildDate().year >= 2025
    assert generator.add_entry().updated().year >= 2025


def test_feedgen_takes_the_last_link_for_that_of_the_channel() -> None:
    generator = a_generator(
        {"href": "https://x.example/", "rel": "alternate"}, {"href": "https://x.example/rss", "rel": "self"}
    )

    assert rss_channel(generator).findtext("link") == "https://x.example/rss"


def test_feedgen_tells_no_hub_in_rss() -> None:
    generator = a_generator(
        {"href": "https://hub.example/", "rel": "hub"}, {"href": "https://x.example/", "rel": "alternate"}
    )

    assert b"hub.example" in generator.atom_str()
    assert b"hub.example" not in generator.rss_str()


def test_feedgen_drops_an_author_without_a_mail_address_from_rss() -> None:
    generator = a_generator()
    an_entry(generator).author({"name": "Ann"})

    assert b"Ann" not in generator.rss_str()


def test_feedgen_groups_a_single_medium() -> None:
    generator = a_generator()
    generator.load_extension("media")
    an_entry(generator).media.content({"url": "https://x.example/p.jpg", "medium": "image"})

    assert b"media:group" in generator.rss_str()


def test_feedgen_has_no_words_for_a_picture() -> None:
    generator = a_generator()
    generator.load_extension("media")

    with pytest.raises(ValueError, match="invalid keys"):
        an_entry(generator).media.content({"url": "https://x.example/p.jpg", "description": "A cat"})


def test_feedgen_gives_a_source_neither_id_nor_time() -> None:
    generator = a_generator()
    an_entry(generator).source(url="https://x.example/", title="X")

    source = next(atom_entry(generator).iterchildren(f"{ATOM}source"))
    assert {etree.QName(child).localname for child in source} == {"title", "link"}


def test_feedgen_calls_content_the_description_where_there_is_no_other() -> None:
    generator = a_generator()
    an_entry(generator).content("<p>x</p>")

    item = next(rss_channel(generator).iterchildren("item"))
    assert item.findtext("description") == "<p>x</p>"
    assert b"content:encoded" not in generator.rss_str()


def test_feedgen_cannot_say_the_language_of_an_entry() -> None:
    assert not hasattr(FeedEntry(), "language")


@pytest.mark.parametrize("text", ["\x00", "\x0b", "\ufffe", "\ud800"])
def test_feedgen_breaks_on_a_character_that_xml_cannot_hold(text: str) -> None:
    generator = a_generator()
    an_entry(generator).title(text)

    with pytest.raises(ValueError, match=r"XML|surrogates"):
        generator.atom_str()


def locale_switches(work: Any, *args: Any) -> int:
    """Count how often `work` calls the C library's setlocale."""
    seen = 0

    def watch(_frame: object, event: str, called: Any) -> None:
        nonlocal seen
        seen += event == "c_call" and getattr(called, "__name__", "") == "setlocale"

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        work(*args)
    finally:
        sys.setprofile(before)
    return seen


def test_feedgen_switches_the_locale_of_the_process_and_feedbot_does_not() -> None:
    generator = a_generator()
    an_entry(generator).published(THEN)

    assert locale_switches(generator.rss_str) > 0
    assert locale_switches(rss, edition(OFFICE, SITE, [full()])) == 0
    assert locale_switches(atom, edition(OFFICE, SITE, [full()])) == 0
