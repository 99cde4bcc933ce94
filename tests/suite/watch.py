"""Watch: one source of a made-up newsroom, checked as feedbot checks it, in memory; what each check came to."""

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from urllib.parse import urljoin

from feedbot.check import Checked, Setting, check
from feedbot.delivery import State
from feedbot.feed import FeedId
from feedbot.page import NotModified, Page, Validators
from feedbot.source import Repairs, Source, SourceId, TargetId
from feedbot.target import MaildirTarget
from tests.fakes import FakeFetcher, MemoryStore
from tests.suite.markups import SITE, Look, Markup
from tests.suite.press import Press, Story

URL = f"{SITE}/news/"
NEWS = SourceId("news")
ARCHIVE = MaildirTarget(id=TargetId("archive"), path="mail", edits="all")
SETTING = Setting(targets=[ARCHIVE], feeds=[FeedId("news")])


@dataclass
class Site(FakeFetcher):
    """Answers for each piece that is published, beside what it is told to answer."""

    press: Press | None = None

    def fetch(
        self, url: str, *, validators: Validators, allow: tuple[str, ...], browser: bool = False
    ) -> Page | NotModified:
        links = {urljoin(SITE, story.link): story for story in self.press.stories} if self.press else {}
        if url in links and url not in self.answers:
            story = links[url]
            body = f"<html><body><main><h1>{story.title}</h1><p>{story.summary * 3}</p></main></body></html>"
            return Page(url=url, body=body.encode(), content_type="text/html; charset=utf-8")
        return super().fetch(url, validators=validators, allow=allow, browser=browser)


@dataclass
class Watch:
    """A newsroom, how it builds its page, and what feedbot made of it."""

    press: Press
    markup: Markup
    lively: bool = True
    follow: bool = False
    repair: Repairs | None = None
    store: MemoryStore = field(default_factory=MemoryStore)
    fetcher: Site = field(default_factory=Site)
    random: Random = field(default_factory=lambda: Random(7))
    site: str = SITE
    hide: str = ""
    """What of the page is left out, as a regular expression."""
    pinned: Story | None = None
    gone: list[Story] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.fetcher.press = self.press

    @property
    def source(self) -> Source:
        """The source as it is configured."""
        kind, rule = self.markup.kind, self.markup.select
        notify = (ARCHIVE.id,)
        return Source(id=NEWS, url=URL, kind=kind, rule=rule, follow=self.follow, notify=notify, repair=self.repair)

    def body(self) -> str:
        """Return the page as it is now."""
        look = Look(random=self.random, now=self.press.now, tongue=self.press.tongue, lively=self.lively)
        shown = self.press.latest(self.markup.shows)
        if self.markup.days is not None:
            shown = [one for one in shown if self.press.now - one.published < timedelta(days=self.markup.days)]
        text = self.markup.draw([self.pinned, *shown] if self.pinned else shown, look)
        if self.site != SITE:
            text = text.replace('href="/', f'href="{self.site}/').replace(SITE, self.site)
        return re.sub(self.hide, "", text, flags=re.DOTALL) if self.hide else text

    def check(self, body: str | None = None, media: str = "") -> Checked:
        """Check the source; with another `body` than the newsroom's where one is given."""
        text = self.body() if body is None else body
        now = self.press.now
        page = Page(url=URL, body=text.encode(), content_type=media or self.markup.media, fetched_at=now)
        self.fetcher.answers[URL] = page
        return check(self.source, SETTING, fetcher=self.fetcher, inbox=self.store, clock=lambda: now)

    def ask(self, what: str) -> None:
        """Ask something of the next check, as the operator does."""
        state = self.store.state(NEWS)
        self.store.states[NEWS] = replace(state, asked=f"{what} {self.press.now.isoformat()}")

    def learn(self, looks: int = 12, hours: float = 8) -> "Watch":
        """Look at it so often, that long apart."""
        for _ in range(looks):
            self.check()
            self.press.wait(hours)
        return self

    @property
    def version(self) -> int:
        """How often its feed changed."""
        return self.store.versions[FeedId("news")]

    @property
    def published(self) -> int:
        """How many deliveries there are of what is new."""
        return sum(one.event == "published" for one in self.store.deliveries.values())

    @property
    def owed(self) -> int:
        """How many deliveries there are."""
        return sum(one.state is State.PENDING for one in self.store.deliveries.values())
