"""What engines promise, whether the work runs in one process or in many."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Event, Lock, Thread

import pytest

from feedbot.app import utc_now
from feedbot.engine import LocalEngine, distributed
from feedbot.ports import Engine, Kind
from feedbot.store import Store, open_store, share_store
from tests.newsroom import item, state
from tests.postgresql import Server

PATIENCE = 20.0
NO_TIME = timedelta()


@dataclass
class Crew:
    """An engine at work, and what it was woken for."""

    engine: Engine
    store: Store
    woken: Counter[tuple[Kind, str]] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    busy: int = 0
    most: int = 0
    held: Mapping[str, Event] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)
    turn: Event = field(default_factory=Event)

    def ask(self, kind: Kind, key: str, later: timedelta = NO_TIME) -> None:
        with self.store.transaction() as tx:
            self.engine.enqueue(tx, kind, key, utc_now() + later)

    @contextmanager
    def at_work(self, slots: int = 4, **handlers: Callable[[str], object]) -> Iterator[None]:
        every = {kind: handlers.get(kind.value) or self._noting(kind) for kind in Kind}
        thread = Thread(target=self.engine.run, args=(every, slots))
        thread.start()
        try:
            yield
        finally:
            self.engine.stop()
            thread.join(PATIENCE)
            assert not thread.is_alive()

    def until(self, done: Callable[[], bool]) -> bool:
        for _ in range(int(PATIENCE / 0.02)):
            if done():
                return True
            self.turn.wait(0.02)
        return False

    def _noting(self, kind: Kind) -> Callable[[str], object]:
        def note(key: str) -> None:
            with self.lock:
                self.woken[kind, key] += 1
                self.busy += 1
                self.most = max(self.most, self.busy)
            if key in self.held:
                self.held[key].wait(PATIENCE)
            with self.lock:
                self.busy -= 1

        return note


@pytest.fixture(params=["local", "distributed"])
def crew(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Crew]:
    failed: list[str] = []

    def heard(kind: Kind, key: str, error: Exception) -> None:
        failed.append(f"{kind} {key}: {error}")

    with ExitStack() as stack:
        if request.param == "local":
            store = stack.enter_context(open_store(f"sqlite:///{tmp_path}/feedbot.sqlite3"))
            yield Crew(LocalEngine(utc_now, heard), store, failed=failed)
            return
        server: Server = request.getfixturevalue("server")
        name = server.made(like=request.getfixturevalue("prepared"))
        stack.callback(server.dropped, name)
        store = stack.enter_context(share_store(server.url(name)))

        def leads(name: str, period: timedelta) -> bool:
            return store.lease(name, holder="test", now=utc_now(), until=utc_now() + period) is not None

        opened = distributed(server.url(name), clock=utc_now, leads=leads, failed=heard)
        yield Crew(stack.enter_context(opened), store, failed=failed)


def test_who_is_asked_for_is_woken_once(crew: Crew) -> None:
    crew.ask(Kind.CHECK, "host:a")
    crew.ask(Kind.DELIVER, "board")
    with crew.at_work():
        assert crew.until(lambda: len(crew.woken) == 2)
        crew.ask(Kind.CHECK, "host:b")
        assert crew.until(lambda: len(crew.woken) == 3)
    assert set(crew.woken.values()) == {1}


def test_what_is_asked_for_twice_while_it_waits_is_woken_once_and_the_transaction_goes_on(crew: Crew) -> None:
    with crew.store.transaction() as tx:
        for _ in range(3):
            crew.engine.enqueue(tx, Kind.PUBLISH, "all", utc_now())
        crew.store.commit(state(), items=[item("a")])
    crew.ask(Kind.PUBLISH, "all")
    assert crew.store.latest([item("a").id])
    assert crew.engine.stats().queued == 1
    with crew.at_work():
        crew.ask(Kind.TIDY, "last")
        assert crew.until(lambda: crew.woken[Kind.TIDY, "last"] == 1)
        assert crew.until(lambda: crew.woken[Kind.PUBLISH, "all"] == 1)
    assert crew.woken[Kind.PUBLISH, "all"] == 1


def test_a_transaction_that_is_undone_wakes_nobody(crew: Crew) -> None:
    def undone() -> None:
        with crew.store.transaction() as tx:
            crew.store.commit(state(), items=[item("a")])
            crew.engine.enqueue(tx, Kind.CHECK, "undone", utc_now())
            raise KeyError

    with pytest.raises(KeyError):
        undone()
    assert crew.engine.stats().queued == 0
    assert not crew.store.latest([item("a").id])


def test_nobody_is_woken_before_it_is_due(crew: Crew) -> None:
    crew.ask(Kind.CHECK, "tomorrow", timedelta(days=1))
    crew.ask(Kind.CHECK, "soon", timedelta(seconds=1))
    with crew.at_work():
        crew.ask(Kind.CHECK, "now")
        assert crew.until(lambda: crew.woken[Kind.CHECK, "soon"] == 1)
    assert list(crew.woken) == [(Kind.CHECK, "now"), (Kind.CHECK, "soon")]
    assert crew.engine.stats().queued == 1


def test_what_is_asked_for_now_waits_for_nothing_that_was_asked_for_later(crew: Crew) -> None:
    crew.ask(Kind.DELIVER, "board", timedelta(days=1))
    crew.ask(Kind.DELIVER, "board")
    with crew.at_work():
        assert crew.until(lambda: crew.woken[Kind.DELIVER, "board"] == 1)
    assert crew.engine.stats().queued == 1


def test_what_is_asked_for_while_it_runs_is_done_once_more(crew: Crew) -> None:
    crew.held = {"slow": Event()}
    with crew.at_work():
        crew.ask(Kind.PUBLISH, "slow")
        assert crew.until(lambda: crew.woken[Kind.PUBLISH, "slow"] == 1)
        crew.ask(Kind.PUBLISH, "slow")
        crew.held["slow"].set()
        assert crew.until(lambda: crew.woken[Kind.PUBLISH, "slow"] == 2)


def test_a_handler_that_fails_costs_no_other_one_and_is_heard_of(crew: Crew) -> None:
    def broken(key: str) -> None:
        message = f"no {key}"
        raise ValueError(message)

    with crew.at_work(deliver=broken):
        crew.ask(Kind.DELIVER, "board")
        crew.ask(Kind.CHECK, "host:a")
        assert crew.until(lambda: crew.woken[Kind.CHECK, "host:a"] == 1)
        assert crew.until(lambda: crew.failed == ["deliver board: no board"])
        assert crew.engine.stats().dead == 1


def test_no_more_run_at_once_than_there_are_slots(crew: Crew) -> None:
    crew.held = {str(n): Event() for n in range(6)}
    for key in crew.held:
        crew.ask(Kind.CHECK, key)
    with crew.at_work(slots=2):
        assert crew.until(lambda: crew.busy == 2)
        for one in crew.held.values():
            one.set()
        assert crew.until(lambda: len(crew.woken) == 6)
    assert crew.most == 2


def test_what_was_begun_is_finished_when_it_is_told_to_stop(crew: Crew) -> None:
    crew.held = {"slow": Event()}
    crew.ask(Kind.CHECK, "slow")
    with crew.at_work():
        assert crew.until(lambda: crew.busy == 1)
        crew.engine.stop()
        crew.held["slow"].set()
    assert crew.busy == 0


def test_what_is_scheduled_comes_again_and_again(crew: Crew) -> None:
    crew.engine.schedule(Kind.LOOK, timedelta(seconds=0.3))
    with crew.at_work():
        assert crew.until(lambda: crew.woken[Kind.LOOK, ""] >= 3)


def test_stats_say_what_waits_and_what_is_late(crew: Crew) -> None:
    crew.ask(Kind.CHECK, "tomorrow", timedelta(days=1))
    crew.ask(Kind.CHECK, "late", -timedelta(minutes=5))
    said = crew.engine.stats()
    assert (said.queued, said.running, said.late, said.dead) == (2, 0, 1, 0)
    assert said.late_since is not None
    assert utc_now() - said.late_since >= timedelta(minutes=5)
