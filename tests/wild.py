"""Whatever strangers write into items and feeds, made by hypothesis: for tests of what is rendered of it."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import strategies as st

from feedbot.feed import LIVE, Part
from feedbot.item import Attachment, Image, Item, ItemId, Link, Quote
from feedbot.source import SourceId
from tests.newsfeed import BOTH, OFFICE

NASTY = (
    "\x00\x01\x08\x0b\x0c\x1f",
    "\ufffe\uffff\ud800\udfff",
    "\ud83d\ude00",
    "]]>",
    "<![CDATA[",
    "<b>half <i",
    "&amp;lt;&#0;&bogus;",
    "\u202e\u2067gnirts",
    "👩🏽‍🚀 ﷽ Z͑ͫ",
    "\r\n\t\x85\u2028",
    "<!-- -- -->",
    "<?xml version='1.0'?>",
    "javascript:alert(1)",
    "https://x.example/%zz?a=<b>&c=\"d'#é",
    "https://üñí.example:0/",
    "http://[",
    "en",
    "x" * 2_000,
)
texts = st.text(st.characters(exclude_categories=()), max_size=40) | st.sampled_from(NASTY)
hostile = st.lists(texts, max_size=3).map("".join)
few = st.lists(hostile, max_size=3).map(tuple)
OLDEST = datetime(1000, 1, 2)  # noqa: DTZ001 - hypothesis takes its bounds without a zone
times = st.datetimes(min_value=OLDEST, timezones=st.just(UTC)) | st.just(datetime.max.replace(tzinfo=UTC))
items = st.builds(
    Item,
    id=hostile.map(ItemId),
    source_id=st.sampled_from(["office", "other"]).map(SourceId),
    guid=st.just(""),
    keys=st.just(()),
    published_at=times,
    dated=st.sampled_from(["time", "day", "seen"]),
    first_seen=times,
    changed_at=times,
    digest=st.just(""),
    title=hostile,
    url=hostile,
    summary=hostile,
    content_html=hostile,
    content_text=hostile,
    authors=few,
    categories=few,
    image=st.none() | st.builds(Image, url=hostile, alt=st.none() | hostile),
    attachments=st.lists(
        st.builds(Attachment, url=hostile, type=hostile, length=st.none() | st.integers(), title=hostile), max_size=3
    ).map(tuple),
    quotes=st.lists(st.builds(Quote, text=hostile, speaker=hostile, role=hostile), max_size=2).map(tuple),
    related=st.lists(st.builds(Link, url=hostile, title=hostile), max_size=2).map(tuple),
    fields=st.dictionaries(hostile, hostile, max_size=3),
    language=st.none() | hostile,
    comments=hostile,
)
feeds = st.sampled_from([OFFICE, BOTH]) | st.builds(
    replace, st.just(BOTH), title=hostile, home=hostile, description=hostile, language=st.none() | hostile
)


parts = st.sampled_from(
    [
        LIVE,
        Part(previous="archive-2"),
        Part(name="archive-1", following="archive-2", full=True),
        Part(name="archive-2", previous="archive-1"),
    ]
)
