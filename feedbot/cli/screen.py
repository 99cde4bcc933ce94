"""What a person sees: tables and colour on a terminal, plain lines elsewhere, JSON on request."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from shutil import get_terminal_size
from typing import Any, Protocol

ROOMY = 110
"""A terminal of so many columns has room for a table of many."""


class Bar(Protocol):
    """Counts what is done."""

    def advance(self, about: str) -> None:
        """Count one, and say what it was about."""
        ...


def tell(answer: Any) -> None:  # noqa: ANN401 - whatever JSON can say
    """Print an answer as JSON."""
    json.dump(answer, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


@dataclass(frozen=True, slots=True)
class Lines:
    """A cell of several lines, each a text with its style of rich."""

    lines: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return " ".join(text for text, _ in self.lines)


def roomy() -> bool:
    """Say whether there is room for many columns: lines of a file have it, narrow terminals do not."""
    return not sys.stdout.isatty() or get_terminal_size().columns >= ROOMY


def table(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    style: Sequence[str] = (),
    fixed: Sequence[str] = (),
    slim: bool = False,
) -> None:
    """Print rows as a table on a terminal, as lines with tabs between the columns elsewhere.

    The columns that are `fixed` are never folded. A `slim` table shows no column that is empty on a terminal.
    """
    if not sys.stdout.isatty():
        for row in rows:
            print("\t".join(" ".join(str(cell).split()) for cell in row))
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
    from rich.table import Table  # noqa: PLC0415

    shown = Table(
        title=title or None, title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="dim"
    )
    every = list(rows)
    kept = [number for number in range(len(columns)) if not slim or any(str(row[number]) for row in every)]
    for number in kept:
        look = style[number] if number < len(style) else ""
        shown.add_column(columns[number], style=look, overflow="fold", no_wrap=columns[number] in fixed)
    for row in every:
        shown.add_row(*(_cell(row[number]) for number in kept))
    Console().print(shown)


def _cell(cell: object) -> Any:  # noqa: ANN401 - a text of rich, which only a terminal loads
    from rich.text import Text  # noqa: PLC0415 - only a terminal needs it

    if isinstance(cell, Lines):
        return Text("\n").join(Text(text, style=style) for text, style in cell.lines)
    return Text(str(cell))


def say(text: str, *, style: str = "") -> None:
    """Print a line, in a style of rich on a terminal; what is in `text` is never markup, and no line is broken."""
    if style and sys.stdout.isatty():
        from rich.console import Console  # noqa: PLC0415 - only a terminal needs it

        Console(highlight=False).print(text, style=style, markup=False, soft_wrap=True)
    else:
        print(text)


@contextmanager
def progress(what: str, total: int) -> Iterator[Bar]:
    """Show a bar on standard error while work goes on, if that is a terminal and there is much to do."""
    if total < 3 or not sys.stderr.isatty():
        yield _Silent()
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(what, total=total)

        class Shown:
            def advance(self, about: str) -> None:
                bars.update(task, advance=1, description=f"{what} {about}")

        yield Shown()


class _Silent:
    def advance(self, about: str) -> None:
        """Count nothing."""


def size(count: int) -> str:
    """Say how much so many bytes are: `12.3 MB`."""
    amount = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"


FAR = 9999
"""The year of what never comes."""


def ago(then: datetime | None, now: datetime) -> str:
    """Say how far `then` is from `now` in one short word: `3 min ago`, `in 2 h`, `-`, `never`."""
    if then is None:
        return "-"
    if then.year == FAR:
        return "never"
    gap = now - then
    short = _short(abs(gap))
    if short == "now":
        return short
    return f"{short} ago" if gap > timedelta() else f"in {short}"


def brief(gap: timedelta) -> str:
    """Say how long that is in one short word: `3 min`, `2 s`."""
    return _short(gap) if gap >= timedelta(seconds=1) else "0 s"


def _short(gap: timedelta) -> str:
    seconds = int(gap.total_seconds())
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s" if seconds else "now"
