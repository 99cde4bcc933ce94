from dataclasses import replace

from feedbot.feed import feed_of_all
from feedbot.pages import INDEX, INDEX_FILES, publish_index, publish_pages, retire
from feedbot.publish import files, publish
from tests.counting import Memory, holding
from tests.fakes import FakeShelf
from tests.newsfeed import BOTH, OFFICE, SITE, bare, full

NAMES = (*files(OFFICE), "office.html")


def both_published(catalogue: Memory, shelf: FakeShelf) -> None:
    list(publish([OFFICE, BOTH], site=SITE, catalogue=catalogue, shelf=shelf))
    list(publish_pages([OFFICE, BOTH], site=SITE, catalogue=catalogue, shelf=shelf))


def test_every_feed_has_a_page() -> None:
    catalogue, shelf = holding(full(), bare()), FakeShelf()

    done = list(publish_pages([OFFICE, BOTH], site=SITE, catalogue=catalogue, shelf=shelf))

    assert [one.written for one in done] == [("office.html",), ("both.html",)]
    assert b"https://news.example/feeds/office.atom.xml" in shelf.files["office.html"]


def test_a_page_is_rendered_only_when_its_feed_changed() -> None:
    catalogue, shelf = holding(full()), FakeShelf()
    list(publish_pages([OFFICE], site=SITE, catalogue=catalogue, shelf=shelf))

    [done] = publish_pages([OFFICE], site=SITE, catalogue=catalogue, shelf=shelf)
    assert (done.unchanged, catalogue.asked) == (("office.html",), 1)

    catalogue.change(full(title="A new title"))
    [done] = publish_pages([OFFICE], site=SITE, catalogue=catalogue, shelf=shelf)
    assert (done.written, catalogue.asked) == (("office.html",), 2)
    assert b"A new title" in shelf.files["office.html"]


def test_a_lost_page_is_written_again() -> None:
    catalogue, shelf = holding(full()), FakeShelf()
    list(publish_pages([OFFICE], site=SITE, catalogue=catalogue, shelf=shelf))
    was = shelf.files.pop("office.html")

    list(publish_pages([OFFICE], site=SITE, catalogue=catalogue, shelf=shelf))
    assert shelf.files["office.html"] == was


def test_the_page_of_a_feed_that_becomes_private_leaves_its_public_address() -> None:
    catalogue, shelf = holding(full()), FakeShelf()
    list(publish_pages([OFFICE], site=SITE, catalogue=catalogue, shelf=shelf))

    [done] = publish_pages([replace(OFFICE, token="t0ken")], site=SITE, catalogue=catalogue, shelf=shelf)

    assert set(shelf.files) == {"office-t0ken.html"}
    assert (done.written, done.removed) == (("office-….html",), ("office.html",))


def test_the_index_shows_every_feed_and_follows_their_changes() -> None:
    catalogue, shelf = holding(full()), FakeShelf()
    feeds = [OFFICE, BOTH, feed_of_all((), SITE)]

    first = publish_index(feeds, site=SITE, catalogue=catalogue, shelf=shelf)
    assert first.written == INDEX_FILES
    assert first.feed_id == INDEX

    second = publish_index(feeds, site=SITE, catalogue=catalogue, shelf=shelf)
    assert (second.written, second.unchanged) == ((), INDEX_FILES)

    catalogue.change(full(title="A new title"))
    third = publish_index(feeds, site=SITE, catalogue=catalogue, shelf=shelf)
    assert (third.written, third.unchanged) == (("index.html",), INDEX_FILES[1:])
    assert b"A new title" in shelf.files["index.html"]


def test_an_index_that_cannot_be_written_is_tried_again() -> None:
    catalogue, shelf = holding(full()), FakeShelf(broken={"index.html"})

    assert publish_index([OFFICE], site=SITE, catalogue=catalogue, shelf=shelf).written == INDEX_FILES[1:]
    shelf.broken.clear()
    assert publish_index([OFFICE], site=SITE, catalogue=catalogue, shelf=shelf).written == ("index.html",)


def test_the_files_of_a_feed_that_is_no_more_are_taken_away_once() -> None:
    catalogue, shelf = holding(full()), FakeShelf()
    both_published(catalogue, shelf)
    publish_index([OFFICE], site=SITE, catalogue=catalogue, shelf=shelf)

    assert {name for done in retire([BOTH], catalogue=catalogue, shelf=shelf) for name in done.removed} == {*NAMES}
    assert not set(shelf.files) & set(NAMES)
    assert set(shelf.files) >= {*files(BOTH), "both.html", "index.html"}
    assert not list(retire([BOTH], catalogue=catalogue, shelf=shelf))
    assert OFFICE.id in catalogue.stands(), "its address is known to be gone"


def test_a_file_that_cannot_be_taken_away_is_told_and_tried_again() -> None:
    catalogue, shelf = holding(full()), FakeShelf()
    list(publish([OFFICE], site=SITE, catalogue=catalogue, shelf=shelf))
    shelf.broken.add("office.json")

    [done] = retire([], catalogue=catalogue, shelf=shelf)
    assert [name for name, _ in done.failed] == ["office.json"]

    shelf.broken.clear()
    assert [done.removed for done in retire([], catalogue=catalogue, shelf=shelf)] == [("office.json",)]


def test_a_page_keeps_what_did_not_change_and_is_the_one_that_would_be_rendered_anew() -> None:
    items = [full(f"n{number}", title=f"Title {number}") for number in range(30)]
    catalogue, shelf = holding(*items), FakeShelf()
    list(publish_pages([OFFICE], site=SITE, catalogue=catalogue, shelf=shelf))

    catalogue.change(full("a-new", title="A new title"), *items[:3], full("n3", title="Corrected"), *items[5:])
    list(publish_pages([OFFICE], site=SITE, catalogue=catalogue, shelf=shelf))
    kept = shelf.files.pop("office.html")

    list(publish_pages([OFFICE], site=SITE, catalogue=catalogue, shelf=shelf))
    assert kept == shelf.files["office.html"]
    assert b"A new title" in kept


def test_parts_of_a_page_that_somebody_changed_are_not_kept() -> None:
    catalogue, shelf = holding(full(), bare()), FakeShelf()
    list(publish_pages([OFFICE], site=SITE, catalogue=catalogue, shelf=shelf))
    shelf.files["office.html"] = shelf.files["office.html"].replace(b"<main", b"<main hidden")

    catalogue.change(full(title="A new title"), bare())
    list(publish_pages([OFFICE], site=SITE, catalogue=catalogue, shelf=shelf))

    assert b"<main hidden" not in shelf.files["office.html"]
