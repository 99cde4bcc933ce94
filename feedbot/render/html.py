"""index.html: the page where people see what is published and subscribe to it. No JavaScript."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from feedbot.feed import ALL, Site
from feedbot.render.edition import Edition, Entry
from feedbot.render.text import cut, line

if TYPE_CHECKING:
    from jinja2 import Template

SHOWN = 100
"""Feeds that show their latest items; further ones are listed by name."""
MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
_SUMMARY = 240
_FEW = 3
"""Items that a feed shows among many feeds; twice as many where there are few."""
MOST = 2 * _FEW
"""Items of a feed that the page may show."""


def index(site: Site, editions: Sequence[Edition]) -> bytes:
    """Return the page that shows `editions` in the order given; the feed of everything is named at its head."""
    whole = next((one for one in editions if one.feed_id == ALL), None) if len(editions) > 1 else None
    single = [one for one in editions if one is not whole]
    few = _FEW if len(single) > _FEW else MOST
    page = _template().render(
        title=line(site.title) or "News",
        contact=editions[0].contact if editions else "",
        whole=whole,
        shown=[(one, one.entries[:few]) for one in single[:SHOWN]],
        listed=single[SHOWN:],
        day=_day,
        kind=_kind,
        short=_short,
    )
    return page.encode()


@cache
def _template() -> "Template":
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - only the index needs it

    environment = Environment(
        loader=PackageLoader("feedbot.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("index.html")


def _day(when: datetime) -> str:
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def _kind(entry: Entry) -> str:
    return entry.categories[0] if entry.categories else ""


def _short(text: str) -> str:
    return cut(text, _SUMMARY)
