"""Every format of a webhook, held against what its service takes; the schemas stand in tests/data/webhooks."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from feedbot.compose import Letterhead, compose, portions
from feedbot.compose.news import fitted, html, markdown, units
from feedbot.compose.preview import files
from feedbot.compose.template import fault
from feedbot.delivery import Delivery, Event, Hook, Note
from feedbot.item import Image, Item, ItemId
from feedbot.source import Source, SourceId, TargetId
from feedbot.target import AppriseTarget, Format, WebhookTarget
from tests.newsfeed import SITE, bare, full

SCHEMAS = Path(__file__).parents[1] / "data" / "webhooks"
OWED_AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
OFFICE = Source(
    id=SourceId("office"), url="https://office.example/news", title="Safety office", timezone="Europe/London"
)
CLINIC = Source(id=SourceId("clinic"), url="https://clinic.example/news", title="Clinic")
LETTERHEAD = Letterhead(site=SITE, sources={OFFICE.id: OFFICE, CLINIC.id: CLINIC})
CHATS: list[Format] = [one for one in get_args(Format) if one not in {"standard", "cloudevents", "template"}]
OURS: list[Format] = ["standard", "cloudevents"]
SLY = "@everyone <!channel> <users/all> [x](https://e.example) *b* \u202e{{ 7*7 }} <at>all</at> & `code` | \\"
WORDS = st.text(st.characters(codec=None), max_size=3_000) | st.sampled_from(["x" * 9_000, "é&<" * 4_000, SLY, ""])
LINKS = ["javascript:x", *(f"https://e.example/{tail}" for tail in ("a&" * 490, "é" * 900, "a" * 1_970))]
LIMITS: dict[Format, int] = {"teams": 20_000, "googlechat": 32_000, "matrix": 65_536, "mattermost": 16_383}


def target(form: Format, **said: Any) -> WebhookTarget:
    plain: dict[str, Any] = {"id": TargetId("hook"), "url": "https://hooks.example/s3cret", "room": "!r:e.example"}
    return WebhookTarget(format=form, **(plain | said))


def owed(items: Sequence[Item], event: Event = "published") -> list[Delivery]:
    return [
        Delivery(
            item_id=one.id, revision=1, target_id=TargetId("hook"), event=event, created_at=OWED_AT, due_at=OWED_AT
        )
        for one in items
    ]


def hook(to: WebhookTarget, items: Sequence[Item], event: Event = "published") -> Hook:
    message = compose(to, owed(items, event), {one.id: one for one in items}, LETTERHEAD)
    assert isinstance(message, Hook)
    return message


def told(form: Format, *items: Item, event: Event = "published", **said: Any) -> dict[str, Any]:
    message = hook(target(form, **said), items, event)
    body = json.loads(message.body)
    hold(form, body, message.body)
    return dict(body)


def hold(form: Format, body: dict[str, Any], raw: bytes) -> None:
    """Hold a payload against its schema, and against what no schema can count."""
    schema = json.loads((SCHEMAS / f"{form}.schema.json").read_text())
    Draft202012Validator(schema).validate(body)
    assert len(raw) <= LIMITS.get(form, 66_000)
    match form:
        case "discord":
            embeds = body["embeds"]
            texts = [one["title"] + one.get("description", "") + one["footer"]["text"] for one in embeds]
            assert sum(map(len, texts)) <= 6_000
        case "telegram":
            shown = unescape(re.sub(r"<[^>]+>", "", body["text"]))
            assert 1 <= len(shown.encode("utf-16-le")) // 2 <= 4_096
        case "googlechat":
            assert sum(len(one["widgets"]) for one in body["cardsV2"][0]["card"]["sections"]) <= 100
        case "ntfy":
            assert len(body["message"].encode()) <= 4_096
        case "standard":
            assert len(raw) <= 20_000
        case "cloudevents":
            assert len(raw) <= 64_000


def many(count: int, **said: Any) -> list[Item]:
    return [full(f"i{number}", title=f"Story number {number}", **said) for number in range(count)]


def texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for part in value.values():
                yield from texts(part)
        case list():
            for part in value:
                yield from texts(part)


@pytest.mark.parametrize("form", CHATS)
def test_one_item_is_told_with_headline_summary_picture_date_and_button(form: Format) -> None:
    item = full(title="Corridors", summary="Patients wait.", image=Image(url="https://office.example/c.jpg", alt="Bed"))
    said = " ".join(texts(told(form, item)))
    for words in ("Corridors", "Patients wait.", "Safety office", "https://office.example/c.jpg", "Read the report"):
        assert words in said
    assert "24 October 2024" in said
    assert "https://office.example/reports/7" in said


@pytest.mark.parametrize("form", CHATS)
def test_a_telling_again_is_marked(form: Format) -> None:
    assert "Updated: " in " ".join(texts(told(form, full(), event="updated")))
    assert "Withdrawn: " in " ".join(texts(told(form, full(), event="withdrawn")))


@pytest.mark.parametrize("form", CHATS)
def test_an_item_with_nothing_but_a_title_is_told(form: Format) -> None:
    assert "Title" in " ".join(texts(told(form, bare(url="", title="Title"))))


@pytest.mark.parametrize("form", CHATS)
def test_what_does_not_fit_is_told_in_further_messages_and_nothing_twice(form: Format) -> None:
    items = many(60)
    parts = portions(target(form), owed(items), {one.id: one for one in items}, LETTERHEAD)
    assert [one.item_id for part in parts for one in part] == [item.id for item in items]
    assert 1 < len(parts) < 60
    for part in parts:
        chosen = [item for item in items if item.id in {one.item_id for one in part}]
        said = " ".join(texts(told(form, *chosen)))
        assert "more" not in said.replace(f"and {len(chosen) - 1} more –", "")
        assert all(re.search(rf"{item.title}\b", said) for item in chosen)


@pytest.mark.parametrize("form", [*CHATS, *OURS])
def test_a_cap_counts_the_rest_and_says_where_it_stands(form: Format) -> None:
    items = many(7)
    capped = target(form, cap=3)
    assert len(portions(capped, owed(items), {one.id: one for one in items}, LETTERHEAD)) == 1
    said = " ".join(texts(told(form, *items, cap=3)))
    assert "Story number 2" in said
    assert "Story number 3" not in said
    assert "https://office.example/news" in said
    if form in CHATS:
        assert "and 4 more" in said


@pytest.mark.parametrize("form", CHATS)
def test_more_than_a_message_can_hold_is_counted(form: Format) -> None:
    said = " ".join(texts(told(form, *many(200))))
    assert re.search(r"and \d\d+ more", said)


@pytest.mark.parametrize("form", CHATS)
def test_nobody_is_called_and_no_markup_of_a_stranger_is_read(form: Format) -> None:
    item = full(title=SLY, summary=SLY)
    body = told(form, item)
    said = " ".join(texts(body))
    assert "\u202e" not in said
    match form:
        case "slack":
            blocks = json.dumps([one for one in body["blocks"] if one["type"] != "header"])  # a header is plain text
            assert "<!" not in blocks + body["text"]
        case "discord":
            assert body["allowed_mentions"] == {"parse": []}
        case "mattermost" | "rocketchat":
            assert "@everyone" not in said
        case "telegram" | "matrix":
            shown = body["text" if form == "telegram" else "formatted_body"]
            assert "<at>" not in shown
            assert "&lt;at&gt;" in shown
        case "googlechat":
            shown = json.dumps(body["cardsV2"][0]["card"]["sections"])
            assert "<users" not in shown


@pytest.mark.parametrize("form", [*CHATS, *OURS])
@settings(deadline=None, max_examples=25)
@given(
    title=WORDS,
    summary=WORDS,
    alt=WORDS,
    link=st.sampled_from(
        [
            "https://e.example/" + "a&" * 490,
            "https://e.example/" + "é" * 900,
            "https://e.example/" + "a" * 1_970,
            "javascript:x",
        ]
    ),
)
def test_whatever_is_said_the_limits_are_kept(form: Format, title: str, summary: str, alt: str, link: str) -> None:
    image = Image(url=link, alt=alt)
    items = [
        full(f"i{n}", title=title, summary=summary, image=image, url=link, fields={"report": link}) for n in range(3)
    ]
    told(form, items[0])
    for part in portions(target(form), owed(items), {one.id: one for one in items}, LETTERHEAD):
        told(form, *items[: len(part)])
    told(form, *items, cap=1)


@pytest.mark.parametrize("form", [*CHATS, *OURS])
def test_every_try_carries_the_same_bytes(form: Format) -> None:
    assert hook(target(form), [full()]) == hook(target(form), [full()])


def test_only_our_own_words_are_signed() -> None:
    assert all(not hook(target(form), [full()]).signed for form in CHATS)
    assert all(hook(target(form), [full()]).signed for form in OURS)


def test_where_a_message_goes_is_how_its_service_wants_it() -> None:
    bot = hook(target("telegram", url="https://api.telegram.org/bot1:x", room="@news"), [full()])
    assert (bot.url, json.loads(bot.body)["chat_id"]) == ("https://api.telegram.org/bot1:x/sendMessage", "@news")
    push = hook(target("ntfy", url="https://ntfy.example/alerts"), [full()])
    assert (push.url, json.loads(push.body)["topic"]) == ("https://ntfy.example/", "alerts")
    embed = hook(target("discord", url="https://discord.example/h?thread_id=1"), [full()])
    assert embed.url == "https://discord.example/h?thread_id=1&wait=true&with_components=true"
    event = hook(target("matrix", url="https://matrix.example"), [full()])
    room = "https://matrix.example/_matrix/client/v3/rooms/%21r%3Ae.example/send/m.room.message/"
    assert (event.url, event.method) == (f"{room}{event.key}", "PUT")


def test_secrets_of_a_target_are_never_shown() -> None:
    shown = repr(target("telegram", url="https://api.telegram.org/bot1:s3cret")) + repr(hook(target("slack"), [full()]))
    assert "s3cret" not in shown


def test_an_event_in_the_cloud_names_its_source_and_its_subject() -> None:
    body = told("cloudevents", full())
    assert (body["type"], body["source"], body["subject"]) == ("feedbot.item.published", OFFICE.url, "full")
    assert body["data"]["items"][0]["title"] == full().title
    assert hook(target("cloudevents"), [full()]).content_type.startswith("application/cloudevents+json")


def test_several_items_of_one_source_are_one_event_of_several_items() -> None:
    body = told("standard", full(), bare())
    assert (body["type"], len(body["data"]["items"]), body["data"]["source"]["id"]) == ("item.published", 2, "office")


def test_items_of_several_sources_are_a_digest_in_which_each_names_its_own() -> None:
    body = told("standard", full(), replace(bare(), source_id=CLINIC.id))
    assert body["type"] == "digest"
    assert [one["id"] for one in body["data"]["sources"]] == ["office", "clinic"]
    assert [(one["source"], one["event"]) for one in body["data"]["items"]] == [
        ("office", "published"),
        ("clinic", "published"),
    ]


TEMPLATE = '{"msg": {{ item.title | tojson }}, "n": {{ items | length }}, "from": {{ source.title | tojson }}}'


def test_a_template_of_the_operator_makes_the_body() -> None:
    message = hook(target("template", template=TEMPLATE), [full(title='A "title"')])
    assert json.loads(message.body) == {"msg": 'A "title"', "n": 1, "from": "Safety office"}
    assert message.signed


@pytest.mark.parametrize(
    ("template", "why"),
    [
        (TEMPLATE, ""),
        ('{"msg": {{ item.nothing.at.all | tojson }}}', ""),
        ('{"msg": "{{ item.title }}"}', "does not give JSON"),
        ('{"msg": {{ item.title | tojson }}', "does not give JSON"),
        ("{% for %}", "line 1"),
        ("{{ item.title | shout }}", "shout"),
        ('{"n": {{ 1 / 0 }}}', "division by zero"),
        ("{% include 'x' %}", "cannot be rendered"),
    ],
)
def test_a_template_is_tried_before_it_is_used(template: str, why: str) -> None:
    assert why in fault(template)
    assert bool(fault(template)) is bool(why)


def test_a_template_reaches_nothing_but_what_it_is_given() -> None:
    message = hook(target("template", template="{{ ().__class__.__mro__ | tojson }}"), [full()])
    assert message.body == b"null"


def test_a_cut_text_keeps_its_limit_with_its_escapes() -> None:
    assert fitted("a & b & c & d", 12, html) == "a &amp; b…"
    assert len(fitted("*" * 100, 20, markdown)) <= 20
    assert 0 < units(fitted("😀" * 50, 11)) <= 11


def test_item_ids_are_told_as_they_are() -> None:
    assert told("standard", full())["data"]["items"][0]["id"] == ItemId("full")


def note(*items: Item, **said: Any) -> Note:
    to = AppriseTarget(id=TargetId("phone"), urls=("json://x",), **said)
    message = compose(to, owed(items), {one.id: one for one in items}, LETTERHEAD)
    assert isinstance(message, Note)
    return message


def test_a_note_says_what_where_and_when_in_plain_words() -> None:
    said = note(full(title="Corridors"))
    assert said.title == "Corridors"
    for words in (full().summary, "24 October 2024", "Read the report: https://office.example/reports/7", full().url):
        assert words in said.text


def test_a_note_of_many_keeps_its_limit() -> None:
    said = note(*many(60, summary="word " * 200))
    assert len(said.text) <= 3_500
    assert re.search(r"and \d\d more: https://office.example/news", said.text)


def test_every_message_can_be_shown_as_files() -> None:
    assert set(files("a", note(full()))) == {"a.txt"}
    assert set(files("a", hook(target("slack"), [full()]))) == {"a.json"}
