"""Why a page was understood as it was: the lists that were weighed, and what became of each part."""

import json
from pathlib import Path

from feedbot.extract import extract
from feedbot.item import Extraction
from feedbot.page import Page
from feedbot.source import ListingRule

DATA = Path(__file__).parent.parent / "data"


def read(html: str) -> Extraction:
    return extract(Page(url="https://office.example/news/", body=html.encode(), content_type="text/html"))


def bakery() -> Extraction:
    body = (DATA / "bakery" / "listing.html").read_bytes()
    return extract(Page(url="https://bakery.example/", body=body, content_type="text/html"))


def test_the_list_that_was_taken_is_the_first_and_says_why() -> None:
    first = bakery().considered[0]
    assert first.taken
    assert (first.where, first.items) == ("div.wrap > main > article.post", 5)
    assert "most news-like" in first.reason
    assert first.sample[0] == "Why our sourdough needs a cold night"


def test_losing_lists_say_where_they_stand_or_what_they_lack() -> None:
    lost = {one.where: one.reason for one in bakery().considered if not one.taken}
    assert "beside the news" in lost["aside.sidebar > ul > li"]
    assert "a menu, a header, a footer" in lost["footer > ul > li"]
    assert "inside the items" in lost["article.post > p.tags > a"]


def test_each_item_says_what_it_was_kept_for_and_its_neighbours_why_they_were_not() -> None:
    said = bakery().verdicts
    assert [one.title for one in said if one.kept] == [item.title for item in bakery().items]
    assert said[0].reason.startswith("own link at `h2.entry-title > a`, dated")
    assert [(one.title, one.reason) for one in said if not one.kept] == [("Older posts", "it is built in another way")]


ROW = '<li><h3><a href="/news/piece-number-{0}">{1}</a></h3><time datetime="2026-03-0{0}">{0} March 2026</time></li>'


def test_an_item_that_stands_twice_is_dropped_as_the_same() -> None:
    rows = [(1, "The bridge is open again"), (2, "A third lane for the harbour"), (3, "Trams run until midnight")]
    html = "".join(ROW.format(*row) for row in [*rows, rows[0]])
    found = read(f"<main><ul>{html}</ul></main>")
    assert len(found.items) == 3
    assert [one.reason for one in found.verdicts if not one.kept] == ["it is the same as an item above it"]


def test_the_json_of_a_preview_keeps_its_shape_without_an_explanation() -> None:
    plain, more = bakery().to_json(), bakery().explained()
    assert not {"considered", "verdicts"} & set(plain)
    assert set(more) == {"considered", "verdicts"}
    assert json.loads(json.dumps(more)) == more


def test_the_evidence_says_what_the_confidence_rests_on() -> None:
    evidence = bakery().evidence
    assert evidence[0] == "5 items built alike, all with a date, all with a summary"
    assert "times as news-like as the next list" in evidence[1]


def test_a_pinned_rule_says_too_why_a_part_was_kept_or_dropped() -> None:
    body = (DATA / "tenders" / "listing.html").read_bytes()
    page = Page(url="https://tenders.example/open", body=body, content_type="text/html")
    said = extract(page, ListingRule(item="table.list tr")).verdicts
    assert [one.reason for one in said if not one.kept] == ["it is the head of a table"]
    assert sum(one.kept for one in said) == 5
