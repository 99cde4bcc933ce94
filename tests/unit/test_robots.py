"""What a robots.txt asks of feedbot (RFC 9309)."""

from datetime import UTC, datetime, timedelta

import pytest

from feedbot.robots import AGAIN, GOOD, LOST, Robots, meant_for_us

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ORIGIN = "https://example.org"


def allows(text: str, path: str = "/news/1") -> bool:
    return Robots(origin=ORIGIN, rules=meant_for_us(text.encode()), asked_at=NOW).allows(ORIGIN + path)


def test_without_rules_everything_is_open() -> None:
    assert allows("")
    assert allows("<!doctype html><title>Not found</title><p>Sorry: nothing here")
    assert allows("User-agent: *\nDisallow:")


def test_what_is_meant_for_all_is_meant_for_feedbot() -> None:
    assert not allows("User-agent: *\nDisallow: /news")
    assert allows("User-agent: *\nDisallow: /private")


def test_a_group_of_its_own_goes_before_that_of_all() -> None:
    text = "User-agent: *\nDisallow: /\n\nUser-agent: FeedBot\nDisallow: /private\n"
    assert allows(text)
    assert not allows(text, "/private/1")


def test_several_groups_that_name_it_count_together() -> None:
    text = "User-agent: feedbot\nDisallow: /a\n\nUser-agent: *\nDisallow: /\n\nUser-agent: feedbot\nDisallow: /b\n"
    assert [allows(text, path) for path in ("/a", "/b", "/c")] == [False, False, True]


@pytest.mark.parametrize("agent", ["feed", "bot", "feedbot-news", "feedbots", "superfeedbot", "feedbot_x"])
def test_names_that_only_look_like_its_own_are_of_others(agent: str) -> None:
    assert allows(f"User-agent: {agent}\nDisallow: /")


@pytest.mark.parametrize("agent", ["feedbot/1.0", "FEEDBOT", "feedbot (+https://example.org)", "feedbot*"])
def test_its_name_is_known_with_a_version_and_in_any_case(agent: str) -> None:
    assert not allows(f"User-agent: {agent}\nDisallow: /")


def test_agents_share_a_group_whatever_stands_between_their_lines() -> None:
    text = "User-agent: feedbot\nCrawl-delay: 5\nSitemap: https://example.org/s.xml\nUser-agent: other\nDisallow: /news"
    assert not allows(text)


def test_a_mark_at_the_beginning_and_any_end_of_line_are_understood() -> None:
    assert not allows("\ufeffUser-agent: *\rDisallow: /news\r\n")
    assert not allows("User-agent: * # all of you\nDisallow: /news # and this")
    assert allows("User-agent: *\nAllow: /\u2028Disallow: /news")


def test_rules_before_any_agent_are_nobodys() -> None:
    assert allows("Disallow: /\nUser-agent: other\nDisallow: /")


@pytest.mark.parametrize(
    ("rules", "path", "open_"),
    [
        ("Disallow: /news\nAllow: /news/open", "/news/open/1", True),
        ("Allow: /news\nDisallow: /news", "/news", True),
        ("Disallow: /*.xml$", "/feed.xml", False),
        ("Disallow: /*.xml$", "/feed.xml?page=2", True),
        ("Disallow: /a%20b", "/a b", False),
        ("Disallow: /caf%C3%A9", "/café", False),
        ("Disallow: /a%2Fb", "/a/b", True),
        ("Disallow: /*?page=", "/news?page=2", False),
        ("dissallow: /news", "/news", False),
    ],
)
def test_the_longest_rule_counts_and_wildcards_and_escapes_are_understood(rules: str, path: str, open_: bool) -> None:  # noqa: FBT001 - a column
    assert allows(f"User-agent: *\n{rules}", path) is open_


def test_a_hostile_file_is_read_in_no_time() -> None:
    stars = "User-agent: *\nDisallow: /" + "*a" * 200 + "b\n" + "Disallow: /x\n" * 40_000
    assert allows(stars, "/" + "a" * 2_000)


def test_it_is_good_for_a_day_and_a_clock_set_back_ends_that() -> None:
    known = Robots(origin=ORIGIN, rules="", asked_at=NOW)
    assert known.is_good(NOW + GOOD - timedelta(seconds=1))
    assert not known.is_good(NOW + GOOD)
    assert not known.is_good(NOW - timedelta(hours=1))


def test_one_that_never_answered_closes_everything_for_thirty_days() -> None:
    silent = Robots(origin=ORIGIN, asked_at=NOW).silent("503", NOW)
    assert silent.closes(NOW)
    assert not silent.is_good(NOW + AGAIN)
    still = silent.silent("503", NOW + LOST)
    assert not still.closes(NOW + LOST)
    assert still.allows(f"{ORIGIN}/news")


def test_one_that_answers_no_more_keeps_what_it_said() -> None:
    known = Robots(origin=ORIGIN, rules="Disallow: /private", asked_at=NOW).silent("503", NOW + GOOD)
    assert not known.closes(NOW + GOOD)
    assert not known.allows(f"{ORIGIN}/private/1")
    assert known.allows(f"{ORIGIN}/news")
