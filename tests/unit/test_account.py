"""Why an item was sent to a target or not, told from what was stored when it was decided."""

from datetime import timedelta
from typing import Any

from feedbot.account import Delay, Fate, Known, fates, speed
from feedbot.decision import decide
from feedbot.delivery import Delivery, Event, Failed, Sent, State, settle
from feedbot.item import Item
from feedbot.refusal import refusal
from feedbot.source import Filter, Source
from feedbot.target import MaildirTarget, TargetState
from tests.newsroom import BOARD, NOW, OFFICE, OPS, item, owed

DAY = timedelta(days=1)
SOURCE = Source(id=OFFICE, url="https://office.example/", notify=(OPS, BOARD))
NEWS = item("a", title="Two vacancies in the ward", language="cy")


def target(**facts: Any) -> MaildirTarget:
    return MaildirTarget(id=BOARD, path="mail", **facts)


def rule(event: Event = "published", source: Source = SOURCE, *, slight: bool = False, **facts: Any) -> str:
    return refusal(target(**facts), NEWS, event, source, NOW + DAY, slight=slight)


def fate(*deliveries: Delivery, state: TargetState | None = None, **known: Any) -> Fate:
    facts: dict[str, Any] = {"item": NEWS, "decisions": (), "deliveries": deliveries, "baseline_at": None} | known
    (found,) = fates(Known(**facts), [OPS], {OPS: state} if state else {})
    return found


def test_a_rule_is_named_as_it_stands_in_the_configuration() -> None:
    assert rule() == ""
    assert rule(source=Source(id=OFFICE, url="", notify=(OPS,))) == "sources.office.notify: it does not name board"
    assert rule(max_age=timedelta(hours=6)) == "targets.board.max_age: 6 hours, and it is 24 hours old"
    assert rule(languages=("en", "fr")) == "targets.board.languages: en, fr are wanted, and it is cy"
    assert rule(wanted=Filter(only={"title": ("beds", "/ward$/")})) == ""
    assert rule(wanted=Filter(only={"category": ("News",)})) == "targets.board.only.category: none of News"
    assert rule(wanted=Filter(never={"title": ("beds", "vacancies")})) == "targets.board.never.title: vacancies"
    assert rule("updated") == "targets.board.edits: none are told"
    assert rule("updated", edits="substantive", slight=True) == "targets.board.edits: substantive, and little changed"
    assert rule("withdrawn") == "targets.board.withdrawn: it is not told"


def test_rules_of_the_source_are_named_as_such() -> None:
    old = Source(id=OFFICE, url="", notify=(BOARD,), max_age=timedelta(hours=6))
    assert rule(source=old).startswith("sources.office.max_age: 6 hours")
    picky = Source(id=OFFICE, url="", notify=(BOARD,), wanted=Filter(never={"title": ("ward",)}))
    assert rule(source=picky) == "sources.office.never.title: ward"


def test_what_was_sent_says_when_after_which_tries_and_what_the_target_answered() -> None:
    claimed = owed("a", attempts=1, state=State.LEASED)
    failed = settle(claimed, Failed("HTTP 500"), now=NOW, jitter=0)
    sent = settle(failed, Sent("HTTP 204"), now=NOW + DAY, jitter=0)
    found = fate(sent)
    assert (found.stage, found.rule, found.settled_at, found.key) == ("sent", "HTTP 204", NOW + DAY, sent.key)
    assert [(one.at, one.reason) for one in found.tries] == [(NOW, "HTTP 500")]


def test_what_waits_says_what_it_waits_for() -> None:
    assert fate(owed("a")).stage == "owed"
    assert fate(owed("a", attempts=2, reason="HTTP 500")).stage == "retrying"
    assert fate(owed("a", state=State.LEASED)).stage == "sending"
    assert fate(owed("a", state=State.DEAD, reason="HTTP 404")).rule == "HTTP 404"
    gone = TargetState(target_id=OPS, disabled_at=NOW, reason="HTTP 410")
    assert fate(owed("a"), state=gone).rule == "its target is disabled: HTTP 410"
    busy = TargetState(target_id=OPS, paused_until=NOW + DAY, reason="HTTP 429")
    assert fate(owed("a"), state=busy).stage == "held"


def test_what_was_refused_or_barred_says_by_which_rule() -> None:
    picky = MaildirTarget(id=OPS, path="mail", wanted=Filter(never={"title": ("ward",)}))
    refused = decide(NEWS, "published", SOURCE, [picky], NOW, slight=False, barred="")
    assert not refused.owed
    assert (fate(decisions=[refused]).stage, fate(decisions=[refused]).rule) == (
        "refused",
        "targets.ops.never.title: ward",
    )
    barred = decide(NEWS, "published", SOURCE, [target()], NOW, slight=False, barred="it is old")
    assert (fate(decisions=[barred]).stage, fate(decisions=[barred]).rule) == ("barred", "it is old")


def test_what_was_there_at_the_first_look_is_of_the_baseline() -> None:
    assert fate(baseline_at=NOW).stage == "baseline"
    assert fate(baseline_at=NOW - DAY).stage == "unknown"


def test_a_target_that_came_later_says_so() -> None:
    decision = decide(NEWS, "published", SOURCE, [target()], NOW, slight=False, barred="")
    assert fate(decisions=[decision]).rule == "it was not configured then"


def test_every_revision_of_an_item_has_a_fate_of_its_own() -> None:
    again = item("a", revision=2)
    told: list[tuple[Item, Event]] = [(NEWS, "published"), (again, "updated")]
    ops = [MaildirTarget(id=OPS, path="mail")]
    decisions = [decide(one, event, SOURCE, ops, NOW, slight=False, barred="") for one, event in told]
    known = Known(item=again, decisions=decisions, deliveries=[owed("a")], baseline_at=None)
    assert [(one.revision, one.stage) for one in fates(known, [OPS], {})] == [(1, "owed"), (2, "refused")]


def test_how_long_news_took_is_told_by_the_nearest_rank() -> None:
    took = [Delay(source_id=OFFICE, target_id=OPS, took=timedelta(seconds=n)) for n in range(1, 101)]
    found = speed(took)
    assert found
    assert (found.count, found.p50.seconds, found.p95.seconds) == (100, 50, 95)
    assert speed([]) is None
    one = speed(took[:1])
    assert one
    assert one.p50 == one.p95 == timedelta(seconds=1)
