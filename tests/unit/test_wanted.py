from dataclasses import replace

import pytest

from feedbot.item import Attachment, Content
from feedbot.source import Filter
from feedbot.wanted import fault, passes, speaks, substantive

NEWS = Content(
    title="Maternity wards: what changed",
    summary="Two years on",
    categories=("News", "Maternity"),
    url="https://example.org/news/maternity",
    authors=("Jo Field",),
)


@pytest.mark.parametrize(
    ("wanted", "through"),
    [
        (Filter(), True),
        (Filter(only={"category": ("news",)}), True),
        (Filter(only={"category": ("blog",)}), False),
        (Filter(only={"title": ("maternity", "birth")}), True),
        (Filter(only={"title": ("mater",)}), False),
        (Filter(only={"title": ("/mater.*changed/",)}), True),
        (Filter(only={"title": ("maternity",), "category": ("blog",)}), False),
        (Filter(never={"author": ("jo field",)}), False),
        (Filter(only={"source": ("hssib",)}), True),
        (Filter(only={"url": ("/news/",)}), True),
        (Filter(only={"content": ("anything",)}), False),
    ],
)
def test_a_filter_lets_through_what_matches_all_of_only_and_none_of_never(wanted: Filter, *, through: bool) -> None:
    assert passes(wanted, NEWS, "hssib") is through


def test_an_extra_field_is_looked_at_by_its_name() -> None:
    item = replace(NEWS, fields={"report": "https://example.org/r.pdf", "title": "another one"})
    assert passes(Filter(only={"fields.report": ("pdf",)}), item)
    assert passes(Filter(only={"fields.title": ("another",)}), item)
    assert not passes(Filter(only={"fields.speaker": ("pdf",)}), item)


def test_a_phrase_is_found_over_any_white_space() -> None:
    item = replace(NEWS, content_text="What we\u00a0 saw\nthere")
    assert passes(Filter(only={"content": ("we saw there",)}), item)


def test_an_expression_that_would_hang_other_engines_is_answered_at_once() -> None:
    item = replace(NEWS, content_text="a" * 100_000 + "!")
    assert not passes(Filter(only={"content": (r"/(a+)+$|(a|aa)+$/",)}), item)


@pytest.mark.parametrize("term", ["/(birth/", r"/(?=x)/", r"/(a)\1/", "/[/"])
def test_what_is_no_expression_of_re2_is_told(term: str) -> None:
    assert fault(term)


def test_characters_that_no_encoding_carries_do_not_stop_a_filter() -> None:
    assert passes(Filter(only={"title": ("/ward/",)}), replace(NEWS, title="ward \ud800"))


@pytest.mark.parametrize(
    ("languages", "spoken", "through"),
    [
        ((), "fr", True),
        (("en",), "en-GB", True),
        (("en",), "EN_us", True),
        (("en-GB",), "en", False),
        (("en", "cy"), "cy", True),
        (("en",), "enx", False),
        (("en",), "fr", False),
        (("en",), None, True),
    ],
)
def test_a_language_takes_its_regions_and_what_says_none(
    languages: tuple[str, ...], spoken: str | None, *, through: bool
) -> None:
    assert speaks(languages, spoken) is through


STORY = Content(
    title="Maternity wards", summary="Two years on.", content_text="The wards were full " * 30, categories=("News",)
)


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (replace(STORY, categories=("News", "Health"), authors=("Jo",)), False),
        (replace(STORY, content_text=STORY.content_text.replace("full", "ful", 1)), False),
        (replace(STORY, title="maternity wards!"), False),
        (replace(STORY, title="Maternity units"), True),
        (replace(STORY, summary="3 years on."), True),
        (replace(STORY, content_text=STORY.content_text + "Nobody had said so until this morning."), True),
        (replace(STORY, attachments=(Attachment(url="https://example.org/r.pdf"),)), True),
    ],
)
def test_slips_of_the_pen_are_not_worth_telling_and_news_is(after: Content, *, told: bool) -> None:
    assert substantive(STORY, after) is told
