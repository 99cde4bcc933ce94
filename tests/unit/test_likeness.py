"""Likeness: when a candidate is an item that is known under other keys, and when it is another piece."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from feedbot.item import Candidate, Item, ItemId
from feedbot.likeness import found_again, still
from feedbot.source import SourceId

DAY = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 9, 41, tzinfo=UTC)
TITLE = "Council opens the footbridge in Northgate"
OLD = "https://town.example/news/council-opens-the-footbridge-in-northgate"
TEXT = "The new footbridge was opened this morning by the mayor, after two years of work and many delays."
OTHER = "Every household gets a letter about the water works that begin in spring beside the old railway line."


def known(**said: Any) -> Item:
    facts: dict[str, Any] = {
        "url": OLD,
        "title": TITLE,
        "published_at": datetime(2026, 11, 20, tzinfo=UTC),
        "dated": "day",
        "guid": "",
    }
    return Item(
        id=ItemId("known"),
        source_id=SourceId("town"),
        keys=(),
        first_seen=AT,
        changed_at=AT,
        digest="",
        **(facts | said),
    )


def seen(**said: Any) -> Candidate:
    facts: dict[str, Any] = {"url": "https://town.example/node/7", "title": TITLE, "published": DAY}
    return Candidate(**(facts | said))


def is_same(candidate: Candidate, item: Item, *rest: str) -> bool:
    return bool(found_again([candidate], [item], lambda: [item.title, *rest], "UTC"))


@pytest.mark.parametrize(
    ("candidate", "item"),
    [
        (seen(), known()),
        (seen(published=None, url="https://other.example/a/council-opens-the-footbridge-in-northgate.html"), known()),
        (
            seen(title=f"{TITLE} after all", url="https://town.example/council-opens-the-footbridge-in-northgate-2"),
            known(),
        ),
        (seen(title="Footbridge in Northgate opens", summary=TEXT), known(summary=TEXT)),
        (
            seen(url="https://town.example/a-482913"),
            known(url="https://town.example/show?id=482913", title=f"{TITLE}!"),
        ),
        (
            seen(published=AT, title="Mayor opens footbridge", summary=TEXT),
            known(published_at=AT, dated="time", summary=TEXT),
        ),
        (seen(published=None, summary=TEXT), known(summary=TEXT)),
    ],
    ids=["title and day", "title and slug", "words added", "text and day", "number", "text and time", "title and text"],
)
def test_what_agrees_in_enough_is_one_piece(candidate: Candidate, item: Item) -> None:
    assert is_same(candidate, item)


@pytest.mark.parametrize(
    ("candidate", "item"),
    [
        (seen(published=DAY + timedelta(days=7)), known()),
        (seen(published=None), known()),
        (seen(title="Council opens the footbridge in Southgate"), known()),
        (seen(title="Press release"), known(title="Press release")),
        (seen(title="Minutes 12 of the board"), known(title="Minutes 11 of the board")),
        (seen(summary=OTHER), known(summary=TEXT)),
        (seen(url="https://town.example/n?id=12"), known(url="https://town.example/n?id=11")),
        (
            seen(published=None, url="https://town.example/2026/47/report"),
            known(url="https://town.example/2026/46/report"),
        ),
    ],
    ids=[
        "a week later",
        "title alone",
        "other words",
        "short title",
        "numbered",
        "other text",
        "of a series",
        "weekly",
    ],
)
def test_in_doubt_there_are_two_pieces(candidate: Candidate, item: Item) -> None:
    assert not is_same(candidate, item)


def test_two_titles_that_are_only_of_one_length_are_two() -> None:
    other = "Bakers in Southmarket raise all prices up"
    assert len(other) == len(TITLE)
    item = known(title=other, published_at=AT, dated="time", summary=TEXT)
    assert not is_same(seen(published=AT, summary=f"{TEXT[:60]} {OTHER}"), item)
    assert not still(
        seen(published=AT, guid="7"), replace(item, summary="", published_at=AT - timedelta(hours=1)), "UTC"
    )


def test_a_title_that_several_have_tells_nothing() -> None:
    assert is_same(seen(), known())
    assert not is_same(seen(), known(), TITLE)


def test_what_could_be_several_items_is_none_of_them() -> None:
    items = [known(), known(published_at=datetime(2026, 11, 20, 5, tzinfo=UTC))]
    assert not found_again([seen()], items, lambda: [TITLE, TITLE], "UTC")


def test_a_whole_list_that_was_moved_is_known_by_its_titles_alone() -> None:
    titles = [f"Board {verb} the {what} plan" for verb, what in zip("ABCDE", "VWXYZ", strict=True)]
    new = [Candidate(url=f"https://town.example/node/x{n}", title=title) for n, title in enumerate(titles)]
    missing = [
        replace(known(title=title, url=f"https://town.example/news/{title[6]}", dated="seen"), id=ItemId(str(n)))
        for n, title in enumerate(titles)
    ]
    assert not found_again(new[:1], missing[:1], lambda: titles, "UTC")
    assert found_again(new, missing, lambda: titles, "UTC") == {n: ItemId(str(n)) for n in range(5)}


def test_an_id_that_is_given_to_another_piece_is_not_trusted() -> None:
    again = seen(guid="1", title="Library closes for repairs", url="https://town.example/library")
    assert not still(again, known(guid="1"), "UTC")
    assert still(seen(guid="1", title=f"{TITLE} today"), known(guid="1"), "UTC")
