"""What feedbot remembers: the database, who works on it, and times that cannot be."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from feedbot.config import Config
from feedbot.doctor.finding import Finding, fail, ok, warn
from feedbot.errors import StoreError
from feedbot.store import file_of, name_of, read_store, worker
from feedbot.store.schema import SCHEMA

LARGE = 2_000_000_000
"""Bytes of a database that takes too long to be read as a whole."""
SLIP = timedelta(minutes=2)


def database(config: Config, now: datetime) -> Iterator[Finding]:
    """Look at the database: whether it is whole, of this feedbot's schema, and in whose hands."""
    path, name = file_of(config.settings.database), name_of(config.settings.database)
    if path and not path.exists():
        yield ok("database", f"{path} is not there yet; the first command that works makes it")
        return
    try:
        with read_store(config.settings.database) as store:
            stand = store.gauges(now, most=0) if store else None
            latest = store.latest_check() if store else None
        hands = worker(config.settings.database)
        if path and (damage := _damage(path)):
            remedy = "`feedbot restore` a copy; `feedbot backup` makes one"
            yield fail("database", f"{path} is damaged: {damage}", remedy)
            return
    except StoreError as error:
        what, _, remedy = str(error).partition("; ")
        older = f"not {SCHEMA.head}" in what
        yield (warn if older else fail)("database", what, remedy or "see docs/operating.md")
        return
    hands = f"feedbot ({hands}) works on it" if hands else "no feedbot works on it now"
    count = sum(stand.sources.values()) if stand else 0
    size = f"{(stand.bytes if stand else 0) / 1e6:.1f} MB"
    yield ok("database", f"{name} is whole: schema {SCHEMA.head}, {size}, {count} sources; {hands}")
    if latest and latest > now + SLIP:
        what = f"the last check was at {latest:%Y-%m-%d %H:%M} UTC, which is yet to come"
        yield warn("clock", what, "let the machine keep its time (NTP); `feedbot check` looks at everything now")


def _damage(path: Path) -> str:
    """Return what is wrong with the file; nothing where it is whole, or too large to tell."""
    if path.stat().st_size > LARGE:
        return ""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        try:
            said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        except sqlite3.DatabaseError as error:
            return str(error)
    return "" if said == "ok" else said
