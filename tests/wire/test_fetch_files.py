"""Pages from the disk."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from feedbot.errors import FetchError
from feedbot.fetch.files import MAX_BYTES, MAX_FILES, MAX_TEXT, FilesFetcher
from feedbot.page import FOLDER, NotModified, Page, Validators

WRITTEN = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
NOW = WRITTEN + timedelta(hours=1)
UNSEEN = Validators()

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def one(name: str, body: bytes = b"news", at: datetime = WRITTEN) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        os.utime(path, (at.timestamp(), at.timestamp()))
        return path

    return one


def got(
    url: str | Path, validators: Validators = UNSEEN, *, now: datetime = NOW, opened: list[str] | None = None
) -> Page:
    found = FilesFetcher(lambda: now, opened).fetch(str(url), validators=validators, allow=())
    assert isinstance(found, Page)
    return found


def refusal(url: str | Path, opened: list[str] | None = None) -> str:
    with pytest.raises(FetchError) as caught:
        FilesFetcher(lambda: NOW, opened).fetch(str(url), validators=UNSEEN, allow=())
    return str(caught.value)


def listing(page: Page) -> list[dict[str, Any]]:
    assert page.content_type == FOLDER
    files: list[dict[str, Any]] = json.loads(page.body)["files"]
    return files


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.html", "text/html"),
        ("a.HTM", "text/html"),
        ("a.xml", "application/xml"),
        ("a.rss", "application/rss+xml"),
        ("a.atom", "application/atom+xml"),
        ("a.json", "application/json"),
        ("a.md", "text/markdown"),
        ("a.txt", "text/plain"),
        ("a.pdf", "application/pdf"),
        ("a", ""),
    ],
)
def test_a_file_is_a_page_of_the_type_that_its_name_says(write: Write, name: str, kind: str) -> None:
    path = write(name)
    found = got(path)
    assert (found.body, found.content_type, found.url, found.fetched_at) == (b"news", kind, path.as_uri(), NOW)


def test_a_file_has_an_address_or_a_path(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("n\u00e9ws #1?.html")
    monkeypatch.chdir(path.parent)
    monkeypatch.setenv("HOME", str(path.parent))
    for spelling in (path.as_uri(), path.as_uri().replace("file:///", "file://localhost/"), path, f"./{path.name}"):
        assert got(spelling).url == path.as_uri()
    assert got("~/" + path.name).body == b"news"


def test_an_unchanged_file_is_not_modified(write: Write) -> None:
    path = write("a.html")
    first = got(path)
    again = FilesFetcher(lambda: NOW).fetch(str(path), validators=first.validators, allow=())
    assert again == NotModified(validators=first.validators)


def test_a_file_that_was_written_again_with_the_same_content_is_not_modified(write: Write) -> None:
    first = got(write("a.html"))
    path = write("a.html", at=WRITTEN + timedelta(minutes=1))
    again = FilesFetcher(lambda: NOW).fetch(str(path), validators=first.validators, allow=())
    assert isinstance(again, NotModified)
    assert again.validators.digest == first.digest
    assert again.validators.etag != first.etag


def test_a_changed_file_is_read_again(write: Write) -> None:
    first = got(write("a.html"))
    assert got(write("a.html", b"more"), first.validators).body == b"more"


def test_a_file_that_was_just_written_is_read_again_even_if_its_time_stands_still(write: Write) -> None:
    first = got(write("a.html"), now=WRITTEN + timedelta(seconds=1))
    assert first.etag is None
    assert got(write("a.html", b"wens"), first.validators).body == b"wens"


def test_a_folder_is_listed_by_name(write: Write, tmp_path: Path) -> None:
    write("b.txt", "Second, na\u00efve".encode())
    write("a.pdf", b"%PDF", WRITTEN - timedelta(days=1))
    write(".hidden.txt")
    write("inner/c.txt")
    assert listing(got(tmp_path)) == [
        {
            "name": "a.pdf",
            "url": (tmp_path / "a.pdf").as_uri(),
            "modified": "2026-11-22T09:30:00Z",
            "type": "application/pdf",
            "length": 4,
        },
        {
            "name": "b.txt",
            "url": (tmp_path / "b.txt").as_uri(),
            "modified": "2026-11-23T09:30:00Z",
            "type": "text/plain",
            "length": 14,
            "text": "Second, na\u00efve",
        },
    ]


def test_the_texts_of_a_folder_are_decoded_whatever_their_bytes(write: Write, tmp_path: Path) -> None:
    write("a.txt", "caf\u00e9 \u2013 \u00a35".encode("cp1252"))
    write("b.md", "# caf\u00e9".encode("utf-8-sig"))
    write("c.html", b"<p>news")
    texts = [file["text"] for file in listing(got(tmp_path))]
    assert texts == ["caf\u00e9 \u2013 \u00a35", "# caf\u00e9", "<p>news"]


def test_a_large_text_is_listed_without_it(write: Write, tmp_path: Path) -> None:
    write("a.txt", b"x" * (MAX_TEXT + 1))
    (file,) = listing(got(tmp_path))
    assert "text" not in file


def test_the_texts_of_a_folder_are_bounded_together(write: Write, tmp_path: Path) -> None:
    for number in range(30):
        write(f"{number:02}.txt", b"x" * MAX_TEXT)
    assert sum(len(file.get("text", "")) for file in listing(got(tmp_path))) == MAX_BYTES


def test_the_newest_files_of_a_full_folder_are_listed(write: Write, tmp_path: Path) -> None:
    for number in range(MAX_FILES + 3):
        write(f"{number:04}.pdf", at=WRITTEN + timedelta(seconds=number))
    names = [file["name"] for file in listing(got(tmp_path))]
    assert names == [f"{number:04}.pdf" for number in range(3, MAX_FILES + 3)]


def test_an_empty_folder_is_an_empty_listing(tmp_path: Path) -> None:
    assert listing(got(tmp_path)) == []


def test_an_unchanged_folder_is_not_modified_and_a_new_file_changes_it(write: Write, tmp_path: Path) -> None:
    write("a.txt")
    first = got(tmp_path)
    again = FilesFetcher(lambda: NOW).fetch(str(tmp_path), validators=first.validators, allow=())
    assert again == NotModified(validators=first.validators)
    write("b.txt")
    assert len(listing(got(tmp_path, first.validators))) == 2


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "a.html") == f"{tmp_path}/a.html: there is no such file or folder"
    assert refusal(tmp_path / ("a" * 300)).startswith(f"{tmp_path}/aaa")
    assert "cannot be read" in refusal("file:///a%00b")


def test_what_has_no_end_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "neither a file nor a folder" in refusal(tmp_path / "pipe")
    assert "neither a file nor a folder" in refusal("file:///dev/zero")
    assert listing(got(tmp_path)) == []


def test_a_file_that_is_too_large_is_not_read(write: Write) -> None:
    assert refusal(write("a.html", bytes(MAX_BYTES + 1))).endswith("larger than 5,000,000 bytes")


def test_files_of_other_machines_are_not_read() -> None:
    assert "is on another machine" in refusal("file://server/share/a.html")


def test_only_what_a_source_opens_is_read(write: Write, tmp_path: Path) -> None:
    source, inside = write("open/index.html"), write("open/2026/a.html")
    closed, hidden = write("closed/secret.txt"), write("open/.git/config")
    (tmp_path / "open" / "way-out.txt").symlink_to(closed)
    for opened in ([str(source)], [source.as_uri()], [str(source.parent)]):
        assert got(source, opened=opened).body == b"news"
        assert got(inside, opened=opened).body == b"news"
        for other in (closed, hidden, tmp_path / "open" / "way-out.txt", f"{source.parent}/../closed/secret.txt"):
            assert "no source of the configuration is there" in refusal(other, opened)


def test_a_link_in_a_folder_is_not_listed(write: Write, tmp_path: Path) -> None:
    closed = write("closed/secret.txt")
    (tmp_path / "link.txt").symlink_to(closed)
    assert listing(got(tmp_path)) == []


def test_without_sources_nothing_is_read(write: Write) -> None:
    assert "no source" in refusal(write("a.html"), [])
