"""Which way in to the news of a page is chosen, and why."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from feedbot.discover import MOST_REQUESTS, Discovery, discover
from feedbot.errors import ExtractError, FetchError
from feedbot.page import Page
from feedbot.source import Kind, Source, SourceId
from tests.fakes import Answer, FakeFetcher

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SITE = "https://office.example"
URL = f"{SITE}/news/"
NAMES = ("ward", "clinic", "theatre", "pharmacy", "ambulance", "surgery", "laboratory", "maternity")


def day(number: int) -> datetime:
    return NOW - timedelta(days=3 * number + 1)


def card(number: int, where: str = "/news") -> str:
    name = NAMES[number]
    return (
        f'<li class="card"><h3><a href="{where}/{name}">What we learned in the {name}</a></h3>'
        f'<time datetime="{day(number):%Y-%m-%d}">{day(number):%d %B %Y}</time><p>A summary of the report.</p></li>'
    )


def html(head: str = "", cards: str = "", url: str = URL) -> Page:
    body = f'<html lang="en"><head>{head}<title>News</title></head><body><main><ul>{cards}</ul></main></body></html>'
    return Page(url=url, body=body.encode(), content_type="text/html; charset=utf-8", fetched_at=NOW)


CARDS = "".join(card(number) for number in range(8))


def rss(links: list[str], *, age: timedelta = timedelta(), title: str = "Office news", said: str = "What") -> Page:
    items = "".join(
        f"<item><title>{said} {link.rsplit('/', 1)[-1]}</title><link>{link}</link><description>Text</description>"
        f"<pubDate>{day(number) - age:%a, %d %b %Y %H:%M:%S} +0000</pubDate></item>"
        for number, link in enumerate(links)
    )
    body = f'<rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>'
    return Page(url=f"{SITE}/feed/", body=body.encode(), content_type="application/rss+xml", fetched_at=NOW)


OWN = [f"{SITE}/news/{name}" for name in NAMES]
OTHER = [f"{SITE}/jobs/{name}" for name in NAMES]


def declared(*hrefs: str) -> str:
    return "".join(f'<link rel="alternate" type="application/rss+xml" href="{href}">' for href in hrefs)


def find(
    page: Page, answers: Mapping[str, Answer] | None = None, *, kind: Kind = "auto", way: str = ""
) -> tuple[Discovery, FakeFetcher]:
    said: dict[str, Answer | list[Answer]] = dict(answers or {})
    fetcher = FakeFetcher(answers=said)
    source = Source(id=SourceId("office"), url=page.url, kind=kind, allow=("10.0.0.0/8",))
    return discover(page, source, fetcher=fetcher, now=NOW, way=way), fetcher


def reason(found: Discovery, url: str) -> str:
    return next(one.reason for one in found.ways if one.way.url == url)


def test_a_live_feed_of_the_page_is_chosen_and_ends_the_search() -> None:
    found, fetcher = find(html(declared("/feed/"), CARDS), {f"{SITE}/feed/": rss(OWN)})
    assert found.chosen is not None
    assert (found.chosen.way.kind, found.url, found.found.kind) == ("feed", f"{SITE}/feed/", "feed")
    assert fetcher.urls == [f"{SITE}/feed/"]
    assert found.chosen.reason == "8 items, all dated, the newest of 2026-11-22, 100% of its newest are on the page"


def test_dead_stale_foreign_and_comment_feeds_lose_and_say_why() -> None:
    head = declared("/dead", "/html", "/old", "/jobs.xml", "/talk", "/live")
    talk = [f"{link}#comment-{number}" for number, link in enumerate(OWN)]
    answers = {
        f"{SITE}/html": html(),
        f"{SITE}/old": rss(OWN, age=timedelta(days=700)),
        f"{SITE}/jobs.xml": rss(OTHER, said="Wanted:"),
        f"{SITE}/talk": rss(talk, said="By: Bo on"),
        f"{SITE}/live": rss(OWN),
    }
    found, _ = find(html(head, CARDS), answers)
    assert found.url == f"{SITE}/live"
    assert "404" in reason(found, f"{SITE}/dead")
    assert "HTML where a feed was expected" in reason(found, f"{SITE}/html")
    assert "left behind: its newest is of 2024" in reason(found, f"{SITE}/old")
    assert "something else: 0%" in reason(found, f"{SITE}/jobs.xml")
    assert "comments" in reason(found, f"{SITE}/talk")


def test_a_feed_of_the_whole_site_loses_against_the_list_of_a_section() -> None:
    found, _ = find(
        html(declared("/feed/"), CARDS), {f"{SITE}/feed/": rss([*OTHER[:7], OWN[0], *OTHER[7:]], said="Job")}
    )
    assert found.chosen is not None
    assert found.chosen.way.kind == "listing"


def test_a_feed_whose_items_are_linked_from_the_page_fits_although_another_list_was_taken_for_the_news() -> None:
    links = "".join(f'<p>We wrote <a href="{link}">this</a> then.</p>' for link in OWN)
    page = html(declared("/feed/"), "".join(card(number, "/people") for number in range(8)) + links)
    assert find(page, {f"{SITE}/feed/": rss(OWN, said="Report")})[0].url == f"{SITE}/feed/"


def test_a_page_that_shows_no_news_speaks_against_no_feed() -> None:
    page = html(declared("/feed/"), "<li><a href='/about'>About</a></li><div id='app'></div>")
    assert find(page, {f"{SITE}/feed/": rss(OWN)})[0].url == f"{SITE}/feed/"


def test_a_short_feed_of_the_newest_of_a_long_list_wins() -> None:
    found, _ = find(html(declared("/feed/"), CARDS), {f"{SITE}/feed/": rss(OWN[:5])})
    assert found.url == f"{SITE}/feed/"


def test_a_feed_through_another_host_agrees_by_its_titles() -> None:
    page = html(declared("/feed/"), CARDS)
    proxied = [f"https://proxy.example/r/{name}" for name in NAMES]
    body = rss(proxied, said="What we learned in the")
    assert find(page, {f"{SITE}/feed/": body})[0].url == f"{SITE}/feed/"


def test_the_feed_of_a_site_fits_its_first_page_whose_lists_are_many() -> None:
    links = "".join(f'<p><a href="{link}">{link[-20:]}</a></p>' for link in OWN)
    page = html(declared("/feed/"), "".join(card(n, "/blog") for n in range(6)) + links, f"{SITE}/")
    assert find(page, {f"{SITE}/feed/": rss(OWN)})[0].url == f"{SITE}/feed/"


def test_a_page_without_a_feed_is_read_as_it_is_after_few_guesses() -> None:
    found, fetcher = find(html("", CARDS))
    assert found.chosen is not None
    assert (found.chosen.way.kind, len(found.found.items)) == ("listing", 8)
    assert len(fetcher.requests) <= 4
    assert [one.way.kind for one in found.ways] == ["listing"]


def test_a_feed_that_the_page_does_not_name_is_found_where_many_sites_have_one() -> None:
    found, _ = find(html("", CARDS), {f"{SITE}/news/rss.xml": rss(OWN)})
    assert found.url == f"{SITE}/news/rss.xml"


def test_a_list_for_machines_goes_before_the_list_for_people() -> None:
    entries = [
        {
            "@type": "NewsArticle",
            "headline": f"What {n}",
            "url": link,
            "datePublished": f"{day(n):%Y-%m-%d}",
            "description": "x",
        }
        for n, link in enumerate(OWN)
    ]
    script = (
        f'<script type="application/ld+json">{json.dumps({"@type": "ItemList", "itemListElement": entries})}</script>'
    )
    found, _ = find(html(script, CARDS))
    assert found.found.kind == "jsonld"


def test_a_shell_that_scripts_fill_is_read_from_its_state() -> None:
    posts = [
        {"title": f"What {n}", "slug": f"/news/{name}", "date": f"{day(n):%Y-%m-%d}"} for n, name in enumerate(NAMES)
    ]
    script = f'<script id="__NEXT_DATA__" type="application/json">{json.dumps({"posts": posts})}</script>'
    found, _ = find(html(script))
    assert found.found.kind == "state"
    assert found.found.items[0].url == OWN[0]


def test_posts_of_wordpress_serve_where_there_is_no_feed() -> None:
    head = f'<link rel="https://api.w.org/" href="{SITE}/wp-json/">'
    api = f"{SITE}/wp-json/wp/v2/posts?per_page=20&_embed=author,wp:featuredmedia,wp:term"
    posts = [
        {"title": {"rendered": f"What {n}"}, "link": link, "slug": "x", "date_gmt": f"{day(n):%Y-%m-%dT%H:%M:%S}"}
        for n, link in enumerate(OWN)
    ]
    answer = Page(url=api, body=json.dumps(posts).encode(), content_type="application/json", fetched_at=NOW)
    found, _ = find(html(head, CARDS), {api: answer})
    assert (found.found.kind, found.url) == ("json", api)


def sitemap(*links: str) -> Page:
    body = "".join(
        f"<url><loc>{link}</loc><news:news><news:title>What {n}</news:title>"
        f"<news:publication_date>{day(n):%Y-%m-%d}</news:publication_date></news:news></url>"
        for n, link in enumerate(links)
    )
    head = '<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
    return Page(url=f"{SITE}/s.xml", body=f"{head}{body}</urlset>".encode(), content_type="text/xml", fetched_at=NOW)


def test_a_sitemap_is_asked_when_the_page_shows_nothing_and_an_index_leads_to_that_of_news() -> None:
    locs = "".join(f"<sitemap><loc>{SITE}/{name}.xml</loc></sitemap>" for name in ("pages", "news-items", "tags"))
    index = Page(url=f"{SITE}/sitemap.xml", body=f"<sitemapindex>{locs}</sitemapindex>".encode(), fetched_at=NOW)
    found, fetcher = find(html(), {f"{SITE}/sitemap.xml": index, f"{SITE}/news-items.xml": sitemap(*OWN, *OTHER)})
    assert found.url == f"{SITE}/news-items.xml"
    assert {item.url for item in found.found.items} == set(OWN), "only what is below the page"
    assert len(fetcher.requests) <= MOST_REQUESTS


def test_a_sitemap_is_not_asked_when_the_page_shows_its_news() -> None:
    assert not [url for url in find(html("", CARDS))[1].urls if "sitemap" in url]


def test_a_host_that_does_not_answer_is_left_alone() -> None:
    head = declared("https://dead.example/1", "https://dead.example/2")
    _, fetcher = find(html(head, CARDS), {"https://dead.example/1": FetchError("no answer")})
    assert "https://dead.example/2" not in fetcher.urls


def test_no_page_makes_more_requests_than_the_bound() -> None:
    many = declared(*(f"/{n}.xml" for n in range(50)))
    assert len(find(html(many))[1].requests) == MOST_REQUESTS
    assert len(find(html(many, CARDS))[1].requests) == MOST_REQUESTS


def test_a_page_that_lists_feeds_leads_to_the_one_of_this_page() -> None:
    page = html("", CARDS + '<a href="/feeds">RSS feeds</a>')
    links = "".join(f'<a href="/rss/{name}.xml">{name}</a>' for name in ("jobs", "events", "weather", "news"))
    index = Page(url=f"{SITE}/feeds", body=f"<html><title>Feeds</title>{links}".encode(), content_type="text/html")
    found, fetcher = find(page, {f"{SITE}/feeds": index, f"{SITE}/rss/news.xml": rss(OWN)})
    assert found.url == f"{SITE}/rss/news.xml"
    assert fetcher.urls == [f"{SITE}/feeds", f"{SITE}/rss/news.xml"]


def test_private_networks_are_open_only_to_the_host_of_the_page() -> None:
    _, fetcher = find(html(declared("/feed/", "https://inside.example/feed/"), CARDS))
    assert {request.url: request.allow for request in fetcher.requests if request.url.endswith("/feed/")} == {
        f"{SITE}/feed/": ("10.0.0.0/8",),
        "https://inside.example/feed/": (),
        f"{URL}feed/": ("10.0.0.0/8",),
    }


def test_a_page_that_is_a_feed_is_its_own_way_in() -> None:
    found, fetcher = find(rss(OWN))
    assert (found.url, len(found.ways), fetcher.requests) == (f"{SITE}/feed/", 1, [])


@pytest.mark.parametrize("kind", ["listing", "feed"])
def test_a_kind_can_be_pinned(kind: Kind) -> None:
    found, _ = find(html(declared("/feed/"), CARDS), {f"{SITE}/feed/": rss(OWN)}, kind=kind)
    assert found.found.kind == kind


def test_a_kind_that_is_not_there_is_not_replaced_by_another() -> None:
    with pytest.raises(ExtractError, match="HTML where a feed was expected"):
        find(html("", CARDS), kind="feed")


def test_a_way_can_be_pinned_also_one_that_is_doubted_or_that_nothing_names() -> None:
    page = html(declared("/comments/feed/", "/feed/"), CARDS)
    answers = {f"{SITE}/comments/feed/": rss(OWN), f"{SITE}/odd": rss(OWN[:2])}
    doubted, _ = find(page, answers, way=f"{SITE}/comments/feed/")
    assert doubted.url == f"{SITE}/comments/feed/"
    unnamed, fetcher = find(page, answers, way=f"{SITE}/odd")
    assert (unnamed.url, fetcher.urls) == (f"{SITE}/odd", [f"{SITE}/odd"])


def test_figures_are_told_in_json() -> None:
    found, _ = find(html(declared("/feed/"), CARDS), {f"{SITE}/feed/": rss(OWN)})
    assert found.ways[0].to_json() == {
        "kind": "feed",
        "url": f"{SITE}/feed/",
        "why": '<link rel="alternate">',
        "items": 8,
        "dated": 1.0,
        "newest": "2026-11-22T09:00:00Z",
        "agreement": 1.0,
        "worth": 1.0,
        "fit": True,
        "reason": "8 items, all dated, the newest of 2026-11-22, 100% of its newest are on the page",
    }
