"""Recognise: which candidates are items that are known, also under other keys, and what of those is to be kept anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from feedbot.errors import ExtractError, FetchError
from feedbot.extract import extract
from feedbot.item import Candidate, Extraction, Item, ItemId, Known, moment, url_key
from feedbot.likeness import could_be, found_again, still
from feedbot.page import Page, Validators
from feedbot.ports import Fetcher, Inbox
from feedbot.sift import Find, Harvest, believed, sorted_out, usable
from feedbot.source import ListingRule, Source, SourceState

DAY = timedelta(days=1)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
LATELY = 200
"""So many of the newest items are looked through for one that is listed under other keys; of a longer page, more."""
MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What is on a page, held against all that is known. `listed` are the known items that it shows."""

    harvest: Harvest
    listed: frozenset[ItemId] = frozenset()
    again: Mapping[ItemId, Item] = field(default_factory=dict)
    """Those of them that are listed under other keys than before, as they are stored."""


def recognised(candidates: Sequence[Candidate], source: Source, inbox: Inbox, *, baseline: bool) -> Recognised:
    """Return what is new, changed or the same; `candidates` are `usable` ones.

    A key that may be another piece's is checked by what the pieces say, and what is known under no key is looked for
    among the newest items that the page does not show any more. Without a `baseline` all of it is new.
    """
    if not baseline:
        return Recognised(harvest=sorted_out([(one, None) for one in candidates]))
    known = inbox.known(source.id, {key for one in candidates for key in one.keys})
    matched, looked = _by_keys(candidates, known, source, inbox)
    listed = {one.id for one in matched.values()}
    new = [place for place in range(len(candidates)) if place not in matched]
    found = _among_missing(candidates, new, listed, source, inbox) if new else {}
    again = {item.id: item for item in found.values()} | looked
    pairs = [(_told(one, known, place in new), _known(found, matched, place)) for place, one in enumerate(candidates)]
    listed |= {item.id for item in found.values()}
    return Recognised(harvest=sorted_out(pairs), listed=frozenset(listed), again=again)


def _known(found: Mapping[int, Item], matched: Mapping[int, Known], place: int) -> Known | None:
    return known_as(found[place]) if place in found else matched.get(place)


def known_as(item: Item) -> Known:
    """Return what sift has to know of an item."""
    return Known(
        id=item.id,
        digest=item.digest,
        revision=item.revision,
        published_at=item.published_at,
        dated=item.dated,
        first_seen=item.first_seen,
        rank=item.rank,
        withdrawn=item.withdrawn_at is not None,
    )


def _by_keys(
    candidates: Sequence[Candidate], known: Mapping[str, Known], source: Source, inbox: Inbox
) -> tuple[dict[int, Known], dict[ItemId, Item]]:
    """Return which candidates are known by their keys, by their places; and the items that a closer look is worth."""
    under = [[known[key] for key in one.keys if key in known] for one in candidates]
    unsure = {place for place, one in enumerate(candidates) if under[place] and not _is_sure(one, under[place])}
    dated = {
        place for place, one in enumerate(candidates) if one.published and any(_undated(two) for two in under[place])
    }
    asked = {one.id for place in unsure | dated for one in under[place]}
    stored = inbox.latest(asked) if asked else {}
    matched: dict[int, Known] = {}
    again: dict[ItemId, Item] = {}
    for place, (candidate, ones) in enumerate(zip(candidates, under, strict=True)):
        if place in unsure:
            ones = [one for one in ones if one.id in stored and still(candidate, stored[one.id], source.timezone)]  # noqa: PLW2901 - only these are left
        if ones:
            matched[place] = ones[0]
            again |= {ones[0].id: stored[ones[0].id]} if ones[0].id in stored else {}
    return _once(matched), again


def _is_sure(candidate: Candidate, ones: Sequence[Known]) -> bool:
    """Say whether all keys of a candidate are known, as those of one item; one without id has its link alone."""
    return len(ones) == len(candidate.keys) and len({one.id for one in ones}) == 1


def _undated(one: Known) -> bool:
    return one.dated == "seen"


def _once(matched: dict[int, Known]) -> dict[int, Known]:
    """Leave out what an item is matched with after the first: one that stands twice is told apart by its own keys."""
    first: dict[ItemId, int] = {}
    for place, one in matched.items():
        first.setdefault(one.id, place)
    return {place: one for place, one in matched.items() if first[one.id] == place}


def _told(candidate: Candidate, known: Mapping[str, Known], new: bool) -> Candidate:  # noqa: FBT001 - one of two kinds
    """Return a candidate without the keys that another item has."""
    if not new or not any(key in known for key in candidate.keys):
        return candidate
    own = tuple(key for key in candidate.keys if key not in known)
    return replace(candidate, told_by=own or (f"title:{candidate.title}",))


def _among_missing(
    candidates: Sequence[Candidate], new: Sequence[int], listed: set[ItemId], source: Source, inbox: Inbox
) -> dict[int, Item]:
    """Return which new candidates are an item that the page does not show, by their places."""
    most = min(MOST, max(LATELY, 2 * len(candidates)))
    around = inbox.recent(source.id, most)
    if not around:
        return {}
    dates = [moment(candidates[place].published, source.timezone, around[0].published_at) for place in new]
    near = [one.id for one in around if one.id not in listed and could_be(one.published_at, one.dated, dates)]
    if not near:
        return {}
    items = inbox.latest(near)
    rest = {one.id for one in around}.difference(near)
    found = found_again(
        [candidates[place] for place in new],
        [items[one] for one in near if one in items],
        lambda: (item.title for item in (*items.values(), *inbox.latest(rest).values())),
        source.timezone,
    )
    return {new[place]: items[item_id] for place, item_id in found.items()}


def at_its_place(
    page: Page, found: Extraction, source: Source, state: SourceState, inbox: Inbox
) -> tuple[Extraction, Recognised] | None:
    """Read a page of which nothing is known where its items always stood: of a list that has become short.

    Among few items another list of the page looks more like news. What is read there counts if some of it is known, or
    all of it is dated since the last good look.
    """
    known = state.profile
    if source.rule or not known.place or not found.kind == known.kind == "listing":
        return None
    learned = state.rules.rule
    rule = learned if learned is not None and learned.item == known.place else ListingRule(item=known.place)
    try:
        again = extract(page, rule, fields=source.fields, timezone=source.timezone, language=source.language)
    except ExtractError:
        return None
    there = recognised(usable(again.items), source, inbox, baseline=True)
    since = known.seen_at or page.fetched_at
    dates = [moment(one.published, source.timezone, LONG_AGO)[0] for one in again.items]
    if not there.listed and not (since and dates and min(dates) >= since - DAY):
        return None
    told = f"{len(again.items)} items where they always stood, at {known.place!r}"
    return replace(again, evidence=(told,)), there


def not_listed(seen: Recognised, source: Source, inbox: Inbox) -> Sequence[datetime]:
    """Return when the newest known items were published that are not listed."""
    return [one.published_at for one in inbox.recent(source.id, LATELY) if one.id not in seen.listed]


PROBES = 3
"""Old addresses that a look at a page of strangers asks for."""


def led(
    seen: Recognised, about: str, source: Source, *, fetcher: Fetcher, inbox: Inbox, now: datetime
) -> tuple[Item, ...]:
    """Return known items whose old addresses lead to one that is new on the page, with the keys of that.

    That is asked for where strangers are doubted, a few at a look; a page is moved all at once, so all are found
    after some looks.
    """
    links = {url_key(one.candidate.url): one.candidate for one in seen.harvest.new if one.candidate.url}
    if about not in {"strange", "new"} or not links:
        return ()
    recent = [one.id for one in inbox.recent(source.id, LATELY) if one.id not in seen.listed]
    stored = inbox.latest(recent)
    missing = [stored[one] for one in recent if one in stored and stored[one].url.startswith(("http://", "https://"))]
    turn = int(now.timestamp() // 60) % len(missing) if missing else 0
    asked = [*missing[turn:], *missing[:turn]][:PROBES]
    found = [(item, links.get(_leads_to(item.url, source, fetcher))) for item in asked]
    return tuple(replace(item, keys=candidate.keys) for item, candidate in found if candidate is not None)


def _leads_to(url: str, source: Source, fetcher: Fetcher) -> str:
    try:
        answer = fetcher.fetch(url, validators=Validators(), allow=source.open_to(url))
    except FetchError:
        return ""
    return url_key(answer.url) if isinstance(answer, Page) else ""


def renewed(seen: Recognised, source: Source, now: datetime) -> tuple[Item, ...]:
    """Return what is to be stored of items that say the same as before, but under other keys, or have a date by now.

    A new address of the page counts, and what only its query says does not: that may be another one at each look.
    """
    items = (_renewed(find, seen.again.get(find.known.id), source, now) for find in seen.harvest.same if find.known)
    return tuple(item for item in items if item is not None)


def _renewed(find: Find, item: Item | None, source: Source, now: datetime) -> Item | None:
    if item is None:
        return None
    said = find.candidate
    published_at, dated = believed(said.published, source.timezone, now)
    gained = item.dated == "seen" and dated != "seen"
    moved = bool(said.url) and _place(said.url) != _place(item.url)
    if not (gained or moved):
        return None
    if gained:
        item = replace(item, published=said.published, published_at=published_at, dated=dated)
    return replace(
        item, url=said.url or item.url, guid=said.guid or item.guid, keys=said.keys, revision=item.revision + 1
    )


def _place(url: str) -> str:
    return url_key(url).partition("?")[0] if urlsplit(url).path.strip("/") else url_key(url)
