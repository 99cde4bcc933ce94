"""Items that a page tells machines."""

import json
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from feedbot.extract import extract
from feedbot.item import Extraction
from feedbot.page import Page
from feedbot.source import Health, JsonRule, Kind

URL = "https://office.example/news/"


def read(body: str, kind: Kind) -> Extraction:
    return extract(Page(url=URL, body=body.encode(), content_type="text/html; charset=utf-8"), kind=kind)


def ld(*said: Any) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(one)}</script>' for one in said)


def article(number: int, **more: Any) -> dict[str, Any]:
    return {
        "@type": "NewsArticle",
        "headline": f"Story {number} &amp; more",
        "url": f"/news/{number}",
        "datePublished": f"2026-11-0{number}T09:00:00Z",
        **more,
    }


def test_an_item_list_is_read_with_all_that_it_says() -> None:
    more = {
        "author": [{"@type": "Person", "name": "Ines Calloway"}],
        "image": {"@type": "ImageObject", "url": "/1.jpg", "caption": "A corridor"},
        "articleSection": "Reports",
        "description": "Short",
    }
    entries = [{"@type": "ListItem", "position": n, "item": article(n, **more)} for n in (1, 2)]
    found = read(ld({"@type": "ItemList", "itemListElement": entries}), "jsonld")
    first = found.items[0]
    assert (found.kind, len(found.items)) == ("jsonld", 2)
    assert (first.title, first.url) == ("Story 1 & more", "https://office.example/news/1")
    assert first.published == datetime(2026, 11, 1, 9, tzinfo=UTC)
    assert first.image is not None
    assert (first.image.url, first.image.alt) == ("https://office.example/1.jpg", "A corridor")
    assert (first.authors, first.categories, first.summary) == (("Ines Calloway",), ("Reports",), "Short")


def test_a_list_of_addresses_takes_its_titles_from_the_links_of_the_page() -> None:
    entries = [{"@type": "ListItem", "position": n, "url": f"https://office.example/news/{n}"} for n in (1, 2)]
    body = (
        ld({"@type": "ItemList", "itemListElement": entries})
        + "<a href='/news/1'><h3>One</h3> 2 May</a><a href='/news/2'>Two</a>"
    )
    assert [item.title for item in read(body, "jsonld").items] == ["One", "Two"]


def test_articles_side_by_side_are_a_list_and_the_page_itself_is_none_of_it() -> None:
    page = {"@type": "Article", "headline": "News", "@id": f"{URL}#article"}
    found = read(ld({"@graph": [page, article(1), article(2)]}), "jsonld")
    assert [item.url for item in found.items] == ["https://office.example/news/1", "https://office.example/news/2"]


def test_crumbs_menus_and_products_are_no_news() -> None:
    crumbs = {"@type": "BreadcrumbList", "itemListElement": [{"@type": "ListItem", "name": "Home", "item": "/"}]}
    wares = {"@type": "ItemList", "itemListElement": [{"@type": "Product", "name": "Mug", "url": "/mug"}] * 2}
    assert read(ld(crumbs, wares), "jsonld").health is Health.EMPTY


def test_the_posts_of_a_blog_are_a_list() -> None:
    assert len(read(ld({"@type": "Blog", "blogPost": [article(1), article(2)]}), "jsonld").items) == 2


POSTS = [{"id": n, "title": f"Story {n}", "slug": f"story-{n}", "publishedAt": f"2026-11-0{n}"} for n in (1, 2, 3)]
MENU = [{"title": f"Place {n}", "href": f"/place/{n}"} for n in range(30)]


def test_the_state_of_next_is_searched_for_the_list_with_dates_and_takes_the_addresses_of_the_page() -> None:
    data = {"props": {"pageProps": {"menu": MENU, "sections": [{"kind": "hero"}, {"posts": POSTS}]}}}
    script = f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(data)}</script>'
    body = f'<a href="/news/archive/story-2">Two</a>{script}'
    found = read(body, "state")
    assert [item.title for item in found.items] == ["Story 1", "Story 2", "Story 3"]
    assert found.items[0].published == date(2026, 11, 1)
    assert found.items[0].url == "https://office.example/news/story-1"
    assert found.items[1].url == "https://office.example/news/archive/story-2"


def test_state_may_be_assigned_plainly_or_as_a_text() -> None:
    pad = " " * 200
    plain = f"<script>window.__STATE__ = {json.dumps({'posts': POSTS})};{pad}</script>"
    quoted = f"<script>window['STATE']=JSON.parse({json.dumps(json.dumps({'posts': POSTS}))});{pad}</script>"
    assert [len(read(body, "state").items) for body in (plain, quoted)] == [3, 3]


def test_state_may_be_streamed_in_rows_or_stand_in_an_attribute() -> None:
    rows = "0:" + json.dumps(["$", "div", None, {"posts": POSTS}]) + "\n1:null\n"
    half = len(rows) // 2
    pushed = "".join(
        f"<script>self.__next_f.push({json.dumps([1, part])}){' ' * 200}</script>"
        for part in (rows[:half], rows[half:])
    )
    attribute = f"<div data-page='{json.dumps({'props': {'posts': POSTS}})}'></div>"
    assert [len(read(body, "state").items) for body in (pushed, attribute)] == [3, 3]


def test_the_flat_state_of_nuxt_is_put_together_again() -> None:
    flat = [
        {"posts": 1},
        ["Reactive", 2],
        [3, 6],
        {"title": 4, "date": 5, "url": 9},
        "Story A",
        "2026-11-01",
        {"title": 7, "date": 8, "url": 9},
        "Story B",
        "2026-11-02",
        "/news/a-long-address-of-a-story-that-both-of-them-share",
    ]
    body = f'<script id="__NUXT_DATA__" type="application/json">{json.dumps(flat)}{" " * 200}</script>'
    assert read(body, "state").items[0].title == "Story A"


def test_a_page_whose_data_has_gone_is_told_from_one_whose_list_is_empty() -> None:
    assert read(ld({"@type": "ItemList", "itemListElement": []}), "jsonld").health is Health.EMPTY
    assert read("<p>News", "jsonld").health is Health.CHANGED


def test_state_without_dates_is_taken_for_a_menu() -> None:
    body = f"<script>window.menu = {json.dumps({'menu': MENU})};</script>"
    assert read(body, "state").health is Health.EMPTY


def test_facts_of_an_entry_may_be_wrapped_twice() -> None:
    edges = [
        {"node": {"frontmatter": {"title": p["title"], "date": p["publishedAt"]}, "fields": {"slug": f"/{p['slug']}/"}}}
        for p in POSTS
    ]
    found = extract(Page(url=URL, body=json.dumps({"edges": edges}).encode(), content_type="application/json"))
    assert isinstance(found.rule, JsonRule)
    assert (found.rule.item, found.rule.title, found.rule.link) == (
        "edges[]",
        "node.frontmatter.title",
        "node.fields.slug",
    )
    assert found.items[0].url == "https://office.example/story-1/"


def test_posts_of_wordpress_are_read_with_names_and_in_utc() -> None:
    post = {
        "id": 9,
        "date": "2026-11-01T10:00:00",
        "date_gmt": "2026-11-01T09:00:00",
        "slug": "a",
        "type": "post",
        "link": "https://office.example/a/",
        "title": {"rendered": "A &#8211; B"},
        "excerpt": {"rendered": "<p>Short</p>"},
        "_embedded": {
            "author": [{"name": "Ines Calloway"}],
            "wp:featuredmedia": [{"source_url": "https://office.example/a.jpg"}],
            "wp:term": [[{"name": "Reports"}], [{"name": "tag"}]],
        },
    }
    page = Page(
        url="https://office.example/wp-json/", body=json.dumps([post]).encode(), content_type="application/json"
    )
    (item,) = extract(page).items
    assert (item.title, item.published) == ("A – B", datetime(2026, 11, 1, 9, tzinfo=UTC))
    assert (item.authors, item.categories, item.summary) == (("Ines Calloway",), ("Reports",), "Short")
    assert item.image is not None
    assert item.image.url == "https://office.example/a.jpg"


def test_microdata_is_read_item_by_item() -> None:
    one = """<article itemscope itemtype="https://schema.org/BlogPosting">
    <h2 itemprop="headline"><a href="/news/{0}">Story {0}</a></h2>
    <meta itemprop="datePublished" content="2026-11-0{0}">
    <span itemprop="author" itemscope itemtype="https://schema.org/Person">
    <b itemprop="name">Ines Calloway</b></span><img itemprop="image" src="/{0}.jpg" alt="A ward"></article>"""
    first = read(one.format(1) + one.format(2), "microdata").items[0]
    assert (first.title, first.url, first.published) == ("Story 1", "https://office.example/news/1", date(2026, 11, 1))
    assert first.authors == ("Ines Calloway",)
    assert first.image is not None
    assert first.image.alt == "A ward"


def test_rdfa_is_read_alike() -> None:
    one = """<div vocab="https://schema.org/" typeof="NewsArticle">
    <a property="url" href="/news/{0}"><span property="schema:headline">Story {0}</span></a>
    <time property="datePublished" datetime="2026-11-0{0}">x</time></div>"""
    first = read(one.format(1) + one.format(2), "microdata").items[0]
    assert (first.title, first.url, first.published) == ("Story 1", "https://office.example/news/1", date(2026, 11, 1))


def test_an_h_feed_is_read_and_what_is_cited_in_an_entry_is_not() -> None:
    one = """<article class="h-entry"><a class="u-url" href="/news/{0}"><h2 class="p-name">Story {0}</h2></a>
    <time class="dt-published" datetime="2026-11-0{0}T09:00Z">x</time>
    <a class="p-author h-card"><img src="/i.jpg"><span class="p-name">Ines</span></a>
    <div class="h-cite"><a class="u-url" href="https://other.example/">x</a></div>
    <a class="p-category" href="/t">Reports</a></article>"""
    found = read('<div class="h-feed">' + one.format(1) + one.format(2) + "</div>", "hfeed")
    first = found.items[0]
    assert (len(found.items), first.title, first.url) == (2, "Story 1", "https://office.example/news/1")
    assert (first.authors, first.categories) == (("Ines",), ("Reports",))
    assert first.published == datetime(2026, 11, 1, 9, tzinfo=UTC)


def test_entries_of_the_older_microformat_are_read_too() -> None:
    one = """<div class="post hentry"><h2 class="entry-title"><a rel="bookmark" href="/news/{0}">Story {0}</a></h2>
    <time class="entry-date published" datetime="2026-11-0{0}">x</time><p class="entry-summary">Short</p></div>"""
    first = read(one.format(1) + one.format(2), "hfeed").items[0]
    assert (first.title, first.url, first.published, first.summary) == (
        "Story 1",
        "https://office.example/news/1",
        date(2026, 11, 1),
        "Short",
    )


WORDS = [
    "{",
    "}",
    "[",
    "]",
    '"',
    ":",
    ",",
    '"@type":"ItemList"',
    '"itemListElement"',
    "window.x=",
    "self.__next_f.push([1,",
    "\\u",
    "1",
]


@given(st.lists(st.sampled_from(WORDS), max_size=60))
def test_no_data_however_broken_is_more_than_an_empty_list(parts: list[str]) -> None:
    text = "".join(parts)
    body = f'<script type="application/ld+json">{text}</script><script>{text}{" " * 200}</script><div data-x="{text}">'
    for kind in ("jsonld", "state", "microdata", "hfeed"):
        assert read(body, kind).health in {Health.EMPTY, Health.CHANGED, Health.FRESH}
