"""Whose way of writing dates a page follows."""

from datetime import date

import pytest

from feedbot.extract import extract
from feedbot.extract.regions import located
from feedbot.page import Page


@pytest.mark.parametrize(
    ("language", "url", "expected"),
    [
        ("en", "https://www.parks.gov/news", "en-US"),
        ("en", "https://www.parish.gov.uk/news", "en-GB"),
        ("en", "https://parish.ie/news", "en-IE"),
        ("en", "https://parish.example/news", "en"),
        ("en", "https://startup.io/news", "en"),
        ("en-GB", "https://www.parks.gov/news", "en-GB"),
        ("fr", "https://mairie.us/", "fr"),
        (None, "https://www.parks.gov/news", "en-US"),
        (None, "https://parish.ie/news", None),
        ("en", "file:///tmp/page.html", "en"),
    ],
)
def test_the_domain_tells_the_country_where_the_tag_leaves_it_open(
    language: str | None, url: str, expected: str | None
) -> None:
    assert located(language, url) == expected


@pytest.mark.parametrize(
    ("host", "day"), [("parks.gov", date(2026, 3, 4)), ("parish.org.uk", date(2026, 4, 3))], ids=["us", "uk"]
)
def test_a_page_is_read_as_its_country_writes(host: str, day: date) -> None:
    body = "<html lang='en'><body><h1>Pumps hold</h1><p class='date'>03/04/2026</p>" + "<p>They held, and held.</p>" * 9
    (item,) = extract(Page(url=f"https://{host}/news/pumps", body=body.encode()), kind="article").items
    assert item.published == day
