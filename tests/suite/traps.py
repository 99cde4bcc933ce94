"""Traps: pages that look like the news built anew and are not, or not only; nothing of them may be taken for news."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from tests.suite.faults import page
from tests.suite.markups import HTML, SITE, Look, Markup, framed
from tests.suite.press import GERMAN, Press, Story
from tests.suite.rebuilds import DAY, events, popular, related
from tests.suite.redesigns import Redesign, built

CARDS, POSTS, TABLE, PLAIN, UNDATED, DOCUMENTS, BYLINES = (HTML[n] for n in (0, 2, 4, 9, 10, 14, 15))
Choose = Callable[[Press, Sequence[Story], Look], Sequence[Story]]


def _with(choose: Choose, other: Markup) -> Callable[[Markup, Press], Markup]:
    """Build the page as `other` is, of the stories that are chosen."""

    def build(markup: Markup, press: Press) -> Markup:
        def draw(stories: Sequence[Story], look: Look) -> str:
            return other.draw(choose(press, stories, look), look)

        return replace(markup, draw=draw, dated=other.dated)

    return build


def _every_other(_press: Press, stories: Sequence[Story], _look: Look) -> Sequence[Story]:
    return stories[::2]


def _older_half(_press: Press, stories: Sequence[Story], _look: Look) -> Sequence[Story]:
    return stories[len(stories) // 2 :]


def _archive(press: Press, stories: Sequence[Story], _look: Look) -> Sequence[Story]:
    shown = {one.number for one in stories}
    return [one for one in press.latest(60) if one.number not in shown]


def _strange(press: Press, look: Look, most: int) -> list[Story]:
    """Return what another office published of late."""
    other = Press(press.tongue, press.seed + 1000, now=look.now)
    return [replace(one, link=f"/elsewhere{one.link}") for one in other.latest(most)]


def _of_others(press: Press, stories: Sequence[Story], look: Look) -> Sequence[Story]:
    return _strange(press, look, len(stories))


def _mixed(press: Press, stories: Sequence[Story], look: Look) -> Sequence[Story]:
    """Show the news of all offices in one list."""
    both = [*stories, *_strange(press, look, len(stories))]
    return sorted(both, key=lambda one: one.published, reverse=True)[: len(stories)]


def _sponsored(_press: Press, stories: Sequence[Story], look: Look) -> Sequence[Story]:
    """Put what is paid for between the news, built as news is and dated today."""
    paid = [
        replace(
            stories[0],
            number=9000 + n,
            title=f"Ten reasons to lease a car of kind {n} this spring",
            link=f"https://offers.example/lease/{n}",
            published=look.now - timedelta(hours=n),
        )
        for n in (1, 2)
    ]
    return [*stories[:1], paid[0], *stories[1:4], paid[1], *stories[4:]]


def _what_is_on(_press: Press, stories: Sequence[Story], look: Look) -> Sequence[Story]:
    """Put what is on into the list of news, built as news is and dated of late."""
    some = [
        replace(
            stories[0],
            number=9100 + n,
            title=f"Guided walk {n} through the old town",
            link=f"/events/{n}-guided-walk",
            published=look.now - timedelta(hours=2 * n),
        )
        for n in (1, 2, 3)
    ]
    return sorted([*stories, *some], key=lambda one: one.published, reverse=True)


def _dated_today(_press: Press, stories: Sequence[Story], look: Look) -> Sequence[Story]:
    """Give every piece the day on which the site was moved."""
    return [replace(one, published=look.now) for one in stories]


def _said_otherwise(_press: Press, stories: Sequence[Story], _look: Look) -> Sequence[Story]:
    """Show every piece in another language, at its old address."""
    other = Press(GERMAN, 77).latest(len(stories))
    return [replace(one, title=f"{two.title} ({one.number})") for one, two in zip(stories, other, strict=True)]


def _teasers(_press: Press, stories: Sequence[Story], _look: Look) -> Sequence[Story]:
    """Call every piece by what its text begins with."""
    return [replace(one, title=one.summary.split(",")[0]) for one in stories]


def _only(draw: Callable[[Press, Sequence[Story], Look], str]) -> Callable[[Markup, Press], Markup]:
    """Show another list in the place of the news."""
    return lambda markup, press: replace(
        markup, draw=lambda stories, look: framed(look, draw(press, stories, look)), dated=True
    )


def _topics(_press: Press, stories: Sequence[Story], _look: Look) -> str:
    rows = "".join(f'<li><a href="/topics/{n}">All that we do about matter {n}</a></li>' for n in range(14))
    return f'<ul class="topics">{rows}</ul><p>See also <a href="{stories[0].link}">{stories[0].title}</a>.</p>'


def _shell(_stories: Sequence[Story], _look: Look) -> str:
    return page(
        "News", '<div id="root"></div><noscript>This page needs scripts.</noscript><script src="/app.js"></script>'
    )


def _preview(stories: Sequence[Story], look: Look) -> str:
    """Show the two newest to those who did not sign in, among what the paper sells."""
    teasers = "".join(f'<div class="offer"><h3><a href="{SITE}{s.link}">{s.title}</a></h3></div>' for s in stories[:2])
    offers = "".join(
        f'<div class="offer"><h3><a href="/subscribe/{n}">Read all of it for {n} a month</a></h3></div>'
        for n in range(6)
    )
    return framed(look, f'<div class="offers">{teasers}{offers}</div><form><input type="password" name="p"></form>')


TRAPS: tuple[Redesign, ...] = (
    *(
        Redesign(name=f"{name}, as {other.name}", build=_with(choose, other), late=0)
        for other in (CARDS, TABLE, BYLINES)
        for name, choose in (
            ("every other one gone", _every_other),
            ("the newer half gone", _older_half),
            ("the archive", _archive),
        )
    ),
    *(
        Redesign(name=f"{name}, as {other.name}", build=_with(choose, other))
        for other in (POSTS, PLAIN, DOCUMENTS)
        for name, choose in (
            ("news of another office", _of_others),
            ("news of all offices", _mixed),
            ("sponsored ones between", _sponsored),
            ("events between", _what_is_on),
            ("all dated today", _dated_today),
            ("in another language", _said_otherwise),
            ("called by their texts", _teasers),
        )
    ),
    Redesign(name="what is read most", build=_only(popular)),
    Redesign(name="guides", build=_only(related)),
    Redesign(name="events", build=_only(events)),
    Redesign(name="topics", build=_only(_topics)),
    Redesign(name="a shell", build=built(_shell)),
    Redesign(name="a paywall", build=built(_preview)),
    Redesign(
        name="away for long, events between, as bylines", build=_with(_what_is_on, BYLINES), away=12 * DAY, late=5
    ),
    Redesign(name="away for days, news of all offices, as cards", build=_with(_mixed, CARDS), away=4 * DAY, late=2),
)
"""What is done to a page of which nothing may be taken that is no news."""
