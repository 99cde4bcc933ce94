"""Keeping an installation in order from the command line: copies, going back to one, and letting go of what is old."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.story.test_reload import feed, made_due, rows, serving, write


def feedbot(place: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "feedbot", *words, "--config", "feedbot.yaml"]
    return subprocess.run(command, cwd=place, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "news.xml").write_text(feed("a", "b"))
    write(tmp_path)
    return tmp_path


def test_a_copy_is_taken_while_the_service_works_and_put_back_when_it_ended(place: Path) -> None:
    with serving(place) as service:
        service.until("published", feed="index")
        said = json.loads(feedbot(place, "backup", "copy", "--json").stdout)
        assert (said["path"], said["items"]) == (str(place / "copy"), 2)
        (place / "news.xml").write_text(feed("c", "a", "b"))
        made_due(place)
        service.until("checked", source="office", new=1)
        refused = feedbot(place, "restore", "copy")
        assert (refused.returncode, f"process {service.process.pid}" in refused.stderr) == (3, True)
        service.process.terminate()
        assert service.process.wait(timeout=30) == 0
    done = feedbot(place, "restore", "copy")
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 items" in done.stdout
    assert len(rows(place, "SELECT id FROM items")) == 2
    before = sorted(rows(place, "SELECT id FROM items"))
    assert feedbot(place, "check").returncode == 0
    again = sorted(rows(place, "SELECT id FROM items"))
    assert len(again) == 3
    assert set(before) < set(again), "what is known keeps its ids"


def test_what_would_be_let_go_of_can_be_seen_first(place: Path) -> None:
    assert feedbot(place, "run").returncode == 0
    assert "nothing that nobody needs" in feedbot(place, "prune", "--dry-run").stdout
    told = json.loads(feedbot(place, "prune", "--compact", "--json").stdout)
    assert (told["deliveries"], told["items"]) == (0, 0)
    assert 0 < told["bytes"] <= told["bytes_before"]


def test_items_are_not_cut_down_where_archives_show_them(place: Path) -> None:
    (place / "feedbot.yaml").write_text("keep: {items: 365d}\n")
    refused = feedbot(place, "prune")
    assert refused.returncode == 2
    assert "keep.items: archives show every item" in refused.stderr
    assert "add `archives: false` to `site:`" in refused.stderr
    (place / "feedbot.yaml").write_text("keep: {items: 365d}\nsite: {archives: false}\n")
    assert feedbot(place, "prune").returncode == 0
