"""What was understood of a page, as a person sees it: the reading, its items, the rule to pin, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from feedbot.cli.screen import Lines, roomy, say, table

if TYPE_CHECKING:
    from feedbot.item import Candidate, Extraction

SHOWN = 20
"""So many items are shown."""
ALIKE = 5
"""Of more neighbours that share their reason, not all are named."""
TRUSTED = 0.75
"""A reading that is less sure than this is shown as one to look at."""


def show(found: "Extraction", *, explain: bool = False) -> None:
    """Show a person what was understood: how, how surely and why, the items, and the rule to pin."""
    say(found.title or found.url, style="bold")
    good = bool(found.items) and found.confidence >= TRUSTED
    sure = f", {found.confidence:.0%} sure" if found.confidence else ""
    count = f"{len(found.items)} item{'' if len(found.items) == 1 else 's'}"
    say(f"{count}, read as {found.kind}{sure}; health: {found.health}", style="green" if good else "yellow")
    for evidence in found.evidence:
        say(f"  {evidence}", style="dim")
    _items(found)
    if explain:
        _lists(found)
        _parts(found)
    for line in _rule(found):
        say(line, style="cyan")


def _items(found: "Extraction") -> None:
    shown = found.items[:SHOWN]
    if not shown:
        return
    say("")
    if roomy():
        columns: tuple[str, ...] = ("date", "title", "link", "kind", "image")
        rows: list[tuple[object, ...]] = [
            (_day(one), one.title, _short(one.url, found.url), _kind(one), _picture(one)) for one in shown
        ]
        table("", columns, rows, style=("green", "bold", "blue", "", "dim"), fixed=("date",), slim=True)
    else:
        columns = ("date", "title, link", "kind", "image")
        rows = [
            (_day(one), Lines(((one.title, "bold"), (_short(one.url, found.url), "blue"))), _kind(one), _picture(one))
            for one in shown
        ]
        table("", columns, rows, style=("green", "", "", "dim"), fixed=("date",), slim=True)
    if len(found.items) > SHOWN:
        say(f"… and {len(found.items) - SHOWN} more (--json shows all)", style="dim")


def _day(one: "Candidate") -> str:
    from feedbot.item import rfc3339  # noqa: PLC0415 - help needs none of it

    return (rfc3339(one.published) or "undated")[:16].replace("T", " ")


def _kind(one: "Candidate") -> str:
    return ", ".join(one.categories[:3])


def _picture(one: "Candidate") -> str:
    return (one.image.alt or "no alt text") if one.image else ""


def _short(url: str, page: str) -> str:
    """Return an address without the host of the page that it stands on."""
    here, there = urlsplit(page), urlsplit(url)
    return url.partition(there.netloc)[2] or url if there.netloc and there.netloc == here.netloc else url


def _lists(found: "Extraction") -> None:
    rows = [
        ("taken" if one.taken else "", one.where, one.items, f"{one.worth:.1f}", _said(one.reason, one.sample))
        for one in found.considered
    ]
    if rows:
        columns = ("", "list", "items", "worth", "why, and what it begins with")
        table("\nLists of the page that were weighed", columns, rows, style=("green", "cyan", "", "bold", ""))


def _said(reason: str, sample: Sequence[str]) -> Lines:
    first = " · ".join(one if len(one) <= 28 else f"{one[:27].rstrip()}…" for one in sample)
    return Lines(((reason, ""), (first, "dim"))) if first else Lines(((reason, ""),))


def _parts(found: "Extraction") -> None:
    rows: list[tuple[str, str, str]] = []
    for (kept, why), group in groupby(
        sorted(found.verdicts, key=lambda one: one.kept), lambda one: (one.kept, one.reason)
    ):
        some = [one.title or _short(one.url, found.url) for one in group]
        few = some if len(some) <= ALIKE else some[: ALIKE - 1]
        rows += [("kept" if kept else "dropped", title, why) for title in few]
        if len(some) > len(few):
            rows.append(("", f"… and {len(some) - len(few)} more", "the same"))
    if rows:
        columns = ("", "part of the page", "why")
        table("\nParts of the page that could be items", columns, rows, style=("green", "bold", ""), fixed=("",))


def _rule(found: "Extraction") -> Iterator[str]:
    """Give the YAML that pins how a listing was read."""
    from feedbot.source import ListingRule  # noqa: PLC0415 - help needs none of it

    if isinstance(found.rule, ListingRule) and found.items:
        pairs = ((f.name, getattr(found.rule, f.name)) for f in fields(found.rule) if f.name != "kind")
        yield "\nTo pin this reading, or to change it, put this below the source in the configuration:"
        yield "    select:"
        yield from (f"      {name}: {quoted(selector)}" for name, selector in pairs if selector)


def quoted(text: str) -> str:
    """Return `text` as a scalar of YAML that needs no escapes."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'" if '"' in text or "\\" in text else f'"{text}"'
