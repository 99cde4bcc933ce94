"""Own pages of recent items are read again, ever more rarely, to see what was corrected there."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from feedbot.check import Checked, Setting, check
from feedbot.errors import FetchError
from feedbot.feed import FeedId
from feedbot.page import NotModified, Page, Validators
from feedbot.source import Health, Source, SourceId, TargetId
from feedbot.target import MaildirTarget
from tests.fakes import Answer, FakeFetcher, MemoryStore

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
URL, STORY = "https://example.org/feed", "https://example.org/1"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SAME = NotModified(validators=Validators(etag='"a"'))
BOX = MaildirTarget(id=TargetId("box"), path="mail", edits="all")
TEXT = "The ward was closed for a week, and nobody had told the night staff. "


def feed(*numbers: int, published: datetime = NOW) -> Page:
    items = "".join(
        f"<item><title>Story {n} of the ward</title><link>https://example.org/{n}</link>"
        f"<pubDate>{published:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
        for n in numbers
    )
    body = f'<rss version="2.0"><channel><title>News</title>{items}</channel></rss>'.encode()
    return Page(url=URL, body=body, content_type="application/rss+xml", etag='"a"')


def story(text: str, number: int = 1, title: str = "") -> Page:
    name = title or f"Story {number} of the ward"
    body = f"<html><body><main><article><h1>{name}</h1><p>{text * 6}</p></article></main></body></html>"
    return Page(url=f"https://example.org/{number}", body=body.encode(), content_type="text/html")


class Desk:
    def __init__(self) -> None:
        self.store = MemoryStore()
        self.source = Source(id=SourceId("news"), url=URL, follow=True, notify=(BOX.id,))

    def look(self, now: datetime, **pages: Answer) -> tuple[Checked, list[str]]:
        answers: dict[str, Answer | list[Answer]] = {URL: pages.pop("feed", SAME)}
        answers |= {f"https://example.org/{name[1:]}": page for name, page in pages.items()}
        fetcher = FakeFetcher(answers)
        setting = Setting(targets=[BOX], feeds=[FeedId("news")])
        done = check(self.source, setting, fetcher=fetcher, inbox=self.store, clock=lambda: now)
        return done, fetcher.urls

    @property
    def text(self) -> str:
        (item,) = self.store.items_by_id.values()
        return item.content_text


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.look(NOW, feed=feed(1), _1=story(TEXT))
    return desk


def test_a_correction_on_the_page_of_an_item_is_seen_though_the_list_says_nothing_new(desk: Desk) -> None:
    done, asked = desk.look(NOW + 2 * HOUR, _1=story(TEXT.replace("week", "month")))
    assert asked == [URL, STORY]
    assert (done.health, done.changed, done.owed) == (Health.FRESH, 1, 1)
    assert "month" in desk.text
    (item,) = desk.store.items_by_id.values()
    assert (item.revision, item.published_at, item.changed_at) == (2, NOW, NOW + 2 * HOUR)


def test_a_page_that_says_the_same_makes_no_revision(desk: Desk) -> None:
    done, _ = desk.look(NOW + 2 * HOUR, _1=story(TEXT))
    assert (done.health, done.changed) == (Health.QUIET, 0)


def test_pages_are_read_again_ever_more_rarely_and_in_the_end_no_more(desk: Desk) -> None:
    read = [hours for hours in range(1, 24 * 40) if STORY in desk.look(NOW + hours * HOUR, _1=story(TEXT))[1]]
    assert len(read) == 5
    gaps = [later - one for one, later in pairwise(read)]
    assert gaps == sorted(gaps)
    assert desk.store.state(SourceId("news")).manners.reread_at is None


def test_after_an_outage_a_page_is_read_again_once(desk: Desk) -> None:
    assert desk.look(NOW + 30 * HOUR, _1=story(TEXT))[1] == [URL, STORY]
    assert desk.look(NOW + 31 * HOUR, _1=story(TEXT))[1] == [URL]


def test_items_that_came_long_ago_are_not_read_again() -> None:
    desk = Desk()
    desk.look(NOW, feed=feed(1, published=NOW - 60 * DAY), _1=story(TEXT))
    assert desk.look(NOW + 2 * HOUR)[1] == [URL]


def test_few_pages_are_read_again_in_one_check_and_the_others_in_the_next() -> None:
    desk = Desk()
    pages: dict[str, Answer] = {f"_{n}": story(TEXT, n) for n in range(1, 6)}
    desk.look(NOW, feed=feed(1, 2, 3, 4, 5), **pages)
    first = desk.look(NOW + 2 * HOUR, **pages)[1][1:]
    second = desk.look(NOW + 3 * HOUR, **pages)[1][1:]
    assert (len(first), len(second)) == (3, 2)
    assert not set(first) & set(second)


@pytest.mark.parametrize(
    "page",
    [
        FetchError("404", permanent=True, status=404),
        story(TEXT, title="Please accept our cookies"),
        story("Gone."),
        Page(url=STORY, body=b"", content_type="text/html"),
    ],
)
def test_what_is_not_its_page_any_more_changes_nothing(desk: Desk, page: Answer) -> None:
    done, asked = desk.look(NOW + 2 * HOUR, _1=page)
    assert (asked, done.changed) == ([URL, STORY], 0)
    assert "week" in desk.text


def test_a_source_that_is_down_has_no_page_read_again(desk: Desk) -> None:
    _, asked = desk.look(NOW + 2 * HOUR, feed=FetchError("503", status=503), _1=story(TEXT))
    assert asked == [URL]


def test_what_reading_again_costs_is_counted(desk: Desk) -> None:
    before = desk.store.state(SourceId("news")).manners.requests
    desk.look(NOW + 2 * HOUR, _1=story(TEXT))
    assert desk.store.state(SourceId("news")).manners.requests == before + 2
