from dataclasses import replace
from datetime import timedelta

import pytest

from feedbot.feed import Feed, FeedId, stem_of, token_of
from feedbot.source import Source, SourceId
from feedbot.web.register import Gone, Moved, Register, Terms, register
from tests.newsfeed import BOTH, OFFICE

SECRET = "a secret of sixteen characters or more"


def source(name: str, minutes: int) -> Source:
    return Source(id=SourceId(name), url=f"https://{name}.example/", every=timedelta(minutes=minutes))


def registered(*feeds: Feed, known: tuple[str, ...] = (), minutes: int = 30) -> Register:
    looks = [source("office", minutes), source("other", 8)]
    return register(feeds, looks, known={FeedId(one) for one in known}, secret=SECRET, hub="https://hub.example/")


@pytest.mark.parametrize(("minutes", "seconds"), [(1, 60), (8, 120), (30, 450), (240, 3600), (100_000, 3600)])
def test_a_feed_may_be_kept_for_a_quarter_of_the_interval_within_bounds(minutes: int, seconds: int) -> None:
    found = registered(OFFICE, minutes=minutes).look_up("office.json")
    assert isinstance(found, Terms)
    assert found.max_age == timedelta(seconds=seconds)


def test_a_combined_feed_follows_its_liveliest_source() -> None:
    assert registered(BOTH).look_up("both.json") == Terms(max_age=timedelta(minutes=2), hub="https://hub.example/")


def test_ids_with_dots_are_told_apart() -> None:
    dotted = replace(OFFICE, id=FeedId("office.atom"), was=(FeedId("a.b"),))
    book = registered(OFFICE, dotted)
    assert book.look_up("a.b.atom.xml") == Moved("office.atom.atom.xml")
    assert book.look_up("office.json") is not None
    assert book.look_up("off.json") is None


def test_a_former_id_that_is_a_feed_again_is_that_feed() -> None:
    book = registered(OFFICE, replace(BOTH, was=(FeedId("office"),)))
    assert isinstance(book.look_up("office.json"), Terms)


def test_a_feed_that_was_published_and_is_no_more_is_gone() -> None:
    book = registered(replace(OFFICE, was=(FeedId("bureau"),)), known=("office", "bureau", "old"))
    assert book.look_up("old.rss.xml") == Gone()
    assert book.look_up("bureau.rss.xml") == Moved("office.rss.xml")
    assert book.look_up("unheard.rss.xml") is None


def test_a_feed_that_became_private_is_gone_from_its_public_address() -> None:
    private = replace(OFFICE, token=token_of(SECRET, OFFICE.id))
    book = registered(private, known=("office",))
    assert book.look_up("office.json") is None
    assert isinstance(book.look_up(f"{private.stem}.json"), Terms)


def test_tokens_differ_by_feed_and_by_secret_and_stay() -> None:
    one = token_of(SECRET, FeedId("office"))
    assert one == token_of(SECRET, FeedId("office"))
    assert len({one, token_of(SECRET, FeedId("other")), token_of(SECRET + "!", FeedId("office"))}) == 3
    assert len(one) == 26
    assert one.isalnum()
    assert stem_of(FeedId("office"), "") == "office"
