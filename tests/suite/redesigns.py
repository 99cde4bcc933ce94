"""Redesigns: what newsrooms do to their pages over night, each as another way to build the page of the same stories."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from html import escape

from lxml import html

from feedbot.item import Item
from tests.suite.faults import classes, tags, turned, written
from tests.suite.markups import HTML, Look, Markup
from tests.suite.press import Press, Story
from tests.suite.watch import Watch

DAY = timedelta(days=1)
Draw = Callable[[Sequence[Story], Look], str]
CARDS, BY_HAND, POSTS, POSTS_BY_HAND, TABLE, TERMS, SOUP, LINKED, HEADED, PLAIN, UNDATED, FIGURES, MADE, MICRO = HTML[
    :14
]
DOCUMENTS, BYLINES, MONTHS, LED = HTML[14:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Redesign:
    """What is done to a page: `build` gives the new way to draw it, `move` changes the newsroom itself.

    `away` is for how long nobody looked before; so much is news then.
    """

    name: str
    build: Callable[[Markup, Press], Markup]
    move: Callable[[Press], None] = lambda _press: None
    away: timedelta = timedelta(hours=9)
    late: int = 1
    """So many pieces are published after the last look, at least."""


def _as(other: Markup) -> Callable[[Markup, Press], Markup]:
    """Take another markup, which shows as many items as the one before."""
    return lambda markup, _press: replace(markup, draw=other.draw, shows=markup.shows, dated=other.dated)


def _changed(change: Callable[[html.HtmlElement], None]) -> Callable[[Markup, Press], Markup]:
    def build(markup: Markup, _press: Press) -> Markup:
        def draw(stories: Sequence[Story], look: Look) -> str:
            tree = html.document_fromstring(markup.draw(stories, look))
            change(tree)
            return written(tree)

        return replace(markup, draw=draw)

    return build


def _then(*builds: Callable[[Markup, Press], Markup]) -> Callable[[Markup, Press], Markup]:
    def build(markup: Markup, press: Press) -> Markup:
        for one in builds:
            markup = one(markup, press)
        return markup

    return build


def _beside(rows: Callable[[Press, Sequence[Story], Look], str], *, first: bool) -> Callable[[Markup, Press], Markup]:
    """Put another list into the main part of the page, before the news or after it."""

    def build(markup: Markup, press: Press) -> Markup:
        def draw(stories: Sequence[Story], look: Look) -> str:
            body, more = markup.draw(stories, look), rows(press, stories, look)
            return body.replace("</h1>", f"</h1>{more}", 1) if first else body.replace("</main>", f"{more}</main>", 1)

        return replace(markup, draw=draw)

    return build


def _popular(press: Press, stories: Sequence[Story], look: Look) -> str:
    """List what is read most: some of what is on the page, some that is long gone from it, and a page of the site."""
    some = [*stories[2:9:3], *press.latest(40)[-9::3]]
    rows = "".join(f'<li class="top"><a href="{one.link}">{escape(one.title)}</a></li>' for one in some)
    rows += '<li class="top"><a href="/map">Map of all our offices</a></li>'
    return f'<section class="popular"><h2>Popular</h2><ol>{rows}</ol></section>'


def _related(_press: Press, _stories: Sequence[Story], look: Look) -> str:
    """List guides of the office: built as news is, dated, never news."""
    rows = "".join(
        f'<div class="guide"><h3><a href="/guides/part-{n}-of-the-handbook">How to apply for permit {n}</a></h3>'
        f"<span>{look.tongue.date(look.now - DAY * 200 * n)}</span><p>All that you have to know of permits, in plain "
        "words and with every form that there is.</p></div>"
        for n in range(1, 9)
    )
    return f'<section class="guides"><h2>Guides</h2>{rows}</section>'


def _older(press: Press, stories: Sequence[Story], look: Look) -> str:
    """List older news with their dates, some of them known and some from before."""
    shown = {one.number for one in stories}
    rows = "".join(
        f'<li class="past"><a href="{one.link}">{escape(one.title)}</a> <i>{look.tongue.date(one.published)}</i></li>'
        for one in press.latest(60)
        if one.number not in shown
    )
    return f'<section class="archive"><h2>Archive</h2><ul>{rows}</ul></section>'


def _events(_press: Press, _stories: Sequence[Story], look: Look) -> str:
    """List what is on: dated of late and ahead, built as a list of news is."""
    rows = "".join(
        f'<li class="event"><h3><a href="/events/{n}-guided-walk">Guided walk {n} through the old town</a></h3>'
        f"<p>{look.tongue.date(look.now + DAY * (n - 3))}</p><p>Meet at the fountain; sturdy shoes are needed for the "
        "cellars, and a coat.</p></li>"
        for n in range(8)
    )
    return f'<section class="events"><h2>Events</h2><ul>{rows}</ul></section>'


def moved(press: Press) -> None:
    """Give every piece another address with its slug."""
    for one in list(press.stories):
        press.edit(one, link=f"/{one.published:%Y/%m}/{one.slug}.html")


def numbered(press: Press) -> None:
    """Give every piece an address that says nothing of it."""
    for one in list(press.stories):
        press.edit(one, link=f"/node/{one.number * 7919}")


def _shows(count: int) -> Callable[[Markup, Press], Markup]:
    return lambda markup, _press: replace(markup, shows=count)


_WHOLE = (
    CARDS,
    POSTS,
    TABLE,
    TERMS,
    SOUP,
    LINKED,
    HEADED,
    PLAIN,
    FIGURES,
    MADE,
    MICRO,
    DOCUMENTS,
    BYLINES,
    MONTHS,
    LED,
)
ALONE = tuple(Redesign(name=f"as {one.name}", build=_as(one)) for one in _WHOLE)
REDESIGNS: tuple[Redesign, ...] = (
    *ALONE,
    Redesign(name="as no dates", build=_as(UNDATED)),
    Redesign(name="other classes", build=_changed(classes)),
    Redesign(name="other tags", build=_changed(tags)),
    Redesign(name="other tags and classes", build=_then(_changed(tags), _changed(classes))),
    Redesign(name="oldest first", build=_then(_changed(turned), _changed(classes))),
    Redesign(name="popular above, as bylines", build=_then(_as(BYLINES), _beside(_popular, first=True))),
    Redesign(name="popular below, as table", build=_then(_as(TABLE), _beside(_popular, first=False))),
    Redesign(name="guides above, as plain list", build=_then(_as(PLAIN), _beside(_related, first=True))),
    Redesign(name="guides below, other classes", build=_then(_changed(classes), _beside(_related, first=False))),
    Redesign(name="archive below, as articles", build=_then(_as(POSTS), _beside(_older, first=False))),
    Redesign(name="archive above, as figures", build=_then(_as(FIGURES), _beside(_older, first=True))),
    Redesign(name="events above, as documents", build=_then(_as(DOCUMENTS), _beside(_events, first=True))),
    Redesign(
        name="all of it, as whole links",
        build=_then(
            _as(LINKED),
            _beside(_popular, first=True),
            _beside(_events, first=True),
            _beside(_related, first=False),
            _beside(_older, first=False),
        ),
    ),
    Redesign(name="addresses moved", build=_changed(classes), move=moved),
    Redesign(name="addresses moved, as bylines", build=_as(BYLINES), move=moved),
    Redesign(name="addresses numbered, as cards", build=_as(CARDS), move=numbered),
    Redesign(name="addresses numbered, as table", build=_as(TABLE), move=numbered),
    Redesign(name="addresses moved, events above", build=_then(_as(POSTS), _beside(_events, first=True)), move=moved),
    Redesign(name="two known ones left, as documents", build=_as(DOCUMENTS), away=9 * DAY, late=-2),
    Redesign(name="two known ones left, as cards", build=_as(CARDS), away=9 * DAY, late=-2),
    Redesign(
        name="two known ones left, popular above",
        build=_then(_as(BYLINES), _beside(_popular, first=True)),
        away=9 * DAY,
        late=-2,
    ),
    Redesign(name="longer, as table", build=_then(_as(TABLE), _shows(30))),
    Redesign(name="shorter, as cards", build=_then(_as(CARDS), _shows(6))),
    Redesign(name="away for two weeks, as definitions", build=_as(TERMS), away=14 * DAY, late=4),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one redesign: whether the news comes as before, and what came that is no news, or came twice."""

    redesign: Redesign
    markup: Markup
    repaired: bool
    wrong: tuple[str, ...] = ()
    told: str = ""


def pairs(markups: Sequence[Markup] = HTML) -> Iterator[tuple[Markup, Redesign]]:
    """Give every markup with every redesign that builds it in another way."""
    for markup in markups:
        own = markup.name.removesuffix(" by hand")
        yield from ((markup, one) for one in REDESIGNS if f"as {own}" not in one.name)


def redesigned(seen: Watch, redesign: Redesign, looks: int = 3) -> Outcome:
    """Let a newsroom that is watched be built anew, and look at it so often."""
    before = seen.markup
    seen.check()
    known = {*seen.store.items_by_id}
    for number in range(redesign.late if redesign.late >= 0 else before.shows + redesign.late):
        seen.press.now += redesign.away / (abs(number) + 2)
        seen.press.write()
    seen.press.now += timedelta(hours=2)
    redesign.move(seen.press)
    seen.markup = redesign.build(before, seen.press)
    done = seen.check()
    for _ in range(looks - 1):
        seen.press.now += timedelta(hours=4)
        seen.press.write()
        done = seen.check()
    came = [one for one in seen.store.items_by_id.values() if one.id not in known]
    stories = [_story(item, seen.press.stories) for item in seen.store.items_by_id.values()]
    new = [(item, _story(item, seen.press.stories)) for item in came]
    wrong = tuple(item.title for item, story in new if story is None or stories.count(story) > 1)
    shown = {one.number for one in seen.press.latest(min(before.shows, seen.markup.shows))}
    repaired = shown <= {*stories} and done.health in {"fresh", "quiet"}
    told = f"{done.health}: {done.evidence}"
    return Outcome(redesign=redesign, markup=before, repaired=repaired, wrong=wrong, told=told)


def _story(item: Item, stories: Sequence[Story]) -> int | None:
    """Return the number of the story that an item tells; its title may run on into what follows."""
    return next((one.number for one in stories if item.title.startswith(one.title)), None)
