"""Telegram: sendMessage of the Bot API (core.telegram.org/bots/api); the target's URL ends in the bot's token."""

from html import escape

from feedbot.compose.chat import Chat
from feedbot.compose.news import Card, News, fitted, html, units
from feedbot.item import Json

TEXT = 4_096
"""Characters of a text after its entities are read (sendMessage); kept with its marks counted too."""
BUTTON = 64
ITEMS = 20
_TITLE = 300
_SUMMARY = 2_500
_BRIEF = 180


def payload(news: News) -> Json:
    """Return the JSON of a message; its picture is the preview above the text."""
    single = news.single
    text = _whole(single) if single else _all(news)
    said: Json = {"chat_id": news.room, "text": text, "parse_mode": "HTML"}
    image = single.image if single else None
    preview: Json = {"url": image.url, "prefer_large_media": True, "show_above_text": True} if image else {}
    said["link_preview_options"] = preview or {"is_disabled": True}
    if single and single.button:
        button = {"text": fitted(single.button.title, BUTTON), "url": single.button.url}
        said["reply_markup"] = {"inline_keyboard": [[button]]}
    return said


def address(url: str, _news: News) -> str:
    """Return the method's address."""
    return f"{url.rstrip('/')}/sendMessage"


CHAT = Chat(payload=payload, most=ITEMS, limit=TEXT, weigh=lambda said: units(said["text"]), address=address)


def _whole(card: Card) -> str:
    head = _head(card, _TITLE)
    room = TEXT - units(head) - 2
    return f"{head}\n\n{fitted(card.summary, min(_SUMMARY, room), html)}" if card.summary and room > 1 else head


def _all(news: News) -> str:
    rest = [_link(news.more_url, news.rest)] if news.rest else []
    return "\n\n".join([*map(_brief, news.cards), *rest])


def _brief(card: Card) -> str:
    head = _head(card, _TITLE)
    return f"{head}\n{fitted(card.summary, _BRIEF, html)}" if card.summary else head


def _head(card: Card, limit: int) -> str:
    return f"<b>{_link(card.url, card.headline, limit)}</b>\n<i>{html(card.byline)}</i>"


def _link(url: str, words: str, limit: int = _TITLE) -> str:
    shown, safe = fitted(words, limit, html), escape(url)
    return f'<a href="{safe}">{shown}</a>' if url and len(safe) <= 1_000 else shown
