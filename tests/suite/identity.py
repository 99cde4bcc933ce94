"""Identity: what newsrooms do to addresses, ids, titles and dates of their pieces, and what then must be one item."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from feedbot.page import Page
from tests.suite.markups import FEEDS, SITE
from tests.suite.press import Story
from tests.suite.watch import Watch

SETTLED = (1, 8, 24, 24, 30, 24)
"""Hours between the looks after an event: enough for what is held to be settled."""


@dataclass
class Ledger:
    """Which piece was ever shown at which address, so that every item can be told whose it is."""

    watch: Watch
    events: int = 0
    links: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    titles: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def look(self, *, hours: float = 8) -> None:
        """Check the source and note what it shows."""
        pinned = [self.watch.pinned] if self.watch.pinned else []
        for story in (*pinned, *self.watch.press.latest(self.watch.markup.shows)):
            self.links[place(story.link)].add(story.number)
            self.titles[story.title].add(story.number)
        self.watch.check()
        self.watch.press.wait(hours)

    @property
    def found(self) -> Counter[int]:
        """How many items there are of each piece; under 0, those that are of none."""
        count: Counter[int] = Counter()
        for item in self.watch.store.items_by_id.values():
            whose = self.links.get(place(item.url), {0})
            count.update(whose if len(whose) == 1 else whose & self.titles.get(item.title, set()) or {0})
        return count

    @property
    def doubled(self) -> int:
        """How many items there are too many."""
        found = self.found
        return sum(found[number] - 1 for number in self._pieces if found[number] > 1) + found[0]

    @property
    def lost(self) -> int:
        """How many pieces have no item, for they were taken for another one."""
        found = self.found
        return sum(not found[number] for number in self._pieces)

    @property
    def _pieces(self) -> set[int]:
        return {number for whose in self.links.values() for number in whose}


def place(link: str) -> str:
    """Return what of an address is the piece's own, whatever the site is called and whatever is added at the end."""
    parts = urlsplit(link)
    query = "&".join(part for part in parts.query.split("&") if not re.match(r"utm_|from=|ref=", part))
    path = re.sub(r";jsessionid=\w+", "", parts.path).rstrip("/")
    return f"{path}?{query}#{parts.fragment}"


Act = Callable[[Watch, int], int]
"""Do to a newsroom what the scene is about, before its look number so and so; return how many pieces it concerns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Something that happens to identities; `feeds` and `pages` say where it can."""

    name: str
    act: Act
    feeds: bool = True
    pages: bool = True
    follow: bool = False
    looks: int = 1
    """So many looks it goes on."""


def played(scene: Scene, watch: Watch, *, learn: int = 8) -> Ledger:
    """Let a scene happen and look on until it is settled."""
    watch.follow = scene.follow
    ledger = Ledger(watch)
    for _ in range(learn):
        ledger.look()
    for step in range(scene.looks):
        ledger.events += scene.act(watch, step)
        ledger.look(hours=4)
    for hours in SETTLED:
        ledger.look(hours=hours)
    return ledger


def _is_feed(watch: Watch) -> bool:
    return watch.markup in FEEDS


def _shown(watch: Watch) -> Sequence[Story]:
    return watch.press.latest(watch.markup.shows)


def every(change: Callable[[Story, int], dict[str, object]]) -> Act:
    """Change every piece, also those that are not shown any more."""

    def act(watch: Watch, step: int) -> int:
        for story in list(watch.press.stories):
            watch.press.edit(story, **change(story, step))
        return len(_shown(watch))

    return act


def one(change: Callable[[Story, int], dict[str, object]]) -> Act:
    """Change one piece in the middle of the list."""

    def act(watch: Watch, step: int) -> int:
        story = _shown(watch)[2 + step % 5]
        watch.press.edit(story, **change(story, step))
        return 1

    return act


def at(site: str) -> Act:
    """Have the site at another address."""

    def act(watch: Watch, _step: int) -> int:
        watch.site = site
        return len(_shown(watch))

    return act


def _dateless(watch: Watch, step: int) -> int:
    watch.hide = (
        r'<p class="card__date">.*?</p>|<time[^>]*>.*?</time>|<(pubDate|published)>.*?</\1>' if not step else ""
    )
    return len(_shown(watch))


def _gone(watch: Watch, step: int) -> int:
    """Take a piece back, page and all; put it up again later."""
    if step > 4:
        return 0
    story = watch.gone[0] if watch.gone else _shown(watch)[1]
    watch.gone = [story]
    watch.press.stories = [one for one in watch.press.stories if one.number != story.number]
    if step == 4:
        watch.press.stories.append(story)
    return int(step in {0, 4})


def _pinned(watch: Watch, step: int) -> int:
    """Pin an old piece to the top, and let it go again."""
    watch.pinned = watch.press.latest(30)[24] if not step else None
    return 1


def _jump(watch: Watch, step: int) -> int:
    """Leave a piece out for a look, and show it again."""
    story = _shown(watch)[3] if not step % 2 else watch.gone[0]
    watch.gone = [] if step % 2 else [story]
    if step % 2:
        watch.press.stories.append(story)
    else:
        watch.press.stories = [one for one in watch.press.stories if one.number != story.number]
    return 1


def _redirects(watch: Watch, _step: int) -> int:
    """Link by short addresses that lead to the old ones, under other titles."""
    for story in _shown(watch):
        body = f"<html><body><main><h1>{story.title}</h1><p>{story.summary * 4}</p></main></body></html>".encode()
        watch.fetcher.answers[f"{SITE}/r/{story.number}"] = Page(url=SITE + story.link, body=body)
    for number, story in enumerate(_shown(watch)[:3]):
        watch.press.edit(
            story, link=f"/r/{story.number}", guid=f"r{number}", summary="", title=f"What is new {story.number}"
        )
    return 3


def _series(title: str, link: str, *, days: int = 7, **said: object) -> Act:
    """Publish one more of a series."""

    def act(watch: Watch, step: int) -> int:
        watch.press.now += timedelta(days=days)
        number = watch.press.write().number
        links = {"link": link.format(step=step, number=number), "guid": f"{link}-{number}-{step}"}
        watch.press.stories[-1] = watch.press.edit(
            watch.press.stories[-1], title=title.format(step=step + 11), **(links | said)
        )
        return 1

    return act


def _recycled(watch: Watch, _step: int) -> int:
    """Number the ids of the feed from the top at every look."""
    watch.press.write()
    for number, story in enumerate(watch.press.latest(len(watch.press.stories))):
        watch.press.edit(story, guid=str(number))
    return len(_shown(watch))


def _homeward(watch: Watch, step: int) -> int:
    """Link every piece from now on to the front page."""
    watch.press.write(link="/", guid=f"urn:own:{step}")
    return 1


SCENES: tuple[Scene, ...] = (
    Scene(name="from http to https", act=at(SITE.replace("https", "http"))),
    Scene(name="www", act=at(SITE.replace("://", "://www."))),
    Scene(name="another domain", act=at("https://news.other.example")),
    Scene(name="last slash", act=every(lambda s, _: {"link": f"{s.link}/"})),
    Scene(name="tracking", act=every(lambda s, n: {"link": f"{s.link.partition('?')[0]}?utm_source=x{n}"}), looks=3),
    Scene(name="other parameters", act=every(lambda s, n: {"link": f"{s.link.partition('?')[0]}?from={n}"}), looks=3),
    Scene(
        name="session ids", act=every(lambda s, n: {"link": f"{s.link.partition(';')[0]};jsessionid={n}A7"}), looks=3
    ),
    Scene(name="dates in paths", act=every(lambda s, _: {"link": f"/{s.published:%Y/%m}/{s.slug}.html"})),
    Scene(name="another folder", act=every(lambda s, _: {"link": f"/press/releases/{s.slug}"})),
    Scene(name="numbers for words", act=every(lambda s, _: {"link": f"/node/{s.number * 7919}"})),
    Scene(name="ids by query", act=every(lambda s, _: {"link": f"/show.php?id={s.number + 4000}"})),
    Scene(name="ids made anew at each look", act=every(lambda s, n: {"guid": f"{s.number}-{n}"}), pages=False, looks=4),
    Scene(
        name="ids and links made anew",
        act=every(lambda s, _: {"guid": f"new-{s.number}", "link": f"/node/{s.number * 7919}"}),
        pages=False,
    ),
    Scene(name="slug edited", act=one(lambda s, _: {"link": f"/press/{s.slug}-corrected"}), looks=4),
    Scene(name="title edited", act=one(lambda s, _: {"title": f"{s.title}: corrected"}), looks=4),
    Scene(name="title said anew", act=one(lambda s, _: {"title": f"What {s.author} thinks of it {s.number}"}), looks=4),
    Scene(
        name="title and slug edited",
        act=one(lambda s, _: {"title": f"{s.title} after all", "link": f"/press/{s.slug}-after-all"}),
        looks=4,
    ),
    Scene(
        name="title and id edited",
        act=one(lambda s, n: {"title": f"{s.title}, says board", "guid": f"again-{s.number}-{n}"}),
        pages=False,
        looks=4,
    ),
    Scene(name="dates lost and found again", act=_dateless, looks=2),
    Scene(name="taken back and published again", act=_gone, looks=6),
    Scene(name="pinned", act=_pinned, looks=2),
    Scene(name="missing for a look", act=_jump, looks=4),
    Scene(name="one id for all", act=every(lambda _s, _n: {"guid": "https://newsroom.example/"}), pages=False, looks=2),
    Scene(name="redirects", act=_redirects, follow=True),
    Scene(name="weekly, one title", act=_series("Flood report of the week", "/reports/week-{number}"), looks=6),
    Scene(name="weekly, one slug", act=_series("Flood report of the week", "/{number}/flood-report"), looks=6),
    Scene(name="daily, short title", act=_series("Press briefing", "/briefing/{number}", days=1), looks=6),
    Scene(name="numbered", act=_series("Bulletin {step} of the district board", "/bulletin/{number}", days=0), looks=6),
    Scene(name="notices of one day", act=_series("Notice of planning", "/notice?id={number}", days=0), looks=6),
    Scene(
        name="same words every time",
        act=_series("Court order {step}", "/order/{number}", days=0, summary="The court has made an order. " * 6),
        looks=6,
    ),
    Scene(name="ids by place", act=_recycled, pages=False, looks=4),
    Scene(name="all links lead home", act=_homeward, pages=False, looks=5),
)
