"""The tour that `feedbot demo` gives: two looks at the sample newsroom, and what comes of them."""

import email
import email.policy
import secrets
import shutil
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from feedbot.app import App, open_app, utc_now
from feedbot.config import load
from feedbot.demo.newsroom import Newsroom
from feedbot.demo.servers import Receipt, Receiver, serving
from feedbot.feed import ALL
from feedbot.outcome import Checked

PLACE = Path("var/demo")
REAL = Path("var/feedbot.sqlite3")
CONFIG = """\
# The configuration of `feedbot demo`: the sample newsroom, read without any selector.
site: {{title: Feedbot's sample, url: "{url}/", timezone: Europe/London}}
database: sqlite:///{place}/feedbot.sqlite3
feeds_dir: "{feeds}"
network: {{allow: [127.0.0.0/8]}}
sources:
  - id: sample-newsroom
    url: "{url}/news/"
    timezone: Europe/London
    follow: true
targets:
  mailbox: {{maildir: "{place}/mail", edits: substantive}}
  hook: {{webhook: "{url}/hook", secret: "${{DEMO_SECRET}}", edits: substantive}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """A demo that is under way: its servers are up, its database is empty."""

    url: str
    place: Path
    feeds: Path
    app: App
    newsroom: Newsroom
    receiver: Receiver

    def look(self) -> Checked:
        """Check the newsroom, publish, deliver; return what the check came to."""
        (checked,) = self.app.check()
        list(self.app.publish())
        self.app.deliver()
        return checked

    def mails(self) -> list[EmailMessage]:
        """Return what stands in the maildir, oldest first."""
        files = sorted(self.place.glob("mail/new/*"), key=lambda file: file.stat().st_mtime_ns)
        return [
            email.message_from_bytes(file.read_bytes(), policy=email.policy.default, _class=EmailMessage)
            for file in files
        ]

    def receipts(self) -> list[Receipt]:
        """Return the webhooks that came in."""
        return self.receiver.receipts

    @property
    def index(self) -> Path:
        """The page that shows the feeds."""
        return self.feeds / "index.html"

    @property
    def feed(self) -> Path:
        """The feed of everything, as Atom."""
        return self.feeds / f"{ALL}.atom.xml"


@contextmanager
def tour(port: int = 0) -> Iterator[Tour]:
    """Set the demo up below the current folder; what an earlier one left in `var/demo` is removed.

    Feeds go into `feeds/`, unless a real installation publishes there; then they stay in `var/demo/feeds`.
    """
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir(parents=True)
    feeds = PLACE / "feeds" if REAL.exists() else Path("feeds")
    secret = "whsec_" + b64encode(secrets.token_bytes(24)).decode()
    receiver = Receiver(secret)
    newsroom = Newsroom(utc_now().date())
    with serving(newsroom, feeds, receiver, port) as url:
        file = PLACE / "feedbot.yaml"
        file.write_text(CONFIG.format(url=url, place=PLACE.as_posix(), feeds=feeds.as_posix()), encoding="utf-8")
        with open_app(load(file, {"DEMO_SECRET": secret})) as app:
            yield Tour(url=url, place=PLACE, feeds=feeds, app=app, newsroom=newsroom, receiver=receiver)
