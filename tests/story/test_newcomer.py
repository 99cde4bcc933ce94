"""The way of a newcomer: init, add, run, look; on a real newsroom on loopback."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from feedbot.demo.newsroom import Newsroom
from feedbot.demo.servers import Receiver, serving
from tests.story.receiver import SECRET

TODAY = date(2026, 11, 20)


@pytest.fixture
def newsroom() -> Newsroom:
    return Newsroom(TODAY)


@pytest.fixture
def site(newsroom: Newsroom, tmp_path: Path) -> Iterator[str]:
    with serving(newsroom, tmp_path / "feeds", Receiver(SECRET)) as url:
        yield url


class Desk:
    """A folder in which feedbot is called."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def feedbot(self, *words: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "feedbot", *words]
        done = subprocess.run(command, cwd=self.place, capture_output=True, text=True, check=False, timeout=120)
        assert "Traceback" not in done.stderr
        return done

    def answer(self, *words: str) -> Any:  # any JSON
        return json.loads(self.feedbot(*words, "--json").stdout)

    def write(self, text: str) -> None:
        (self.place / "config").mkdir(exist_ok=True)
        (self.place / "config" / "feedbot.yaml").write_text(text)

    @property
    def text(self) -> str:
        return (self.place / "config" / "feedbot.yaml").read_text()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def configured(desk: Desk, site: str) -> None:
    desk.feedbot("init")
    desk.write(desk.text + "\nnetwork: {allow: [127.0.0.0/8]}\n")
    assert desk.feedbot("add", f"{site}/news/", "--id", "office", "--follow").returncode == 0


def test_init_writes_a_configuration_that_is_right_and_never_overwrites_one(desk: Desk) -> None:
    assert desk.feedbot("init").returncode == 0
    assert desk.feedbot("config", "check").returncode == 0
    before = desk.text
    assert desk.feedbot("init").returncode == 2
    assert desk.text == before


def test_add_previews_and_appends_keeping_comments(desk: Desk, site: str) -> None:
    configured(desk, site)
    assert "# What is watched." in desk.text
    assert desk.answer("config", "check")["sources"] == 1


def test_add_refuses_a_page_without_items_and_leaves_the_file(desk: Desk, site: str) -> None:
    configured(desk, site)
    before = desk.text
    done = desk.feedbot("add", f"{site}/newsroom.css")
    assert done.returncode != 0
    assert desk.text == before


def test_the_first_run_publishes_and_tells_nobody_the_second_tells_what_is_new(
    desk: Desk, site: str, newsroom: Newsroom
) -> None:
    configured(desk, site)
    first = desk.answer("run")
    assert [(one["new"], one["baseline"], one["owed"]) for one in first["checked"]] == [(4, True, 0)]
    assert desk.answer("run")["checked"] == [], "nothing is due yet"
    newsroom.publish()
    assert desk.answer("check", "office")[0]["owed"] == 2
    delivered = desk.answer("deliver")
    assert [outcome["state"] for outcome in delivered[0]["outcomes"]] == ["sent", "sent"]
    assert len(list((desk.place / "var" / "mail" / "new").iterdir())) == 2


def test_status_tells_how_everything_stands(desk: Desk, site: str) -> None:
    configured(desk, site)
    assert desk.feedbot("status").returncode == 0
    desk.feedbot("run")
    standing = desk.answer("status")
    assert standing["sources"]["office"]["items"] == 4
    assert standing["sources"]["office"]["state"]["health"] == "fresh"


def test_a_source_that_cannot_be_read_is_named_and_the_others_are_checked(desk: Desk, site: str) -> None:
    configured(desk, site)
    desk.feedbot("add", f"{site}/nowhere/", "--id", "gone", "--yes")
    desk.write(desk.text.replace("sources:", f"sources:\n  - {{id: gone, url: '{site}/nowhere/'}}", 1))
    done = desk.feedbot("run")
    assert done.returncode == 1
    assert "gone is down" in done.stderr
    assert "404" in done.stderr
    assert {file.name for file in (desk.place / "feeds").glob("office.*")} >= {"office.atom.xml", "office.json"}


def test_a_preview_gives_the_contract_json(desk: Desk, site: str) -> None:
    configured(desk, site)
    found = desk.answer("preview", f"{site}/news/")
    assert {"kind", "url", "rule", "confidence", "health", "items"} <= set(found)
    first = found["items"][0]
    assert first["image"]["alt"] == "An empty hospital corridor with double doors at its far end"
    assert first["published"] == "2026-11-17"
    assert first["categories"] == ["News"]


def test_send_test_reaches_the_target(desk: Desk) -> None:
    desk.feedbot("init")
    assert desk.feedbot("send-test", "archive").returncode == 0
    (mail,) = (desk.place / "var" / "mail" / "new").iterdir()
    assert b"A test message from feedbot" in mail.read_bytes()


def test_what_a_target_would_get_can_be_looked_at_without_sending(desk: Desk) -> None:
    desk.feedbot("init")
    done = desk.feedbot("send-test", "archive", "--render", "shown")
    assert done.returncode == 0
    assert {file.suffix for file in (desk.place / "shown").iterdir()} == {".eml", ".html", ".txt"}
    assert "2 sources" in (desk.place / "shown" / "several.txt").read_text()
    assert not (desk.place / "var" / "mail").exists()


def test_only_webhooks_shake_hands(desk: Desk) -> None:
    desk.feedbot("init")
    done = desk.feedbot("send-test", "archive", "--verify")
    assert done.returncode == 1
    assert "only webhooks shake hands" in done.stderr


def test_an_unknown_target_is_told_with_a_near_name(desk: Desk) -> None:
    desk.feedbot("init")
    done = desk.feedbot("send-test", "archiv")
    assert done.returncode == 2
    assert "did you mean archive?" in done.stderr


def test_a_wrong_configuration_is_told_and_nothing_is_touched(desk: Desk) -> None:
    desk.write("sourcs: []\n")
    done = desk.feedbot("run")
    assert done.returncode == 2
    assert "config/feedbot.yaml:1:1: sourcs: `sourcs` is no key here\n    did you mean `sources`?" in done.stderr
    assert not (desk.place / "var").exists()


def test_a_missing_configuration_says_how_to_make_one(desk: Desk) -> None:
    done = desk.feedbot("run")
    assert done.returncode == 2
    assert "feedbot init" in done.stderr


@contextmanager
def service(desk: Desk, *words: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "feedbot", "serve", "--tick", "0.3", "--port", "0", *words],
        cwd=desk.place,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until(process: "subprocess.Popen[str]", event: str) -> dict[str, Any]:
    assert process.stderr
    for line in process.stderr:
        said: dict[str, Any] = json.loads(line)
        if said["event"] == event:
            return said
    raise AssertionError(f"the service ended without saying {event}")


def test_the_service_checks_what_is_due_and_ends_well_on_sigterm(desk: Desk, site: str) -> None:
    configured(desk, site)
    with service(desk) as process:
        assert until(process, "checked")["new"] == 4
        assert until(process, "published")["feed"] == "office"
        process.send_signal(signal.SIGTERM)
        assert until(process, "stopped")
        assert process.wait(timeout=30) == 0


def test_a_second_feedbot_on_the_database_is_refused_with_its_own_exit_code(desk: Desk, site: str) -> None:
    configured(desk, site)
    with service(desk) as process:
        until(process, "serving")
        done = desk.feedbot("run")
        assert done.returncode == 3
        assert str(process.pid) in done.stderr
        assert desk.feedbot("status").returncode == 0
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(timeout=30) == 0


def test_what_a_reader_follows_is_taken_over_and_given_back(desk: Desk, tmp_path: Path) -> None:
    desk.feedbot("init")
    (tmp_path / "mine.opml").write_text(
        '<opml version="2.0"><body><outline text="A" type="rss" xmlUrl="https://a.example/feed"/></body></opml>'
    )
    assert desk.answer("import", "mine.opml")["added"] == 1
    assert "# What is watched." in desk.text
    assert desk.feedbot("config", "check").returncode == 0
    assert 'xmlUrl="https://a.example/feed"' in desk.feedbot("export", "opml").stdout
    assert "/feeds/a-example-feed.atom.xml" in desk.feedbot("export", "opml", "--published").stdout
    assert desk.feedbot("import", "missing.opml").returncode == 1
