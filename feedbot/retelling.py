"""Retelling: known items of which a page that was built anew only says another part now; nobody edited those."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from feedbot.item import Content, Item
from feedbot.ports import Inbox
from feedbot.profile import Part, Profile, Sight, is_rebuilt
from feedbot.recognise import Recognised
from feedbot.sift import Find
from feedbot.wording import words_of

PAGES = frozenset({"listing", "jsonld", "state", "microdata", "hfeed"})
"""Kinds of pages for people, as they are read; what a feed says of an item, its publisher wrote for that item."""
SOME = 3
"""A part that fewer known items lost, or gained, may well have been edited."""
MOVED = 0.5
"""A part that so many more, or fewer, of the items have than usual came, or went, with the layout."""
_TOLD: tuple[Part, ...] = ("summary", "author", "category")
EVERY: frozenset[Part] = frozenset(("title", *_TOLD))
"""All that may differ: nothing of what is known is taken for edited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retold:
    """What of a page is known, without what is only told in another way; those items as they are to be stored."""

    known: Recognised
    reread: tuple[Item, ...] = ()


def as_told(known: Recognised, sight: Sight, profile: Profile, inbox: Inbox) -> Retold:
    """Return what is known without the edits that are none: items that are drawn in another way than before."""
    if not known.harvest.changed or not profile.looks or sight.kind not in PAGES:
        return Retold(known=known)
    parts = _moved(sight, profile)
    told = retold(known, inbox, parts)
    few = len(told.reread) < SOME and not is_rebuilt(sight, profile)
    return retold(known, inbox) if parts and few else told


def _moved(sight: Sight, profile: Profile) -> frozenset[Part]:
    """Return the parts that most items have now and had not before, or the other way round."""
    return frozenset(part for part in _TOLD if abs(sight.fills.get(part, 0) - profile.fills.get(part, 0)) >= MOVED)


def retold(known: Recognised, inbox: Inbox, parts: Collection[Part] = ()) -> Retold:
    """Tell edits from known items that only differ in `parts`, or say less; those keep what is known of them."""
    changed = [one for one in known.harvest.changed if one.known is not None and not one.known.withdrawn]
    stored = inbox.latest([one.known.id for one in changed if one.known])
    reread: list[Item] = []
    edited = [one for one in known.harvest.changed if one not in changed]
    same = list(known.harvest.same)
    for one in changed:
        item = stored.get(one.known.id) if one.known else None
        if item is None or not _is_said(one.candidate, item, parts):
            edited.append(one)
            continue
        reread.append(_told_anew(item, one))
        same.append(one)
    again = {name: item for name, item in known.again.items() if name not in {one.id for one in reread}}
    harvest = replace(known.harvest, changed=tuple(edited), same=tuple(same))
    return Retold(known=replace(known, harvest=harvest, again=again), reread=tuple(reread))


def _is_said(one: Content, item: Content, parts: Collection[Part]) -> bool:
    """Say whether all but `parts` is as it is known."""
    called = "title" in parts or _is_called(one.title, item.title)
    return called and all(part in parts or _is_kept(part, _of(part, one), _of(part, item)) for part in _TOLD)


def _is_called(title: str, known: str) -> bool:
    """Say whether a title is the known one, or the beginning of it with a sign that it was cut."""
    words, others = words_of(title), words_of(known)
    cut = title.rstrip().endswith(("…", "...")) and len(words) > 1
    return words == others or (cut and words == others[: len(words)])


def _is_kept(part: Part, said: Sequence[str], known: Sequence[str]) -> bool:
    """Say whether a part is as it is known, or is not said: at other places of a page, pieces are told in fewer words.

    Nor is it an edit that the author or the category of a known piece is told where it was not.
    """
    return said == known or not said or (part != "summary" and not known)


def _of(part: Part, content: Content) -> Sequence[str]:
    match part:
        case "summary":
            return words_of(content.summary)
        case "author":
            return content.authors
        case _:
            return content.categories


def _told_anew(item: Item, find: Find) -> Item:
    """Return a known item as it is to be recognised from now on; what it says stays."""
    said = find.candidate
    url, guid = said.url or item.url, said.guid or item.guid
    return replace(item, url=url, guid=guid, keys=said.keys, digest=find.digest, revision=item.revision + 1)
