"""Where the older items are: the next page of lists, feeds and JSON, as sites of many kinds and languages name it."""

import pytest

from feedbot.extract import extract
from feedbot.extract.pager import as_page, next_page
from feedbot.item import Candidate, Extraction
from feedbot.page import Page
from feedbot.source import JsonRule, ListingRule

HOME = "https://office.example/news/"


def listing(*urls: str) -> Extraction:
    return Extraction(url=HOME, kind="listing", items=tuple(Candidate(url=url, title="A story") for url in urls))


def after(body: str, home: str = HOME, head: str = "", link: str = "", found: Extraction | None = None) -> str:
    html = f"<html><head>{head}</head><body><main><p>News</p>{body}</main></body></html>"
    return next_page(Page(url=home, body=html.encode(), content_type="text/html", link=link), found or listing())


def test_a_page_that_names_no_other_has_no_next() -> None:
    assert after('<a href="/news/one">One</a> <a href="/about">Next of kin</a>') == ""


def test_the_head_of_a_page_names_the_next() -> None:
    assert after("", head='<link rel="next" href="?page=2">') == f"{HOME}?page=2"


def test_a_link_header_names_the_next() -> None:
    said = '<https://office.example/news/?page=1>; rel="first", <?page=3>; title="a, b"; rel="next last"'
    assert after("", link=said) == f"{HOME}?page=3"


@pytest.mark.parametrize(
    "words",
    [
        "Next", "Next page", "Next ›", "Older posts", "« Older Entries", "Nächste Seite", "weiter »", "Ältere Beiträge",
        "Suivant", "Page suivante", "Articles plus anciens", "Página siguiente", "Siguiente ›", "Entradas antiguas",
        "Próxima página", "Seguinte", "Pagina successiva", "Successivo »", "Volgende", "Oudere berichten", "Nästa sida",
        "Næste", "Neste side", "Seuraava", "Następna strona", "Starsze wpisy", "Další", "Ďalšia", "Következő oldal",
        "Pagina următoare", "Sljedeća", "Naslednja stran", "Следваща страница", "Следующая", "Далее", "Наступна",
        "Επόμενη σελίδα", "Sonraki sayfa", "Järgmine", "Nākamā", "Kitas puslapis", "Pàgina següent", "Tudalen nesaf",
        "次へ", "次のページ", "下一页", "下一頁", "다음 페이지",
        "التالي", "صفحه بعدی", "הבא", "अगला", "ถัดไป", "Trang sau", "Berikutnya",
    ],
)  # fmt: skip
def test_words_of_many_languages_lead_on(words: str) -> None:
    assert after(f'<p><a href="/news/?page=0">1</a> <a href="?page=2">{words}</a></p>') == f"{HOME}?page=2"


@pytest.mark.parametrize(
    "pager",
    [
        (
            '<ul class="pagination"><li class="active"><span>1</span><li><a href="/news/page/2/">2</a>'
            '<li><a href="/news/page/3/">3</a></ul>'
        ),
        (
            '<div class="nav-links"><span aria-current="page">1</span><a href="/news/page/2/">2</a>'
            '<a href="/news/page/9/">9</a></div>'
        ),
        '<p>Pages: <b>1</b> <a href="/news/page/2/">2</a> | <a href="/news/page/3/">3</a></p>',
        '<nav class="pager"><a href="/news/">1</a><a href="/news/page/3/">3</a><a href="/news/page/2/">2</a></nav>',
        '<nav aria-label="Pagination"><a href="/news/page/2/" aria-label="Next page"><svg></svg></a></nav>',
        '<nav class="pager"><a href="/news/page/2/">Next <i>page</i> <i>2 of 2386</i></a></nav>',
        '<nav class="pager"><a href="/news/page/2/" title="Older Posts"><i>\ue5c8</i></a></nav>',
        '<nav class="pager"><a href="/news/page/2/" aria-label="Next"><i>chevron_right</i></a></nav>',
        '<nav class="pager"><a class="next" href="/news/page/2/"><i></i></a></nav>',
        '<nav class="pager"><a href="/news/page/9/">»</a><a href="/news/page/2/">›</a></nav>',
        '<a class="btn" href="/news/page/2/">Load more</a>',
        '<button class="load-more" data-next-url="/news/page/2/">Show more news</button>',
        '<div class="infinite" hx-get="/news/page/2/" hx-trigger="revealed"></div>',
        '<p><a href="/news/page/0/" rel="prev">Newer</a> <a href="/news/page/2/" rel="next">Older</a></p>',
    ],
)
def test_pagers_are_built_in_many_ways(pager: str) -> None:
    assert after(pager) == f"{HOME}page/2/"


def test_older_wins_where_next_means_newer() -> None:
    pager = '<div class="pager"><a href="?page=1">Next</a> <a href="?page=3">Older</a></div>'
    assert after(pager, home=f"{HOME}?page=2") == f"{HOME}?page=3"


def test_a_row_of_numbers_that_counts_from_nought_goes_on_from_the_page_that_links_to_itself() -> None:
    pager = '<div class="pager">' + "".join(f'<a href="?page={n}">{n + 1}</a>' for n in range(5)) + "</div>"
    assert after(pager, home=f"{HOME}?page=2") == f"{HOME}?page=3"


@pytest.mark.parametrize(
    "harmless",
    [
        '<table class="calendar"><tr><td><a href="/news/2026/11/1">1</a><td><a href="/news/2026/11/2">2</a></table>',
        '<div class="carousel"><a href="/news/?slide=2">Next</a></div>',
        '<a href="/services">View more</a>',
        '<nav class="pager"><a href="#">Next</a><a href="javascript:next()">2</a></nav>',
        '<nav class="pager"><a href="https://elsewhere.example/news/?page=2">Next</a></nav>',
        '<nav class="pager"><a href="https://office.example:8443/news/?page=2">Next</a></nav>',
        '<nav class="pager"><a href="file:///etc/passwd">Next</a></nav>',
        '<nav class="pager"><a href="?page=1" rel="next">Next</a></nav>',
    ],
)
def test_what_is_no_next_page_of_this_site_is_left_alone(harmless: str) -> None:
    assert after(harmless, home=f"{HOME}?page=1") == ""


def test_a_next_that_is_an_item_of_the_list_is_none() -> None:
    found = listing("https://office.example/news/page/2-beds")
    assert after('<nav class="pager"><a href="/news/page/2-beds">Next</a></nav>', found=found) == ""


def test_a_rule_decides_alone() -> None:
    rule = ListingRule(item="li", next="a.further")
    found = Extraction(url=HOME, kind="listing", rule=rule)
    further = '<a class="further" href="/archive/7">And so on</a>'
    assert after(further, head='<link rel="next" href="?page=2">', found=found) == "https://office.example/archive/7"
    assert after("", head='<link rel="next" href="?page=2">', found=found) == ""


def test_plain_http_is_not_gone_back_to() -> None:
    assert after("", head='<link rel="next" href="http://office.example/news/2">') == "https://office.example/news/2"


FEED = "https://office.example/feed.xml"


def of_feed(top: str, home: str = FEED) -> str:
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://office.example/feeds/"><title>News</title>'
        f"<id>urn:x</id>{top}<entry><title>One</title><id>urn:1</id>"
        '<link href="/1"/><link rel="next" href="/other"/></entry></feed>'
    )
    page = Page(url=home, body=body.encode(), content_type="application/atom+xml")
    return next_page(page, extract(page))


def test_a_paged_feed_goes_on_at_its_next_and_an_archived_one_at_the_archive_before() -> None:
    assert of_feed('<link rel="next" href="two.xml"/>') == "https://office.example/feeds/two.xml"
    assert of_feed('<link rel="prev-archive" href="2025.xml"/>') == "https://office.example/feeds/2025.xml"
    assert of_feed("") == ""


def test_the_feeds_of_wordpress_can_be_asked_for_older_pages() -> None:
    said = '<generator uri="https://wordpress.org/">WordPress</generator>'
    assert of_feed(said) == f"{FEED}?paged=2"
    assert of_feed(said, home=f"{FEED}?paged=2") == f"{FEED}?paged=3"


def test_a_json_feed_names_its_next() -> None:
    body = (
        '{"version": "https://jsonfeed.org/version/1.1", "title": "N", "next_url": "/2.json", "items": [{"id": "1"}]}'
    )
    page = Page(url=FEED, body=body.encode(), content_type="application/feed+json")
    assert next_page(page, extract(page)) == "https://office.example/2.json"


API = "https://office.example/api/news"


@pytest.mark.parametrize(
    ("said", "home", "there"),
    [
        ('"next": "/api/news?after=x"', API, f"{API}?after=x"),
        ('"links": {"next": {"href": "?page=2"}}', API, f"{API}?page=2"),
        ('"@odata.nextLink": "https://office.example/api/news?$skip=2"', API, f"{API}?$skip=2"),
        ('"pagination": {"next_page": 2}', API, f"{API}?page=2"),
        ('"meta": {"nextCursor": "abc="}', f"{API}?size=2", f"{API}?size=2&cursor=abc%3D"),
        ('"pageInfo": {"hasNextPage": false, "endCursor": "abc"}', API, ""),
        ('"page": 1, "totalPages": 9', API, f"{API}?page=2"),
        ('"page": 9, "totalPages": 9', API, ""),
        ('"total": 40', f"{API}?page=1", f"{API}?page=2"),
        ('"total": 40', f"{API}?offset=0&limit=2", f"{API}?limit=2&offset=2"),
        ('"total": 40', f"{API}?offset=0&limit=20", ""),
        ('"next": null', API, ""),
    ],
)
def test_json_goes_on_by_an_address_a_cursor_or_a_number(said: str, home: str, there: str) -> None:
    items = '[{"title": "One", "url": "/1"}, {"title": "Two", "url": "/2"}]'
    page = Page(url=home, body=f'{{{said}, "items": {items}}}'.encode(), content_type="application/json")
    assert next_page(page, extract(page)) == there


def test_a_rule_says_where_json_goes_on() -> None:
    body = b'{"next": "/wrong", "more": {"at": "/api/news/2"}, "items": [{"title": "One", "url": "/1"}]}'
    page = Page(url=API, body=body, content_type="application/json")
    assert next_page(page, extract(page, JsonRule(item="items", next="more.at"))) == f"{API}/2"


def test_html_that_is_wrapped_in_json_is_unwrapped() -> None:
    wrapped = Page(url=API, body=b'{"data": {"html": "<li><a href=\\"/1\\">One</a></li>"}}', content_type="text/json")
    assert as_page(wrapped).body == b'<li><a href="/1">One</a></li>'
    plain = Page(url=HOME, body=b"<li>One</li>", content_type="text/html")
    assert as_page(plain) is plain


@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, b"<" * 10_000, b"\x00\xff", b""])
def test_no_page_breaks_it(body: bytes) -> None:
    page = Page(url=HOME, body=body)
    for kind in ("feed", "json", "listing"):
        assert next_page(page, Extraction(url=HOME, kind=kind)) == ""
