"""A page that a script is to fill is told from one that has nothing to say."""

import pytest

from feedbot.extract.document import open_document
from feedbot.extract.shell import unfilled
from feedbot.page import Page

SCRIPT = '<script src="/main.js"></script>'
MENU = "<nav>" + "".join(f'<a href="/{n}">Department number {n} of the office</a> ' for n in range(20)) + "</nav>"


def said(body: str) -> str:
    page = Page(url="https://office.example/news/", body=f"<html><body>{body}</body></html>".encode())
    return unfilled(open_document(page))


@pytest.mark.parametrize(
    ("body", "sign"),
    [
        (f'<div id="root"></div>{SCRIPT}', '<div id="root"> is there for a script to fill'),
        (f'{MENU}<div id="app"><p>Loading…</p></div>{SCRIPT}', '<div id="app"> is there'),
        (f"<app-root></app-root>{SCRIPT}", "<app-root> is there"),
        (
            f'<noscript>You need to enable JavaScript to run this app.</noscript><div id="x"></div>{SCRIPT}',
            "asks for Java",
        ),
        (f"<noscript>Bitte aktivieren Sie JavaScript.</noscript>{MENU}{SCRIPT}", "asks for JavaScript"),
        (f"<noscript>Veuillez activer JavaScript pour continuer.</noscript>{SCRIPT}", "asks for JavaScript"),
        (f"<noscript>Включите JavaScript</noscript>{SCRIPT}", "asks for JavaScript"),
        (f'{MENU * 9}<div class="spinner">Wird geladen …</div>{SCRIPT}', "still loading: it says 'Wird geladen …'"),
        (f'{MENU * 9}<ul aria-busy="true"></ul>{SCRIPT}', "says that it is still loading"),
        (f"{MENU * 9}<li>{{{{ story.title }}}}</li>{SCRIPT}", "'{{ story.title }}'"),
        (f"<div id='x'></div>{SCRIPT}", "says next to nothing"),
    ],
)
def test_signs_of_a_page_that_a_script_is_to_fill(body: str, sign: str) -> None:
    assert sign in said(body)


@pytest.mark.parametrize(
    "body",
    [
        '<div id="root"></div>',
        f"{MENU}<h1>News</h1><p>There is no news at the moment. {'Please come back later. ' * 10}</p>{SCRIPT}",
        f'<div id="root">{MENU}<p>No news.</p></div>{SCRIPT}',
        f"{MENU * 9}<noscript>Enable JavaScript to see our map.</noscript>{SCRIPT}",
    ],
)
def test_a_page_that_is_what_it_is_needs_no_browser(body: str) -> None:
    assert said(body) == ""
