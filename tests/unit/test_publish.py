from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from feedbot.errors import ShelfError
from feedbot.feed import Feed, FeedId, feed_of_all
from feedbot.item import Item
from feedbot.ports import Stand
from feedbot.publish import INDEX, files, publish, publish_index
from feedbot.source import SourceId
from tests.newsfeed import BOTH, OFFICE, SITE, bare, full

NAMES = ("office.atom.xml", "office.rss.xml", "office.json")


@dataclass
class Memory:
    """A catalogue in memory: it remembers what was shelved, and counts what was asked for."""

    items: Sequence[Item] = ()
    version: int = 1
    remembered: dict[FeedId, tuple[str, int, Mapping[str, str]]] = field(default_factory=dict)
    asked: int = 0

    def stand(self, feed_id: FeedId, settings: str) -> Stand:
        known, version, digests = self.remembered.get(feed_id, ("", -1, {}))
        current = 0 if feed_id == INDEX else self.version
        return Stand(stale=known != settings or version != current, version=current, digests=digests)

    def newest(self, feed: Feed) -> Sequence[Item]:
        self.asked += 1
        return [item for item in self.items if item.source_id in feed.sources][: feed.limit]

    def shelved(self, feed_id: FeedId, settings: str, version: int, digests: Mapping[str, str]) -> None:
        self.remembered[feed_id] = (settings, version, digests)

    def change(self, *items: Item) -> None:
        """Hold these items from now on, and count one change."""
        self.items, self.version = items, self.version + 1


@dataclass
class Folder:
    """A shelf in memory; names in `broken` cannot be written."""

    files: dict[str, bytes] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    written: list[str] = field(default_factory=list)

    def has(self, name: str) -> bool:
        return name in self.files

    def put(self, name: str, body: bytes) -> None:
        if name in self.broken:
            raise ShelfError(f"{name}: no space left on device; free some, the next pass tries again")
        self.files[name] = body
        self.written.append(name)


def test_a_feed_is_published_in_every_format() -> None:
    catalogue, shelf = Memory([full(), bare()]), Folder()

    done = publish(OFFICE, site=SITE, catalogue=catalogue, shelf=shelf)

    assert done.feed_id == "office"
    assert done.written == files(OFFICE.id) == NAMES
    assert (done.unchanged, done.failed, done.left_out, done.items) == ((), (), (), 2)
    assert set(shelf.files) == set(NAMES)


def test_a_feed_that_did_not_change_is_neither_rendered_nor_written() -> None:
    catalogue, shelf = Memory([full()]), Folder()
    publish(OFFICE, site=SITE, catalogue=catalogue, shelf=shelf)

    done = publish(OFFICE, site=SITE, catalogue=catalogue, shelf=shelf)

    assert (done.written, done.unchanged) == ((), NAMES)
    assert (catalogue.asked, shelf.written) == (1, list(NAMES))


def test_a_change_that_shows_nowhere_writes_no_file() -> None:
    catalogue, shelf = Memory([full()]), Folder()
    publish(OFFICE, site=SITE, catalogue=catalogue, shelf=shelf)
    catalogue.change(full(rank=7))

    done = publish(OFFICE, site=SITE, catalogue=catalogue, shelf=shelf)

    assert (done.written, done.unchanged) == ((), NAMES)
    assert (catalogue.asked, len(shelf.written)) == (2, 3)


def test_only_the_files_whose_content_changed_are_written() -> None:
    catalogue, shelf = Memory([full()]), Folder()
    publish(OFFICE, site=SITE, catalogue=catalogue, shelf=shelf)
    catalogue.change(full(dated="seen"))

    assert publish(OFFICE, site=SITE, catalogue=catalogue, shelf=shelf).written == ("office.json",)


def test_a_lost_file_is_written_again() -> None:
    catalogue, shelf = Memory([full()]), Folder()
    publish(OFFICE, site=SITE, catalogue=catalogue, shelf=shelf)
    was = shelf.files.pop("office.rss.xml")

    assert publish(OFFICE, site=SITE, catalogue=catalogue, shelf=shelf).written == ("office.rss.xml",)
    assert shelf.files["office.rss.xml"] == was


def test_new_settings_of_a_feed_are_published() -> None:
    catalogue, shelf = Memory([full()]), Folder()
    publish(OFFICE, site=SITE, catalogue=catalogue, shelf=shelf)

    assert publish(replace(OFFICE, title="New"), site=SITE, catalogue=catalogue, shelf=shelf).written == NAMES


def test_a_combined_feed_follows_the_names_of_its_origins() -> None:
    catalogue, shelf = Memory([full()]), Folder()
    publish(BOTH, site=SITE, catalogue=catalogue, shelf=shelf)

    done = publish(BOTH, site=SITE, catalogue=catalogue, shelf=shelf, origins={SourceId("office"): OFFICE})

    assert done.written == files(BOTH.id)
    assert OFFICE.title.replace("&", "&amp;").encode() in shelf.files["both.rss.xml"]


def test_anew_writes_every_file_whatever_is_remembered() -> None:
    catalogue, shelf = Memory([full()]), Folder()
    publish(OFFICE, site=SITE, catalogue=catalogue, shelf=shelf)
    shelf.files["office.json"] = b"damaged"

    assert publish(OFFICE, site=SITE, catalogue=catalogue, shelf=shelf, anew=True).written == NAMES
    assert shelf.files["office.json"] != b"damaged"


def test_a_file_that_fails_costs_no_other_and_is_tried_again() -> None:
    catalogue, shelf = Memory([full()]), Folder(broken={"office.atom.xml"})

    done = publish(OFFICE, site=SITE, catalogue=catalogue, shelf=shelf)
    assert done.written == NAMES[1:]
    assert [name for name, _ in done.failed] == ["office.atom.xml"]
    assert "no space left" in done.failed[0][1]

    shelf.broken.clear()
    again = publish(OFFICE, site=SITE, catalogue=catalogue, shelf=shelf)
    assert (again.written, again.unchanged) == (("office.atom.xml",), NAMES[1:])


def test_the_last_good_file_stands_when_a_new_one_fails() -> None:
    catalogue, shelf = Memory([full()]), Folder()
    publish(OFFICE, site=SITE, catalogue=catalogue, shelf=shelf)
    good = dict(shelf.files)
    catalogue.change(bare())
    shelf.broken = set(NAMES)

    assert len(publish(OFFICE, site=SITE, catalogue=catalogue, shelf=shelf).failed) == 3
    assert shelf.files == good


def test_an_item_that_says_nothing_is_left_out_and_told() -> None:
    done = publish(OFFICE, site=SITE, catalogue=Memory([bare("mute", title="", url=""), bare()]), shelf=Folder())

    assert done.items == 1
    assert [item for item, _ in done.left_out] == ["mute"]


def test_the_index_shows_every_feed_and_follows_their_changes() -> None:
    catalogue, shelf = Memory([full()]), Folder()
    feeds = [OFFICE, BOTH, feed_of_all((), SITE)]

    first = publish_index(feeds, site=SITE, catalogue=catalogue, shelf=shelf)
    assert first.written == ("index.html", "feeds.opml")
    assert first.feed_id == INDEX

    second = publish_index(feeds, site=SITE, catalogue=catalogue, shelf=shelf)
    assert (second.written, second.unchanged) == ((), ("index.html", "feeds.opml"))

    catalogue.change(full(title="A new title"))
    third = publish_index(feeds, site=SITE, catalogue=catalogue, shelf=shelf)
    assert (third.written, third.unchanged) == (("index.html",), ("feeds.opml",))
    assert b"A new title" in shelf.files["index.html"]


def test_an_index_that_cannot_be_written_is_tried_again() -> None:
    catalogue, shelf = Memory([full()]), Folder(broken={"index.html"})

    assert publish_index([OFFICE], site=SITE, catalogue=catalogue, shelf=shelf).written == ("feeds.opml",)
    shelf.broken.clear()
    assert publish_index([OFFICE], site=SITE, catalogue=catalogue, shelf=shelf).written == ("index.html",)
