import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedbot.compose import Letterhead, compose, portions
from feedbot.compose.mime import WIDTH, wrapped
from feedbot.compose.story import line, web
from feedbot.compose.unsubscribe import Leaving
from feedbot.compose.unsubscribe import read as read_token
from feedbot.compose.unsubscribe import token as sign
from feedbot.delivery import Delivery, Mail
from feedbot.item import Attachment, Image, Item, Link, Quote
from feedbot.source import Source, SourceId, TargetId
from feedbot.target import EmailTarget, MaildirTarget
from tests.newsfeed import SITE, bare, full

OWED_AT = datetime(2026, 7, 23, 9, 30, 15, 999, tzinfo=UTC)
TARGET = EmailTarget(id=TargetId("board-mail"), recipients=("Board <board@example.org>", "b@example.org"), apart=False)
OFFICE = Source(
    id=SourceId("office"), url="https://office.example/news", title="Safety office", timezone="Europe/London"
)
LETTERHEAD = Letterhead(site=SITE, sender="Nëws <news@example.org>", sources={OFFICE.id: OFFICE})
HOSTILE = st.text(st.characters(codec=None), max_size=200) | st.sampled_from(
    (
        "a\r\nBcc: x@evil.example",
        "=?utf-8?q?hi?=",
        "<script>alert(1)</script>",
        "From here",
        "\u202eevil",
        "{{ 7*7 }}",
        "",
    )
)


def composed(
    item: Item, *, letterhead: Letterhead = LETTERHEAD, target: EmailTarget | MaildirTarget = TARGET, **said: Any
) -> Mail:
    owed = Delivery(item_id=item.id, revision=1, target_id=target.id, created_at=OWED_AT, due_at=OWED_AT)
    message = compose(target, [replace(owed, **said)], {item.id: item}, letterhead)
    assert isinstance(message, Mail)
    return message


def read(mail: Mail) -> EmailMessage:
    message = message_from_bytes(mail.raw, policy=SMTP)
    assert isinstance(message, EmailMessage)
    return message


def part(mail: Mail, kind: str) -> str:
    body = read(mail).get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def text(item: Item, **said: Any) -> str:
    return part(composed(item, **said), "plain")


def html(item: Item, **said: Any) -> str:
    return part(composed(item, **said), "html")


def test_the_headers_say_what_from_whom_and_that_a_program_sent_it() -> None:
    mail = composed(full())
    message = read(mail)
    assert message["Subject"] == "Corridors: “AT&T <3” & more - Safety office"
    assert message["From"] == "Nëws <news@example.org>"
    assert message["To"] == "Board <board@example.org>, b@example.org"
    assert message["Message-ID"] == f"<{mail.key}@news.example>"
    assert message["List-Id"] == "Patient safety news <board-mail.news.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert "Precedence" not in message
    assert (mail.sender, mail.recipients) == ("news@example.org", ("board@example.org", "b@example.org"))


def test_a_long_subject_is_folded_and_read_as_one_line() -> None:
    title = "Patients who wait in corridors are seen less often, and early signs that they get worse are missed"
    for said in (title, title.replace("often", "öften")):
        mail = composed(full(title=said))
        assert read(mail)["Subject"] == f"{said} - Safety office"
        assert max(map(len, mail.raw.split(b"\r\n"))) <= 78


def test_a_site_without_a_title_still_has_a_list_id() -> None:
    nameless = replace(LETTERHEAD, site=replace(SITE, title=""))
    assert read(composed(full(), letterhead=nameless))["List-Id"] == "<board-mail.news.example>"


def test_the_date_is_when_it_came_to_be_owed_in_the_zone_of_the_site() -> None:
    message = read(composed(full()))
    assert message["Date"] == "Thu, 23 Jul 2026 10:30:15 +0100"
    assert parsedate_to_datetime(message["Date"]) == OWED_AT.replace(microsecond=0)


def test_every_try_carries_the_same_bytes() -> None:
    assert composed(full()) == composed(full(), attempts=4, due_at=OWED_AT + timedelta(days=1), reason="450")


def test_an_update_stands_under_the_first_mail_of_its_item() -> None:
    first, update = composed(full()), composed(full(), revision=3, event="updated")
    message = read(update)
    assert message["References"] == message["In-Reply-To"] == read(first)["Message-ID"]
    assert message["Message-ID"] != read(first)["Message-ID"]
    assert message["Subject"].startswith("Updated: ")
    assert "References" not in read(first)
    assert text(full(), revision=3, event="updated").startswith("UPDATED")


def test_ids_take_the_domain_of_the_sender_where_the_site_has_no_name() -> None:
    local = replace(LETTERHEAD, site=replace(SITE, url="http://127.0.0.1:8000/"))
    assert read(composed(full(), letterhead=local))["Message-ID"].endswith("@example.org>")


def test_a_maildir_has_no_recipients() -> None:
    mail = composed(full(), target=MaildirTarget(id=TargetId("archive"), path="mail"))
    assert mail.recipients == ()
    assert read(mail)["To"] == "undisclosed-recipients:;"


def test_both_parts_say_the_same() -> None:
    item = full(content_text="What we saw\n\nBells & whistles.", categories=())
    for said, shown in ((text(item), text(item)), (html(item), unescape(re.sub(r"<[^>]+>", "", html(item))))):
        plain = "".join(shown.split())
        for words in ("Patientswaitwherea<b&c.", "Whatwesaw", "Bells&whistles.", "“Acorridorhasnowalls.”"):
            assert words in plain
        for words in ("Thursday 24 October 2024", "Ines Calloway", "Safety office", "Read the report", "How we choose"):
            assert words in said
        for url in ("https://office.example/reports/7", item.url, "https://office.example/news/2"):
            assert url in said
    assert '<img src="https://office.example/corridor.jpg" alt="An empty &#34;corridor&#34;"' in html(item)
    assert '[Picture: An empty "corridor"]' in text(item)


def test_the_last_line_says_why_it_was_sent() -> None:
    reason = "You get this mail because “board-mail” is told of what “Safety office” publishes."
    assert reason in " ".join(text(full()).rpartition("\n-- \n")[2].split())
    assert reason in html(full())


@pytest.mark.parametrize(
    ("dated", "published_at", "said"),
    [
        ("day", datetime(2024, 10, 23, 23, tzinfo=UTC), "Thursday 24 October 2024"),
        ("time", datetime(2024, 10, 24, 13, 5, tzinfo=UTC), "Thursday 24 October 2024, 14:05 BST"),
        ("seen", datetime(2024, 12, 2, 8, 0, tzinfo=UTC), "first seen Monday 2 December 2024, 08:00 GMT"),
    ],
)
def test_dates_are_written_out_in_the_zone_of_the_source(dated: Any, published_at: datetime, said: str) -> None:
    assert f"Safety office, {said}\n" in text(bare(dated=dated, published_at=published_at))


def test_what_the_body_shows_is_not_said_twice() -> None:
    quote = Quote(text="“A corridor has no walls.”", speaker="Ines Calloway")
    item = bare(
        summary="When a ward is full…",
        content_text="When a ward is full, it is full.\n\n'A corridor has no walls.'",
        content_html='<p>When a ward is full, it is full.</p><img src="https://office.example/a.jpg">',
        quotes=(quote,),
        image=Image(url="https://office.example/a.jpg"),
    )
    assert text(item).count("When a ward") == 1
    assert text(item).count("no walls") == 1
    assert html(item).count("a.jpg") == 1


def test_a_pdf_is_the_report_where_no_field_names_one_and_other_files_are_listed() -> None:
    files = (
        Attachment(url="https://office.example/a.mp3", title="Listen", length=2_500_000),
        Attachment(url="https://office.example/r.pdf", type="application/pdf"),
    )
    said = text(bare(attachments=files))
    assert "Read the report:\nhttps://office.example/r.pdf\n" in said
    assert "* Listen (2.5 MB)\n  https://office.example/a.mp3\n" in said
    assert said.count("r.pdf") == 1


def test_html_without_text_is_told_in_the_text_part_too() -> None:
    assert "What we saw\n\nBells & whistles.\n" in text(full(content_text=""))


def test_text_without_html_is_told_in_the_html_part_too() -> None:
    said = html(bare(content_text="One & one.\nA line.\n\nTwo."))
    assert ">One &amp; one.<br>A line.</p>" in said
    assert ">Two.</p>" in said


def test_a_very_long_body_is_told_by_its_beginning() -> None:
    item = bare(content_html="<p>word word</p>\n" * 20_000, content_text="word word\n\n" * 20_000)
    mail = composed(item)
    assert len(mail.raw) < 100_000
    assert "the rest is on the page" in part(mail, "plain")
    assert "the rest is on the page" in part(mail, "html")


def test_a_line_end_in_a_title_makes_no_header() -> None:
    message = read(composed(full(title="Hello\r\nBcc: victim@example.org\r\n\r\nbody", authors=("A\nB",))))
    assert "Bcc" not in message
    assert message["Subject"] == "Hello Bcc: victim@example.org body - Safety office"


def test_scripts_and_addresses_that_run_code_do_not_arrive() -> None:
    said = html(
        full(
            title="<script>alert(1)</script>",
            content_html='<script>x()</script><p onclick="x()"><a href="javascript:x()">Hi</a></p><iframe src="//e">',
            related=(Link(url="javascript:x()", title="bad"), Link(url='https://e.example/"><script>', title="worse")),
            image=Image(url="javascript:x()"),
        )
    )
    assert "<script" not in said
    assert "javascript" not in said
    assert "onclick" not in said
    assert "<iframe" not in said
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in said


def test_a_title_that_looks_like_an_encoded_word_is_shown_as_it_is() -> None:
    assert read(composed(full(title="=?utf-8?q?Evil?=")))["Subject"] == "=?utf-8?q?Evil?= - Safety office"


def test_an_address_in_another_script_gets_a_domain_in_ascii() -> None:
    target = replace(TARGET, recipients=("Jörg <joerg@bücher.example>",))
    mail = composed(full(), target=target)
    assert mail.recipients == ("joerg@xn--bcher-kva.example",)
    assert read(mail)["To"] == "Jörg <joerg@xn--bcher-kva.example>"


@settings(deadline=None)
@given(title=HOSTILE, summary=HOSTILE, content=HOSTILE, name=HOSTILE)
def test_whatever_is_said_the_mail_is_whole_and_its_lines_are_short(
    title: str, summary: str, content: str, name: str
) -> None:
    item = full(
        title=title,
        summary=summary,
        content_html=content,
        content_text=content,
        authors=(name,),
        fields={"report": f"https://e.example/{name}"},
        quotes=(Quote(text=content, speaker=name),),
    )
    mail = composed(item)
    message = read(mail)
    assert not message.defects
    assert message["To"] == "Board <board@example.org>, b@example.org"
    assert set(message) == set(read(composed(full())))
    assert [one.get_content_type() for one in message.iter_parts()] == ["text/plain", "text/html"]
    assert mail.raw.isascii()
    assert max(map(len, mail.raw.split(b"\r\n"))) <= 78
    assert b"\n" not in mail.raw.replace(b"\r\n", b"")
    assert not re.search(rb"^From ", mail.raw, re.MULTILINE)


def test_a_title_of_a_megabyte_is_cut() -> None:
    for huge in ("x" * 1_000_000, "word " * 200_000, "é" * 1_000_000, "\r\n" * 500_000):
        mail = composed(full(title=huge, summary=huge, authors=(huge,)))
        assert len(mail.raw) < 100_000
        assert max(map(len, mail.raw.split(b"\r\n"))) <= 998


def test_text_is_wrapped_with_list_points_set_in() -> None:
    said = wrapped("- " + "word " * 30 + "\nnext")
    assert all(len(row) <= WIDTH for row in said.split("\n"))
    assert said.split("\n")[1].startswith("  word")
    assert said.endswith("\nnext")


def test_what_bends_the_direction_of_a_line_is_dropped() -> None:
    assert line("report\u202etxt.exe\u2066 x", 50) == "reporttxt.exe x"


@pytest.mark.parametrize(
    "url",
    ["", "ftp://e.example/", "javascript:x", "https://", "https://[", "https://e.example/a b", "http://e\n.example"],
)
def test_only_addresses_of_the_web_are_linked(url: str) -> None:
    assert web(url) == ""


MEMBERS = replace(TARGET, recipients=("A <a@example.org>", "b@example.org"), apart=True)
LISTED = replace(LETTERHEAD, signing="a key of ours")
OTHER = Source(id=SourceId("clinic"), url="https://clinic.example/news", title="Clinic")
SEVERAL = replace(LETTERHEAD, sources={OFFICE.id: OFFICE, OTHER.id: OTHER})


def letters(mail: Mail) -> list[EmailMessage]:
    return [message_from_bytes(raw, policy=SMTP) for _, raw in mail.letters()]


def told(*items: Item, target: EmailTarget = TARGET, letterhead: Letterhead = SEVERAL) -> Mail:
    debts = [
        Delivery(item_id=one.id, revision=1, target_id=target.id, created_at=OWED_AT, due_at=OWED_AT) for one in items
    ]
    message = compose(target, debts, {one.id: one for one in items}, letterhead)
    assert isinstance(message, Mail)
    return message


def test_each_recipient_of_a_list_sees_no_other() -> None:
    mail = composed(full(), target=MEMBERS)
    assert [one["To"] for one in letters(mail)] == ["A <a@example.org>", "b@example.org"]
    assert [who for who, _ in mail.letters()] == [("a@example.org",), ("b@example.org",)]
    assert len({one["Message-ID"] for one in letters(mail)}) == 1
    assert "List-Unsubscribe" not in letters(mail)[0]


def test_a_list_is_left_by_a_signed_link_in_the_head_and_at_the_end() -> None:
    mail = composed(full(), target=replace(MEMBERS, unsubscribe=True), letterhead=LISTED)
    for one, who in zip(letters(mail), ("a@example.org", "b@example.org"), strict=True):
        url = one["List-Unsubscribe"].strip().strip("<>")
        assert one["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert url.startswith("https://news.example/unsubscribe/")
        token = url.rpartition("/")[2]
        assert read_token(token, LISTED.signing) == Leaving(target_id=TARGET.id, address=who)
        for kind in ("plain", "html"):
            body = one.get_body((kind,))
            assert body is not None
            assert body.get_content().count(url) == 1
    assert max(len(row) for _, raw in mail.letters() for row in raw.split(b"\r\n")) <= 200


def test_a_site_without_https_offers_no_one_click() -> None:
    plain = replace(LISTED, site=replace(SITE, url="http://news.example/"))
    (one, _) = letters(composed(full(), target=replace(MEMBERS, unsubscribe=True), letterhead=plain))
    assert "List-Unsubscribe" in one
    assert "List-Unsubscribe-Post" not in one


def test_a_text_with_a_line_that_begins_with_from_stays_whole_in_a_list() -> None:
    mail = composed(bare(summary="From here"), target=replace(MEMBERS, unsubscribe=True), letterhead=LISTED)
    for (_, raw), message in zip(mail.letters(), letters(mail), strict=True):
        assert not re.search(rb"^From ", raw, re.MULTILINE)
        body = message.get_body(("plain",))
        assert body is not None
        assert "From here" in body.get_content()


def test_only_those_who_still_wait_are_written_to() -> None:
    assert composed(full(), target=MEMBERS, waiting=("b@example.org",)).recipients == ("b@example.org",)
    together = composed(full(), waiting=("board@example.org",))
    assert together.recipients == ("board@example.org",)
    assert read(together)["To"] == "Board <board@example.org>, b@example.org"


@pytest.mark.parametrize("token", ["", "x", "!!", "AAAA" * 20, "é", "A" * 5])
def test_a_link_that_we_did_not_sign_says_nothing(token: str) -> None:
    leaving = Leaving(target_id=TargetId("board"), address="a@example.org")
    genuine = sign(leaving, "key")
    assert read_token(genuine, "key") == leaving
    assert read_token(token, "key") is None
    assert read_token(genuine, "another key") is None
    assert read_token(genuine, "") is None
    assert read_token(genuine[:-2] + "AA", "key") is None


CHAPTERS = (
    "<p>The beginning.</p><p>Second thoughts.</p><h2>What we saw</h2><p>Beds <b>and</b> corridors.</p><p>More.</p>"
    "<h2>What comes next</h2><ul><li>A list.</li></ul><p>Reports.</p>"
)


def test_a_target_chooses_how_much_is_told() -> None:
    item = full(content_html=CHAPTERS, content_text="The beginning.\n\nSecond thoughts.\n\nAnd all the rest.")
    whole, sections, summary = (
        part(composed(item, target=replace(TARGET, extent=extent)), "plain")
        for extent in ("full", "sections", "summary")
    )
    assert "And all the rest." in whole
    for words in ("The beginning.", "What we saw", "Beds and corridors.", "What comes next", "Reports."):
        assert words in sections
    assert "Second thoughts" not in sections
    assert "More." not in sections
    assert item.summary in summary
    assert "The beginning." not in summary
    assert "Read the report" in summary


def test_what_has_no_summary_is_told_by_its_beginning() -> None:
    item = bare(content_text="The beginning. And more.")
    assert "The beginning." in part(composed(item, target=replace(TARGET, extent="summary")), "plain")


def test_a_digest_groups_by_source_and_begins_with_what_is_in_it() -> None:
    clinic = bare("c", title="Open late", source_id=OTHER.id)
    mail = told(full(), clinic, bare("b", title="Beds"))
    assert read(mail)["Subject"] == "Corridors: “AT&T <3” & more and 2 more - Patient safety news"
    said, shown = part(mail, "plain"), part(mail, "html")
    assert said.index("* Beds") < said.index("* Open late") < said.index("SAFETY OFFICE") < said.index("CLINIC")
    assert "3 items from 2 sources" in said
    assert "told of what “Safety office” and “Clinic” publish." in " ".join(said.split())
    for words in ("Patients wait where a < b & c.", "Read the report", "https://clinic.example", "Thursday 24 October"):
        assert words in said or words == "https://clinic.example"
    anchors = re.findall(r'href="#([^"]+)"', shown)
    assert anchors == re.findall(r'<article id="([^"]+)"', shown)
    assert len(anchors) == 3


def test_a_digest_that_would_be_clipped_is_parted_between_items() -> None:
    items = [full(f"i{n}", title=f"Story {n}", summary="Wörter " * 60) for n in range(120)]
    debts = [
        Delivery(item_id=one.id, revision=1, target_id=TARGET.id, created_at=OWED_AT, due_at=OWED_AT) for one in items
    ]
    parts = portions(TARGET, debts, {one.id: one for one in items}, SEVERAL)
    assert [one.item_id for some in parts for one in some] == [one.id for one in items]
    assert 1 < len(parts) < 12
    for some in parts:
        mail = told(*[one for one in items if one.id in {debt.item_id for debt in some}])
        assert len(mail.raw) < 100_000
        assert "more:" not in part(mail, "plain")


def test_a_digest_with_a_cap_counts_the_rest() -> None:
    items = [bare(f"i{n}", title=f"Story {n}") for n in range(9)]
    said = part(told(*items, target=replace(TARGET, cap=4)), "plain")
    assert "* Story 3" in said
    assert "Story 4" not in said
    assert "and 5 more:\nhttps://office.example/news\n" in said


def test_those_who_wait_for_different_mails_are_told_apart() -> None:
    items = [bare(f"i{n}") for n in range(3)]
    debts = [
        Delivery(item_id=one.id, revision=1, target_id=TARGET.id, created_at=OWED_AT, due_at=OWED_AT) for one in items
    ]
    debts[1] = replace(debts[1], waiting=("b@example.org",))
    assert [len(some) for some in portions(TARGET, debts, {one.id: one for one in items}, SEVERAL)] == [1, 1, 1]


def test_a_long_body_in_letters_of_many_bytes_keeps_the_size() -> None:
    item = full(content_html=f"<p>{'Новости ' * 4_500}</p>", content_text="Новости " * 4_500)
    assert len(composed(item).raw) < 100_000
    assert len(composed(item, target=replace(MEMBERS, unsubscribe=True), letterhead=LISTED).raw) < 100_000


def test_an_operator_may_replace_a_template() -> None:
    own = replace(LETTERHEAD, templates=(("mail.txt.j2", "Dear reader, {{ stories[0].title }}\n{{ unsubscribe }}"),))
    assert part(composed(full(title="Hi"), letterhead=own), "plain") == "Dear reader, Hi\n"
    assert "<main>" in part(composed(full(), letterhead=own), "html")
