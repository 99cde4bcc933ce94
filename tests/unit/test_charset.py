"""Bytes become the text that was meant, whatever was declared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedbot.extract import charset

JAPANESE = "日本語のテキストをここに書いておきます。これはニュースです。"
RUSSIAN = "Сегодня в городе прошло заседание правительства. Новости и события дня."
CHINESE = "今天天气很好，我们去公园散步。新闻发布会在北京举行。"
KOREAN = "정부는 오늘 새로운 경제 조치를 발표했다. 뉴스와 소식."
GREEK = "Η κυβέρνηση ανακοίνωσε σήμερα νέα μέτρα για την οικονομία"


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides(codec: str) -> None:
    assert charset.decode("<p>é日".encode(codec), "text/xml; charset=iso-8859-1") == "<p>é日"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_characters_are_seen_without_a_mark(codec: str) -> None:
    assert charset.decode(f"<rss>{JAPANESE}".encode(codec), "") == f"<rss>{JAPANESE}"


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("Shift_JIS", "cp932", JAPANESE),
        ("x-sjis", "cp932", JAPANESE),
        ("EUC-JP", "euc_jp", JAPANESE),
        ("iso-2022-jp", "iso2022_jp", JAPANESE),
        ("gb2312", "gb18030", CHINESE),
        ("GB18030", "gb18030", CHINESE),
        ("Big5", "big5", "政府今天宣布"),
        ("euc-kr", "cp949", KOREAN),
        ("koi8-r", "koi8-r", RUSSIAN),
        ("windows-1251", "cp1251", RUSSIAN),
        ("iso-8859-5", "iso8859-5", RUSSIAN),
        ("iso-8859-7", "iso8859-7", "Η κυβέρνηση"),
        ("iso-8859-1", "cp1252", "it’s “here” €5"),
        ("us-ascii", "cp1252", "café"),
        ("ISO-8859-9", "cp1254", "şöyle €"),
        ("tis-620", "cp874", "รัฐบาล"),
        ("macintosh", "mac-roman", "café"),
    ],
)
def test_a_label_means_what_browsers_take_it_for(label: str, codec: str, text: str) -> None:
    assert charset.decode(text.encode(codec), f"text/xml; charset={label}") == text
    declared = f'<?xml version="1.0" encoding="{label}"?>{text}'
    assert charset.decode(declared.encode(codec), "") == declared


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("cp932", JAPANESE),
        ("euc_jp", JAPANESE),
        ("gb18030", CHINESE),
        ("cp949", KOREAN),
        ("koi8-r", RUSSIAN),
        ("cp1251", RUSSIAN),
        ("cp1253", GREEK),
        ("cp1252", "The café said “it’s open”, and so it was."),
    ],
)
def test_an_encoding_that_nobody_names_is_found_in_the_bytes(codec: str, text: str) -> None:
    assert charset.decode(f"<title>{text}</title>".encode(codec), "text/html") == f"<title>{text}</title>"


def test_utf_8_under_another_label_is_seen_for_what_it_is() -> None:
    assert charset.decode("naïve – café".encode(), "text/xml; charset=iso-8859-1") == "naïve – café"
    assert charset.decode(JAPANESE.encode(), "text/xml; charset=windows-1251") == JAPANESE


def test_another_encoding_under_the_label_of_utf_8_is_seen_for_what_it_is() -> None:
    assert charset.decode(b"caf\xe9 cr\xe8me", "text/xml; charset=utf-8") == "café crème"
    declared = f'<?xml version="1.0" encoding="windows-1251"?>{RUSSIAN}'
    assert charset.decode(declared.encode("cp1251"), "text/xml; charset=utf-8") == declared


def test_windows_bytes_in_a_text_of_utf_8_are_read_as_such() -> None:
    assert charset.decode("é – “ok” ".encode() + b"it\x92s", "") == "é – “ok” it’s"


def test_a_mark_of_utf_8_before_other_bytes_is_no_proof() -> None:
    assert charset.decode(b"\xef\xbb\xbfcaf\xe9", "") == "café"


def test_what_a_server_says_by_habit_yields_to_what_the_document_says() -> None:
    declared = f'<?xml version="1.0" encoding="koi8-r"?>{RUSSIAN}'
    assert charset.decode(declared.encode("koi8-r"), "text/xml; charset=iso-8859-1") == declared


def test_two_letters_that_could_be_utf_8_are_left_to_the_label() -> None:
    text = '<?xml version="1.0" encoding="gb2312"?>联通'
    assert charset.decode(text.encode("gb18030"), "") == text


def test_a_character_that_was_cut_off_at_the_end_is_dropped() -> None:
    assert charset.decode("é日本".encode()[:-1], "") == "é日"


@pytest.mark.parametrize("label", ["rot13", "zlib", "unicode_escape", "idna", "punycode", "no-such", "utf-16"])
def test_a_label_that_names_no_encoding_of_pages_is_passed_over(label: str) -> None:
    assert charset.decode(b"<p>caf\xc3\xa9", f"text/html; charset={label}") == "<p>café"


@given(
    st.binary(max_size=300),
    st.sampled_from(["", "x; charset=utf-16", "x; charset=gbk", "x; charset=hz", "x; charset=\x00"]),
)
def test_no_bytes_are_refused(body: bytes, content_type: str) -> None:
    assert isinstance(charset.decode(body, content_type), str)
