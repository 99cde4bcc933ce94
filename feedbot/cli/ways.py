"""The ways in to the news of a page, as a person or a program sees them."""

from typing import TYPE_CHECKING

from feedbot.cli.screen import say, table
from feedbot.item import Json

if TYPE_CHECKING:
    from feedbot.discover import Discovery
    from feedbot.extract.rank import Tried


def show_ways(discovery: "Discovery") -> None:
    """Show the ways in, the best first, each with why it is where it is; nothing where there was only one."""
    if len(discovery.ways) < 2:
        return
    say("\nWays in to this news, the best first:", style="bold")
    rows = [_row(one, one is discovery.chosen) for one in discovery.ways]
    table("", ("", "kind", "worth", "named by", "where", "why"), rows, style=("green", "bold", "", "", "blue", "dim"))
    say("--way URL or --kind KIND takes another one.", style="dim")


def _row(one: "Tried", taken: bool) -> tuple[str, ...]:  # noqa: FBT001 - a row of a table
    worth = f"{one.worth:.2f}" if one.fit else "-"
    return "taken" if taken else "", one.way.kind, worth, one.way.why, one.way.url, one.reason


def ways_json(discovery: "Discovery") -> Json:
    """Return the ways in as JSON, the best first; `taken` marks the one that was read."""
    return {"ways": [one.to_json() | {"taken": one is discovery.chosen} for one in discovery.ways]}
