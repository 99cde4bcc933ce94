"""`feedbot demo`: the main job on a sample newsroom, told step by step."""

import json
import signal
from argparse import Namespace
from email.message import EmailMessage
from threading import Event
from typing import TYPE_CHECKING

from feedbot.cli import DONE, PARTLY
from feedbot.cli.screen import say

if TYPE_CHECKING:
    from feedbot.demo.tour import Tour
    from feedbot.outcome import Checked


def demo(options: Namespace) -> int:
    """Give the tour; with `--keep-serving`, leave its servers up until Ctrl-C."""
    from feedbot import log  # noqa: PLC0415 - help needs none of it
    from feedbot.demo.tour import tour  # noqa: PLC0415

    log.configure(json=False, level="debug" if options.verbose else "warning")
    with tour(options.port) as on:
        well = _tell(on)
        if options.keep_serving:
            _keep(on)
    return DONE if well else PARTLY


def _tell(on: "Tour") -> bool:
    _step(1, f"A newsroom is open at {on.url}/news/ (a sample, on this machine only).")
    first = on.look()
    _step(2, "feedbot looks at it for the first time, with nothing but its address:")
    _checked(first)
    say(f"   This is the baseline: all of it is in the feeds, and nobody was told ({len(on.mails())} mails).")
    on.newsroom.publish()
    _step(3, "The newsroom publishes two items and corrects one. feedbot looks again:")
    second = on.look()
    _checked(second)
    mails, receipts = on.mails(), on.receipts()
    _step(4, f"The mailbox {on.place}/mail got {len(mails)} mails:")
    for mail in mails:
        say(f"   {mail['subject']}", style="cyan")
    verified = [receipt for receipt in receipts if receipt.verified]
    _step(5, f"The webhook receiver got {len(receipts)} calls and verified {len(verified)} signatures. The first:")
    _payload(on)
    _step(6, "Where to look:")
    for name, where in _places(on, mails):
        say(f"   {name:<13} {where}")
    well = (first.new, second.new, second.changed, len(mails), len(verified)) == (4, 2, 1, 3, 3)
    say("\nDone." if well else "\nThis is not what the sample newsroom should give; please report it.", style="bold")
    return well


def _step(number: int, text: str) -> None:
    say(f"\n{number}. {text}", style="bold")


def _checked(done: "Checked") -> None:
    say(f"   {done.health}: {done.new} new, {done.changed} changed, {done.seen} seen before", style="green")
    say(f"   {done.evidence}", style="dim")


def _payload(on: "Tour") -> None:
    if not on.receipts():
        return
    receipt = on.receipts()[0]
    item = receipt.payload["data"]["items"][0]
    short = {name: item[name] for name in ("id", "title", "url", "published", "image", "fields") if name in item}
    shown = {"type": receipt.payload["type"], "data": {"items": [short]}}
    text = json.dumps(shown, ensure_ascii=False, indent=2)
    say("\n".join(f"   {line}" for line in [f"webhook-id: {receipt.id}", *text.splitlines()]), style="cyan")


def _places(on: "Tour", mails: list[EmailMessage]) -> list[tuple[str, str]]:
    return [
        ("the page", on.index.resolve().as_uri()),
        ("the feeds", f"{on.feeds}/all.atom.xml, all.rss.xml, all.json; feeds.opml for a reader"),
        ("the mails", f"{on.place}/mail/new ({len(mails)} files; any mail program opens a maildir)"),
        ("the settings", f"{on.place}/feedbot.yaml"),
        ("the pictures", "come from the sample newsroom: `feedbot demo --keep-serving` leaves it up"),
    ]


def _keep(on: "Tour") -> None:
    say(f"\nServing until Ctrl-C: newsroom {on.url}/news/  feeds {on.url}/feeds/index.html", style="bold")
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()
