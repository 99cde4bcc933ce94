"""Requests to one host go one after the other, with a pause; hosts do not wait for each other."""

from threading import Event, Thread

import pytest

from feedbot.fetch.turns import MANY, Turns, is_paced
from feedbot.roster import MOST, OF_A_HOST, portion
from feedbot.source import Source, SourceId


class Watch:
    """A clock that goes on only when somebody waits."""

    def __init__(self) -> None:
        self.now = 100.0
        self.waits: list[float] = []

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


def turns(watch: Watch) -> Turns:
    return Turns(1.0, wait=watch.wait, ticking=lambda: watch.now)


def test_there_is_a_pause_between_two_requests_to_a_host() -> None:
    watch = Watch()
    mine = turns(watch)
    for pause in (0.0, 0.25, 5.0):
        watch.now += pause
        with mine.of("example.org"):
            pass
    assert watch.waits == [0.75]


def test_another_host_is_asked_at_once() -> None:
    watch = Watch()
    mine = turns(watch)
    for host in ("example.org", "example.net"):
        with mine.of(host):
            pass
    assert watch.waits == []


def test_the_pause_begins_when_the_answer_is_there_also_one_that_failed() -> None:
    watch = Watch()
    mine = turns(watch)
    with pytest.raises(ZeroDivisionError), mine.of("example.org"):
        watch.now += 30 / (watch.now - 100)
    watch.now += 0.25
    with mine.of("example.org"):
        pass
    assert watch.waits == [0.75]


def test_two_threads_never_ask_one_host_at_once() -> None:
    mine, inside, said = Turns(0.0), Event(), []

    def second() -> None:
        with mine.of("example.org"):
            said.append("second")

    with mine.of("example.org"):
        thread = Thread(target=second)
        thread.start()
        inside.wait(0.05)
        said.append("first")
    thread.join()
    assert said == ["first", "second"]


def test_this_machine_needs_no_pause() -> None:
    assert [is_paced(host) for host in ("localhost", "127.0.0.1", "::1", "", "10.0.0.1", "example.org")] == [
        *[False] * 4,
        *[True] * 2,
    ]


def test_hosts_that_are_free_are_forgotten_in_the_end() -> None:
    watch = Watch()
    mine = turns(watch)
    for number in range(3 * MANY):
        watch.now += 2
        with mine.of(f"h{number}.example"):
            pass
    assert len(mine._hosts) <= MANY + 1


def source(name: str, host: str) -> Source:
    return Source(id=SourceId(name), url=f"https://{host}/{name}")


def test_after_an_outage_a_pass_looks_at_some_of_each_host_and_leaves_the_rest_due() -> None:
    due = [*(source(f"a{n}", "a.example") for n in range(500)), *(source(f"b{n}", "b.example") for n in range(3))]
    chosen = [one.id for one in portion(due)]
    assert chosen == [*(f"a{n}" for n in range(OF_A_HOST)), "b0", "b1", "b2"]


def test_a_pass_is_bounded_however_much_is_due() -> None:
    assert len(portion(source(f"s{n}", f"h{n}.example") for n in range(3 * MOST))) == MOST
