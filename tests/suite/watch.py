"""Watch: one source of a made-up newsroom, checked as feedbot checks it, in memory; what each check came to."""

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from feedbot.check import Checked, Setting, check
from feedbot.delivery import State
from feedbot.feed import FeedId
from feedbot.page import Page
from feedbot.source import Source, SourceId, TargetId
from feedbot.target import MaildirTarget
from tests.fakes import FakeFetcher, MemoryStore
from tests.suite.markups import SITE, Look, Markup
from tests.suite.press import Press

URL = f"{SITE}/news/"
NEWS = SourceId("news")
ARCHIVE = MaildirTarget(id=TargetId("archive"), path="mail", edits="all")
SETTING = Setting(targets=[ARCHIVE], feeds=[FeedId("news")])


@dataclass
class Watch:
    """A newsroom, how it builds its page, and what feedbot made of it."""

    press: Press
    markup: Markup
    lively: bool = True
    follow: bool = False
    store: MemoryStore = field(default_factory=MemoryStore)
    fetcher: FakeFetcher = field(default_factory=FakeFetcher)
    random: Random = field(default_factory=lambda: Random(7))

    @property
    def source(self) -> Source:
        """The source as it is configured."""
        kind, rule = self.markup.kind, self.markup.select
        return Source(id=NEWS, url=URL, kind=kind, rule=rule, follow=self.follow, notify=(ARCHIVE.id,))

    def body(self) -> str:
        """Return the page as it is now."""
        look = Look(random=self.random, now=self.press.now, tongue=self.press.tongue, lively=self.lively)
        return self.markup.draw(self.press.latest(self.markup.shows), look)

    def check(self, body: str | None = None, media: str = "") -> Checked:
        """Check the source; with another `body` than the newsroom's where one is given."""
        text = self.body() if body is None else body
        now = self.press.now
        page = Page(url=URL, body=text.encode(), content_type=media or self.markup.media, fetched_at=now)
        self.fetcher.answers[URL] = page
        return check(self.source, SETTING, fetcher=self.fetcher, inbox=self.store, clock=lambda: now)

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
    def owed(self) -> int:
        """How many deliveries there are."""
        return sum(one.state is State.PENDING for one in self.store.deliveries.values())


HOUR = timedelta(hours=1)
