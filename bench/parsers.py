"""What nine parsers of others read in our feeds, field by field, beside what was meant.

    npm install --prefix DIR feedsmith rss-parser feedparser @rowanmanning/feed-parser @extractus/feed-extractor
    python bench/parsers.py --npm DIR [--feeds 300]

The feeds: the sample newsroom, every page under tests/data, hard titles, and feeds that hypothesis makes of
hostile texts. Four parsers come from PyPI and are always asked; five come from npm, and are asked with --npm.
What a parser reads otherwise in anybody's feeds stands in LIMITS with its reason, and is counted in brackets. All
else has to agree; the exit code is 1 where it does not.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import warnings
from calendar import timegm
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, NamedTuple

import atoma
import fastfeedparser
import feedparser
import reader
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from feedbot.check import Setting, check
from feedbot.demo.newsroom import Newsroom
from feedbot.errors import FetchError
from feedbot.feed import Feed, FeedId, feed_of
from feedbot.item import Item
from feedbot.page import Page
from feedbot.render.edition import Edition, edition
from feedbot.render.jsonfeed import jsonfeed
from feedbot.render.syndication import atom, rss
from feedbot.source import Source, SourceId
from tests.fakes import FakeFetcher, MemoryStore
from tests.newsfeed import BOTH, OFFICE, SITE, bare, full
from tests.wild import feeds, hostile
from tests.wild import items as wild_items

OWN = Path(__file__).resolve().parents[1] / "tests" / "data"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
RENDERED = {"atom.xml": atom, "rss.xml": rss, "json": jsonfeed}
TYPES = {".html": "text/html; charset=utf-8", ".xml": "application/xml", ".rdf": "application/xml", ".cdf": "text/xml"}
HARD = ("AT&T <3 “quotes” & ‘more’", "x < y > z", "عنوان بالعربية", "emoji 😀 🏳️‍🌈", "]]> <!-- -- >", "&amp;lt; <b>")


class Read(NamedTuple):
    """An entry, as one parser reads it or as it was meant; None is what that parser has no place for."""

    id: str | None
    title: str | None
    link: str | None
    date: Any = None
    content: str | None = None
    author: str | None = None
    tags: Sequence[str] | None = None


Many = list[Read]


def by_feedparser(body: bytes) -> Many:
    found = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)
    if found.bozo:
        raise ValueError(f"bozo: {found.bozo_exception}")
    return [
        Read(
            e.id,
            e.title,
            e.get("link"),
            datetime.fromtimestamp(timegm(e.published_parsed), UTC),
            e.content[0].value,
            e.authors[0].get("name") if e.get("authors") else e.get("author"),
            [tag.term for tag in e.get("tags", [])],
        )
        for e in found.entries
    ]


def by_fastfeedparser(body: bytes) -> Many:
    return [
        Read(
            e.id,
            e.title,
            e.get("link"),
            e.published,
            e.content[0]["value"],
            e.get("author"),
            [tag["term"] if isinstance(tag, dict) else tag for tag in e.get("tags") or []],
        )
        for e in fastfeedparser.parse(body).entries
    ]


def by_atoma(body: bytes) -> Many:
    if body.startswith(b"{"):
        return [
            Read(i.id_, i.title, i.url, i.date_published, i.content_html, None, i.tags)
            for i in atoma.parse_json_feed_bytes(body).items
        ]
    if b"<rss" not in body[:300]:
        return [
            Read(
                e.id_,
                e.title.value,
                next((one.href for one in e.links if one.rel == "alternate"), None),
                e.published,
                e.content.value,
                e.authors[0].name if e.authors else None,
                [one.term for one in e.categories],
            )
            for e in atoma.parse_atom_bytes(body).entries
        ]
    return [
        Read(i.guid, i.title, i.link, i.pub_date, i.content_encoded, None, i.categories)
        for i in atoma.parse_rss_bytes(body).items
    ]


def by_reader(body: bytes) -> Many:
    with tempfile.TemporaryDirectory() as folder:
        name = "feed.json" if body.startswith(b"{") else "feed.xml"
        Path(folder, name).write_bytes(body)
        with reader.make_reader(":memory:", feed_root=folder) as shelf:
            shelf.add_feed(name)
            shelf.update_feed(name)
            return [
                Read(e.id, e.title, e.link, e.published, None, e.authors[0].name if e.authors else None)
                for e in shelf.get_entries()
            ]


PYPI: dict[str, Callable[[bytes], Many]] = {
    "feedparser": by_feedparser,
    "fastfeedparser": by_fastfeedparser,
    "atoma": by_atoma,
    "reader": by_reader,
}
NO_JSON = {("feedparser", "json")}
LIMITS = {
    "atoma": {"author": "knows neither dc:creator nor the authors of JSON Feed 1.1"},
    "reader": {
        "content": "rewrites markup as it cleans it",
        "tags": "keeps none",
        "author": "takes the last of several in XML",
    },
    "rss-parser": {"tags": "reads no categories of Atom"},
    "feedparser (npm)": {"title": "strips what looks like a tag", "author": "takes the feed's for several of an entry"},
    "@rowanmanning/feed-parser": dict.fromkeys(("title", "content", "author", "tags"), "unescapes twice"),
    "@extractus/feed-extractor": {
        "title": "unescapes twice",
        "link": "drops fragments",
        "date": "takes the time of the last change in Atom",
        **dict.fromkeys(("content", "author", "tags"), "hands out none"),
    },
}
"""Fields in which a parser differs in anybody's feeds, and why. They are counted, and do not count as ours."""


class Case(NamedTuple):
    """A feed in one state, and where it comes from."""

    origin: str
    state: Edition


def newsroom() -> Iterator[Case]:
    """The sample newsroom, with the text of every story."""
    room, url = Newsroom(date(2026, 11, 23)), "http://127.0.0.1:8000"
    room.publish()

    class Guide:
        def fetch(self, asked: str, **_said: Any) -> Page:
            answer = room.answer(asked.removeprefix(url))
            if answer is None:
                raise FetchError(f"{asked}: HTTP 404 Not Found", permanent=True, status=404)
            return Page(url=asked, body=answer[1], content_type=answer[0], fetched_at=NOW)

    source = Source(id=SourceId("sample"), url=f"{url}/news/", follow=True, timezone="Europe/London")
    yield Case("the sample newsroom", looked_at(source, Guide()))


def pages() -> Iterator[Case]:
    """Every page and feed that the tests read."""
    for path in sorted(OWN.glob("*/*")):
        truth = path.with_suffix(".json")
        if path.suffix in TYPES and path.parent.name != "webhooks":
            told = json.loads(truth.read_text("utf-8")) if truth.exists() else {}
            url = told.get("url") or f"https://{path.parent.name}.example/{path.name}"
            page = Page(url=url, body=path.read_bytes(), content_type=TYPES[path.suffix], fetched_at=NOW)
            source = Source(
                id=SourceId(f"{path.parent.name}-{path.stem}"),
                url=url,
                kind="article" if "truth_fields" in told else "auto",
            )
            yield Case("pages of the tests", looked_at(source, FakeFetcher(answers={url: page})))


def looked_at(source: Source, fetcher: Any) -> Edition:
    store = MemoryStore()
    check(source, Setting(feeds=[FeedId(source.id)]), fetcher=fetcher, inbox=store, clock=lambda: NOW)
    feed = feed_of(source, store.state(source.id).title)
    return edition(feed, SITE, store.newest(feed))


def hard() -> Iterator[Case]:
    for feed in (OFFICE, BOTH):
        told = [full(), *(bare(str(number), title=title) for number, title in enumerate(HARD))]
        yield Case("hard titles", edition(feed, SITE, told))


def made(count: int) -> Iterator[Case]:
    """So many feeds with something in them, of texts that hypothesis makes; the same in every run."""
    found: list[Case] = []

    @settings(
        max_examples=3 * count,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(feeds, st.lists(wild_items, min_size=1, max_size=6), st.none() | hostile)
    def make(feed: Feed, told: list[Item], hub: str | None) -> None:
        state = edition(feed, replace(SITE, hub=hub), told)
        if state.entries and len(found) < count:
            found.append(Case("made by hypothesis", state))

    make()
    yield from found


def meant(state: Edition) -> Many:
    return [
        Read(
            e.id,
            e.title,
            e.url,
            e.published,
            e.content,
            (e.authors or ("",))[0],
            list(e.categories),
        )
        for e in state.entries
    ]


def alike(field: str, said: Any) -> Any:
    """Return what a parser says in the form in which all say it; an absence is an empty text."""
    if field == "date":
        return moment(said)
    if field == "tags":
        return sorted(said or [])
    return " ".join((said or "").split())


def moment(said: Any) -> datetime | str:
    if isinstance(said, str):
        try:
            said = datetime.fromisoformat(said)
        except ValueError:
            try:
                said = parsedate_to_datetime(said)
            except ValueError:
                return said
    return said.astimezone(UTC).replace(microsecond=0) if isinstance(said, datetime) else str(said)


def ours(parser: str, field: str, said: Any, right: Any, publisher: str) -> str:
    """Return the name under which a difference is counted; empty where it is none."""
    if said == right:
        return ""
    if not right and (field == "link" or (field == "author" and said == publisher)):
        return ""  # without a page of its own parsers make one up; an author is inherited (RFC 4287 section 4.2.1)
    return f"({field})" if field in LIMITS.get(parser, {}) else field


def differences(parser: str, state: Edition, got: Any) -> Iterator[tuple[str, Any, Any]]:
    """Give each field that was read otherwise than meant: its name, what was read, what was meant."""
    if isinstance(got, str):
        yield "everything", got, ""
        return
    by_id = {one.id: one for one in got}
    for want in meant(state):
        one = by_id.get(want.id)
        if one is None:
            yield "item", [*by_id][:2], want.id
            continue
        for field in Read._fields:
            said, right = alike(field, getattr(one, field)), alike(field, getattr(want, field))
            if name := ours(parser, field, said, right, state.publisher):
                yield name, said, right


def asked(parse: Callable[[bytes], Many], body: bytes) -> Any:
    try:
        return parse(body)
    except Exception as error:  # noqa: BLE001 - whatever a parser raises is what is looked for
        return f"{type(error).__name__}: {error}"


def by_npm(folder: Path, files: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """Give what the parsers from npm read in each file."""
    script = Path(__file__).with_name("parsers.mjs")
    listed = "\n".join(map(str, files))
    done = subprocess.run(
        ["node", script, folder], input=listed, capture_output=True, text=True, check=True, encoding="utf-8"
    )
    for line in done.stdout.removesuffix("\n").split("\n"):
        read = json.loads(line)
        yield {name: one if isinstance(one, str) else [Read(*entry) for entry in one] for name, one in read.items()}


def read_all(cases: Sequence[Case], npm: Path | None) -> Iterator[tuple[Case, str, str, Any]]:
    """Give what each parser reads in each format of each feed."""
    with tempfile.TemporaryDirectory() as name:
        written = [(case, kind, Path(name, f"{n}.{kind}")) for n, case in enumerate(cases) for kind in RENDERED]
        for case, kind, path in written:
            path.write_bytes(RENDERED[kind](case.state))
        others = by_npm(npm, [path for _, _, path in written]) if npm else ({} for _ in written)
        for (case, kind, path), read in zip(written, others, strict=True):
            mine = {one: asked(parse, path.read_bytes()) for one, parse in PYPI.items()}
            yield from ((case, kind, one, got) for one, got in {**mine, **read}.items() if (one, kind) not in NO_JSON)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--npm", type=Path, metavar="DIR", help="where the five packages are installed")
    parser.add_argument("--feeds", type=int, default=300, help="how many hypothesis makes")
    parser.add_argument("--show", type=int, default=3, help="how many differences of a kind are shown")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    cases = [*newsroom(), *pages(), *hard(), *made(options.feeds)]
    tally: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for case, kind, one, got in read_all(cases, options.npm):
        count = tally[one, kind]
        count["feeds"] += 1
        count["items"] += len(case.state.entries)
        for field, said, right in differences(one, case.state, got):
            count[field] += 1
            if count[field] <= options.show and not field.startswith("("):
                print(f"{case.origin}, {one}, {kind}, {field}: {str(said)[:90]!r} is {str(right)[:90]!r}")
    return told(cases, tally)


def told(cases: Sequence[Case], tally: dict[tuple[str, str], Counter[str]]) -> int:
    """Print what came of it; return the exit code."""
    for origin, known in Counter(case.origin for case in cases).items():
        items = sum(len(case.state.entries) for case in cases if case.origin == origin)
        print(f"{origin}: {known} feeds, {items} items")
    wrong = 0
    for (parser, kind), count in sorted(tally.items()):
        bad = {field: n for field, n in count.items() if field not in {"feeds", "items"} and not field.startswith("(")}
        limits = {field: n for field, n in count.items() if field.startswith("(")}
        wrong += sum(bad.values())
        print(
            f"{parser:<26} {kind:<9} {count['feeds']:>4} feeds {count['items']:>5} items   {bad or 'as meant'}"
            f"{f'   but for its limits {limits}' if limits else ''}"
        )
    for parser, why in LIMITS.items():
        print(f"{parser}: {'; '.join(f'{field} {reason}' for field, reason in why.items())}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
