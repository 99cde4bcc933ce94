"""An article page: what its data for machines and its visible text say, weighed against each other."""

from datetime import UTC, date, datetime

import pytest

from feedbot.demo.newsroom import Newsroom
from feedbot.extract import extract
from feedbot.item import Attachment, Candidate, Link, Quote
from feedbot.page import Page

URL = "https://www.fenland.example/news/pumps"
STORY = "".join(
    f"<p>The {nth} pumping station kept the fields dry through the wettest winter on record, the board said. "
    "Engineers had expected it to fail, and it did not.</p>"
    for nth in ("first", "second", "third", "fourth")
)
SEEN = datetime(2026, 3, 20, 12, tzinfo=UTC)


def read(body: str, head: str = "", url: str = URL) -> Candidate:
    html = f"<!doctype html><html lang='en-GB'><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
    page = Page(url=url, body=html.encode(), content_type="text/html; charset=utf-8", fetched_at=SEEN)
    return extract(page, kind="article").items[0]


def ld(json: str) -> str:
    return f'<script type="application/ld+json">{json}</script>'


def test_the_demo_articles_are_read_fully() -> None:
    answer = Newsroom(date(2026, 3, 20)).answer("/news/corridor-care-findings/")
    assert answer is not None
    url = "http://127.0.0.1:8000/news/corridor-care-findings/"
    (item,) = extract(Page(url=url, body=answer[1], content_type=answer[0]), kind="article").items
    report = "http://127.0.0.1:8000/reports/corridor-care-findings.pdf"
    assert item.title == "Care in corridors hides risks until it is too late, inquiry finds"
    assert item.published == date(2026, 3, 17)
    assert [(quote.speaker, quote.role) for quote in item.quotes] == [("Ines Calloway", "Senior safety investigator")]
    assert item.fields == {"report": report}
    assert [(file.url, file.type) for file in item.attachments] == [(report, "application/pdf")]
    assert len(item.related) == 2
    assert item.image is not None
    assert item.image.alt == "An empty hospital corridor with double doors at its far end"
    assert item.content_text.startswith("When a ward is full")
    assert "Ines Calloway" in item.content_html
    assert "Related articles" not in item.content_html


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("<title>Pumps hold through the winter | Fenland Board</title>", "<h1>Pumps hold through the winter</h1>"),
        ("<title>Fenland Board: Pumps hold</title>", "<h1><span class='kicker'>News</span> Pumps hold</h1>"),
        (
            "<meta property='og:site_name' content='Fenland Board'><title>Pumps hold - Fenland Board</title>",
            "<div>Pumps hold</div>",
        ),
        ("<meta property='og:title' content='Pumps hold'>", "<h1>Fenland</h1><h2>Pumps hold</h2>"),
        (ld('{"@type":"NewsArticle","headline":"Pumps hold"}'), "<h1>Fenland Board</h1>"),
        (
            "<title>Fenland</title>",
            "<h1><a href='/'>All about the fens</a></h1><h2><a href='/news/pumps'>Pumps hold</a></h2>",
        ),
        (
            "<title>Pumps hold through the winter | North | All the news of the fens</title>",
            "<p><b>Pumps hold through the winter</b></p>",
        ),
        ("<meta property='og:title' content='Fenland pumps hold at last | Fenland'>", "<h1>Pumps hold</h1>"),
    ],
)
def test_the_title_comes_without_site_and_kicker(head: str, body: str) -> None:
    assert read(f"{body}{STORY}", head).title.removesuffix(" through the winter") == "Pumps hold"


@pytest.mark.parametrize(
    ("head", "body", "published"),
    [
        (
            ld('{"@type":"NewsArticle","datePublished":"2026-03-04T10:00:00Z"}'),
            "<time datetime='2026-03-09'>Updated 9 March</time>",
            datetime(2026, 3, 4, 10, tzinfo=UTC),
        ),
        ("", "<p>Published 4 March 2026</p>", date(2026, 3, 4)),
        ("", "<p>Updated: 9 March 2026</p><p>Published: 4 March 2026</p>", date(2026, 3, 4)),
        ("<meta name='dcterms.issued' content='2026-03-04'>", "", date(2026, 3, 4)),
        ("", "", None),
    ],
)
def test_the_date_is_when_it_was_published(head: str, body: str, published: date | datetime | None) -> None:
    assert read(f"<h1>Pumps hold through the winter</h1>{body}{STORY}", head).published == published


@pytest.mark.parametrize(
    ("head", "published"),
    [
        ("<meta name='x-published-on' content='2026-03-04T10:00:00Z'>", datetime(2026, 3, 4, 10, tzinfo=UTC)),
        ('<script>data = {"publishDate": "2026-03-04"}</script>', date(2026, 3, 4)),
        ('<script>data = {"createdAt": "2026-03-04"}</script>', date(2026, 3, 4)),
        ("<meta name='content-updated-date' content='2026-03-04'>", None),
    ],
)
def test_the_date_is_looked_for_in_all_that_machines_are_told(head: str, published: date | datetime | None) -> None:
    assert read(f"<h1>Pumps hold through the winter</h1>{STORY}", head).published == published


def test_a_date_of_change_gives_way_to_one_of_publication() -> None:
    head = '<script>data = {"publishDate": "2026-03-04"}</script>'
    item = read(f"<h1>Pumps hold through the winter</h1><p>Updated 9 March 2026</p>{STORY}", head)
    assert item.published == date(2026, 3, 4)


def test_an_instant_is_told_with_the_offset_that_the_page_shows() -> None:
    head = ld('{"@type":"NewsArticle","datePublished":"2026-03-05T02:25:54Z"}')
    item = read(f"<h1>Pumps hold through the winter</h1><p>4 March 2026, 9:25pm</p>{STORY}", head)
    assert item.published is not None
    assert item.published.isoformat() == "2026-03-04T21:25:54-05:00"


def test_data_is_read_behind_scripts_that_compare_with_many_words() -> None:
    script = "<script>for (i=0;i<a;i++) {" + " b c d" * 40 + ' e = "}</script>'
    head = script + ld('{"@type":"NewsArticle","headline":"Pumps hold","datePublished":"2026-03-04"}')
    assert read(f"<h1>Pumps hold</h1>{STORY}", head).published == date(2026, 3, 4)


def test_when_it_was_changed_is_told_apart() -> None:
    head = ld('{"@type":"NewsArticle","datePublished":"2026-03-04","dateModified":"2026-03-09T08:00:00Z"}')
    item = read(f"<h1>Pumps hold</h1>{STORY}", head)
    assert (item.published, item.updated) == (date(2026, 3, 4), datetime(2026, 3, 9, 8, tzinfo=UTC))


@pytest.mark.parametrize(
    ("head", "body", "authors"),
    [
        ("", "<p class='byline'>By Ada Marsh and Ben Ouse</p>", ("Ada Marsh", "Ben Ouse")),
        (
            "",
            "<a rel='author' href='/a'>Ada Marsh</a>, <a rel='author' href='/b'>Ben Ouse</a>",
            ("Ada Marsh", "Ben Ouse"),
        ),
        (ld('{"@type":"NewsArticle","author":[{"@type":"Person","name":"Ada Marsh"}]}'), "", ("Ada Marsh",)),
        ("", "<p>Authors: Ada Marsh and Ben Ouse, drainage engineers</p>", ("Ada Marsh", "Ben Ouse")),
        ("", "<a rel='author' href='/a'>View all posts by Ada Marsh</a>", ("Ada Marsh",)),
        ("", "<p class='author'>von Ada Marsh, Fenland Nord</p>", ("Ada Marsh",)),
        (
            "<meta name='twitter:label1' content='Written by'><meta name='twitter:data1' content='Ada Marsh'>",
            "",
            ("Ada Marsh",),
        ),
        ("<meta name='author' content='fenland.example'>", "", ()),
        ("<meta name='author' content='Admin'>", "", ()),
        ("<meta name='author' content='Fenland'>", "", ()),
        ("<meta name='author' content='webmaster'>", "<p>Words by Ada Marsh</p>", ("Ada Marsh",)),
    ],
)
def test_authors_are_people(head: str, body: str, authors: tuple[str, ...]) -> None:
    assert read(f"<h1>Pumps hold through the winter</h1>{body}{STORY}", head).authors == authors


AROUND = {
    "share bar": "<div class='share-bar'><a href='/f'>Facebook</a> <a href='/x'>Share</a></div>",
    "newsletter": "<div class='newsletter-signup'><h3>Sign up</h3><p>Our news by mail every week.</p></div>",
    "cards": "<section><h2>Related articles</h2><ul><li><a href='/1'>Sluices reopen for boats in spring</a></li>"
    "<li><a href='/2'>New chair for the Fenland board</a></li></ul></section>",
    "comments": "<div id='comments'><p>I saw it myself, and it was a sight to behold that day.</p></div>",
    "caption": "<figure><img src='/p.jpg' alt='A pump'><figcaption>A pump. Photo: Fenland</figcaption></figure>",
    "cookies": "<div class='cookie-banner'><p>We use cookies to make this site better for you.</p></div>",
    "navigation": "<nav><a href='/'>Home</a><a href='/news'>News</a></nav>",
    "hidden": "<div style='display:none'><p>Nobody sees these words, which are for machines.</p></div>",
    "see also": "<p>Read also: <a href='/3'>Dredging begins along the river in the north</a></p>",
}


@pytest.mark.parametrize("name", AROUND)
def test_the_body_is_without_what_stands_around_it(name: str) -> None:
    text = read(f"<main><article><h1>Pumps hold</h1>{STORY}{AROUND[name]}</article></main>").content_text
    assert text.startswith("The first pumping station")
    assert text.endswith("Engineers had expected it to fail, and it did not.")
    assert text.count("\n\n") == 3


@pytest.mark.parametrize(
    "part",
    [
        "<ul><li>Twelve pumps</li><li>Nine sluices</li></ul>",
        "<table><tr><th>Station</th><td>Twelve pumps</td></tr></table>",
        "<pre>Twelve pumps</pre>",
        "<blockquote><p>Twelve pumps ran all night.</p></blockquote>",
        "<h2>Twelve pumps</h2>",
        "<div>Twelve pumps ran all night, and no field was lost.</div>",
    ],
)
def test_the_body_is_with_its_lists_tables_and_quotes(part: str) -> None:
    item = read(f"<article><h1>Pumps hold</h1>{STORY}{part}{STORY}</article>")
    assert "Twelve pumps" in item.content_text
    assert "Twelve pumps" in item.content_html


def test_the_body_is_clean_html_with_whole_addresses() -> None:
    bad = "<p onclick='x()'>See <a href='/map'>the map</a><script>x()</script> of the stations of the board.</p>"
    html = read(f"<article><h1>Pumps hold</h1>{STORY}{bad}</article>").content_html
    assert '<a href="https://www.fenland.example/map">the map</a>' in html
    assert "script" not in html
    assert "onclick" not in html


def test_the_lead_image_comes_with_the_alt_that_the_page_gives_it() -> None:
    head = "<meta property='og:image' content='/img/pumphouse-1200x630.jpg'>"
    item = read(f"<h1>Pumps hold</h1><img src='/img/pumphouse-600x400.jpg' alt='A pump in a shed'>{STORY}", head)
    assert item.image is not None
    assert (item.image.url, item.image.alt) == (
        "https://www.fenland.example/img/pumphouse-1200x630.jpg",
        "A pump in a shed",
    )


def test_a_logo_is_no_lead_image() -> None:
    head = "<meta property='og:image' content='/img/logo.png'>"
    item = read(f"<article><h1>Pumps hold</h1>{STORY}<img src='/img/pump.jpg' alt=''></article>", head)
    assert item.image is not None
    assert item.image.url == "https://www.fenland.example/img/pump.jpg"


@pytest.mark.parametrize(
    "marked",
    [
        "<blockquote><p>It held.</p><footer><cite>Ada Marsh</cite>, <span>Engineer</span></footer></blockquote>",
        "<figure><blockquote>It held.</blockquote><figcaption>Ada Marsh, Engineer</figcaption></figure>",
        "<blockquote><p>“It held.”</p><p>— Ada Marsh, Engineer</p></blockquote>",
        "<div class='pull-quote'><p>It held.</p><p class='name'>Ada Marsh</p><p class='role'>Engineer</p></div>",
    ],
)
def test_a_quote_has_a_speaker_and_a_role(marked: str) -> None:
    item = read(f"<article><h1>Pumps hold</h1>{STORY}{marked}{STORY}</article>")
    assert item.quotes == (Quote(text="It held.", speaker="Ada Marsh", role="Engineer"),)


def test_files_come_with_their_type_and_size_and_the_report_is_known() -> None:
    link = (
        "<p><a href='/winter.pdf'>Read the report (PDF, 1.2 MB)</a> and <a href='/data.csv'>Data of the winter</a></p>"
    )
    item = read(f"<article><h1>Pumps hold</h1>{STORY}{link}</article>")
    place = "https://www.fenland.example"
    assert item.attachments == (
        Attachment(url=f"{place}/winter.pdf", type="application/pdf", length=1_200_000, title="Read the report"),
        Attachment(url=f"{place}/data.csv", type="text/csv", title="Data of the winter"),
    )
    assert item.fields == {"report": f"{place}/winter.pdf"}


def test_related_articles_are_named_by_their_headings() -> None:
    item = read(f"<article><h1>Pumps hold</h1>{STORY}</article>{AROUND['cards']}")
    place = "https://www.fenland.example"
    assert item.related == (
        Link(url=f"{place}/1", title="Sluices reopen for boats in spring"),
        Link(url=f"{place}/2", title="New chair for the Fenland board"),
    )


def test_the_page_says_its_own_address_section_and_language() -> None:
    head = (
        "<link rel='canonical' href='/news/pumps-hold'><meta property='article:section' content='Drainage'>"
        "<meta name='description' content='A wet winter, and dry fields.'>"
    )
    item = read(f"<h1>Pumps hold</h1>{STORY}", head, url=f"{URL}?from=mail")
    assert (item.url, item.categories, item.language) == (f"{URL}-hold", ("Drainage",), "en-GB")
    assert item.summary == "A wet winter, and dry fields."


def test_a_canonical_address_that_is_the_front_page_is_not_believed() -> None:
    assert read(f"<h1>Pumps hold</h1>{STORY}", "<link rel='canonical' href='/'>").url == URL


DEEP = 900
HOSTILE = {
    "deep heading": "<h1>" + "<b class='kicker'><i>" * DEEP + "Pumps",
    "deep quote": "<h1>Pumps</h1><blockquote>" + "<span><cite>x</cite>" * DEEP,
    "deep data": "<h1>Pumps</h1>" + ld('{"@graph":[' * DEEP),
    "many bylines": "<h1>Pumps</h1>" + "<span class='byline'>By Ada Marsh" * 20_000,
    "many quotes": "<h1>Pumps</h1>" + "<blockquote class='quote'>" * 200 + "Words <p>" * 20_000,
    "many paragraphs": "<h1>Pumps</h1>" + "<p>The fields were dry, they said.</p>" * 30_000,
    "many scopes": "<h1>Pumps</h1>" + "<div itemscope>" * 200 + "<b itemprop=x>a</b>" * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_article_is_read_all_the_same(name: str) -> None:
    assert read(HOSTILE[name]).title == "Pumps"
