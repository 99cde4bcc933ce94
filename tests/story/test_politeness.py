"""A host that asks for patience, or closes its pages, is left alone by all its sources. On a real site on loopback."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from feedbot.app import App, open_app, utc_now
from feedbot.config import load_text
from feedbot.source import Health, SourceId

CONFIG = """\
database: "sqlite:///{place}/feedbot.sqlite3"
feeds_dir: "{place}/feeds"
network: {{allow: [127.0.0.0/8]}}
sources:
  - {{id: one, url: "{url}/one.xml", kind: feed, every: 1h}}
  - {{id: two, url: "{url}/two.xml", kind: feed, every: 1h}}
  - {{id: open, url: "{url}/three.xml", kind: feed, every: 1h, robots: ignore}}
"""
FEED = b'<rss version="2.0"><channel><title>News</title><item><title>a</title><link>/a</link></item></channel></rss>'
HOUR = timedelta(hours=1)


class Site:
    def __init__(self) -> None:
        self.asked: list[str] = []
        self.url = ""
        self.robots = b""
        self.busy = False

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        self.asked.append(path)
        if path == "/robots.txt":
            return 200, {}, self.robots
        return (429, {"Retry-After": "7200"}, b"") if self.busy else (200, {}, FEED)


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = made.answer(self.path)
            self.send_response(status)
            for name, value in (headers | {"Content-Length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@contextmanager
def watching(place: Path, site: Site) -> Iterator[App]:
    config = load_text(CONFIG.format(place=place, url=site.url), str(place / "feedbot.yaml"), {})
    with open_app(config) as app:
        yield app


def test_one_source_that_is_asked_for_patience_lets_all_of_its_host_wait(tmp_path: Path, site: Site) -> None:
    site.busy = True
    with watching(tmp_path, site) as app:
        (done,) = app.check()
        assert done.source_id == "one"
        assert site.asked == ["/robots.txt", "/one.xml"]
        assert app.due() == []
        for name in ("one", "two", "open"):
            due = app.store.state(SourceId(name)).due_at
            assert due
            assert due > utc_now() + 1.9 * HOUR


def test_what_robots_txt_closes_is_not_asked_for_unless_the_source_goes_past_it(tmp_path: Path, site: Site) -> None:
    site.robots = b"User-agent: *\nDisallow: /\n\nUser-agent: feedbot\nDisallow: /two\nDisallow: /three"
    with watching(tmp_path, site) as app:
        health = {done.source_id: done.health for done in app.check()}
    assert health == {"one": Health.FRESH, "two": Health.BLOCKED, "open": Health.FRESH}
    assert site.asked == ["/robots.txt", "/one.xml", "/three.xml"]


def test_robots_txt_is_not_asked_for_again_by_the_next_process(tmp_path: Path, site: Site) -> None:
    for _ in range(2):
        with watching(tmp_path, site) as app:
            assert len(list(app.check())) == 3
    assert site.asked.count("/robots.txt") == 1
