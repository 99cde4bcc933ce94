"""No page and no feed, however broken, large, deep or hostile, does worse than be refused in words."""

import json
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedbot.errors import ExtractError
from feedbot.extract import extract
from feedbot.item import Extraction
from feedbot.page import Page
from feedbot.source import Kind
from tests.confined import MEGABYTES, read_confined

DATA = Path(__file__).parents[1] / "data"
SEEDS: dict[Kind, list[Path]] = {
    "listing": sorted(DATA.glob("*/listing.html")),
    "article": sorted(DATA.glob("*/article.html")),
    "feed": sorted([*DATA.glob("*/news.*ml"), *DATA.glob("feeds/*.*"), *DATA.glob("*/*.jsonfeed")]),
}
WORDS = (
    *(b"<", b">", b"</", b"&", b"&#0;", b"&#xD800;", b"<!--", b"]]>", b"<![CDATA[", b"<!DOCTYPE [", b"<?xml ?>", b"\0"),
    *(
        b"<div>",
        b"</ul>",
        b"<a href='//['>",
        b"<base href=x:>",
        b"<table>",
        b"<template>",
        b"<svg>",
        b"<item>",
        b"{",
        b"[",
    ),
    *(b"\xff\xfe", b"\xef\xbb\xbf", b"\x1b$B", b"\xed\xa0\x80", b"31/02/2024", b"99999999999999", b"xml:base='::'"),
)
CHARSETS = (
    "utf-8",
    "utf-16",
    "utf-7",
    "cp1252",
    "shift_jis",
    "gb18030",
    "iso-2022-jp",
    "koi8-r",
    "base64",
    "rot13",
    "x",
)

Change = Callable[[bytes], bytes]


def cut(start: float, share: float) -> Change:
    return lambda body: body[: int(len(body) * start)] + body[int(len(body) * (start + share)) :]


def doubled(start: float, share: float) -> Change:
    def change(body: bytes) -> bytes:
        first, last = int(len(body) * start), int(len(body) * min(1.0, start + share))
        return body[:last] + body[first:last] * 3 + body[last:]

    return change


def put_in(start: float, word: bytes) -> Change:
    return lambda body: body[: int(len(body) * start)] + word + body[int(len(body) * start) :]


def swapped(one: float, other: float) -> Change:
    def change(body: bytes) -> bytes:
        first, last = sorted((int(len(body) * one), int(len(body) * other)))
        return body[last:] + body[first:last] + body[:first]

    return change


places = st.floats(0, 1)
changes = st.lists(
    st.one_of(
        st.builds(cut, places, st.floats(0, 0.4)),
        st.builds(doubled, places, st.floats(0, 0.2)),
        st.builds(put_in, places, st.sampled_from(WORDS) | st.binary(max_size=30)),
        st.builds(swapped, places, places),
    ),
    min_size=1,
    max_size=8,
)


def fit(found: Extraction) -> None:
    """Hold what was read against what every reader of it relies on."""
    for item in found.items:
        assert json.dumps(item.to_json(), ensure_ascii=False).encode()
        assert item.url.startswith(("http://", "https://", "file://")) or not item.url
        assert "\n" not in item.title
        assert "<script" not in item.content_html.lower()
        said = item.title + item.summary + item.content_text + item.content_html
        assert not any(letter < " " and letter not in "\t\n\r" for letter in said)


@pytest.mark.parametrize("kind", SEEDS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), change=changes, charset=st.sampled_from(CHARSETS))
def test_a_mutated_page_is_read_or_refused(kind: Kind, data: st.DataObject, change: list[Change], charset: str) -> None:
    body = data.draw(st.sampled_from(SEEDS[kind])).read_bytes()
    for one in change:
        body = one(body)
    try:
        fit(
            extract(
                Page(url="https://x.example/n/", body=body, content_type=f"text/html; charset={charset}"), kind=kind
            )
        )
    except ExtractError as error:
        said = str(error)
    else:
        said = "read"
    assert said


@settings(max_examples=100, deadline=None)
@given(body=st.binary(max_size=3000), kind=st.sampled_from(["auto", "listing", "article", "feed", "json", "sitemap"]))
def test_random_bytes_are_read_or_refused(body: bytes, kind: Kind) -> None:
    try:
        fit(extract(Page(url="https://x.example/n/", body=body), kind=kind))
    except ExtractError as error:
        said = str(error)
    else:
        said = "read"
    assert said


def rss(inner: bytes) -> bytes:
    return b"<rss version='2.0'><channel><title>T</title>" + inner + b"</channel></rss>"


NUMBERED = [b"%d" % number for number in range(50_000)]
NOISE = Random(7).randbytes(1_000_000)
PAGES: dict[str, bytes] = {
    "nested 10,000 deep": b"<div>" * 10_000 + b"<a href=/x>The title of it</a> 12 May 2024" + b"</div>" * 10_000,
    "lists in lists": b"<ul><li><a href=/x>The title of it</a>" * 10_000,
    "tables in tables": b"<table><tr><td><a href=/x>The title of it</a>" * 3_000,
    "a tag with 200,000 attributes": b"<p " + b" ".join(b"a%s=1" % n for n in NUMBERED) * 4 + b"><a href=/x>t</a>",
    "titles of megabytes": b"<title>" + b"x" * 3_000_000 + b"</title><h1>" + b"y " * 1_500_000 + b"</h1>",
    "ampersands by the million": b"&" * 3_000_000,
    "brackets by the million": b"<" * 3_000_000,
    "comments without end": b"<!--" * 300_000,
    "dates and nothing else": b"12 May 2024 " * 150_000,
    "more items than a page has": b"".join(
        b"<li><a href=/n/%s>Title of number %s</a> 12 May 2024" % (n, n) for n in NUMBERED
    ),
    "links of megabytes": b"<a href='/" + b"x" * 3_000_000 + b"'>The title of it</a>",
    "another charset than said": ("\ufeff" + "<li><a href='/n'>The title of it</a>" * 30_000).encode("utf-16"),
    "noise": NOISE,
}
LONG = ("nested 10,000 deep", "titles of megabytes", "ampersands by the million", "dates and nothing else", "noise")
"""What articles are tried with too."""
FEEDS: dict[str, bytes] = {
    "nested 10,000 deep": rss(b"<item>" + b"<a>" * 10_000),
    "markup nested 30,000 deep": rss(b"<item><description>" + b"&lt;div&gt;" * 30_000 + b"</description></item>"),
    "a root with 200,000 attributes": b"<rss "
    + b" ".join(b"a%d='1'" % n for n in range(200_000))
    + b"><channel/></rss>",
    "a title of megabytes": rss(b"<item><title>" + b"x " * 2_000_000 + b"</title></item>"),
    "text that is all ampersands": rss(b"<item><title>" + b"& " * 400_000 + b"</title></item>"),
    "an entity said 90,000 times": b"<!DOCTYPE x [<!ENTITY a '%s'>]>" % (b"x" * 40)
    + rss(b"<title>" + b"&a;" * 90_000 + b"&b;</title>"),
    "entities in entities": b"<!DOCTYPE x [<!ENTITY a 'x'>"
    + b"".join(b"<!ENTITY a%d '%s'>" % (n, b"&a;" * 10) for n in range(12))
    + b"]>"
    + rss(b"<item><title>&a11;</title></item>"),
    "titles that do not end": rss(b"<item><title>x" * 50_000),
    "200,000 categories": rss(b"<item>" + b"<category>x</category>" * 200_000 + b"</item>"),
    "JSON nested 100,000 deep": b'{"version":"https://jsonfeed.org/version/1","items":' + b"[" * 100_000,
    "noise": b"<rss>" + NOISE,
}


@pytest.mark.parametrize(("name", "kind"), [*((name, "listing") for name in PAGES), *((n, "article") for n in LONG)])
def test_a_page_out_of_all_bounds_becomes_a_finding_within_bounds(name: str, kind: Kind) -> None:
    outcome, megabytes = read_confined(PAGES[name], kind)
    assert outcome
    assert megabytes < MEGABYTES


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_out_of_all_bounds_becomes_a_finding_within_bounds(name: str) -> None:
    outcome, megabytes = read_confined(FEEDS[name], "feed")
    assert outcome
    assert megabytes < MEGABYTES


def test_a_sitemap_of_50_000_pages_gives_its_newest_within_bounds() -> None:
    urls = b"".join(b"<url><loc>https://x.example/n/%s</loc><lastmod>2024-05-01</lastmod></url>" % n for n in NUMBERED)
    outcome, megabytes = read_confined(b"<urlset>" + urls + b"</urlset>", "sitemap")
    assert outcome == "fresh"
    assert megabytes < MEGABYTES


def test_json_nested_100_000_deep_is_refused_within_bounds() -> None:
    outcome, megabytes = read_confined(b"[" * 100_000, "json")
    assert outcome.startswith("refused")
    assert megabytes < MEGABYTES
