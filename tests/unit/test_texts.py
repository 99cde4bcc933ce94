"""What an element says in one line."""

import pytest
from lxml import html

from feedbot.extract.texts import text_below


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ("<p><i>page</i> <i>2</i></p>", "page 2"),
        ("<p>a <b><i>page</i></b>\n<b><i>long</i></b></p>", "a page long"),
        ("<p><i>one</i><b> </b>line</p>", "one line"),
        ("<p><i>un</i>happy</p>", "unhappy"),
        ("<p>W<b>ord</b></p>", "Word"),
        ("<p><a>One</a> <a>two</a>, <a>three</a>.</p>", "One two, three."),
        ("<p><b><i>12</i></b> <i>May</i>\n<i>2024</i></p>", "12 May 2024"),
        ("<p>one<br>line</p>", "one line"),
    ],
)
def test_words_stand_apart_where_white_space_parts_them(markup: str, said: str) -> None:
    assert text_below(html.fragment_fromstring(markup)) == said
