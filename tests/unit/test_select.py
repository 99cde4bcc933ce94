"""Selectors of users, and listings read by rules made of them."""

from datetime import date

import pytest
from lxml import html

from feedbot.errors import ExtractError
from feedbot.extract import extract
from feedbot.extract.select import compile_selector
from feedbot.item import Image
from feedbot.page import Page
from feedbot.source import Health, ListingRule

TREE = html.fromstring(
    '<div class="list"><ul><li class="a"><h2><a href="/x">Read   the <b>Report</b></a></h2><img src="p.png"></li>'
    '<li class="b">Other</li></ul></div>'
)
NEWS = """<html lang="en-GB"><body><div id="news"><article>
<h2><a href="a.html">First story</a></h2>
<time datetime="2024-05-02T10:00:00Z">yesterday</time><p>It happened.</p><img data-src="/i/a.jpg" alt="A barn">
<span class="k">News</span><span class="k">Farms</span><cite>Ann Lee</cite></article>
<article><h2><a href="b.html">Second story</a></h2><em>03/04/2024</em><p>It did not.</p></article></div>
</body></html>"""


def page(body: str) -> Page:
    return Page(url="https://farm.example/news/", body=body.encode(), content_type="text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("selector", "said"),
    [
        ("li.a a", ["Read the Report"]),
        ("li.a a@href", ["/x"]),
        ("a:contains('read the report')", ["Read the Report"]),
        ("li:has(h2) img@src", ["p.png"]),
        ("> ul > li.b", ["Other"]),
        ("@class", ["list"]),
        (".//li[2]", ["Other"]),
        ("//a/@href", ["/x"]),
        ("string(//h2)", []),
        ("a[href*='@']", []),
    ],
)
def test_a_selector_says_what_it_finds(selector: str, said: list[str]) -> None:
    if selector.startswith("string("):
        selector = f"({selector})"
        said = ["Read the Report"]
    assert compile_selector(selector).strings(TREE) == said


@pytest.mark.parametrize(
    ("selector", "reason"),
    [
        ("", "empty"),
        ("div..news", "second dot"),
        ("a[href", "bracket"),
        ("//h2[", "XPath"),
        ("img@src, a@href", "very end"),
        ("h2::text", "without ::text"),
        ("p:contains(3)", "quotes"),
    ],
)
def test_a_wrong_selector_is_refused_with_a_reason_that_helps(selector: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        compile_selector(selector)


def test_a_rule_takes_what_it_names_and_works_out_the_rest() -> None:
    rule = ListingRule(item="#news > article", date="time, em", category=".k", author="cite", image="img")
    first, second = extract(page(NEWS), rule).items
    assert (first.title, first.url) == ("First story", "https://farm.example/news/a.html")
    assert first.published is not None
    assert first.published.isoformat() == "2024-05-02T10:00:00+00:00"
    assert first.categories == ("News", "Farms")
    assert first.authors == ("Ann Lee",)
    assert first.image == Image(url="https://farm.example/i/a.jpg", alt="A barn")
    assert (second.published, second.image) == (date(2024, 4, 3), None)


def test_fields_give_absolute_addresses_of_links_and_texts_of_all_else() -> None:
    fields = {"page": "h2 a", "first": "p", "kind": "./span[2]"}
    found = extract(page(NEWS), ListingRule(item="article"), fields=fields).items
    assert dict(found[0].fields) == {
        "page": "https://farm.example/news/a.html",
        "first": "It happened.",
        "kind": "Farms",
    }
    assert dict(found[1].fields) == {"page": "https://farm.example/news/b.html", "first": "It did not."}


def test_a_wrong_selector_in_a_rule_is_told_as_what_it_is() -> None:
    with pytest.raises(ExtractError, match="not a CSS selector"):
        extract(page(NEWS), ListingRule(item="article..x"))


def test_a_list_without_items_is_empty() -> None:
    found = extract(page('<div id="news"></div>'), ListingRule(item="#news > article"))
    assert (found.health, found.items) == (Health.EMPTY, ())


def test_a_page_that_says_it_has_nothing_is_empty() -> None:
    found = extract(page("<main><p>There are currently no news items.</p></main>"), ListingRule(item=".card"))
    assert found.health is Health.EMPTY
    assert "no news" in found.evidence[0]


def test_a_page_built_anew_is_changed() -> None:
    found = extract(page(NEWS), ListingRule(item="ul.cards > li.card"))
    assert found.health is Health.CHANGED
    assert "ul.cards > li.card" in found.evidence[0]


def test_a_field_that_vanished_from_all_items_is_told() -> None:
    found = extract(page(NEWS), ListingRule(item="article", title="h4.headline"))
    assert found.health is Health.CHANGED
    assert "h4.headline" in " ".join(found.evidence)


def test_a_lost_side_field_costs_no_item() -> None:
    found = extract(page(NEWS), ListingRule(item="article", summary=".standfirst"))
    assert len(found.items) == 2
    assert "summary" in " ".join(found.evidence)
