from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from feedbot.feed import Feed, FeedId, Site
from feedbot.item import Attachment, Image, Item, Link, Quote
from feedbot.render.edition import Entry, edition, entry_id, feed_tag
from feedbot.render.media import with_picture
from feedbot.render.text import CONTENT_LIMIT, LINE_LIMIT
from feedbot.source import SourceId
from tests.newsfeed import BOTH, NOW, OFFICE, SITE, bare, full


def entry(item: Item, feed: Feed = OFFICE) -> Entry:
    return edition(feed, SITE, [item]).entries[0]


def test_an_entry_is_named_by_a_tag_uri_of_its_own_in_every_feed() -> None:
    assert entry_id(SITE, OFFICE, bare("x1")) == "tag:news.example,2026:office/x1"
    assert entry_id(SITE, BOTH, bare("x1")) == "tag:news.example,2026:both/x1"


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("http://127.0.0.1:8000/", "127.0.0.1"),
        ("https://News.Example/x", "news.example"),
        ("https://bücher.example/", "xn--bcher-kva.example"),
        ("http://[::1]/", "localhost"),
        ("nowhere", "localhost"),
        ("http://[", "localhost"),
    ],
)
def test_a_tag_uri_names_the_host_that_publishes(url: str, authority: str) -> None:
    assert feed_tag(Site(url=url), "a b") == f"tag:{authority},2026:a%20b"


def test_a_day_stays_that_day_for_people_where_it_was_published() -> None:
    assert entry(bare()).published.isoformat() == "2024-10-24T00:00:00+01:00"


def test_times_are_to_the_second() -> None:
    told = entry(bare(changed_at=datetime(2025, 1, 1, 0, 0, 0, 999_999, UTC)))

    assert told.updated.isoformat() == "2025-01-01T00:00:00+00:00"


def test_nothing_is_updated_before_it_is_published() -> None:
    item = bare(changed_at=datetime(2020, 1, 1, tzinfo=UTC))

    assert entry(item).updated == entry(item).published


@pytest.mark.parametrize(
    "when", [datetime(1, 1, 1, tzinfo=UTC), datetime(1800, 1, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
)
def test_a_time_that_its_zone_cannot_write_is_told_in_utc(when: datetime) -> None:
    told = entry(bare(published_at=when), replace(OFFICE, timezone="America/New_York"))

    assert told.published.utcoffset() in {timedelta(), timedelta(hours=-5)}


def test_a_feed_changed_when_its_newest_change_was_made() -> None:
    late = bare("late", changed_at=NOW)

    assert edition(OFFICE, SITE, [bare(), late]).updated == NOW
    assert edition(OFFICE, SITE, []).updated is None


def test_items_keep_the_order_given() -> None:
    items = [bare(name) for name in "cab"]

    assert [one.id[-1] for one in edition(OFFICE, SITE, items).entries] == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ({"summary": "In short."}, "In short."),
        ({"content_text": "At\nlength."}, "At length."),
        ({"content_html": "<p>Marked <b>up</b> &amp; on</p>"}, "Marked up & on"),
        ({"image": Image(url="https://e.example/x.png", alt="A cat")}, "A cat"),
        ({"image": Image(url="https://e.example/x.png")}, "the picture"),
        ({"attachments": (Attachment(url="https://e.example/r.pdf", title="Report"),)}, "Report"),
        ({}, "office.example/news/1"),
    ],
)
def test_an_item_without_a_title_is_called_by_what_it_says(said: dict[str, Any], title: str) -> None:
    assert entry(bare(title=" \x00", **said)).title == title


def test_an_item_that_says_nothing_is_left_out_and_told() -> None:
    told = edition(OFFICE, SITE, [bare("mute", title="", url="javascript:alert(1)"), bare("fine")])

    assert [one.id for one in told.entries] == ["tag:news.example,2026:office/fine"]
    assert told.left_out == (("mute", "no title, text, link, picture or attachment"),)


def test_the_same_id_twice_is_told_once() -> None:
    told = edition(OFFICE, SITE, [bare("x", title="first"), bare("x", title="second")])

    assert [one.title for one in told.entries] == ["first"]
    assert told.left_out == (("x", "the same id twice"),)


def test_a_gigantic_title_is_cut() -> None:
    assert len(entry(bare(title="w" * 1_000_000)).title) == LINE_LIMIT


def test_gigantic_content_gives_way_to_the_summary() -> None:
    told = entry(bare(content_html="<p>" + "w" * CONTENT_LIMIT, summary="In short."))

    assert told.content == "<p>In short.</p>"


def test_an_item_without_content_shows_what_it_has() -> None:
    assert entry(bare(content_text="One.\n\nTwo.")).content == "<p>One.</p><p>Two.</p>"
    assert entry(bare(summary="a < b")).content == "<p>a &lt; b</p>"
    assert entry(bare()).content == '<p><a href="https://office.example/news/1">A title</a></p>'
    assert entry(bare(url="")).content == "<p>A title</p>"


def test_the_lead_image_stands_at_the_head_of_the_content_with_its_words() -> None:
    picture = '<p><img src="https://office.example/corridor.jpg" alt="An empty &quot;corridor&quot;"></p>'

    assert entry(full()).content == f"{picture}<h2>What we saw</h2><p>Bells &amp; whistles.</p>"


@pytest.mark.parametrize(
    "html",
    [
        '<img src="https://e.example/p.jpg">',
        "<p>x</p><IMG class=a SRC='http://e.example/p.jpg?width=300'>",
        '<img src="https://e.example/p-300x200.jpg">',
        '<img src="https://cdn.example/1" alt="A  cat">',
    ],
)
def test_content_that_shows_the_lead_image_is_left_alone(html: str) -> None:
    assert with_picture(html, Image(url="https://e.example/p.jpg", alt="A cat")) == html


def test_another_picture_does_not_hide_the_lead_image() -> None:
    html = '<img src="https://e.example/q.jpg" alt="">'

    assert with_picture(html, Image(url="https://e.example/p.jpg")).startswith('<p><img src="https://e.example/p.jpg"')


def test_hostile_addresses_are_dropped_wherever_they_stand() -> None:
    bad = "javascript:alert(1)"
    told = entry(
        full(
            url=bad,
            image=Image(url=bad),
            attachments=(Attachment(url=bad),),
            related=(Link(url=bad),),
            comments=bad,
            fields={"report": "data://x", "note": "kept"},
        )
    )

    assert (told.url, told.image, told.attachments, told.related, told.comments) == ("", None, (), (), "")
    assert told.fields.get("note") == "kept"
    assert "report" not in told.fields


def test_an_attachment_has_a_type_said_or_guessed_or_unknown() -> None:
    files = tuple(
        Attachment(url=f"https://e.example/{name}", type=kind)
        for name, kind in (("a.pdf", ""), ("b", "Audio/MPEG; q=1"), ("c", "<x>"), ("a.pdf", "text/plain"))
    )

    assert [one.type for one in entry(bare(attachments=files)).attachments] == [
        "application/pdf",
        "audio/mpeg",
        "application/octet-stream",
    ]


def test_names_are_cleaned_and_told_once() -> None:
    told = entry(bare(authors=(" Ann\n", "Ann", "", "\x00"), categories=("News", "News ")))

    assert (told.authors, told.categories) == (("Ann",), ("News",))


def test_an_empty_quote_is_no_quote() -> None:
    assert entry(bare(quotes=(Quote(text=" "), Quote(text="Well.")))).quotes == (Quote(text="Well."),)


def test_an_entry_tells_its_language_where_it_is_not_that_of_the_feed() -> None:
    assert entry(bare(language="cy")).language == "cy"
    assert not entry(bare(language="en-gb")).language


def test_a_combined_feed_names_the_feed_that_each_entry_comes_from() -> None:
    items = [bare("a"), bare("b", source_id=SourceId("other"))]
    first, second = edition(BOTH, SITE, items, {SourceId("office"): OFFICE}).entries

    assert first.origin is not None
    assert second.origin is not None
    assert (first.origin.title, first.origin.home) == (OFFICE.title, OFFICE.home)
    assert (second.origin.id, second.origin.title) == ("tag:news.example,2026:other", "other")
    assert edition(OFFICE, SITE, items).entries[0].origin is None


def test_a_feed_without_a_home_is_at_home_on_the_index() -> None:
    told = edition(Feed(id=FeedId("x"), title="", sources=()), replace(SITE, contact="nobody"), [])

    assert (told.home, told.title, told.contact) == ("https://news.example/feeds/index.html", "x", "")
