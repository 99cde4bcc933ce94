"""The pages under tests/data/<site>/: what is found in each without a selector, and again with the rule found."""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from feedbot.demo.newsroom import Newsroom
from feedbot.extract import extract
from feedbot.item import Candidate, Extraction
from feedbot.page import Page
from feedbot.source import Health, ListingRule

DATA = Path(__file__).parent.parent / "data"


def lists_news(path: Path) -> bool:
    truth = path.with_suffix(".json")
    return truth.exists() and "items" in json.loads(truth.read_text("utf-8"))


PAGES = sorted(path.with_suffix("") for path in DATA.glob("*/*.html") if lists_news(path))


def opened(path: Path) -> tuple[Page, Mapping[str, Any]]:
    expected = json.loads(path.with_suffix(".json").read_text("utf-8"))
    body = path.with_suffix(".html").read_bytes()
    fetched = datetime.fromisoformat(expected["fetched"]) if "fetched" in expected else None
    return Page(url=expected["url"], body=body, content_type="text/html; charset=utf-8", fetched_at=fetched), expected


def day(said: datetime | date | None) -> str:
    return said.isoformat()[:10] if said else ""


def said(item: Candidate, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What an item says of the fields that are expected of it."""
    every: dict[str, Any] = {
        "title": item.title,
        "url": item.url,
        "date": day(item.published),
        "summary": item.summary,
        "category": next(iter(item.categories), ""),
        "author": next(iter(item.authors), ""),
        "image": item.image.url if item.image else "",
        "alt": item.image.alt if item.image else "",
    }
    return {name: every[name] for name in wanted}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_the_items_of_a_page_are_found_without_a_selector(path: Path) -> None:
    page, expected = opened(path)
    found = extract(page)
    assert found.health is Health.FRESH
    assert [said(item, want) for item, want in zip(found.items, expected["items"], strict=True)] == expected["items"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_the_rule_that_was_found_finds_the_same_items_again(path: Path) -> None:
    page, _ = opened(path)
    first = extract(page)
    assert first.rule is not None
    assert extract(page, first.rule).items == first.items


def newsroom(day: date) -> Extraction:
    answer = Newsroom(day).answer("/news/")
    assert answer is not None
    return extract(Page(url="http://127.0.0.1:8000/news/", body=answer[1], content_type=answer[0]))


def test_the_newsroom_of_the_demo_is_read_without_a_selector() -> None:
    found = newsroom(date(2026, 3, 20))
    assert len(found.items) >= 4
    assert all(item.title and item.url and item.published and item.summary for item in found.items)
    assert all(item.image and item.image.alt and item.categories for item in found.items)


def test_extra_fields_are_taken_of_inferred_items() -> None:
    page, _ = opened(DATA / "transit" / "listing")
    found = extract(page, fields={"more": "a:contains('read article')", "kind": ".card__tag", "pic": "img@src"})
    assert found.items[0].fields == {
        "more": "https://transit.example/news/ferry-timetable/",
        "kind": "News",
        "pic": "https://transit.example/pictures/ferry.jpg",
    }


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_the_rule_that_was_found_counts_no_single_items(path: Path) -> None:
    rule = extract(opened(path)[0]).rule
    assert isinstance(rule, ListingRule)
    assert not re.search(r"(?:tr|li|article)\[\d+\]|:nth-(?:child|of-type)\(\d+\)$", rule.item)


def test_heads_and_feet_of_tables_are_no_items_when_a_rule_finds_them() -> None:
    page, expected = opened(DATA / "tenders" / "listing")
    found = extract(page, ListingRule(item="table.list tr"))
    assert [item.title for item in found.items] == [item["title"] for item in expected["items"]]
