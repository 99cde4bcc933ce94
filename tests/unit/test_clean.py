"""HTML of strangers is made fit to be shown, and text is made of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedbot.extract import clean
from feedbot.item import legal

BASE = "https://e.example/news/a.html"


def sanitised(html: str) -> str:
    return clean.sanitise(html, BASE)


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<style>p {}</style>",
        "<form action='/x'><input name=a></form>",
        "<iframe src='https://x.example/'></iframe>",
        "<object data=x></object><embed src=x>",
        "<!-- note -->",
        "<img src='https://t.example/c.gif' width=1 height=1>",
        "<img height='0' src='https://t.example/c.gif' width='1px' alt=''>",
        "<svg><script>x</script></svg>",
        "<template><p>x</p></template>",
    ],
)
def test_what_acts_or_counts_readers_is_gone(html: str) -> None:
    assert sanitised(html) == ""


@pytest.mark.parametrize(
    "html",
    [
        '<p onclick="x()" style="color:red" class="c" id="i">a</p>',
        "<p>a</p><script src=x />",
        "<form><p>a</p></form>",
    ],
)
def test_what_is_to_be_read_stays(html: str) -> None:
    assert sanitised(html) == "<p>a</p>"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:x",
        "\x01java\x03script:x",
        "&#8232;javascript:x",
        "jAvA\tscript:x",
        "data:text/html,x",
        "vbscript:x",
        "ftp://e.example/",
        "file:///etc/passwd",
        "http://",
        "http://[::1",
    ],
)
def test_an_address_that_is_not_http_goes_and_its_words_stay(address: str) -> None:
    assert sanitised(f'<a href="{address}">words</a>') == "<a>words</a>"


@pytest.mark.parametrize(
    ("address", "whole"),
    [
        ("/r", "https://e.example/r"),
        ("b.html?x=1&amp;y=2", "https://e.example/news/b.html?x=1&amp;y=2"),
        ("//cdn.example/x", "https://cdn.example/x"),
        ("../up", "https://e.example/up"),
        ("/a/../b", "https://e.example/b"),
        ("#part", "https://e.example/news/a.html#part"),
        (" https://o.example/a b\n", "https://o.example/a%20b"),
        ("https://o.example/?a=1&amp;copy=2", "https://o.example/?a=1&amp;copy=2"),
    ],
)
def test_links_are_made_absolute(address: str, whole: str) -> None:
    assert sanitised(f'<a href="{address}">x</a>') == f'<a href="{whole}">x</a>'


def test_every_picture_of_a_set_is_made_absolute() -> None:
    html = '<img src="a.jpg" srcset="a.jpg 1x,/b.jpg 2x, https://c.example/c.jpg 3x" alt="A > B">'
    assert sanitised(html) == (
        '<img src="https://e.example/news/a.jpg" srcset="https://e.example/news/a.jpg 1x, https://e.example/b.jpg 2x, '
        'https://c.example/c.jpg 3x" alt="A &gt; B">'
    )


@pytest.mark.parametrize(
    "html",
    [
        '<figure><img src="https://e.example/a" alt="A" width="640" height="48"><figcaption>c</figcaption></figure>',
        '<table><thead><tr><th scope="col">a</th></tr></thead><tbody><tr><td colspan="2">b</td></tr></tbody></table>',
        '<h2 lang="cy" dir="ltr">a</h2><ol start="3"><li>b</li></ol>',
        '<video controls="" src="https://e.example/v.mp4" poster="https://e.example/p.jpg"></video>',
        '<audio controls=""><source src="https://e.example/a.mp3" type="audio/mpeg"></audio>',
        "<blockquote><p>a</p></blockquote><pre><code>b</code></pre>",
    ],
)
def test_what_carries_meaning_is_kept_as_it_is(html: str) -> None:
    assert sorted(sanitised(html)) == sorted(html)


def test_text_without_markup_comes_back_as_it_is() -> None:
    assert sanitised("Nothing to clean here") == "Nothing to clean here"


def test_words_that_look_like_attributes_are_left_alone() -> None:
    assert sanitised('<p>Write href="x" and src="y"</p>') == '<p>Write href="x" and src="y"</p>'


def test_what_an_open_frame_would_swallow_is_kept() -> None:
    assert sanitised('<p>a</p><iframe src="https://x.example/"/><p>b</p>') == "<p>a</p><p>b</p>"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain", "plain"),
        ("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree"),
        ("a &amp;amp; b &lt;c&gt;", "a &amp; b <c>"),
        ("5 < 6 &amp; 7", "5 < 6 & 7"),
        ("<ul><li>a<li>b</ul>c", "a\nb\n\nc"),
        ("<table><tr><td>1<td>2<tr><td>3</table>", "1 2\n3"),
        ("<p>x<script>y()</script></p>", "x"),
        ("  a\n  b &nbsp; c ", "a\nb c"),
        ("<b>a</b>b<i>c</i>", "abc"),
        ("<b>a&#x2</b>", "a"),
        ("<p title='a > b'>c</p>", "c"),
    ],
)
def test_text_keeps_its_paragraphs_and_resolves_entities_once(html: str, text: str) -> None:
    assert clean.plain(html) == text


def test_the_text_of_clean_html_is_the_text_of_the_html() -> None:
    html = '<h2>A</h2><p>B <a href="/c">C</a> &lt;D&gt;</p><figure><img src="/e.jpg" alt="E > F"></figure>'
    assert clean.plain_of_clean(sanitised(html)) == clean.plain(html) == "A\n\nB C <D>"


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + "x",
        "".join(f"<b id={n}>" for n in range(20_000)),
        "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">x",
        "<!--<p a='-->" + "<p " + " ".join(f"a{n}" for n in range(100_000)) + ">",
        '<a "' * 50_000,
        "<" * 100_000,
    ],
    ids=["depth", "formats", "attributes", "hidden", "quotes", "brackets"],
)
def test_excess_is_cleaned_without_harm(html: str) -> None:
    assert len(clean.sanitise(html, BASE)) < 10 * len(html)


@given(st.text(alphabet="<>/=\"' abpimgscrhtef&;:#x\x00\x0b\ud800\ufffe!-", max_size=80))
def test_whatever_comes_in_clean_html_is_legal_and_stays_clean(html: str) -> None:
    once = sanitised(html)
    assert once == legal(once)
    assert sanitised(once) in {once, sanitised(sanitised(once))}
    assert clean.plain(html) == legal(clean.plain(html))


def test_html_is_cut_before_more_entities_than_anybody_writes() -> None:
    said = clean.sanitise("&amp; " * (clean.MOST_REFERENCES + 500), "https://x.example/")
    assert said.count("&amp;") == clean.MOST_REFERENCES - 1
