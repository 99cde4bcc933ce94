"""Every question that a benchmark here answers: one command for each.

python bench/run.py                 says which there are
python bench/run.py NAME… [ARGS]    asks some of them
python bench/run.py --small         a little of each, without a limit of time: that they work, and their proofs hold
"""

import subprocess
import sys
from pathlib import Path

QUESTIONS = {
    "extraction": ("what is read in pages, against a floor", ["extraction.py"], ["extraction.py"]),
    "unchanged": ("a pass over feeds in which nothing is new", ["passes.py", "unchanged"], ["passes.py", "unchanged"]),
    "https": ("the same over HTTPS", ["passes.py", "https"], ["passes.py", "https"]),
    "slow": ("the same, with answers after 100 ms", ["passes.py", "slow"], ["passes.py", "slow"]),
    "changed": ("a pass in which every feed has something new", ["passes.py", "changed"], ["passes.py", "changed"]),
    "pages": ("the same of pages", ["passes.py", "pages"], ["passes.py", "pages"]),
    "feeds": ("a feed drawn again with one new item", ["feeds.py"], ["feeds.py", "--rounds", "1"]),
    "stored": ("the store, however much is in it", ["stored.py"], ["stored.py"]),
    "growth": ("a check, however many sources and items there are", ["growth.py"], ["growth.py"]),
    "start": ("a start, and a service with nothing to do", ["start.py"], ["start.py"]),
    "notify": ("webhooks and mails", ["notify.py"], []),
    "engine": ("several workers on one database", ["engine.py"], ["engine.py"]),
    "kills": ("the same while workers are killed", ["engine.py", "--kill", "10"], []),
    "scale": ("how far it goes", ["simulate.py"], ["simulate.py"]),
    "polling": ("readers that ask for feeds", ["polling.py"], []),
    "rhythm": ("how often sources are looked at", ["rhythm.py"], []),
    "repair": ("pages that are built anew", ["repair.py"], []),
    "health": ("faults told, and false alarms", ["health.py"], []),
}
"""What it is about, how it is asked, and how a little of it is asked; nothing where that takes long."""
NO_SMALL = {"extraction.py", "feeds.py"}
"""These are small by themselves."""


def main() -> int:
    """Ask; 1 where a proof failed."""
    words = sys.argv[1:]
    small = "--small" in words
    names = [word for word in words if word in QUESTIONS] or (list(QUESTIONS) if small else [])
    if not names:
        print(__doc__)
        print("\n".join(f"  {name:12}{about}" for name, (about, _, _) in QUESTIONS.items()))
        return 0
    more = [word for word in words if word not in QUESTIONS and word != "--small"]
    failed = []
    for name in names:
        about, whole, part = QUESTIONS[name]
        if not (part if small else whole):
            continue
        command = [*(part if small else whole), *more]
        command += ["--small"] if small and command[0] not in NO_SMALL else []
        print(f"== {name}: {about}", flush=True)
        done = subprocess.run([sys.executable, *command], cwd=Path(__file__).parent, check=False)
        failed += [name] if done.returncode else []
    print(f"failed: {', '.join(failed)}" if failed else "every proof holds")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
