"""Health: what a look means, held against what the source's good looks taught; in doubt nothing is believed."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from feedbot.page import Page
from feedbot.profile import Profile, alike
from feedbot.source import Health
from tests.suite.faults import WELL, instead, page
from tests.suite.markups import BRIEF, FEEDS, HTML, SITE, Markup, iso
from tests.suite.press import ENGLISH, GERMAN, Press
from tests.suite.watch import NEWS, Watch

CARDS, BY_HAND, UNDATED = HTML[0], HTML[1], next(one for one in HTML if not one.dated)
RSS = FEEDS[0]


def watch(markup: Markup = CARDS, looks: int = 8) -> Watch:
    return Watch(Press(ENGLISH, 1), markup, lively=False).learn(looks)


def moved(seen: Watch) -> None:
    """Let the newsroom take a new system: other addresses, other ids, and every title said anew."""
    for story in list(seen.press.stories):
        link = f"/node/{story.number * 7919}"
        seen.press.edit(story, link=link, guid=link, title=f"{story.category} {story.number}", summary="")


def unmoved(seen: Watch, act: str | None = None, media: str = "") -> Health:
    """Check a page that is not to be believed, and hold feedbot to it: nothing is stored, marked or owed."""
    before = (len(seen.store.items_by_id), seen.version, seen.owed)
    done = seen.check(act, media)
    assert (len(seen.store.items_by_id), seen.version, seen.owed) == before
    return done.health


def test_what_is_looked_at_teaches_what_is_usual() -> None:
    seen = watch()
    profile = seen.store.state(NEWS).profile
    assert (profile.looks, profile.usual, profile.least) == (8, 15, 15)
    assert (profile.fills["date"], profile.fills["author"], profile.ordered) == (1, 0, 1)
    assert profile.holder == ".cards"


def test_an_error_page_where_a_feed_was_is_blocked_and_empties_nothing() -> None:
    seen = watch(RSS)
    for text in (page("Sign in", "<input type=password>"), page("Our town", "<p>Welcome to our town.</p>")):
        assert unmoved(seen, text, "text/html") is Health.BLOCKED
    assert seen.check().health in WELL


def test_a_list_of_under_a_third_is_held_and_no_flood_comes_when_it_is_back() -> None:
    seen = watch()
    few = replace(CARDS, shows=3)
    body = Watch(seen.press, few, lively=False).body()
    done = seen.check(body)
    assert done.health is Health.CHANGED
    assert done.evidence.startswith("3 items, where 15 are usual")
    owed = seen.owed
    assert (seen.check().new, seen.owed) == (0, owed)


def test_a_list_of_what_is_new_alone_may_be_short_and_empty() -> None:
    seen = Watch(Press(ENGLISH, 5, pace=0.6), BRIEF[0], lively=False)
    states = []
    for _ in range(60):
        states.append(seen.check().health)
        seen.press.wait(12)
    assert Health.EMPTY in states
    assert not {*states} & {Health.CHANGED, Health.BLOCKED, Health.DOWN}


def test_a_selector_that_matches_nothing_any_more_is_a_changed_page() -> None:
    seen = watch(BY_HAND)
    assert unmoved(seen, seen.body().replace("card", "tile")) is Health.CHANGED


def test_a_list_that_is_there_and_holds_nothing_is_empty() -> None:
    seen = watch()
    bare = seen.body().partition('<ul class="cards">')
    assert unmoved(seen, f'{bare[0]}<ul class="cards"></ul></main></body></html>') is Health.EMPTY


def test_a_page_that_breaks_off_is_no_shorter_list() -> None:
    seen = watch()
    body = seen.body()
    assert unmoved(seen, body[: len(body) // 2]) is Health.DOWN


def test_a_feed_that_breaks_off_is_no_shorter_feed() -> None:
    seen = watch(RSS)
    body = seen.body()
    assert unmoved(seen, body[: len(body) // 2]) is Health.DOWN


def test_strangers_instead_of_all_that_is_known_are_held() -> None:
    seen = watch()
    moved(seen)
    seen.press.wait(8)
    assert unmoved(seen) is Health.CHANGED
    assert "none of the 15 items was ever seen here" in seen.store.state(NEWS).evidence


def test_what_was_held_for_days_is_taken_as_it_is_and_only_what_is_dated_since_is_sent() -> None:
    seen = watch()
    moved(seen)
    for _ in range(4):
        assert unmoved(seen) is Health.CHANGED
        seen.press.now += timedelta(hours=20)
    late = seen.press.write()
    owed = seen.owed
    done = seen.check()
    assert (done.health, done.new) == (Health.FRESH, 15)
    told = list(seen.store.deliveries.values())[owed:]
    assert [seen.store.items_by_id[one.item_id].title for one in told] == [late.title]
    assert seen.check().health is Health.QUIET


def test_a_doubt_that_is_over_leaves_nothing_behind() -> None:
    seen = watch()
    stories = list(seen.press.stories)
    moved(seen)
    seen.check()
    seen.press.stories = stories
    assert seen.check().health is Health.QUIET
    assert seen.store.state(NEWS).profile.doubt is None


def test_news_by_their_dates_are_believed_however_many() -> None:
    seen = watch()
    for _ in range(30):
        seen.press.now += timedelta(hours=8)
        seen.press.write()
    assert (seen.check().health, seen.owed > 14) == (Health.FRESH, True)


def test_a_burst_of_old_items_is_held() -> None:
    seen = watch()
    for days in range(11):
        seen.press._write(seen.press.now - timedelta(days=300 + days))
    body = Watch(seen.press, replace(CARDS, shows=80), lively=False).body()
    assert unmoved(seen, body) is Health.CHANGED


def test_dates_that_are_gone_are_named_and_what_is_new_is_dated_when_it_was_seen() -> None:
    seen = watch()
    story, owed = seen.press.write(), seen.owed
    bare = re.sub('<p class="card__date">.*?</p>', "", seen.body())
    done = seen.check(bare)
    assert (done.health, seen.owed) == (Health.CHANGED, owed + 1)
    assert done.evidence.startswith("dates: 0 of 15 items have them")
    item = next(one for one in seen.store.items_by_id.values() if one.title == story.title)
    assert (item.dated, item.published_at) == ("seen", seen.press.now)


def test_a_date_that_comes_later_is_taken_and_tells_nobody_anything() -> None:
    seen = watch(UNDATED)
    seen.check()
    story, owed, body = seen.press.latest(1)[0], seen.owed, seen.body()
    for one in seen.press.latest(15):
        body = body.replace(
            f'<h3><a href="{one.link}">', f'<time datetime="{iso(one)}"></time><h3><a href="{one.link}">'
        )
    done = seen.check(body)
    item = next(one for one in seen.store.items_by_id.values() if one.title == story.title)
    assert (done.health, item.dated, item.published_at, seen.owed) == (Health.QUIET, "time", story.published, owed)


def test_dates_that_are_all_of_today_are_not_believed() -> None:
    seen = watch()
    story = seen.press.write(published=seen.press.now)
    dates = {ENGLISH.date(one.published) for one in seen.press.latest(15)}
    body = seen.body()
    for date in dates:
        body = body.replace(f'"card__date">{date}', f'"card__date">{ENGLISH.date(seen.press.now)}')
    done = seen.check(body)
    assert done.health is Health.CHANGED
    assert "known items are listed with another date than before, all with the same" in done.evidence
    item = next(one for one in seen.store.items_by_id.values() if one.title == story.title)
    assert item.dated == "seen"


def test_an_item_from_the_future_is_dated_when_it_was_seen_and_keeps_its_place() -> None:
    seen = watch()
    story = seen.press.write(published=seen.press.now + timedelta(days=40))
    seen.check()
    item = next(one for one in seen.store.items_by_id.values() if one.title == story.title)
    assert (item.dated, item.published_at) == ("seen", seen.press.now)


def test_a_list_in_another_order_is_the_same_list() -> None:
    seen = watch()
    body = seen.body()
    head, *cards = body.split('<li class="card">')
    last, rest = cards[-1].split("</ul></main>", 1)
    turned = "".join(f'<li class="card">{card}' for card in reversed([*cards[:-1], last]))
    assert unmoved(seen, f"{head}{turned}</ul></main>{rest}") is Health.QUIET


def test_broken_letters_are_no_edits() -> None:
    seen = Watch(Press(GERMAN, 1), CARDS, lively=False).learn(8)
    assert unmoved(seen, seen.body().encode().decode("cp1252", "replace")) is Health.CHANGED


def test_everything_said_anew_at_once_is_held() -> None:
    seen = watch()
    for story in seen.press.latest(15):
        seen.press.edit(story, summary="Our office tells you more about this.")
    assert unmoved(seen) is Health.CHANGED
    assert "15 of 15 known items say something else at once" in seen.store.state(NEWS).evidence


def test_a_page_that_is_not_modified_after_a_doubt_is_looked_at_whole() -> None:
    seen = watch()
    body = Watch(seen.press, replace(CARDS, shows=8), lively=False).body()
    assert seen.check(body).health is Health.CHANGED
    assert seen.store.state(NEWS).validators.digest is None


@pytest.mark.parametrize("markup", [CARDS, RSS], ids=lambda one: one.name)
def test_the_first_look_has_nothing_to_be_held_against(markup: Markup) -> None:
    seen = Watch(Press(ENGLISH, 1), replace(markup, shows=2), lively=False)
    assert seen.check().baseline


def test_soft_errors_within_the_frame_of_the_site_are_told() -> None:
    seen = watch()
    fault = instead("<h1>Seite nicht gefunden</h1><p>Die Seite gibt es nicht mehr.</p>", frame=True)
    assert unmoved(seen, fault(seen.body(), CARDS, ENGLISH)) is Health.BLOCKED


def test_how_alike_pages_are_built_is_told_by_a_sample() -> None:
    assert alike((1, 2, 3, 4), (1, 2, 3, 4)) == 1
    assert alike((1, 2, 3, 4), (5, 6, 7, 8)) == 0
    assert alike((), (1,)) == 0


def test_what_is_left_when_a_source_is_read_elsewhere_is_how_much_it_publishes() -> None:
    profile = watch().store.state(NEWS).profile
    left = profile.elsewhere()
    assert (left.looks, left.counts, left.rate, left.kept) == (1, (), profile.rate, profile.kept)
    assert Profile().elsewhere() == Profile()


def test_what_is_held_is_taken_at_once_when_the_operator_says_so() -> None:
    seen = watch()
    moved(seen)
    assert unmoved(seen) is Health.CHANGED
    seen.store.states[NEWS] = seen.store.state(NEWS).accepted()
    owed = seen.owed
    done = seen.check()
    assert (done.new, seen.owed) == (15, owed)
    assert done.evidence.startswith("accepted as it is now; none of the 15 items was ever seen here")


def test_what_has_lost_its_links_is_held_even_then() -> None:
    seen = watch(RSS)

    def without() -> str:
        return re.sub("(</title>)<link>[^<]*</link>(?=<guid)", r"\1", seen.body())

    assert unmoved(seen, without()) is Health.CHANGED
    seen.store.states[NEWS] = seen.store.state(NEWS).accepted()
    assert unmoved(seen, without()) is Health.CHANGED
    assert "links: 0 of 20 items have them" in seen.store.state(NEWS).evidence


def test_a_source_that_only_lost_a_part_fails_for_the_operator_as_well() -> None:
    seen = watch()
    for _ in range(3):
        seen.check(re.sub('<p class="card__date">.*?</p>', "", seen.body()))
    state = seen.store.state(NEWS)
    assert (state.health, state.failures, state.failing_since) == (Health.CHANGED, 3, seen.press.now)


def test_items_whose_old_addresses_lead_to_the_new_ones_are_found_a_few_at_a_look() -> None:
    seen = watch()
    old = {story.number: story.link for story in seen.press.stories}
    moved(seen)
    for story in seen.press.stories:
        seen.fetcher.answers[SITE + old[story.number]] = Page(url=SITE + story.link, body=b"<p>here</p>")
    for _ in range(3):
        seen.check()
        seen.press.now += timedelta(minutes=7)
    assert len({item for (_, key), item in seen.store.keys.items() if "/node/" in key}) > 3
    assert len(seen.store.items_by_id) == len(set(seen.store.keys.values()))
