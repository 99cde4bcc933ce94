"""Discord: embeds (docs.discord.com/developers/resources/webhook and /message)."""

from feedbot.compose.chat import Chat
from feedbot.compose.news import Card, News, fitted, markdown
from feedbot.item import Json

EMBEDS = 10
"""Embeds of a message (resources/webhook, Execute Webhook)."""
TITLE = 256
"""Characters of an embed's title (resources/message, Embed Limits)."""
DESCRIPTION = 4_096
"""Characters of an embed's description (the same)."""
FOOTER = 2_048
"""Characters of an embed's footer (the same)."""
TOTAL = 6_000
"""Characters of all embeds of a message together (the same)."""
BUTTON, BUTTON_URL = 80, 512
"""Characters of a link button and of its address (components/reference)."""
BYTES = 25_000
"""Bytes of a message; what the limits of its texts leave, with its addresses."""
_SUMMARY = 2_000
_BRIEF = 280
_SOURCE = 60
_COLOUR = 0x1D5FA0


def payload(news: News) -> Json:
    """Return the JSON of a message; nobody is mentioned, whatever the texts say."""
    summary = _SUMMARY if news.single else _BRIEF
    said: Json = {"embeds": [_embed(card, summary) for card in news.cards], "allowed_mentions": {"parse": []}}
    if news.rest:
        said["content"] = f"[{news.rest}](<{news.more_url}>)" if news.more_url else news.rest
    button = news.single.button if news.single else None
    if button and len(button.url) <= BUTTON_URL:
        element = {"type": 2, "style": 5, "label": fitted(button.title, BUTTON), "url": button.url}
        said["components"] = [{"type": 1, "components": [element]}]
    return said


def address(url: str, _news: News) -> str:
    """Ask for buttons to be shown, and for an answer after the message was taken, not before."""
    return f"{url}{'&' if '?' in url else '?'}wait=true&with_components=true"


CHAT = Chat(payload=payload, most=EMBEDS, limit=BYTES, address=address)


def _embed(card: Card, summary: int) -> Json:
    embed: Json = {"title": fitted(card.headline, min(TITLE, 200), markdown), "color": _COLOUR}
    embed["footer"] = {"text": fitted(card.source, _SOURCE)}
    if card.url:
        embed["url"] = card.url
    if card.summary:
        embed["description"] = fitted(card.summary, summary, markdown)
    if card.image:
        embed["image"] = {"url": card.image.url}
    if "T" in card.iso:
        embed["timestamp"] = card.iso
    else:
        embed["footer"]["text"] += f" · {card.date}"
    return embed
