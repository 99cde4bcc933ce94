"""What another configuration would have sent over what is stored."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from feedbot.account import Decided
from feedbot.backtest import Backtest, backtest
from feedbot.cadence import Rhythm
from feedbot.decision import decide
from feedbot.item import Item
from feedbot.source import Filter, Source
from feedbot.target import MaildirTarget, Target
from tests.newsroom import BOARD, NOW, OFFICE, OPS, item

SOURCE = Source(id=OFFICE, url="https://office.example/", notify=(OPS, BOARD))
TARGETS: tuple[Target, ...] = (
    MaildirTarget(id=OPS, path="ops", wanted=Filter(never={"title": ("vacancy",)})),
    MaildirTarget(id=BOARD, path="board", edits="substantive"),
)
ITEMS = (item("a", title="A bed"), item("b", title="A vacancy"), item("c", title="A corridor"))
EDITED = (
    replace(ITEMS[0], revision=2, title="A bed."),
    replace(ITEMS[2], revision=2, title="Two corridors and a lift"),
)


def history(*, barred: str = "") -> list[Decided]:
    found = [_decided(one, None, barred) for one in ITEMS]
    return found + [_decided(one, before, "") for one, before in zip(EDITED, (ITEMS[0], ITEMS[2]), strict=True)]


def _decided(one: Item, before: Item | None, barred: str) -> Decided:
    slight = one.title == "A bed."
    event: Any = "updated" if before else "published"
    decision = decide(one, event, SOURCE, TARGETS, NOW, slight=slight, barred=barred)
    return Decided(decision=decision, item=one, before=before)


def run(sources: tuple[Source, ...], targets: tuple[Target, ...], past: list[Decided] | None = None) -> Backtest:
    known = history() if past is None else past
    owed = [debt for one in known for debt in one.decision.debts()]
    return backtest(sources, targets, known, owed, NOW - timedelta(days=30))


def test_the_same_configuration_gives_the_real_log_exactly() -> None:
    done = run((SOURCE,), TARGETS)
    assert not done.added
    assert not done.removed
    assert not done.moved
    assert done.counts == {OPS: 2, BOARD: 4}
    assert len(done.same) == 6


def test_a_changed_filter_says_what_comes_and_what_goes_and_why() -> None:
    done = run((SOURCE,), (replace(TARGETS[0], wanted=Filter(only={"title": ("vacancy",)})), TARGETS[1]))
    assert [(one.target_id, one.title) for one in done.added] == [(OPS, "A vacancy")]
    assert [(one.title, one.rule) for one in done.removed] == [
        ("A bed", "targets.ops.only.title: none of vacancy"),
        ("A corridor", "targets.ops.only.title: none of vacancy"),
    ]


def test_a_target_that_wants_all_edits_gets_the_slight_one_too() -> None:
    done = run((SOURCE,), (TARGETS[0], replace(TARGETS[1], edits="all")))
    assert [(one.title, one.revision, one.event) for one in done.added] == [("A bed.", 2, "updated")]


def test_sources_and_targets_that_are_gone_are_named() -> None:
    assert {one.rule for one in run((), TARGETS).removed} == {"office is no source any more"}
    assert {one.rule for one in run((SOURCE,), TARGETS[:1]).removed} == {"it is no target any more"}


def test_what_was_news_to_nobody_is_none_under_any_configuration() -> None:
    assert not run((SOURCE,), TARGETS, [one for one in history(barred="old") if not one.before]).counts[BOARD]


def test_another_rhythm_moves_what_is_sent_into_fewer_messages() -> None:
    daily = replace(TARGETS[1], rhythm=Rhythm(digest="daily 08:30"))
    done = run((SOURCE,), (TARGETS[0], daily))
    assert not done.added
    assert not done.removed
    assert {one.target_id for one in done.moved} == {BOARD}
    assert {(one.was, one.rule) for one in done.moved} == {("at once", "targets.board.digest: daily 08:30")}
    assert {one.due_at for one in done.moved} == {datetime(2026, 11, 24, 8, 30, tzinfo=UTC)}
    assert (done.counts[BOARD], done.messages) == (4, {OPS: 2, BOARD: 1})


def test_what_is_gathered_goes_in_a_message_for_each_window() -> None:
    batch = replace(TARGETS[1], rhythm=Rhythm(gather=timedelta(minutes=10)))
    spread = [
        replace(one, decision=replace(one.decision, at=NOW + number * timedelta(minutes=6)))
        for number, one in enumerate(history())
    ]
    assert run((SOURCE,), (TARGETS[0], batch), spread).messages[BOARD] == 3
