"""Slack: Block Kit for incoming webhooks (docs.slack.dev/reference/block-kit)."""

from collections.abc import Iterator

from feedbot.compose.chat import Chat
from feedbot.compose.news import Card, News, fitted, html
from feedbot.item import Image, Json, Link

BLOCKS = 50
"""Blocks of a message (reference/block-kit/blocks)."""
HEADER = 150
"""Characters of a header (blocks/header-block)."""
SECTION = 3_000
"""Characters of a section's text (blocks/section-block)."""
BUTTON = 75
"""Characters of a button (block-elements/button-element)."""
ALT = 2_000
"""Characters of an image's alt text (blocks/image-block)."""
CONTEXT = 2_000
"""Characters of one text in a context, kept well within that of a text object (3,000)."""
FALLBACK = 1_000
"""Characters of the text that notifications show; 4,000 are recommended at most (chat.postMessage)."""
BYTES = 40_000
"""Bytes of a message; its text alone may have 40,000 characters, so this is well within what is taken."""
_LINK = 2_400
_BRIEF = 400
_EACH = 4


def payload(news: News) -> Json:
    """Return the JSON of a message; nobody is mentioned, and no link is unfolded into a preview."""
    blocks = list(_whole(news.single)) if news.single else [block for card in news.cards for block in _brief(card)]
    if news.rest:
        blocks.append(_context(_link(news.more_url, news.rest)))
    return {"text": fitted(news.title, FALLBACK, html), "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


CHAT = Chat(payload=payload, most=(BLOCKS - 1) // _EACH, limit=BYTES)


def _whole(card: Card) -> Iterator[Json]:
    title = {"type": "plain_text", "text": fitted(card.headline, HEADER), "emoji": False}
    yield {"type": "header", "text": title}
    yield _context(html(card.byline))
    if card.summary:
        yield {"type": "section", "text": _text(fitted(card.summary, SECTION, html))}
    if card.image:
        yield _image(card.image)
    yield from _buttons(card)


def _brief(card: Card) -> Iterator[Json]:
    title = f"*{_link(card.url, card.headline)}*"
    said = f"{title}\n{fitted(card.summary, _BRIEF, html)}" if card.summary else title
    section: Json = {"type": "section", "text": _text(said)}
    if card.image:
        section["accessory"] = _image(card.image)
    yield section
    yield _context(html(card.byline))
    yield from _buttons(card)
    yield {"type": "divider"}


def _buttons(card: Card) -> Iterator[Json]:
    if card.button:
        yield {"type": "actions", "elements": [_button(card.button)]}


def _button(link: Link) -> Json:
    label = {"type": "plain_text", "text": fitted(link.title, BUTTON), "emoji": False}
    return {"type": "button", "text": label, "url": link.url}


def _image(image: Image) -> Json:
    return {"type": "image", "image_url": image.url, "alt_text": fitted(image.alt or "", ALT)}


def _context(text: str) -> Json:
    return {"type": "context", "elements": [_text(text[:CONTEXT])]}


def _text(text: str) -> Json:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _link(url: str, words: str) -> str:
    safe = html(url).replace("|", "%7C")
    shown = fitted(words, 300, html)
    return f"<{safe}|{shown}>" if url and len(safe) <= _LINK else shown
