"""Made-up items: to try a target with, to show what it would get, and to prove that a template holds."""

from dataclasses import replace
from datetime import datetime, timedelta

from feedbot.item import Attachment, Image, Item, ItemId, Link, Quote
from feedbot.source import SourceId

SOURCE, OTHER = SourceId("feedbot-sample-city"), SourceId("feedbot-sample-library")
MADE_UP = ((SOURCE, "City transport"), (OTHER, "Public library"))
"""The sources of the items, and what they are called."""


def samples(now: datetime) -> tuple[Item, ...]:
    """Return items of two sources as of `now`: a rich one, a bare one, one that tries to break out, and a plain one."""
    rich = _item("rich", now).said(_rich(now))
    bare = replace(_item("bare", now - timedelta(hours=3)), title="Opening hours over the holidays", source_id=OTHER)
    sly = replace(
        _item("sly", now - timedelta(days=1)),
        title='He said: "10 < 20 & {{ 7 * 7 }}" \\ </script>',
        summary="A line,\nand another one: @everyone <!channel> *bold* [link](https://example.org/)",
    )
    test = replace(
        _item("test", now),
        url="https://example.org/feedbot-test",
        title="A test message from feedbot",
        summary="If you can read this, the target works. There is no such item.",
    )
    return rich, bare, sly, test


def _item(name: str, when: datetime) -> Item:
    return Item(
        id=ItemId(f"sample-{name}"),
        source_id=SOURCE,
        guid=name,
        keys=(),
        published_at=when,
        dated="time",
        first_seen=when,
        changed_at=when,
        digest="",
        url=f"https://example.org/news/{name}",
        published=when,
    )


def _rich(now: datetime) -> Item:
    return replace(
        _item("rich", now),
        title="What we learned from a year of night buses",
        summary="Ridership doubled on two lines and fell on one. The report says why, and what comes next.",
        content_html="<p>Ridership doubled on two lines and fell on one.</p><h2>What we did</h2>"
        "<p>Buses ran every half hour on six lines from midnight to five.</p>"
        "<ul><li>Lines 2 and 9 were full by one o'clock.</li><li>Line 4 was not.</li></ul>"
        "<h2>What comes next</h2><p>Four lines stay, and two are asked about again in spring.</p>",
        content_text="Ridership doubled on two lines and fell on one.\n\nWhat we did\n\n"
        "Buses ran every half hour on six lines from midnight to five.\n\n- Lines 2 and 9 were full by one o'clock.\n"
        "- Line 4 was not.\n\nWhat comes next\n\nFour lines stay, and two are asked about again in spring.",
        authors=("Robin Vale",),
        categories=("News", "Transport"),
        image=Image(url="https://example.org/night-bus.jpg", alt="A lit bus at an empty stop"),
        quotes=(Quote(text="People plan their evening around the last bus.", speaker="Ada Moss", role="Planner"),),
        related=(Link(url="https://example.org/news/day-buses", title="Day buses get new stops"),),
        attachments=(Attachment(url="https://example.org/night.pdf", type="application/pdf", length=840_000),),
        fields={"report": "https://example.org/reports/night-buses"},
        language="en-GB",
    )
