"""What dates promise to readers of feeds: none is made up, none moves, and a whole list decides what a number means."""

from datetime import UTC, date, datetime, timedelta

import pytest

from feedbot.extract import dates, extract
from feedbot.item import Extraction
from feedbot.page import Page

NOW = datetime(2025, 9, 17, 15, 30, tzinfo=UTC)

NONE_AT_ALL = [
    "£2.5m",
    "May",
    "Q3 2024",
    "1024",
    "12 March 1024",
    "March 1024",
    "12 May 3024",
    "£12.05.2024",
    "Version 3.4.2025",
    "Section 12.3.24",
    "Article 5/2/19",
    "p. 12.03.20",
    "T20 May",
    "Route 12 May reopen",
    "24/7",
    "9/11",
    "12/10 people",
    "1/2 price",
    "3-2 win",
    "2024/25",
    "Budget 2024-25",
    "Summer 2025",
    "31 February 2025",
    "30/02/2025",
    "2025-13-01",
    "0000-00-00",
    "192.168.12.24",
    "tel 020 7946 0958",
    "A level 12/2024",
    "May 5 people",
    "20 May be enough",
]


@pytest.mark.parametrize("text", NONE_AT_ALL)
def test_no_date_is_made_of_what_is_none(text: str) -> None:
    assert dates.read(text, language="en", now=NOW) is None
    assert dates.machine(text) is None


AGO = {
    "bg": ("преди 2 часа", "Вчера", "преди 3 дни"),
    "ca": ("fa 2 hores", "Ahir", "fa 3 dies"),
    "cs": ("před 2 hodinami", "Včera", "před 3 dny"),
    "da": ("2 timer siden", "I går", "for 3 dage siden"),
    "de": ("vor 2 Stunden", "Gestern", "vor 3 Tagen"),
    "el": ("πριν 2 ώρες", "Χθες", "πριν από 3 ημέρες"),
    "en": ("2 hours ago", "Yesterday", "3 days ago"),
    "es": ("hace 2 horas", "Ayer", "hace 3 días"),
    "fi": ("2 tuntia sitten", "Eilen", "3 päivää sitten"),
    "fr": ("il y a 2 heures", "Hier", "il y a 3 jours"),
    "he": ("לפני 2 שעות", "אתמול", "לפני 3 ימים"),
    "hr": ("prije 2 sata", "Jučer", "prije 3 dana"),
    "hu": ("2 órája", "Tegnap", "3 napja"),
    "id": ("2 jam yang lalu", "Kemarin", "3 hari lalu"),
    "it": ("2 ore fa", "Ieri", "3 giorni fa"),
    "ja": ("2時間前", "昨日", "3日前"),
    "ko": ("2시간 전", "어제", "3일 전"),
    "nb": ("for 2 timer siden", "I går", "3 dager siden"),
    "nl": ("2 uur geleden", "Gisteren", "3 dagen geleden"),
    "pl": ("2 godziny temu", "Wczoraj", "3 dni temu"),
    "pt": ("há 2 horas", "Ontem", "há 3 dias"),
    "ro": ("acum 2 ore", "Ieri", "acum 3 zile"),
    "ru": ("2 часа назад", "Вчера", "3 дня назад"),
    "sk": ("pred 2 hodinami", "Včera", "pred 3 dňami"),
    "sv": ("för 2 timmar sedan", "Igår", "för 3 dagar sedan"),
    "tr": ("2 saat önce", "Dün", "3 gün önce"),
    "uk": ("2 години тому", "Вчора", "3 дні тому"),
    "vi": ("2 giờ trước", "Hôm qua", "3 ngày trước"),
    "zh": ("2小时前", "昨天", "3天前"),
}


@pytest.mark.parametrize("language", AGO)
def test_what_is_told_from_now_is_counted_in_every_language(language: str) -> None:
    hours, yesterday, days = (dates.read(text, language=language, now=NOW) for text in AGO[language])
    assert (hours, yesterday, days) == (NOW - timedelta(hours=2), date(2025, 9, 16), date(2025, 9, 14))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("lt", "2025 M. KOVO 3 D."),
        ("lv", "2025. GADA 3. MARTS"),
        ("eu", "2025EKO MARTXOAREN 3A"),
        ("tr", "3 MART 2025"),
    ],
)
def test_capitals_are_read_as_small_letters_are(language: str, text: str) -> None:
    assert dates.read(text, language=language) == date(2025, 3, 3)


def listed(*said: str, language: str = "") -> Extraction:
    rows = "".join(
        f'<li><a href="/news/piece-of-news-{n}">A piece of news that has the number {n}</a> <span>{text}</span></li>'
        for n, text in enumerate(said)
    )
    html = f"<html lang='{language}'><main><ul>{rows}</ul></main></html>".encode()
    return extract(Page(url="https://office.example/news", body=html, content_type="text/html", fetched_at=NOW))


def days(found: Extraction) -> list[str]:
    return [str(item.published)[:10] for item in found.items]


def test_one_plain_date_of_a_list_says_what_the_others_mean() -> None:
    assert days(listed("01/02/2025", "02/01/2025", "21/01/2025")) == ["2025-02-01", "2025-01-02", "2025-01-21"]
    assert days(listed("01/02/2025", "02/01/2025", "01/21/2025")) == ["2025-01-02", "2025-02-01", "2025-01-21"]


def test_the_evidence_of_a_list_goes_before_its_language() -> None:
    assert days(listed("02/01/2025", "01/28/2025", "01/05/2025", language="en-GB"))[0] == "2025-02-01"
    assert days(listed("02/01/2025", "28/01/2025", "05/01/2025", language="en-US"))[0] == "2025-01-02"


def test_the_order_of_a_list_says_what_the_language_does_not() -> None:
    assert days(listed("05/04/2025", "04/04/2025", "03/04/2025", "02/04/2025"))[0] == "2025-04-05"


def test_a_list_without_dates_stays_without_them() -> None:
    found = listed("£2.5m", "Q3 2024", "1024", "May")
    assert len(found.items) == 4
    assert days(found) == ["None"] * 4


def board(now: datetime, *said: str) -> Extraction:
    rows = "".join(f"<div><h3>{title}</h3><i>{when}</i></div>" for title, when in (one.split("|") for one in said))
    page = Page(url="https://office.example/board", body=rows.encode(), content_type="text/html", fetched_at=now)
    return extract(page)


def test_an_item_without_a_link_keeps_its_id_while_its_date_is_told_from_now() -> None:
    said = ("The lift is out of service|2 hours ago", "Soup of the day is leek|yesterday", "Bring your cups|3 days ago")
    later = (
        "The lift is out of service|5 hours ago",
        "Soup of the day is leek|yesterday",
        "Bring your cups|3 days ago",
    )
    first, second = board(NOW, *said), board(NOW + timedelta(hours=3), *later)
    assert len(first.items) == 3
    assert [item.keys for item in first.items] == [item.keys for item in second.items]


def test_items_without_links_that_share_a_title_are_told_apart_by_their_dates() -> None:
    found = board(
        NOW,
        "The canteen is closed today|3 March 2025",
        "The canteen is closed today|27 February 2025",
        "We are open late on Friday|18 February 2025",
        "A new oven in the canteen|9 February 2025",
    )
    assert len({item.keys for item in found.items}) == 4
