"""Markups: how newsrooms build their pages and feeds. Each takes stories, the newest first, and gives a body."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from itertools import groupby
from random import Random

from feedbot.source import Kind, ListingRule
from tests.suite.press import Story, Tongue

SITE = "https://newsroom.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What of a page is another at every look: adverts, boxes under trial, counters, a token."""

    random: Random
    now: datetime
    tongue: Tongue
    lively: bool = True

    def some(self, share: float) -> bool:
        """Say yes now and then."""
        return self.lively and self.random.random() < share


Row = Callable[[Story, Look], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """A way to build a page of news."""

    name: str
    draw: Callable[[Sequence[Story], Look], str]
    kind: Kind = "auto"
    media: str = "text/html; charset=utf-8"
    select: ListingRule | None = None
    shows: int = 15
    dated: bool = True
    days: int | None = None
    """It shows only what is not older than so many days."""


def said(text: str) -> str:
    """Write a text into a page."""
    return escape(text, quote=True)


def when(story: Story, look: Look) -> str:
    """Write the day of a piece as its newsroom does."""
    return look.tongue.date(story.published)


def iso(story: Story) -> str:
    """Write the time of a piece as machines do."""
    return story.published.isoformat()


_ASIDE = (
    "<h2>About this office</h2><p>We are forty people who look after roads, water, schools and much else in the district. "
    "Our counter is open from Monday to Thursday between eight and four, and on Fridays until noon. You can also write "
    "to us, or call. Whoever wants to speak to the board may come to its meetings, which are held in the town hall on "
    "the first Tuesday of the month.</p><h2>For the press</h2><p>Journalists reach us at any hour; the number is "
    "given to those who register with the press office.</p>"
)


def framed(look: Look, main: str) -> str:
    """Put a page around its news: what stands there is another at every look."""
    random = look.random
    links = "".join(
        f'<li><a href="/{name}">{name.title()}</a></li>' for name in ("home", "about", "services", "contact")
    )
    consent = '<div class="cookie-banner"><p>We use cookies.</p><button>Accept all cookies</button></div>'
    trial = f'<div class="promo promo-{random.randrange(9)}"><a href="/survey?v={random.randrange(99)}">Take our survey</a></div>'
    read = "".join(f'<li><a href="/popular/{n}">Popular page {n}</a></li>' for n in random.sample(range(20), 4))
    ad = f'<div class="ad" data-slot="{random.randrange(10**6)}"><a href="https://ads.example/{random.randrange(10**6)}">Advert</a></div>'
    return (
        f'<!DOCTYPE html><html lang="{look.tongue.code}"><head><meta charset="utf-8"><title>{look.tongue.news} | Newsroom</title>'
        f'<meta name="csrf" content="{random.randrange(10**9)}"><link rel="stylesheet" href="/s.css?{random.randrange(99)}">'
        f'</head><body>{consent if look.some(0.5) else ""}<header><a href="/" class="logo">Newsroom</a><nav><ul>{links}</ul></nav></header>'
        f"{trial if look.some(0.3) else ''}<main><h1>{look.tongue.news}</h1>{main}</main>"
        f'<aside>{_ASIDE}<h2>Most read</h2><ol class="most">{read}</ol>{ad if look.some(0.5) else ""}</aside>'
        f"<footer><p>Page made at {look.now:%H:%M:%S}</p><ul>{links}</ul></footer></body></html>"
    )


def rows_in(row: Row, opened: str, closed: str) -> Callable[[Sequence[Story], Look], str]:
    """Build a page of rows in a box, with an advert between them now and then."""

    def draw(stories: Sequence[Story], look: Look) -> str:
        rows = [row(story, look) for story in stories]
        if look.some(0.2) and opened.startswith("<div"):
            rows.insert(min(3, len(rows)), '<div class="ad-inline">Advert</div>')
        return framed(look, opened + "".join(rows) + closed)

    return draw


def _comments(look: Look) -> str:
    return f'<span class="count">{look.random.randrange(60)} comments</span>' if look.lively else ""


def _card(s: Story, k: Look) -> str:
    return (
        f'<li class="card"><img class="card__image" src="/img/{s.number}.jpg" alt=""><span class="card__tag">{s.category}</span>'
        f'<h2 class="card__title"><a href="{s.link}">{said(s.title)}</a></h2><p class="card__date">{when(s, k)}</p>'
        f'<p class="card__text">{said(s.summary)}</p><a class="card__more" href="{s.link}">{k.tongue.more}</a></li>'
    )


def _article(s: Story, k: Look) -> str:
    return (
        f'<article class="post" id="post-{s.number}"><header><h2 class="entry-title"><a href="{s.link}" rel="bookmark">{said(s.title)}</a>'
        f'</h2><time class="entry-date" datetime="{iso(s)}">{when(s, k)}</time></header>'
        f'<div class="entry-summary"><p>{said(s.summary)}</p></div><footer>{_comments(k)}</footer></article>'
    )


def _table_row(s: Story, k: Look) -> str:
    return f'<tr><td class="d">{s.published:%d/%m/%Y}</td><td class="t"><a href="{s.link}">{said(s.title)}</a></td><td>{s.category}</td></tr>'


def _definition(s: Story, k: Look) -> str:
    return f'<dt><a href="{s.link}">{said(s.title)}</a> <em>{when(s, k)}</em></dt><dd>{said(s.summary)}</dd>'


def _soup(s: Story, k: Look) -> str:
    return (
        f'<div class="flex flex-col p-4"><div class="text-xl font-bold"><a href="{s.link}" class="hover:underline">{said(s.title)}</a></div>'
        f'<div class="text-sm text-gray">{when(s, k)}</div><div class="mt-2">{said(s.summary)}</div></div>'
    )


def _linked(s: Story, k: Look) -> str:
    return (
        f'<a class="teaser" href="{s.link}"><img src="/img/{s.number}.jpg" alt=""><strong>{said(s.title)}</strong>'
        f'<time datetime="{s.published:%Y-%m-%d}">{when(s, k)}</time><span>{said(s.summary)}</span></a>'
    )


def _headed(s: Story, k: Look) -> str:
    return f'<h3><a href="{s.link}">{said(s.title)}</a></h3><p><small>{when(s, k)}</small></p><p>{said(s.summary)}</p>'


def _plain(s: Story, k: Look) -> str:
    return f'<li>{when(s, k)}: <a href="{s.link}">{said(s.title)}</a></li>'


def _undated(s: Story, k: Look) -> str:
    return f'<li class="news-item"><h3><a href="{s.link}">{said(s.title)}</a></h3><p>{said(s.summary)}</p></li>'


def _figure(s: Story, k: Look) -> str:
    return (
        f'<figure class="tile"><a href="{s.link}"><img src="/img/{s.number}.jpg" alt="{said(s.title)}"></a><figcaption>'
        f'<a href="{s.link}">{said(s.title)}</a><span class="date">{s.published:%Y-%m-%d}</span></figcaption></figure>'
    )


def _made(s: Story, k: Look) -> str:
    return (
        f'<div class="css-1x{s.number % 7}a"><h2 class="css-9k2"><a class="css-4z1" href="{s.link}">{said(s.title)}</a></h2>'
        f'<span class="css-77b"><time datetime="{iso(s)}">{when(s, k)}</time></span><p class="css-5p0">{said(s.summary)}</p></div>'
    )


def _micro(s: Story, k: Look) -> str:
    return (
        f'<section itemscope itemtype="https://schema.org/NewsArticle"><h2 itemprop="headline"><a itemprop="url" href="{s.link}">'
        f'{said(s.title)}</a></h2><meta itemprop="datePublished" content="{iso(s)}"><p itemprop="description">{said(s.summary)}</p>'
        f'<span itemprop="author">{said(s.author)}</span></section>'
    )


def _gov(s: Story, k: Look) -> str:
    return (
        f'<li class="doc-list__item"><a class="doc-list__link" href="{s.link}" data-track="click">{said(s.title)}</a>'
        f'<p class="doc-list__description">{said(s.summary)}</p><ul class="doc-list__meta"><li>{s.category}</li>'
        f'<li><time datetime="{s.published:%Y-%m-%d}">{when(s, k)}</time></li></ul></li>'
    )


def _bylined(s: Story, k: Look) -> str:
    return (
        f'<div class="story"><span class="kicker">{s.category}</span><h4><a href="{s.link}">{said(s.title)}</a></h4>'
        f'<p class="by">{said(s.author)} · {when(s, k)}</p><p class="dek">{said(s.summary)}</p>{_comments(k)}</div>'
    )


def _months(stories: Sequence[Story], look: Look) -> str:
    """Build a list that is parted by months."""
    parts = []
    for (_, number), group in groupby(stories, key=lambda one: (one.published.year, one.published.month)):
        rows = "".join(
            f'<li><span class="day">{when(s, look)}</span> <a href="{s.link}">{said(s.title)}</a></li>' for s in group
        )
        parts.append(
            f'<section class="month"><h2>{look.tongue.month(number)}</h2><ul class="items">{rows}</ul></section>'
        )
    return framed(look, "".join(parts))


def _led(stories: Sequence[Story], look: Look) -> str:
    """Build a page with a lead story above its list."""
    first, rest = stories[0], stories[1:]
    lead = (
        f'<article class="lead"><img src="/img/{first.number}.jpg" alt=""><h2><a href="{first.link}">{said(first.title)}</a></h2>'
        f'<p class="meta">{when(first, look)}</p><p>{said(first.summary)}</p></article>'
    )
    return framed(look, lead + '<div class="more-news">' + "".join(_bylined(one, look) for one in rest) + "</div>")


def _rss(stories: Sequence[Story], look: Look) -> str:
    items = "".join(
        f'<item><title>{said(s.title)}</title><link>{SITE}{s.link}</link><guid isPermaLink="false">{s.guid}</guid>'
        f"<pubDate>{s.published:%a, %d %b %Y %H:%M:%S} GMT</pubDate><description>{said(s.summary)}</description></item>"
        for s in stories
    )
    built = f"<lastBuildDate>{look.now:%a, %d %b %Y %H:%M:%S} GMT</lastBuildDate>"
    head = f"<title>Newsroom</title><link>{SITE}</link><description>All news</description>{built}"
    return f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>{head}{items}</channel></rss>'


def _bare_rss(stories: Sequence[Story], look: Look) -> str:
    items = "".join(
        f"<item><title>{said(s.title)}</title><link>{SITE}{s.link}</link><description>{said(s.summary)}</description></item>"
        for s in stories
    )
    return f'<rss version="2.0"><channel><title>Newsroom {look.random.randrange(9**6)}</title>{items}</channel></rss>'


def _atom(stories: Sequence[Story], look: Look) -> str:
    items = "".join(
        f'<entry><id>{s.guid}</id><title>{said(s.title)}</title><link href="{SITE}{s.link}"/><updated>{iso(s)}</updated>'
        f"<published>{iso(s)}</published><author><name>{said(s.author)}</name></author><summary>{said(s.summary)}</summary></entry>"
        for s in stories
    )
    head = f"<id>urn:newsroom</id><title>Newsroom</title><updated>{look.now.isoformat()}</updated>"
    return f'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">{head}{items}</feed>'


def _json_feed(stories: Sequence[Story], look: Look) -> str:
    items = [
        {"id": s.guid, "url": SITE + s.link, "title": s.title, "summary": s.summary, "date_published": iso(s)}
        for s in stories
    ]
    top = {"version": "https://jsonfeed.org/version/1.1", "title": "Newsroom", "_at": look.now.isoformat()}
    return json.dumps(top | {"items": items}, ensure_ascii=False)


def _api(stories: Sequence[Story], look: Look) -> str:
    rows = [
        {
            "id": s.number,
            "headline": s.title,
            "permalink": SITE + s.link,
            "teaser": s.summary,
            "publishedAt": iso(s),
            "section": s.category,
        }
        for s in stories
    ]
    return json.dumps({"meta": {"took": look.random.random()}, "data": {"articles": rows}}, ensure_ascii=False)


def _sitemap(stories: Sequence[Story], look: Look) -> str:
    urls = "".join(
        f"<url><loc>{SITE}{s.link}</loc><news:news><news:publication><news:name>Newsroom</news:name><news:language>"
        f"{look.tongue.code}</news:language></news:publication><news:publication_date>{iso(s)}</news:publication_date>"
        f"<news:title>{said(s.title)}</news:title></news:news></url>"
        for s in stories
    )
    spaces = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    return f'<?xml version="1.0"?><urlset {spaces}><!-- {look.now.isoformat()} -->{urls}</urlset>'


_XML = "application/xml; charset=utf-8"
_CARDS = ListingRule(item="ul.cards > li.card", title="h2", link="h2 a", date=".card__date", summary=".card__text")
_POSTS = ListingRule(item="article.post", title="h2", link="h2 a", date="time@datetime", summary=".entry-summary")
HTML = (
    Markup(name="cards", draw=rows_in(_card, '<ul class="cards">', "</ul>")),
    Markup(name="cards by hand", draw=rows_in(_card, '<ul class="cards">', "</ul>"), select=_CARDS),
    Markup(name="articles", draw=rows_in(_article, '<div class="posts">', "</div>"), shows=10),
    Markup(name="articles by hand", draw=rows_in(_article, '<div class="posts">', "</div>"), select=_POSTS, shows=10),
    Markup(name="table", draw=rows_in(_table_row, '<table class="list"><tbody>', "</tbody></table>"), shows=25),
    Markup(name="definitions", draw=rows_in(_definition, '<dl class="news">', "</dl>")),
    Markup(name="utility classes", draw=rows_in(_soup, '<div class="grid grid-cols-3">', "</div>"), shows=12),
    Markup(name="whole links", draw=rows_in(_linked, '<div class="teasers">', "</div>"), shows=9),
    Markup(name="headings", draw=rows_in(_headed, '<div class="content">', "</div>"), shows=10),
    Markup(name="plain list", draw=rows_in(_plain, "<ul>", "</ul>"), shows=20),
    Markup(name="no dates", draw=rows_in(_undated, '<ul class="newslist">', "</ul>"), dated=False),
    Markup(name="figures", draw=rows_in(_figure, '<div class="tiles">', "</div>"), shows=12),
    Markup(name="made classes", draw=rows_in(_made, '<div class="css-0ab">', "</div>"), shows=10),
    Markup(name="microdata", draw=rows_in(_micro, '<div class="list">', "</div>"), shows=10),
    Markup(name="documents", draw=rows_in(_gov, '<ol class="doc-list">', "</ol>"), shows=20),
    Markup(name="bylines", draw=rows_in(_bylined, '<div class="stream">', "</div>"), shows=12),
    Markup(name="months", draw=_months, shows=20),
    Markup(name="lead", draw=_led, shows=11),
)
FEEDS = (
    Markup(name="rss", draw=_rss, media="application/rss+xml; charset=utf-8", shows=20),
    Markup(name="rss, bare", draw=_bare_rss, media=_XML, shows=10, dated=False),
    Markup(name="atom", draw=_atom, media="application/atom+xml", kind="feed", shows=20),
    Markup(name="json feed", draw=_json_feed, media="application/feed+json", shows=15),
    Markup(name="json api", draw=_api, media="application/json", shows=15),
    Markup(name="sitemap", draw=_sitemap, media=_XML, shows=25),
)
BRIEF = (
    Markup(name="cards of a week", draw=rows_in(_card, '<ul class="cards">', "</ul>"), days=9),
    Markup(name="rss of a week", draw=_rss, media=_XML, shows=20, days=9),
)
"""Pages that show what is new alone, so that they are short or empty in quiet weeks."""
MARKUPS = HTML + FEEDS
