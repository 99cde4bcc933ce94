"""The nginx configuration of docs/publishing.md hands out what feedbot publishes, by Debian's nginx on loopback."""

import gzip
import http.client
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from feedbot.store import FolderShelf

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
DOCS = Path(__file__).parents[2] / "docs" / "publishing.md"
BODY = b'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">' + b"<entry/>" * 100 + b"</feed>"
AROUND = """\
daemon off; worker_processes 1; pid {place}/pid; error_log stderr crit;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {place}/1; proxy_temp_path {place}/2; fastcgi_temp_path {place}/3;
  uwsgi_temp_path {place}/4; scgi_temp_path {place}/5;
  {server}
}}
"""

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed (apt-get install nginx-light)")


def waited(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(1000):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert process.poll() is None, "nginx ended; it does not like the configuration"
            Event().wait(0.02)
        else:
            return
    raise AssertionError("nginx does not listen")


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    place = tmp_path_factory.mktemp("nginx")
    for folder in (place, *place.parents[:2]):
        folder.chmod(0o755)
    shelf = FolderShelf(place / "feeds")
    for name in ("index.html", "a.atom.xml", "a.rss.xml", "a.json", "feeds.opml", "feed.css", "README.md"):
        shelf.put(name, BODY)
        shelf.pack([name])
    with socket.create_server(("127.0.0.1", 0)) as free:
        number = int(free.getsockname()[1])
    server = DOCS.read_text().partition("```nginx\n")[2].partition("```")[0]
    server = server.replace("listen 80;", f"listen 127.0.0.1:{number};").replace("/srv/feedbot;", f"{place};")
    (place / "nginx.conf").write_text(AROUND.format(place=place, server=server))
    process = subprocess.Popen([NGINX or "", "-p", str(place), "-c", str(place / "nginx.conf")])
    try:
        waited(number, process)
        yield number
    finally:
        process.terminate()
        process.wait(30)


def ask(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    said = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    connection.close()
    return said


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("a.atom.xml", "application/atom+xml; charset=utf-8"),
        ("a.rss.xml", "application/rss+xml; charset=utf-8"),
        ("a.json", "application/feed+json"),
        ("feeds.opml", "text/x-opml; charset=utf-8"),
        ("feed.css", "text/css; charset=utf-8"),
        ("index.html", "text/html; charset=utf-8"),
        ("", "text/html; charset=utf-8"),
    ],
)
def test_files_are_handed_out_as_feedbot_itself_does(port: int, path: str, media_type: str) -> None:
    status, headers, body = ask(port, f"/feeds/{path}")
    assert (status, body, headers["content-type"]) == (200, BODY, media_type)
    assert headers["access-control-allow-origin"] == "*"
    assert headers["x-content-type-options"] == "nosniff"
    assert "max-age=300" in headers["cache-control"]


def test_packed_forms_have_their_own_tags_and_are_known_again(port: int) -> None:
    _, plain, _ = ask(port, "/feeds/a.atom.xml")
    _, packed, body = ask(port, "/feeds/a.atom.xml", Accept_Encoding="gzip")
    assert gzip.decompress(body) == BODY
    assert packed["etag"] != plain["etag"]
    assert packed["vary"] == plain["vary"] == "Accept-Encoding"
    assert ask(port, "/feeds/a.atom.xml", If_None_Match=plain["etag"])[0] == 304
    assert ask(port, "/feeds/a.atom.xml", Accept_Encoding="gzip", If_None_Match=packed["etag"])[0] == 304


def test_a_range_is_answered_with_all(port: int) -> None:
    assert ask(port, "/feeds/a.atom.xml", Range="bytes=0-9")[::2] == (200, BODY)


@pytest.mark.parametrize(
    "path", ["/feeds/README.md", "/feeds/a.atom.xml.gz", "/feeds/a.json.br", "/nginx.conf", "/pid"]
)
def test_nothing_else_is_handed_out(port: int, path: str) -> None:
    assert ask(port, path)[0] == 404


def test_the_root_leads_to_the_page_of_all_feeds(port: int) -> None:
    status, headers, _ = ask(port, "/")
    assert (status, headers["location"].endswith("/feeds/")) == (302, True)
