from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from feedbot.check import Checked, Setting, check
from feedbot.errors import FetchError
from feedbot.feed import FeedId
from feedbot.page import NotModified, Page, Validators
from feedbot.source import Health, Source, SourceId, TargetId
from feedbot.target import MaildirTarget
from tests.fakes import Answer, FakeFetcher, MemoryStore
from tests.newsroom import stand

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
URL = "https://example.org/feed"
ARCHIVE = MaildirTarget(id=TargetId("archive"), path="mail")
SETTING = Setting(targets=[ARCHIVE], feeds=[FeedId("news"), FeedId("all")])


def feed(*numbers: int, etag: str | None = None, summary: str = "") -> Page:
    items = "".join(
        f"<item><title>Story {n}</title><link>https://example.org/{n}</link><description>{summary}</description></item>"
        for n in numbers
    )
    body = f'<rss version="2.0"><channel><title>News</title>{items}</channel></rss>'.encode()
    return Page(url=URL, body=body, content_type="application/rss+xml", etag=etag)


def source(**said: object) -> Source:
    return Source(**{"id": SourceId("news"), "url": URL, "notify": (ARCHIVE.id,), **said})  # type: ignore[arg-type]


def look(store: MemoryStore, answer: Page | NotModified | FetchError, of: Source | None = None) -> Checked:
    return check(of or source(), SETTING, fetcher=FakeFetcher(answers={URL: answer}), inbox=store, clock=lambda: NOW)


def owed(store: MemoryStore) -> int:
    return len(store.claim(ARCHIVE.id, now=NOW, lease=timedelta(seconds=60), limit=99))


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def test_the_first_look_is_the_baseline_and_owes_nothing(store: MemoryStore) -> None:
    done = look(store, feed(1, 2))
    assert (done.new, done.baseline, done.owed, done.health) == (2, True, 0, Health.FRESH)
    assert owed(store) == 0


def test_what_is_new_afterwards_is_owed_once(store: MemoryStore) -> None:
    look(store, feed(1))
    assert look(store, feed(2, 1)).owed == 1
    assert look(store, feed(2, 1)).owed == 0
    assert owed(store) == 1


def test_a_page_with_nothing_new_is_quiet(store: MemoryStore) -> None:
    look(store, feed(1))
    assert look(store, feed(1)).health is Health.QUIET


def test_an_empty_first_page_is_no_baseline(store: MemoryStore) -> None:
    assert look(store, feed()).health is Health.EMPTY
    assert look(store, feed(1, 2)).baseline


def test_a_source_that_is_down_forgets_nothing_and_is_tried_later(store: MemoryStore) -> None:
    look(store, feed(1, etag='"a"'))
    done = look(store, FetchError("503", retry_after=timedelta(hours=2)))
    assert (done.health, done.due_at) == (Health.DOWN, NOW + timedelta(hours=2))
    assert store.state(SourceId("news")).validators.etag == '"a"'
    assert look(store, feed(2, 1)).new == 1


def test_an_error_page_instead_of_a_feed_is_believed_in_nothing(store: MemoryStore) -> None:
    look(store, feed(1))
    page = Page(url=URL, body=b"<html><title>Error</title><h1>Sorry</h1></html>", content_type="text/html")
    done = look(store, page, source(kind="feed"))
    assert done.health is Health.BLOCKED
    assert look(store, feed(2, 1)).new == 1


def test_the_validators_of_the_last_answer_are_sent_and_those_of_a_304_are_stored(store: MemoryStore) -> None:
    look(store, feed(1, etag='"a"'))
    fetcher = FakeFetcher({URL: NotModified(validators=Validators(etag='"b"'))})
    done = check(source(), SETTING, fetcher=fetcher, inbox=store, clock=lambda: NOW)
    assert fetcher.requests[0].validators.etag == '"a"'
    assert (done.health, store.state(SourceId("news")).validators.etag) == (Health.QUIET, '"b"')


def test_a_source_that_is_to_be_read_in_another_way_is_read_again(store: MemoryStore) -> None:
    look(store, feed(1, etag='"a"'))
    fetcher = FakeFetcher({URL: feed(1)})
    check(source(kind="feed"), SETTING, fetcher=fetcher, inbox=store, clock=lambda: NOW)
    assert fetcher.requests[0].validators == Validators()


def test_each_new_item_is_followed_once(store: MemoryStore) -> None:
    article = b"<html><body><main><h1>Story 1</h1><p>" + b"It goes on for a while, and then some more. " * 9
    pages: dict[str, Answer | list[Answer]] = {
        URL: feed(1),
        "https://example.org/1": Page(url="https://example.org/1", body=article),
    }
    fetcher = FakeFetcher(answers=pages)
    for _ in range(2):
        check(source(follow=True), SETTING, fetcher=fetcher, inbox=store, clock=lambda: NOW)
    assert fetcher.urls == [URL, "https://example.org/1", URL]


def test_an_article_that_cannot_be_read_costs_only_its_text(store: MemoryStore) -> None:
    fetcher = FakeFetcher({URL: feed(1), "https://example.org/1": FetchError("404")})
    done = check(source(follow=True), SETTING, fetcher=fetcher, inbox=store, clock=lambda: NOW)
    assert done.new == 1
    assert done.troubles == ("https://example.org/1: 404",)


def test_a_page_from_the_web_never_leads_to_a_file_of_this_machine(store: MemoryStore) -> None:
    page = Page(
        url=URL,
        body=feed(1).body.replace(b"https://example.org/1", b"file:///etc/passwd"),
        content_type="application/rss+xml",
    )
    fetcher = FakeFetcher({URL: page})
    check(source(follow=True), SETTING, fetcher=fetcher, inbox=store, clock=lambda: NOW)
    assert fetcher.urls == [URL]


def test_a_corrected_item_is_told_only_to_targets_that_want_edits(store: MemoryStore) -> None:
    look(store, feed(1))
    assert look(store, feed(1, summary="Corrected")).changed == 1
    assert owed(store) == 0


def test_a_check_with_nothing_new_marks_no_feed(store: MemoryStore) -> None:
    look(store, feed(1))
    before = stand(store).version
    look(store, feed(1))
    assert stand(store).version == before


def test_a_slip_of_the_pen_is_told_only_to_those_who_want_every_edit(store: MemoryStore) -> None:
    careful = replace(ARCHIVE, id=TargetId("careful"), edits="substantive")
    curious = replace(ARCHIVE, id=TargetId("curious"), edits="all")
    setting, of = Setting(targets=[careful, curious]), source(notify=(careful.id, curious.id))

    def edited(summary: str) -> int:
        fetcher = FakeFetcher(answers={URL: feed(1, summary=summary)})
        return check(of, setting, fetcher=fetcher, inbox=store, clock=lambda: NOW).owed

    edited("The wards were full of peple")
    assert edited("The wards were full of people") == 1
    assert edited("The wards were closed after an inspection found what nobody had reported") == 2
