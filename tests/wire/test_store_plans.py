"""How statements are carried out: none may read a big table from end to end, or sort it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from feedbot.alert import Alarm, Alert
from feedbot.notice import Notice
from feedbot.ports import Beat, Block, Lease
from feedbot.robots import Robots
from feedbot.source import Filter, SourceId
from feedbot.store import Store, open_store
from feedbot.target import TargetState
from tests.newsroom import ALL, CLINIC, LEASE, NOW, OFFICE, OPS, feed, item, owed, state

Heard = list[tuple[str, tuple[object, ...]]]
ALERT = Alert(key="source:office", kind="source", subject="office", cause="", remedy="", since=NOW)
UPKEEP = {
    "old_deliveries",
    "drop_deliveries",
    "old_revisions",
    "drop_revisions",
    "old_alerts",
    "drop_alerts",
    "old_decisions",
    "drop_decisions",
}
UPKEEP |= {"under", "old_items", "shorten", "compact", "place", "gauges", "answers", "latest_check"}
AT_LEISURE = UPKEEP | {"search"}
"""What reads much on purpose, and is asked seldom: by upkeep, or by a person who looks for words."""
BIG = ("items", "item_keys", "revisions", "deliveries", "leases")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "feedbot.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{path}") as opened:
        yield opened


def everything(store: Store) -> dict[str, Callable[[], object]]:
    """Return a use of everything that a store can do."""
    many = [SourceId(f"s{n}") for n in range(100)]
    beds = feed(wanted=Filter(only={"title": ("beds",)}))
    return {
        "register": lambda: list(map(store.register, ([OFFICE, CLINIC], [CLINIC], [OFFICE, CLINIC]))),
        "commit": lambda: store.commit(
            state(), items=[item("a"), item("b"), item("a", revision=2)], debts=[owed("a")], feeds=[ALL]
        ),
        "state": lambda: store.state(OFFICE),
        "states": lambda: store.states([OFFICE, CLINIC]),
        "latest": lambda: store.latest([item("a").id]),
        "known": lambda: store.known(OFFICE, ["guid:a"]),
        "claim": lambda: store.claim(OPS, now=NOW, lease=LEASE, limit=9),
        "items": lambda: store.items([owed("a")]),
        "settle": lambda: store.settle([replace(owed("a"), lease="x")]),
        "target": lambda: store.target(OPS),
        "left": lambda: store.left(OPS),
        "leave": lambda: store.leave(OPS, "reader@example.org", at=NOW),
        "come_back": lambda: store.come_back(OPS, "reader@example.org"),
        "save_target": lambda: store.save_target(TargetState(target_id=OPS)),
        "release_leases": store.release_leases,
        "snapshot": lambda: at_one_moment(store),
        "stands": store.stands,
        "stand": lambda: store.stand(ALL),
        "unpublished": store.unpublished,
        "mark": lambda: store.mark([ALL]),
        "transaction": lambda: in_one(store),
        "shelved": lambda: store.shelved(ALL, "", 1, {"a": "b"}),
        "lineup": lambda: [store.read(store.lineup(one)) for one in (feed(), feed(*many), beds)],
        "read": lambda: store.read(store.lineup(feed())),
        "arrived": lambda: [store.arrived(one, after=0, most=9) for one in (feed(), feed(OFFICE, CLINIC), beds)],
        "within": lambda: store.within(feed(), Block(number=1, after=0, last=9)),
        "blocks": lambda: store.blocks(ALL, ""),
        "filed": lambda: store.filed(ALL, "", Block(number=1, after=0, last=9)),
        "labels": lambda: store.labels("category", [OFFICE]),
        "withdrawn": lambda: [store.withdrawn(one, 9) for one in (feed(), feed(*map(SourceId, "abc")))],
        "recent": lambda: store.recent(OFFICE, 9),
        "revive": lambda: store.revive({OFFICE: "https://office.example/"}),
        "robots": lambda: store.robots("https://office.example"),
        "keep_robots": lambda: store.keep_robots(Robots(origin="https://office.example", asked_at=NOW)),
        "lease": lambda: store.lease("tick", holder="", now=NOW, until=NOW),
        "renew": lambda: store.renew([Lease(name="tick", token=1)], until=NOW),
        "release": lambda: store.release(Lease(name="tick", token=1), at=NOW),
        "holders": lambda: store.holders(NOW),
        "forget_leases": lambda: store.forget_leases(NOW),
        "postpone": lambda: store.postpone([OFFICE], NOW),
        "heed_clock": lambda: store.heed_clock(NOW),
        "moments": lambda: store.moments(OFFICE, 9),
        "rename": lambda: store.rename(SourceId("before"), SourceId("after")),
        "untold": lambda: store.untold("https://hub.example/", now=NOW),
        "post": lambda: store.post("https://hub.example/", Notice(name="all.json", digest="d")),
        "layout": lambda: store.layout(ALL),
        "newest": lambda: [store.newest(one) for one in (feed(), feed(*many), beds)],
        "due": lambda: [store.due(ids, NOW, limit=5) for ids in (None, many)],
        "next_due": store.next_due,
        "titles": lambda: [store.titles(ids) for ids in (None, many)],
        "owed_to": lambda: store.owed_to([OPS], NOW),
        "sources": store.sources,
        "targets": store.targets,
        "dead": store.dead,
        "find_item": lambda: [store.find_item(one) for one in ("a", "https://office.example/a")],
        "retry": lambda: [store.retry(target, since) for target in (None, OPS) for since in (None, NOW)],
        "raise_alert": lambda: store.raise_alert(ALERT),
        "clear_alert": lambda: store.clear_alert(ALERT.key, at=NOW),
        "alarms": store.alarms,
        "tell": lambda: store.tell(Alarm(alert=ALERT), "raised", item("told"), [owed("told")]),
        "post_bulletin": lambda: store.post_bulletin(item("posted"), [owed("posted")]),
        "failing": lambda: store.failing(3),
        "troubled": store.troubled,
        "given_up": lambda: store.given_up(NOW),
        "overdue": store.overdue,
        "waiting": lambda: store.waiting(OFFICE),
        "tally": lambda: store.tally(NOW),
        "beat": lambda: store.beat("pass"),
        "set_beat": lambda: store.set_beat("pass", Beat(at=NOW, usual=NOW - NOW)),
        "decisions_of": lambda: store.decisions_of(item("a").id),
        "deliveries_of": lambda: store.deliveries_of(item("a").id),
        "target_states": store.target_states,
        "decided": lambda: list(store.decided(NOW)),
        "owed_since": lambda: store.owed_since(NOW),
        "delays": lambda: store.delays([OPS], NOW, 9),
    }


def at_one_moment(store: Store) -> None:
    with store.snapshot():
        store.read(store.lineup(feed()))


def in_one(store: Store) -> None:
    with store.transaction():
        store.commit(state())
        store.mark([ALL])


@pytest.fixture
def heard() -> Iterator[Heard]:
    """Every statement that any database is asked, with the parameters of its first row."""
    said: Heard = []

    def hear(
        _conn: object, _cursor: object, statement: str, asked: list[object], _context: object, many: object
    ) -> None:
        if not statement.startswith("BEGIN"):
            said.append((statement, tuple(asked[0] if many else asked)))  # type: ignore[arg-type]

    event.listen(Engine, "before_cursor_execute", hear)
    yield said
    event.remove(Engine, "before_cursor_execute", hear)


def steps(path: Path, heard: Heard) -> list[str]:
    """Return each step of the plan of each statement, with the statement."""
    with closing(sqlite3.connect(path)) as database:
        return [
            f"{row[-1]} OF {' '.join(statement.split())}"
            for statement, asked in heard
            for row in database.execute(f"EXPLAIN QUERY PLAN {statement}", asked)
        ]


def test_every_use_of_the_store_is_looked_at_here(store: Store) -> None:
    assert set(everything(store)) == {name for name in dir(store) if not name.startswith("_")} - AT_LEISURE


def test_no_statement_reads_a_big_table_from_end_to_end(store: Store, path: Path, heard: Heard) -> None:
    for use in everything(store).values():
        use()
    assert len({statement for statement, _ in heard}) > 35
    plans = steps(path, heard)
    assert any(step.startswith("SEARCH items USING") for step in plans)
    assert [step for step in plans if step.startswith(tuple(f"SCAN {table} " for table in BIG))] == []


@pytest.mark.parametrize(
    ("use", "sorts"), [("newest", 0), ("arrived", 0), ("lineup", 0), ("due", 0), ("known", 0), ("claim", 2)]
)
def test_what_comes_in_order_is_read_in_order(store: Store, path: Path, heard: Heard, use: str, sorts: int) -> None:
    """A claim sorts the few that it found: those that are due, those whose lease ran out, and both together."""
    everything(store)["commit"]()
    heard.clear()
    everything(store)[use]()
    found = [step for step in steps(path, heard) if "TEMP B-TREE" in step]
    assert len(found) == sorts, found
