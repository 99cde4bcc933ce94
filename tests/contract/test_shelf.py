"""What every Shelf promises to `publish`."""

from pathlib import Path

import pytest

from feedbot.errors import ShelfError
from feedbot.ports import Shelf
from feedbot.store import FolderShelf
from tests.fakes import FakeShelf
from tests.s3 import Bucket


@pytest.fixture(params=["memory", "folder", "bucket"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    match request.param:
        case "memory":
            return FakeShelf()
        case "folder":
            return FolderShelf(tmp_path / "feeds")
        case _:
            bucket: Bucket = request.getfixturevalue("bucket")
            return bucket.shelf


def test_a_file_stands_once_it_was_put(shelf: Shelf) -> None:
    assert not shelf.names()
    shelf.put("all.json", b"{}")
    assert set(shelf.names()) == {"all.json"}


@pytest.mark.parametrize("name", ["", ".", "..", "../all.json", "a/b.json", "/etc/feed.json", ".hidden", "nul\0.json"])
def test_a_name_that_leaves_the_shelf_is_refused(shelf: Shelf, name: str) -> None:
    with pytest.raises(ShelfError, match="not the name of a feed file"):
        shelf.put(name, b"")
