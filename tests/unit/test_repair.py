"""Repair: what is known is found again in a page that was built anew, with proof; in doubt nothing is taken."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from feedbot.repair import difference
from feedbot.source import Health, ListingRule, Repairs
from tests.suite.faults import WELL, instead, page
from tests.suite.markups import HTML, Markup
from tests.suite.press import ENGLISH, TONGUES, Press
from tests.suite.rebuilds import REBUILDS
from tests.suite.redesigns import REDESIGNS, pairs, redesigned
from tests.suite.traps import TRAPS
from tests.suite.watch import NEWS, Watch

CARDS, BY_HAND, POSTS, TABLE, BYLINES = HTML[0], HTML[1], HTML[2], HTML[4], HTML[15]
UNDATED = next(one for one in HTML if not one.dated)
HOUR = timedelta(hours=1)


def watch(markup: Markup = CARDS, repair: Repairs | None = None) -> Watch:
    seen = Watch(Press(ENGLISH, 1), markup, lively=False, repair=repair).learn(8)
    seen.check()
    return seen


def rebuilt(seen: Watch, markup: Markup = TABLE) -> None:
    seen.markup = replace(markup, select=seen.markup.select, shows=seen.markup.shows)
    seen.press.now += HOUR


def titles(seen: Watch) -> set[str]:
    return {one.title for one in seen.store.items_by_id.values()}


def test_a_rule_that_was_worked_out_is_found_anew_and_what_is_known_stays_as_it_is() -> None:
    seen = watch()
    before, owed = dict(seen.store.items_by_id), seen.owed
    rebuilt(seen)
    done = seen.check()
    assert (done.health, done.new, done.changed) == (Health.QUIET, 0, 0)
    assert done.evidence.startswith("repaired, for 15 known items are in it as they were")
    assert seen.owed == owed
    assert {one.id: (one.title, one.summary, one.changed_at) for one in seen.store.items_by_id.values()} == {
        one.id: (one.title, one.summary, one.changed_at) for one in before.values()
    }
    assert seen.check().health is Health.QUIET
    assert seen.store.state(NEWS).rules.history[-1].how == "repaired"


def test_what_was_published_since_comes_with_the_repair_and_is_told() -> None:
    seen = watch()
    owed = seen.owed
    rebuilt(seen)
    story = seen.press.write()
    assert seen.check().new == 1
    assert (seen.owed - owed, story.title in titles(seen)) == (1, True)


def test_a_rule_that_was_written_by_hand_is_not_replaced_but_another_one_proposed() -> None:
    seen = watch(BY_HAND)
    rebuilt(seen)
    story = seen.press.write()
    done = seen.check()
    assert (done.health, done.new, story.title in titles(seen)) == (Health.CHANGED, 0, False)
    assert "`feedbot repair news` shows it, with `--accept` it is taken" in done.evidence
    proposal = seen.store.state(NEWS).rules.proposal
    assert proposal is not None
    assert proposal.rule == ListingRule(item="tbody > tr", title="a", link="a", date="td")
    assert seen.check().health is Health.CHANGED
    assert seen.store.state(NEWS).rules.history == (proposal,)


def test_an_accepted_rule_is_read_by_and_its_items_come() -> None:
    seen = watch(BY_HAND)
    rebuilt(seen)
    seen.check()
    story, owed = seen.press.write(), seen.owed
    seen.ask("accept")
    done = seen.check()
    assert (done.health, done.new, done.changed, seen.owed - owed) == (Health.FRESH, 1, 0, 1)
    assert story.title in titles(seen)
    later = seen.press.write()
    assert (seen.check().health, later.title in titles(seen)) == (Health.FRESH, True)
    state = seen.store.state(NEWS)
    assert (state.asked, state.rules.pinned, state.rules.proposal) == ("", True, None)


def test_a_rule_that_was_taken_back_is_not_taken_again() -> None:
    seen = watch(BY_HAND, repair="auto")
    rebuilt(seen)
    assert seen.check().health is Health.QUIET
    taken = seen.store.state(NEWS).rules.rule
    seen.ask("undo")
    seen.press.now += HOUR
    seen.check()
    book = seen.store.state(NEWS).rules
    assert (taken in book.refused, book.rule != taken) == (True, True)


def test_a_select_by_hand_is_repaired_unasked_where_that_is_wanted() -> None:
    seen = watch(BY_HAND, repair="auto")
    rebuilt(seen, POSTS)
    story = seen.press.write()
    assert (seen.check().health, story.title in titles(seen)) == (Health.FRESH, True)
    rule = seen.store.state(NEWS).rules.rule
    assert rule == ListingRule(
        item="article.post", title="h2", link="h2 a", date=".entry-date", summary=".entry-summary"
    )


def test_a_source_that_is_not_to_be_repaired_is_not() -> None:
    seen = watch(BY_HAND, repair="off")
    rebuilt(seen)
    done = seen.check()
    assert (done.health, "repair" in done.evidence) == (Health.CHANGED, False)
    assert seen.store.state(NEWS).rules.proposal is None


def test_what_the_operator_writes_goes_before_what_was_repaired() -> None:
    seen = watch(BY_HAND, repair="auto")
    rebuilt(seen)
    seen.check()
    seen.markup = replace(seen.markup, select=ListingRule(item="table.list tr", title=".t", link=".t a", date=".d"))
    seen.check()
    book = seen.store.state(NEWS).rules
    assert (book.pinned, [one.how for one in book.history]) == (False, ["repaired"])


def test_another_list_in_the_place_of_the_news_is_held_and_the_reason_told() -> None:
    seen = watch()
    known = titles(seen)
    rows = "".join(
        f"<li><h3><a href='/events/{n}'>Guided walk {n} by the sea</a></h3><p>{n + 3} January 2019</p></li>"
        for n in range(12)
    )
    body = page("News", f"<main><ul class='events'>{rows}</ul></main>")
    done = seen.check(body)
    assert (done.health, titles(seen)) == (Health.CHANGED, known)
    assert done.evidence.endswith("not repaired: no list of the page shows anything that is known")


def test_a_list_of_the_most_read_is_not_taken_for_the_news() -> None:
    seen = watch()
    known = titles(seen)
    some = [*seen.press.latest(15)[3::4], *seen.press.latest(40)[20::5]]
    rows = "".join(f"<li><a href='{one.link}'>{one.title}</a></li>" for one in some)
    done = seen.check(page("News", f"<main><h2>Most read</h2><ol>{rows}</ol></main>"))
    assert (done.health in {Health.CHANGED, Health.EMPTY}, titles(seen)) == (True, known)
    assert "not repaired: the list at 'ol > li' is not taken: " in done.evidence


def test_older_news_are_not_taken_for_the_news() -> None:
    seen = watch()
    known = titles(seen)
    older = seen.press.latest(15)[5:]
    rows = "".join(f"<li><a href='{one.link}'>{one.title}</a> {ENGLISH.date(one.published)}</li>" for one in older)
    done = seen.check(page("News", f"<main><ul>{rows}</ul></main>"))
    assert (done.health, titles(seen)) == (Health.CHANGED, known)
    assert "known items that are as new are not in it" in done.evidence


def test_a_page_that_is_built_as_ever_is_no_matter_for_repair() -> None:
    seen = watch()
    few = Watch(seen.press, replace(CARDS, shows=3), lively=False).body()
    done = seen.check(few)
    assert (done.health, done.evidence.startswith("3 items, where 15 are usual")) == (Health.CHANGED, True)
    assert "repair" not in done.evidence


def test_a_page_for_nobody_is_no_matter_for_repair() -> None:
    seen = watch()
    assert seen.check(instead(page("Sign in", "<input type=password>"))("", CARDS, ENGLISH)).health is Health.BLOCKED
    assert seen.check().health in WELL


def test_undated_news_are_found_again_by_their_order() -> None:
    seen = watch(UNDATED)
    bare = replace(
        TABLE,
        dated=False,
        draw=lambda stories, look: UNDATED.draw(stories, look).replace("news-item", "x").replace("h3", "h5"),
    )
    rebuilt(seen, bare)
    story = seen.press.write()
    assert (seen.check().health, story.title in titles(seen)) == (Health.FRESH, True)


def test_what_a_page_tells_machines_is_read_where_nothing_else_of_it_is_the_news() -> None:
    seen = watch()
    rebuilt(seen, replace(TABLE, draw=REBUILDS["data of a script"]))
    story, owed = seen.press.write(), seen.owed
    done = seen.check()
    assert (done.health, done.new, done.changed, seen.owed - owed) == (Health.FRESH, 1, 0, 1)
    state = seen.store.state(NEWS)
    assert (state.way_url, state.way_kind, state.rules.history[-1].rule) == (seen.source.url, "state", None)
    assert state.rules.history[-1].why.startswith("what the page tells machines (state) is read, for 14 known items")
    later = seen.press.write()
    assert seen.check().health is Health.FRESH
    assert {story.title, later.title} < titles(seen)


def test_a_page_that_went_back_to_a_list_is_read_by_a_rule_again() -> None:
    seen = watch()
    rebuilt(seen, replace(TABLE, draw=REBUILDS["data of a script"]))
    seen.check()
    rebuilt(seen)
    assert seen.check().health is Health.QUIET
    state = seen.store.state(NEWS)
    assert (state.way_url, state.rules.pinned) == ("", True)


def test_where_a_select_stands_what_the_page_tells_machines_is_only_named() -> None:
    seen = watch(BY_HAND)
    rebuilt(seen, replace(TABLE, draw=REBUILDS["data for machines"]))
    done = seen.check()
    assert done.health is Health.CHANGED
    assert done.evidence.endswith("what the page tells machines is the news: `kind: jsonld` would read it")
    assert seen.store.state(NEWS).rules.proposal is None


def test_a_part_that_comes_for_all_items_with_the_layout_is_no_edit() -> None:
    seen = watch(replace(HTML[8], name="headings"))
    before, owed = dict(seen.store.items_by_id), seen.owed
    rebuilt(seen, BYLINES)
    done = seen.check()
    assert (done.health, done.changed, seen.owed - owed) == (Health.QUIET, 0, 0)
    assert {(one.title, one.changed_at) for one in before.values()} == {
        (one.title, one.changed_at) for one in seen.store.items_by_id.values()
    }
    story = seen.press.latest(1)[0]
    seen.press.edit(story, title=f"{story.title}, and pays for it")
    assert seen.check().changed == 1


def test_a_title_that_goes_on_is_an_edit_and_one_that_is_cut_is_none() -> None:
    seen = watch()
    story = seen.press.latest(1)[0]
    seen.press.edit(story, title=f"{story.title}, and pays for it")
    assert seen.check().changed == 1
    seen.press.edit(story, title=f"{story.title[:-8]}…")
    assert seen.check().changed == 0
    assert f"{story.title}, and pays for it" in titles(seen)


def test_a_summary_that_is_written_anew_is_an_edit_and_one_that_is_left_out_is_none() -> None:
    seen = watch()
    story = seen.press.latest(1)[0]
    seen.press.edit(story, summary="")
    assert seen.check().changed == 0
    seen.press.edit(story, summary="It is all quite different from what was said this morning, says the board.")
    assert seen.check().changed == 1


def test_two_rules_are_told_apart_line_by_line() -> None:
    old = ListingRule(item="li.card", title="h2", date=".card__date")
    new = ListingRule(item="tr", title="h2", link="a")
    assert difference(old, new) == ("- item: li.card", "+ item: tr", "  title: h2", "+ link: a", "- date: .card__date")
    assert difference(None, ListingRule(item="tr")) == ("+ item: tr",)


def test_most_redesigns_are_repaired_with_no_hand_and_nothing_wrong_is_published() -> None:
    outcomes = []
    for number, (markup, redesign) in enumerate([*pairs()][7::29]):
        press = Press(TONGUES[number % len(TONGUES)], number)
        outcomes.append(redesigned(Watch(press, markup, repair="auto").learn(4), redesign, looks=2))
    assert [one.wrong for one in outcomes if one.wrong] == []
    assert sum(one.repaired for one in outcomes) >= 0.9 * len(outcomes)


def test_of_a_page_with_half_of_the_news_gone_no_rule_is_taken() -> None:
    for name in ("every other one gone, as table", "the newer half gone, as table", "the archive, as table"):
        seen = watch()
        known = titles(seen)
        trap = next(one for one in TRAPS if one.name == name)
        rebuilt(seen, trap.build(seen.markup, seen.press))
        done = seen.check()
        book = seen.store.state(NEWS).rules
        assert (done.health, titles(seen), book.pinned, book.proposal) == (Health.CHANGED, known, False, None)


def test_a_page_built_anew_with_half_of_its_items_is_no_matter_for_a_rule_by_hand() -> None:
    seen = watch(BY_HAND)
    trap = next(one for one in TRAPS if one.name == "every other one gone, as table")
    rebuilt(seen, trap.build(seen.markup, seen.press))
    done = seen.check()
    assert (done.health, seen.store.state(NEWS).rules.proposal) == (Health.CHANGED, None)
    assert "known items that are as new are not in it" in done.evidence


def test_what_is_paid_for_between_the_news_of_a_new_page_is_left_out_and_the_news_come() -> None:
    seen = watch()
    trap = next(one for one in TRAPS if one.name == "sponsored ones between, as plain list")
    rebuilt(seen, trap.build(seen.markup, seen.press))
    story = seen.press.write()
    done = seen.check()
    assert (done.health, done.new, story.title in titles(seen)) == (Health.CHANGED, 1, True)
    assert done.evidence.startswith("the page was built anew, and 2 new items lead where no known one does")
    seen.ask("accept")
    seen.store.states[NEWS] = seen.store.state(NEWS).accepted()
    assert seen.check().health in WELL


def test_of_pages_that_only_look_like_the_news_nothing_is_published() -> None:
    wrong: list[str] = []
    for number, (markup, trap) in enumerate([*pairs(redesigns=TRAPS)][5::31]):
        press = Press(TONGUES[number % len(TONGUES)], number)
        wrong += redesigned(Watch(press, markup, repair="auto").learn(4), trap, looks=2).wrong
    assert wrong == []


def test_every_redesign_has_a_name_of_its_own() -> None:
    assert Counter(one.name for one in (*REDESIGNS, *TRAPS)).most_common(1)[0][1] == 1
