"""A source given as one plain line finds its best way in at its first look, and keeps to it until that has died."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from feedbot.asking import DEAD
from feedbot.check import Checked, Setting, check
from feedbot.errors import FetchError
from feedbot.page import NotModified, Page, Validators
from feedbot.source import Health, Source, SourceId, TargetId
from feedbot.target import MaildirTarget
from tests.fakes import Answer, FakeFetcher, MemoryStore

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SITE = "https://office.example"
URL, FEED = f"{SITE}/news/", f"{SITE}/feed/"
ARCHIVE = MaildirTarget(id=TargetId("archive"), path="mail")
SOURCE = Source(id=SourceId("office"), url=URL, notify=(ARCHIVE.id,))
NAMES = ("ward", "clinic", "theatre", "pharmacy", "surgery", "maternity")


def day(age: int) -> datetime:
    return NOW - timedelta(days=age)


def slug(age: int) -> str:
    return f"{NAMES[age % 6]}-{age}"


def page(*ages: int, head: str = '<link rel="alternate" type="application/rss+xml" href="/feed/">') -> Page:
    cards = "".join(
        f'<li class="card"><h3><a href="/news/{slug(age)}">What we learned in the {slug(age)}</a></h3>'
        f'<time datetime="{day(age):%Y-%m-%d}">{day(age):%d %B %Y}</time><p>A summary.</p></li>'
        for age in ages
    )
    body = f'<html lang="en"><head>{head}<title>News</title></head><body><main><ul>{cards}</ul></main></body></html>'
    return Page(url=URL, body=body.encode(), content_type="text/html", fetched_at=NOW)


def feed(*ages: int, etag: str | None = None) -> Page:
    items = "".join(
        f"<item><title>What we learned in the {slug(age)}</title><link>{SITE}/news/{slug(age)}</link>"
        f"<pubDate>{day(age):%a, %d %b %Y} 09:00:00 GMT</pubDate></item>"
        for age in ages
    )
    body = f'<rss version="2.0"><channel><title>Office</title>{items}</channel></rss>'
    return Page(url=FEED, body=body.encode(), content_type="application/rss+xml", etag=etag, fetched_at=NOW)


class Desk:
    """A store and what the site answers."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.fetcher = FakeFetcher()

    def look(self, source: Source = SOURCE, *, later: int = 0, **answers: Answer) -> Checked:
        named = {"page": URL, "feed": FEED}
        now = NOW + timedelta(days=later)
        told = {n: replace(one, fetched_at=now) if isinstance(one, Page) else one for n, one in answers.items()}
        self.fetcher = FakeFetcher(answers={named[name]: answer for name, answer in told.items()})
        setting = Setting(targets=[ARCHIVE])
        return check(source, setting, fetcher=self.fetcher, inbox=self.store, clock=lambda: now)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_the_first_look_takes_the_best_way_and_later_ones_ask_for_nothing_else(desk: Desk) -> None:
    first = desk.look(page=page(1, 2, 3, 4), feed=feed(1, 2, 3, 4, etag='"a"'))
    assert (first.kind, first.new, first.baseline) == ("feed", 4, True)
    state = desk.store.state(SOURCE.id)
    assert (state.way_url, state.way_kind) == (FEED, "feed")
    assert f"read at {FEED}" in state.evidence
    assert desk.look(feed=feed(0, 1, 2, 3)).owed == 1
    assert desk.fetcher.urls == [FEED]
    assert desk.fetcher.requests[0].validators.etag == '"a"'


def test_a_way_that_says_the_same_is_quiet(desk: Desk) -> None:
    desk.look(page=page(1, 2, 3, 4), feed=feed(1, 2, 3, 4))
    assert desk.look(feed=NotModified(validators=Validators())).health is Health.QUIET
    assert desk.store.state(SOURCE.id).way_url == FEED


def test_a_page_whose_list_is_the_best_way_is_read_as_ever(desk: Desk) -> None:
    desk.look(page=page(1, 2, 3, 4, head=""))
    assert desk.store.state(SOURCE.id).way_url == ""
    assert desk.look(page=page(0, 1, 2, 3, 4, head="")).owed == 1
    assert desk.fetcher.urls == [URL]


def test_a_way_that_fails_is_trusted_for_a_while_then_another_is_found_without_a_flood(desk: Desk) -> None:
    desk.look(page=page(1, 2, 3, 4), feed=feed(1, 2, 3, 4))
    gone = FetchError("410 Gone", permanent=True, status=410)
    for _ in range(DEAD):
        assert desk.look(page=page(0, 1, 2, 3, 4), feed=gone).health is Health.DOWN
        assert desk.fetcher.urls == [FEED]
    found = desk.look(page=page(0, 1, 2, 3, 4, 20, 25), feed=gone)
    assert (found.kind, found.new) == ("listing", 3)
    assert found.owed == 1, "only what is dated after the last good look is news"
    assert desk.store.state(SOURCE.id).way_url == ""


def test_another_address_in_the_configuration_is_another_search(desk: Desk) -> None:
    desk.look(page=page(1, 2, 3, 4), feed=feed(1, 2, 3, 4))
    desk.look(replace(SOURCE, timezone="Europe/London"), page=page(1, 2, 3, 4, head=""))
    assert desk.fetcher.urls[0] == URL
    assert desk.store.state(SOURCE.id).way_url == ""


def test_a_source_that_was_known_before_is_read_as_before(desk: Desk) -> None:
    desk.look(page=page(1, 2, 3, 4, head=""))
    desk.look(page=page(1, 2, 3, 4), feed=feed(1, 2, 3, 4))
    assert desk.fetcher.urls == [URL]


def test_a_source_with_a_kind_is_read_as_it_says(desk: Desk) -> None:
    done = desk.look(replace(SOURCE, kind="listing"), page=page(1, 2, 3, 4), feed=feed(1, 2, 3, 4))
    assert (done.kind, desk.fetcher.urls) == ("listing", [URL])


def test_a_page_that_stays_empty_is_searched_once(desk: Desk) -> None:
    assert desk.look(page=page(head="")).health is Health.EMPTY
    assert len(desk.fetcher.requests) > 1
    desk.look(page=page(head="<meta name=x content=y>"))
    assert desk.fetcher.urls == [URL]
    assert desk.look(page=page(1, 2, 3, 4), feed=feed(1, 2, 3, 4)).kind == "feed"


def test_a_way_that_answers_but_was_left_behind_gives_place_to_one_that_goes_on(desk: Desk) -> None:
    desk.look(page=page(1, 2, 3, 4), feed=feed(1, 2, 3, 4))
    same = feed(1, 2, 3, 4)
    assert desk.look(later=13, page=page(-12, -9, 1, 2, 3), feed=same).kind == "feed"
    assert desk.fetcher.urls == [FEED], "a quiet fortnight is nothing strange"
    found = desk.look(later=72, page=page(-71, -40, -9, 1, 2, 3), feed=same)
    assert (found.kind, found.new, found.owed) == ("listing", 3, 1), "only what is dated after the last look is news"
    assert desk.store.state(SOURCE.id).way_url == ""
    assert desk.look(later=73, page=page(-73, -71, -40, -9, 1, 2, 3)).owed == 1


@pytest.mark.parametrize("front", [FetchError("500"), page(1, 2, 3, 4), page(1, 2, 3, head="")])
def test_a_way_that_is_quiet_as_its_page_is_kept_and_asked_about_seldom(desk: Desk, front: Answer) -> None:
    desk.look(page=page(1, 2, 3, 4), feed=feed(1, 2, 3, 4))
    for later, asked in ((20, True), (22, False), (27, False), (29, True), (30, False)):
        assert desk.look(later=later, page=front, feed=feed(1, 2, 3, 4)).health is Health.QUIET
        assert (URL in desk.fetcher.urls) is asked
        assert desk.store.state(SOURCE.id).way_url == FEED


def test_a_way_with_news_is_not_held_against_others(desk: Desk) -> None:
    desk.look(page=page(1, 2, 3, 4), feed=feed(1, 2, 3, 4))
    desk.look(later=10, feed=feed(-10, 1, 2, 3, 4))
    assert desk.look(later=16, feed=feed(-10, 1, 2, 3, 4)).health is Health.QUIET
    assert desk.fetcher.urls == [FEED]
