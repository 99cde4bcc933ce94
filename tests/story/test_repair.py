"""A page is built anew under a rule that a person wrote: a rule is proposed, taken, and taken back."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.story.test_upkeep import feedbot

BEGUN = datetime.now(UTC)  # noqa: TID251 - the program under test reads the real clock
STORIES = (
    "The harbour bridge opens to walkers",
    "Ferry fares fall for the winter",
    "Divers find an anchor of 1790",
    "A new light for the old pier",
    "Schools visit the tide museum",
    "Fog horn is back after repairs",
    "Oyster beds are counted again",
    "The pilot boat gets a younger sister",
)
NEW = "Storm gates pass their first trial"
CONFIG = """\
database: sqlite:///feedbot.sqlite3
sources:
  - id: harbour
    url: "file://{place}/news.html"
    select: {{item: li.card, title: h2, date: .date}}
    notify: [box]
    every: 1h
targets:
  box: {{maildir: "{place}/mail"}}
"""


def day(number: int) -> datetime:
    return BEGUN - timedelta(days=number)


def link(title: str) -> str:
    return "news/" + title.lower().replace(" ", "-") + ".html"


def as_before(*titles: str) -> str:
    cards = "".join(
        f"<li class=card><h2><a href='{link(title)}'>{title}</a></h2><span class=date>{day(n):%d %B %Y}</span></li>"
        for n, title in enumerate(titles, start=1)
    )
    return f"<html lang=en><title>Harbour news</title><main><h1>News</h1><ul class=cards>{cards}</ul></main></html>"


def built_anew(*titles: str) -> str:
    rows = "".join(
        f"<article class=teaser><time datetime='{day(n):%Y-%m-%d}'>{day(n):%d.%m.%Y}</time>"
        f"<h3 class=teaser__head><a class=more href='{link(title)}'>{title}</a></h3></article>"
        for n, title in enumerate(titles)
    )
    return f"<html lang=en><title>Harbour news</title><body><div class=wrap><div class=river>{rows}</div></div></html>"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder in which feedbot has looked at the page before and after it was built anew."""
    (tmp_path / "feedbot.yaml").write_text(CONFIG.format(place=tmp_path))
    (tmp_path / "news.html").write_text(as_before(*STORIES))
    assert feedbot(tmp_path, "run").returncode == 0
    (tmp_path / "news.html").write_text(built_anew(NEW, *STORIES))
    feedbot(tmp_path, "check")
    return tmp_path


def told(place: Path) -> list[str]:
    feedbot(place, "deliver")
    return sorted(one.read_text() for one in (place / "mail" / "new").glob("*"))


def test_a_rule_is_proposed_with_what_it_changes_and_nothing_is_sent(place: Path) -> None:
    said = feedbot(place, "repair", "harbour").stdout
    assert said.startswith("harbour: changed")
    assert "It is read by the rule of the configuration:\n  item: li.card" in said
    assert "A rule is proposed since" in said
    assert "- item: li.card\n" in said
    assert "+ item: " in said
    assert told(place) == []


def test_machines_are_told_the_same(place: Path) -> None:
    said = json.loads(feedbot(place, "repair", "harbour", "--json").stdout)
    assert (said["source"], said["health"], said["repair"], said["pinned"]) == ("harbour", "changed", "ask", False)
    assert said["proposal"]["how"] == "proposed"
    assert "- item: li.card" in said["proposal"]["difference"]


def test_what_is_taken_keeps_every_item_and_tells_only_what_is_new(place: Path) -> None:
    before = json.loads((place / "feeds" / "harbour.json").read_text())
    done = feedbot(place, "repair", "harbour", "--accept")
    assert done.returncode == 0
    assert "harbour is fresh" in done.stdout
    (mail,) = told(place)
    assert NEW in mail
    feedbot(place, "publish")
    after = json.loads((place / "feeds" / "harbour.json").read_text())
    assert {one["title"] for one in after["items"]} == {NEW, *STORIES}
    assert {one["id"] for one in before["items"]} < {one["id"] for one in after["items"]}
    assert "accepted" in feedbot(place, "repair", "harbour", "--history").stdout


def test_what_was_taken_can_be_taken_back_and_is_not_proposed_again(place: Path) -> None:
    feedbot(place, "repair", "harbour", "--accept")
    assert feedbot(place, "repair", "harbour", "--undo").returncode == 0
    said = json.loads(feedbot(place, "repair", "harbour", "--json").stdout)
    assert (said["health"], said["pinned"], said["proposal"]) == ("changed", False, None)
    assert said["rule"]["item"] == "li.card"
    assert len(told(place)) == 1


def test_there_is_nothing_to_accept_where_nothing_is_proposed(place: Path) -> None:
    feedbot(place, "repair", "harbour", "--undo")
    done = feedbot(place, "repair", "harbour", "--accept")
    assert (done.returncode, done.stdout) == (1, "")
    assert "no rule is proposed" in done.stderr


def test_a_source_that_is_not_there_is_a_wrong_call(place: Path) -> None:
    done = feedbot(place, "repair", "harbor")
    assert done.returncode == 2
    assert "did you mean 'harbour'" in done.stderr or "did you mean harbour" in done.stderr


def test_a_page_that_is_read_without_a_rule_of_somebody_is_repaired_by_itself(place: Path) -> None:
    text = (place / "feedbot.yaml").read_text()
    other = place / "other"
    other.mkdir()
    (other / "feedbot.yaml").write_text(
        text.replace("    select: {item: li.card, title: h2, date: .date}\n", "").replace(str(place), str(other))
    )
    (other / "news.html").write_text(as_before(*STORIES))
    assert feedbot(other, "run").returncode == 0
    (other / "news.html").write_text(built_anew(NEW, *STORIES))
    assert feedbot(other, "check").returncode == 0
    assert len(told(other)) == 1
