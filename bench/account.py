"""How long `feedbot why` takes on a store of 100,000 items that five targets were owed.

    python bench/account.py [ITEMS]

Prints the time of each way to ask, in this process and as a command, and proves that each found what was asked for.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feedbot.config import load
from feedbot.decision import decide
from feedbot.inquiry import accounts
from feedbot.item import Item, item_id
from feedbot.source import Source, SourceId, SourceState, TargetId
from feedbot.store import open_store
from feedbot.target import MaildirTarget

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SOURCES, WORDS = 100, 3_000
TARGETS = [MaildirTarget(id=TargetId(f"t{n}"), path="mail") for n in range(5)]
CONFIG = (
    "sources: []\ntargets: {t0: {maildir: m}, t1: {maildir: m}, t2: {maildir: m}, t3: {maildir: m}, t4: {maildir: m}}\n"
)


def fill(url: str, count: int) -> Item:
    """Store `count` items with what was decided of them; return one of them."""
    chance, last = random.Random(1), None
    with open_store(url) as store:
        for number in range(SOURCES):
            source = Source(id=SourceId(f"s{number}"), url="", notify=tuple(one.id for one in TARGETS))
            items = [made(source.id, each, chance) for each in range(count // SOURCES)]
            found = [decide(one, "published", source, TARGETS, NOW, slight=False, barred="") for one in items]
            store.commit(SourceState(source_id=source.id), items=items, decisions=found)
            last = items[-1]
    assert last is not None
    return last


def made(source: SourceId, number: int, chance: random.Random) -> Item:
    key, text = f"url:example.org/{source}/{number}", "dolor sit amet " * 100
    return Item(
        id=item_id(source, (key,)),
        source_id=source,
        guid="",
        keys=(key,),
        published_at=NOW - timedelta(minutes=number),
        dated="time",
        first_seen=NOW,
        changed_at=NOW,
        digest="",
        title=" ".join(f"word{chance.randrange(WORDS)}" for _ in range(8)),
        url=f"https://example.org/{source}/{number}",
        content_html=f"<p>{text}</p>",
        content_text=text,
    )


def spent() -> float:
    """Return the seconds of CPU that commands took so far."""
    times = os.times()
    return times.children_user + times.children_system


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "feedbot.yaml")
        path.write_text(f"database: sqlite:///{folder}/feedbot.sqlite3\n{CONFIG}")
        item = fill(f"sqlite:///{folder}/feedbot.sqlite3", count)
        config = load(path, {})
        for way, asked in {"id": item.id, "link": item.url, "words": item.title, "nothing": "no such words"}.items():
            began = time.perf_counter()
            found = accounts(config, asked)
            took = time.perf_counter() - began
            began, before = time.perf_counter(), spent()
            command = [sys.executable, "-m", "feedbot", "why", asked, "--json", "--config", str(path)]
            said = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)["items"]
            whole, cpu = time.perf_counter() - began, spent() - before
            wanted = [] if way == "nothing" else [item.id]
            assert [one.item.id for one in found] == [one["id"] for one in said] == wanted
            assert all(len(one["targets"]) == len(TARGETS) for one in said)
            print(
                f"{way:8} {took * 1000:6.0f} ms asked; as a command {whole:.2f} s, {cpu:.2f} s of CPU ({count:,} items)"
            )


if __name__ == "__main__":
    main()
