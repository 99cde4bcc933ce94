"""Metrics as Prometheus reads them, held against its own parser; each is told in the docs."""

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from feedbot.app import open_app, utc_now
from feedbot.config import load_text
from feedbot.delivery import Failed, settle
from feedbot.service import Service
from feedbot.source import Health, SourceId, TargetId
from tests.newsroom import LEASE, item, owed, state

DOCS = Path(__file__).parents[2] / "docs" / "operating.md"
CONFIG = """\
database: sqlite:///{place}/feedbot.sqlite3
feeds_dir: {place}/feeds
sources:
  - {{id: office, url: "file://{place}/news.xml", notify: [ops]}}
  - {{id: clinic, url: "file://{place}/gone.xml"}}
targets: {{ops: {{maildir: "{place}/mail"}}, "board": {{maildir: "{place}/mail"}}}}
"""
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    config = load_text(CONFIG.format(place=tmp_path), str(tmp_path / "feedbot.yaml"), {})
    with open_app(config) as app:
        service = Service(app, lambda: config)
        with closing(service):
            yield service


def samples(service: Service) -> Samples:
    families = list(text_string_to_metric_families(service.metrics.text().decode()))
    assert len({family.name for family in families}) == len(families), "each name once"
    return {(one.name, tuple(sorted(one.labels.items()))): one.value for family in families for one in family.samples}


def value(said: Samples, name: str, **labels: str) -> float:
    return said[name, tuple(sorted(labels.items()))]


def test_everything_stands_in_the_text_as_it_is_in_the_store(service: Service) -> None:
    now, store = utc_now(), service.app.store
    debts = [owed(name, TargetId("ops"), created_at=now, due_at=now) for name in ("a", "b", "c")]
    store.commit(
        state(SourceId("office"), health=Health.FRESH, due_at=now), items=[item(n) for n in "abc"], debts=debts
    )
    failing = state(SourceId("clinic"), health=Health.DOWN, failures=2, failing_since=now, due_at=now)
    store.commit(failing)
    (claimed,) = store.claim(TargetId("ops"), now=now, lease=LEASE, limit=1)
    store.settle([settle(claimed, Failed("no such mailbox", permanent=True), now=now, jitter=0)])
    said = samples(service)
    assert [value(said, "feedbot_sources", health=one) for one in ("fresh", "down", "quiet", "unchecked")] == [
        1,
        1,
        0,
        0,
    ]
    assert value(said, "feedbot_sources_overdue") == 2
    assert value(said, "feedbot_lag_seconds") >= 0
    since = value(said, "feedbot_source_failing_timestamp_seconds", source="clinic", health="down")
    assert since == pytest.approx(now.timestamp())
    assert value(said, "feedbot_queue", target="ops", state="owed") == 2
    assert value(said, "feedbot_queue", target="ops", state="dead") == 1
    assert value(said, "feedbot_target_disabled", target="ops") == 0
    assert value(said, "feedbot_database_up") == 1
    assert value(said, "feedbot_database_bytes") > 10_000
    assert value(said, "feedbot_disk_free_bytes", holds="feeds") > 0
    assert value(said, "process_resident_memory_bytes") > 0


def test_what_was_done_is_counted(service: Service, tmp_path: Path) -> None:
    (tmp_path / "news.xml").write_text(
        '<rss version="2.0"><channel><title>News</title><item><title>One</title></item></channel></rss>'
    )
    for done in service.app.check():
        service.metrics.checked(done)
    for written in service.app.publish():
        service.metrics.published(written)
    said = samples(service)
    assert value(said, "feedbot_checks_total", health="fresh") == 1
    assert value(said, "feedbot_checks_total", health="down") == 1
    assert value(said, "feedbot_items_total", event="new") == 1
    assert value(said, "feedbot_files_total", outcome="written") > 5
    assert value(said, "feedbot_files_total", outcome="failed") == 0


def test_names_that_strangers_chose_break_no_line(service: Service) -> None:
    odd = 'a "quoted\\" one\nfeedbot_sources{health="fresh"} 99'
    service.app.store.register([SourceId(odd)])
    broken = state(SourceId(odd), health=Health.DOWN, failing_since=utc_now())
    service.app.store.commit(replace(broken, failures=1))
    said = samples(service)
    assert value(said, "feedbot_source_failing_timestamp_seconds", source=odd, health="down") > 0
    assert value(said, "feedbot_sources", health="fresh") == 0


def test_every_metric_is_told_in_the_docs(service: Service) -> None:
    service.pulse.begin("check")
    service.pulse.end("check", utc_now())
    names = {name for name, _ in samples(service) if name.startswith("feedbot_")}
    names |= {"feedbot_deliveries_total", "feedbot_queue", "feedbot_queue_lag_seconds", "feedbot_target_disabled"}
    names.add("feedbot_source_failing_timestamp_seconds")
    told = set(re.findall(r"`(feedbot_[a-z_]+)", DOCS.read_text()))
    assert names == told
