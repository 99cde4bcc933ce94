"""Harm that comes to a database: a disk without room, a file that was damaged."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from feedbot.errors import StoreUnusable
from feedbot.store import open_store
from tests.newsroom import item, state

ROOT = Path(__file__).parents[2]

FILL = """
import sys
from pathlib import Path
from feedbot.errors import ShelfError, StoreError
from feedbot.store import FolderShelf, open_store
from tests.newsroom import feed, item, names, state

folder = Path(sys.argv[1])
with open_store(f"sqlite:///{folder}/feedbot.sqlite3") as store:
    store.commit(state(title="before"), items=[item("a")])
    shelf = FolderShelf(folder / "feeds")
    shelf.put("all.json", b"old")
    try:
        store.commit(state(title="lost"), items=[item("b", content_text="long " * 400_000)])
    except StoreError as error:
        print(type(error).__name__, error)
    try:
        shelf.put("all.json", b"new" * 700_000)
    except ShelfError as error:
        print(type(error).__name__, error)
    print(store.state(state().source_id).title, names(store.newest(feed())))
    print(sorted((file.name, file.stat().st_size) for file in (folder / "feeds").iterdir()))
    store.commit(state(title="after"), items=[item("c")])
    print(store.state(state().source_id).title, names(store.newest(feed())))
"""


def on_a_small_disk(folder: Path, code: str) -> "subprocess.CompletedProcess[str]":
    """Run `code` where `folder` is a disk of its own with 1 MiB; only that process sees it, and it ends with it."""
    mount = 'mount -t tmpfs -o size=1m none "$1" || exit 77; exec "$2" -c "$3" "$1"'
    command = ["unshare", "--mount", "sh", "-c", mount, "sh", str(folder), sys.executable, code]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=ROOT)


def refusal(folder: Path) -> str:
    """Return why no disk can be made here; nothing where one can."""
    try:
        tried = on_a_small_disk(folder, "")
    except FileNotFoundError:
        return "there is no unshare program"
    return tried.stderr.strip() if tried.returncode else ""


def test_a_disk_without_room_costs_neither_what_is_stored_nor_what_comes_after(tmp_path: Path) -> None:
    if why := refusal(tmp_path):
        pytest.skip(f"no small disk can be mounted: {why}")
    ended = on_a_small_disk(tmp_path, FILL)
    store, shelf, kept, files, after = ended.stdout.splitlines()
    assert store.startswith(f"StoreError {tmp_path}/feedbot.sqlite3: the disk is full; nothing was stored.")
    assert shelf.startswith(f"ShelfError {tmp_path}/feeds/all.json: No space left on device")
    assert kept == "before ['a']"
    assert files == "[('all.json', 3)]"
    assert after == "after ['a', 'c']"
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_damaged_database_is_left_as_it_is_and_a_command_sets_it_aside(tmp_path: Path) -> None:
    path = tmp_path / "feedbot.sqlite3"
    with open_store(f"sqlite:///{path}") as store:
        store.commit(state(), items=[item(f"i{n}") for n in range(500)])
    path.write_bytes(path.read_bytes()[:4096] + b"\xff" * 200_000)
    before = hashlib.sha256(path.read_bytes()).digest()
    with pytest.raises(StoreUnusable) as told, open_store(f"sqlite:///{path}"):
        pass
    assert f"{path}: the database is damaged" in str(told.value)
    assert f"`mv {path} {path}.damaged`" in str(told.value)
    assert hashlib.sha256(path.read_bytes()).digest() == before
