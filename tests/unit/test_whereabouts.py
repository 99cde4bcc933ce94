"""Where news are, and what leads elsewhere: other hosts and folders, for who looks at a page that was built anew."""

import pytest

from feedbot.item import Candidate
from feedbot.sift import Find, Harvest
from feedbot.whereabouts import at_home, strays, where

SITE = "https://office.example"


def at(*paths: str) -> list[Candidate]:
    return [Candidate(url=path if "://" in path else SITE + path, title=path) for path in paths]


@pytest.mark.parametrize(
    ("url", "place"),
    [
        (f"{SITE}/news/bridge", "office.example/news"),
        ("http://www.office.example/News/2026/bridge?page=2", "office.example/news"),
        (f"{SITE}/en-gb/news/bridge", "office.example/news"),
        (f"{SITE}/2026/03/bridge.html", "office.example/#"),
        (f"{SITE}/bridge", "office.example/"),
        (SITE, "office.example/"),
    ],
)
def test_a_place_is_a_host_and_a_folder(url: str, place: str) -> None:
    assert where(url) == place


def test_what_leads_to_another_folder_or_host_is_astray() -> None:
    new = at("/news/a", "/events/walk", "https://offers.example/news/lease", "/de/news/b")
    assert strays(new, at("/news/1", "/news/2", "/news/3")) == {1, 2}


def test_news_that_are_all_over_the_place_tell_nothing() -> None:
    assert strays(at("/events/walk"), at("/a/1", "/b/2", "/c/3", "/d/4")) == frozenset()


def test_one_known_item_tells_nothing() -> None:
    assert strays(at("/events/walk"), at("/news/1")) == frozenset()


def test_only_new_items_are_left_out() -> None:
    new, known = at("/events/walk", "/news/a"), at("/news/1", "/news/2")
    found = [Find(candidate=one, rank=0, digest="") for one in (*new, *known)]
    kept = at_home(Harvest(new=tuple(found[:2]), same=tuple(found[2:])))
    assert [one.candidate.title for one in kept.new] == ["/news/a"]
    assert len(kept.same) == 2
