"""Measure what feedbot reads in pages and feeds of which the truth is known, and how fast.

    python bench/extraction.py                   the project's own pages, held against bench/floor.json
    python bench/extraction.py --data DIR        another set: DIR/*/NAME.html (or .xml, .jsonfeed) and NAME.json
    python bench/extraction.py --speed           ratios to parsers and to other readers, of one run

A truth with `items` is of a listing, one with `truth_fields` of an article, one with `expects` of a feed.
"""

import argparse
import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import measures
from measures import Figures, mean
from shapes import KINDS, Case, Json, cases, predicted

ROOT = Path(__file__).resolve().parents[1]
OWN = ROOT / "tests" / "data"
FLOOR = Path(__file__).with_name("floor.json")
Table = dict[str, dict[str, float]]
Scored = tuple[Case, Any]

NEWS = frozenset({"news", "blog", "notices", "council"})
GOALS: Mapping[str, Mapping[str, float]] = {
    "listings: news, blog, notices, council": {"item F1": 0.96, "pages >= 0.9": 0.93},
    "listings: home pages": {"item F1": 0.85},
    "listings: court tables": {"item F1": 0.90},
    "listings: all": {"title exact": 0.95, "date exact": 0.95, measures.INVENTED: 0.01},
    "articles": {
        "title exact": 0.93,
        "date (day)": 0.93,
        "authors F1": 0.80,
        "lead image": 0.92,
        "text F1": 0.96,
        "text >= 0.9": 0.92,
    },
    "feeds: real": {"expectations met": 0.99},
    "feeds: all": {"expectations met": 0.985},
}
"""What is aimed at; of dates that were invented, at most that share."""


def main() -> int:
    """Measure, print the table, and say by the exit code whether a figure fell below the floor."""
    asked = _arguments()
    if asked.speed:
        import speed  # noqa: PLC0415 - it loads other readers, which nothing else needs

        return speed.main(asked.data)
    every = [case for case in cases(asked.data or OWN) if case.kind in asked.kind.split(",")]
    if not every:
        print(f"there is no page with its truth under {asked.data or OWN}/*/", file=sys.stderr)
        return 2
    with ProcessPoolExecutor(asked.jobs) as pool:
        found = list(pool.map(predicted, every, chunksize=4))
    scored = [(case, _score(case, said)) for case, said in zip(every, found, strict=True)]
    table = _table(scored)
    if asked.out:
        _write(asked.out, every, found)
    crashed = [(case, said["error"]) for case, said in zip(every, found, strict=True) if "error" in said]
    floor = {} if asked.data else _floor()
    _show(table, floor)
    _tell(scored, crashed, asked.fails)
    return 0 if asked.data else _held(table, floor, rise=asked.rise)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a folder of pages with their truth, instead of the project's own")
    parser.add_argument("--out", type=Path, help="write what was read to OUT/{listing,article,feeds}/NAME.json")
    parser.add_argument("--kind", default=",".join(KINDS), help="which of %(default)s")
    parser.add_argument("--fails", type=int, default=0, metavar="N", help="name the N worst of each kind")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes (default: one a processor)")
    parser.add_argument("--rise", action="store_true", help="lift the floor to these figures; it never sinks")
    parser.add_argument("--speed", action="store_true", help="measure speed instead")
    return parser.parse_args()


def _score(case: Case, said: Json) -> Any:
    match case.kind:
        case "listing":
            return measures.of_listing(case.truth, said)
        case "article":
            return measures.of_article(case.truth, said)
        case "feeds":
            return measures.of_feed(case.truth, said)


def _table(scored: Sequence[Scored]) -> Table:
    """Return the figures of each group of pages that there are pages of."""
    kinds: dict[str, list[Scored]] = defaultdict(list)
    for case, score in scored:
        kinds[case.kind].append((case, score))
    groups: dict[str, tuple[Iterable[Scored], Callable[[Iterable[Any]], Figures]]] = {
        "listings: news, blog, notices, council": (_of(kinds["listing"], lambda t: t.get("class") in NEWS), _means),
        "listings: home pages": (_of(kinds["listing"], lambda t: t.get("class") == "home"), _means),
        "listings: court tables": (_of(kinds["listing"], lambda t: t.get("class") == "courts"), _means),
        "listings: all": (kinds["listing"], _means),
        "articles": (_of(kinds["article"], lambda t: "Readability" not in t.get("truth_kind", "")), _means),
        "feeds: real": (_of(kinds["feeds"], lambda t: not t.get("synthetic")), _expectations),
        "feeds: all": (kinds["feeds"], _expectations),
    }
    figures = {name: (rows, mix) for name, (group, mix) in groups.items() if (rows := [score for _, score in group])}
    return {name: _told(mix(rows)) | {"pages": float(len(rows))} for name, (rows, mix) in figures.items()}


def _of(scored: Iterable[Scored], wanted: Callable[[Json], bool]) -> list[Scored]:
    return [(case, score) for case, score in scored if wanted(case.truth)]


def _told(figures: Figures) -> dict[str, float]:
    return {name: round(value, 4) for name, value in figures.items() if value is not None}


def _means(rows: Iterable[Figures]) -> Figures:
    """Return the mean of every figure over pages; that of invented dates over items."""
    every = list(rows)
    found = {
        name: mean(row.get(name) for row in every) for name in dict.fromkeys(name for row in every for name in row)
    }
    undated = sum(row.get(measures.UNDATED) or 0 for row in every)
    invented = sum((row.get(measures.INVENTED) or 0) * (row.get(measures.UNDATED) or 0) for row in every)
    found.pop(measures.UNDATED, None)
    return found | ({measures.INVENTED: invented / undated} if undated else {})


def _expectations(rows: Iterable[tuple[int, Sequence[Json]]]) -> Figures:
    every = list(rows)
    asked = sum(count for count, _ in every)
    return {"expectations met": 1 - sum(len(missed) for _, missed in every) / asked}


def _show(table: Table, floor: Table) -> None:
    print(f"{'':44}{'figure':>10}{'goal':>9}" + (f"{'floor':>9}" if floor else ""))
    for group, figures in table.items():
        print(f"{group} ({figures['pages']:.0f})")
        for name, value in figures.items():
            if name != "pages":
                goal, least = GOALS.get(group, {}).get(name), floor.get(group, {}).get(name)
                print(
                    f"  {name:42}{value:>10.4f}{_aim(name, goal):>9}" + (f"{least:>9.4f}" if least is not None else "")
                )


def _aim(name: str, goal: float | None) -> str:
    return "" if goal is None else f"{'<=' if name == measures.INVENTED else '>='} {goal:g}"


def _tell(scored: Sequence[Scored], crashed: Sequence[tuple[Case, str]], worst: int) -> None:
    """Name what could not be read at all, and the worst pages of each kind with what is wrong there."""
    for case, error in crashed:
        print(f"refused: {case.kind} {case.name}: {error[:200]}")
    for kind in KINDS if worst else ():
        of_kind = sorted(((_worth(score), case.name, score) for case, score in scored if case.kind == kind), key=str)
        for _, name, score in [one for one in of_kind if one[0] < 1][:worst]:
            missed = score[1] if isinstance(score, tuple) else {k: v for k, v in score.items() if v not in {None, 1.0}}
            print(f"worst: {kind} {name}: {json.dumps(missed, ensure_ascii=False)[:400]}")


def _worth(score: Any) -> float:
    if isinstance(score, tuple):
        return 1 - len(score[1]) / (score[0] or 1)
    return mean(value for name, value in score.items() if name not in {measures.INVENTED, measures.UNDATED}) or 0.0


def _write(folder: Path, every: Sequence[Case], found: Sequence[Json]) -> None:
    for case, said in zip(every, found, strict=True):
        path = folder / case.kind / f"{case.name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(said, ensure_ascii=False, indent=1), "utf-8")


def _floor() -> Table:
    floor: Table = json.loads(FLOOR.read_text("utf-8")) if FLOOR.exists() else {}
    return floor


def _held(table: Table, floor: Table, *, rise: bool) -> int:
    """Hold the figures against the floor, and lift it where that is asked for."""
    fallen = [
        f"{group}: {name} is {has}, and the floor is {least}"
        for group, figures in floor.items()
        for name, least in figures.items()
        if (has := table.get(group, {}).get(name)) is None or _below(name, has, least)
    ]
    for line in fallen:
        print(f"FELL  {line}", file=sys.stderr)
    if fallen:
        print(
            "Mend what reads less than it did (--fails 10 names the pages); the floor is not lowered.", file=sys.stderr
        )
        return 1
    lifted = _lifted(table, floor)
    if lifted != floor and rise:
        FLOOR.write_text(json.dumps(lifted, indent=1) + "\n", "utf-8")
        print(f"The floor was lifted: {FLOOR.relative_to(ROOT)}")
    elif lifted != floor:
        print("Some figures stand above the floor: `python bench/extraction.py --rise` lifts it.")
    return 0


def _below(name: str, has: float, least: float) -> bool:
    return has > least if name == measures.INVENTED else has < least


def _lifted(table: Table, floor: Table) -> Table:
    """Return the better of each figure and its floor; how many pages there are counts as a figure."""
    return {
        group: {
            name: value
            if name not in floor.get(group, {}) or not _below(name, value, floor[group][name])
            else floor[group][name]
            for name, value in figures.items()
        }
        for group, figures in table.items()
    }


if __name__ == "__main__":
    sys.exit(main())
