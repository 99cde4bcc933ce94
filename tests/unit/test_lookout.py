"""What is wrong is raised once with its cause and remedy, and cleared when it is gone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from feedbot.alert import Alert
from feedbot.bulletin import CANARY
from feedbot.compose import compose
from feedbot.compose.letterhead import Letterhead
from feedbot.delivery import Delivery, Hook, Mail
from feedbot.feed import Site
from feedbot.lookout import LOW, PASS, Surroundings, passed, returned, summary, tell, watch
from feedbot.ports import Beat, GivenUp, Tally
from feedbot.source import Health, Source, SourceId, SourceState, TargetId
from feedbot.target import EmailTarget, TargetState, WebhookTarget
from tests.fakes import MemoryStore
from tests.newsroom import BOARD, NOW, OFFICE, OPS, owed

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@dataclass
class FakeFacts:
    """What a store says of itself."""

    sources: list[SourceState] = field(default_factory=list)
    targets: list[TargetState] = field(default_factory=list)
    lost: dict[TargetId, GivenUp] = field(default_factory=dict)
    late: tuple[SourceId, datetime] | None = None
    beats: dict[str, Beat] = field(default_factory=dict)
    canary: Delivery | None = None
    counts: Tally = field(default_factory=lambda: Tally(new={}, sent={}))

    def failing(self, least: int) -> Sequence[SourceState]:
        return [one for one in self.sources if one.failures >= least]

    def troubled(self) -> Sequence[TargetState]:
        return self.targets

    def given_up(self, since: datetime) -> Mapping[TargetId, GivenUp]:
        return {name: one for name, one in self.lost.items() if one.first_at >= since}

    def overdue(self) -> tuple[SourceId, datetime] | None:
        return self.late

    def waiting(self, source_id: SourceId) -> Delivery | None:
        return self.canary if source_id == CANARY else None

    def tally(self, since: datetime) -> Tally:
        return self.counts

    def beat(self, name: str) -> Beat | None:
        return self.beats.get(name)

    def set_beat(self, name: str, beat: Beat) -> None:
        self.beats[name] = beat


AROUND = Surroundings(targets=[OPS, BOARD])


def up(store: MemoryStore) -> dict[str, Alert]:
    return {one.alert.key: one.alert for one in store.alarms() if one.up}


def failing(failures: int = 3) -> SourceState:
    return SourceState(
        source_id=OFFICE, failures=failures, failing_since=NOW - HOUR, health=Health.DOWN, evidence="HTTP 500"
    )


def test_a_source_that_failed_three_times_is_raised_with_cause_and_remedy_and_cleared_when_it_works() -> None:
    store, facts = MemoryStore(), FakeFacts(sources=[failing(2)])
    watch(facts, store, AROUND, NOW)
    assert not up(store)
    facts.sources = [failing()]
    watch(facts, store, AROUND, NOW)
    alert = up(store)["source:office"]
    assert (alert.cause, alert.since) == ("It is down: HTTP 500.", NOW - HOUR)
    assert "address" in alert.remedy
    facts.sources = []
    watch(facts, store, AROUND, NOW + MINUTE)
    assert not up(store)


def test_a_disabled_target_is_told_to_the_others_only() -> None:
    store, facts = MemoryStore(), FakeFacts(targets=[TargetState(target_id=BOARD, disabled_at=NOW, reason="HTTP 410")])
    watch(facts, store, AROUND, NOW)
    (told,) = tell(store, [OPS, BOARD], "UTC", NOW)
    assert (told.alert.key, told.telling, told.hearers) == ("target:board", "raised", 1)
    assert [one.target_id for one in store.deliveries.values()] == [OPS]
    assert "feedbot retry --target board" in told.alert.remedy


def test_a_target_that_failed_three_times_is_told_to_the_others_until_it_takes_messages_again() -> None:
    state = TargetState(target_id=BOARD, failing_since=NOW, failures=2, reason="535 authentication failed")
    store, facts = MemoryStore(), FakeFacts(targets=[state])
    watch(facts, store, AROUND, NOW)
    assert not up(store)
    facts.targets = [replace(state, failures=3)]
    watch(facts, store, AROUND, NOW + MINUTE)
    assert up(store)["failing:board"].cause == "Its last answer was: 535 authentication failed."
    assert [one.hearers for one in tell(store, [OPS, BOARD], "UTC", NOW)] == [1]
    facts.targets = []
    watch(facts, store, AROUND, NOW + HOUR)
    assert not up(store)


def test_targets_that_are_not_configured_any_more_are_nobodys_trouble() -> None:
    facts = FakeFacts(
        targets=[TargetState(target_id=TargetId("old"), disabled_at=NOW)],
        lost={TargetId("old"): GivenUp(count=1, first_at=NOW, last_reason="")},
    )
    store = MemoryStore()
    watch(facts, store, AROUND, NOW)
    assert not up(store)


def test_dead_letters_are_raised_for_a_day() -> None:
    facts = FakeFacts(lost={BOARD: GivenUp(count=3, first_at=NOW, last_reason="HTTP 404")})
    store = MemoryStore()
    watch(facts, store, AROUND, NOW)
    assert up(store)["dead:board"].cause == "3 deliveries were given up within a day, such as for: HTTP 404."
    watch(facts, store, AROUND, NOW + 25 * HOUR)
    assert not up(store)


def test_a_disk_is_full_until_it_has_twice_the_room() -> None:
    store, facts = MemoryStore(), FakeFacts()
    for free, there in ((LOW + 1, False), (LOW - 1, True), (LOW + 1, True), (2 * LOW, False)):
        watch(facts, store, Surroundings(rooms={"var": free}), NOW)
        assert ("disk:var" in up(store)) is there


def test_feeds_that_cannot_be_written_are_raised_until_they_are_written() -> None:
    store, facts = MemoryStore(), FakeFacts()
    watch(facts, store, Surroundings(unwritten={"all.json": "No space left on device"}), NOW)
    watch(facts, store, Surroundings(), NOW + MINUTE)
    assert up(store)["feeds:feeds"].cause == "all.json: No space left on device."
    watch(facts, store, Surroundings(unwritten={}), NOW + 2 * MINUTE)
    assert not up(store)


def test_sources_that_nobody_looks_at_say_that_the_service_is_late() -> None:
    store, facts = MemoryStore(), FakeFacts(late=(OFFICE, NOW - 29 * MINUTE))
    waited = replace(AROUND, waited=True)
    watch(facts, store, waited, NOW)
    watch(facts, store, AROUND, NOW + 2 * MINUTE)
    assert not up(store), "it may have slept"
    watch(facts, store, waited, NOW + 2 * MINUTE)
    assert "office was to be looked at 31 min ago" in up(store)["stale:feedbot"].cause


def test_a_service_that_was_away_for_longer_than_usual_says_so_when_it_is_back() -> None:
    facts = FakeFacts()
    assert returned(facts, NOW) is None, "the first start is no return"
    for hour in range(3):
        passed(facts, NOW + hour * HOUR)
    assert returned(facts, NOW + 4 * HOUR) is None
    alert = returned(facts, NOW + 26 * HOUR)
    assert alert
    assert alert.cause.startswith("Nothing was checked or sent for 1 d")
    passed(facts, NOW + 26 * HOUR)
    assert facts.beats[PASS].usual == HOUR, "an outage does not become the rule"


def test_a_canary_that_does_not_arrive_within_its_turn_is_raised_to_the_other_targets() -> None:
    store, facts = MemoryStore(), FakeFacts(canary=owed("canary-1", BOARD, reason="HTTP 500"))
    around = Surroundings(targets=[OPS, BOARD], canary=HOUR)
    watch(facts, store, around, NOW + HOUR)
    assert not up(store), "it may be on its way for as long as until the next one"
    watch(facts, store, around, NOW + HOUR + MINUTE)
    assert "HTTP 500" in up(store)["canary:board"].cause
    (told,) = tell(store, [OPS, BOARD], "UTC", NOW + HOUR + MINUTE)
    assert told.hearers == 1
    facts.canary = None
    watch(facts, store, around, NOW + 2 * HOUR)
    assert not up(store)


def test_a_summary_says_what_came_what_was_sent_and_what_is_wrong() -> None:
    store = MemoryStore()
    facts = FakeFacts(sources=[failing()], counts=Tally(new={OFFICE: 3, CANARY: 24}, sent={OPS: 2, BOARD: 25}))
    watch(facts, store, AROUND, NOW)
    item = summary(facts, store, lambda _: "The office", NOW.date(), NOW)
    assert item.title == "1 thing is wrong: 3 new items, 27 messages"
    came, sent, wrong = item.content_text.splitlines()
    assert came == "- 3 new items: The office 3"
    assert sent == "- 27 messages: board 25, ops 2"
    assert wrong.startswith("- Source office fails, for 1 h: It is down: HTTP 500. Nothing, if it comes back")
    calm = summary(FakeFacts(), MemoryStore(), str, NOW.date(), NOW + HOUR)
    assert calm.title == "All is well: 0 new items, 0 messages"
    assert calm.id == item.id, "one for a day, however often it is made"


def told_in_turn() -> tuple[MemoryStore, Letterhead]:
    store, facts = MemoryStore(), FakeFacts(sources=[failing()])
    watch(facts, store, AROUND, NOW)
    tell(store, [OPS], "Europe/London", NOW)
    facts.sources = []
    watch(facts, store, AROUND, NOW + HOUR)
    tell(store, [OPS], "Europe/London", NOW + HOUR)
    head = Letterhead(
        site=Site(),
        sender="News <news@example.org>",
        sources={OFFICE: Source(id=OFFICE, url="https://office.example/")},
    )
    return store, head


def test_a_webhook_hears_what_the_design_calls_source_failing_and_source_recovered() -> None:
    store, head = told_in_turn()
    target = WebhookTarget(id=OPS, url="https://hook.example/")
    bodies = []
    for one in store.deliveries.values():
        message = compose(target, [one], store.items([one]), head)
        assert isinstance(message, Hook)
        bodies.append(message.body.decode())
    assert '"type":"source.failing"' in bodies[0]
    assert '"source":{"id":"office"' in bodies[0]
    assert '"cause":"It is down: HTTP 500."' in bodies[0]
    assert '"type":"source.recovered"' in bodies[1]


def test_a_mail_says_what_is_wrong_and_its_end_is_threaded_under_it() -> None:
    store, head = told_in_turn()
    target = EmailTarget(id=OPS, recipients=("ops@example.org",))
    mails = []
    for one in store.deliveries.values():
        message = compose(target, [one], store.items([one]), head)
        assert isinstance(message, Mail)
        mails.append(message.raw.decode())
    assert "Subject: Alert: Source office fails" in mails[0]
    assert "Subject: Over: Source office works again" in mails[1]
    assert mails[0].split("Message-ID: ")[1].split("\r\n")[0] in mails[1].split("References: ")[1]
    assert "It lasted 2 h" in mails[1]
