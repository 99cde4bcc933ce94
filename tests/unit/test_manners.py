"""What is remembered of a source so that it is asked no more than it must be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from feedbot.check import Checked, Setting, check
from feedbot.errors import FetchError, Unwelcome
from feedbot.page import Cost, NotModified, Page, Validators, Wishes
from feedbot.ports import Admission
from feedbot.source import GONE, NEVER, Health, Source, SourceId, SourceState
from tests.fakes import Answer, FakeFetcher, MemoryStore

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
URL, THERE, BEYOND = "https://example.org/feed", "https://example.org/new", "https://other.example/feed"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SAME = NotModified(validators=Validators(etag='"a"'))
ID = SourceId("news")


def feed(*numbers: int, **said: object) -> Page:
    items = "".join(
        f"<item><title>Story {n}</title><link>https://example.org/{n}</link></item>" for n in numbers or (1,)
    )
    body = f'<rss version="2.0"><channel><title>News</title>{items}</channel></rss>'.encode()
    known = {"url": URL, "body": body, "content_type": "application/rss+xml", "etag": '"a"'}
    return Page(**known | said)  # type: ignore[arg-type]


class Doorman:
    """A gate that keeps a list."""

    def __init__(self, *closed: str) -> None:
        self.closed = closed
        self.asked: list[str] = []

    def admit(self, url: str, *, allow: tuple[str, ...], now: datetime) -> Admission:
        self.asked.append(url)
        if url in self.closed:
            raise Unwelcome(f"robots.txt asks not to read {url}")
        return Admission(until=now + DAY, cost=Cost(requests=1, bytes=50))


class Watched:
    """A source that is looked at, time after time."""

    def __init__(self, **shape: object) -> None:
        self.source = Source(**{"id": ID, "url": URL} | shape)  # type: ignore[arg-type]
        self.store = MemoryStore()

    def look(self, now: datetime, answer: Answer | None = None) -> FakeFetcher:
        fetcher = FakeFetcher({URL: answer} if answer else {})
        self.done: Checked = check(self.source, Setting(), fetcher=fetcher, inbox=self.store, clock=lambda: now)
        return fetcher

    def enter(self, gate: Doorman, now: datetime, answers: dict[str, Answer | list[Answer]]) -> list[str]:
        fetcher = FakeFetcher(answers)
        self.done = check(self.source, Setting(), fetcher=fetcher, inbox=self.store, clock=lambda: now, gate=gate)
        return fetcher.urls

    def asked(self, now: datetime, answers: dict[str, Answer | list[Answer]]) -> list[str]:
        fetcher = FakeFetcher(answers)
        self.done = check(self.source, Setting(), fetcher=fetcher, inbox=self.store, clock=lambda: now)
        return fetcher.urls

    @property
    def state(self) -> SourceState:
        return self.store.state(ID)


@pytest.fixture
def watched() -> Watched:
    return Watched()


def test_a_redirect_for_good_is_followed_for_days_before_it_is_remembered(watched: Watched) -> None:
    moved = replace(SAME, moved=THERE)
    watched.look(NOW, feed(moved=THERE))
    for hours in (12, 36, 60):
        assert watched.asked(NOW + hours * HOUR, {URL: moved}) == [URL]
    assert watched.asked(NOW + 3 * DAY, {THERE: SAME}) == [THERE]


def test_a_redirect_that_was_seen_once_is_not_remembered_however_long_ago(watched: Watched) -> None:
    watched.look(NOW, feed(moved=THERE))
    assert watched.asked(NOW + 4 * DAY, {URL: replace(SAME, moved=THERE)}) == [URL]


def test_a_redirect_that_ends_in_between_begins_anew(watched: Watched) -> None:
    watched.look(NOW, feed(moved=THERE))
    watched.look(NOW + DAY, SAME)
    watched.look(NOW + 2 * DAY, replace(SAME, moved=THERE))
    assert watched.asked(NOW + 4 * DAY, {URL: replace(SAME, moved=THERE)}) == [URL]


def test_the_address_that_is_configured_is_asked_again_once_a_week(watched: Watched) -> None:
    moved = replace(SAME, moved=THERE)
    watched.look(NOW, feed(moved=THERE))
    for days in (1, 2):
        watched.look(NOW + days * DAY, moved)
    assert watched.asked(NOW + 4 * DAY, {THERE: SAME}) == [THERE]
    assert watched.asked(NOW + 7 * DAY, {URL: feed(moved=THERE)}) == [URL]


def test_where_it_moved_to_fails_and_the_old_address_is_asked_at_once_again(watched: Watched) -> None:
    moved = replace(SAME, moved=THERE)
    watched.look(NOW, feed(moved=THERE))
    for days in (1, 2):
        watched.look(NOW + days * DAY, moved)
    watched.asked(NOW + 4 * DAY, {THERE: FetchError("404", status=404)})
    assert watched.done.health is Health.DOWN
    assert watched.asked(NOW + 4 * DAY + HOUR, {URL: SAME}) == [URL]


def test_networks_that_a_source_opens_stay_closed_where_it_moved_to_another_host() -> None:
    watched = Watched(allow=("10.0.0.0/8",))
    watched.look(NOW, feed(moved=BEYOND))
    for days in (1, 2):
        watched.look(NOW + days * DAY, replace(SAME, moved=BEYOND))
    fetcher = FakeFetcher({BEYOND: SAME})
    check(watched.source, Setting(), fetcher=fetcher, inbox=watched.store, clock=lambda: NOW + 4 * DAY)
    assert [(one.url, one.allow) for one in fetcher.requests] == [(BEYOND, ())]


def test_a_page_is_asked_for_whole_once_a_week_whatever_its_validators_say(watched: Watched) -> None:
    watched.look(NOW, feed())
    conditional = watched.look(NOW + 6 * DAY, SAME).requests[0].validators
    whole = watched.look(NOW + 7 * DAY, feed(2, 1)).requests[0].validators
    assert (conditional.etag, whole.etag, whole.last_modified) == ('"a"', None, None)
    assert watched.done.new == 1
    assert watched.look(NOW + 8 * DAY, SAME).requests[0].validators.etag == '"a"'


def test_a_clock_that_was_set_back_asks_for_no_whole_page_twice(watched: Watched) -> None:
    watched.look(NOW + DAY, feed())
    assert watched.look(NOW, SAME).requests[0].validators.etag == '"a"'


def test_gone_for_good_stops_after_three_days_that_say_so(watched: Watched) -> None:
    gone = FetchError(f"{URL} answered 410 Gone", permanent=True, status=410)
    watched.look(NOW, feed())
    for days in range(1, GONE):
        watched.look(NOW + days * DAY, gone)
        assert watched.done.due_at == NOW + (days + 1) * DAY
    watched.look(NOW + GONE * DAY, gone)
    assert watched.done.due_at == NEVER
    assert "not asked any more" in watched.state.evidence


def test_other_failures_in_between_are_not_counted_as_gone(watched: Watched) -> None:
    watched.look(NOW, feed())
    for days, status in enumerate((500, 500, 410), start=1):
        watched.look(NOW + days * DAY, FetchError("no", status=status))
    assert watched.done.due_at
    assert watched.done.due_at < NEVER


def test_an_answer_makes_gone_count_from_the_beginning(watched: Watched) -> None:
    gone = FetchError("410", permanent=True, status=410)
    answers: list[Answer] = [feed(), gone, gone, SAME, gone, gone]
    for days, answer in enumerate(answers):
        watched.look(NOW + days * DAY, answer)
    assert watched.state.manners.gone == 2
    assert watched.done.due_at != NEVER


def test_what_was_spent_is_counted_also_where_it_failed(watched: Watched) -> None:
    watched.look(NOW, feed(cost=Cost(requests=2, bytes=900)))
    watched.look(NOW + HOUR, replace(SAME, cost=Cost(requests=1, bytes=100)))
    watched.look(NOW + 2 * HOUR, FetchError("no"))
    watched.look(NOW + 3 * HOUR, feed(3, 2, 1, cost=Cost(requests=1, bytes=1000)))
    spent = watched.state.manners
    assert (spent.requests, spent.bytes, spent.found) == (5, 2000, 2)


def test_wishes_of_a_feed_are_remembered_while_it_says_nothing_new(watched: Watched) -> None:
    body = feed().body.replace(b"<title>News", b"<ttl>180</ttl><title>News")
    watched.look(NOW, feed(body=body))
    assert watched.done.due_at == NOW + 3 * HOUR
    watched.look(NOW + 3 * HOUR, SAME)
    assert watched.done.due_at
    assert watched.done.due_at >= NOW + 6 * HOUR


def test_an_answer_that_is_fresh_for_hours_is_not_asked_for_again_in_them(watched: Watched) -> None:
    watched.look(NOW, feed(wishes=Wishes(fresh=2 * HOUR)))
    assert watched.done.due_at == NOW + 2 * HOUR


def test_what_is_learned_is_learned_once_a_day(watched: Watched) -> None:
    for hours in (0, 1, 23, 24):
        watched.look(NOW + hours * HOUR, feed() if not hours else SAME)
        assert watched.state.manners.learned_at == NOW + (DAY if hours == 24 else timedelta())


def test_a_clock_that_was_set_back_learns_anew(watched: Watched) -> None:
    watched.look(NOW + DAY, feed())
    watched.look(NOW, SAME)
    assert watched.state.manners.learned_at == NOW


def test_nothing_is_learned_where_the_operator_says_when_to_look() -> None:
    watched = Watched(every=HOUR)
    watched.look(NOW, feed())
    assert watched.state.manners.learned_at is None


def test_a_source_that_robots_txt_closes_is_blocked_and_its_page_is_not_asked_for(watched: Watched) -> None:
    assert watched.enter(Doorman(URL), NOW, {URL: feed()}) == []
    assert (watched.done.health, watched.done.evidence) == (Health.BLOCKED, f"robots.txt asks not to read {URL}")


def test_a_source_that_ignores_robots_txt_never_asks_for_it() -> None:
    watched, gate = Watched(robots=False), Doorman(URL)
    assert watched.enter(gate, NOW, {URL: feed()}) == [URL]
    assert gate.asked == []


def test_what_robots_txt_allows_is_known_for_a_day(watched: Watched) -> None:
    gate = Doorman()
    answers: list[Answer] = [feed(), SAME, SAME]
    for hours, answer in enumerate(answers):
        watched.enter(gate, NOW + hours * HOUR, {URL: answer})
    assert gate.asked == [URL]
    watched.enter(gate, NOW + DAY, {URL: SAME})
    assert gate.asked == [URL, URL]
    assert watched.state.manners.requests == 6


def test_robots_txt_is_asked_for_again_when_the_clock_was_set_back(watched: Watched) -> None:
    gate = Doorman()
    watched.enter(gate, NOW + 5 * DAY, {URL: feed()})
    watched.enter(gate, NOW, {URL: SAME})
    assert gate.asked == [URL, URL]


def test_an_article_that_robots_txt_closes_costs_only_its_text() -> None:
    watched = Watched(follow=True)
    article = "https://example.org/1"
    assert watched.enter(Doorman(article), NOW, {URL: feed(1)}) == [URL]
    assert watched.done.new == 1
    assert watched.done.troubles == (f"{article}: robots.txt asks not to read {article}",)
    assert watched.state.manners.welcome_at == URL


def test_a_host_that_asks_for_patience_is_asked_nothing_more_and_is_told_of() -> None:
    watched = Watched(follow=True)
    patience = FetchError("429", status=429, retry_after=2 * HOUR)
    asked = watched.asked(NOW, {URL: feed(1, 2), "https://example.org/1": patience})
    assert asked == [URL, "https://example.org/1"]
    assert watched.done.rests == {"example.org": NOW + 2 * HOUR}


def test_a_host_that_does_not_say_how_long_it_wants_to_rest_has_ten_minutes(watched: Watched) -> None:
    watched.look(NOW, FetchError("503", status=503))
    assert watched.done.rests == {"example.org": NOW + HOUR / 6}


def test_a_host_that_is_only_missing_a_page_does_not_rest(watched: Watched) -> None:
    watched.look(NOW, FetchError("404", status=404))
    assert watched.done.rests == {}
