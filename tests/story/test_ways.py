"""A newcomer gives the address of a page, and its live feed is found and taken. On a real site on loopback."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

NAMES = ("ward", "clinic", "theatre", "pharmacy", "surgery", "maternity")
FEEDS = ("/dead.xml", "/talk.xml", "/live.xml")


class Site:
    """A page that names a dead feed, one of comments and a live one; `asked` are the paths that were asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.url = ""

    def answer(self, path: str) -> tuple[int, str, str]:
        self.asked.append(path)
        match path:
            case "/news/":
                return 200, "text/html", self._page()
            case "/talk.xml":
                return 200, "application/rss+xml", self._feed("Comment on {}", "#comment-1")
            case "/live.xml":
                return 200, "application/rss+xml", self._feed("What we learned in the {}", "")
            case _:
                return 404, "text/plain", "no such page"

    def _page(self) -> str:
        head = "".join(f'<link rel="alternate" type="application/rss+xml" href="{feed}">' for feed in FEEDS)
        cards = "".join(
            f'<li class="card"><h3><a href="/news/{name}">What we learned in the {name}</a></h3>'
            f'<time datetime="{day(number):%Y-%m-%d}">{day(number):%d %B %Y}</time><p>A summary.</p></li>'
            for number, name in enumerate(NAMES)
        )
        return (
            f'<html lang="en"><head>{head}<title>News</title></head><body><main><ul>{cards}</ul></main></body></html>'
        )

    def _feed(self, title: str, end: str) -> str:
        items = "".join(
            f"<item><title>{title.format(name)}</title><link>{self.url}/news/{name}{end}</link>"
            f"<pubDate>{day(number):%a, %d %b %Y} 09:00:00 GMT</pubDate></item>"
            for number, name in enumerate(NAMES)
        )
        return f'<rss version="2.0"><channel><title>Office</title>{items}</channel></rss>'


def day(number: int) -> datetime:
    return datetime.now(UTC) - timedelta(days=number + 1)  # noqa: TID251 - the program under test reads the real clock


@contextmanager
def served(site: Site) -> Iterator[Site]:
    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, media, body = site.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", media)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *words: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        site.url = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, daemon=True).start()
        yield site
        server.shutdown()


@pytest.fixture
def site() -> Iterator[Site]:
    with served(Site()) as site:
        yield site


class Desk:
    """A folder in which feedbot is called, with a configuration that opens loopback."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.file = place / "config" / "feedbot.yaml"
        self.file.parent.mkdir()
        self.file.write_text("network: {allow: [127.0.0.0/8]}\nsources: []\n")

    def feedbot(self, *words: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "feedbot", *words]
        done = subprocess.run(command, cwd=self.place, capture_output=True, text=True, check=False, timeout=120)
        assert "Traceback" not in done.stderr
        return done

    def answer(self, *words: str) -> Any:  # any JSON
        return json.loads(self.feedbot(*words, "--json").stdout)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_preview_ranks_the_ways_in_and_says_why(desk: Desk, site: Site) -> None:
    found = desk.answer("preview", f"{site.url}/news/")
    ways = {way["url"].removeprefix(site.url): way for way in found["ways"]}
    assert found["kind"] == "feed"
    assert [url for url, way in ways.items() if way["taken"]] == ["/live.xml"]
    assert list(ways)[:2] == ["/live.xml", "/news/"]
    assert "404" in ways["/dead.xml"]["reason"]
    assert "comments" in ways["/talk.xml"]["reason"]
    assert len(site.asked) <= 8
    told = desk.feedbot("preview", f"{site.url}/news/").stdout
    assert "100% of its newest are on the page" in told


def test_a_kind_or_a_way_can_be_pinned(desk: Desk, site: Site) -> None:
    assert desk.answer("preview", f"{site.url}/news/", "--kind", "listing")["kind"] == "listing"
    assert desk.answer("preview", f"{site.url}/news/", "--way", f"{site.url}/talk.xml")["items"][0]["title"].startswith(
        "Comment on"
    )


def test_add_writes_the_feed_that_was_found_with_the_page_as_its_home(desk: Desk, site: Site) -> None:
    assert desk.feedbot("add", f"{site.url}/news/", "--id", "office").returncode == 0
    assert f"url: {site.url}/live.xml\n    home: {site.url}/news/\n    kind: feed\n" in desk.file.read_text()
    assert desk.feedbot("config", "check").returncode == 0
    site.asked.clear()
    assert desk.answer("check")[0]["new"] == 6
    assert site.asked == ["/robots.txt", "/live.xml"]
    desk.feedbot("publish")
    feed = json.loads((desk.place / "feeds" / "office.json").read_text())
    assert feed["home_page_url"] == f"{site.url}/news/"


def test_a_plain_line_finds_its_way_at_the_first_check_and_keeps_to_it(desk: Desk, site: Site) -> None:
    desk.file.write_text(f"network: {{allow: [127.0.0.0/8]}}\nsources:\n  - {site.url}/news/\n")
    first, second = desk.answer("check")[0], desk.answer("check")[0]
    assert (first["kind"], first["new"]) == ("feed", 6)
    assert second["health"] == "quiet"
    assert site.asked[-1] == "/live.xml"
    assert site.asked.count("/news/") == 1
