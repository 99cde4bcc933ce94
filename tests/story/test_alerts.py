"""An operator hears of trouble once, with its cause and what to do, and once when it is over."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.story.test_serve import serve

FEED = '<rss version="2.0"><channel><title>News</title>{}</channel></rss>'
CONFIG = """\
site: {{alerts: [ops, phone], ping: "{url}/ping"}}
network: {{allow: [127.0.0.0/8]}}
sources:
  - {{id: news, url: "file://{place}/news.xml", notify: [hook]}}
targets:
  hook: {{webhook: "{url}/hook"}}
  ops: {{webhook: "{url}/ops"}}
  phone: {{maildir: phone}}
"""


class World:
    """A server that takes everything, and answers as `answers` says."""

    def __init__(self) -> None:
        self.answers: dict[str, int] = {}
        self.asked: list[tuple[str, bytes]] = []

    def bodies(self, path: str) -> list[Any]:
        return [json.loads(body) for asked, body in self.asked if asked == path]

    def types(self, path: str = "/ops") -> list[str]:
        return [body["type"] for body in self.bodies(path)]

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@contextmanager
def serving(world: World) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer()

        def do_POST(self) -> None:
            self.answer()

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            world.asked.append((self.path, body))
            self.send_response(world.answers.get(self.path, 204))
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server passes
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World()
    with serving(world) as url:
        (tmp_path / "feedbot.yaml").write_text(CONFIG.format(place=tmp_path, url=url))
        publish(tmp_path, 1)
        yield world


def publish(place: Path, count: int) -> None:
    items = "".join(f"<item><title>Story {n}</title><link>https://example.org/{n}</link></item>" for n in range(count))
    (place / "news.xml").write_text(FEED.format(items))


def feedbot(place: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    config = () if "--config" in words else ("--config", "feedbot.yaml")
    command = [sys.executable, "-m", "feedbot", *words, *config]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False, timeout=60)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def test_a_source_that_fails_is_told_once_and_once_when_it_works_again(tmp_path: Path, world: World) -> None:
    feedbot(tmp_path, "run")
    (tmp_path / "news.xml").unlink()
    for _ in range(3):
        feedbot(tmp_path, "check")
    for _ in range(2):
        feedbot(tmp_path, "run")
    assert world.types() == ["source.failing"]
    (told,) = world.bodies("/ops")
    assert told["data"]["source"]["id"] == "news"
    assert "no such file" in told["data"]["items"][0]["fields"]["cause"]
    assert told["data"]["items"][0]["fields"]["remedy"]
    assert "alert" in feedbot(tmp_path, "status").stdout
    publish(tmp_path, 1)
    feedbot(tmp_path, "check")
    for _ in range(2):
        feedbot(tmp_path, "run")
    assert world.types() == ["source.failing", "source.recovered"]
    assert len(list((tmp_path / "phone" / "new").iterdir())) == 2


def test_a_target_that_is_gone_is_told_to_the_other_ones(tmp_path: Path, world: World) -> None:
    feedbot(tmp_path, "run")
    publish(tmp_path, 2)
    feedbot(tmp_path, "check")
    world.answers["/hook"] = 410
    feedbot(tmp_path, "run")
    assert "target.disabled" in world.types()
    assert "410" in world.bodies("/ops")[0]["data"]["items"][0]["fields"]["cause"]
    world.answers["/hook"] = 204
    feedbot(tmp_path, "retry", "--target", "hook")
    feedbot(tmp_path, "run")
    assert "target.enabled" in world.types()


def test_alerts_are_owed_and_tried_again_like_any_notification(tmp_path: Path, world: World) -> None:
    world.answers["/ops"] = 500
    feedbot(tmp_path, "run")
    (tmp_path / "news.xml").unlink()
    for _ in range(3):
        feedbot(tmp_path, "check")
    feedbot(tmp_path, "run")
    (first,) = world.bodies("/ops")
    standing = json.loads(feedbot(tmp_path, "status", "--json").stdout)
    assert standing["targets"]["ops"]["counts"] == {"pending": 1}
    assert [one["alert"]["key"] for one in standing["alerts"]] == ["source:news"]
    assert first["type"] == "source.failing"


def test_alerts_are_in_no_feed(tmp_path: Path, world: World) -> None:
    feedbot(tmp_path, "run")
    (tmp_path / "news.xml").unlink()
    for _ in range(3):
        feedbot(tmp_path, "check")
    feedbot(tmp_path, "run")
    feedbot(tmp_path, "publish", "--all")
    assert not any("_alerts" in one.read_text() for one in (tmp_path / "feeds").glob("*.xml"))


def test_each_pass_gives_a_sign_of_life(tmp_path: Path, world: World) -> None:
    feedbot(tmp_path, "run")
    assert world.paths() == ["/ping/start", "/ping"]


def test_a_ping_that_cannot_be_made_stops_nothing_and_names_no_address(tmp_path: Path, world: World) -> None:
    world.answers["/ping"] = 500
    done = feedbot(tmp_path, "run")
    assert done.returncode == 0
    assert "answered a ping with 500" in done.stderr
    assert "/ping" not in done.stderr


def test_a_canary_travels_the_whole_way_again_and_again(tmp_path: Path, world: World) -> None:
    text = (tmp_path / "feedbot.yaml").read_text().replace("site: {", "site: {canary: {target: hook, every: 1s}, ")
    (tmp_path / "feedbot.yaml").write_text(text)
    feedbot(tmp_path, "run")
    assert world.bodies("/hook") == [], "the first look is the baseline of canaries too"
    for _ in range(10):
        feedbot(tmp_path, "run")
        titles = [body["data"]["items"][0]["title"] for body in world.bodies("/hook")]
        if len(titles) == 2:
            break
    assert len(set(titles)) == 2
    assert all(title.startswith("Canary of ") for title in titles)
    standing = json.loads(feedbot(tmp_path, "status", "--json").stdout)
    assert standing["speeds"]["targets"]["hook"]["count"] == 2
    assert "_canary" not in standing["sources"]
    assert "Canary" not in (tmp_path / "feeds" / "all.json").read_text()
    assert "The canary reaches hook: p50" in feedbot(tmp_path, "status").stdout


def test_a_summary_comes_once_a_day(tmp_path: Path, world: World) -> None:
    text = (tmp_path / "feedbot.yaml").read_text().replace("site: {", 'site: {summary: "00:00", ')
    (tmp_path / "feedbot.yaml").write_text(text)
    for _ in range(2):
        feedbot(tmp_path, "run")
    (body,) = world.bodies("/ops")
    assert body["type"] == "service.summary"
    assert body["data"]["items"][0]["title"] == "All is well: 0 new items, 0 messages"


def test_a_store_that_takes_nothing_is_told_at_once_and_once_when_it_does_again(tmp_path: Path, world: World) -> None:
    feedbot(tmp_path, "run")
    publish(tmp_path, 2)
    script = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))\n"
        "from feedbot.cli import run\n"
        "sys.exit(run(['run', '--config', 'feedbot.yaml']))"
    )
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 1, done.stderr
    assert world.types() == ["store.failing"]
    assert world.bodies("/ops")[0]["data"]["items"][0]["fields"]["cause"]
    feedbot(tmp_path, "run")
    assert world.types() == ["store.failing", "store.recovered"]


def test_the_service_tells_while_it_runs(tmp_path: Path, world: World) -> None:
    text = (tmp_path / "feedbot.yaml").read_text().replace("notify: [hook]", "notify: [hook], every: 1s")
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "feedbot.yaml").write_text(text)
    with serve(tmp_path, "--no-web") as service:
        service.until("checked", source="news", health="fresh")
        (tmp_path / "news.xml").unlink()
        assert service.until("alert", kind="source")["why"]
        service.until("delivered", target="ops")
        publish(tmp_path, 1)
        service.until("alert over", kind="source")
        service.until("delivered", target="ops")
    assert world.types() == ["source.failing", "source.recovered"]
    assert {"/ping/start", "/ping"} <= set(world.paths())


def test_a_name_that_is_no_target_is_refused(tmp_path: Path, world: World) -> None:
    text = (tmp_path / "feedbot.yaml").read_text().replace("[ops, phone]", "[opps]")
    (tmp_path / "feedbot.yaml").write_text(text)
    done = feedbot(tmp_path, "run")
    assert done.returncode == 2
    assert "there is no target 'opps'" in done.stderr
    assert "did you mean 'ops'?" in done.stderr
