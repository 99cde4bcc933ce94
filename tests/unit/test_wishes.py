"""What a source says of how often it wants to be asked, and how far it is heeded."""

from datetime import UTC, datetime, timedelta

import pytest

from feedbot.extract import extract
from feedbot.page import Page, Wishes
from feedbot.rhythm import Past, next_due
from feedbot.source import Source, SourceId

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def said(inner: str) -> Wishes:
    item = "<item><title>One</title><link>https://example.org/1</link></item>"
    body = f'<rss version="2.0"><channel><title>News</title>{inner}{item}</channel></rss>'.encode()
    return extract(Page(url="https://example.org/feed", body=body, content_type="application/rss+xml")).wishes


def due(wishes: Wishes, **shape: object) -> timedelta:
    source = Source(id=SourceId("news"), url="https://example.org/", **shape)  # type: ignore[arg-type]
    return next_due(source, NOON, 0.0, Past(wishes=wishes)) - NOON


def test_a_feed_says_how_long_it_may_be_kept_and_when_nothing_comes() -> None:
    hours = "".join(f"<hour>{hour}</hour>" for hour in (0, 1, 24, 25))
    wishes = said(f"<ttl>60</ttl><skipHours>{hours}</skipHours><skipDays><day>Sunday</day><day>Noday</day></skipDays>")
    assert (wishes.ttl, wishes.skip_hours, wishes.skip_days) == (HOUR, (0, 1), (6,))


@pytest.mark.parametrize("inner", ["<ttl>often</ttl>", "<ttl>-5</ttl>", "<ttl/>", f"<ttl>{'9' * 40}</ttl>"])
def test_a_ttl_that_makes_no_sense_says_nothing(inner: str) -> None:
    assert said(inner) == Wishes()


def test_to_skip_every_hour_and_day_says_nothing() -> None:
    hours = "".join(f"<hour>{hour}</hour>" for hour in range(24))
    assert said(f"<skipHours>{hours}</skipHours>") == Wishes()


def test_a_source_that_is_learned_waits_as_long_as_its_answer_is_fresh_up_to_six_hours() -> None:
    assert due(Wishes(fresh=3 * HOUR)) == 3 * HOUR
    assert due(Wishes(fresh=48 * HOUR)) == 6 * HOUR
    assert due(Wishes(ttl=2 * HOUR, fresh=HOUR)) == 2 * HOUR


def test_what_the_operator_says_is_put_off_by_an_hour_at_most() -> None:
    often = timedelta(minutes=10)
    assert due(Wishes(fresh=timedelta(minutes=20)), every=often) == timedelta(minutes=20)
    assert due(Wishes(fresh=48 * HOUR), every=often) == HOUR


def test_a_short_wish_never_makes_the_wait_shorter() -> None:
    assert due(Wishes(ttl=timedelta(minutes=1)), every=2 * HOUR) == 2 * HOUR


def test_hours_to_skip_are_skipped_but_never_for_more_than_a_day() -> None:
    assert due(Wishes(skip_hours=(12, 13)), every=timedelta(minutes=30)) == 2 * HOUR
    assert due(Wishes(skip_days=(0, 1, 2)), every=timedelta(minutes=30)) == 24 * HOUR


def test_a_cron_line_is_kept_whatever_the_source_wishes() -> None:
    assert due(Wishes(fresh=6 * HOUR), cron="30 * * * *") == timedelta(minutes=30)
