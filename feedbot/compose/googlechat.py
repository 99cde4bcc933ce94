"""Google Chat: cards (developers.google.com/workspace/chat, Card v2)."""

from feedbot.compose.chat import Chat
from feedbot.compose.news import Card, News, fitted, html
from feedbot.item import Json

BYTES = 32_000
"""Bytes of a message with its cards (reference/rest/v1/spaces.messages)."""
WIDGETS = 100
"""Widgets of a card; what comes after them is not shown (reference/rest/v1/cards)."""
_EACH = 4
_TITLE = 200
_SUMMARY = 3_000
_BRIEF = 300


def payload(news: News) -> Json:
    """Return the JSON of a message: one card with a section for each item."""
    single = news.single
    title, below = (single.headline, single.byline) if single else (news.title, news.site)
    sections = [_section(card, whole=single is not None) for card in news.cards]
    if news.rest:
        sections.append({"widgets": [_button(news.rest, news.more_url) if news.more_url else _text(news.rest)]})
    header = {"title": fitted(title, _TITLE), "subtitle": fitted(below, _TITLE)}
    card = {"cardId": news.key, "card": {"header": header, "sections": sections}}
    return {"fallbackText": fitted(news.title, _TITLE), "cardsV2": [card]}


CHAT = Chat(payload=payload, most=(WIDGETS - 1) // _EACH, limit=BYTES)


def _section(card: Card, *, whole: bool) -> Json:
    widgets = []
    if card.image and card.image.url.startswith("https:"):
        image = {"imageUrl": card.image.url, "altText": fitted(card.image.alt or "", _TITLE)}
        widgets.append({"image": image | ({"onClick": _opens(card.url)} if card.url else {})})
    if not whole:
        widgets.append(_text(f"<b>{fitted(card.headline, _TITLE, html)}</b><br>{html(card.byline)}"))
    if card.summary:
        widgets.append(_text(fitted(card.summary, _SUMMARY if whole else _BRIEF, html)))
    if card.button:
        widgets.append(_button(card.button.title, card.button.url))
    return {"widgets": widgets or [_text(html(card.byline))]}


def _text(text: str) -> Json:
    return {"textParagraph": {"text": text}}


def _button(words: str, url: str) -> Json:
    return {"buttonList": {"buttons": [{"text": fitted(words, 80), "onClick": _opens(url)}]}}


def _opens(url: str) -> Json:
    return {"openLink": {"url": url}}
