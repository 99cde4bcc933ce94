"""Dates in the ways that people write them."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedbot.extract import dates

DAY = date(2024, 10, 24)
NOW = datetime(2024, 11, 1, 12, 0, 30, tzinfo=UTC)

IN_LANGUAGES = [
    ("en", "24 October 2024"),
    ("en", "Thursday, October 24th, 2024"),
    ("en-US", "Oct. 24, 2024"),
    ("de", "Donnerstag, 24. Oktober 2024"),
    ("de", "24. Okt. 2024"),
    ("de-AT", "24. Oktober 2024"),
    ("fr", "jeudi 24 octobre 2024"),
    ("fr", "24 oct. 2024"),
    ("es", "24 de octubre de 2024"),
    ("es", "jueves, 24 oct 2024"),
    ("es-MX", "octubre 24, 2024"),
    ("it", "giovedì 24 ottobre 2024"),
    ("it", "24 ott 2024"),
    ("pt", "24 de outubro de 2024"),
    ("pt-BR", "24 out. 2024"),
    ("nl", "donderdag 24 oktober 2024"),
    ("nl", "24 okt. 2024"),
    ("sv", "torsdag 24 oktober 2024"),
    ("da", "24. oktober 2024"),
    ("nb", "24. okt. 2024"),
    ("no", "torsdag 24. oktober 2024"),
    ("fi", "24. lokakuuta 2024"),
    ("is", "24. október 2024"),
    ("pl", "24 października 2024"),
    ("pl", "24 paź 2024 r."),
    ("cs", "24. října 2024"),
    ("sk", "24. októbra 2024"),
    ("hu", "2024. október 24."),
    ("hu", "2024. okt. 24., csütörtök"),
    ("ro", "24 octombrie 2024"),
    ("hr", "24. listopada 2024."),
    ("bs", "24. oktobar 2024."),
    ("sl", "24. oktober 2024"),
    ("sr", "24. октобар 2024."),
    ("mk", "24 октомври 2024"),
    ("bg", "24 октомври 2024 г."),
    ("ru", "24 октября 2024 г."),
    ("ru", "24 окт. 2024"),
    ("uk", "24 жовтня 2024 року"),
    ("be", "24 кастрычніка 2024"),
    ("lt", "2024 m. spalio 24 d."),
    ("lv", "2024. gada 24. oktobris"),
    ("et", "24. oktoober 2024"),
    ("el", "24 Οκτωβρίου 2024"),
    ("el", "ΠΕΜΠΤΗ 24 ΟΚΤΩΒΡΙΟΥ 2024"),
    ("tr", "24 Ekim 2024 Perşembe"),
    ("az", "24 oktyabr 2024"),
    ("kk", "24 қазан 2024"),
    ("id", "Kamis, 24 Oktober 2024"),
    ("ms", "24 Oktober 2024"),
    ("fil", "Oktubre 24, 2024"),
    ("sw", "24 Oktoba 2024"),
    ("af", "24 Oktober 2024"),
    ("ca", "24 d'octubre de 2024"),
    ("ca", "24 d’octubre del 2024"),
    ("gl", "24 de outubro de 2024"),
    ("eu", "2024ko urriaren 24a"),
    ("cy", "24 Hydref 2024"),
    ("ga", "24 Deireadh Fómhair 2024"),
    ("sq", "24 tetor 2024"),
    ("mt", "24 ta' Ottubru 2024"),
    ("lb", "24. Oktober 2024"),
    ("ar", "24 أكتوبر 2024"),
    ("ar", "٢٤ أكتوبر ٢٠٢٤"),
    ("ar-LB", "24 تشرين الأول 2024"),
    ("he", "24 באוקטובר 2024"),
    ("fa", "24 اکتبر 2024"),
    ("ur", "24 اکتوبر 2024"),
    ("hi", "24 अक्टूबर 2024"),
    ("hi", "२४ अक्टूबर २०२४"),
    ("bn", "২৪ অক্টোবর ২০২৪"),
    ("ta", "24 அக்டோபர் 2024"),
    ("th", "24 ตุลาคม 2567"),
    ("th", "24 ต.ค. 2567"),
    ("vi", "ngày 24 tháng 10 năm 2024"),
    ("vi", "Thứ năm, 24/10/2024"),
    ("ja", "2024年10月24日"),
    ("ja", "令和6年10月24日(木)"),
    ("zh", "2024年10月24日 星期四"),
    ("zh", "2024-10-24"),
    ("zh-TW", "民國113年10月24日"),
    ("ko", "2024년 10월 24일"),
    ("ko", "2024.10.24."),
    ("ka", "24 ოქტომბერი 2024"),
    ("hy", "24 հոկտեմբերի 2024"),
]

IN_SHAPES = [
    "24 October, 2024",
    "24th of October 2024",
    "the 24th of October, 2024",
    "24 Oct 2024",
    "24-Oct-2024",
    "24-Oct-24",
    "24/Oct/2024",
    "24 Oct '24",
    "24Oct2024",
    "OCTOBER 24, 2024",
    "October 24 2024",
    "Oct 24th 2024",
    "2024 October 24",
    "2024-Oct-24",
    "24/10/2024",
    "24-10-2024",
    "24.10.2024",
    "24. 10. 2024",
    "24.10.2024.",
    "24 / 10 / 2024",
    "24/10/24",
    "24.10.24",
    "24 10 2024",
    "2024/10/24",
    "2024.10.24",
    "2024. 10. 24.",
    "2024-10-24",
    "20241024",
    "Published: 24 October 2024",
    "Posted on October 24, 2024 by Jo Field",
    "By Jo Field | 24 October 2024 | 5 min read",
    "News (24/10/2024)",
    "Leeds, 24 October 2024 – The board met.",
    "Updated 30 October 2024. Published 24 October 2024",
    "Published 24 October 2024, updated 30 October 2024",
    "Deadline: 1 November 2024 | 24 October 2024",
    "24-26 October 2024",
    "24 – 26 October 2024",
    "24th to 26th October 2024",
    "24.-26. Oktober 2024",
    "24 and 25 October 2024",
    "October 24-26, 2024",
    "24 October - 3 November 2024",
    "October 24 – November 3, 2024",
    "24/10/2024 - 26/10/2024",
    "2024-10-24/2024-10-26",
    "du 24 au 26 octobre 2024",
    "del 24 al 26 de octubre de 2024",
]

IN_TIME = [
    ("24 October 2024 10:15", (10, 15)),
    ("24 October 2024, 10:15 am", (10, 15)),
    ("24 October 2024 at 10.15pm", (22, 15)),
    ("24 October 2024 at 3pm", (15, 0)),
    ("24 October 2024 12:05 a.m.", (0, 5)),
    ("24 October 2024 12:05 p.m.", (12, 5)),
    ("10:15, 24 October 2024", (10, 15)),
    ("10:15 AM, Thursday, October 24, 2024", (10, 15)),
    ("24.10.2024 um 10:15 Uhr", (10, 15)),
    ("24.10.2024, 10.15 Uhr", (10, 15)),
    ("24.10.2024 | 10:15", (10, 15)),
    ("24. oktober 2024 kl. 10.15", (10, 15)),
    ("24.10.2024 klo 10.15", (10, 15)),
    ("24 octobre 2024 à 10h15", (10, 15)),
    ("24 octobre 2024 à 10 h 15", (10, 15)),
    ("24 de outubro de 2024 às 18h30", (18, 30)),
    ("24 de octubre de 2024 a las 18:30", (18, 30)),
    ("24 ottobre 2024 alle 18:30", (18, 30)),
    ("24 października 2024, godz. 18:30", (18, 30)),
    ("24 октября 2024 в 18:30", (18, 30)),
    ("24/10/2024 18:30:59", (18, 30)),
    ("2024-10-24 18:30", (18, 30)),
    ("2024-10-24T18:30", (18, 30)),
    ("2024年10月24日 18:30", (18, 30)),
    ("2024年10月24日 18時30分", (18, 30)),
    ("2024年10月24日 下午6:30", (18, 30)),
    ("2024. 10. 24. 오후 6:30", (18, 30)),
    ("24/10/2024, 18:30 (GMT+0)", (18, 30)),
]

IN_ZONES = [
    ("24 October 2024 10:15 BST", timedelta(hours=1)),
    ("24 October 2024 10:15 CEST", timedelta(hours=2)),
    ("Oct. 24, 2024 10:15 AM EDT", timedelta(hours=-4)),
    ("Oct. 24, 2024 at 10:15 a.m. ET", timedelta(hours=-4)),
    ("Jan. 24, 2024 at 10:15 a.m. ET", timedelta(hours=-5)),
    ("24 October 2024 10:15 +02:00", timedelta(hours=2)),
    ("24 October 2024 10:15 GMT+3", timedelta(hours=3)),
    ("24 October 2024 10:15 (UTC -5)", timedelta(hours=-5)),
    ("24 October 2024 10:15 IST", timedelta(hours=5.5)),
    ("24 Oktober 2024, 10:15 WIB", timedelta(hours=7)),
]

NO_DATES = [
    "",
    "£2.5m",
    "May",
    "may 2",
    "Q3 2024",
    "2024",
    "October 2024",
    "2024-10",
    "12 May 1024",
    "12 May 2124",
    "31 February 2024",
    "32/10/2024",
    "version 1.2.24",
    "v1.2.2024",
    "1.2.3",
    "Section 3.4.24",
    "10.4.15",
    "020 7946 0958",
    "+44 20 7946 0958",
    "555-010-2024",
    "£10.12.2024",
    "192.168.10.24",
    "5 min read",
    "3 comments",
    "24 hours a day",
    "1 of 24",
    "ISBN 978-3-16-148410-0",
    "Room 10/24",
    "COVID-19",
    "Windows 11",
    "10:15",
    "24 people march on 2024 buildings",
    "Mar 3.5 out of 5",
]

FROM_NOW = [
    ("2 hours ago", datetime(2024, 11, 1, 10, 0, tzinfo=UTC)),
    ("an hour ago", datetime(2024, 11, 1, 11, 0, tzinfo=UTC)),
    ("Posted 5 minutes ago", datetime(2024, 11, 1, 11, 55, tzinfo=UTC)),
    ("5 mins ago", datetime(2024, 11, 1, 11, 55, tzinfo=UTC)),
    ("just now", datetime(2024, 11, 1, 12, 0, tzinfo=UTC)),
    ("2h ago", datetime(2024, 11, 1, 10, 0, tzinfo=UTC)),
    ("2h", datetime(2024, 11, 1, 10, 0, tzinfo=UTC)),
    ("3d", date(2024, 10, 29)),
    ("3 days ago", date(2024, 10, 29)),
    ("2 weeks ago", date(2024, 10, 18)),
    ("yesterday", date(2024, 10, 31)),
    ("Yesterday at 10:15", datetime(2024, 10, 31, 10, 15, tzinfo=UTC)),
    ("Today, 9:05 am", datetime(2024, 11, 1, 9, 5, tzinfo=UTC)),
    ("vor 3 Stunden", datetime(2024, 11, 1, 9, 0, tzinfo=UTC)),
    ("vor einer Stunde", datetime(2024, 11, 1, 11, 0, tzinfo=UTC)),
    ("vor 3 Tagen", date(2024, 10, 29)),
    ("gestern, 10:15 Uhr", datetime(2024, 10, 31, 10, 15, tzinfo=UTC)),
    ("heute", date(2024, 11, 1)),
    ("il y a 2 jours", date(2024, 10, 30)),
    ("il y a une heure", datetime(2024, 11, 1, 11, 0, tzinfo=UTC)),
    ("hace 3 días", date(2024, 10, 29)),
    ("ayer", date(2024, 10, 31)),
    ("3 giorni fa", date(2024, 10, 29)),
    ("há 3 dias", date(2024, 10, 29)),
    ("3 dias atrás", date(2024, 10, 29)),
    ("3 dagen geleden", date(2024, 10, 29)),
    ("för 3 timmar sedan", datetime(2024, 11, 1, 9, 0, tzinfo=UTC)),
    ("for 3 timer siden", datetime(2024, 11, 1, 9, 0, tzinfo=UTC)),
    ("3 tuntia sitten", datetime(2024, 11, 1, 9, 0, tzinfo=UTC)),
    ("3 godziny temu", datetime(2024, 11, 1, 9, 0, tzinfo=UTC)),
    ("před 3 hodinami", datetime(2024, 11, 1, 9, 0, tzinfo=UTC)),
    ("3 órája", datetime(2024, 11, 1, 9, 0, tzinfo=UTC)),
    ("acum 3 ore", datetime(2024, 11, 1, 9, 0, tzinfo=UTC)),
    ("3 часа назад", datetime(2024, 11, 1, 9, 0, tzinfo=UTC)),
    ("3 години тому", datetime(2024, 11, 1, 9, 0, tzinfo=UTC)),
    ("3 saat önce", datetime(2024, 11, 1, 9, 0, tzinfo=UTC)),
    ("3 jam yang lalu", datetime(2024, 11, 1, 9, 0, tzinfo=UTC)),
    ("3 giờ trước", datetime(2024, 11, 1, 9, 0, tzinfo=UTC)),
    ("3時間前", datetime(2024, 11, 1, 9, 0, tzinfo=UTC)),
    ("3小时前", datetime(2024, 11, 1, 9, 0, tzinfo=UTC)),
    ("3시간 전", datetime(2024, 11, 1, 9, 0, tzinfo=UTC)),
    ("منذ 3 ساعات", datetime(2024, 11, 1, 9, 0, tzinfo=UTC)),
    ("לפני 3 שעות", datetime(2024, 11, 1, 9, 0, tzinfo=UTC)),
    ("昨天 10:15", datetime(2024, 10, 31, 10, 15, tzinfo=UTC)),
    ("10 May", date(2024, 5, 10)),
    ("Thu 24 Oct", date(2024, 10, 24)),
    ("Nov 30", date(2023, 11, 30)),
    ("24. Oktober, 10:15 Uhr", datetime(2024, 10, 24, 10, 15, tzinfo=UTC)),
    ("10月24日", DAY),
]


@pytest.mark.parametrize(("language", "text"), IN_LANGUAGES)
def test_a_date_is_read_in_the_language_it_is_written_in(language: str, text: str) -> None:
    assert dates.read(text, language=language) == DAY


@pytest.mark.parametrize(("language", "text"), IN_LANGUAGES)
def test_a_date_is_read_where_the_language_is_not_known(language: str, text: str) -> None:
    if language != "hr":  # the month that Croats call listopad is another one to Poles and Czechs
        assert dates.read(text) == DAY


@pytest.mark.parametrize("text", IN_SHAPES)
def test_a_date_is_read_in_every_shape(text: str) -> None:
    assert dates.read(text) == DAY


@pytest.mark.parametrize(("text", "clock"), IN_TIME)
def test_a_time_beside_a_date_is_read(text: str, clock: tuple[int, int]) -> None:
    found = dates.read(text)
    assert isinstance(found, datetime)
    assert (found.date(), found.hour, found.minute) == (DAY, *clock)


@pytest.mark.parametrize(("text", "offset"), IN_ZONES)
def test_a_zone_beside_a_time_is_read(text: str, offset: timedelta) -> None:
    found = dates.read(text, timezone="Asia/Tokyo")
    assert isinstance(found, datetime)
    assert found.utcoffset() == offset


@pytest.mark.parametrize("text", NO_DATES)
def test_what_is_not_plainly_a_date_is_none(text: str) -> None:
    assert dates.read(text) is None


@pytest.mark.parametrize("text", [text for text in NO_DATES if text != "may 2"])
def test_what_is_no_date_is_none_today_as_well(text: str) -> None:
    assert dates.read(text, now=NOW) is None


@pytest.mark.parametrize(("text", "when"), FROM_NOW)
def test_what_is_told_from_now_is_counted_from_now(text: str, when: Any) -> None:
    assert dates.read(text, now=NOW) == when


@pytest.mark.parametrize("text", [text for text, _ in FROM_NOW])
def test_what_is_told_from_now_says_nothing_without_it(text: str) -> None:
    assert dates.read(text) is None


def test_yesterday_is_counted_where_the_source_is() -> None:
    late = datetime(2024, 11, 1, 23, 30, tzinfo=UTC)
    assert dates.read("yesterday", now=late, timezone="Asia/Tokyo") == date(2024, 11, 1)


def test_the_french_yesterday_is_not_the_german_here() -> None:
    assert dates.read("Hier", now=NOW, language="fr") == date(2024, 10, 31)
    assert dates.read("Hier", now=NOW, language="de") is None


def test_a_year_far_ahead_is_no_date_of_news() -> None:
    assert dates.read("24 October 2031") == date(2031, 10, 24)
    assert dates.read("24 October 2031", now=NOW) is None


@pytest.mark.parametrize(
    ("options", "when"),
    [
        ({}, date(2024, 4, 3)),
        ({"language": "en-GB"}, date(2024, 4, 3)),
        ({"language": "en-US"}, date(2024, 3, 4)),
        ({"language": "en", "timezone": "America/New_York"}, date(2024, 3, 4)),
        ({"language": "en"}, date(2024, 3, 4)),
        ({"language": "en", "timezone": "Europe/London"}, date(2024, 4, 3)),
        ({"language": "en-IE"}, date(2024, 4, 3)),
        ({"language": "fr"}, date(2024, 4, 3)),
        ({"month_first": True}, date(2024, 3, 4)),
        ({"language": "en-US", "month_first": False}, date(2024, 4, 3)),
    ],
)
def test_day_and_month_are_told_apart_by_what_is_known(options: dict[str, Any], when: date) -> None:
    assert dates.read("3/4/2024", **options) == when


@pytest.mark.parametrize("text", ["03/04/2024", "03.04.2024", "3.4.2024", "3/04/2024", "03-04-2024"])
def test_english_of_no_country_has_the_month_first_only_without_zeros_and_dots(text: str) -> None:
    expected = date(2024, 3, 4) if text == "3/4/2024" else date(2024, 4, 3)
    assert dates.read(text, language="en") == expected


def test_a_number_over_twelve_is_the_day_whatever_is_known() -> None:
    assert dates.read("10/24/2024", month_first=False) == DAY
    assert dates.read("24/10/2024", month_first=True) == DAY


def test_points_mean_day_first() -> None:
    assert dates.read("3.4.2024", language="en-US") == date(2024, 4, 3)


def test_the_same_word_is_another_month_in_another_language() -> None:
    assert dates.read("24. listopada 2024", language="hr") == date(2024, 10, 24)
    assert dates.read("24. listopadu 2024", language="cs") == date(2024, 11, 24)
    assert dates.read("3 lip 2024", language="hr") == date(2024, 6, 3)
    assert dates.read("3 lip 2024", language="pl") == date(2024, 7, 3)


def test_a_time_without_zone_is_meant_where_the_source_is() -> None:
    found = dates.read("24 October 2024 10:15", timezone="Europe/London")
    assert isinstance(found, datetime)
    assert found.utcoffset() == timedelta(hours=1)


def test_an_hour_that_comes_twice_is_the_first_of_the_two() -> None:
    found = dates.read("27 October 2024 01:30", timezone="Europe/London")
    assert isinstance(found, datetime)
    assert (found.fold, found.utcoffset()) == (0, timedelta(hours=1))


def test_a_name_of_a_zone_means_what_it_means_at_home() -> None:
    irish = dates.read("24 October 2024 10:15 IST", timezone="Europe/Dublin")
    chinese = dates.read("24 October 2024 10:15 CST", timezone="Asia/Shanghai")
    assert isinstance(irish, datetime)
    assert isinstance(chinese, datetime)
    assert (irish.utcoffset(), chinese.utcoffset()) == (timedelta(hours=1), timedelta(hours=8))


@given(
    day=st.dates(date(1990, 1, 1), date(2100, 12, 31)),
    shape=st.sampled_from(["%d %B %Y", "%B %d, %Y", "%Y-%m-%d", "%d.%m.%Y"]),
)
def test_every_day_is_read_as_it_is_written(day: date, shape: str) -> None:
    assert dates.read(day.strftime(shape)) == day


@given(text=st.text(max_size=300), month_first=st.sampled_from([None, True, False]))
def test_no_text_makes_reading_fail(text: str, month_first: bool | None) -> None:  # noqa: FBT001 - given by hypothesis
    found = dates.read(text, now=NOW, month_first=month_first)
    assert found is None or 1990 <= found.year <= 2026


@given(st.text(alphabet="0123456789 :./-TZ+,AMPamponthujy月日年", max_size=60))
def test_nothing_that_looks_like_a_date_makes_reading_fail(text: str) -> None:
    for found in (dates.read(text, now=NOW), dates.machine(text), dates.in_url(f"https://example.org/{text}")):
        assert found is None or isinstance(found, date)


def test_a_zone_of_the_source_is_kept_as_a_fixed_offset() -> None:
    assert dates.read("24 October 2024 10:15 +02:00") == datetime(
        2024, 10, 24, 10, 15, tzinfo=timezone(timedelta(hours=2))
    )
