"""`feedbot serve` hands out what it publishes, and ends well."""

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from feedbot.demo.newsroom import Newsroom
from feedbot.demo.servers import Receiver, serving
from tests.story.receiver import SECRET

CONFIG = """\
site: {{title: Patient safety news, secret: "a secret of sixteen characters or more"}}
network: {{allow: [127.0.0.0/8]}}
sources:
  - {{id: office, url: "{site}/news/", was: bureau}}
  - {{id: inner, url: "{site}/news/?page=1", private: true}}
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    with serving(Newsroom(date(2026, 11, 20)), tmp_path / "feeds", Receiver(SECRET)) as url:
        yield url


class Service:
    """A running `feedbot serve`, by what it logs."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.url = ""

    def until(self, event: str, **facts: object) -> dict[str, Any]:
        assert self.process.stderr
        for line in self.process.stderr:
            said: dict[str, Any] = json.loads(line)
            if said["event"] == event and facts.items() <= said.items():
                return said
        raise AssertionError(f"the service ended without saying {event}")

    def ask(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            with urllib.request.urlopen(urllib.request.Request(self.url + path, headers=named), timeout=10) as answer:
                return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, {name.lower(): value for name, value in answer.headers.items()}, answer.read()


@contextmanager
def serve(place: Path, *words: str) -> Iterator[Service]:
    process = subprocess.Popen(
        [sys.executable, "-m", "feedbot", "serve", "--tick", "0.3", *words],
        cwd=place,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield Service(process)
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def service(tmp_path: Path, site: str) -> Iterator[Service]:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "feedbot.yaml").write_text(CONFIG.format(site=site))
    with serve(tmp_path, "--port", "0") as running:
        running.url = running.until("listening")["url"]
        running.until("published", feed="index")
        yield running


def test_what_is_published_is_served_and_sigterm_ends_both(service: Service) -> None:
    status, headers, body = service.ask("feeds/office.atom.xml")
    assert (status, headers["content-type"]) == (200, "application/atom+xml; charset=utf-8")
    assert b"<title>Patient safety news</title>" in service.ask("feeds/all.rss.xml")[2]
    assert service.ask("feeds/office.atom.xml", If_None_Match=headers["etag"])[0] == 304
    assert service.ask("feeds/office.atom.xml", Accept_Encoding="gzip")[1]["content-encoding"] == "gzip"
    assert service.ask("feeds/bureau.atom.xml")[2] == body, "the former name leads to the new one"
    assert service.ask("readyz")[0] == 200
    assert b"<html" in service.ask("")[2]
    service.process.send_signal(signal.SIGTERM)
    assert service.until("stopped")
    assert service.process.wait(timeout=30) == 0


def test_a_private_feed_is_listed_nowhere(service: Service, tmp_path: Path) -> None:
    (name,) = [file.name for file in (tmp_path / "feeds").glob("inner-*.atom.xml")]
    assert service.ask(f"feeds/{name}")[0] == 200
    assert service.ask("feeds/inner.atom.xml")[0] == 404
    for public in ("", "feeds/feeds.opml", "feeds/all.atom.xml", "feeds/all.rss.xml", "feeds/all.json"):
        assert b"inner" not in service.ask(public)[2]


def test_a_port_that_is_taken_is_told(service: Service, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "config").mkdir()
    (other / "config" / "feedbot.yaml").write_text("sources: []\n")
    port = service.url.rstrip("/").rpartition(":")[2]
    done = subprocess.run(
        [sys.executable, "-m", "feedbot", "serve", "--port", port],
        cwd=other,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert f"127.0.0.1:{port}: Address already in use; choose another port" in done.stderr


def test_it_can_leave_the_web_to_another_server(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "feedbot.yaml").write_text("sources: []\nserve: {web: false}\n")
    with serve(tmp_path) as running:
        running.until("serving")
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(timeout=30) == 0
