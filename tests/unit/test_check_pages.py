"""The first look at a source goes back through older pages, and only the first does."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from feedbot.check import Checked, Setting, check
from feedbot.errors import FetchError
from feedbot.page import Page
from feedbot.source import Health, ListingRule, Source, SourceId, TargetId
from feedbot.target import MaildirTarget
from tests.fakes import Answer, FakeFetcher, MemoryStore

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
URL = "https://office.example/news/"
ARCHIVE = MaildirTarget(id=TargetId("archive"), path="mail")
SOURCE = Source(
    id=SourceId("office"),
    url=URL,
    kind="listing",
    rule=ListingRule(item="li", title="h3", link="a"),
    notify=(ARCHIVE.id,),
    pages=9,
)


def page(number: int, *, last: int = 4, of: str = "", to: str = "") -> Page:
    """Return a page with two stories of its own and a link to the next one."""
    names = [f"{of or number}-{letter}" for letter in "ab"]
    rows = "".join(f'<li><h3><a href="/story-{name}">Story {name}</a></h3></li>' for name in names)
    pager = f'<a rel="next" href="{to or f"?page={number + 1}"}">Next</a>' if number < last else ""
    url = URL if number == 1 else f"{URL}?page={number}"
    return Page(url=url, body=f"<ul>{rows}</ul>{pager}".encode(), content_type="text/html")


def answers(*pages: Page) -> dict[str, Answer]:
    return {one.url: one for one in pages}


class Desk:
    def __init__(self) -> None:
        self.store = MemoryStore()
        self.asked: list[str] = []

    def look(self, there: dict[str, Answer], source: Source = SOURCE) -> Checked:
        fetcher = FakeFetcher(answers={**there})
        done = check(source, Setting(targets=[ARCHIVE]), fetcher=fetcher, inbox=self.store, clock=lambda: NOW)
        self.asked = fetcher.urls
        return done

    @property
    def titles(self) -> list[str]:
        items = sorted(self.store.items_by_id.values(), key=lambda item: item.rank)
        return [item.title.removeprefix("Story ") for item in items]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_the_baseline_goes_back_to_the_last_page_and_owes_nothing(desk: Desk) -> None:
    done = desk.look(answers(*(page(number) for number in range(1, 5))))
    assert (done.new, done.baseline, done.owed) == (8, True, 0)
    assert desk.titles == ["1-a", "1-b", "2-a", "2-b", "3-a", "3-b", "4-a", "4-b"]
    assert "6 items on 3 older pages" in desk.store.state(SOURCE.id).evidence
    assert not desk.store.claim(ARCHIVE.id, now=NOW, lease=timedelta(seconds=60), limit=9)


def test_it_goes_no_further_back_than_the_source_wants(desk: Desk) -> None:
    desk.look(answers(*(page(number) for number in range(1, 5))), replace(SOURCE, pages=2))
    assert desk.titles == ["1-a", "1-b", "2-a", "2-b"]
    assert desk.asked == [URL, f"{URL}?page=2"]


def test_only_the_first_look_goes_back(desk: Desk) -> None:
    desk.look(answers(page(1), page(2, last=2)))
    desk.look(answers(page(1, of="5")))
    assert desk.asked == [URL]


def test_a_source_that_says_nothing_of_pages_reads_one(desk: Desk) -> None:
    assert desk.look(answers(page(1)), replace(SOURCE, pages=1)).health is Health.FRESH
    assert desk.asked == [URL]


def test_an_older_page_that_fails_costs_only_itself(desk: Desk) -> None:
    done = desk.look({**answers(page(1), page(2)), f"{URL}?page=3": FetchError("503")})
    assert (done.new, done.baseline, done.health) == (4, True, Health.FRESH)
    assert "2 items on 1 older pages; then: 503" in desk.store.state(SOURCE.id).evidence


def test_pages_that_lead_in_a_circle_are_read_once(desk: Desk) -> None:
    desk.look(answers(page(1), page(2, to="/news/")))
    assert desk.asked == [URL, f"{URL}?page=2"]


def test_a_page_that_brings_nothing_new_ends_the_walk(desk: Desk) -> None:
    desk.look(answers(page(1), page(2, of="1"), page(3)))
    assert desk.asked == [URL, f"{URL}?page=2"]
    assert desk.titles == ["1-a", "1-b"]


def test_an_answer_from_another_site_is_not_believed(desk: Desk) -> None:
    away = replace(page(3), url="https://elsewhere.example/")
    desk.look({**answers(page(1)), f"{URL}?page=2": away})
    assert desk.titles == ["1-a", "1-b"]


def test_a_redirect_back_to_a_page_that_was_read_ends_the_walk(desk: Desk) -> None:
    desk.look({**answers(page(1), page(2)), f"{URL}?page=3": replace(page(3), url=URL)})
    assert desk.titles == ["1-a", "1-b", "2-a", "2-b"]


def test_the_items_that_a_button_loads_as_json_are_read_by_the_same_rule(desk: Desk) -> None:
    more = Page(
        url=f"{URL}?page=2",
        body=b'{"html": "<li><h3><a href=\\"/old\\">Story old</a></h3></li>", "next": "?page=3"}',
        content_type="application/json",
    )
    desk.look({**answers(page(1), page(3, last=3)), more.url: more})
    assert desk.titles == ["1-a", "1-b", "old", "3-a", "3-b"]


def test_a_walk_ends_when_its_time_is_over(desk: Desk) -> None:
    fetcher = FakeFetcher(answers={**answers(*(page(number) for number in range(1, 5)))})
    times = iter(NOW + timedelta(minutes=2 * passed) for passed in range(99))
    check(SOURCE, Setting(), fetcher=fetcher, inbox=desk.store, clock=lambda: next(times))
    assert fetcher.urls == [URL, f"{URL}?page=2", f"{URL}?page=3"]
