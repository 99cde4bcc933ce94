from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedbot.item import Candidate, Content, Image, Link, Quote, canonical, digest, item_id, moment, url_key

SEEN = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "one_spelling"),
    [
        ("HTTPS://Example.ORG:443/News/?utm_source=x&utm_medium=y", "https://example.org/News/"),
        ("http://example.org:80", "http://example.org/"),
        ("https://example.org:8443/a", "https://example.org:8443/a"),
        ("https://example.org/a?id=7&fbclid=abc#top", "https://example.org/a?id=7"),
        ("https://example.org/caf%C3%A9 bar", "https://example.org/caf%C3%A9%20bar"),
        ("https://example.org/%7Ejo/", "https://example.org/~jo/"),
        ("https://example.org/a?b", "https://example.org/a?b"),
        ("  https://example.org/a\n", "https://example.org/a"),
        ("mailto:someone@example.org", "mailto:someone@example.org"),
        ("http://[broken", "http://[broken"),
    ],
)
def test_a_url_has_one_spelling(url: str, one_spelling: str) -> None:
    assert canonical(url) == one_spelling


@given(st.text())
def test_no_text_breaks_canonical_and_its_spelling_is_stable(text: str) -> None:
    once = canonical(text)
    assert canonical(once) == once


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30))
def test_a_path_keeps_its_one_spelling(path: str) -> None:
    once = canonical(f"https://example.org/{path}")
    assert canonical(once) == once


@pytest.mark.parametrize(
    "other",
    [
        "http://example.org/news/one",
        "https://www.example.org/news/one/",
        "https://example.org/news/one?utm_campaign=autumn",
        "https://EXAMPLE.org/news/one#quote",
    ],
)
def test_spellings_of_one_page_have_one_key(other: str) -> None:
    assert url_key(other) == url_key("https://example.org/news/one")


def test_pages_that_differ_in_their_query_have_two_keys() -> None:
    assert url_key("https://example.org/?p=1") != url_key("https://example.org/?p=2")


def test_the_id_is_derived_from_the_source_and_the_first_key() -> None:
    one = item_id("news", ("guid:1", "url:a"))
    assert one == item_id("news", ("guid:1", "url:b"))
    assert one != item_id("blog", ("guid:1", "url:a"))
    assert len(one) == 26


def test_a_candidate_is_recognised_by_guid_and_by_link_and_only_without_both_by_title() -> None:
    assert Candidate(guid="7", url="https://example.org/a", title="A").keys == ("guid:7", "url:example.org/a")
    assert Candidate(title="Only “words”").keys == ('title:Only "words"',)
    assert Candidate().keys == ()


def test_white_space_and_typographic_quotes_are_no_edit() -> None:
    plain = Content(title='He said "no"', summary="It is - still - so...")
    typeset = Content(title="He said  “no” ", summary="It is – still – so…")
    assert digest(plain) == digest(typeset)


def test_a_date_that_appears_later_is_no_edit() -> None:
    assert digest(Content(title="A")) == digest(Content(title="A", published=date(2026, 1, 2)))


@pytest.mark.parametrize(
    "edited",
    [
        Content(title="B", summary="s"),
        Content(title="A", summary="t"),
        Content(title="A", summary="s", authors=("Jo",)),
        Content(title="A", summary="s", categories=("Jo",)),
        Content(title="A", summary="s", fields={"report": "https://example.org/r.pdf"}),
    ],
)
def test_other_words_are_an_edit(edited: Content) -> None:
    assert digest(edited) != digest(Content(title="A", summary="s"))


def test_a_bare_date_means_midnight_where_the_publisher_is() -> None:
    assert moment(date(2026, 6, 1), "Europe/London", SEEN) == (datetime(2026, 5, 31, 23, 0, tzinfo=UTC), "day")


def test_a_time_without_zone_is_read_where_the_publisher_is() -> None:
    said = datetime(2026, 1, 1, 9, 0)  # noqa: DTZ001 - a naive time is the point
    assert moment(said, "Asia/Tokyo", SEEN) == (datetime(2026, 1, 1, 0, 0, tzinfo=UTC), "time")


def test_what_is_not_dated_counts_from_first_sight() -> None:
    assert moment(None, "UTC", SEEN) == (SEEN, "seen")


def test_a_date_beyond_the_calendar_counts_from_first_sight() -> None:
    far = datetime.max.replace(tzinfo=timezone(-timedelta(hours=12)))
    assert moment(far, "UTC", SEEN) == (SEEN, "seen")


def test_the_listing_speaks_first_and_the_article_adds() -> None:
    listed = Candidate(
        guid="7", url="https://example.org/a", title="A", published=date(2026, 1, 2), image=Image(url="https://e/s.jpg")
    )
    article = Candidate(
        url="https://example.org/canonical",
        title="A, at length",
        published=datetime(2026, 1, 2, 8, 15, tzinfo=UTC),
        summary="What it is about",
        content_html="<p>All of it</p>",
        image=Image(url="https://e/l.jpg", alt="A lake"),
        quotes=(Quote(text="Well", speaker="Jo"),),
    )
    both = listed.enriched(article)
    assert (both.guid, both.url, both.title) == ("7", "https://example.org/a", "A")
    assert both.published == datetime(2026, 1, 2, 8, 15, tzinfo=UTC)
    assert both.image == Image(url="https://e/l.jpg", alt="A lake")
    assert both.content_html == "<p>All of it</p>"
    assert both.quotes[0].speaker == "Jo"


def test_a_title_that_the_listing_cut_off_is_taken_from_the_article() -> None:
    assert Candidate(title="A long way …").enriched(Candidate(title="A long way home")).title == "A long way home"


def test_an_article_of_another_day_does_not_redate_what_the_listing_says() -> None:
    listed = Candidate(title="A", published=date(2026, 1, 2))
    assert listed.enriched(Candidate(published=datetime(2025, 3, 4, tzinfo=UTC))).published == date(2026, 1, 2)


def test_json_leaves_out_what_is_absent_and_keeps_a_bare_date_bare() -> None:
    said = Candidate(
        url="https://example.org/a",
        title="A",
        published=date(2026, 1, 2),
        updated=datetime(2026, 1, 3, 4, 5, tzinfo=UTC),
        image=Image(url="https://e/i.jpg", alt=""),
        related=(Link(url="https://e/b", title="B"),),
        fields={"report": "https://e/r.pdf"},
    )
    assert said.to_json() == {
        "url": "https://example.org/a",
        "title": "A",
        "published": "2026-01-02",
        "updated": "2026-01-03T04:05:00Z",
        "image": {"url": "https://e/i.jpg"},
        "fields": {"report": "https://e/r.pdf", "related": [{"url": "https://e/b", "title": "B"}]},
    }
