"""Mattermost and Rocket.Chat: message attachments (docs of each, incoming webhooks)."""

from feedbot.compose.chat import Chat
from feedbot.compose.news import Card, News, fitted, markdown
from feedbot.item import Json

MATTERMOST_TEXT = 16_383
"""Characters of a post of Mattermost (its documentation, message attachments and post size)."""
ROCKETCHAT_TEXT = 5_000
"""Characters of a message of Rocket.Chat as it is installed (Message_MaxAllowedSize)."""
ITEMS = 10
"""Attachments of a message; neither sets a limit, more would not be read."""
_SUMMARY = 2_000
_BRIEF = 300
_COLOUR = "#1d5fa0"


def mattermost(news: News) -> Json:
    """Return the JSON for Mattermost; it opens addresses by links only, so the button is one."""
    return {"text": _rest(news), "attachments": [_mattermost(card, _room(news)) for card in news.cards]}


def rocketchat(news: News) -> Json:
    """Return the JSON for Rocket.Chat."""
    return {"text": _rest(news), "attachments": [_rocketchat(card, _room(news)) for card in news.cards]}


MATTERMOST = Chat(payload=mattermost, most=ITEMS, limit=MATTERMOST_TEXT)
ROCKETCHAT = Chat(payload=rocketchat, most=ITEMS, limit=3 * ROCKETCHAT_TEXT)


def _mattermost(card: Card, room: int) -> Json:
    said_plainly = fitted(card.headline, 300, markdown)
    said = _attachment(card, room) | {"fallback": said_plainly, "footer": markdown(card.byline)}
    if card.button:
        link = f"[{markdown(card.button.title)}]({_parted(card.button.url)})"
        said["text"] = f"{said['text']}\n\n{link}".strip()
    return said


def _rocketchat(card: Card, room: int) -> Json:
    said = _attachment(card, room) | {"author_name": markdown(card.byline)}
    if card.button:
        said["actions"] = [{"type": "button", "text": fitted(card.button.title, 80), "url": card.button.url}]
    return said


def _attachment(card: Card, room: int) -> Json:
    said: Json = {"color": _COLOUR, "title": fitted(card.headline, 300, markdown)}
    said["text"] = fitted(card.summary, room, markdown) if card.summary else ""
    if card.url:
        said["title_link"] = card.url
    if card.image:
        said["image_url"] = card.image.url
    return said


def _room(news: News) -> int:
    return _SUMMARY if news.single else _BRIEF


def _rest(news: News) -> str:
    return f"[{news.rest}]({_parted(news.more_url)})" if news.rest and news.more_url else news.rest


def _parted(url: str) -> str:
    return url.replace("(", "%28").replace(")", "%29")
