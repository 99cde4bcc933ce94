"""Matrix: m.room.message (spec.matrix.org, client-server API); the target's URL is the homeserver."""

from html import escape
from urllib.parse import quote

from feedbot.compose.chat import Chat
from feedbot.compose.news import Card, News, fitted, html
from feedbot.item import Json

EVENT = 65_536
"""Bytes of an event with everything that servers add (client-server API, size limits); a quarter is left to them."""
ITEMS = 20
_TITLE = 300
_SUMMARY = 3_000
_BRIEF = 300


def payload(news: News) -> Json:
    """Return the content of the event; nobody is mentioned."""
    room = _SUMMARY if news.single else _BRIEF
    told = [_plain(card, room) for card in news.cards]
    shown = [_html(card, room) for card in news.cards]
    if news.rest:
        told.append(f"{news.rest}: {news.more_url}".rstrip(": "))
        shown.append(f"<p>{_link(news.more_url, news.rest)}</p>")
    return {
        "msgtype": "m.text",
        "body": "\n\n".join(told),
        "format": "org.matrix.custom.html",
        "formatted_body": "<hr>".join(shown),
        "m.mentions": {},
    }


def address(url: str, news: News) -> str:
    """Return the address of this one message: a repeat has the same, and the homeserver drops it."""
    room = quote(news.room, safe="")
    return f"{url.rstrip('/')}/_matrix/client/v3/rooms/{room}/send/m.room.message/{news.key}"


CHAT = Chat(payload=payload, most=ITEMS, limit=EVENT * 3 // 4, address=address, method="PUT")


def _plain(card: Card, room: int) -> str:
    lines = [card.headline, card.byline, fitted(card.summary, room), card.url]
    return "\n".join(part for part in lines if part)


def _html(card: Card, room: int) -> str:
    parts = [f"<h4>{_link(card.url, card.headline)}</h4>", f"<p><em>{html(card.byline)}</em></p>"]
    if card.summary:
        parts.append(f"<p>{fitted(card.summary, room, html)}</p>")
    if card.image:
        parts.append(f"<p>Picture: {_link(card.image.url, card.image.alt or '')}</p>")
    if card.button:
        parts.append(f"<p><strong>{_link(card.button.url, card.button.title)}</strong></p>")
    return "".join(parts)


def _link(url: str, words: str) -> str:
    shown = fitted(words, _TITLE, html)
    return f'<a href="{escape(url)}">{shown}</a>' if url else shown
