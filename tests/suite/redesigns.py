"""Redesigns: what newsrooms do to their pages over night, each as another way to build the page of the same stories."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from lxml import html

from feedbot.delivery import State
from feedbot.item import Item, ItemId
from tests.suite.faults import classes, tags, turned, written
from tests.suite.markups import HTML, Look, Markup
from tests.suite.press import Press, Story
from tests.suite.rebuilds import (
    REBUILDS,
    Beside,
    Draw,
    absolute,
    events,
    in_threes,
    older,
    popular,
    related,
    relative,
    tracked,
    wrapped,
)
from tests.suite.watch import Watch

DAY = timedelta(days=1)
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


def _beside(rows: Beside, *, first: bool) -> Callable[[Markup, Press], Markup]:
    """Put another list into the main part of the page, before the news or after it."""

    def build(markup: Markup, press: Press) -> Markup:
        def draw(stories: Sequence[Story], look: Look) -> str:
            body, more = markup.draw(stories, look), rows(press, stories, look)
            return body.replace("</h1>", f"</h1>{more}", 1) if first else body.replace("</main>", f"{more}</main>", 1)

        return replace(markup, draw=draw)

    return build


def moved(press: Press) -> None:
    """Give every piece another address with its slug."""
    for one in list(press.stories):
        press.edit(one, link=f"/{one.published:%Y/%m}/{one.slug}.html")


def numbered(press: Press) -> None:
    """Give every piece an address that says nothing of it."""
    for one in list(press.stories):
        press.edit(one, link=f"/node/{one.number * 7919}")


def _at(address: str) -> Callable[[Press], None]:
    """Give every piece an address that begins in another way."""

    def move(press: Press) -> None:
        for one in list(press.stories):
            press.edit(one, link=f"{address}/{one.slug}")

    return move


def built(draw: Draw) -> Callable[[Markup, Press], Markup]:
    """Build a page as `draw` does."""
    return lambda markup, _press: replace(markup, draw=draw, dated=True)


def _pinned(markup: Markup, press: Press) -> Markup:
    """Keep an old piece at the top."""
    old = press.latest(38)[-1]

    def draw(stories: Sequence[Story], look: Look) -> str:
        return markup.draw([old, *(one for one in stories if one.number != old.number)], look)

    return replace(markup, draw=draw)


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
    Redesign(name="popular above, as bylines", build=_then(_as(BYLINES), _beside(popular, first=True))),
    Redesign(name="popular below, as table", build=_then(_as(TABLE), _beside(popular, first=False))),
    Redesign(name="guides above, as plain list", build=_then(_as(PLAIN), _beside(related, first=True))),
    Redesign(name="guides below, other classes", build=_then(_changed(classes), _beside(related, first=False))),
    Redesign(name="archive below, as articles", build=_then(_as(POSTS), _beside(older, first=False))),
    Redesign(name="archive above, as figures", build=_then(_as(FIGURES), _beside(older, first=True))),
    Redesign(name="events above, as documents", build=_then(_as(DOCUMENTS), _beside(events, first=True))),
    Redesign(
        name="all of it, as whole links",
        build=_then(
            _as(LINKED),
            _beside(popular, first=True),
            _beside(events, first=True),
            _beside(related, first=False),
            _beside(older, first=False),
        ),
    ),
    *(Redesign(name=f"as {name}", build=built(draw)) for name, draw in REBUILDS.items()),
    Redesign(name="whole addresses, other classes", build=_then(_changed(absolute), _changed(classes))),
    Redesign(name="relative addresses, as bylines", build=_then(_as(BYLINES), _changed(relative))),
    Redesign(name="tracked addresses, as table", build=_then(_as(TABLE), _changed(tracked))),
    Redesign(name="wrapped", build=_then(_changed(wrapped), _changed(classes))),
    Redesign(name="rows of three, as cards", build=_then(_as(CARDS), _changed(in_threes))),
    Redesign(name="an old one pinned, as bylines", build=_then(_as(BYLINES), _pinned)),
    Redesign(name="another host, as table", build=_as(TABLE), move=_at("https://www2.newsroom.example/press")),
    Redesign(name="another folder, as cards", build=_as(CARDS), move=_at("/media-centre/press")),
    Redesign(name="addresses moved", build=_changed(classes), move=moved),
    Redesign(name="addresses moved, as bylines", build=_as(BYLINES), move=moved),
    Redesign(name="addresses numbered, as cards", build=_as(CARDS), move=numbered),
    Redesign(name="addresses numbered, as table", build=_as(TABLE), move=numbered),
    Redesign(name="addresses moved, events above", build=_then(_as(POSTS), _beside(events, first=True)), move=moved),
    Redesign(name="two known ones left, as documents", build=_as(DOCUMENTS), away=9 * DAY, late=-2),
    Redesign(name="two known ones left, as cards", build=_as(CARDS), away=9 * DAY, late=-2),
    Redesign(
        name="two known ones left, popular above",
        build=_then(_as(BYLINES), _beside(popular, first=True)),
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
    """Titles of items that are no news, or told twice, or told of again, or say now what is not so."""
    told: str = ""


def pairs(
    markups: Sequence[Markup] = HTML, redesigns: Sequence[Redesign] = REDESIGNS
) -> Iterator[tuple[Markup, Redesign]]:
    """Give every markup with every redesign that builds it in another way."""
    for markup in markups:
        own = markup.name.removesuffix(" by hand")
        yield from ((markup, one) for one in redesigns if f"as {own}" not in one.name)


def redesigned(seen: Watch, redesign: Redesign, looks: int = 3) -> Outcome:
    """Let a newsroom that is watched be built anew, and look at it so often."""
    before = seen.markup
    seen.check()
    known = dict(seen.store.items_by_id)
    sent = {*seen.store.deliveries}
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
    stories = [_story(item, seen.press.stories) for item in seen.store.items_by_id.values()]
    new = [(one, _story(one, seen.press.stories)) for one in seen.store.items_by_id.values() if one.id not in known]
    wrong = tuple(item.title for item, story in new if story is None or stories.count(story) > 1)
    wrong += tuple(one.title for one in known.values() if _is_spoiled(one, seen.store.items_by_id.get(one.id)))
    wrong += _told_again(seen, known, sent)
    shown = {one.number for one in seen.press.latest(min(before.shows, seen.markup.shows))}
    repaired = shown <= {*stories} and done.health in {"fresh", "quiet"}
    told = f"{done.health}: {done.evidence}"
    return Outcome(redesign=redesign, markup=before, repaired=repaired, wrong=wrong, told=told)


def _told_again(seen: Watch, known: Mapping[ItemId, Item], sent: Collection[str]) -> tuple[str, ...]:
    """Return which known items are sent again; one edit may be one: a lead says less than a row of a list."""
    owed = [one for one in seen.store.deliveries.values() if one.state is not State.DROPPED and one.item_id in known]
    edits = [known[one.item_id].title for one in owed if one.event != "published" and one.key not in sent]
    published = Counter(one.item_id for one in owed if one.event == "published")
    twice = [known[one].title for one, count in published.items() if count > 1]
    return (*twice, *(edits if len(edits) > 1 else ()))


def _is_spoiled(before: Item, after: Item | None) -> bool:
    """Say whether what was known of an item is not known any more, though nobody took it back."""
    if after is None or after.withdrawn_at is not None:
        return True
    far = abs(after.published_at - before.published_at) > DAY
    return after.title != before.title or (far and before.dated != "seen")


def _story(item: Item, stories: Sequence[Story]) -> int | None:
    """Return the number of the story that an item tells; its title may run on into what follows."""
    title = item.title.casefold()
    for one in stories:
        if title.startswith(one.title.casefold()) or (
            item.title.endswith("…") and one.title.startswith(item.title[:-2])
        ):
            return one.number
        if title.removeprefix(one.category.casefold()).strip().startswith(one.title.casefold()):
            return one.number
    return None
