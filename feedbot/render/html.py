"""Pages where people see what is published and subscribe to it: one of all feeds, one of each. No JavaScript."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from feedbot.feed import ALL, Site
from feedbot.render.edition import Edition, Entry
from feedbot.render.qr import code
from feedbot.render.readers import app, readers
from feedbot.render.text import cut, line

if TYPE_CHECKING:
    from jinja2 import Environment

SHOWN = 100
"""Feeds that show their latest items; further ones are listed by name."""
MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
_SUMMARY = 240
_FEW = 3
"""Items that a feed shows among many feeds; twice as many where there are few."""
MOST = 2 * _FEW
"""Items of a feed that the page of all feeds may show."""
_GAP = "\0"
"""Where the items of a page belong; no text has this character."""
LATEST = 20
"""Items that the page of a feed shows."""
FORMATS = (
    ("atom.xml", "application/atom+xml"),
    ("rss.xml", "application/rss+xml"),
    ("json", "application/feed+json"),
)
_POLICY = "default-src 'none'; img-src http: https: data:; style-src '{}'; base-uri 'none'; form-action 'none'"


def index(site: Site, editions: Sequence[Edition]) -> bytes:
    """Return the page that shows `editions` in the order given; the feed of everything is named at its head."""
    whole = next((one for one in editions if one.feed_id == ALL), None) if len(editions) > 1 else None
    single = [one for one in editions if one is not whole]
    few = _FEW if len(single) > _FEW else MOST
    page = (
        _pages()
        .get_template("index.html")
        .render(
            _shared(),
            title=line(site.title) or "News",
            contact=editions[0].contact if editions else "",
            whole=whole,
            shown=[(one, one.entries[:few]) for one in single[:SHOWN]],
            listed=single[SHOWN:],
        )
    )
    return page.encode()


def page(edition: Edition) -> bytes:
    """Return the page of one feed: how to subscribe to it, and its latest items."""
    cards = [card(entry) for entry in edition.entries[:LATEST]]
    before, after = frame(edition)
    return b"".join((before, *items(cards), after))


def frame(edition: Edition) -> tuple[bytes, bytes]:
    """Return what stands before and after the items on the page of a feed, which says nothing of its entries."""
    url = edition.url("atom.xml")
    private = edition.stem != edition.feed_id
    shown: str = (
        _pages()
        .get_template("feed.html")
        .render(
            _shared(),
            feed=edition,
            items=_GAP,
            formats=FORMATS,
            private=private,
            address=url,
            app=app(url),
            readers=() if private else readers(url),
            code=code(edition.url("html"), f"QR code: {edition.url('html')}"),
        )
    )
    before, _, after = shown.partition(_GAP)
    return before.encode(), after.encode()


def card(entry: Entry) -> bytes:
    """Return an item as the page of its feed shows it."""
    shown: str = _parts().card(entry, _day, _kind, _short, 3)
    return shown.encode()


def items(cards: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return the list of these cards in parts: its beginning, each card, and its end."""
    return (b'<ul class="cards">\n', *cards, b"</ul>\n") if cards else (str(_parts().nothing()).encode(),)


def stylesheet() -> bytes:
    """Return the style of feeds that are opened in a browser."""
    return _text("feed.css").encode()


@cache
def _shared() -> Mapping[str, Any]:
    """Return what every page needs: its style, which alone its policy lets through, and ways to say things."""
    style = _text("page.css")
    mark = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = _POLICY.format(f"sha256-{mark}")
    return {"style": style, "policy": policy, "day": _day, "kind": _kind, "short": _short}


def _text(name: str) -> str:
    return files("feedbot.render").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _pages() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - only pages need it

    return Environment(
        loader=PackageLoader("feedbot.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _parts() -> Any:  # noqa: ANN401 - the macros of a template
    return _pages().get_template("parts.html").module


def _day(when: datetime) -> str:
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def _kind(entry: Entry) -> str:
    return entry.categories[0] if entry.categories else ""


def _short(text: str) -> str:
    return cut(text, _SUMMARY)
