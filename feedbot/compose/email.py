"""Mails (RFC 5322, 2045-2047): one text and one HTML part that say the same, the same bytes on every try."""

import re
from base64 import b64encode
from binascii import b2a_qp
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from email.base64mime import body_encode
from email.utils import format_datetime, formataddr, parseaddr
from functools import cache, lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from feedbot.compose.draft import Draft
from feedbot.compose.letterhead import Letterhead
from feedbot.compose.story import MARKS, NAME_LIMIT, Story, line, story
from feedbot.delivery import Delivery, Mail, message_key
from feedbot.item import Item, ItemId
from feedbot.target import EmailTarget, MaildirTarget

if TYPE_CHECKING:
    from jinja2 import Template

WIDTH = 72
"""Columns of the text part."""
SUBJECT_LIMIT = 180


Mailbox = EmailTarget | MaildirTarget


def draft(
    target: Mailbox, deliveries: Sequence[Delivery], items: Mapping[ItemId, Item], letterhead: Letterhead
) -> Draft:
    """Return the mail of `deliveries` in the making."""
    return Draft(
        count=len(deliveries),
        write=lambda n: mail(target, deliveries[:n], items, letterhead),
        fits=lambda n: n == 1,
    )


def mail(
    target: Mailbox,
    deliveries: Sequence[Delivery],
    items: Mapping[ItemId, Item],
    letterhead: Letterhead,
) -> Mail:
    """Return the mail that tells `target` of `deliveries`; its date is when the first of them came to be owed."""
    stories = [story(items[delivery.item_id], delivery.event, letterhead) for delivery in deliveries]
    key = message_key(deliveries)
    recipients = target.recipients if isinstance(target, EmailTarget) else ()
    head = _head(target, deliveries, stories, letterhead) | {"MIME-Version": "1.0"}
    boundary = f"=_{key}"  # no encoded part can hold "=_"
    head["Content-Type"] = f'multipart/alternative;\r\n boundary="{boundary}"'
    words = {"stories": stories, "site": letterhead.site, "target": target.id, "subject": _title(stories)}
    parts = [
        _part("plain", _template("mail.txt.j2").render(words)),
        _part("html", _template("mail.html.j2").render(words)),
    ]
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), part) for part in parts)
    headers = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    raw = b"%s\r\n%s--%s--\r\n" % (headers.encode(), body, boundary.encode())
    sender = _address(letterhead.sender)
    return Mail(key=key, sender=sender, recipients=tuple(_address(one) for one in recipients), raw=raw)


def _head(
    target: EmailTarget | MaildirTarget,
    deliveries: Sequence[Delivery],
    stories: Sequence[Story],
    letterhead: Letterhead,
) -> dict[str, str]:
    site, first = letterhead.site, deliveries[0]
    domain = _domain(letterhead)
    message_id, opening = message_key(deliveries), replace(first, revision=1).key
    to = [_mailbox(one) for one in target.recipients] if isinstance(target, EmailTarget) else []
    head = {
        "From": _mailbox(letterhead.sender),
        "To": ",\r\n ".join(to) or "undisclosed-recipients:;",
        "Subject": _header("Subject", _subject(stories)),
        "Date": format_datetime(_local(first.created_at, site.timezone)),
        "Message-ID": f"<{message_id}@{domain}>",
    }
    if first.event != "published" and opening != message_id:
        head |= {"In-Reply-To": f"<{opening}@{domain}>", "References": f"<{opening}@{domain}>"}
    label = re.sub(r"[^A-Za-z0-9-]+", "-", target.id).strip("-") or "target"
    head["List-Id"] = _named(line(site.title, NAME_LIMIT), f"{label}.{domain}")
    head["Auto-Submitted"] = "auto-generated"
    return head


def _subject(stories: Sequence[Story]) -> str:
    first = stories[0]
    more = f" and {len(stories) - 1} more" if len(stories) > 1 else ""
    room = SUBJECT_LIMIT - len(first.source) - len(more)
    return f"{MARKS[first.event]}{line(first.title, max(room, 40))}{more} - {first.source}"


def _title(stories: Sequence[Story]) -> str:
    return f"{MARKS[stories[0].event]}{stories[0].title}"


def _header(name: str, text: str) -> str:
    """Return a header's text folded, and encoded where it is not plain ASCII, or would be read as encoded."""
    if text.isascii() and "=?" not in text:
        return wrapped(f"{name}: {text}").replace("\n", "\r\n ")[len(name) + 2 :]
    return "\r\n ".join(f"=?utf-8?b?{b64encode(piece.encode()).decode()}?=" for piece in _pieces(text))


def _pieces(text: str) -> Iterator[str]:
    """Cut `text` into pieces that fit an encoded word on a line of its own (RFC 2047 section 2)."""
    start = size = 0
    for end, letter in enumerate(text):
        length = len(letter.encode())
        if size + length > 39:
            yield text[start:end]
            start, size = end, 0
        size += length
    yield text[start:]


@lru_cache(maxsize=4096)
def _mailbox(text: str) -> str:
    name, _ = parseaddr(text)
    return formataddr((line(name, NAME_LIMIT), _address(text)))


def _named(name: str, inside: str) -> str:
    return formataddr((name, inside)) if name else f"<{inside}>"


@lru_cache(maxsize=4096)
def _address(text: str) -> str:
    """Return the bare address, its domain in ASCII (RFC 5890); letters before the @ stay as they are."""
    local, at, domain = parseaddr(text)[1].rpartition("@")
    return f"{local}{at}{domain if domain.isascii() else domain.encode('idna').decode()}"


def _domain(letterhead: Letterhead) -> str:
    """Return the domain of our ids: the site's where it has a name, else that of the sender."""
    host = urlsplit(letterhead.site.url).hostname or ""
    own = _address(letterhead.sender).rpartition("@")[2]
    named = "." in host and host.isascii() and not _is_ip(host)
    return host if named else own or "feedbot.invalid"


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _local(when: datetime, timezone: str) -> datetime:
    return when.astimezone(ZoneInfo(timezone)).replace(microsecond=0)


def _part(subtype: str, text: str) -> bytes:
    """Return a MIME part in the shorter of quoted-printable and base64, so that no line is ever too long.

    A line that begins with `From ` would be changed by some mailboxes; base64 has none.
    """
    plain = text.encode("utf-8", "replace")
    encoding, body = "quoted-printable", b2a_qp(plain, istext=True).replace(b"\n", b"\r\n")
    if len(body) > len(plain) * 1.4 or b"\nFrom " in b"\n" + body:
        encoding, body = "base64", body_encode(plain.replace(b"\n", b"\r\n"), eol="\r\n").encode()
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode() + body


def wrapped(text: str, first: str = "", later: str = "") -> str:
    """Return `text` in lines of at most WIDTH columns, but for longer words; `first` and `later` begin them."""
    lines: list[str] = []
    for written in text.splitlines():
        hanging = later + ("  " if written.startswith(("- ", "• ", "* ")) else "")
        current, bare = later if lines else first, True
        for word in written.split():
            if not bare and len(current) + 1 + len(word) > WIDTH:
                lines.append(current)
                current, bare = hanging, True
            current, bare = f"{current}{'' if bare else ' '}{word}", False
        lines.append(current)
    return "\n".join(lines)


@cache
def _template(name: str) -> "Template":
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape  # noqa: PLC0415 - if mail is owed

    environment = Environment(
        loader=PackageLoader("feedbot.compose"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["wrapped"] = wrapped
    return environment.get_template(name)
