"""`feedbot status`: how everything stands, for people and for machines."""

import json
from pathlib import Path

import pytest

from tests.story.test_reload import feed, serving, write
from tests.story.test_upkeep import feedbot

CONFIG = """\
database: sqlite:///feedbot.sqlite3
sources:
  - {{id: office, url: "file://{place}/news.xml", every: 1h}}
  - {{id: gone, url: "file://{place}/nowhere.xml", every: 1h}}
targets:
  box: {{maildir: "{place}/file/mail"}}
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "news.xml").write_text(feed("a"))
    (tmp_path / "feedbot.yaml").write_text(CONFIG.format(place=tmp_path))
    feedbot(tmp_path, "run")
    (tmp_path / "news.xml").write_text(feed("b", "a"))
    feedbot(tmp_path, "check")
    feedbot(tmp_path, "deliver")
    return tmp_path


def test_the_worst_is_told_first_and_the_queue_with_its_reason(place: Path) -> None:
    lines = feedbot(place, "status").stdout.splitlines()
    assert lines[0].startswith("No feedbot is at work. 2 sources: 1 down, 1 fresh; the next check is in ")
    assert lines[1].startswith("Queue: 1 owed")
    assert [line.split("\t")[0] for line in lines[2:5]] == ["gone", "office", "box"]


def test_what_each_source_was_asked_is_told_for_each_new_item(place: Path) -> None:
    lines = [line.split("\t") for line in feedbot(place, "status", "--politeness").stdout.splitlines()]
    assert [line[:2] for line in lines[:2]] == [["gone", "2"], ["office", "2"]]
    assert lines[1][3:5] == ["1", "2.0"]
    assert lines[2][0].startswith("All together: 4 requests")
    said = json.loads(feedbot(place, "status", "--json").stdout)["sources"]["office"]["politeness"]
    assert (said["requests"], said["new"], said["requests_per_item"]) == (2, 1, 2.0)


def test_machines_are_told_the_same(place: Path) -> None:
    said = json.loads(feedbot(place, "status", "--json").stdout)
    assert said["summary"] | {"next_check": None, "oldest_due": None} == {
        "process": "",
        "sources": {"down": 1, "fresh": 1},
        "overdue": 0,
        "lag_seconds": 0.0,
        "next_check": None,
        "owed": 1,
        "oldest_due": None,
        "dead": 0,
    }
    assert said["sources"]["gone"]["state"]["failures"] == 2
    assert said["targets"]["box"]["counts"] == {"pending": 1}


def test_a_part_can_be_asked_for(place: Path) -> None:
    assert [*json.loads(feedbot(place, "status", "--json", "--health", "down").stdout)["sources"]] == ["gone"]
    assert [*json.loads(feedbot(place, "status", "office", "--json").stdout)["sources"]] == ["office"]
    wrong = feedbot(place, "status", "offise")
    assert (wrong.returncode, "did you mean office?" in wrong.stderr) == (2, True)


def test_what_a_target_that_was_taken_out_is_still_owed_is_told(place: Path) -> None:
    text = (place / "feedbot.yaml").read_text().partition("targets:")[0]
    (place / "feedbot.yaml").write_text(text)
    assert "box is not configured any more; 1 deliveries wait" in feedbot(place, "status").stdout
    assert json.loads(feedbot(place, "status", "--json").stdout)["left"] == {"box": 1}


def test_who_works_on_the_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "news.xml").write_text(feed("a"))
    write(tmp_path)
    with serving(tmp_path) as service:
        service.until("published", feed="index")
        assert (
            f"feedbot (process {service.process.pid}) is at work. 1 source: 1 fresh"
            in feedbot(tmp_path, "status").stdout
        )
