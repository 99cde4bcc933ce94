"""When two texts, addresses, days, pictures or names count as the same: as strict as a reader, no stricter."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit

MARKS = str.maketrans(
    dict.fromkeys("‘’‚`´", "'") | dict.fromkeys("“”„«»", '"') | dict.fromkeys("–—−‑", "-") | {"…": "..."}
) | dict.fromkeys((0xAD, 0x200B, 0xFEFF))
"""Typographic characters to plain ones; what nobody sees goes."""
TRACKING = re.compile(r"utm_|fbclid|gclid|cmpid")
UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f\u1000-\u109f]")
"""Letters of scripts that are written without spaces, or nearly: they are compared one by one."""
MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?(?:[.,]\d+)?\s*(?:(Z|UTC|GMT)|([+-]\d\d):?(\d\d)?)?)?"
)
BETWEEN_NAMES = re.compile(
    r"\s*(?:,(?!\s*(?:Jr|Sr|MD|PhD|M\.D|Ph\.D)\b)|;|\||/|\s(?:and|und|et|y|e|og|och)\s|\s&\s)\s*", re.IGNORECASE
)
BY = re.compile(r"^\s*(?:by|von|par|por|di|af|av|door)[:\s]+", re.IGNORECASE)
DEGREE = re.compile(r"(?:[A-Z]{2,6}[®™]?|(?:[A-Z]\.){1,3}|PhD|Ph\.D\.?|R\.?D\.?N?|Jr\.?|Sr\.?|[IVX]{1,4})[®™]?$")
"""What stands after a comma behind a name, and is no name."""
SIZED = re.compile(r"[-_](?:\d{2,4}x\d{2,4}|scaled|w\d{2,4}|\d{3,4}w?)$")
MAIL = re.compile(r"\s*[(<]?[\w.+-]+@[\w.-]+[)>]?\s*")


def words(text: object) -> str:
    """Return a text in one line, small letters, and plain marks."""
    plain = unicodedata.normalize("NFKC", unescape(str(text or ""))).translate(MARKS)
    return " ".join(plain.casefold().split())


def title(text: object) -> str:
    """Return a title as it is compared: without the marks around it."""
    return words(text).strip(" .:;,-|>*\"'")


def letters(text: object) -> str:
    """Return the letters and digits of a text alone."""
    return re.sub(r"\W+", "", words(text))


def address(url: object, base: str, *, fragment: bool = False) -> str:
    """Return what of an address tells pages apart: no scheme, `www.`, last slash or tracking; maybe its fragment."""
    if not url and not fragment:
        return ""
    full = urljoin(base, str(url or "").strip())
    parts = urlsplit(full)
    host = (parts.hostname or "").lower().removeprefix("www.")
    host += f":{parts.port}" if parts.port and parts.port not in {80, 443} else ""
    query = urlencode([p for p in parse_qsl(parts.query, keep_blank_values=True) if not TRACKING.match(p[0])])
    path = unquote(re.sub(r"/{2,}", "/", parts.path)).rstrip("/")
    routed = parts.fragment and (not path or parts.fragment.startswith(("!", "/")))
    key = host + path + (f"?{query}" if query else "") + (f"#{parts.fragment}" if routed else "")
    return f"{key}#{parts.fragment}" if fragment else key


def days(said: object) -> set[date]:
    """Return the calendar days that a date may mean: where it was written, and in UTC."""
    text = str(said or "").strip()
    try:
        found = MOMENT.match(text)
        moment = _moment(found) if found else parsedate_to_datetime(text)
        return {moment.date(), moment.astimezone(UTC).date()} if moment.tzinfo else {moment.date()}
    except (ValueError, TypeError, IndexError, OverflowError):
        return set()


def _moment(found: re.Match[str]) -> datetime:
    day, hour, minute, second, _, east, past = found.groups()
    zone = f"{east}:{past or '00'}" if east else "+00:00"
    at = time(int(hour or 12), int(minute or 0), min(59, int(second or 0)))
    return datetime.fromisoformat(f"{day}T{at.isoformat()}{zone}")


def instant(said: object) -> datetime | None:
    """Return the moment that a date names, in UTC."""
    text = str(said or "").strip()
    try:
        moment = datetime.fromisoformat(re.sub("Z$", "+00:00", text))
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError):
            return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def overlap(said: object, true: object) -> float:
    """Return the F1 of the words that two texts share, counted as often as they stand there."""
    ours, theirs = _tokens(said), _tokens(true)
    shared = sum((ours & theirs).values())
    return 2 * shared / (sum(ours.values()) + sum(theirs.values())) if shared else 0.0


def _tokens(text: object) -> Counter[str]:
    found = re.findall(r"\w+", words(text))
    return Counter(piece for word in found for piece in (word if UNSPACED.search(word) else (word,)))


def same_picture(true: object, said: Any, base: str) -> bool:
    """Say whether `said` is one of the pictures `true`, of whatever size it is served in."""
    url = said.get("url") if isinstance(said, dict) else said
    every = true if isinstance(true, list) else [true]
    return bool(url) and any(_alike(str(one), str(url), base) for one in every)


def _alike(true: str, said: str, base: str) -> bool:
    if address(true, base).split("?")[0] == address(said, base).split("?")[0]:
        return True
    ours, theirs = _file(said), _file(true)
    if len(theirs) >= 6 and ours == theirs:
        return True
    if _numbers(true) & _numbers(said):
        return True
    held = len(theirs) >= 8 and theirs in unquote(said).casefold()
    return held or (len(ours) >= 8 and ours in unquote(true).casefold())


def _file(url: str) -> str:
    name = unquote(urlsplit(url).path).rsplit("/", 1)[-1].casefold()
    return SIZED.sub("", re.sub(r"\.(jpe?g|png|gif|webp|avif|svg)$", "", name))


def _numbers(url: str) -> set[str]:
    return set(re.findall(r"[0-9a-f]{16,}|\d{7,}", unquote(url)))


def people(said: Any) -> set[str]:
    """Return the names of people in what may be one line, a list, or objects with a name."""
    given = said if isinstance(said, list) else [said] if said else []
    found: set[str] = set()
    for one in given:
        text = BY.sub("", str((one.get("name") if isinstance(one, dict) else one) or ""))
        for place, part in enumerate(BETWEEN_NAMES.split(text)):
            name = " ".join(re.findall(r"[\w'’.-]+", words(part))).strip(". -")
            if name and not name.startswith("http") and not (place and DEGREE.match(part.strip())):
                found.add(name)
    return found


def agreement(said: Collection[str], true: Collection[str]) -> float:
    """Return the F1 of two sets of names, 1 where both are empty; the order of the words in a name does not matter."""
    if not said and not true:
        return 1.0
    hit = sum(_named(name, true) for name in said)
    met = sum(_named(name, said) for name in true)
    precision, recall = hit / len(said) if said else 0.0, met / len(true) if true else 0.0
    return 2 * precision * recall / (precision + recall) if hit and met else 0.0


def _named(name: str, among: Iterable[str]) -> bool:
    return any(name == other or set(name.split()) == set(other.split()) for other in among)


def person(said: object) -> str:
    """Return a name without the mail address beside it."""
    return words(MAIL.sub(" ", str(said))).strip(" ()") or words(said)


class Markup(HTMLParser):
    """What HTML shows, where it leads, and what in it could do harm."""

    HARMFUL = frozenset(("script", "style", "iframe", "object", "embed", "applet", "meta", "link", "base", "form"))
    FRAMES = frozenset(("frame", "frameset"))
    RUNS = re.compile(r"(?:javascript|vbscript|data:text/html|mocha|livescript)")
    STYLED = re.compile(r"expression|javascript:|url\(|behaviou?r|-moz-binding")

    def __init__(self, html: object) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.links: list[str] = []
        self.harm: list[str] = []
        self.feed(str(html or ""))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.HARMFUL or tag in self.FRAMES:
            self.harm.append(tag)
        for name, value in attrs:
            plain = re.sub(r"[\s\x00-\x1f]+", "", unescape(value or "")).lower()
            styled = name == "style" and self.STYLED.search(plain)
            if name.lower().startswith("on") or self.RUNS.match(plain) or styled:
                self.harm.append(name)
            if name in {"href", "src"}:
                self.links.append((value or "").strip())

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def shown(html: object) -> str:
    """Return the text that HTML shows, also where it was escaped twice."""
    text = str(html or "")
    for _ in range(2):
        text = "".join(Markup(text).texts) if "<" in text or "&" in text else text
    return " ".join(unicodedata.normalize("NFC", text).split())
