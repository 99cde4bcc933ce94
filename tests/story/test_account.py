"""An operator asks why an item was sent or not, and what another configuration would have sent."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.story.test_alerts import FEED, World, feedbot, serving

CONFIG = """\
network: {{allow: [127.0.0.0/8]}}
sources:
  - {{id: news, url: "file://{place}/news.xml"}}
targets:
  hook: {{webhook: "{url}/hook"}}
  quiet: {{maildir: quiet, never: {{title: [vacancy]}}}}
  board: {{maildir: board, edits: all}}
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World()
    with serving(world) as url:
        (tmp_path / "feedbot.yaml").write_text(CONFIG.format(place=tmp_path, url=url))
        publish(tmp_path, "A bed for every patient")
        feedbot(tmp_path, "run")
        publish(tmp_path, "A bed for every patient", "A vacancy in Ünterhausen", "Corridors are no wards")
        feedbot(tmp_path, "check")
        yield world


def publish(place: Path, *titles: str, text: str = "") -> None:
    items = "".join(
        f"<item><title>{title}</title><link>https://example.org/{n}</link><description>{text}</description></item>"
        for n, title in enumerate(titles)
    )
    (place / "news.xml").write_text(FEED.format(items))


def why(place: Path, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(feedbot(place, "why", *words, "--json").stdout)["items"]
    return found


def stages(account: dict[str, Any]) -> dict[str, str]:
    return {one["target"]: one["stage"] for one in account["targets"]}


def test_an_item_is_found_by_its_id_its_link_and_words_of_its_title(tmp_path: Path, world: World) -> None:
    (found,) = why(tmp_path, "ünterhausen", "VACANCY")
    assert found["title"] == "A vacancy in Ünterhausen"
    assert why(tmp_path, found["id"]) == why(tmp_path, "http://www.example.org/1/?utm_source=x") == [found]
    nothing = feedbot(tmp_path, "why", "nothing", "like", "it")
    assert nothing.returncode == 1
    assert "nothing like it" in nothing.stdout


def test_it_says_of_each_target_how_far_the_item_got_and_by_which_rule(tmp_path: Path, world: World) -> None:
    world.answers["/hook"] = 500
    feedbot(tmp_path, "run")
    (found,) = why(tmp_path, "vacancy")
    assert stages(found) == {"hook": "owed", "quiet": "refused", "board": "sent"}, "it waits behind the one before it"
    _, quiet, board = found["targets"]
    assert quiet["rule"] == "targets.quiet.never.title: vacancy"
    hook = why(tmp_path, "corridors")[0]["targets"][0]
    assert hook["stage"] == "retrying"
    assert "500" in hook["tries"][0]["reason"]
    assert hook["due"] > hook["tries"][0]["at"]
    assert board["settled"]
    assert "quiet (published): refused" in feedbot(tmp_path, "why", "vacancy").stdout
    assert "tried in vain" in feedbot(tmp_path, "why", "corridors").stdout
    (only,) = why(tmp_path, "vacancy", "--target", "board")
    assert [one["target"] for one in only["targets"]] == ["board"]


def test_the_baseline_tells_nobody_and_says_so(tmp_path: Path, world: World) -> None:
    (found,) = why(tmp_path, "bed")
    assert set(stages(found).values()) == {"baseline"}


def test_an_edit_is_accounted_for_on_its_own(tmp_path: Path, world: World) -> None:
    publish(tmp_path, "A bed for every patient", "A vacancy in Ünterhausen", "Corridors are no wards", text="Edited.")
    feedbot(tmp_path, "check")
    feedbot(tmp_path, "run")
    (found,) = why(tmp_path, "corridors")
    told = {(one["target"], one["revision"]): one["stage"] for one in found["targets"]}
    assert told["board", 2] == "sent"
    assert told["hook", 2] == "refused"


def test_an_unchanged_configuration_reproduces_what_was_sent(tmp_path: Path, world: World) -> None:
    feedbot(tmp_path, "run")
    done = json.loads(feedbot(tmp_path, "backtest", "--days", "30", "--json").stdout)
    assert (done["added"], done["removed"], done["moved"]) == ([], [], [])
    assert done["targets"] == {"hook": 2, "quiet": 1, "board": 2}
    assert {one["state"] for one in done["same"]} == {"sent"}
    assert "The same as was sent." in feedbot(tmp_path, "backtest").stdout


def test_a_changed_configuration_says_what_it_would_have_sent(tmp_path: Path, world: World) -> None:
    feedbot(tmp_path, "run")
    text = (tmp_path / "feedbot.yaml").read_text()
    (tmp_path / "other.yaml").write_text(text.replace("never: {title: [vacancy]}", "only: {title: [vacancy]}"))
    done = json.loads(feedbot(tmp_path, "backtest", "--json", "--config", "other.yaml").stdout)
    assert [(one["target"], one["title"]) for one in done["added"]] == [("quiet", "A vacancy in Ünterhausen")]
    assert [one["rule"] for one in done["removed"]] == ["targets.quiet.only.title: none of vacancy"]


def test_status_says_how_long_news_took(tmp_path: Path, world: World) -> None:
    feedbot(tmp_path, "run")
    speeds = json.loads(feedbot(tmp_path, "status", "--json").stdout)["speeds"]
    assert speeds["targets"]["board"]["count"] == 2
    assert 0 <= speeds["sources"]["news"]["p50"] <= speeds["sources"]["news"]["p95"] < 60
    assert {(one["source"], one["target"]) for one in speeds["pairs"]} >= {("news", "hook"), ("news", "board")}
