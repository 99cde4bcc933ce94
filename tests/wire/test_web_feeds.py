"""Published files over HTTP, asked on loopback by a real client."""

import gzip
import http.client
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from threading import Event, Thread

import brotli
import pytest

from feedbot.errors import ServeError
from feedbot.feed import Feed, FeedId, stem_of, token_of
from feedbot.source import Source, SourceId
from feedbot.store import FolderShelf
from feedbot.web.answer import Answer, Request
from feedbot.web.door import Door
from feedbot.web.feeds import Feeds
from feedbot.web.files import Folder
from feedbot.web.register import register
from feedbot.web.server import listening
from tests.insides import Calm
from tests.newsfeed import OFFICE, SITE

SECRET = "a secret of sixteen characters or more"
HUB = "https://hub.example/"
BODY = b'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">' + b"<entry/>" * 100 + b"</feed>"
UNPACK: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.decompress, "br": brotli.decompress, "": bytes}
OLD = "Thu, 01 Jan 1998 00:00:00 GMT"
INNER = replace(OFFICE, id=FeedId("inner"), token=token_of(SECRET, FeedId("inner")), was=(FeedId("cellar"),))
MOVED = replace(OFFICE, was=(FeedId("bureau"), FeedId("desk.one")))


@dataclass
class Said:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Site:
    """A served folder of feeds."""

    port: int
    shelf: FolderShelf
    folder: Path

    def ask(self, path: str, method: str = "GET", **headers: str) -> Said:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers=named)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return Said(answer.status, {name.lower(): value for name, value in answer.getheaders()}, body)

    def publish(self, name: str, body: bytes = BODY) -> None:
        self.shelf.put(name, body)
        self.shelf.pack([name])


@contextmanager
def serving(folder: Path, *feeds: Feed, known: tuple[str, ...] = ()) -> Iterator[Site]:
    sources = [Source(id=SourceId("office"), url="https://office.example/", every=timedelta(minutes=20))]
    book = register(feeds, sources, known={FeedId(one) for one in known}, secret=SECRET, hub=HUB)
    files = Folder(folder)
    faults: list[Exception] = []
    door = Door(Feeds(files, lambda: book, SITE), inside=Calm(), told=faults.append)
    with listening(door.answer, "127.0.0.1", 0) as port:
        yield Site(port, FolderShelf(folder), folder)
    assert not faults


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with serving(tmp_path / "feeds", MOVED, INNER, known=("office", "inner", "given-up")) as there:
        there.publish("office.atom.xml")
        yield there


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("office.atom.xml", "application/atom+xml; charset=utf-8"),
        ("office.rss.xml", "application/rss+xml; charset=utf-8"),
        ("office.json", "application/feed+json"),
        ("index.html", "text/html; charset=utf-8"),
        ("feeds.opml", "text/x-opml; charset=utf-8"),
        ("feed.css", "text/css; charset=utf-8"),
    ],
)
def test_every_file_has_its_media_type_and_is_never_guessed_at(site: Site, name: str, media_type: str) -> None:
    site.publish(name)
    said = site.ask(f"/feeds/{name}")
    assert (said.status, said.body) == (200, BODY)
    assert said.headers["content-type"] == media_type
    assert said.headers["x-content-type-options"] == "nosniff"
    assert said.headers["content-length"] == str(len(BODY))
    assert "default-src 'none'" in said.headers["content-security-policy"]
    assert "set-cookie" not in said.headers
    assert "server" not in said.headers


def test_a_feed_may_be_kept_for_a_part_of_the_interval_of_its_source(site: Site) -> None:
    assert site.ask("/feeds/office.atom.xml").headers["cache-control"] == "public, max-age=300, stale-if-error=86400"


def test_a_reader_that_has_it_is_told_so_in_a_few_bytes(site: Site) -> None:
    first = site.ask("/feeds/office.atom.xml").headers
    again = site.ask("/feeds/office.atom.xml", If_None_Match=first["etag"])
    assert (again.status, again.body) == (304, b"")
    for name in ("etag", "cache-control", "last-modified", "vary", "link", "access-control-allow-origin"):
        assert again.headers[name] == first[name]
    assert "content-type" not in again.headers


@pytest.mark.parametrize("condition", ['"x", {0}, "y"', "*", "W/{0}", "{0}"])
def test_a_known_tag_is_found_however_it_is_said(site: Site, condition: str) -> None:
    tag = site.ask("/feeds/office.atom.xml").headers["etag"]
    assert site.ask("/feeds/office.atom.xml", If_None_Match=condition.format(tag), If_Modified_Since=OLD).status == 304


@pytest.mark.parametrize("condition", ['"nope"', "", '"', "W/"])
def test_another_tag_beats_the_time(site: Site, condition: str) -> None:
    changed = site.ask("/feeds/office.atom.xml").headers["last-modified"]
    asked = {"If_None_Match": condition, "If_Modified_Since": changed}
    assert site.ask("/feeds/office.atom.xml", **asked).status == 200


@pytest.mark.parametrize(("after", "status"), [(0, 304), (86_400, 304), (-1, 200)])
def test_the_time_of_the_file_is_compared_to_the_second(site: Site, after: int, status: int) -> None:
    changed = parsedate_to_datetime(site.ask("/feeds/office.atom.xml").headers["last-modified"])
    asked = format_datetime(changed + timedelta(seconds=after), usegmt=True)
    assert site.ask("/feeds/office.atom.xml", If_Modified_Since=asked).status == status


@pytest.mark.parametrize("time", ["yesterday", "", "Thu, 99 Foo 1998 00:00:00 GMT"])
def test_a_time_that_is_none_is_no_condition(site: Site, time: str) -> None:
    assert site.ask("/feeds/office.atom.xml", If_Modified_Since=time).status == 200


def test_a_condition_on_what_must_be_there_is_kept(site: Site) -> None:
    tag = site.ask("/feeds/office.atom.xml").headers["etag"]
    assert site.ask("/feeds/office.atom.xml", If_Match=tag).status == 200
    assert site.ask("/feeds/office.atom.xml", If_Match='"other"').status == 412


def test_head_says_the_same_without_the_body(site: Site) -> None:
    full, head = site.ask("/feeds/office.atom.xml"), site.ask("/feeds/office.atom.xml", "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert {name: value for name, value in head.headers.items() if name != "date"} == {
        name: value for name, value in full.headers.items() if name != "date"
    }


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("br", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("*", "br"),
        ("identity, gzip;q=0.5", ""),
        ("gzip;q=0, identity", ""),
        ("gzip;q=0", ""),
        ("zstd", ""),
        ("", ""),
    ],
)
def test_the_coding_is_the_one_that_was_asked_for(site: Site, accepted: str, coding: str) -> None:
    said = site.ask("/feeds/office.atom.xml", Accept_Encoding=accepted)
    assert UNPACK[coding](said.body) == BODY
    assert said.headers.get("content-encoding", "") == coding
    assert said.headers["vary"] == "Accept-Encoding"


def test_every_coding_has_its_own_strong_tag_and_all_are_known_again(site: Site) -> None:
    tags = [site.ask("/feeds/office.atom.xml", Accept_Encoding=one).headers["etag"] for one in ("", "gzip", "br")]
    assert len(set(tags)) == 3
    assert not any(tag.startswith("W/") for tag in tags)
    for tag in tags:
        again = site.ask("/feeds/office.atom.xml", Accept_Encoding="br", If_None_Match=tag)
        assert (again.status, again.headers["etag"]) == (304, tag)


def test_the_tag_is_of_the_content_not_of_the_file(site: Site) -> None:
    before = site.ask("/feeds/office.atom.xml").headers["etag"]
    site.publish("office.atom.xml")
    assert site.ask("/feeds/office.atom.xml").headers["etag"] == before
    site.publish("office.atom.xml", BODY + b"<!-- more -->")
    assert site.ask("/feeds/office.atom.xml").headers["etag"] != before


def test_a_file_is_packed_when_it_is_first_asked_for_and_again_when_it_changed(tmp_path: Path) -> None:
    shelf = FolderShelf(tmp_path)
    shelf.put("office.json", b"news " * 1000)
    folder = Folder(tmp_path, shelf.pack)
    for body in (b"news " * 1000, b"more " * 1000):
        shelf.put("office.json", body)
        assert not (tmp_path / "office.json.br").exists()
        file = folder.find("office.json")
        assert file is not None
        assert file.codings == ("br", "gzip")
        assert brotli.decompress(folder.read(file, "br") or b"") == body
        assert gzip.decompress(folder.read(file, "gzip") or b"") == body


def test_a_packed_form_of_older_content_is_not_handed_out(site: Site) -> None:
    site.shelf.put("office.atom.xml", BODY + b"<!-- more -->")
    said = site.ask("/feeds/office.atom.xml", Accept_Encoding="gzip, br")
    assert said.body == BODY + b"<!-- more -->"
    assert "content-encoding" not in said.headers


def test_a_packed_form_that_was_lost_is_done_without(site: Site) -> None:
    site.ask("/feeds/office.atom.xml", Accept_Encoding="br")
    (site.folder / "office.atom.xml.br").unlink()
    said = site.ask("/feeds/office.atom.xml", Accept_Encoding="br")
    assert (said.status, said.body) == (200, BODY)


def test_a_range_is_refused_by_sending_all(site: Site) -> None:
    said = site.ask("/feeds/office.atom.xml", Range="bytes=0-9")
    assert (said.status, said.body, said.headers["accept-ranges"]) == (200, BODY, "none")


def test_a_page_elsewhere_may_read_feeds_and_only_read(site: Site) -> None:
    said = site.ask("/feeds/office.atom.xml", "OPTIONS", Origin="https://reader.example")
    assert said.status == 204
    assert said.headers["access-control-allow-origin"] == "*"
    assert said.headers["access-control-allow-methods"] == "GET, HEAD"
    refused = site.ask("/feeds/office.atom.xml", "POST")
    assert (refused.status, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_a_feed_names_its_hub_and_its_own_address(site: Site) -> None:
    link = '<https://hub.example/>; rel="hub", <https://news.example/feeds/office.atom.xml>; rel="self"'
    assert site.ask("/feeds/office.atom.xml").headers["link"] == link


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("bureau.atom.xml", "office.atom.xml"),
        ("desk.one.json", "office.json"),
        (f"{stem_of(FeedId('cellar'), SECRET)}.rss.xml", f"{INNER.stem}.rss.xml"),
    ],
)
def test_a_renamed_feed_leads_to_its_new_name(site: Site, old: str, new: str) -> None:
    said = site.ask(f"/feeds/{old}")
    assert (said.status, said.headers["location"]) == (301, new)


def test_a_feed_that_was_given_up_is_gone_and_one_that_never_was_is_not_there(site: Site) -> None:
    assert site.ask("/feeds/given-up.json").status == 410
    assert site.ask("/feeds/never.json").status == 404
    assert site.ask("/feeds/office.json").status == 404, "not published yet"


def test_a_private_feed_is_only_where_nobody_can_guess(site: Site) -> None:
    site.publish(f"{INNER.stem}.atom.xml")
    said = site.ask(f"/feeds/{INNER.stem}.atom.xml")
    assert said.status == 200
    assert said.headers["cache-control"] == "private, max-age=300"
    assert said.headers["x-robots-tag"] == "noindex, nofollow"
    assert "link" not in said.headers, "a hub would hear of its address"
    for guess in ("inner.atom.xml", "inner-.atom.xml", f"{INNER.stem[:-1]}.atom.xml", "cellar.atom.xml"):
        assert site.ask(f"/feeds/{guess}").status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/../../../../etc/passwd",
        "/feeds/../../../../etc/passwd",
        "/feeds/%2e%2e/%2e%2e/etc/passwd",
        "/feeds/..%2f..%2fetc/passwd",
        "/feeds/%2e%2e%2foffice.atom.xml",
        "/feeds//etc/passwd",
        "//etc/passwd",
        "/feeds/office.atom.xml%00.json",
        "/feeds/office.atom.xml/",
        "/feeds/office.atom.xml.gz",
        "/feeds/office.atom.xml.br",
        "/feeds/.feedbot-x.json",
        "/feeds/office.html/../office.json",
        "/feeds/office.secret",
        "/feeds/office.link.json",
        "/feeds/office.folder.json",
        "/feeds/" + "a" * 5000,
        "/feeds/%ff%fe.json",
    ],
)
def test_nothing_but_published_files_is_handed_out(site: Site, tmp_path: Path, path: str) -> None:
    (tmp_path / "secret").write_text("root:")
    (site.folder / "office.secret").write_text("root:")
    (site.folder / ".feedbot-x.json").write_text("root:")
    (site.folder / "office.link.json").symlink_to(tmp_path / "secret")
    (site.folder / "office.folder.json").mkdir()
    said = site.ask(path)
    assert 400 <= said.status < 500
    assert b"root:" not in said.body


def test_the_root_leads_to_the_list_of_all_feeds(site: Site) -> None:
    site.publish("index.html", b"<!doctype html>")
    assert (site.ask("/").status, site.ask("/").headers["location"]) == (302, "feeds/")
    assert (site.ask("/feeds").status, site.ask("/feeds").headers["location"]) == (301, "feeds/")
    assert site.ask("/feeds/").body == b"<!doctype html>"


def test_a_replaced_file_is_never_half_old_half_new(site: Site) -> None:
    over, torn = Event(), []
    bodies = [BODY + b"<!--%d-->" % number * 50 for number in range(4)]

    def write() -> None:
        while not over.is_set():
            for body in bodies:
                site.publish("office.atom.xml", body)

    writer = Thread(target=write)
    writer.start()
    try:
        tags: dict[str, bytes] = {}
        for number in range(200):
            said = site.ask("/feeds/office.atom.xml", Accept_Encoding=("gzip", "br", "")[number % 3])
            whole = UNPACK[said.headers.get("content-encoding", "")](said.body)
            known = whole in [*bodies, BODY] and tags.setdefault(said.headers["etag"], whole) == whole
            if said.status == 200 and not known:
                torn.append(said)
    finally:
        over.set()
        writer.join()
    assert not torn


def test_a_fault_in_one_request_is_told_and_costs_no_other(tmp_path: Path) -> None:
    faults: list[Exception] = []

    class Broken(Feeds):
        def answer(self, name: str, request: Request) -> Answer:
            if name == "broken.json":
                raise RuntimeError("no")
            return Answer(status=HTTPStatus.OK, body=b"well")

    folder = Folder(tmp_path)
    door = Door(Broken(folder, lambda: register([], [], known=(), secret=""), SITE), inside=Calm(), told=faults.append)
    with listening(door.answer, "127.0.0.1", 0) as port:
        site = Site(port, FolderShelf(tmp_path), tmp_path)
        assert site.ask("/feeds/broken.json").status == 500
        assert site.ask("/feeds/other.json").body == b"well"
    assert [str(fault) for fault in faults] == ["no"]


def test_an_answer_under_way_is_finished_when_the_server_stops(tmp_path: Path) -> None:
    begun, go = Event(), Event()

    def slow(_request: Request) -> Answer:
        begun.set()
        go.wait(10)
        return Answer(status=HTTPStatus.OK, headers={"Content-Length": "4"}, body=b"well")

    heard: list[Said] = []
    with listening(slow, "127.0.0.1", 0) as port:
        site = Site(port, FolderShelf(tmp_path), tmp_path)
        asking = Thread(target=lambda: heard.append(site.ask("/")))
        asking.start()
        begun.wait(10)
        Thread(target=go.set).start()
    asking.join(10)
    assert heard[0].body == b"well"
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=1)


def test_a_port_that_is_taken_is_told_with_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        told = pytest.raises(ServeError, match=rf"127\.0\.0\.1:{port}: Address already in use; choose another port")
        with told, listening(lambda _: Answer(status=HTTPStatus.OK), "127.0.0.1", port):
            pass


def test_a_file_from_the_future_does_not_make_reading_fail(site: Site) -> None:
    later = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
    os.utime(site.folder / "office.atom.xml", (later, later))
    assert site.ask("/feeds/office.atom.xml").status == 200


def test_a_connection_is_kept_over_answers_of_every_kind(site: Site) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)
    statuses, sockets = [], set()
    tag = site.ask("/feeds/office.atom.xml").headers["etag"]
    for path, condition in (
        ("office.atom.xml", "x"),
        ("office.atom.xml", tag),
        ("never.json", "x"),
        ("office.atom.xml", tag),
    ):
        connection.request("GET", f"/feeds/{path}", headers={"If-None-Match": condition})
        answer = connection.getresponse()
        answer.read()
        statuses.append(answer.status)
        sockets.add(connection.sock)
    connection.close()
    assert statuses == [200, 304, 404, 304]
    assert len(sockets) == 1


@pytest.mark.parametrize(
    "asked",
    [
        b"GET /feeds/office.atom.xml HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"what is this\r\n\r\n",
        b"POST /feeds/office.atom.xml HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" + b"a" * 100_000,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_what_is_no_request_for_a_feed_is_refused_and_costs_no_other(site: Site, asked: bytes) -> None:
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as rude, suppress(OSError):
        rude.sendall(asked)
        assert rude.recv(100)[9:12] in (b"400", b"405")
    assert site.ask("/feeds/office.atom.xml").status == 200


def test_a_feed_that_is_made_while_it_serves_is_served(tmp_path: Path) -> None:
    feeds = [OFFICE]
    folder = Folder(tmp_path)
    served = Feeds(folder, lambda: register(feeds, [], known=(), secret=""), SITE)
    asked = Request(method="GET", path="", headers={})
    FolderShelf(tmp_path).put("office-news.json", BODY)
    assert served.answer("office-news.json", asked).status == 404, "a file that no feed owns"
    feeds.append(replace(OFFICE, id=FeedId("office-news")))
    assert served.answer("office-news.json", asked).status == 200
