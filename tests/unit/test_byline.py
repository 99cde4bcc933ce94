"""Who wrote an article, as bylines of many kinds tell it."""

import pytest

from feedbot.extract import extract
from feedbot.item import Candidate
from feedbot.page import Page

URL = "https://www.fenland.example/news/pumps"
STORY = "".join(
    f"<p>The {nth} pumping station kept the fields dry through the wettest winter on record, the board said.</p>"
    for nth in ("first", "second", "third")
)


def read(byline: str, head: str = "") -> Candidate:
    html = f"<!doctype html><html lang='en'><head>{head}</head><body><h1>Pumps hold</h1>{byline}{STORY}</body></html>"
    (item,) = extract(Page(url=URL, body=html.encode(), content_type="text/html; charset=utf-8"), kind="article").items
    return item


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("<li>By: <b><a href='/ada'>Ada Marsh</a>, </b><b><a href='/ben'>Ben Ouse</a></b></li>", "Ada Marsh+Ben Ouse"),
        ("<ul><li>By: <b>Ada Marsh</b><p>Translated by:</p><b>Ben Ouse</b></ul>", "Ada Marsh"),
        ("<p>4 March 2026 | by Ada Marsh</p>", "Ada Marsh"),
        ("<p>Text und Fotos: Ada Marsh</p>", "Ada Marsh"),
        ("<span class='author vcard'><a class='url fn' href='/a'>fenwalker</a></span>", "fenwalker"),
        ("<span class='author vcard'><a class='url fn' href='/a'>admin</a></span>", ""),
        ("<p><a href='/authors/ada-marsh'>Articles by Ada</a></p>", "Ada Marsh"),
        ("<p><a href='/authors/the-fens'>Articles by Ada</a></p>", "Ada"),
        ("<div class='author'><b>Ada Marsh</b> <i>3/4/2026</i> <i>12</i> <i>Shares</i></div>", "Ada Marsh"),
        (
            "<div><p class='author-name'>Ada Marsh</p><p class='author-title'>Pumps &amp; Drains</p></div>",
            "Ada Marsh",
        ),
        ("<p class='byline'>Photo © Ada Marsh</p>", ""),
        ("<p class='author'>AFP</p>", ""),
    ],
)
def test_a_byline_names_people_and_nothing_else(byline: str, authors: str) -> None:
    assert "+".join(read(byline).authors) == authors


def test_a_link_to_a_person_in_prose_is_to_whom_it_is_about() -> None:
    prose = "The board thanked <a href='/people/ada-marsh'>Ada Marsh</a>, who has kept the oldest of the pumps going "
    assert (
        read(f"<p>{prose} for forty winters and who says that it was the pump that kept her going.</p>").authors == ()
    )


def test_a_name_that_is_seen_is_believed_before_a_login() -> None:
    head = "<meta name='author' content='hal.brindle'>"
    assert read("<div class='author-info'>Ada Marsh</div>", head).authors == ("Ada Marsh",)
    assert read("", head).authors == ("Hal Brindle",)


@pytest.mark.parametrize("name", ["fenland.example", "www.fenland.example", "Fenland"])
def test_the_site_is_no_author(name: str) -> None:
    assert read("", f"<meta name='author' content='{name}'>").authors == ()
