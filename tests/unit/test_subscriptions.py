from dataclasses import replace

import pytest

from feedbot.config import add_subscriptions, load_text, read_opml
from feedbot.errors import ExtractError
from feedbot.feed import feed_of, token_of
from feedbot.render.opml import NAMESPACE, opml, subscriptions
from tests.newsfeed import OFFICE, SITE

READER = b"""<?xml version="1.0"?>
<!DOCTYPE opml [<!ENTITY boom SYSTEM "file:///etc/passwd">]>
<opml version="1.0"><head><title>Mine</title></head><body>
<outline text="Safety"><outline text="Office &amp; friends" type="rss" xmlUrl="https://office.example/feed?a=1&amp;b=$x"/>
<outline text="" title="&boom;" XMLURL="https://clinic.example/feed"/></outline>
<outline text="again" xmlUrl="https://clinic.example/feed"/>
<outline text="bad" xmlUrl="javascript:alert(1)"/><outline text="bad" xmlUrl="file:///etc/passwd"/>
<outline text="bad" xmlUrl="https://bad.example/&#10;  - url: https://evil.example/"/><outline text="no address"/>
</body></opml>"""
TEXT = """\
# My sources
site: {title: Mine, url: "https://news.example/"}
sources:
  - id: office   # kept
    url: https://office.example/news/
    kind: listing
    follow: true
  - https://clinic.example/feed
# the end
"""


def test_what_a_reader_follows_is_read_and_nothing_else() -> None:
    found = read_opml(READER)
    assert [one.url for one in found] == ["https://office.example/feed?a=1&b=$x", "https://clinic.example/feed"]
    assert (found[0].title, found[0].kind) == ("Office & friends", "feed")
    assert "root:" not in repr(found)


def test_subscriptions_are_added_once_and_comments_are_kept() -> None:
    after, added = add_subscriptions(TEXT, read_opml(READER))
    assert added == 1
    for line in TEXT.splitlines():
        assert line in after
    config = load_text(after, "feedbot.yaml", {})
    assert [source.url for source in config.sources][2] == "https://office.example/feed?a=1&b=$x"
    assert config.sources[2].title == "Office & friends"
    assert add_subscriptions(after, read_opml(READER)) == (after, 0)


def test_export_and_import_go_round() -> None:
    config = load_text(TEXT, "feedbot.yaml", {})
    pairs = [(source, replace(feed_of(source, ""), title=f"Feed of {source.id}")) for source in config.sources]
    listed = read_opml(subscriptions(config.settings.site, pairs, {config.sources[1].id}))
    after, added = add_subscriptions("site: {title: Other}\n", listed)
    again = load_text(after, "feedbot.yaml", {})
    assert added == 2
    assert [(one.id, one.url, one.kind, one.follow) for one in again.sources] == [
        (one.id, one.url, one.kind, one.follow) for one in config.sources
    ]
    assert [one.title for one in again.sources] == ["Feed of office", "Feed of clinic-example-feed"]


def test_other_readers_are_given_what_they_can_read() -> None:
    config = load_text(TEXT, "feedbot.yaml", {})
    pairs = [(source, feed_of(source, "")) for source in config.sources]
    body = subscriptions(config.settings.site, pairs, {config.sources[1].id}).decode()
    assert 'xmlUrl="https://news.example/feeds/office.atom.xml"' in body
    assert 'xmlUrl="https://clinic.example/feed"' in body
    assert f'xmlns:feedbot="{NAMESPACE}"' in body


def test_a_list_for_readers_has_no_attributes_of_our_own() -> None:
    assert "feedbot" not in opml(SITE, [OFFICE]).decode()


def test_a_private_feed_is_listed_at_its_own_address_when_asked_for() -> None:
    private = replace(OFFICE, token=token_of("a secret of feeds", OFFICE.id))
    assert f"feeds/{private.stem}.atom.xml" in opml(SITE, [private]).decode()


@pytest.mark.parametrize("body", [b"", b"not xml", b"<html><body/></html>", b"\xff\xfe", b"<rss/>"])
def test_what_is_no_list_is_told(body: bytes) -> None:
    with pytest.raises(ExtractError, match="no OPML"):
        read_opml(body)


def test_a_thousand_subscriptions_are_added_at_once() -> None:
    outlines = "".join(
        f'<outline xmlUrl="https://e{number}.example/feed" text="E {number}"/>' for number in range(1000)
    )
    after, added = add_subscriptions("", read_opml(f"<opml><body>{outlines}</body></opml>".encode()))
    assert added == 1000
    assert len(load_text(after, "feedbot.yaml", {}).sources) == 1000
