"""Feeds of many quiet sources beside loud ones that they do not show."""

from datetime import timedelta

import pytest

from feedbot.item import Item
from feedbot.source import Filter, SourceId
from tests.newsroom import CLINIC, NOW, Ports, feed, item, names, state

QUIET = [SourceId(f"quiet {n:02}") for n in range(70)]
SECOND = timedelta(seconds=1)


def quiet(n: int, **facts: object) -> Item:
    """Return an item of the n-th quiet source, as old as `seconds` say; seven of them are equally old."""
    return item(f"q{n:02}", source_id=QUIET[n], keys=(), published_at=NOW - (n // 7) * 100 * SECOND, **facts)


@pytest.fixture(params=[-1, 1], ids=["all newer", "between"])
def crowded(store: Ports, request: pytest.FixtureRequest) -> Ports:
    """A store where nine hundred items of the clinic are newer than the quiet ones, or stand between them."""
    for n in range(70):
        store.commit(state(QUIET[n]), items=[quiet(n)])
    loud = [
        item(f"loud {n}", source_id=CLINIC, keys=(), published_at=NOW - (n * request.param) * SECOND)
        for n in range(1, 901)
    ]
    store.commit(state(CLINIC), items=loud)
    return store


def test_quiet_sources_are_not_crowded_out(crowded: Ports) -> None:
    assert names(crowded.newest(feed(*QUIET, limit=100))) == [f"q{n:02}" for n in range(70)]
    assert names(crowded.newest(feed(*QUIET, limit=20))) == [f"q{n:02}" for n in range(20)]


def test_a_source_without_items_is_none_of_their_concern(crowded: Ports) -> None:
    many = [SourceId(f"never heard of {n}") for n in range(1200)]
    crowded.commit(state(many[0]))
    assert names(crowded.newest(feed(*many, *QUIET, limit=100))) == [f"q{n:02}" for n in range(70)]
    assert crowded.newest(feed(*many)) == []


def test_filters_and_withdrawals_hold_for_quiet_sources_too(crowded: Ports) -> None:
    crowded.commit(state(QUIET[30]), items=[quiet(30, revision=2, withdrawn_at=NOW)])
    crowded.commit(state(QUIET[31]), items=[quiet(31, revision=2, title="Beds")])
    beds = Filter(never={"title": ("beds",)})
    expected = [f"q{n:02}" for n in range(70) if n not in {30, 31}]
    assert names(crowded.newest(feed(*QUIET, limit=100, wanted=beds))) == expected


def test_a_source_with_many_items_among_quiet_ones_gives_all_of_its_own(crowded: Ports) -> None:
    shown = crowded.newest(feed(CLINIC, *QUIET[:9], limit=1000))
    assert len(shown) == 909
    assert [one.published_at for one in shown] == sorted((one.published_at for one in shown), reverse=True)
