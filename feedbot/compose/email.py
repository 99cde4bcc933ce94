"""Mails (RFC 5322): one text and one HTML part that say the same, the same bytes on every try."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from feedbot.compose import unsubscribe
from feedbot.compose.draft import Draft
from feedbot.compose.letterhead import Letterhead
from feedbot.compose.mime import PLACE, address, filling, header, mailbox, named, part
from feedbot.compose.sample import samples
from feedbot.compose.stationery import Own, template
from feedbot.compose.story import BODY_LIMIT, NAME_LIMIT, Story, line, story
from feedbot.delivery import Apart, Delivery, Mail, message_key
from feedbot.feed import Site
from feedbot.item import Item, ItemId
from feedbot.source import TargetId
from feedbot.target import EmailTarget, MaildirTarget

SIZE = 98_000
"""Bytes of a mail; Gmail shows only the first 102 KB."""
MOST = 150
"""Items of a digest."""
SUBJECT_LIMIT = 180
DIGEST_SUMMARY = 400
_BODIES = (BODY_LIMIT, 12_000, 3_000)
_FEW_SOURCES = 3
Mailbox = EmailTarget | MaildirTarget
Items = Mapping[ItemId, Item]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Telling:
    """What one mail is made of."""

    target: Mailbox
    deliveries: Sequence[Delivery]
    stories: Sequence[Story]
    letterhead: Letterhead
    more: int = 0
    more_url: str = ""

    @property
    def digest(self) -> bool:
        return len(self.deliveries) > 1

    @property
    def sources(self) -> list[str]:
        return list(dict.fromkeys(story.source for story in self.stories))

    @property
    def subject(self) -> str:
        first, others = self.stories[0], len(self.deliveries) - 1
        more = f" and {others} more" if others else ""
        whom = self.sources[0] if len(self.sources) == 1 else line(self.letterhead.site.title, NAME_LIMIT)
        room = SUBJECT_LIMIT - len(whom) - len(more)
        return f"{line(first.headline, max(room, 40))}{more} - {whom}"

    @property
    def leaving(self) -> bool:
        return isinstance(self.target, EmailTarget) and self.target.unsubscribe


def draft(target: Mailbox, deliveries: Sequence[Delivery], items: Items, letterhead: Letterhead) -> Draft:
    """Return the mail that tells `target` of `deliveries`, in the making: an item mail, or a digest of several."""
    if len(deliveries) == 1:
        return Draft(count=1, write=lambda _: _item_mail(target, deliveries[0], items, letterhead), fits=lambda _: True)
    stories = [_brief(items[one.item_id], one, letterhead) for one in deliveries]

    def digest(told: int) -> Mail:
        left = deliveries[told:]
        telling = _Telling(
            target=target,
            deliveries=deliveries,
            stories=stories[:told],
            letterhead=letterhead,
            more=len(left),
            more_url=letterhead.listing({items[one.item_id].source_id for one in left}) if left else "",
        )
        return _mail(telling)

    return Draft(
        count=len(deliveries), write=digest, fits=lambda n: n == 1 or (n <= MOST and len(digest(n).raw) <= SIZE)
    )


def _item_mail(target: Mailbox, delivery: Delivery, items: Items, letterhead: Letterhead) -> Mail:
    """Return the mail of one item with as much of its body as a mail may have."""
    item = items[delivery.item_id]
    for room in _BODIES:
        told = story(item, delivery.event, letterhead, extent=target.extent, room=room)
        mail = _mail(_Telling(target=target, deliveries=[delivery], stories=[told], letterhead=letterhead))
        if len(mail.raw) <= SIZE:
            break
    return mail


def _brief(item: Item, delivery: Delivery, letterhead: Letterhead) -> Story:
    told = story(item, delivery.event, letterhead, extent="summary")
    return replace(told, summary=line(told.summary or " ".join(told.body), DIGEST_SUMMARY))


def _mail(telling: _Telling) -> Mail:
    key = message_key(telling.deliveries)
    boundary = f"=_{key}"  # no encoded part can hold "=_"
    head = _head(telling, key) | {"MIME-Version": "1.0"}
    head["Content-Type"] = f'multipart/alternative;\r\n boundary="{boundary}"'
    kind, words, own = "digest" if telling.digest else "mail", _words(telling), telling.letterhead.templates
    parts = [
        part("plain", template(f"{kind}.txt.j2", own).render(words)),
        part("html", template(f"{kind}.html.j2", own).render(words)),
    ]
    recipients = _recipients(telling)
    apart = _apart(telling, recipients)
    if not apart:
        head = {"From": head.pop("From"), "To": _to(telling)} | head
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), one) for one in parts)
    headers = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return Mail(
        key=key,
        sender=address(telling.letterhead.sender),
        recipients=tuple(address(one) for one in recipients),
        raw=b"%s\r\n%s--%s--\r\n" % (headers.encode(), body, boundary.encode()),
        apart=apart,
    )


def _recipients(telling: _Telling) -> Sequence[str]:
    """Return who is still owed; those who have it already are not asked again."""
    if not isinstance(telling.target, EmailTarget):
        return ()
    waiting = telling.deliveries[0].waiting
    return [one for one in telling.target.recipients if not waiting or address(one) in waiting]


def _to(telling: _Telling) -> str:
    everyone = telling.target.recipients if isinstance(telling.target, EmailTarget) else ()
    return ",\r\n ".join(map(mailbox, everyone)) or "undisclosed-recipients:;"


def _apart(telling: _Telling, recipients: Sequence[str]) -> tuple[Apart, ...]:
    """Return what differs from one recipient to the next, where each is to get a mail of its own."""
    target = telling.target
    alone = not isinstance(target, EmailTarget) or not target.apart or len(target.recipients) == 1
    if alone and not telling.leaving:
        return ()
    return tuple(_own(telling, one) for one in recipients)


def _own(telling: _Telling, recipient: str) -> Apart:
    head, bare = f"To: {mailbox(recipient)}\r\n", address(recipient)
    if not telling.leaving:
        return Apart(recipient=bare, head=head.encode())
    site, leaving = telling.letterhead.site, unsubscribe.Leaving(target_id=telling.target.id, address=bare)
    url = unsubscribe.link(site.url, leaving, telling.letterhead.signing)
    head += f"List-Unsubscribe: <{url}>\r\n"
    if url.startswith("https:"):  # RFC 8058 section 3.1 allows no other
        head += "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    return Apart(recipient=bare, head=head.encode(), filling=filling(url))


def _head(telling: _Telling, key: str) -> dict[str, str]:
    site, first, domain = (
        telling.letterhead.site,
        telling.deliveries[0],
        _domain(telling.letterhead.site.url, telling.letterhead.sender),
    )
    opening = replace(first, revision=1).key
    head = {
        "From": mailbox(telling.letterhead.sender),
        "Subject": header("Subject", telling.subject),
        "Date": format_datetime(first.created_at.astimezone(ZoneInfo(site.timezone)).replace(microsecond=0)),
        "Message-ID": f"<{key}@{domain}>",
    }
    if not telling.digest and first.event != "published" and opening != key:
        head |= {"In-Reply-To": f"<{opening}@{domain}>", "References": f"<{opening}@{domain}>"}
    label = re.sub(r"[^A-Za-z0-9-]+", "-", telling.target.id).strip("-") or "target"
    head["List-Id"] = named(line(site.title, NAME_LIMIT), f"{label}.{domain}")
    if re.fullmatch(r"[^\s@<>]{1,60}@[^\s@<>]{1,100}", site.contact) and site.contact.isascii():
        head["List-Owner"] = f"<mailto:{site.contact}>"
    head["Auto-Submitted"] = "auto-generated"
    head["X-Auto-Response-Suppress"] = "All"
    return head


def _words(telling: _Telling) -> dict[str, Any]:
    """Return what the templates are given."""
    stories, sources = telling.stories, telling.sources
    first = stories[0]
    count = len(telling.deliveries)
    return {
        "stories": stories,
        "groups": [{"source": name, "stories": [s for s in stories if s.source == name]} for name in sources],
        "site": telling.letterhead.site,
        "target": telling.target.id,
        "subject": telling.subject if telling.digest else first.headline,
        "heading": line(telling.letterhead.site.title, NAME_LIMIT) or "News",
        "count": f"{count} items",
        "preheader": line(first.summary or " ".join(first.body[:1]), 160)
        if not telling.digest
        else line(" · ".join(story.headline for story in stories), 160),
        "language": first.language or "en",
        "told_of": _listed(sources),
        "several_sources": len(sources) > 1,
        "more": telling.more,
        "more_url": telling.more_url,
        "unsubscribe": PLACE if telling.leaving else "",
    }


def _listed(names: Sequence[str]) -> str:
    shown = [f"“{name}”" for name in names[:_FEW_SOURCES]]
    if len(names) > _FEW_SOURCES:
        shown.append(f"{len(names) - _FEW_SOURCES} others")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


@lru_cache(maxsize=64)
def _domain(site_url: str, sender: str) -> str:
    """Return the domain of our ids: the site's where it has a name, else that of the sender."""
    host = urlsplit(site_url).hostname or ""
    own = address(sender).rpartition("@")[2]
    is_named = "." in host and host.isascii() and not _is_ip(host)
    return host if is_named else own or "feedbot.invalid"


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def fault(own: Own) -> str:
    """Return what is wrong with an operator's templates, tried on made-up items; nothing where all can be made."""
    from jinja2 import TemplateError  # noqa: PLC0415 - only where mail is owed

    now = datetime(2026, 1, 1, tzinfo=UTC)
    letterhead = Letterhead(site=Site(), sender="News <news@example.org>", templates=own, signing="tried only")
    target = EmailTarget(id=TargetId("readers"), recipients=("reader@example.org",), unsubscribe=True)
    items = {item.id: item for item in samples(now)}
    debts = [Delivery(item_id=one, revision=1, target_id=target.id, created_at=now, due_at=now) for one in items]
    try:
        for some in (*([one] for one in debts), debts):
            draft(target, some, items, letterhead).write(len(some))
    except TemplateError as error:
        where = f"{getattr(error, 'name', None) or 'a template'}, line {getattr(error, 'lineno', None) or '?'}: "
        return f"{where if hasattr(error, 'lineno') else ''}{error}"
    except (ValueError, TypeError, ArithmeticError, LookupError) as error:
        return str(error)
    return ""
