import pytest

from feedbot.item import Content, digest
from feedbot.wording import plain


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A  ward\n is full", "A ward is full"),
        ("“Beds” – it’s urgent…", '"Beds" - it\'s urgent...'),
        ("« Beds »", '" Beds "'),
        ("Beds · 12 comments", "Beds · 13 comments"),
        ("Beds (1,204 views)", "Beds (1.3k views)"),
        ("Comments: 4 Beds", "Comments: 17 Beds"),
        ("5 min read. Beds", "6 min read. Beds"),
        ("Published 3 hours ago", "Published 2 days ago"),
        ("vor 3 Stunden", "vor 4 Stunden"),
        ("il y a 2 jours", "il y a 3 jours"),
    ],
)
def test_what_only_looks_different_is_no_edit(before: str, after: str) -> None:
    assert digest(Content(title=before)) == digest(Content(title=after))
    long = "The ward was full. " * 200
    assert digest(Content(content_text=long + before)) == digest(Content(content_text=long + after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("12 deaths", "13 deaths"),
        ("Beds for 40", "Beds for 41"),
        ("£2.5m for wards", "£2.6m for wards"),
        ("Open 9 hours a day", "Open 8 hours a day"),
        ("Version 1.2 comments", "Version 1.2 comment policy"),
        ("The ward is full", "The ward is not full"),
        ("24 October", "25 October"),
    ],
)
def test_what_says_something_else_is_an_edit(before: str, after: str) -> None:
    assert digest(Content(title=before)) != digest(Content(title=after))


def test_a_title_is_recognised_with_its_counter() -> None:
    assert plain("12 comments") != plain("13 comments")
