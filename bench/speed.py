"""How fast pages and feeds are read, as ratios to parsers and to other readers, all timed in turn in one run."""

import importlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from lxml import etree
from shapes import Case, cases, page

from feedbot.extract import extract
from feedbot.page import Page

SIZE = 110_000
"""Bytes of the page that inference is timed on, and of the pages of a set that are nearest to it."""
NEAREST = 9
ROUNDS = 15
Job = Callable[[], Any]


def main(data: Path | None) -> int:
    """Print what each kind of page takes, with its proof that the work was done; 1 where a goal is missed."""
    every = list(cases(data)) if data else []
    met = [_lists(every), _feeds(), _articles(every)]
    return 0 if all(met) else 1


def timed(jobs: Sequence[Job]) -> list[float]:
    """Return the milliseconds of CPU that each job takes at best, of rounds in which all take their turn."""
    for job in jobs:
        job()
    rounds = [[_once(job) for job in jobs] for _ in range(ROUNDS)]
    return [min(column) for column in zip(*rounds, strict=True)]


def _once(job: Job) -> float:
    start = process_time()
    job()
    return (process_time() - start) * 1000


def _lists(every: Sequence[Case]) -> bool:
    """Time lists without a rule against the parse alone: at most twice that, and 5 ms."""
    listed = sorted((c for c in every if c.kind == "listing"), key=lambda c: abs(c.path.stat().st_size - SIZE))
    pages = [page(case) for case in listed[:NEAREST]] or [_newsroom(), _newsroom(plain=True)]
    print(f"lists without a rule, {len(pages)} pages near {SIZE // 1000} KB: parse, all of it, and the goal (ms)")
    shares = []
    for one in pages:
        parse, whole = timed([partial(_parsed, one.body), partial(extract, one, kind="listing")])
        shares.append((whole - parse) / (2 * parse + 5))
        items, size = len(extract(one, kind="listing").items), len(one.body) / 1000
        print(f"  {size:6.0f} KB {items:4} items {parse:7.2f} {whole:7.2f} {2 * parse + 5:7.2f}  {one.url[:60]}")
    print(
        f"  inference beyond the parse is {median(shares):.2f} of the goal in the middle, {max(shares):.2f} at most\n"
    )
    return median(shares) <= 1


def _parsed(body: bytes) -> Any:
    return etree.fromstring(body, etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True))


def _newsroom(*, plain: bool = False) -> Page:
    """Return a page of news, scripts and menus as large as they are at a newsroom."""
    card = (
        '<li class="card"><a href="/news/{n}-harbour-bell"><img src="/p/{n}.jpg" alt="A bell"></a>'
        '<h2 class="card__title"><a href="/news/{n}-harbour-bell">Harbour bell {n} rings by itself again</a></h2>'
        '<p class="card__meta"><span class="tag">News</span> <time>{day} May 2024</time></p>'
        "<p>The bell was heard by {n} people who were out late, and by a dog that was not.</p></li>"
    )
    row = '<p><b>{day}/05/2024</b> <a href="/n/{n}.html">Notice {n} of works on the harbour wall</a></p>'
    menu = "".join(f'<li><a href="/services/{n}">Service of the harbour {n}</a></li>' for n in range(120))
    items = "".join((row if plain else card).format(n=n, day=28 - n % 27) for n in range(60))
    head = f"<html lang='en-GB'><title>News</title><nav><ul>{menu}</ul></nav><main><ul>{items}</ul></main>"
    script = "<script>" + "var a=[1,2,3];if(a<3){b()}\n" * ((SIZE - len(head)) // 27 - 20) + "</script>"
    return Page(url="https://bell.example/news/", body=f"{head}{script}".encode(), content_type="text/html")


def _feeds() -> bool:
    """Time a feed of 20 items against other parsers of feeds: under 1 ms."""
    feed = _feed()
    jobs: dict[str, Job] = {"feedbot": lambda: extract(feed, kind="feed")}
    jobs["lxml alone"] = lambda: etree.fromstring(feed.body)
    jobs |= {name: _parser(name, feed) for name in ("fastfeedparser", "feedparser") if _loaded(name)}
    took = dict(zip(jobs, timed(list(jobs.values())), strict=True))
    print(
        f"a feed of {len(extract(feed, kind='feed').items)} items, {len(feed.body) / 1000:.0f} KB (ms, and to feedbot)"
    )
    for name, ms in took.items():
        print(f"  {name:20}{ms:8.3f}{ms / took['feedbot']:8.2f}x")
    print()
    return took["feedbot"] < 1


def _parser(name: str, feed: Page) -> Job:
    module = importlib.import_module(name)
    return lambda: module.parse(feed.body)


def _loaded(name: str) -> bool:
    try:
        importlib.import_module(name)
    except ImportError as error:
        print(f"({name} is not installed, so it is not measured: {str(error).splitlines()[0]})")
        return False
    return True


def _feed() -> Page:
    item = (
        "<item><title>Harbour bell {n} rings &amp; rings</title><link>https://bell.example/news/{n}</link>"
        "<guid isPermaLink='false'>bell-{n}</guid><pubDate>Thu, {day:02} Oct 2024 09:30:00 +0100</pubDate>"
        "<dc:creator>Ada Pilot</dc:creator><category>News</category>"
        "<description>&lt;p&gt;It was heard by {n} people who were out &lt;em&gt;late&lt;/em&gt;, and by a dog "
        "that was not. &lt;a href='/map'&gt;The map&lt;/a&gt; shows where.&lt;/p&gt;</description></item>"
    )
    items = "".join(item.format(n=n, day=n + 1) for n in range(20))
    head = "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>Bells</title>"
    body = f"{head}<link>https://bell.example/</link>{items}</channel></rss>"
    return Page(url="https://bell.example/feed", body=body.encode(), content_type="application/rss+xml")


def _articles(every: Sequence[Case]) -> bool:
    """Time articles against trafilatura: at most one and a half times of what that takes."""
    chosen = [case for case in every if case.kind == "article"][::12][:20] or list(_own())
    pages = [page(case) for case in chosen]
    ours = sum(timed([partial(extract, one, kind="article") for one in pages]))
    parse = sum(timed([partial(_parsed, one.body) for one in pages]))
    print(f"{len(pages)} articles (ms a page): {ours / len(pages):.2f}, the parse alone {parse / len(pages):.2f}")
    if not _loaded("trafilatura"):
        return True
    trafilatura = importlib.import_module("trafilatura")
    texts = [one.body.decode("utf-8", "replace") for one in pages]
    theirs = sum(timed([partial(trafilatura.bare_extraction, text, with_metadata=True) for text in texts]))
    print(f"  trafilatura {theirs / len(pages):.2f}: feedbot takes {ours / theirs:.2f} of it, and 1.5 is the goal")
    return ours <= 1.5 * theirs


def _own() -> Sequence[Case]:
    return [case for case in cases(Path(__file__).resolve().parents[1] / "tests" / "data") if case.kind == "article"]
