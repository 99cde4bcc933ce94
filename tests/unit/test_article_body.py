"""What belongs to the body of an article, and what only stands around it."""

import pytest

from feedbot.extract import extract
from feedbot.item import Candidate
from feedbot.page import Page

URL = "https://www.fenland.example/news/pumps"
LINES = tuple(
    f"The {nth} pumping station kept the fields dry through the wettest winter on record, the board said. "
    "Engineers had expected it to fail, and it did not."
    for nth in ("first", "second", "third", "fourth")
)
STORY = "".join(f"<p>{line}</p>" for line in LINES)
WHOLE = "\n\n".join(LINES)


def read(body: str, head: str = "") -> Candidate:
    html = f"<!doctype html><html lang='en-GB'><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
    (item,) = extract(Page(url=URL, body=html.encode(), content_type="text/html; charset=utf-8"), kind="article").items
    return item


@pytest.mark.parametrize(
    "wrapper",
    [
        "<form method='post' id='page'>{}</form>",
        "<header><nav><a href='/'>Home</a><main>{}</main></nav></header>",
        "<div><button><main>{}</main></button></div>",
        "<div class='post'><noscript>{}</noscript></div>",
    ],
)
def test_a_page_that_is_wrapped_whole_in_what_says_nothing_else_is_read(wrapper: str) -> None:
    assert read(wrapper.format(f"<h1>Pumps hold</h1>{STORY}")).content_text == WHOLE


def test_a_form_beside_the_article_stays_out() -> None:
    form = "<form><p>Your address is kept for as long as you wish to hear from the board, and for no longer.</p></form>"
    assert read(f"<article><h1>Pumps hold</h1>{STORY}{form}</article>").content_text == WHOLE


def test_a_name_on_every_paragraph_does_not_empty_the_article() -> None:
    story = STORY.replace("<p>", "<p class='paywall'>").replace("<p class='paywall'>", "<p>", 1)
    assert read(f"<article><h1>Pumps hold</h1>{story}</article>").content_text == WHOLE


def test_sections_that_are_folded_away_are_read() -> None:
    folded = "".join(
        f"<div class='part'><div aria-hidden='true' style='display:none'><p>{one}</p></div></div>" for one in LINES
    )
    assert read(f"<article><h1>Pumps hold</h1>{STORY}{folded}</article>").content_text == f"{WHOLE}\n\n{WHOLE}"


@pytest.mark.parametrize("name", ["field field--label-hidden", "overflow-hidden", "hidden md:block"])
def test_a_name_that_hides_something_else_hides_no_text(name: str) -> None:
    story = STORY.replace("<p>", f"<p class='{name}'>", 1)
    assert read(f"<article><h1>Pumps hold</h1>{story}</article>").content_text == WHOLE


@pytest.mark.parametrize("name", ["hidden", "visually-hidden", "u-hidden", "picture__text--hidden"])
def test_a_name_that_hides_its_own_text_keeps_it_out(name: str) -> None:
    hidden = f"<p class='{name}'>Press the space bar to pause the pictures on this page, and again to go on.</p>"
    assert read(f"<article><h1>Pumps hold</h1>{hidden}{STORY}</article>").content_text == WHOLE


def test_what_is_told_once_more_for_machines_alone_is_not_read_twice() -> None:
    twice = f"<div itemscope style='display:none'><div itemprop='articleBody'>{' '.join(LINES)}</div></div>"
    assert read(f"<div class='post'><h1>Pumps hold</h1><div>{STORY}</div>{twice}{twice}</div>").content_text == WHOLE


def test_sections_that_recommend_something_are_the_article_where_it_consists_of_them() -> None:
    sections = "".join(
        f"<section><h2>Ditch {number}</h2><p>Every keeper of a ditch has an opinion on the next, and says so.</p>"
        f"<div><p><b>Recommended reading:</b></p><p>{line}</p></div></section>"
        for number, line in enumerate(LINES)
    )
    text = read(f"<h1>Four ditches</h1>{sections}").content_text
    assert all(line in text for line in LINES)


@pytest.mark.parametrize("heading", ["Empfohlener redaktioneller Inhalt", "Externer Inhalt", "About the reviewer"])
def test_a_box_with_a_heading_that_says_so_stays_out(heading: str) -> None:
    box = f"<div><h3>{heading}</h3><p>Something else is shown here as soon as you agree that it may be.</p></div>"
    assert read(f"<article><h1>Pumps hold</h1>{STORY}{box}</article>").content_text == WHOLE


def test_a_column_beside_the_main_part_stays_out() -> None:
    column = (
        "<div><p>Hello, I am Dot! I keep ditches, slowly and well, and no frog is ever moved without asking.</p></div>"
    )
    page = f"<div><div><main><h1>Pumps hold</h1>{STORY}</main></div><div>{column}{column}</div></div>"
    assert read(page).content_text == WHOLE


@pytest.mark.parametrize("reference", ["&#8;", "&#8", "&#x1F;", "&#0;", "&#xFFFE;", "&#xD800;"])
def test_a_reference_to_what_is_no_character_says_nothing(reference: str) -> None:
    item = read(f"<h1 class='title'>Pumps{reference} hold</h1>{STORY}")
    assert all(letter.isprintable() for letter in item.title.replace("\ufffd", ""))
