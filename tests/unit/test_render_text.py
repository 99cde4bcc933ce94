import pytest

from feedbot.item import legal
from feedbot.render.text import URL_LIMIT, address, cut, language, line, markup, paragraphs


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("  two\n words\t ", "two words"),
        ("nul\x00, bell\x07", "nul, bell"),
        ("a\x0bb\x0cc", "a b c"),
        ("\ufffe\uffffend", "end"),
        ("half \ud83d of it", "half of it"),
        ("whole \ud83d\ude00", "whole 😀"),
        ("comment ça va\u00a0?", "comment ça va\u00a0?"),
        ("one\u2028two", "one two"),
    ],
)
def test_a_line_keeps_its_words_and_loses_what_no_feed_can_carry(said: str, heard: str) -> None:
    assert line(said) == heard


def test_a_title_of_a_megabyte_is_cut_at_a_word() -> None:
    heard = line("word " * 200_000, 100)

    assert len(heard) <= 100
    assert heard.endswith("word…")


def test_a_text_without_a_space_is_cut_anyway() -> None:
    assert cut("x" * 30, 10) == "x" * 9 + "…"


def test_control_characters_are_told_as_what_they_stand_for() -> None:
    assert line("it\x92s \x80 9 \x96 10\x85\x81\x7f") == "it’s € 9 – 10…"
    assert markup("<p>it\x92s\x9d</p>") == "<p>it’s</p>"


def test_a_clean_text_is_legal_as_it_is() -> None:
    text = "Ünï 😀 \t\n\r]]>"

    assert legal(text) is text


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("https://example.org/a?b=1&c=2#d", "https://example.org/a?b=1&c=2#d"),
        ("HTTPS://Example.ORG", "https://example.org/"),
        (" https://example.org/a b\n", "https://example.org/a%20b"),
        ("https://example.org/caf\u00e9?q=\u00fc", "https://example.org/caf%C3%A9?q=%C3%BC"),
        ("https://example.org/100%?x=%zz%20", "https://example.org/100%25?x=%25zz%20"),
        ("https://b\u00fccher.example/", "https://xn--bcher-kva.example/"),
        ("https://user:secret@example.org:8443/", "https://example.org:8443/"),
        ("http://[2001:db8::1]:80/", "http://[2001:db8::1]:80/"),
        ('https://example.org/"><script>', "https://example.org/%22%3E%3Cscript%3E"),
        ("https://example.org/it's?it's#it's", "https://example.org/it's?it%27s#it's"),
    ],
)
def test_an_address_is_written_as_a_uri(said: str, told: str) -> None:
    assert address(said) == told


@pytest.mark.parametrize(
    "said",
    [
        "",
        "javascript:alert(1)",
        "\x01java\x03script:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>",
        "file:///etc/passwd",
        "/news/1",
        "https://",
        "https://[::1",
        "https://[x:y]/",
        "https://example.org:99999/",
        "https://a b/",
        "https://\u2028/",
        "https://example.org/" + "x" * URL_LIMIT,
    ],
)
def test_what_is_no_address_of_the_web_is_no_address(said: str) -> None:
    assert not address(said)


def test_a_language_is_a_tag_or_nothing() -> None:
    assert [language(tag) for tag in ("en-GB", "en_GB", "zh-Hans-CN", None, "", "English language", "<x>")] == [
        "en-GB",
        "en-GB",
        "zh-Hans-CN",
        "",
        "",
        "",
        "",
    ]


def test_plain_text_becomes_paragraphs() -> None:
    assert paragraphs("a < b\n\nc & d\r\ne\n \n ") == "<p>a &lt; b</p><p>c &amp; d<br>e</p>"


def test_markup_has_plain_line_ends_and_legal_characters() -> None:
    assert markup(" <p>a\r\nb\rc\x00</p> ") == "<p>a\nb\nc</p>"


def test_an_empty_query_is_dropped() -> None:
    assert address("https://example.org/?#") == "https://example.org/"
