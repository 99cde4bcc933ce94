"""Redesigns of whole pages: how many are repaired with no hand, and how many wrong items that published.

`python bench/repair.py [--markup NAME] [--redesign NAME] [--each] [--looks N]`
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.suite.markups import HTML
from tests.suite.press import TONGUES, Press
from tests.suite.redesigns import REDESIGNS, Outcome, Redesign, pairs, redesigned
from tests.suite.traps import TRAPS
from tests.suite.watch import Watch


def outcomes(options: argparse.Namespace, redesigns: Sequence[Redesign]) -> Iterator[Outcome]:
    """Let every newsroom go through every redesign, each in another language than the one before."""
    markups = [one for one in HTML if options.markup in one.name]
    for number, (markup, redesign) in enumerate(pairs(markups, redesigns)):
        if options.redesign in redesign.name and number % options.nth == 0:
            press = Press(TONGUES[number % len(TONGUES)], number)
            seen = Watch(press, markup, repair="auto").learn(10)
            yield redesigned(seen, redesign, options.looks)


def main() -> int:
    """Print the figures; 0 where the goals are met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--markup", default="")
    parser.add_argument("--redesign", default="")
    parser.add_argument("--looks", type=int, default=3)
    parser.add_argument("--nth", type=int, default=1)
    parser.add_argument("--each", action="store_true", help="name those that were not repaired")
    options = parser.parse_args()
    done, traps = list(outcomes(options, REDESIGNS)), list(outcomes(options, TRAPS))
    failed = Counter(one.redesign.name for one in done if not one.repaired)
    for one in (*done, *traps):
        if options.each and (one.wrong or not (one.repaired or one in traps)):
            print(f"{one.markup.name} -> {one.redesign.name}: {one.told[:300]} {one.wrong[:3]}")
    for kind, hand in (("by a select:", True), ("found out", False)):
        some = [one for one in done if (one.markup.select is not None) == hand]
        good = sum(one.repaired for one in some)
        if some:
            print(f"redesigns of pages read {kind}: {good} of {len(some)} repaired, {good / len(some):.1%}")
    good, wrong = sum(one.repaired for one in done), sum(len(one.wrong) for one in (*done, *traps))
    if done:
        print(f"redesigns repaired with no hand: {good} of {len(done)}, {good / len(done):.1%} (goal: 80 %)")
    print(f"pages that only look like it: {len(traps)}, wrong items of {sum(bool(one.wrong) for one in traps)} of them")
    print(f"wrong items published: {wrong} (goal: 0)")
    print("not repaired most often:", ", ".join(f"{name} {count}" for name, count in failed.most_common(8)))
    return int(good < 0.8 * len(done) or wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
