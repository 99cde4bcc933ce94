"""Put on the shelf what people see: a page of all feeds, one of each, their list, and the style of feeds in browsers.

What belongs to feeds that are no more is taken away: `retire`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from feedbot import __version__
from feedbot.feed import Feed, FeedId, Site
from feedbot.item import Item
from feedbot.ports import Catalogue, Place, Shelf, Stand
from feedbot.publish import Published, There, digest, discreet, shelve, standing, swept
from feedbot.render.edition import edition, entry_id
from feedbot.render.html import LATEST, MOST, SHOWN, card, frame, index, stylesheet
from feedbot.render.leaf import Leaf, bound, remembered
from feedbot.render.opml import opml

INDEX = FeedId("index")
"""Under this name the store remembers what shows all feeds; no feed may have it."""
INDEX_FILES = ("index.html", "feeds.opml", "feed.css")
_PAGE = "/page"
"""How the name ends under which the store remembers the page of a feed; no feed may have it."""


def publish_pages(
    feeds: Iterable[Feed], *, site: Site, catalogue: Catalogue, shelf: Shelf, there: There | None = None
) -> Iterator[Published]:
    """Bring the page of each feed up to date; of one that did not change nothing is rendered.

    A file that cannot be written is told in the answer; only StoreError is raised.
    """
    there = there or There.of(catalogue, shelf)
    for feed in feeds:
        name, own = f"{feed.stem}.html", FeedId(f"{feed.id}{_PAGE}")
        stand, version = there.stands.get(own, Stand()), there.stands.get(feed.id, Stand()).version
        settings = digest(repr((__version__, site, feed, version)).encode())
        good = standing((name,), stand, there.names)
        if stand.fresh(settings) and good:
            yield Published(feed_id=feed.id, unchanged=(name,))
            continue
        kept = remembered(catalogue.layout(own), shelf.get(name)) if good else Leaf()
        body, layout = bound(_leaf(replace(feed, limit=min(feed.limit, LATEST)), site, catalogue, kept))
        done = shelve(feed.id, {name: body}, good, shelf)
        done = swept(done, {*stand.digests} - {name}, shelf)
        catalogue.shelved(own, settings, stand.version, done.digests, layout)
        yield discreet(done, feed)


def _leaf(feed: Feed, site: Site, catalogue: Catalogue, kept: Leaf) -> Leaf:
    """Return what the page of a feed is made of: what is kept of it, and what is rendered now."""
    said = digest(repr((__version__, site, feed)).encode())
    if kept.said != said:
        kept = Leaf()
    places = catalogue.lineup(feed)
    items = catalogue.read([place for place in places if _key(place) not in kept.cards])
    state = edition(feed, site, items)
    entries = {entry.id: entry for entry in state.entries}
    shown = ((item, entries.get(entry_id(site, feed, item))) for item in items)
    cards = {**kept.cards, **{_key(item): card(entry) for item, entry in shown if entry}}
    before, after = (kept.before, kept.after) if kept.said else frame(state)
    mine = {_key(place): cards[_key(place)] for place in places if _key(place) in cards}
    return Leaf(said=said, before=before, cards=mine, after=after)


def _key(item: Item | Place) -> str:
    return f"{item.id}@{item.revision}"


def publish_index(
    feeds: Sequence[Feed], *, site: Site, catalogue: Catalogue, shelf: Shelf, there: There | None = None
) -> Published:
    """Bring what shows all `feeds`, in the order given, up to date.

    They are rendered again when any of those feeds changed. Only StoreError is raised.
    """
    there = there or There.of(catalogue, shelf)
    versions = [there.stands.get(feed.id, Stand()).version for feed in feeds]
    settings = digest(repr((__version__, site, tuple(feeds), versions)).encode())
    stand = there.stands.get(INDEX, Stand())
    good = standing(INDEX_FILES, stand, there.names)
    if stand.fresh(settings) and len(good) == len(INDEX_FILES):
        return Published(feed_id=INDEX, unchanged=INDEX_FILES)
    few = [replace(feed, limit=min(feed.limit, MOST if n < SHOWN else 0)) for n, feed in enumerate(feeds)]
    editions = [edition(feed, site, catalogue.newest(feed) if feed.limit else ()) for feed in few]
    bodies = {"index.html": index(site, editions), "feeds.opml": opml(site, feeds), "feed.css": stylesheet()}
    done = shelve(INDEX, bodies, good, shelf)
    catalogue.shelved(INDEX, settings, stand.version, done.digests)
    return done


def retire(
    feeds: Iterable[Feed], *, catalogue: Catalogue, shelf: Shelf, there: There | None = None
) -> Iterator[Published]:
    """Take away the files of every feed that was published once and is not one of `feeds`, nor their list."""
    kept = {INDEX, *(feed.id for feed in feeds)}
    for feed_id, stand in (there or There.of(catalogue, shelf)).stands.items():
        if feed_id.removesuffix(_PAGE) not in kept and stand.digests:
            done = swept(Published(feed_id=feed_id), {*stand.digests}, shelf)
            catalogue.shelved(feed_id, "", stand.version, done.digests)
            yield done
