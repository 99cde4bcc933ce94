"""What becomes of rules: each ruling is remembered, and there is a way back from each."""

from datetime import UTC, datetime, timedelta

import pytest

from feedbot.rulebook import (
    KEPT,
    accepted,
    found,
    proposed,
    put_away,
    repaired,
    repairs,
    told_by_data,
    undone,
)
from feedbot.source import ListingRule, Repairs, Rulebook, Source, SourceId

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CARDS, TABLE, ROWS = (ListingRule(item=item) for item in ("li.card", "table.list tr", "div.row"))
EMPTY = Rulebook()


def source(rule: ListingRule | None = None, repair: Repairs | None = None) -> Source:
    return Source(id=SourceId("news"), url="https://office.example/", rule=rule, repair=repair)


@pytest.mark.parametrize(
    ("one", "wanted"),
    [
        (source(), "auto"),
        (source(CARDS), "ask"),
        (source(CARDS, "auto"), "auto"),
        (source(repair="off"), "off"),
    ],
)
def test_what_a_person_wrote_is_not_replaced_unasked(one: Source, wanted: Repairs) -> None:
    assert repairs(one) == wanted


def test_a_rule_that_was_worked_out_is_remembered_once() -> None:
    book = found(found(EMPTY, CARDS, NOW), CARDS, NOW + timedelta(hours=1))
    assert (book.rule, book.pinned, [one.at for one in book.history]) == (CARDS, False, [NOW])


@pytest.mark.parametrize("item", ["//li[2]", "li:nth-child(2)"])
def test_what_only_counts_places_is_not_remembered(item: str) -> None:
    assert found(EMPTY, ListingRule(item=item), NOW) == EMPTY


def test_a_look_that_is_well_ends_a_proposal() -> None:
    assert found(proposed(EMPTY, TABLE, "why", NOW), None, NOW).proposal is None


def test_the_same_proposal_is_made_once() -> None:
    book = proposed(proposed(EMPTY, TABLE, "why", NOW), TABLE, "why", NOW + timedelta(hours=1))
    assert [one.at for one in book.history] == [NOW]


def test_what_is_accepted_is_read_by() -> None:
    book = accepted(proposed(EMPTY, TABLE, "15 known items", NOW), NOW)
    assert (book.rule, book.pinned, book.proposal) == (TABLE, True, None)
    assert [(one.how, one.why) for one in book.history] == [
        ("proposed", "15 known items"),
        ("accepted", "15 known items"),
    ]


def test_without_a_proposal_nothing_is_accepted_and_nothing_undone() -> None:
    assert accepted(EMPTY, NOW) == EMPTY
    assert undone(EMPTY, NOW) == EMPTY


def test_a_proposal_that_is_refused_is_gone_and_not_forgotten() -> None:
    book = undone(proposed(EMPTY, TABLE, "why", NOW), NOW)
    assert (book.proposal, book.refused, book.pinned) == (None, (TABLE,), False)
    assert undone(book, NOW) == book


def test_there_is_a_way_back_through_each_rule_that_was_taken() -> None:
    book = repaired(found(EMPTY, CARDS, NOW), TABLE, "why", NOW, pinned=True)
    book = repaired(book, ROWS, "why", NOW, pinned=True)
    book = undone(book, NOW)
    assert (book.rule, book.pinned, book.refused) == (TABLE, True, (ROWS,))
    book = undone(book, NOW)
    assert (book.rule, book.pinned, book.refused) == (CARDS, False, (ROWS, TABLE))


def test_what_was_refused_and_is_accepted_later_is_refused_no_more() -> None:
    book = undone(proposed(EMPTY, TABLE, "why", NOW), NOW)
    assert accepted(proposed(book, TABLE, "why", NOW), NOW).refused == ()


def test_what_a_page_tells_machines_takes_no_rule() -> None:
    book = told_by_data(repaired(EMPTY, TABLE, "why", NOW, pinned=True), "state", NOW)
    assert (book.rule, book.pinned, book.history[-1].how) == (None, False, "repaired")


def test_another_configuration_goes_before_all_that_was_found() -> None:
    book = put_away(repaired(EMPTY, TABLE, "why", NOW, pinned=True))
    assert (book.rule, book.pinned, len(book.history)) == (None, False, 1)


def test_so_many_rulings_are_kept() -> None:
    book = EMPTY
    for number in range(3 * KEPT):
        book = repaired(book, ListingRule(item=f"li.v{number}"), "why", NOW, pinned=True)
    assert len(book.history) == KEPT
