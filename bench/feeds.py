"""What a re-render with one new item costs, beside bare feedgen that builds the same feed anew; in one run.

    python bench/feeds.py [--rounds N]

Ours writes Atom, RSS and JSON Feed, feedgen Atom and RSS of the same items with the same words. Three sizes of
feed; the live document shows 50 items, what is older stands in archives. Each line is proved: the documents are,
byte for byte, those of a feed that is drawn anew, and together with the archives they hold every item.
"""

import argparse
import gc
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from feedgen.feed import FeedGenerator

from feedbot.feed import Feed, FeedId, Site
from feedbot.filing import Desk, Sheet, drawn
from feedbot.item import Attachment, Image, Item, ItemId
from feedbot.publish import publish
from feedbot.source import SourceId, SourceState
from feedbot.store import FolderShelf, Store, open_store

THEN = datetime(2026, 1, 1, tzinfo=UTC)
SITE = Site(title="News", url="https://news.example/", contact="ops@news.example")
FEED = Feed(id=FeedId("office"), title="Office", sources=(SourceId("office"),), home="https://office.example/")
AT_ONCE = 5
"""Times that a work is done in its turn."""
WORDS = "The ward was busy that night, and nobody had time to look for the missing bed & its notes. "


def item(number: int) -> Item:
    """Return a piece of news as a newsroom has it: text, picture, report, two categories, an author."""
    when = THEN + timedelta(hours=number)
    return Item(
        id=ItemId(f"item{number:022}"),
        source_id=SourceId("office"),
        guid="",
        keys=(f"url:office.example/{number}",),
        published_at=when,
        dated="time",
        first_seen=when,
        changed_at=when,
        digest=str(number),
        title=f"Piece {number} of the news & what it says",
        url=f"https://office.example/news/{number}",
        summary=WORDS,
        content_html=f"<p>{WORDS * 4}</p>".replace("&", "&amp;") * 4,
        authors=("Ines Calloway",),
        categories=("News", "Safety"),
        image=Image(url=f"https://office.example/{number}.jpg", alt="An empty corridor"),
        attachments=(Attachment(url=f"https://office.example/{number}.pdf", type="application/pdf", length=1234),),
    )


def by_feedgen(items: Sequence[Item]) -> tuple[bytes, bytes]:
    """Build Atom and RSS of the same items as its manual shows: every feed from nothing."""
    generator = FeedGenerator()
    generator.load_extension("media")
    generator.load_extension("dc")
    generator.id("tag:news.example,2026:office")
    generator.title(FEED.title)
    generator.author({"name": SITE.title, "email": SITE.contact})
    generator.link(href=FEED.home, rel="alternate")
    generator.description(FEED.title)
    generator.updated(items[0].changed_at)
    for one in items:
        entry = generator.add_entry(order="append")
        entry.id(one.id)
        entry.title(one.title)
        entry.link(href=one.url)
        entry.published(one.published_at)
        entry.updated(one.changed_at)
        entry.author({"name": one.authors[0]})
        entry.dc.dc_creator(one.authors[0])
        entry.summary(one.summary)
        entry.content(one.content_html, type="html")
        entry.category([{"term": name} for name in one.categories])
        entry.enclosure(one.attachments[0].url, one.attachments[0].length, one.attachments[0].type)
        if one.image:
            entry.media.content({"url": one.image.url, "medium": "image"}, group=None)
    return generator.atom_str(), generator.rss_str()


class Shelf:
    """Files in memory: what is measured is drawing, not the disk."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def names(self) -> Sequence[str]:
        return list(self.files)

    def get(self, name: str) -> bytes | None:
        return self.files.get(name)

    def put(self, name: str, body: bytes) -> None:
        self.files[name] = body

    def settle(self) -> None:
        """Nothing to do."""

    def remove(self, name: str) -> None:
        self.files.pop(name, None)


class Remembering:
    """A catalogue that has every answer at hand: what is measured is drawing, not the database."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._answers: dict[tuple[str, int], Any] = {}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def answer(*asked: Any, **more: Any) -> Any:
            key = (name, more.get("after", 0))
            if key not in self._answers:
                self._answers[key] = getattr(self._store, name)(*asked, **more)
            return self._answers[key]

        return answer


def timed(rounds: int, *works: Callable[[], Any]) -> list[float]:
    """Return the median of some rounds for each work, in milliseconds of processor time.

    All take their turn in each round, so that a machine that becomes slower or faster does so for all of them.
    """
    taken: list[list[float]] = [[] for _ in works]
    for work in works:
        work()
    gc.disable()
    for _ in range(rounds):
        for work, mine in zip(works, taken, strict=True):
            began = time.process_time()
            for _ in range(AT_ONCE):
                work()
            mine.append((time.process_time() - began) / AT_ONCE)
    gc.enable()
    return [median(mine) * 1e3 for mine in taken]


def measure(count: int, rounds: int, folder: Path) -> bool:
    """Print one line for a feed of `count` items, one of them new; say whether its proof holds."""
    items = [item(number) for number in range(count)]
    with open_store(f"sqlite:///{folder}/{count}.sqlite3") as store:
        shelf: Any = Shelf()
        store.commit(SourceState(source_id=SourceId("office")), items=items[:-1], feeds=[FEED.id])
        done(store, shelf)
        before = dict(shelf.files)
        store.commit(SourceState(source_id=SourceId("office")), items=items[-1:], feeds=[FEED.id])
        standing = store.stands()[FEED.id].digests

        def desk(catalogue: Any) -> Desk:
            return Desk(
                feed=FEED, site=SITE, catalogue=catalogue, shelf=shelf, origins={}, standing=standing, trusted=True
            )

        def from_store() -> Sequence[Sheet]:
            with store.snapshot():
                return list(drawn(desk(store)))

        at_hand, every = Remembering(store), replace(FEED, limit=count)
        theirs, ours, both_theirs, both_ours = timed(
            max(rounds * 20 // count, 5),
            lambda: by_feedgen(items[::-1]),
            lambda: list(drawn(desk(at_hand))),
            lambda: by_feedgen(store.newest(every)),
            from_store,
        )
        proof, touched = proved(store, shelf, before, from_store(), items)
    print(
        f"{count:>5} items at hand: feedgen anew {theirs:7.2f} ms, one new item {ours:5.2f} ms = {theirs / ours:5.1f}x;"
        f" read from the database: {both_theirs:7.2f} ms, {both_ours:5.2f} ms = {both_theirs / both_ours:5.1f}x;"
        f" documents touched: {touched}; {proof}"
    )
    return proof == "same bytes as anew, no item missing"


def done(store: Store, shelf: Any, *, anew: bool = False) -> None:
    list(publish([FEED], site=SITE, catalogue=store, shelf=shelf, anew=anew))


def proved(
    store: Store, shelf: Any, before: dict[str, bytes], sheets: Sequence[Sheet], items: Sequence[Item]
) -> tuple[str, int]:
    """Compare what was put together with what is drawn anew, and count the documents that differ from before."""
    done(store, shelf)
    now = dict(shelf.files)
    fresh: Any = Shelf()
    done(store, fresh, anew=True)
    if fresh.files != now or any(now[n] != b for s in sheets for n, b in zip(s.names, s.bodies, strict=False)):
        return "NOT THE SAME BYTES", 0
    held = {one["title"] for name, body in now.items() if name.endswith(".json") for one in json.loads(body)["items"]}
    if held != {one.title for one in items}:
        return "ITEMS MISSING", 0
    return "same bytes as anew, no item missing", sum(before.get(name) != body for name, body in now.items())


def on_disk(count: int, rounds: int, folder: Path) -> None:
    """Print what a whole pass takes: database, drawing, three files synced to the disk; and one with nothing new."""
    shelf = FolderShelf(folder / "feeds")
    state = SourceState(source_id=SourceId("office"))
    with open_store(f"sqlite:///{folder}/disk.sqlite3") as store:
        store.commit(state, items=[item(number) for number in range(count)], feeds=[FEED.id])
        done(store, shelf)
        taken = []
        for number in range(count, count + rounds):
            store.commit(state, items=[item(number)], feeds=[FEED.id])
            began = time.perf_counter()
            done(store, shelf)
            taken.append(time.perf_counter() - began)
        (idle,) = timed(rounds, lambda: done(store, shelf))
    print(
        f"{count:>5} items  a whole pass with one new item {median(taken) * 1e3:.2f} ms, with nothing new {idle:.2f} ms"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sound = [measure(count, rounds, folder) for count in (20, 100, 1000)]
        on_disk(1000, min(rounds, 50), folder)
    return 0 if all(sound) else 1


if __name__ == "__main__":
    sys.exit(main())
