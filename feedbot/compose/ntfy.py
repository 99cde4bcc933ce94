"""ntfy: publishing as JSON (docs.ntfy.sh/publish); the last part of the target's URL is the topic."""

from feedbot.compose.chat import Chat
from feedbot.compose.news import Card, News, fitted, octets
from feedbot.item import Json

MESSAGE = 4_096
"""Bytes of a message; a longer one arrives as a file (docs.ntfy.sh/publish, limitations)."""
ITEMS = 20
TITLE = 250
LABEL = 60
_SUMMARY = 2_500
_BRIEF = 160


def payload(news: News) -> Json:
    """Return the JSON of a message, but for its topic."""
    single = news.single
    if single is None:
        rest = [f"{news.rest}: {news.more_url}".rstrip(": ")] if news.rest else []
        text = "\n\n".join([*(_brief(card) for card in news.cards), *rest])
        said: Json = {"title": fitted(news.title, TITLE, measure=octets), "message": text}
        return said | ({"click": news.more_url} if news.more_url else {})
    said = {"title": fitted(single.headline, TITLE, measure=octets), "message": _whole(single)}
    if single.url:
        said["click"] = single.url
    if single.image:
        said["attach"] = single.image.url
    if single.button:
        label = fitted(single.button.title, LABEL)
        said["actions"] = [{"action": "view", "label": label, "url": single.button.url}]
    return said


def _told(news: News) -> Json:
    return {"topic": news.room, **payload(news)}


def address(url: str, _news: News) -> str:
    """Return the server's root, which takes JSON."""
    return f"{url.rstrip('/').rpartition('/')[0]}/"


CHAT = Chat(payload=_told, most=ITEMS, limit=MESSAGE, weigh=lambda said: octets(said["message"]), address=address)


def _whole(card: Card) -> str:
    summary = fitted(card.summary, _SUMMARY, measure=octets)
    return f"{summary}\n\n{card.byline}".strip()


def _brief(card: Card) -> str:
    lines = [fitted(card.headline, TITLE, measure=octets), fitted(card.summary, _BRIEF, measure=octets), card.byline]
    return "\n".join(part for part in (*lines, card.url) if part)
