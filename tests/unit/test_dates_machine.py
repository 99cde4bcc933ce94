"""Dates that machines wrote, in attributes, feeds and addresses."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from feedbot.extract import dates

MOMENT = datetime(2024, 10, 24, 10, 15, tzinfo=UTC)
DAY = date(2024, 10, 24)

SAME_MOMENT = [
    "2024-10-24T10:15:00Z",
    "2024-10-24T10:15Z",
    "2024-10-24T10:15:00.000Z",
    "2024-10-24T10:15:00.1234567Z",
    "2024-10-24T10:15:00,5Z",
    "2024-10-24t10:15:00z",
    "2024-10-24T10:15:00 Z",
    "2024-10-24T11:15:00+01:00",
    "2024-10-24T11:15:00+0100",
    "2024-10-24T11:15:00+01",
    "2024-10-24T06:15:00-04:00",
    "2024-10-24T11:15:00 +01:00",
    "2024-10-24 10:15:00",
    "2024-10-24 10:15",
    "2024-10-24 10:15:00 UTC",
    "2024-10-24 10:15:00 +0000",
    "2024-10-24T10:15:00",
    "20241024T101500Z",
    "20241024101500",
    "2024/10/24 10:15:00",
    "2024-10-24 06:15:00 EDT",
    "2024-W43-4T10:15:00Z",
    "Thu, 24 Oct 2024 10:15:00 GMT",
    "Thu, 24 Oct 2024 10:15:00 +0000",
    "Thu, 24 Oct 2024 10:15:00 UT",
    "Thu, 24 Oct 2024 11:15:00 +0100",
    "Thu, 24 Oct 2024 11:15:00 +01:00",
    "Thu, 24 Oct 2024 11:15:00 BST",
    "Thu, 24 Oct 2024 06:15:00 EDT",
    "Thu, 24 Oct 2024 05:15:00 EST",
    "Thu, 24 Oct 2024 03:15:00 PDT",
    "Thu, 24 Oct 2024 10:15:00",
    "Thu, 24 Oct 2024 10:15 GMT",
    "Thu, 24 Oct 24 10:15:00 GMT",
    "24 Oct 2024 10:15:00 GMT",
    "Fri, 24 Oct 2024 10:15:00 GMT",
    "Thursday, 24 October 2024 10:15:00 GMT",
    "Thursday, 24-Oct-24 10:15:00 GMT",
    "Thu,24 Oct 2024 10:15:00 GMT",
    "Thu, 24 Oct 2024 10:15:00 AM GMT",
    "Do, 24 Okt 2024 12:15:00 +0200",
    "jeu., 24 oct. 2024 12:15:00 +0200",
    "Thu Oct 24 10:15:00 2024",
    "Thu Oct 24 10:15:00 GMT 2024",
    "Thu Oct 24 2024 11:15:00 GMT+0100 (British Summer Time)",
    "October 24, 2024 10:15 AM",
    "1729764900",
    "1729764900000",
    "1729764900.25",
]

SAME_DAY = [
    "2024-10-24",
    "20241024",
    "2024-298",
    "2024-W43-4",
    "2024-9-5",
    "24 Oct 2024",
    "Thu, 24 Oct 2024",
    "October 24, 2024",
    "24.10.2024",
    "10/24/2024",
    "24/10/2024",
]

NO_DATES = [
    "",
    "now",
    "2024",
    "2024-10",
    "0000-00-00 00:00:00",
    "0001-01-01T00:00:00Z",
    "1970-01-01T00:00:00Z",
    "2024-13-01T00:00:00Z",
    "2024-02-30",
    "9999-12-31T23:59:59Z",
    "Thu, 32 Oct 2024 10:15:00 GMT",
    "03/04/2024",
    "{{ date }}",
    "123456",
    "x" * 1000,
]


@pytest.mark.parametrize("text", SAME_MOMENT)
def test_a_moment_is_read_in_every_form_of_machines(text: str) -> None:
    assert dates.machine(text) == MOMENT


@pytest.mark.parametrize("text", SAME_DAY)
def test_a_bare_day_stays_one(text: str) -> None:
    found = dates.machine(text)
    assert found == (date(2024, 9, 5) if text == "2024-9-5" else DAY)
    assert not isinstance(found, datetime)


@pytest.mark.parametrize("text", NO_DATES)
def test_what_no_machine_means_as_a_date_is_none(text: str) -> None:
    assert dates.machine(text) is None


def test_an_offset_is_kept() -> None:
    found = dates.machine("2024-10-24T11:15:00+01:00")
    assert isinstance(found, datetime)
    assert found.utcoffset() == timedelta(hours=1)


def test_midnight_at_the_end_of_a_day_is_the_next_day() -> None:
    assert dates.machine("2024-10-24T24:00:00Z") == datetime(2024, 10, 25, tzinfo=UTC)


def test_a_leap_second_is_the_second_before() -> None:
    assert dates.machine("2016-12-31T23:59:60Z") == datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_years_of_two_digits_mean_the_nearest_century() -> None:
    assert dates.machine("24 Oct 98 10:15:00 GMT") == datetime(1998, 10, 24, 10, 15, tzinfo=UTC)


def test_seconds_and_milliseconds_are_told_apart() -> None:
    assert dates.unix("1729764900") == dates.unix(1729764900000) == MOMENT
    assert dates.unix("soon") is None
    assert dates.unix("1e400") is None


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/2024/10/24/story",
        "https://example.org/2024/10/24",
        "https://example.org/news/2024-10-24-story.html",
        "https://example.org/news/story-2024-10-24",
        "https://example.org/news/story_20241024.html",
        "https://example.org/20241024/story",
        "https://example.org/2024/1024/c90000-1.html",
        "https://example.org/world/2024/oct/24/story",
        "https://example.org/story-24-10-2024",
        "https://example.org/2024/10/24/story?page=2024-01-01",
    ],
)
def test_the_day_in_an_address_is_read(url: str) -> None:
    assert dates.in_url(url) == DAY


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/2024/story",
        "https://example.org/2024/10/story",
        "https://example.org/story-1024",
        "https://example.org/item/1202410240",
        "https://example.org/story?date=2024-10-24",
        "https://example.org/story-03-04-2024",
        "https://example.org/1024/10/24/",
    ],
)
def test_an_address_without_a_day_has_none(url: str) -> None:
    assert dates.in_url(url) is None


def test_a_list_of_dates_tells_which_number_is_the_month() -> None:
    assert dates.order(["3/4/2024", "3/24/2024"]) is True
    assert dates.order(["3/4/2024", "24/3/2024"]) is False
    assert dates.order(["3/4/2024", "5/6/2024"]) is None
    assert dates.order(["3/24/2024", "24/3/2024"]) is None


def test_a_moment_keeps_a_zone_that_is_not_utc() -> None:
    assert dates.machine("Thu, 24 Oct 2024 10:15:00 +0530") == datetime(
        2024, 10, 24, 10, 15, tzinfo=timezone(timedelta(hours=5, minutes=30))
    )
