"""What belongs to an article beside its body: files, the report it is about, quotes, and related articles."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from feedbot.extract.around import ends
from feedbot.extract.document import Document
from feedbot.extract.links import Element
from feedbot.extract.structured import words_in as _words
from feedbot.extract.vocabulary import BESIDE_HEADING, FILE_WORDS, MORE, names_of, words
from feedbot.item import Attachment, Link, Quote

FILES = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "rtf": "application/rtf",
    "csv": "text/csv",
    "epub": "application/epub+zip",
    "zip": "application/zip",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "mp4": "video/mp4",
}
"""Media types of the files that are attached to news, by the end of their names."""
REPORT = re.compile(
    r"\b(?:read|view|see|open|download|get|access)\b.{0,40}\b(?:report|publication|study|paper|findings|review|"
    r"evaluation|summary|strategy|guidance|document)\b|\b(?:bericht|studie|gutachten)\b.{0,20}\b(?:lesen|"
    r"herunterladen|öffnen|ansehen)\b|\bzum bericht\b|\b(?:lire|consulter|télécharger)\b.{0,20}\b(?:rapport|étude)\b|"
    r"\b(?:leer|descargar|ver)\b.{0,20}\b(?:informe|estudio)\b|\b(?:leggi|scarica)\b.{0,20}\b(?:rapporto|relazione|"
    r"studio)\b|\bdarllen.{0,15}adroddiad\b",
    re.IGNORECASE,
)
"""Words of the link to the report that an article is about."""

_SIZE = re.compile(r"(\d+(?:[.,]\d+)?)\s?([kmg])i?(?:b|o)\b", re.IGNORECASE)
_POWERS = {"k": 1_000, "m": 1_000_000, "g": 1_000_000_000}
_SPEAKERS = words("speaker name author source cite attribution person quotee")
_ROLES = words("role title position job jobtitle organisation organization affiliation function")
_QUOTED = words("quote pullquote blockquote testimonial quotation")
_SIGNED = re.compile(r"[—–―-]\s*\S.{0,147}$")
_MARKS = '“”"„«»‘’ \n'
_SOCIAL = re.compile(r"twitter-tweet|instagram-media|tiktok-embed|fb-post|bluesky-embed|reddit-embed", re.IGNORECASE)


def links_in(document: Document, container: Element) -> Iterator[tuple[Element, Link]]:
    """Give the links of an element that lead somewhere, with their words."""
    for one in container.iter("a"):
        url = document.absolute(one.get("href") or "")
        title = _words(one) or one.get("aria-label") or one.get("title") or ""
        if url and title:
            yield one, Link(url=url, title=title[:300])


def report_of(links: Iterable[tuple[Element, Link]]) -> Link | None:
    """Return the link to the report that an article is about."""
    return next((link for _, link in links if len(link.title) < 120 and REPORT.search(link.title)), None)


def attachments_of(links: Iterable[tuple[Element, Link]]) -> Iterator[Attachment]:
    """Give the files that an article links to, with their size in bytes where it is said."""
    seen = set()
    for one, link in links:
        kind = FILES.get(urlsplit(link.url).path.rpartition(".")[2].lower()) or _declared(one)
        if kind and link.url not in seen:
            seen.add(link.url)
            yield Attachment(url=link.url, type=kind, length=_length(one), title=_title(link.title))


def _declared(one: Element) -> str:
    said = (one.get("type") or "").lower()
    return said if said in FILES.values() else ""


def _title(words_of_link: str) -> str:
    bare = re.sub(
        r"\s*[(\[][^()\[\]]*\b(?:pdf|docx?|xlsx?|[kmg]b)\b[^()\[\]]*[)\]]\s*$", "", words_of_link, flags=re.IGNORECASE
    )
    return bare if bare and not FILE_WORDS.fullmatch(bare) else words_of_link


def _length(one: Element) -> int | None:
    """Return the size that is said in the words of a link, or right behind it."""
    found = _SIZE.search(_words(one)) or _SIZE.search((one.tail or "")[:60])
    if found is None and (parent := one.getparent()) is not None and sum(1 for _ in parent.iter("a")) == 1:
        found = _SIZE.search(_words(parent)[:300])
    return int(float(found[1].replace(",", ".")) * _POWERS[found[2].lower()]) if found else None


def quotes_of(story: Element) -> Iterator[Quote]:
    """Give the quotes that are marked up as such, with their speakers."""
    done: list[Element] = []
    for one in story.iter("blockquote", "figure", "div", "aside", "section"):
        if any(up in done for up in one.iterancestors()) or not _is_quote(one):
            continue
        done.append(one)
        if quote := _quote(one):
            yield quote


def _is_quote(one: Element) -> bool:
    said = one.get("class") or ""
    if one.tag == "blockquote":
        return not _SOCIAL.search(said)
    if one.tag == "figure":
        return one.find(".//blockquote") is not None
    return bool(said) and bool(names_of(said) & _QUOTED) and len(_words(one)) < 1500


def _quote(one: Element) -> Quote | None:
    credit = next((part for part in one.iter("figcaption", "footer", "cite") if _words(part)), None)
    named = _part(one, _SPEAKERS)
    role = _part(one, _ROLES)
    lines = _without(one, [part for part in (credit, named, role) if part is not None])
    if named is not None:
        who = _words(named)
    elif credit is not None:
        who = " , ".join(text for text in (str(part).strip() for part in credit.itertext()) if text)
    else:
        who = lines.pop() if len(lines) > 1 and _SIGNED.match(lines[-1]) else ""
    speaker, job = _speaker(who, _words(role) if role is not None and role is not named else "")
    text = " ".join(lines).strip(_MARKS)
    return Quote(text=text, speaker=speaker, role=job) if text else None


def _part(one: Element, wanted: frozenset[str]) -> Element | None:
    """Return the first element below that has words and one of the wanted names."""
    return next((part for part in one.iterdescendants("*") if _names(part) & wanted and _words(part)), None)


def _speaker(who: str, role: str) -> tuple[str, str]:
    who = " ".join(who.split()).strip(" —–―-,:")
    if role:
        return who.replace(role, "").strip(" ,—–―-:"), role
    name, _, job = re.sub(r"\s*,(?:\s*,)+\s*|\s+[–—|]\s+", ", ", who).partition(",")
    return name.strip(), job.strip(" ,")


def _without(one: Element, apart: list[Element]) -> list[str]:
    """Return the lines of an element without what stands in the elements `apart`."""
    parts = [part for part in one.iter("p", "li") if not any(up in apart for up in (part, *part.iterancestors()))]
    lines = [_words(part) for part in parts] or [_words(one, apart)]
    return [line for line in lines if line]


def related_of(document: Document) -> Iterator[Link]:
    """Give the links that stand under a heading such as `Related articles`."""
    seen = {document.url.partition("#")[0]}
    for heading in document.root.iter("h2", "h3", "h4", "h5"):
        text = _words(heading)
        if len(text) > 60 or not (BESIDE_HEADING.match(text) or ends(text)) or not _RELATED.search(text):
            continue
        for one, link in links_in(document, _section(heading)):
            url, title = link.url.partition("#")[0], _card_title(one) or link.title
            if url not in seen and len(title) > 8 and not MORE.fullmatch(title):
                seen.add(url)
                yield Link(url=link.url, title=title[:300])
        return


_RELATED = re.compile(
    r"relat|similar|more|recommend|also|next|further|other|latest|ähnlich|verwandt|weitere|mehr|auch|liés|lire|aussi|"
    r"plus|relacion|más|correlat|leggi|leia|veja|gerelateerd|lees|meer|läs|les|læs|lue|czytaj|zobacz|související|関連|"
    r"相关|관련|связан|теме",
    re.IGNORECASE,
)


def _section(heading: Element) -> Element:
    """Return the smallest element around a heading that holds links beside it, at most three steps up."""
    at = heading
    for _ in range(3):
        above = at.getparent()
        if above is None or above.tag in {"body", "html", "main", "article"}:
            return at
        at = above
        if sum(1 for link in at.iter("a") if link.get("href")) > 1:
            return at
    return at


def _card_title(one: Element) -> str:
    """Return the title in a link that is a whole card: its heading, else all its words."""
    heading = next(one.iter("h2", "h3", "h4", "h5", "h6"), one)
    return _words(heading) or _words(one)


def _names(one: Element) -> frozenset[str]:
    return names_of(f"{one.get('class') or ''} {one.get('itemprop') or ''}")
