"""Whereabouts: where on the web the news of a page are, and which of its new items lead somewhere else."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from feedbot.item import Content
from feedbot.sift import Harvest

LEAST = 2
"""Fewer known items do not tell where news are..."""
SPREAD = 4
"""... nor do more of them than one in so many where each is somewhere else."""
_TONGUE = re.compile(r"[a-z]{2}(?:[-_][a-z]{2})?", re.IGNORECASE)


def strays(new: Sequence[Content], known: Collection[Content]) -> frozenset[int]:
    """Return which `new` items, by their places, lead where none of the `known` ones of the same page does.

    Pages link to events, guides and what is paid for as they do to news; these are at other hosts or in other folders.
    """
    homes = {where(one.url) for one in known if one.url}
    if len(known) < LEAST or len(homes) > max(1, len(known) // SPREAD):
        return frozenset()
    return frozenset(place for place, one in enumerate(new) if one.url and where(one.url) not in homes)


def where(url: str) -> str:
    """Return the host and the folder below which a page is; numbers in it count alike, and languages do not."""
    parts = urlsplit(url)
    folders = [one for one in parts.path.split("/")[:-1] if one and not _TONGUE.fullmatch(one)]
    folder = re.sub(r"\d+", "#", folders[0].lower()) if folders else ""
    return f"{(parts.hostname or '').removeprefix('www.')}/{folder}"


def at_home(harvest: Harvest) -> Harvest:
    """Return what a look brought without new items that lead where no known one does."""
    out = strays([one.candidate for one in harvest.new], [one.candidate for one in (*harvest.same, *harvest.changed)])
    return replace(harvest, new=tuple(one for place, one in enumerate(harvest.new) if place not in out))
