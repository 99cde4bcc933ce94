"""When an article was published: what machines are told, what is seen and what the address says, by majority."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from feedbot.extract import dates
from feedbot.extract.document import Document
from feedbot.extract.links import Element
from feedbot.extract.moments import Reading
from feedbot.extract.structured import Facts, words_in
from feedbot.extract.vocabulary import DATE_NAMES, names_of, words

Moment = datetime | date

PUBLISHED = (
    "article:published-time", "article:published", "datepublished", "og:published-time", "og:article:published-time",
    "dcterms.issued", "dc.date.issued", "dcterms.created", "dc.date.created", "parsely-pub-date", "sailthru.date",
    "pubdate", "publishdate", "publish-date", "publication-date", "published-date", "cxenseparse:recs:publishtime",
    "citation-publication-date", "citation-date", "article.published", "displaydate", "date", "dc.date", "dcterms.date",
    "originalpublicationdate", "rnews:datepublished", "ptime", "article-date-original", "content-create", "created",
    "date.release", "vr:published-time", "news-publish-time", "dc.terms.issued", "timestamp", "firstpublished",
)  # fmt: skip
MODIFIED = (
    "article:modified-time", "og:updated-time", "dcterms.modified", "dc.date.modified", "datemodified", "last-modified",
    "article:modified", "modified", "lastmod", "updated-time", "cxenseparse:modtime", "revised",
)  # fmt: skip
_MAYBE = re.compile(
    r"publi(?:sh|cation)|pub-?(?:date|time)|first-?pub|issued|release-?(?:date|time)|(?:date|time)[-.:]?release|posted|"
    r"^p-?date$|article-?(?:date|time)|^og:article:time$|date[-.:]?created|creat(?:ed|ion)-?(?:at|on|date|time)"
)
_MADE = re.compile(
    r"\\?[\"'](?:date_?created|created_?(?:at|date|on))\\?[\"']\s*:\s*\\?[\"'](\d{4}-\d\d-\d\d[^\"'\\<>]{0,30})",
    re.IGNORECASE,
)
_CHANGES = re.compile(r"modif|updat|expir|revis|embargo|available")
"""What other meta tags are called that say when it was published."""
_IN_SCRIPT = re.compile(
    r"\\?[\"'](?:datePublished|publish(?:ed)?_?(?:Date|At|On|Time|Timestamp)?|publication_?Date|first_?Published\w*)"
    r"\\?[\"']\s*:\s*\\?[\"'](\d{4}-\d\d-\d\d[^\"'\\<>]{0,30})",
    re.IGNORECASE,
)
_LATER = words("updated modified update lastmodified lastupdated changed revised datemodified")
_CHANGED = re.compile(
    r"\W*(?:last(?:ly)? )?(?:updat|modif|revis|edited|changed|aktualisier|geändert|letzte änderung|stand\b|mis à jour|"
    r"mise à jour|actualizad|última actualización|aggiornat|ultimo aggiornamento|atualizad|última atualização|"
    r"bijgewerkt|laatst|uppdatera|oppdater|opdater|päivitetty|zaktualizowan|aktualizov|frissít|actualizat|обновлен|"
    r"оновлен|τελευταία|ενημ|güncelle|diperbarui|cập nhật|更新|수정|محدث)",
    re.IGNORECASE,
)
"""How a line begins that dates a change."""
_NEAR, _AROUND = 90, 25


@dataclass(frozen=True, slots=True)
class Witness:
    """One who says when it was, and how far that is believed."""

    moment: Moment
    trust: float


def published_of(document: Document, said: Facts, heading: Element | None, reading: Reading) -> Moment | None:
    """Return the moment that the witnesses agree on; that of the most trusted where they do not."""
    witnesses = list(_witnesses(document, said, heading, reading))
    if not witnesses:
        return _anywhere(document, reading)
    best = max(witnesses, key=lambda one: (_total(one, witnesses), one.trust))
    moments = [one.moment for one in witnesses]
    exact = [moment for moment in moments if isinstance(moment, datetime) and _day(moment) == _day(best.moment)]
    if not exact:
        near = [moment for moment in moments if isinstance(moment, datetime) and _apart(moment, best.moment) == 1]
        exact = near[:1] if isinstance(best.moment, datetime) else []
    return _as_seen(exact[0], moments) if exact else best.moment


def _as_seen(moment: datetime, moments: list[Moment]) -> datetime:
    """Return a moment in UTC as the clock of the page shows it: the same instant, with the offset that the two tell."""
    if moment.utcoffset():
        return moment
    for other in moments:
        if isinstance(other, datetime) and not other.utcoffset() and other != moment:
            gap = other - moment
            quarters = timedelta(minutes=15 * round(gap / timedelta(minutes=15)))
            if quarters and abs(quarters) <= timedelta(hours=14) and abs(gap - quarters) < timedelta(seconds=90):
                return moment.astimezone(timezone(quarters))
    return moment


def _apart(one: Moment, other: Moment) -> int:
    return abs((_day(one) - _day(other)).days)


def _total(one: Witness, witnesses: list[Witness]) -> float:
    total = 0.0
    for other in witnesses:
        apart = _apart(one.moment, other.moment)
        total += other.trust * (1.0 if apart == 0 else 0.8 if apart == 1 else 0.0)
    return total


def modified_of(said: Facts) -> Moment | None:
    """Return the moment of the last change that machines are told of."""
    told = [*said.told("dateModified"), *said.said(*MODIFIED), *said.micro.get("datemodified", ())]
    return next((moment for text in told if isinstance(text, str) and (moment := dates.machine(text))), None)


def _day(moment: Moment) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _witnesses(document: Document, said: Facts, heading: Element | None, reading: Reading) -> Iterator[Witness]:
    latest = reading.now + timedelta(days=2) if reading.now else None
    told = False
    trusts = (
        (3.0, _of_json(said)),
        (2.5, _of_meta(said)),
        (2.0, _of_micro(said)),
        (1.5, _of_scripts(document, _IN_SCRIPT)),
        (0.5, _of_scripts(document, _MADE)),
    )
    for trust, texts in trusts:
        for text in texts if trust > 1.5 or not told else ():
            moment = dates.machine(text) or reading.read(text)
            if moment and (latest is None or _day(moment) <= latest.date()):
                told = True
                yield Witness(moment, trust)
                break
    if (day := dates.in_url(document.url)) is not None:
        yield Witness(day, 2.5)
    seen, later = _seen(document, heading, reading)
    if seen is not None:
        yield Witness(seen, 1.0 if later else 2.2)


def _of_json(said: Facts) -> Iterator[str]:
    for name in ("datePublished", "dateCreated", "uploadDate"):
        yield from (text for text in said.told(name) if isinstance(text, str))


def _of_meta(said: Facts) -> Iterator[str]:
    yield from said.said(*PUBLISHED)
    for name, texts in said.meta.items():
        if _MAYBE.search(name) and not _CHANGES.search(name):
            yield from (text for text in texts if dates.machine(text))


def _of_scripts(document: Document, wanted: re.Pattern[str]) -> Iterator[str]:
    """Give the first date of publication in the data that scripts of the page are handed."""
    for script in document.root.iter("script"):
        if found := wanted.search(script.text or ""):
            yield found[1]
            return


def _of_micro(said: Facts) -> Iterator[str]:
    for name in ("datepublished", "datecreated"):
        yield from said.micro.get(name, ())


def _seen(document: Document, heading: Element | None, reading: Reading) -> tuple[Moment | None, bool]:
    """Return the date that stands around the heading, behind it or a little before, and whether it is of a change."""
    elements = [
        one for one in document.root.iter("*") if one.tag not in {"script", "style", "head", "meta", "link", "noscript"}
    ]
    start = elements.index(heading) if heading is not None and heading in elements else 0
    later: Moment | None = None
    for one in (*elements[start : start + _NEAR], *reversed(elements[max(0, start - _AROUND) : start])):
        moment = _of_element(one, reading)
        if moment is not None and not _is_later(one):
            return moment, False
        later = later or moment
    return later, True


def _of_element(one: Element, reading: Reading) -> Moment | None:
    if one.tag == "time" and (stamp := dates.machine(one.get("datetime") or "")):
        return stamp
    marked = one.tag == "time" or bool(names_of(one.get("class") or "") & DATE_NAMES)
    whole = words_in(one) if marked and len(one) < 12 else ""
    for text in (whole, one.text or "", one.tail or ""):
        line = " ".join(text.split()) if len(text) < 300 else ""
        if 5 < len(line) < 90 and (found := reading.read(line)):
            return found
    return None


def _is_later(one: Element) -> bool:
    """Say whether an element dates a change, by its name, its words or those right before it."""
    if _CHANGED.match("".join(str(part) for part in one.itertext())[:60]):
        return True
    if names_of(f"{one.get('class') or ''} {one.get('itemprop') or ''}") & _LATER:
        return True
    above = one.getparent()
    if above is None:
        return False
    return bool(names_of(above.get("class") or "") & _LATER) or bool(_CHANGED.match((above.text or "")[:60]))


def _anywhere(document: Document, reading: Reading) -> Moment | None:
    """Return the first date that the page marks as one, or writes in a line of its own."""
    for one in document.root.iter("time"):
        if stamp := dates.machine(one.get("datetime") or "") or reading.read(words_in(one)[:90]):
            return stamp
    for one in document.root.iter("*"):
        if names_of(one.get("class") or "") & DATE_NAMES and one.tag not in {"body", "html", "main", "article"}:
            text = words_in(one)[:200]
            if len(text) < 90 and (moment := reading.read(text)):
                return moment
    return None
