"""The front door: what a page is, what stands in the way of the news, and what no page can do."""

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedbot.errors import ExtractError
from feedbot.extract import extract
from feedbot.page import FOLDER, Page
from feedbot.source import FilesRule, Health, JsonRule, SitemapRule
from tests.unit.test_extract_pages import DATA, PAGES

SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://x.example/about</loc></url>
<url><loc>https://x.example/news/one</loc><n:news><n:publication_date>2024-05-01</n:publication_date><n:title>One</n:title></n:news></url>
<url><loc>https://x.example/news/the-second-one.html</loc><lastmod>2024-05-02</lastmod></url></urlset>"""
API = {
    "total": 2,
    "results": [
        {"title": {"rendered": "A &amp; B"}, "link": "/a", "date": "2024-05-01T10:00:00Z", "excerpt": "<p>Short</p>"},
        {"title": "C", "link": "https://y.example/c", "date": 1714557600, "tags": ["x", "y"]},
    ],
}


def page(
    body: str | bytes, content_type: str = "text/html; charset=utf-8", url: str = "https://x.example/news/"
) -> Page:
    return Page(url=url, body=body.encode() if isinstance(body, str) else body, content_type=content_type)


def test_a_sitemap_is_known_by_its_root_and_read_newest_first() -> None:
    found = extract(page(SITEMAP, "text/xml"))
    assert found.kind == "sitemap"
    titles = [(item.title, item.published) for item in found.items]
    assert titles == [("The second one", None), ("One", date(2024, 5, 1)), ("About", None)]


def test_a_sitemap_rule_keeps_to_its_path() -> None:
    found = extract(page(SITEMAP, "text/xml"), SitemapRule(path="/news/"))
    assert len(found.items) == 2


@pytest.mark.parametrize("body", ["", " ", "<", "nothing of the kind"])
def test_a_sitemap_without_xml_is_refused(body: str) -> None:
    with pytest.raises(ExtractError, match="sitemap holds no XML"):
        extract(page(body, "text/xml"), kind="sitemap")


def test_the_newest_of_a_great_sitemap_are_read_wherever_they_stand() -> None:
    urls = "".join(f"<url><loc>/n/{n}</loc><lastmod>20{n % 20:02}-05-01</lastmod></url>" for n in range(6000))
    found = extract(page(f"<urlset>{urls}<url><loc>/last</loc><lastmod>2024-06-01</lastmod></url></urlset>"))
    assert (found.items[0].url, len(found.items)) == ("https://x.example/last", 1000)
    assert {item.updated for item in found.items[1:301]} == {date(2019, 5, 1)}


def test_an_index_of_sitemaps_names_those_to_use() -> None:
    body = "<sitemapindex><sitemap><loc>https://x.example/news.xml</loc></sitemap></sitemapindex>"
    with pytest.raises(ExtractError, match=r"news\.xml"):
        extract(page(body, "text/xml"))


def test_json_is_read_without_a_rule_by_the_names_of_its_fields() -> None:
    found = extract(page(json.dumps(API), "application/json"))
    first, second = found.items
    assert isinstance(found.rule, JsonRule)
    assert found.rule.item == "results[]"
    assert (first.title, first.url, first.summary) == ("A & B", "https://x.example/a", "Short")
    assert first.published == datetime(2024, 5, 1, 10, tzinfo=UTC)
    assert (second.url, second.published) == ("https://y.example/c", datetime(2024, 5, 1, 10, tzinfo=UTC))


def test_json_is_read_by_expressions() -> None:
    rule = JsonRule(item="results[?link]", title="title.rendered || title", link="link", category="tags")
    found = extract(page(json.dumps(API), "application/json"), rule, fields={"when": "date"})
    assert [item.title for item in found.items] == ["A & B", "C"]
    assert found.items[1].categories == ("x", "y")
    assert found.items[0].fields["when"] == "2024-05-01T10:00:00Z"


def test_a_wrong_expression_is_told() -> None:
    with pytest.raises(ExtractError, match="not a JMESPath expression"):
        extract(page("{}", "application/json"), JsonRule(item="results["))


def test_an_empty_json_list_is_empty_and_a_missing_one_changed() -> None:
    rule = JsonRule(item="results[]")
    assert extract(page('{"results": []}'), rule).health is Health.EMPTY
    assert extract(page('{"other": 1}'), JsonRule(item="results")).health is Health.CHANGED


def test_a_folder_gives_its_files_newest_first() -> None:
    files = [
        {"name": "old.txt", "url": "file:///a/old.txt", "modified": "2024-01-01T00:00:00Z", "type": "text/plain"},
        {
            "name": "new.md",
            "url": "file:///a/new.md",
            "modified": "2024-02-01T00:00:00Z",
            "type": "text/markdown",
            "length": 12,
            "text": "# New things\nhave come",
        },
    ]
    listed = page(json.dumps({"files": files}), FOLDER, "file:///a/")
    assert [item.title for item in extract(listed).items] == ["New things", "old"]
    assert [item.title for item in extract(listed, FilesRule(pattern="*.txt")).items] == ["old"]


@pytest.mark.parametrize("body", [b"", b"  \n", b"%PDF-1.7 ...", b"PK\x03\x04zip", b"\x89PNG\r\n"])
def test_what_is_no_text_is_refused(body: bytes) -> None:
    with pytest.raises(ExtractError):
        extract(page(body, ""))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<title>Just a moment...</title><body><h1>x.example</h1><p>Verifying you are human.</p>", "challenge"),
        ("<title>404 Not Found</title><body><h1>Page not found</h1><a href='/'>Home</a>", "error page"),
        ("<title>Access denied</title><body><h1>Access denied</h1><p>Reference #18.2f</p>", "challenge|denied"),
        ("<title>Sign in</title><form><label>Password</label><input type=password></form>", "login"),
        ("<title>Before you continue</title><p>We value your privacy</p><button>Accept all</button>", "consent"),
        ("<title>Wartungsarbeiten</title><body><p>Wir sind bald zurück.</p>", "error page"),
    ],
)
def test_a_page_in_the_way_of_the_news_is_blocked(body: str, words: str) -> None:
    found = extract(page(f"<html>{body}</html>"))
    assert (found.health, found.items) == (Health.BLOCKED, ())
    assert any(word in found.evidence[0] for word in words.split("|"))


def test_a_shell_for_scripts_is_empty_and_says_what_to_do() -> None:
    found = extract(page('<html><body><div id="root"></div><script src="/app.js"></script></body></html>'))
    assert found.health is Health.EMPTY
    assert "browser: true" in found.evidence[0]


HOSTILE = {
    "deep": b"<html><body>" + b"<div>" * 100_000 + b"<a href=x>t</a>",
    "links": b"<p>" + b"<a href='/x/y'>hello there</a>" * 70_000,
    "items": b"".join(b"<li><a href='/x/%d'>Hello there world %d</a> 12 May 2024</li>" % (i, i) for i in range(9_000)),
    "headings": b"".join(b"<h3>Title of notice %d</h3><p>12 May 2024</p>" % i for i in range(9_000)),
    "attribute": b"<p title='" + b"x" * 3_000_000 + b"'>after</p><a href=z>q</a>",
    "attributes": b"<p " + b" ".join(b"a%d" % i for i in range(200_000)) + b">",
    "comments": b"<!--" * 300_000,
    "nul": b"<a href='/a'>\0\0" * 1000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_becomes_a_finding(name: str) -> None:
    found = extract(page(HOSTILE[name]))
    assert len(found.items) <= 2_000


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_mutated_page_never_does_worse_than_be_refused(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(PAGES))
    body = bytearray(path.with_suffix(".html").read_bytes())
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(body) - 1))
        match data.draw(st.integers(0, 3)):
            case 0:
                body[at] = data.draw(st.integers(0, 255))
            case 1:
                del body[at : at + data.draw(st.integers(1, 400))]
            case 2:
                body[at:at] = data.draw(st.binary(max_size=40))
            case _:
                body[at:at] = body[: data.draw(st.integers(0, 600))]
        if not body:
            break
    try:
        found = extract(page(bytes(body)))
    except ExtractError:
        return
    assert all(item.title or item.url for item in found.items)
    json.dumps(found.to_json())


def test_there_are_pages_to_try() -> None:
    assert len(PAGES) > 10
    assert DATA.is_dir()
