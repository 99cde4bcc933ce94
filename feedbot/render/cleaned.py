"""Cleaned: the parts of an item as a feed may carry them; what cannot be carried is dropped."""

import re
from collections.abc import Iterator, Mapping, Sequence

from feedbot.item import Attachment, Image, Item, Link, Quote
from feedbot.render import media
from feedbot.render.text import SUMMARY_LIMIT, address, line


def names(texts: Sequence[str]) -> tuple[str, ...]:
    """Return names on one line, each once."""
    return tuple(dict.fromkeys(text for text in map(line, texts) if text))


def picture(image: Image | None) -> Image | None:
    """Return the picture where its address can be followed."""
    url = address(image.url) if image else ""
    alt = line(image.alt, SUMMARY_LIMIT) if image and image.alt is not None else None
    return Image(url=url, alt=alt) if url else None


def files(item: Item) -> Iterator[Attachment]:
    """Give the attachments that can be followed, each once and with a media type."""
    seen = set()
    for one in item.attachments:
        url = address(one.url)
        if url and url not in seen:
            seen.add(url)
            length = one.length if one.length is not None and one.length >= 0 else None
            yield Attachment(url=url, type=media.kind(one.type, url), length=length, title=line(one.title))


def links(links: Sequence[Link]) -> tuple[Link, ...]:
    """Return the links that can be followed, each address once."""
    clean = (Link(url=address(link.url), title=line(link.title)) for link in links)
    return tuple({link.url: link for link in clean if link.url}.values())


def quotes(quotes: Sequence[Quote]) -> tuple[Quote, ...]:
    """Return the quotes that say something."""
    clean = (Quote(text=line(q.text, SUMMARY_LIMIT), speaker=line(q.speaker), role=line(q.role)) for q in quotes)
    return tuple(quote for quote in clean if quote.text)


def facts(fields: Mapping[str, str]) -> Mapping[str, str]:
    """Return the further fields, sorted; an address that cannot be followed is dropped."""
    clean = {line(name): line(value, SUMMARY_LIMIT) for name, value in sorted(fields.items())}
    told = {name: address(value) if "://" in value else value for name, value in clean.items()}
    return {name: value for name, value in told.items() if name and value}


def mailbox(contact: str) -> str:
    """Return the mail address that a contact is, or nothing."""
    text = line(contact).removeprefix("mailto:")
    return text if re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", text, re.ASCII) else ""
