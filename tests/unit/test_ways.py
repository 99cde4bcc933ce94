"""What a page names as ways in to its news."""

from feedbot.extract.ways import Way, ways_in
from feedbot.page import Page

URL = "https://office.example/news/"


def ways(body: str, url: str = URL) -> tuple[Way, ...]:
    return ways_in(Page(url=url, body=body.encode(), content_type="text/html; charset=utf-8"))


def named(body: str, url: str = URL) -> list[tuple[str, str]]:
    return [(way.kind, way.url) for way in ways(body, url) if way.named]


def link(href: str, media: str = "application/rss+xml", title: str = "") -> str:
    return f'<link rel="alternate" type="{media}" title="{title}" href="{href}">'


def test_a_declared_feed_is_trusted_most_and_the_visible_list_is_always_a_way() -> None:
    first, second = named(link("/news/feed/") + "<ul><li><a href='/news/1'>One</a></ul>")
    assert first == ("feed", "https://office.example/news/feed/")
    assert second == ("listing", URL)


def test_a_feed_below_the_page_goes_before_that_of_the_whole_site() -> None:
    found = named(link("/feed/") + link("/news/feed/") + link("/feed.json", "application/feed+json"))
    assert [url for kind, url in found if kind == "feed"] == [
        "https://office.example/news/feed/",
        "https://office.example/feed/",
        "https://office.example/feed.json",
    ]


def test_a_feed_named_for_comments_is_doubted() -> None:
    by_title, by_path = ways(link("/x.xml", title="Office » Comments Feed") + link("/comments/feed/"))[-2:]
    found = {
        way.url: way.doubt for way in ways(link("/x.xml", title="Office » Comments Feed") + link("/comments/feed/"))
    }
    assert by_title != by_path
    assert "comments" in found["https://office.example/x.xml"]
    assert "comments" in found["https://office.example/comments/feed/"]


def test_an_alternate_of_another_kind_is_no_feed() -> None:
    body = '<link rel="alternate" hreflang="de" href="/de/"><link rel="alternate" type="text/html" href="/amp">'
    assert named(body) == [("listing", URL)]


def test_links_that_look_like_feeds_are_ways_and_those_to_feed_readers_are_none() -> None:
    body = """<a href="/releases.rss">Releases</a><a href="/subscribe">RSS feed</a><a href="feed://office.example/atom.xml">x</a>
    <a href="https://reader.example/add?url=https://office.example/feed/">Add</a><a href="/feedback">Feedback</a>"""
    assert {url for kind, url in named(body) if kind == "feed"} == {
        "https://office.example/releases.rss",
        "https://office.example/subscribe",
        "https://office.example/atom.xml",
    }


def test_a_page_names_no_file_of_this_machine() -> None:
    found = ways(link("file:///etc/passwd") + '<a href="file:///feed.rss">RSS</a>')
    assert not [way for way in found if way.url.startswith("file:")]


def test_what_wordpress_says_of_its_interface_names_the_posts_and_those_of_the_section() -> None:
    body = """<link rel="https://api.w.org/" href="https://office.example/wp-json/">
    <link rel="alternate" type="application/json" href="https://office.example/wp-json/wp/v2/categories/7">"""
    section, posts = (url for kind, url in named(body) if kind == "json")
    assert section.startswith("https://office.example/wp-json/wp/v2/posts?categories=7&")
    assert posts.startswith("https://office.example/wp-json/wp/v2/posts?per_page=")


def test_the_software_that_built_the_page_says_where_its_feed_is() -> None:
    found = [way for way in ways('<meta name="generator" content="Hugo 0.120">') if "Hugo" in way.why]
    assert [way.url for way in found] == ["https://office.example/news/index.xml", "https://office.example/index.xml"]
    assert not any(way.named for way in found)


def test_a_shop_and_a_query_get_their_feeds_beside_the_page() -> None:
    shop = ways('<script src="https://cdn.shopify.com/x.js"></script>', "https://shop.example/blogs/news")
    assert "https://shop.example/blogs/news.atom" in [way.url for way in shop]
    square = ways('<meta name="generator" content="Squarespace">', "https://s.example/blog")
    assert "https://s.example/blog?format=rss" in [way.url for way in square]


def test_data_for_machines_is_a_way_within_the_page() -> None:
    body = """<script type="application/ld+json">{"@type":"ItemList","itemListElement":[]}</script>
    <article class="h-entry"></article><article class="h-entry"></article>"""
    assert named(body) == [("jsonld", URL), ("hfeed", URL), ("listing", URL)]


def test_every_place_is_named_once() -> None:
    body = link("/feed/") + link("/feed/#x") + '<a href="/feed">RSS</a>'
    assert len([way for way in ways(body) if "/feed" in way.url and "/news/" not in way.url and way.named]) == 1


def test_a_saved_page_has_no_guesses() -> None:
    assert all(way.named for way in ways("<p>Hi", "file:///tmp/page.html"))
