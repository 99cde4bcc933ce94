"""What stands in the way of the news is told from the news, from a list that is empty, and from a page built anew."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from feedbot.doubts import Finding
from feedbot.extract import extract
from feedbot.health import Diagnosis, judge
from feedbot.item import Extraction
from feedbot.page import Page
from feedbot.profile import Profile, Sight
from feedbot.source import Health, ListingRule


def read(html: str, rule: ListingRule | None = None) -> Extraction:
    url = "https://office.example/news/"
    return extract(Page(url=url, body=html.encode(), content_type="text/html; charset=utf-8"), rule)


LINKS = "".join(f'<li><a href="/topic/{n}">Something about topic number {n}</a></li>' for n in range(8))
DATED = "".join(
    f'<li class="card"><h3><a href="/news/piece-{n}">What the council decided on day {n}</a></h3>'
    f"<time datetime='2026-03-0{n}'>{n} March 2026</time></li>"
    for n in range(1, 7)
)
NEWS = f"<main><h1>News</h1><ul class='list'>{DATED}</ul></main>"


@dataclass(frozen=True)
class Obstacle:
    html: str
    words: str


OBSTACLES = {
    "a challenge": Obstacle(
        "<title>Just a moment...</title><body><h1>office.example</h1><p>Verifying you are human. This may take a few "
        "seconds.</p><script>window._cf_chl_opt={}</script>",
        "challenge for browsers: its title is 'Just a moment...'",
    ),
    "a challenge without words": Obstacle(
        "<title>office.example</title><body><div id='px-captcha'></div><script src='/x.js'></script>",
        "it holds 'px-captcha'",
    ),
    "a firewall": Obstacle(
        "<title>Attention Required! | Shield</title><body><h1>Sorry, you have been blocked</h1>",
        "challenge for browsers",
    ),
    "a refusal": Obstacle(
        "<title>Access Denied</title><body><h1>Access Denied</h1><p>You don't have permission.</p>", "access is denied"
    ),
    "a refusal by country": Obstacle(
        "<title>office.example</title><body><p>This content is not available in your country.</p>", "access is denied"
    ),
    "an error page": Obstacle(
        "<title>502 Bad Gateway</title><body><center><h1>502 Bad Gateway</h1></center><hr>nginx", "an error page"
    ),
    "maintenance": Obstacle(
        "<title>Office</title><body><h1>Down for maintenance</h1><p>We will be back at noon.</p>", "an error page"
    ),
    "a missing page with links to others": Obstacle(
        f"<title>Page not found | Office</title><body><h1>Page not found</h1>"
        f"<p>Perhaps these help:</p><ul>{LINKS}</ul>",
        "an error page: its title is 'Page not found'",
    ),
    "a missing page that shows the latest news": Obstacle(
        f"<title>404 - Office of Works</title><body><h1>Oh dear</h1><h2>Latest news</h2><ul>{DATED}</ul>",
        "an error page: its title is '404'",
    ),
    "a missing page, in Swedish": Obstacle(
        "<title>Sidan kunde inte hittas</title><body><h1>Sidan kunde inte hittas</h1><a href='/'>Till startsidan</a>",
        "an error page",
    ),
    "a missing page, in Japanese": Obstacle(
        "<title>ページが見つかりません</title><body><p>お探しのページは移動した可能性があります。</p>", "an error page"
    ),
    "a consent wall": Obstacle(
        "<title>Office</title><body><div><h2>We value your privacy</h2><p>We and our partners store data.</p>"
        "<button>Accept all</button></div>",
        "a consent wall",
    ),
    "a consent wall, in German": Obstacle(
        "<title>Zeitung</title><body><div class='cmp'><p>Mit Werbung weiterlesen</p><a href='/abo'>Zum Abo</a></div>",
        "a consent wall",
    ),
    "a login": Obstacle(
        "<title>Sign in - Office</title><body><form><input name=u><input type=password></form>", "a login form"
    ),
    "a login without a title": Obstacle(
        "<title>Portal</title><body><h2>Please log in</h2><form><input name=u><input type='password'></form>",
        "a login form",
    ),
    "a parked domain": Obstacle(
        f"<title>office.example</title><body><p>This domain is for sale!</p><h2>Related searches</h2><ul>{LINKS}</ul>",
        "a parked domain",
    ),
    "a bare server": Obstacle(
        "<title>Welcome to nginx!</title><body><h1>Welcome to nginx!</h1><p>Further configuration is required.</p>",
        "a bare server",
    ),
    "a suspended account": Obstacle(
        "<title>Account Suspended</title><body><h1>This Account has been suspended.</h1>", "a parked domain or"
    ),
}


@pytest.mark.parametrize("name", OBSTACLES)
def test_what_stands_in_the_way_is_blocked_and_named(name: str) -> None:
    found = read(OBSTACLES[name].html)
    assert (found.health, found.items) == (Health.BLOCKED, ())
    assert OBSTACLES[name].words in found.evidence[0]


@pytest.mark.parametrize("name", OBSTACLES)
def test_a_rule_that_finds_nothing_on_it_is_blocked_and_not_changed(name: str) -> None:
    assert read(OBSTACLES[name].html, ListingRule(item="div.story")).health is Health.BLOCKED


BANNER = (
    "<div class='cookie-banner'><h2>We value your privacy</h2><p>We use cookies. Accept all cookies to go on.</p></div>"
)
HEALTHY = {
    "news about a firewall": NEWS.replace("day 1", "day one of the Cloudflare outage: access denied for millions"),
    "a first headline about errors": NEWS.replace("What the council decided on day 1", "404 Not Found: a history"),
    "a heading about a captcha": f"<h1>Are you a robot? Our lab asks</h1>{NEWS}",
    "a login link in the header": f"<title>Log in or read on</title><header><a href='/login'>Log in</a></header>{NEWS}",
    "a login form in the header": "<title>Office</title><header><form>Log in <input name=u>"
    f"<input type=password></form></header>{NEWS}",
    "a cookie banner over the list": f"<title>Office</title>{BANNER}{NEWS}",
    "a cookie banner over two items": f"<title>Office</title>{BANNER}<main><ul>{DATED[: len(DATED) // 3]}</ul></main>",
    "a newsletter form with a captcha": f"<title>Office</title>{NEWS}<form><div class='g-recaptcha'></div></form>",
    "a house for sale": f"<title>Homes</title>{NEWS.replace('day 2', 'day 2: the old mill is for sale')}",
    "a year like an error": NEWS.replace("What the council decided on day 3", "In 503 days the bridge opens"),
    "a number in its name": f"<title>500 words | Office</title><h1>500 words</h1>{NEWS}",
    "maintenance of a road": f"<title>Road news</title><h1>Scheduled works</h1>{NEWS}",
}


@pytest.mark.parametrize("name", HEALTHY)
def test_a_healthy_page_is_not_accused(name: str) -> None:
    found = read(f"<html lang=en>{HEALTHY[name]}</html>")
    assert found.health is Health.FRESH
    assert len(found.items) >= 2


RULE = ListingRule(item="ul.list > li.card", title="h3", link="h3 a")


def test_a_container_without_items_is_an_empty_list() -> None:
    found = read("<main><h1>News</h1><ul class='list'></ul></main>", RULE)
    assert (found.health, found.evidence) == (Health.EMPTY, ("'ul.list' is there and holds no items",))


def test_words_that_say_so_make_an_empty_list_even_without_the_container() -> None:
    found = read("<main><h1>News</h1><p>There are currently no news items.</p></main>", RULE)
    assert found.health is Health.EMPTY
    assert "no news" in found.evidence[0]


def test_words_in_a_sidebar_do_not_hide_that_the_list_is_gone() -> None:
    html = f"<main>{NEWS.replace('list', 'rows').replace('card', 'row')}</main><aside><p>No results</p></aside>"
    assert read(html, RULE).health is Health.CHANGED


def test_a_container_that_is_gone_is_a_changed_layout_and_the_new_place_is_named() -> None:
    found = read(NEWS.replace("'list'", "'rows'").replace('"card"', '"row"'), RULE)
    assert found.health is Health.CHANGED
    assert found.evidence == (
        "nothing is at 'ul.list > li.card', nor at 'ul.list'",
        "6 parts that look like news are at 'main > ul.rows > li.row' now",
    )


def test_items_that_lost_their_titles_are_a_changed_layout_with_the_field_named() -> None:
    found = read(NEWS.replace("h3", "h4"), RULE)
    assert found.health is Health.CHANGED
    assert "title: nothing is at 'h3'" in found.evidence


def test_a_page_without_any_list_has_changed_if_there_were_items_before() -> None:
    found = read("<main><h1>Welcome</h1><p>All about our office and its people.</p></main>")
    assert judged(found, baseline=False).health is Health.EMPTY
    verdict = judged(found, baseline=True)
    assert verdict.health is Health.CHANGED
    assert verdict.holds
    assert verdict.told == "the page has no list of links that looks like news; items were here before"


def test_a_list_that_says_it_is_empty_stays_empty_even_if_there_were_items_before() -> None:
    found = read("<main><h1>Nachrichten</h1><p>Zurzeit gibt es keine Meldungen.</p></main>")
    verdict = judged(found, baseline=True)
    assert verdict.health is Health.EMPTY
    assert verdict.told == "no items; the page says 'keine Meldungen'; items were here before"


def judged(found: Extraction, *, baseline: bool) -> Diagnosis:
    seen = Finding(extraction=found, sight=Sight(), now=datetime(2026, 3, 1, tzinfo=UTC))
    return judge(seen, Profile(), baseline=baseline)
