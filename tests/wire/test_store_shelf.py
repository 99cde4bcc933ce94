"""The folder of feed files on a real disk."""

import gzip
import os
from pathlib import Path

import brotli
import pytest

from feedbot.errors import ShelfError
from feedbot.store import FolderShelf
from tests.fulldisk import room_for


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "feeds"


def test_a_file_is_replaced_whole_and_nothing_else_is_left(folder: Path) -> None:
    shelf = FolderShelf(folder)
    shelf.put("all.json", b"old and longer")
    shelf.put("all.json", b"new")
    assert [(file.name, file.read_bytes()) for file in folder.iterdir()] == [("all.json", b"new")]


def test_who_reads_while_a_file_is_replaced_has_the_old_one_whole(folder: Path) -> None:
    shelf = FolderShelf(folder)
    shelf.put("all.json", b"old")
    with (folder / "all.json").open("rb") as reading:
        shelf.put("all.json", b"new")
        assert reading.read() == b"old"


def test_everyone_may_read_a_feed_file(folder: Path) -> None:
    before = os.umask(0o077)
    try:
        FolderShelf(folder).put("all.json", b"{}")
    finally:
        os.umask(before)
    assert (folder / "all.json").stat().st_mode & 0o777 == 0o644


def test_what_a_killed_process_left_half_written_is_removed_and_nothing_else(folder: Path) -> None:
    shelf = FolderShelf(folder)
    shelf.tidy()
    shelf.put("all.json", b"{}")
    (folder / ".feedbot-x1y2z3").write_bytes(b"half")
    (folder / ".htaccess").write_bytes(b"theirs")
    shelf.tidy()
    assert sorted(file.name for file in folder.iterdir()) == [".htaccess", "all.json"]


def test_a_link_in_the_way_is_told_and_what_it_points_to_is_left_alone(folder: Path, tmp_path: Path) -> None:
    folder.mkdir()
    precious = tmp_path / "precious"
    precious.write_bytes(b"precious")
    (folder / "all.json").symlink_to(precious)
    shelf = FolderShelf(folder)
    assert "all.json" not in shelf.names()
    with pytest.raises(ShelfError, match=r"all\.json: a link or folder stands"):
        shelf.put("all.json", b"{}")
    assert precious.read_bytes() == b"precious"


def test_a_folder_in_the_way_costs_that_file_only(folder: Path) -> None:
    (folder / "all.json").mkdir(parents=True)
    shelf = FolderShelf(folder)
    assert "all.json" not in shelf.names()
    with pytest.raises(ShelfError, match=r"all\.json: a link or folder stands"):
        shelf.put("all.json", b"{}")
    shelf.put("office.json", b"{}")
    assert "office.json" in shelf.names()


def test_a_shelf_that_may_be_a_link_itself_is_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "www").mkdir()
    folder.symlink_to(tmp_path / "www")
    FolderShelf(folder).put("all.json", b"{}")
    assert (tmp_path / "www" / "all.json").read_bytes() == b"{}"


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for place in (tmp_path / "file", Path("/proc")):
        with pytest.raises(ShelfError, match=f"{place}/all.json: .*Make the folder writable"):
            FolderShelf(place).put("all.json", b"{}")


def test_on_a_full_disk_the_old_file_stands_and_no_half_one_is_left(folder: Path) -> None:
    shelf = FolderShelf(folder)
    shelf.put("all.json", b"old")
    with room_for(1000), pytest.raises(ShelfError, match="File too large"):
        shelf.put("all.json", b"new" * 1000)
    assert [(file.name, file.read_bytes()) for file in folder.iterdir()] == [("all.json", b"old")]


def test_packed_forms_stand_beside_a_file_and_have_its_time(folder: Path) -> None:
    shelf = FolderShelf(folder)
    shelf.put("all.json", b"news " * 1000)
    shelf.pack(["all.json"])
    assert gzip.decompress((folder / "all.json.gz").read_bytes()) == b"news " * 1000
    assert brotli.decompress((folder / "all.json.br").read_bytes()) == b"news " * 1000
    assert len({(folder / name).stat().st_mtime_ns for name in ("all.json", "all.json.gz", "all.json.br")}) == 1


def test_a_file_that_is_packed_already_is_left_alone_and_a_new_one_packed_anew(folder: Path) -> None:
    shelf = FolderShelf(folder)
    shelf.put("all.json", b"news " * 1000)
    shelf.pack(["all.json"])
    (folder / "all.json.gz").write_bytes(b"kept")
    os.utime(folder / "all.json.gz", ns=((folder / "all.json").stat().st_mtime_ns,) * 2)
    shelf.pack(["all.json"])
    assert (folder / "all.json.gz").read_bytes() == b"kept"
    shelf.put("all.json", b"more " * 1000)
    shelf.pack(["all.json"])
    assert gzip.decompress((folder / "all.json.gz").read_bytes()) == b"more " * 1000


def test_the_packed_forms_of_old_content_go_before_new_content_comes(folder: Path) -> None:
    shelf = FolderShelf(folder)
    shelf.put("all.json", b"news " * 1000)
    shelf.pack(["all.json"])
    assert len(list(folder.iterdir())) == 3
    shelf.put("all.json", b"more " * 1000)
    assert [file.name for file in folder.iterdir()] == ["all.json"]


def test_a_small_file_has_no_packed_forms_nor_keeps_old_ones(folder: Path) -> None:
    shelf = FolderShelf(folder)
    for body in (b"news " * 1000, b"news"):
        shelf.put("all.json", body)
        shelf.pack(["all.json", "missing.json"])
    assert [file.name for file in folder.iterdir()] == ["all.json"]


def test_a_file_is_taken_away_with_its_packed_forms(folder: Path) -> None:
    shelf = FolderShelf(folder)
    shelf.put("all.json", b"news " * 1000)
    shelf.pack(["all.json"])
    shelf.remove("all.json")
    shelf.remove("all.json")
    assert not list(folder.iterdir())


def test_each_content_of_a_name_has_a_later_time(folder: Path) -> None:
    shelf = FolderShelf(folder)
    times = []
    for number in range(20):
        shelf.put("all.json", str(number).encode())
        times.append((folder / "all.json").stat().st_mtime_ns)
    assert times == sorted(set(times))
