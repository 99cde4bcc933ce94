"""Rebuilds: ways to build a page of news that no markup has, and lists that stand beside news."""

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from html import escape

from lxml import html

from tests.suite.faults import rows_of
from tests.suite.markups import SITE, Look, framed, iso, rows_in, said, when
from tests.suite.press import Press, Story

DAY = timedelta(days=1)
Draw = Callable[[Sequence[Story], Look], str]


def absolute(tree: html.HtmlElement) -> None:
    """Write whole addresses."""
    tree.make_links_absolute(f"{SITE}/news/")


def relative(tree: html.HtmlElement) -> None:
    """Write addresses from where the page is."""
    for link in tree.iter("a"):
        link.set("href", f"../{link.get('href', '').lstrip('/')}")


def tracked(tree: html.HtmlElement) -> None:
    """Write into each address where it was clicked."""
    for place, link in enumerate(tree.iter("a")):
        link.set("href", f"{link.get('href')}?utm_source=list&utm_medium=web&utm_content={place}")


def wrapped(tree: html.HtmlElement) -> None:
    """Put two more boxes around each row, and three around the list."""
    rows = rows_of(tree)
    for row in rows:
        _around(row, "cell", "cell__inner")
    holder = rows[0].getparent().getparent().getparent()
    if holder.tag not in {"main", "body", "tbody", "dl"}:
        _around(holder, "region", "region__inner", "view")


def in_threes(tree: html.HtmlElement) -> None:
    """Put three rows at a time into a box."""
    rows = rows_of(tree)
    holder = rows[0].getparent()
    for row in rows:
        holder.remove(row)
    for place in range(0, len(rows), 3):
        some = rows[place : place + 3]
        line = _box("row")
        holder.append(line)
        for row in some:
            cell = _box("col")
            line.append(cell)
            cell.append(row)


def _around(node: html.HtmlElement, *names: str) -> None:
    holder = node.getparent()
    assert holder is not None
    place = holder.index(node)
    inner = node
    for name in reversed(names):
        outer = _box(name)
        outer.append(inner)
        inner = outer
    holder.insert(place, inner)


def _box(name: str) -> html.HtmlElement:
    return html.fromstring(f'<div class="{name}"></div>')


def _button(s: Story, k: Look) -> str:
    return (
        f'<div class="panel"><h3 class="panel__head">{said(s.title)}</h3><p class="panel__meta">{when(s, k)} | {s.category}</p>'
        f'<p class="panel__body">{said(s.summary)}</p><a class="button" href="{s.link}">{k.tongue.more}</a></div>'
    )


def _overlay(s: Story, k: Look) -> str:
    return (
        f'<div class="tease"><a class="tease__all" href="{s.link}" aria-label="{said(s.title)}"></a>'
        f'<div class="tease__text"><h3>{said(s.title)}</h3><time datetime="{iso(s)}"></time><p>{said(s.summary)}</p></div></div>'
    )


def _element(s: Story, k: Look) -> str:
    return (
        f'<news-card data-id="{s.number}"><news-date>{when(s, k)}</news-date><a slot="title" href="{s.link}">{said(s.title)}</a>'
        f"<news-text>{said(s.summary)}</news-text></news-card>"
    )


def _broken_lines(s: Story, k: Look) -> str:
    return f'{when(s, k)} <a href="{s.link}">{said(s.title)}</a><br>'


def _layout_table(s: Story, k: Look) -> str:
    return (
        f'<tr><td width="90"><font size="1">{s.published:%d.%m.%Y}</font></td><td><table><tr><td><b><a href="{s.link}">'
        f"{said(s.title)}</a></b></td></tr><tr><td>{said(s.summary)}</td></tr></table></td></tr>"
    )


def _kind_in_title(s: Story, k: Look) -> str:
    return (
        f'<li class="row"><a href="{s.link}"><span class="row__kind">{s.category}</span> <span class="row__title">'
        f'{said(s.title)}</span></a><span class="row__date">{when(s, k)}</span></li>'
    )


def _short_title(s: Story, k: Look) -> str:
    short = " ".join(s.title.split()[:6])
    return (
        f'<li class="brief"><span class="brief__date">{when(s, k)}</span><a href="{s.link}" title="{said(s.title)}">{said(short)} …</a>'
        f"<p>{said(s.summary)}</p></li>"
    )


def _loud(s: Story, k: Look) -> str:
    return f'<li class="loud"><a href="{s.link}"><b>{said(s.title.upper())}</b></a> <i>{when(s, k)}</i></li>'


def _micro_format(s: Story, k: Look) -> str:
    return (
        f'<article class="h-entry"><h2><a class="u-url p-name" href="{s.link}">{said(s.title)}</a></h2>'
        f'<time class="dt-published" datetime="{iso(s)}">{when(s, k)}</time><p class="p-summary">{said(s.summary)}</p></article>'
    )


def _folded(s: Story, k: Look) -> str:
    return (
        f'<details class="fold"><summary>{said(s.title)} ({when(s, k)})</summary><p>{said(s.summary)}</p>'
        f'<a href="{s.link}">{k.tongue.more}</a></details>'
    )


def _named_parts(s: Story, k: Look) -> str:
    return (
        f'<section class="NewsItem_item__a8Xk2"><span class="NewsItem_date__3lQ1z">{when(s, k)}</span>'
        f'<a class="NewsItem_link__0Pq9w" href="{s.link}"><h4 class="NewsItem_title__Zz81b">{said(s.title)}</h4></a>'
        f'<p class="NewsItem_text__m4Rt7">{said(s.summary)}</p></section>'
    )


def _twice(stories: Sequence[Story], look: Look) -> str:
    """Show the three newest as slides, and again in the list below."""
    slides = "".join(
        f'<div class="slide"><img src="/img/{s.number}.jpg" alt=""><h2><a href="{s.link}">{said(s.title)}</a></h2></div>'
        for s in stories[:3]
    )
    rows = "".join(_kind_in_title(one, look) for one in stories)
    return framed(look, f'<div class="slides">{slides}</div><ul class="rows">{rows}</ul>')


def _by_years(stories: Sequence[Story], look: Look) -> str:
    """Part the list by the halves of years, each folded into a box."""
    halves: dict[str, list[Story]] = {}
    for one in stories:
        halves.setdefault(f"{one.published.year} / {1 + (one.published.month > 6)}", []).append(one)
    boxes = "".join(
        f'<div class="fold"><button>{name}</button><ul>{"".join(_plainly(s, look) for s in some)}</ul></div>'
        for name, some in halves.items()
    )
    return framed(look, f'<div class="folds">{boxes}</div>')


def _plainly(s: Story, k: Look) -> str:
    return f'<li><p><a href="{s.link}">{said(s.title)}</a></p><p>{when(s, k)}</p></li>'


def _records(stories: Sequence[Story]) -> list[dict[str, object]]:
    return [
        {"id": s.number, "title": s.title, "url": s.link, "teaser": s.summary, "publishedAt": iso(s)} for s in stories
    ]


def _next_data(stories: Sequence[Story], look: Look) -> str:
    told = {"props": {"pageProps": {"news": {"items": _records(stories), "total": 140}}}, "page": "/news"}
    text = json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")
    return framed(look, f'<div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{text}</script>')


def _linked_data(stories: Sequence[Story], look: Look) -> str:
    items = [
        {
            "@type": "ListItem",
            "position": n,
            "item": {"@type": "NewsArticle", "headline": s.title, "url": SITE + s.link, "datePublished": iso(s)},
        }
        for n, s in enumerate(stories, start=1)
    ]
    told = {"@context": "https://schema.org", "@type": "ItemList", "itemListElement": items}
    text = json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")
    return framed(look, f'<div id="app"></div><script type="application/ld+json">{text}</script>')


REBUILDS: dict[str, Draw] = {
    "headlines without links": rows_in(_button, '<section class="panels">', "</section>"),
    "links laid over": rows_in(_overlay, '<div class="teases">', "</div>"),
    "elements of its own": rows_in(_element, "<news-list>", "</news-list>"),
    "lines that break": rows_in(_broken_lines, "<p>", "</p>"),
    "tables in a table": rows_in(_layout_table, '<table border="0" cellpadding="3">', "</table>"),
    "kinds within links": rows_in(_kind_in_title, '<ul class="rows">', "</ul>"),
    "titles cut short": rows_in(_short_title, '<ul class="briefs">', "</ul>"),
    "titles in capitals": rows_in(_loud, "<ul>", "</ul>"),
    "microformats": rows_in(_micro_format, '<div class="h-feed">', "</div>"),
    "folded": rows_in(_folded, '<div class="folds">', "</div>"),
    "classes of a module": rows_in(_named_parts, '<div class="NewsList_list__Qw12e">', "</div>"),
    "the newest twice": _twice,
    "folded by half years": _by_years,
    "data of a script": _next_data,
    "data for machines": _linked_data,
}
"""How pages are built that no markup of the suite has."""


Beside = Callable[[Press, Sequence[Story], Look], str]
"""Draws another list for a page of news."""


def popular(press: Press, stories: Sequence[Story], look: Look) -> str:
    """List what is read most: some of what is on the page, some that is long gone from it, and a page of the site."""
    some = [*stories[2:9:3], *press.latest(40)[-9::3]]
    rows = "".join(f'<li class="top"><a href="{one.link}">{escape(one.title)}</a></li>' for one in some)
    rows += '<li class="top"><a href="/map">Map of all our offices</a></li>'
    return f'<section class="popular"><h2>Popular</h2><ol>{rows}</ol></section>'


def related(_press: Press, _stories: Sequence[Story], look: Look) -> str:
    """List guides of the office: built as news is, dated, never news."""
    rows = "".join(
        f'<div class="guide"><h3><a href="/guides/part-{n}-of-the-handbook">How to apply for permit {n}</a></h3>'
        f"<span>{look.tongue.date(look.now - DAY * 200 * n)}</span><p>All that you have to know of permits, in plain "
        "words and with every form that there is.</p></div>"
        for n in range(1, 9)
    )
    return f'<section class="guides"><h2>Guides</h2>{rows}</section>'


def older(press: Press, stories: Sequence[Story], look: Look) -> str:
    """List older news with their dates, some of them known and some from before."""
    shown = {one.number for one in stories}
    rows = "".join(
        f'<li class="past"><a href="{one.link}">{escape(one.title)}</a> <i>{look.tongue.date(one.published)}</i></li>'
        for one in press.latest(60)
        if one.number not in shown
    )
    return f'<section class="archive"><h2>Archive</h2><ul>{rows}</ul></section>'


def events(_press: Press, _stories: Sequence[Story], look: Look) -> str:
    """List what is on: dated of late and ahead, built as a list of news is."""
    rows = "".join(
        f'<li class="event"><h3><a href="/events/{n}-guided-walk">Guided walk {n} through the old town</a></h3>'
        f"<p>{look.tongue.date(look.now + DAY * (n - 3))}</p><p>Meet at the fountain; sturdy shoes are needed for the "
        "cellars, and a coat.</p></li>"
        for n in range(8)
    )
    return f'<section class="events"><h2>Events</h2><ul>{rows}</ul></section>'
