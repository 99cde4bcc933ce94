"""Feeds that break the rules are read as they were meant, or refused in words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedbot.errors import ExtractError
from feedbot.extract import feed
from feedbot.item import Extraction, legal
from feedbot.page import Page
from tests.unit.test_feed import FEEDS, rss


def read(text: str | bytes, content_type: str = "") -> Extraction:
    body = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return feed.read(Page(url="https://e.example/feed", body=body, content_type=content_type))


def title(inner: str) -> str:
    return rss(f"<item><title>{inner}</title></item>").items[0].title


@pytest.mark.parametrize(
    ("inner", "meant"),
    [
        ("a&nbsp;b", "a b"),
        ("AT&T <3", "AT&T <3"),
        ("caf&eacute; &hellip;", "café …"),
        ("Q&A; more", "Q&A; more"),
        ("it&#146;s", "it’s"),
        ("&#xD83D;&#xDE00;", "\ufffd\ufffd"),
        ("a\x0bb\x00c", "a bc"),
        ("<![CDATA[x & y]]> &nbsp;", "x & y"),
        ("<b>bold</b> move", "bold move"),
        ("un<br>closed", "un closed"),
    ],
)
def test_a_title_is_read_as_it_was_meant(inner: str, meant: str) -> None:
    assert title(inner) == meant


def test_what_stands_before_the_declaration_is_passed_over() -> None:
    found = read("\n\n Warning: something <?xml version='1.0'?><rss><channel><title>T</title><item/></channel></rss>")
    assert (found.title, len(found.items)) == ("T", 1)


def test_a_feed_that_was_cut_off_keeps_the_items_before_the_cut() -> None:
    whole = (FEEDS / "rss2.xml").read_bytes()
    found = read(whole[: whole.index(b"Buoys") + 5])
    assert [item.guid for item in found.items] == ["ferry-17", ""]


def test_a_prefix_that_was_never_declared_is_understood() -> None:
    item = rss("<item><dc:creator>Ada</dc:creator><media:thumbnail url='https://e.example/t.jpg'/></item>").items[0]
    assert item.authors == ("Ada",)
    assert item.image is not None


def test_html_that_stands_open_in_a_description_does_not_swallow_the_next_item() -> None:
    found = rss("<item><description><p>one<br>two</description></item><item><title>Next</title></item>")
    assert [item.title for item in found.items] == ["", "Next"]
    assert found.items[0].content_text == "one\ntwo"


def test_an_entity_that_the_feed_declares_is_resolved() -> None:
    found = read('<!DOCTYPE rss [<!ENTITY body "Board">]><rss><channel><title>The &body;</title></channel></rss>')
    assert found.title == "The Board"


def test_no_file_is_ever_read_for_an_entity() -> None:
    found = read(
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]><rss><channel><title>&x;</title></channel></rss>'
    )
    assert found.title == "&x;"


def test_entities_that_build_on_each_other_stay_small() -> None:
    ladder = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<!DOCTYPE rss [<!ENTITY a0 "ha">{ladder}]><rss><channel><title>&a11;</title></channel></rss>'
    assert read(text).title == "&a11;"


def test_windows_bytes_in_a_feed_of_utf_8_are_typographic_marks() -> None:
    body = (
        "<?xml version='1.0' encoding='utf-8'?><rss><channel><title>Ã¤ é ".encode() + b"it\x92s</title></channel></rss>"
    )
    assert read(body).title == "Ã¤ é it’s"


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("<!doctype html><title>Just a moment...</title><p>Checking", "Just a moment..."),
        ("<html><body><h1>503</h1></body></html>", "HTML"),
        ("Service unavailable", "neither XML nor JSON"),
        ("<urlset/>", "no feed"),
        ('{"items": 5}', "no list of `items`"),
        ('{"items": [', "begins like JSON"),
        ('{"items":' + "[" * 100_000, "too deeply"),
        ("<rss>" + "<a/>" * 600_000 + "</rss>", "too large"),
    ],
)
def test_what_is_no_feed_is_refused_by_what_it_is(body: str, named: str) -> None:
    with pytest.raises(ExtractError, match=named):
        read(body)


def test_a_page_about_feeds_is_no_feed() -> None:
    with pytest.raises(ExtractError, match="HTML"):
        read("<html><head><title>How</title></head><body>Write <rss><channel><item/></channel></rss></body></html>")


@pytest.mark.parametrize(
    "body",
    [
        "<rss " + " ".join(f'a{n}="1"' for n in range(200_000)) + "><channel><item/></channel></rss>",
        "<rss><channel>" + "<a>" * 200_000,
        "<rss><channel><item><description>" + "&lt;div&gt;" * 200_000 + "</description></item></channel></rss>",
        "<rss><channel><item><author>" + "a" * 500_000 + "@</author></item></channel></rss>",
        '{"version":"https://jsonfeed.org/version/1","items":[{"id":1e308,"title":NaN,"id":' + "9" * 5000 + "}]}",
        '{"items":[5,null,{"id":true,"authors":"x","tags":{"a":1},"attachments":[1,{}],"url":["x"],"image":{}}]}',
    ],
    ids=["attributes", "depth", "html", "author", "numbers", "types"],
)
def test_excess_is_read_or_refused_without_harm(body: str) -> None:
    assert feed.read(Page(url="https://e.example/feed", body=body.encode())).kind == "feed"


def test_what_base64_and_json_hide_is_made_legal_too() -> None:
    packed = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title mode='base64'>YQdi</title></entry></feed>"
    assert read(packed).items[0].title == "ab"
    item = read('{"items": [{"id": "1\\u0000", "content_text": "a\\u0007b\\ud800", "tags": ["x\\u0001"]}]}').items[0]
    assert (item.guid, item.content_text, item.categories) == ("1", "ab", ("x",))


@pytest.mark.parametrize("packed", ["*", "A", "QUJD\u00e9"])
def test_base64_that_is_none_is_no_error(packed: str) -> None:
    text = f"<feed xmlns='http://www.w3.org/2005/Atom'><entry><content mode='base64'>{packed}</content></entry></feed>"
    assert len(read(text).items) == 1


def test_an_element_of_no_known_name_keeps_its_words() -> None:
    assert title("<urn:uuid:60a7>a</urn:uuid:60a7> <x:é>b</x:é>") == "a b"


def test_items_without_end_are_read_up_to_a_bound() -> None:
    assert len(rss("<item/>" * 12_000).items) == 10_000


SOUND = st.sampled_from(sorted(FEEDS.iterdir())).map(lambda path: path.read_bytes())
NOISE = st.sampled_from(
    [b"<", b">", b"&", b"]]>", b"<![CDATA[", b"\x00", b"\xff\xfe", b"<!--", b'"', b"&#0;", b"\xd8", b"{", b"<item>"]
)


@given(
    body=SOUND,
    cuts=st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 60), NOISE | st.binary(max_size=8)), max_size=6),
)
@settings(max_examples=150, deadline=None)
def test_a_damaged_feed_is_read_or_refused_and_what_is_read_is_legal(
    body: bytes, cuts: list[tuple[int, int, bytes]]
) -> None:
    for start, length, noise in cuts:
        body = body[:start] + noise + body[start + length :]
    try:
        found = read(body)
    except ExtractError:
        return
    for item in found.items:
        said = (item.title, item.summary, item.content_html, item.content_text, item.url, *item.authors)
        assert all(text == legal(text) for text in said)
        assert "<script" not in item.content_html.lower()
        assert item.url == "" or item.url.startswith(("http://", "https://"))
