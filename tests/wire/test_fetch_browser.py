"""Pages that a script fills, on a real Chromium: what they show, what they may ask for, and what they may take."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest

from feedbot.check import Setting, check
from feedbot.errors import FetchError, Overdue
from feedbot.extract import extract
from feedbot.fetch import Fetchers
from feedbot.fetch.browser import BrowserFetcher, installed
from feedbot.fetch.tab import Bounds
from feedbot.outbound import Limits, Outbound
from feedbot.page import NotModified, Page, Validators
from feedbot.source import Health, Source, SourceId
from tests.fakes import MemoryStore
from tests.wire.origin import Origin, Request, answering, page, serving

LOOPBACK = ("127.0.0.1/32",)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
UNSEEN = Validators()
SHELL = '<!DOCTYPE html><html lang="en"><title>News</title><div id="root"></div><script>%s</script>'
FILL = """
fetch('/api/news').then(answer => answer.json()).then(stories => {
  document.getElementById('root').innerHTML = '<ul>' + stories.map(one =>
    `<li class="card"><h2><a href="/news/${one.slug}">${one.title}</a></h2><time datetime="${one.date}"></time></li>`
  ).join('') + '</ul>';
});
"""
STORIES = (
    "["
    + ",".join(
        f'{{"slug": "story-{n}", "title": "What we learned on the {n}th ward", "date": "2026-11-{n:02}"}}'
        for n in range(1, 8)
    )
    + "]"
)

Answers = Mapping[str, bytes | Callable[[Request], bytes]]


def _missing() -> str:
    if find_spec("playwright") is None:
        return "Playwright is not installed (feedbot[browser])"
    return "" if installed() else "no Chromium is installed"


@pytest.fixture(autouse=True)
def chromium() -> None:
    """A desk may do without; where CI is set, nothing is left out."""
    if (why := _missing()) and os.environ.get("CI") != "true":
        pytest.skip(why)


@pytest.fixture
def site() -> Iterator[Callable[[Answers], Origin]]:
    with ExitStack() as stack:

        def serve(answers: Answers) -> Origin:
            def answer(request: Request) -> bytes:
                said = answers.get(request.path, page(b"", "404 Not Found"))
                return said if isinstance(said, bytes) else said(request)

            return stack.enter_context(serving(answering(answer)))

        yield serve


def html(text: str) -> bytes:
    return page(text.encode(), Content_Type="text/html; charset=utf-8")


def shell(script: str) -> bytes:
    return html(SHELL % script)


def look(url: str, validators: Validators = UNSEEN, **bounds: float) -> Page | NotModified:
    with closing(Outbound("feedbot/test (+ops@example.org)", limits=Limits(total=5))) as outbound:
        made = Bounds(**{"total": 30.0, "grow": 6.0, **bounds})  # type: ignore[arg-type]
        fetcher = BrowserFetcher(outbound, lambda: NOW, bounds=made)
        return fetcher.fetch(url, validators=validators, allow=LOOPBACK)


def seen(url: str, **bounds: float) -> Page:
    found = look(url, UNSEEN, **bounds)
    assert isinstance(found, Page)
    return found


def paths(origin: Origin) -> list[str]:
    return [request.path for request in origin.requests]


Site = Callable[[Answers], Origin]


def test_a_page_that_a_script_fills_is_read_as_a_person_sees_it(site: Site) -> None:
    origin = site({"/": shell(FILL), "/api/news": page(STORIES.encode(), Content_Type="application/json")})
    found = seen(origin.url)
    assert (found.url, found.status, found.fetched_at) == (origin.url, 200, NOW)
    assert "shown by a browser that asked for 1 things" in found.shown
    items = extract(found).items
    assert [item.title for item in items] == [f"What we learned on the {n}th ward" for n in range(1, 8)]
    assert items[0].url == f"{origin.url}news/story-1"


def test_every_request_says_who_asks_and_none_is_made_twice(site: Site) -> None:
    origin = site({"/": shell(FILL), "/api/news": page(STORIES.encode(), Content_Type="application/json")})
    seen(origin.url)
    assert paths(origin) == ["/", "/api/news"]
    assert {request.headers["user-agent"] for request in origin.requests} == {"feedbot/test (+ops@example.org)"}


def test_a_page_that_looks_as_it_did_is_not_modified(site: Site) -> None:
    origin = site({"/": shell(FILL), "/api/news": page(STORIES.encode(), Content_Type="application/json")})
    known = seen(origin.url).validators
    assert look(origin.url, known) == NotModified(validators=known)


def test_a_script_reaches_no_private_address(site: Site) -> None:
    inside = site({"/secret": page(b"secret", Access_Control_Allow_Origin="*")})
    elsewhere = inside.url.replace("127.0.0.1", "127.0.0.2")
    calls = f"""
      fetch('{elsewhere}secret', {{mode: 'no-cors'}}).catch(() => {{}}).finally(() => document.body.append('done'));
      new Image().src = '{inside.url}image';
      navigator.sendBeacon('{inside.url}beacon', 'x');
      new WebSocket('{inside.url.replace("http", "ws")}socket');
      for (const rel of ['preconnect', 'dns-prefetch', 'prefetch', 'preload', 'prerender', 'modulepreload']) {{
        const link = document.createElement('link'); link.rel = rel; link.href = '{inside.url}' + rel;
        link.as = 'image'; document.head.append(link);
      }}
      const frame = document.createElement('iframe'); frame.src = '{inside.url}frame'; document.body.append(frame);
      window.open('{inside.url}window');
    """
    origin = site({"/": html(f"<html><body><script>{calls}</script></body></html>")})
    found = seen(origin.url)
    assert b"done" in found.body
    assert "127.0.0.2, a loopback address" in found.shown
    assert not {"/secret", "/image", "/beacon", "/socket", "/frame", "/window"} & set(paths(inside))


def test_a_script_that_leads_to_a_private_address_gets_nowhere(site: Site) -> None:
    inside = site({"/": html("<p>secret</p>")})
    there = inside.url.replace("127.0.0.1", "127.0.0.2")
    origin = site({"/": html(f"<p>news</p><script>location.href = '{there}'</script>")})
    assert b"secret" not in seen(origin.url).body
    assert paths(inside) == []


def test_redirects_of_the_page_and_of_its_scripts_count_from_where_they_lead(site: Site) -> None:
    origin = site(
        {
            "/": page(b"", "302 Found", Location="/a/"),
            "/a/": html("<script>location.replace('/go')</script>"),
            "/go": page(b"", "301 Moved Permanently", Location="/b/news/"),
            "/b/news/": html('<p>There: <a href="one">One</a></p>'),
        }
    )
    found = seen(origin.url)
    assert found.url == f"{origin.url}b/news/"
    assert b"There" in found.body
    assert paths(origin) == ["/", "/a/", "/go", "/b/news/"]


def test_a_redirect_to_a_private_address_is_refused_before_any_browser_starts(site: Site) -> None:
    inside = site({"/": html("secret")})
    there = inside.url.replace("127.0.0.1", "127.0.0.2")
    origin = site({"/": page(b"", "302 Found", Location=there)})
    with pytest.raises(FetchError, match="a loopback address"):
        look(origin.url)
    assert paths(inside) == []


def test_what_is_refused_is_told_as_for_any_page(site: Site) -> None:
    origin = site({})
    with pytest.raises(FetchError, match="404 Not Found") as caught:
        look(origin.url)
    assert caught.value.status == 404


def test_what_is_no_html_needs_no_browser(site: Site) -> None:
    origin = site({"/": page(b'{"items": []}', Content_Type="application/json")})
    assert seen(origin.url).shown == ""


def test_an_endless_spinner_is_read_as_it_stands_when_the_time_is_over(site: Site) -> None:
    spins = "setInterval(() => document.body.append(' and another line of text that is loaded'), 20)"
    origin = site({"/": html(f"<body><p>Loading</p><script>{spins}</script></body>")})
    assert b"another line" in seen(origin.url, grow=1.5).body


@pytest.mark.parametrize("script", ["while (true) {}", "setTimeout(() => { while (true) {} }, 0)"])
def test_a_script_that_never_ends_is_ended(site: Site, script: str) -> None:
    origin = site({"/": html(f"<body><p>News</p><script>{script}</script></body>")})
    with pytest.raises(Overdue, match="its scripts were not done within 4 s"):
        look(origin.url, total=4)


def test_a_script_whose_call_is_never_answered_costs_only_its_part(site: Site) -> None:
    def hang(request: Request) -> bytes:
        origin.over.wait(8)
        return b""

    origin = site({"/": html("<body><p>News</p><script>fetch('/slow')</script></body>"), "/slow": hang})
    assert b"News" in seen(origin.url, grow=1.5).body


def test_a_page_that_grows_without_end_is_refused(site: Site) -> None:
    origin = site({"/": html("<body><script>document.body.append('x'.repeat(300000))</script></body>")})
    with pytest.raises(FetchError, match="larger than 200,000 characters"):
        look(origin.url, max_html=200_000)


def test_a_page_may_ask_for_so_many_things_and_so_many_bytes(site: Site) -> None:
    at_once = "for (let n = 0; n < 50; n++) fetch('/x' + n).catch(() => {})"
    in_turn = "(async () => { for (let n = 0; n < 50; n++) await fetch('/x' + n).catch(() => {}) })()"
    heavy = {f"/x{n}": page(b"y" * 9000) for n in range(50)}
    pages = {
        "/": html(f"<p>News</p><script>{at_once}</script>"),
        "/turn": html(f"<p>News</p><script>{in_turn}</script>"),
    }
    origin = site(pages | heavy)
    seen(origin.url, requests=10)
    assert len(paths(origin)) <= 11
    before = len(paths(origin))
    seen(f"{origin.url.rstrip('/')}/turn", max_bytes=20_000)
    assert len(paths(origin)) - before < 10, "answers of 9,000 bytes, one after the other"


def test_downloads_and_windows_are_refused(site: Site) -> None:
    script = (
        "const a = document.createElement('a'); a.href = '/file'; a.download = 'f'; document.body.append(a); a.click()"
    )
    origin = site({"/": html(f"<body><p>News</p><script>{script}; window.open('/other')</script></body>")})
    assert b"News" in seen(origin.url).body
    assert "/other" not in paths(origin)


def test_nothing_is_kept_from_one_look_to_the_next(site: Site) -> None:
    script = (
        "document.body.append('before: ' + localStorage.getItem('seen') + document.cookie);"
        "localStorage.setItem('seen', 'yes'); document.cookie = 'seen=yes; max-age=9999'; fetch('/call')"
    )
    origin = site({"/": html(f"<body><script>{script}</script></body>"), "/call": page(b"")})
    for _ in range(2):
        assert b"before: null" in seen(origin.url).body
    assert not any("cookie" in request.headers for request in origin.requests)


def test_shadow_trees_are_read_in_their_places(site: Site) -> None:
    script = "document.querySelector('x-news').attachShadow({mode: 'closed'}).innerHTML = '<a href=\"/1\">Closed</a>'"
    origin = site({"/": html(f"<body><x-news></x-news><script>{script}</script></body>")})
    assert b'<a href="/1">Closed</a>' in seen(origin.url).body


def test_what_a_script_posts_to_ask_for_its_items_is_answered(site: Site) -> None:
    def answer(request: Request) -> bytes:
        return page(b'"Found ' + request.body + b'"' if request.method == "POST" else b'"nothing"')

    script = "fetch('/q', {method: 'POST', body: 'news'}).then(a => a.json()).then(text => document.body.append(text))"
    origin = site({"/": html(f"<body><script>{script}</script></body>"), "/q": answer})
    assert b"Found news" in seen(origin.url).body


def test_user_and_password_of_the_address_go_to_its_own_site_only(site: Site) -> None:
    origin = site({"/": shell(FILL), "/api/news": page(STORIES.encode(), Content_Type="application/json")})
    found = seen(origin.url.replace("://", "://u:p@"))
    assert [request.headers["authorization"] for request in origin.requests] == ["Basic dTpw"] * 2
    assert found.url == origin.url


def test_a_source_whose_page_a_script_fills_is_read_without_being_told_so(site: Site) -> None:
    origin = site({"/": shell(FILL), "/api/news": page(STORIES.encode(), Content_Type="application/json")})
    source = Source(id=SourceId("office"), url=origin.url, allow=LOOPBACK)
    store = MemoryStore()
    with closing(Outbound("feedbot/test")) as outbound:
        fetcher = Fetchers(outbound, lambda: NOW)
        for health, new in ((Health.FRESH, 7), (Health.QUIET, 0)):
            done = check(source, Setting(), fetcher=fetcher, inbox=store, clock=lambda: NOW)
            assert (done.health, done.new) == (health, new)


def test_a_browser_that_is_not_there_is_an_error_with_a_remedy(site: Site) -> None:
    origin = site({"/": shell(FILL)})
    with closing(Outbound("feedbot/test")) as outbound:
        fetcher = BrowserFetcher(outbound, lambda: NOW, executable="/nowhere/chromium")
        with pytest.raises(FetchError, match="the browser could not show it"):
            fetcher.fetch(origin.url, validators=Validators(), allow=LOOPBACK)


def test_a_preview_asks_a_browser_only_as_it_is_told(site: Site, tmp_path: Path) -> None:
    news = '<ul><li><a href="/news/old">The page that was written by hand</a></li></ul>'
    text = f"{news}<div id='root'></div><script>{FILL}</script>"
    origin = site({"/": html(text), "/api/news": page(STORIES.encode(), Content_Type="application/json")})
    config = tmp_path / "feedbot.yaml"
    config.write_text(
        f"sources:\n  - {{id: ward, url: '{origin.url}', network: {{allow: [127.0.0.1/32]}}, kind: listing}}\n"
    )
    shown = {}
    for word in ("--browser", "--no-browser"):
        command = (sys.executable, "-m", "feedbot", "preview", "ward", word, "--config", str(config), "--json")
        told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert told.stdout, told.stderr
        shown[word] = len(json.loads(told.stdout)["items"])
    assert shown["--browser"] >= 7 > shown["--no-browser"]
