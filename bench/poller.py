"""Look at a feed once, as the service would ten minutes after the last time: for checkers of how pollers behave.

    python bench/poller.py URL STATE

STATE is a folder that keeps what feedbot remembers, and the clock: each call is ten minutes after the one before, and a
day and a half where a redirect for good was seen, which is remembered only after days. Nothing is asked for that is not
due. What is asked, and how, is decided by the same code as in the service.
"""

import json
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feedbot.check import Setting, check
from feedbot.config import load_text
from feedbot.fetch import Fetchers, RobotsGate, Turns
from feedbot.outfit import outbound_of
from feedbot.source import SourceState
from feedbot.store import open_store

STEP, DAYS = timedelta(minutes=10), timedelta(hours=36)
CONFIG = """\
site: {{title: Poller, contact: ops@example.org}}
sources: [{{id: news, url: "{url}", kind: feed, every: 10m, network: {{allow: [127.0.0.0/8]}}}}]
"""


def passed(folder: Path, state: SourceState) -> datetime:
    """Return what time it is now."""
    clock = folder / "clock"
    if not clock.exists():
        return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - origins give dates, too
    return datetime.fromisoformat(clock.read_text()) + (DAYS if state.manners.moved_to else STEP)


def main(url: str, folder: Path) -> None:
    config = load_text(CONFIG.format(url=url), str(folder / "feedbot.yaml"), {})
    (source,) = config.sources
    with open_store(f"sqlite:///{folder}/feedbot.sqlite3") as store, closing(outbound_of(config)) as outbound:
        store.register([source.id])
        state = store.state(source.id)
        now = passed(folder, state)
        (folder / "clock").write_text(now.isoformat())
        if source.id not in store.due(None, now):
            print(json.dumps({"due": str(state.due_at), "now": str(now)}))
            return
        fetcher, gate = Fetchers(outbound, lambda: now, turns=Turns()), RobotsGate(outbound, store)
        done = check(source, Setting(state=state), fetcher=fetcher, inbox=store, clock=lambda: now, gate=gate)
        print(json.dumps({"health": str(done.health), "evidence": done.evidence, "due": str(done.due_at)}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
