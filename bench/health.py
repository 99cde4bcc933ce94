"""Measure what health and identity are worth: faults told right, false alarms, duplicates and wrong merges.

    python bench/health.py                      everything, in some minutes
    python bench/health.py --looks 40 --tongues 1

The newsrooms, their markups, the faults and the scenes are made up (tests/suite); each source is checked as feedbot
checks it, in memory. Prints shares against their goals, and says by the exit code whether one was missed.
"""

import argparse
import os
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial, reduce
from operator import add
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.suite.markups import BRIEF, MARKUPS
from tests.suite.measure import Score, calm, faults, identities
from tests.suite.press import TONGUES, Tongue

Case = tuple[Tongue, int, str]
"""A language, a seed, and the name of a markup."""


def main() -> int:
    """Measure, print, and say by the exit code whether a goal was missed."""
    asked = _arguments()
    tongues = TONGUES[: asked.tongues]
    every = [(tongue, at * 100 + of, one.name) for at, tongue in enumerate(tongues) for of, one in enumerate(MARKUPS)]
    alone = [case for case in every if case[2] != "lead"]  # of which extraction now and then reads no lead
    brief = [
        (tongue, at * 100 + seed, one.name) for at, tongue in enumerate(tongues) for seed in range(4) for one in BRIEF
    ]
    with ProcessPoolExecutor(asked.jobs) as pool:
        told = reduce(add, pool.map(partial(_apart, faults), every))
        wolf = reduce(add, pool.map(partial(_apart, partial(calm, looks=asked.looks)), [*every, *brief]))
        pairs = list(pool.map(partial(_apart, identities), alone))
    doubled, lost = (reduce(add, (pair[place] for pair in pairs)) for place in (0, 1))
    _by_fault(told)
    good = [
        _say("faults recognised at the first check", told.right, f"{told.tried.total()} faults", least=0.95),
        _say("false alarms per 1,000 healthy checks", _thousand(wolf), f"{wolf.tried.total()} checks", most=1),
        _say("duplicates per 1,000 identity events", _thousand(doubled), f"{doubled.tried.total()} events", most=0),
        _say("wrong merges per 1,000 identity events", _thousand(lost), f"{lost.tried.total()} events", most=1),
    ]
    for line in [line for score in (told, wolf, doubled, lost) for line in score.told][: asked.fails]:
        print(f"  {line}")
    return 0 if all(good) else 1


def _apart(work: Callable[..., Any], case: Case) -> Any:
    tongue, seed, name = case
    return work(tongue, seed, next(one for one in (*MARKUPS, *BRIEF) if one.name == name))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--looks", type=int, default=60, help="healthy checks of each source (default %(default)s)")
    parser.add_argument("--tongues", type=int, default=2, help="languages of newsrooms, up to 5 (default %(default)s)")
    parser.add_argument("--fails", type=int, default=0, metavar="N", help="name the first N things that went wrong")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes (default: one a processor)")
    return parser.parse_args()


def _by_fault(score: Score) -> None:
    for name, count in score.tried.items():
        print(f"  {name:42}{count - score.missed[name]:>6} of {count}")


def _thousand(score: Score) -> float:
    return 1000 * score.missed.total() / (score.tried.total() or 1)


def _say(what: str, figure: float, of: str, *, least: float | None = None, most: float | None = None) -> bool:
    good = figure >= least if least is not None else figure <= (most or 0)
    goal = f">= {least:g}" if least is not None else f"<= {most:g}"
    print(f"{what:44}{figure:>9.4f}  goal {goal:8}{'' if good else '  MISSED'}  ({of})")
    return good


if __name__ == "__main__":
    sys.exit(main())
