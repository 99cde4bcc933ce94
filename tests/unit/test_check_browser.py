"""A browser shows a page where its source wants that, or where a script is to fill it and nothing else helps."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from feedbot.check import Checked, Setting, check
from feedbot.errors import FetchError
from feedbot.page import NotModified, Page
from feedbot.source import Health, ListingRule, Source, SourceId
from tests.fakes import Answer, FakeFetcher, MemoryStore

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
URL = "https://office.example/news/"
SOURCE = Source(id=SourceId("office"), url=URL)
SHELL = Page(
    url=URL, body=b"<title>News</title><div id=root></div><script></script>", content_type="text/html", etag="1"
)


def screen(*numbers: int, url: str = URL, more: str = "") -> Page:
    cards = "".join(
        f'<li class="card"><h3><a href="/news/{n}">What we learned on the {n}th ward</a></h3>'
        f'<time datetime="2026-11-{n:02}">{n} November 2026</time></li>'
        for n in numbers
    )
    body = f"<main><ul>{cards}</ul>{more}</main>".encode()
    return Page(url=url, body=body, content_type="text/html", fetched_at=NOW, shown="shown by a browser")


class Desk:
    def __init__(self) -> None:
        self.store = MemoryStore()
        self.fetcher = FakeFetcher()

    def look(self, source: Source, plain: dict[str, Answer], screens: dict[str, Answer]) -> Checked:
        self.fetcher = FakeFetcher(answers={**plain}, screens={**screens})
        return check(source, Setting(), fetcher=self.fetcher, inbox=self.store, clock=lambda: NOW)

    @property
    def shown(self) -> list[str]:
        return [request.url for request in self.fetcher.requests if request.browser]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_page_that_a_script_fills_is_shown_by_a_browser_at_every_look(desk: Desk) -> None:
    done = desk.look(SOURCE, {URL: SHELL}, {URL: screen(1, 2, 3, 4)})
    assert (done.health, done.new, done.baseline) == (Health.FRESH, 4, True)
    assert "shown by a browser" in desk.store.state(SOURCE.id).evidence
    assert desk.look(SOURCE, {URL: SHELL}, {URL: screen(1, 2, 3, 4, 5)}).new == 1
    validators = desk.fetcher.requests[0].validators
    assert validators.etag is None, "the shell's own validators would hide what is new"


def test_a_screen_that_looks_as_before_is_quiet(desk: Desk) -> None:
    desk.look(SOURCE, {URL: SHELL}, {URL: screen(1, 2, 3, 4)})
    known = desk.store.state(SOURCE.id).validators
    done = desk.look(SOURCE, {URL: SHELL}, {URL: NotModified(validators=known)})
    assert (done.health, done.evidence) == (Health.QUIET, "not modified")
    assert desk.fetcher.requests[-1].validators == known


def test_a_page_that_has_items_is_never_shown(desk: Desk) -> None:
    desk.look(SOURCE, {URL: replace(screen(1, 2, 3, 4), shown="")}, {})
    assert desk.shown == []


def test_an_empty_page_that_is_no_shell_is_never_shown(desk: Desk) -> None:
    page = replace(SHELL, body=b"<title>News</title><h1>News</h1><p>There is no news at the moment.</p>")
    assert desk.look(SOURCE, {URL: page}, {}).health is Health.EMPTY
    assert desk.shown == []


def test_where_no_browser_is_installed_the_finding_says_what_to_do(desk: Desk) -> None:
    done = desk.look(SOURCE, {URL: SHELL}, {URL: FetchError(f"{URL}: no browser: install Chromium")})
    assert done.health is Health.EMPTY
    assert '<div id="root"> is there for a script to fill' in done.evidence
    assert "install Chromium" in done.evidence


def test_a_source_that_forbids_it_is_told_what_it_misses(desk: Desk) -> None:
    done = desk.look(replace(SOURCE, browser=False), {URL: SHELL}, {})
    assert desk.shown == []
    assert "`browser: false` keeps it from being shown" in done.evidence


def test_a_source_that_wants_it_is_shown_at_once(desk: Desk) -> None:
    done = desk.look(replace(SOURCE, browser=True, kind="listing"), {}, {URL: screen(1, 2, 3)})
    assert (done.new, desk.shown) == (3, [URL])


def test_a_browser_that_fails_where_it_is_wanted_is_a_source_that_is_down(desk: Desk) -> None:
    done = desk.look(replace(SOURCE, browser=True), {URL: SHELL}, {URL: FetchError("no browser")})
    assert (done.health, done.evidence) == (Health.DOWN, "no browser")


def test_older_pages_are_shown_like_the_first(desk: Desk) -> None:
    source = replace(SOURCE, pages=3, rule=ListingRule(item="li.card", title="h3", link="a", date="time"))
    second = f"{URL}?page=2"
    pages = {URL: screen(8, 7, more='<a rel="next" href="?page=2">Next</a>'), second: screen(6, 5, url=second)}
    assert desk.look(source, {URL: SHELL}, {**pages}).new == 4
    assert desk.shown == [URL, second]


def test_articles_that_scripts_fill_are_shown_too(desk: Desk) -> None:
    source = replace(SOURCE, kind="listing", follow=True)
    article = Page(
        url=f"{URL}1",
        body=b"<main><h1>What we learned</h1><p>"
        + b"It goes on for a while, and then some more. " * 9
        + b"</p></main>",
        content_type="text/html",
        shown="shown by a browser",
    )
    desk.look(source, {URL: screen(1, 2, 3), f"{URL}1": replace(SHELL, url=f"{URL}1")}, {f"{URL}1": article})
    assert desk.shown == [f"{URL}1"]
    texts = [item.content_text for item in desk.store.items_by_id.values()]
    assert any("It goes on" in text for text in texts)
