"""From the rows of a list to candidates: title, link, date, summary, image, category, author."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from feedbot.extract.addresses import ending_of, kind_of
from feedbot.extract.links import Survey
from feedbot.extract.moments import Moment, Reading, moments_of, with_order
from feedbot.extract.pictures import picture_of
from feedbot.extract.rows import Row, RowLink, main_links
from feedbot.extract.texts import Text, joined
from feedbot.extract.titles import titles_of
from feedbot.extract.vocabulary import ACTION, AUTHOR_NAMES, BYLINE, CATEGORY_NAMES, DATE_NAMES, MORE, names_of
from feedbot.item import Attachment, Candidate

_WORD = "application/vnd.openxmlformats-officedocument"
_PAPERS = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": f"{_WORD}.wordprocessingml.document",
    "xlsx": f"{_WORD}.spreadsheetml.sheet",
    "pptx": f"{_WORD}.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "epub": "application/epub+zip",
    "mp3": "audio/mpeg",
}
"""Media types of files by the ending of their address."""

MAX_SUMMARY = 2000
LEAST_SUMMARY = 30
LEAST_SENTENCE = 20
"""Shorter words are no summary; a sentence may be shorter than others."""
FEW = 3
"""Fewer rows of one kind are read together with the others that are few."""
_NAME = re.compile(r"[^\W\d_][\w'’.-]*(?:[ \u00a0]+[^\W\d_][\w'’.-]*){0,5}")


@dataclass(frozen=True, slots=True)
class Found:
    """One row, read as an item."""

    row: Row
    link: RowLink | None
    candidate: Candidate


def read_rows(rows: Sequence[Row], survey: Survey, reading: Reading) -> list[Found]:
    """Read `rows` in their order, those that are built alike together."""
    groups: dict[str, list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        groups[survey.place(row.region.head).path].append(index)
    few = [index for group in groups.values() if len(group) < FEW for index in group]
    many = [group for group in groups.values() if len(group) >= FEW]
    found: dict[int, Found] = {}
    for group in [*many, sorted(few)]:
        said = _found_in([rows[index] for index in group], survey, reading)
        found.update(zip(group, said, strict=True))
    return [found[index] for index in sorted(found)]


def _found_in(rows: Sequence[Row], survey: Survey, reading: Reading) -> list[Found]:
    """Read `rows` as the items of one list; one without a title comes back all the same."""
    if not rows:
        return []
    links = main_links(rows)
    if sum(link is not None for link in links) * 10 < len(rows) * 3:
        links = [None] * len(rows)
    if _in_prose(rows, links):
        links = [None] * len(rows)
    titles = titles_of(rows, links)
    reading = with_order(reading, rows)
    moments = moments_of(rows, titles, reading)
    kinds = _kinds(rows, titles)
    each = zip(rows, links, titles, moments, kinds, strict=True)
    return [
        Found(row, link, _candidate(row, link, title, moment, kind, survey)) for row, link, title, moment, kind in each
    ]


def _in_prose(rows: Sequence[Row], links: Sequence[RowLink | None]) -> bool:
    """Say whether the links are none of the items' own: their headings are no links, and they stand in sentences."""
    told = 0
    for row, link in zip(rows, links, strict=True):
        headed = [text for text in row.texts if text.heading is not None]
        if link is None or not headed or any(text.link is not None for text in headed):
            continue
        block = [
            text
            for text in row.texts
            if any(other.link is link.anchor.node and other.block is text.block for other in row.texts)
        ]
        around = sum(len(text.text) for text in block if text.link is None)
        told += around > len(link.text) and not MORE.fullmatch(link.text)
    return told * 10 >= len(rows) * 8


def _candidate(
    row: Row, link: RowLink | None, title: str, moment: Moment | None, kind: str, survey: Survey
) -> Candidate:
    author = _author(row)
    return Candidate(
        url=link.anchor.url if link else "",
        title=title,
        published=moment,
        summary=_summary(row, title, kind, author),
        image=picture_of(row.region, survey.document),
        categories=(kind,) if kind else (),
        authors=(author,) if author else (),
        attachments=_papers(row, link),
    )


def _papers(row: Row, own: RowLink | None) -> tuple[Attachment, ...]:
    """Return the files that a row leads to beside its own page."""
    found: dict[str, Attachment] = {}
    for link in row.links:
        kind = _PAPERS.get(ending_of(kind_of(link.anchor.url)))
        if kind and (own is None or link.anchor.key != own.anchor.key):
            found.setdefault(link.anchor.key, Attachment(url=link.anchor.url, type=kind, title=link.text))
    return tuple(found.values())


def _summary(row: Row, title: str, kind: str, author: str) -> str:
    """Return the longest block that says more than the title does, `""` where there is none."""
    blocks: dict[object, list[Text]] = defaultdict(list)
    for text in row.texts:
        if text.heading is None:
            blocks[text.block].append(text)
    best, most = "", 0
    for texts in blocks.values():
        said = joined([text for text in texts if not MORE.fullmatch(text.text)])
        linked = sum(len(text.text) for text in texts if text.link is not None and not _whole_card(text, texts))
        if said.startswith(title):
            said = said[len(title) :].strip(" -–—:|")
            linked -= min(linked, len(title)) if _is_sentence(said) else 0
        size = len(said) - 2 * linked
        least = max(most + 1, LEAST_SENTENCE if _is_sentence(said) else LEAST_SUMMARY)
        if size >= least and said not in {title, kind, author} and not BYLINE.match(said):
            best, most = said, size
    return best[:MAX_SUMMARY]


def _is_sentence(said: str) -> bool:
    return said[:1].isupper() and said.endswith((".", "!", "?", "…", "。")) and said.count(" ") > 2


def _whole_card(text: Text, texts: Sequence[Text]) -> bool:
    """Say whether the link around a text is around its whole block as well."""
    return (
        text.link is not None
        and text.block is not text.link
        and text.link in text.block.iterancestors()
        and bool(texts)
    )


def _kinds(rows: Sequence[Row], titles: Sequence[str]) -> list[str]:
    """Return the category of each row: by its name, or a short word at a place where rows say one of a few words."""
    named = [_named(row, CATEGORY_NAMES, title) for row, title in zip(rows, titles, strict=True)]
    if sum(bool(kind) for kind in named) * 3 >= len(rows):
        return named
    columns: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        for text in {text.path: text for text in reversed(row.texts)}.values():
            if _is_kind(text):
                columns[text.path].append(text.text)
    best = max(columns, key=lambda path: len(columns[path]), default="")
    values = columns.get(best, [])
    few = len(set(values)) <= max(1, len(values) // 3)
    if len(rows) < 4 or len(values) * 2 < len(rows) or not few:
        return named
    return [next((text.text for text in row.texts if text.path == best and _is_kind(text)), "") for row in rows]


def _is_kind(text: Text) -> bool:
    said = text.text
    plain = 2 < len(said) <= 40 and said[0].isalpha() and not any(char.isdigit() for char in said)
    return (
        plain
        and text.heading is None
        and not said.endswith((":", "."))
        and not ACTION.fullmatch(said)
        and not MORE.fullmatch(said)
    )


def _named(row: Row, names: frozenset[str], title: str) -> str:
    for text in row.texts:
        said = f"{text.path.rsplit('/', 1)[-1]} {text.node.get('class') or ''} {text.node.get('rel') or ''}"
        words = names_of(said)
        fits = words & names and not words & DATE_NAMES and text.text != title and 1 < len(text.text) <= 60
        if fits and not ACTION.fullmatch(text.text) and any(char.isalpha() for char in text.text):
            return text.text.strip(" :|,·•")
    return ""


def _author(row: Row) -> str:
    """Return who is named as the author, `""` where nobody is."""
    for text in row.texts:
        byline = BYLINE.match(text.text)
        if byline and text.heading is None and len(text.text) < 80:
            name = _NAME.match(text.text[byline.end() :])
            if name and name[0][:1].isupper():
                return name[0]
    said = BYLINE.sub("", _named(row, AUTHOR_NAMES, ""))
    return said if said and _NAME.fullmatch(said) else ""
