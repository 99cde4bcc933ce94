from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from feedbot.errors import ShelfError
from feedbot.feed import Feed
from feedbot.publish import Published, files, publish
from feedbot.source import SourceId
from tests.counting import Memory, holding
from tests.fakes import FakeShelf
from tests.newsfeed import BOTH, OFFICE, SITE, bare, full

NAMES = ("office.atom.xml", "office.rss.xml", "office.json")


def published(
    feed: Feed,
    *,
    catalogue: Memory,
    shelf: FakeShelf,
    anew: bool = False,
    origins: Mapping[SourceId, Feed] = MappingProxyType({}),
) -> Published:
    [done] = publish([feed], site=SITE, catalogue=catalogue, shelf=shelf, anew=anew, origins=origins)
    return done


def test_a_feed_is_published_in_every_format() -> None:
    catalogue, shelf = holding(full(), bare()), FakeShelf()

    done = published(OFFICE, catalogue=catalogue, shelf=shelf)

    assert done.feed_id == "office"
    assert done.written == files(OFFICE) == NAMES
    assert (done.unchanged, done.failed, done.left_out, done.items) == ((), (), (), 2)
    assert set(shelf.files) == set(NAMES)


def test_a_feed_that_did_not_change_is_neither_rendered_nor_written() -> None:
    catalogue, shelf = holding(full()), FakeShelf()
    published(OFFICE, catalogue=catalogue, shelf=shelf)

    done = published(OFFICE, catalogue=catalogue, shelf=shelf)

    assert (done.written, done.unchanged) == ((), NAMES)
    assert (catalogue.asked, shelf.written) == (1, list(NAMES))


def test_a_change_that_shows_nowhere_writes_no_file() -> None:
    catalogue, shelf = holding(full()), FakeShelf()
    published(OFFICE, catalogue=catalogue, shelf=shelf)
    catalogue.change(full(rank=7))

    done = published(OFFICE, catalogue=catalogue, shelf=shelf)

    assert (done.written, done.unchanged) == ((), NAMES)
    assert (catalogue.asked, len(shelf.written)) == (2, 3)


def test_only_the_files_whose_content_changed_are_written() -> None:
    catalogue, shelf = holding(full()), FakeShelf()
    published(OFFICE, catalogue=catalogue, shelf=shelf)
    catalogue.change(full(dated="seen"))

    assert published(OFFICE, catalogue=catalogue, shelf=shelf).written == ("office.json",)


def test_a_lost_file_is_written_again() -> None:
    catalogue, shelf = holding(full()), FakeShelf()
    published(OFFICE, catalogue=catalogue, shelf=shelf)
    was = shelf.files.pop("office.rss.xml")

    assert published(OFFICE, catalogue=catalogue, shelf=shelf).written == ("office.rss.xml",)
    assert shelf.files["office.rss.xml"] == was


def test_new_settings_of_a_feed_are_published() -> None:
    catalogue, shelf = holding(full()), FakeShelf()
    published(OFFICE, catalogue=catalogue, shelf=shelf)

    assert published(replace(OFFICE, title="New"), catalogue=catalogue, shelf=shelf).written == NAMES


def test_a_combined_feed_follows_the_names_of_its_origins() -> None:
    catalogue, shelf = holding(full()), FakeShelf()
    published(BOTH, catalogue=catalogue, shelf=shelf)

    done = published(BOTH, catalogue=catalogue, shelf=shelf, origins={SourceId("office"): OFFICE})

    assert done.written == files(BOTH)
    assert OFFICE.title.replace("&", "&amp;").encode() in shelf.files["both.rss.xml"]


def test_anew_writes_every_file_whatever_is_remembered() -> None:
    catalogue, shelf = holding(full()), FakeShelf()
    published(OFFICE, catalogue=catalogue, shelf=shelf)
    shelf.files["office.json"] = b"damaged"

    assert published(OFFICE, catalogue=catalogue, shelf=shelf, anew=True).written == NAMES
    assert shelf.files["office.json"] != b"damaged"


def test_a_file_that_fails_costs_no_other_and_is_tried_again() -> None:
    catalogue, shelf = holding(full()), FakeShelf(broken={"office.atom.xml"})

    done = published(OFFICE, catalogue=catalogue, shelf=shelf)
    assert done.written == NAMES[1:]
    assert [name for name, _ in done.failed] == ["office.atom.xml"]
    assert "is broken" in done.failed[0][1]

    shelf.broken.clear()
    again = published(OFFICE, catalogue=catalogue, shelf=shelf)
    assert (again.written, again.unchanged) == (("office.atom.xml",), NAMES[1:])


def test_the_last_good_file_stands_when_a_new_one_fails() -> None:
    catalogue, shelf = holding(full()), FakeShelf()
    published(OFFICE, catalogue=catalogue, shelf=shelf)
    good = dict(shelf.files)
    catalogue.change(bare())
    shelf.broken = set(NAMES)

    assert len(published(OFFICE, catalogue=catalogue, shelf=shelf).failed) == 3
    assert shelf.files == good


def test_an_item_that_says_nothing_is_left_out_and_told() -> None:
    done = published(OFFICE, catalogue=holding(bare("mute", title="", url=""), bare()), shelf=FakeShelf())

    assert done.items == 1
    assert [item for item, _ in done.left_out] == ["mute"]


def test_a_feed_that_becomes_private_leaves_its_public_address_and_never_shows_the_new_one() -> None:
    catalogue, shelf = holding(full()), FakeShelf(broken={"office-t0ken.json"})
    published(OFFICE, catalogue=catalogue, shelf=shelf)

    done = published(replace(OFFICE, token="t0ken"), catalogue=catalogue, shelf=shelf)

    assert {*shelf.files} == {"office-t0ken.atom.xml", "office-t0ken.rss.xml"}
    assert b"https://news.example/feeds/office-t0ken.rss.xml" in shelf.files["office-t0ken.rss.xml"]
    assert done.written == ("office-….atom.xml", "office-….rss.xml")
    assert "t0ken" not in repr(done)


class ShakyShelf(FakeShelf):
    """Takes files, but cannot promise that they outlast a power cut while it is `shaking`."""

    shaking = True

    def settle(self) -> None:
        if self.shaking:
            raise ShelfError("feeds: input/output error")


def test_files_that_may_not_outlast_a_power_cut_are_written_again() -> None:
    catalogue, shelf = holding(full()), ShakyShelf()
    done = published(OFFICE, catalogue=catalogue, shelf=shelf)
    assert (done.written, [name for name, _ in done.failed]) == ((), [*NAMES])

    shelf.shaking = False
    assert published(OFFICE, catalogue=catalogue, shelf=shelf).written == NAMES
    assert published(OFFICE, catalogue=catalogue, shelf=shelf).unchanged == NAMES


class FullShelf(FakeShelf):
    """Takes files away, but has no room for new ones."""

    def put(self, name: str, body: bytes) -> None:
        raise ShelfError(f"{name}: no space left")


def test_the_last_good_file_stands_when_the_disk_is_full() -> None:
    catalogue, shelf = holding(full()), FakeShelf()
    published(OFFICE, catalogue=catalogue, shelf=shelf)
    catalogue.change(full(title="A new title"))
    crowded = FullShelf(files=dict(shelf.files))

    done = published(OFFICE, catalogue=catalogue, shelf=crowded)

    assert ({name for name, _ in done.failed}, done.removed) == ({*NAMES}, ())
    assert crowded.files == shelf.files
