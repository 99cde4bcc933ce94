"""Microsoft Teams: an Adaptive Card to the URL of a workflow (learn.microsoft.com, Teams, create incoming webhooks)."""

from feedbot.compose.chat import Chat
from feedbot.compose.news import Card, News, fitted
from feedbot.item import Json

BYTES = 20_000
"""Bytes of a message: 28 KB are promised (Teams, limits and specifications), from 21 KB on some were refused."""
ITEMS = 20
"""Items of a card; more would not be read."""
BUTTON = 80
_TITLE = 300
_SUMMARY = 2_000
_BRIEF = 300
_SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"


def payload(news: News) -> Json:
    """Return the JSON of a message. Texts are runs, in which Teams reads no Markdown and calls nobody."""
    body = [_item(card, _SUMMARY if news.single else _BRIEF, first=not at) for at, card in enumerate(news.cards)]
    if news.rest:
        body.append(_rich(_run(news.rest, **_opens(news.more_url))))
    card = {
        "$schema": _SCHEMA,
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": fitted(news.title, _TITLE),
        "msteams": {"width": "Full"},
        "body": body,
    }
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "contentUrl": None, "content": card}]}


CHAT = Chat(payload=payload, most=ITEMS, limit=BYTES)


def _item(card: Card, summary: int, *, first: bool) -> Json:
    said: list[Json] = []
    if card.image and card.image.url.startswith("https:"):
        alt = fitted(card.image.alt or "", _TITLE)
        said.append({"type": "Image", "url": card.image.url, "altText": alt, "size": "Stretch"})
    title = _run(fitted(card.headline, _TITLE), size="Large", weight="Bolder", **_opens(card.url))
    said += [_rich(title), _rich(_run(card.byline, isSubtle=True, size="Small"))]
    if card.summary:
        said.append(_rich(_run(fitted(card.summary, summary))))
    if card.button:
        action = {"type": "Action.OpenUrl", "title": fitted(card.button.title, BUTTON), "url": card.button.url}
        said.append({"type": "ActionSet", "actions": [action]})
    return {"type": "Container", "items": said} | ({} if first else {"separator": True, "spacing": "Large"})


def _rich(run: Json) -> Json:
    return {"type": "RichTextBlock", "inlines": [run]}


def _run(text: str, **how: object) -> Json:
    return {"type": "TextRun", "text": text, **how}


def _opens(url: str) -> Json:
    return {"selectAction": {"type": "Action.OpenUrl", "url": url}} if url else {}
