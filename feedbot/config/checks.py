"""Checks of single values: each returns the value as it is meant, or raises ValueError with what is wrong; remedy."""

import base64
import binascii
import ipaddress
import re
from datetime import time, timedelta
from difflib import get_close_matches
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from feedbot.cadence import Quiet, check_cron, cron_of
from feedbot.target import Rate
from feedbot.wanted import fault
from feedbot.window import window as window_of

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
HOUR = r"(?:[01]?\d|2[0-3]):[0-5]\d"
RESERVED = frozenset({"all", "index", "feeds"})
OWN_HEADERS = frozenset({"content-type", "content-length", "host", "transfer-encoding", "connection"})
MAILBOX = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+|[^@\s<>,;]+@localhost")


class Wrong(ValueError):
    """A value is wrong; `remedy` says what to write instead."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


def text(value: object) -> object:
    """Take any plain value as text."""
    return "" if value is None else str(value) if isinstance(value, int | float) else value


def several(value: object) -> object:
    """Take one word for a list of one."""
    return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value


def whole(value: object) -> object:
    """Take digits for a whole number."""
    return int(value) if isinstance(value, str) and value.isdigit() else value


def duration(value: object) -> timedelta:
    """Read `30m`, `2h`, `1d`."""
    match = re.fullmatch(r"\s*(\d+)\s*([smhdw])\s*", str(value))
    if not match or not int(match[1]):
        raise Wrong(f"{value!r} is no duration", "write a number and a unit: 90s, 30m, 2h, 1d or 2w")
    return timedelta(**{UNITS[match[2]]: int(match[1])})


def zone(value: str) -> str:
    """Accept the name of a time zone."""
    if value not in available_timezones():
        near = get_close_matches(value, available_timezones(), n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else "write a name such as Europe/London"
        raise Wrong(f"{value!r} is no time zone", hint)
    ZoneInfo(value)
    return value


def address(value: str) -> str:
    """Accept a bare mail address."""
    if not MAILBOX.fullmatch(value):
        raise Wrong(f"{value!r} is no mail address", "write it as name@example.org")
    return value


def mailbox(value: str) -> str:
    """Accept `Name <address>` or a bare address."""
    match = re.fullmatch(r"(?:[^<>\r\n]*<([^<>]+)>|([^<>\s]+))", value.strip())
    if not match:
        raise Wrong(f"{value!r} is no sender", "write it as News <news@example.org>")
    address(match[1] or match[2])
    return value.strip()


def selector(value: str) -> str:
    """Accept CSS or XPath."""
    from feedbot.extract.select import compile_selector  # noqa: PLC0415 - most sources have none

    try:
        compile_selector(value)
    except ValueError as error:
        raise Wrong(str(error), "CSS such as `li.card h2`, or XPath that begins with / or ./") from None
    return value


def network(value: str) -> str:
    """Accept a network in CIDR."""
    try:
        return str(ipaddress.ip_network(value, strict=False))
    except ValueError:
        raise Wrong(f"{value!r} is no network", "write it as 10.0.0.0/8 or fd00::/8") from None


def name(value: str) -> str:
    """Accept an id that is a safe file name."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}", value):
        raise Wrong(f"{value!r} is no id", "use letters, digits, `-`, `_` and `.`, beginning with a letter or digit")
    if re.search(r"\.archive-\d+$", value):
        raise Wrong(f"{value!r} is what an archive of a feed is called", "choose another id")
    if value in RESERVED:
        raise Wrong(f"the id {value!r} is taken by feedbot itself", "choose another one")
    return value


def web_url(value: str) -> str:
    """Accept an http or https address."""
    parts = _parts(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Wrong(f"{value!r} is no web address", "write it with http:// or https://")
    return value


def source_url(value: str) -> str:
    """Accept what can be read: http, https, file, or a path."""
    parts = _parts(value)
    if parts.scheme in {"http", "https"} and parts.hostname:
        return value
    if parts.scheme == "file" or (not parts.scheme and value):
        return value
    raise Wrong(f"{value!r} cannot be read", "write an address with http://, https:// or file://")


def smtp_url(value: str) -> str:
    """Accept the address of a mail server."""
    parts = _parts(value)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise Wrong("not the address of a mail server", "write smtp://host:25 or smtps://host:465")
    return value


def database(value: str) -> str:
    """Accept the address of a database."""
    if value.startswith("postgresql:"):
        if not _parts(value).path.strip("/"):
            raise Wrong("the address names no database", "write postgresql://USER@HOST/NAME")
        return value
    if not value.startswith("sqlite:///") or value == "sqlite:///":
        raise Wrong(f"{value!r} is no database", "write sqlite:/// and a path, such as sqlite:///var/feedbot.sqlite3")
    return value


def cron(value: str) -> str:
    """Accept a cron line."""
    try:
        check_cron(value)
    except ValueError as error:
        raise Wrong(str(error), 'minute hour day month weekday, such as "*/10 7-19 * * mon-fri"') from None
    return value


def window(value: str) -> str:
    """Accept hours of the week, such as `mon-fri 07:00-19:00`."""
    try:
        window_of(value)
    except ValueError as error:
        raise Wrong(str(error), "write it like `mon-fri 07:00-19:00`, `sat,sun 10:00-18:00` or `06:00-22:00`") from None
    return value


def hour(value: object) -> object:
    """Accept a time of the day, such as 08:30."""
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", value.strip()) if isinstance(value, str) else None
    if not found:
        raise Wrong(f"{value!r} is no time of the day", 'write it like "08:30"')
    return time(int(found[1]), int(found[2]))


def quiet(value: object) -> object:
    """Read the hours of a day in which nothing is sent."""
    found = re.fullmatch(rf"({HOUR})\s*-\s*({HOUR})", value.strip()) if isinstance(value, str) else None
    if not found:
        raise Wrong(f"{value!r} are no hours of the day", 'write them like "22:00-07:00"')
    begins, ends = (time.fromisoformat(one.zfill(5)) for one in found.groups())
    if begins == ends:
        raise Wrong("hours that end when they begin are all of the day, or none", "write another end")
    return Quiet(begins=begins, ends=ends)


def digest(value: str) -> str:
    """Accept set times: `daily 08:30`, `weekdays 08:30`, `weekly mon 08:30`, `monthly 1 08:30`, or a cron line."""
    try:
        cron_of(value)
    except ValueError as error:
        remedy = "write daily 08:30, weekdays 08:30, weekly mon 08:30, monthly 1 08:30, or cron"
        raise Wrong(f"{value!r} are no set times: {error}", remedy) from None
    return " ".join(value.lower().split())


def rate(value: object) -> object:
    """Read how many messages may be sent within a time: `30/1m`."""
    count, mark, span = str(value).replace(" ", "").partition("/")
    if not mark or not count.isdigit() or not int(count):
        raise Wrong(f"{value!r} is no rate", "write how many messages in how long: 30/1m, 100/1h")
    per = duration(span if span[:1].isdigit() else f"1{span}")
    return Rate(count=int(count), per=per)


def term(value: str) -> str:
    """Accept a word, a phrase or a /regular expression/."""
    if not value.strip():
        raise Wrong("an empty word matches nothing", "write a word, or remove it")
    if why := fault(value):
        remedy = "correct it, or leave out the slashes; RE2 has no look-around and no back-references"
        raise Wrong(f"{value} is no regular expression: {why}", remedy)
    return value


def language(value: str) -> str:
    """Accept a language tag (BCP 47), such as `en` or `en-GB`."""
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", value):
        raise Wrong(f"{value!r} is no language", "write a tag such as en, en-GB or cy")
    return value


def header(value: str) -> str:
    """Accept the name of a header (RFC 9110 section 5.1) that is not ours to set."""
    if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}", value):
        raise Wrong(f"{value!r} is no name of a header", "write it like X-Api-Key")
    if value.lower() in OWN_HEADERS or value.lower().startswith("webhook-"):
        raise Wrong(f"{value} is set by feedbot itself", "remove it; `token:` and `user:` authenticate")
    return value


def secret(value: str) -> str:
    """Accept the key of a webhook's signature, as Standard Webhooks writes it."""
    remedy = "make one with: python3 -c 'import base64,os; print(\"whsec_\"+base64.b64encode(os.urandom(24)).decode())'"
    try:
        key = base64.b64decode(value.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        raise Wrong("the secret is not whsec_ and base64", remedy) from None
    if not 24 <= len(key) <= 64:
        raise Wrong(f"the secret has {len(key)} bytes; 24 to 64 are allowed", remedy)
    return value


def _parts(value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError as error:
        raise Wrong(f"{value!r} is no address: {error}", "look at its brackets and its port") from None
    return parts


def jmespath(value: str) -> str:
    """Accept a JMESPath expression."""
    from jmespath import compile as compiled  # noqa: PLC0415 - only JSON sources need it
    from jmespath.exceptions import JMESPathError  # noqa: PLC0415

    try:
        compiled(value)
    except JMESPathError as error:
        raise Wrong(f"{value!r} is no JMESPath: {' '.join(str(error).split())}", "such as `data.items[]`") from None
    return value
