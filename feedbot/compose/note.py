"""A note for services that others know how to reach: a title and a plain text, in which no markup is read."""

from collections.abc import Mapping, Sequence

from feedbot.compose.draft import Draft
from feedbot.compose.letterhead import Letterhead
from feedbot.compose.news import Card, News, fitted, news, units
from feedbot.delivery import Delivery, Note
from feedbot.item import Item, ItemId

LIMIT = 3_500
"""Characters of a text; most services take 4,000 or more, and Apprise cuts for those that take less."""
MOST = 20
TITLE = 250
_SUMMARY = 2_000
_BRIEF = 160


def draft(deliveries: Sequence[Delivery], items: Mapping[ItemId, Item], letterhead: Letterhead) -> Draft:
    """Return the note of `deliveries`, in the making."""

    def write(told: int) -> Note:
        said = news(deliveries, items, letterhead, told)
        title = said.single.headline if said.single else said.title
        return Note(key=said.key, title=fitted(title, TITLE), text=_text(said), waiting=deliveries[0].waiting)

    return Draft(
        count=len(deliveries), write=write, fits=lambda n: n == 1 or (n <= MOST and units(write(n).text) <= LIMIT)
    )


def _text(said: News) -> str:
    if said.single:
        return _whole(said.single)
    rest = [f"{said.rest}: {said.more_url}".rstrip(": ")] if said.rest else []
    return "\n\n".join([*map(_brief, said.cards), *rest])


def _whole(card: Card) -> str:
    links = [f"{card.button.title}: {card.button.url}"] if card.button else []
    if card.url and (card.button is None or card.button.url != card.url):
        links.append(card.url)
    return "\n\n".join(part for part in (fitted(card.summary, _SUMMARY), card.byline, "\n".join(links)) if part)


def _brief(card: Card) -> str:
    return "\n".join(part for part in (card.headline, fitted(card.summary, _BRIEF), card.byline, card.url) if part)
