"""What the items of a list are called."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache

from feedbot.extract import dates
from feedbot.extract.rows import Row, RowLink, words_worth
from feedbot.extract.texts import HEADINGS, Text, joined, letters_in
from feedbot.extract.vocabulary import (
    AUTHOR_NAMES,
    BYLINE,
    CATEGORY_NAMES,
    DATE_NAMES,
    FILE_WORDS,
    MORE,
    PAPER,
    SUMMARY_NAMES,
    TITLE_NAMES,
    names_of,
)

MAX_TITLE = 500
LONG = 60
"""So many characters are much for a title."""
AT_ONE_PLACE = 3
"""So many texts at one place of a row are told apart."""

_DASHES = " -–—:|,;·•()[]"

_NUMBERED = re.compile(
    r"(?:no\.?|nr\.?|#|case|ref\.?|docket)?[\s:]*[\w.()/&-]*\d[\w.()/&,;-]*(?:\s+[\w.()/-]*\d[\w.()/-]*)*",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"(?:(?:case|docket|file|cause|matter|ref(?:erence)?|application|bill|az|aktenzeichen|dossier|expediente)\b[\s.:]*)?"
    r"(?:(?:no|nr|nos|n°|#)[\s.:]*)?[A-Z/-]{0,8}\d[\w./-]{1,24}\s*[:–—|-]",
    re.IGNORECASE,
)
"""A number before a title by which its paper is filed; matched against the whole text before the title."""
_FILE = re.compile(r"\S+\.(?:pdf|docx?|xlsx?|pptx?|mp3|mp4|html?|zip|txt|odt)", re.IGNORECASE)


def titles_of(rows: Sequence[Row], links: Sequence[RowLink | None]) -> list[str]:
    """Return the title of each row, `""` where it says nothing that could be one."""
    own = _at_one_place([_of_link(row, link) for row, link in zip(rows, links, strict=True)], rows, links)
    heads = [_of_heading(row) for row in rows]
    if _good(own):
        chosen = own
    elif _good(heads) or (not any(links) and all(heads) and len(set(heads)) == len(heads)):
        chosen = heads
    else:
        chosen = _of_column(rows)
    spare = (own, heads, _of_attributes(rows, links))
    named = [title or next((other[i] for other in spare if other[i]), "") for i, title in enumerate(chosen)]
    return [title[:MAX_TITLE].strip() for title in named]


def _at_one_place(titles: list[str], rows: Sequence[Row], links: Sequence[RowLink | None]) -> list[str]:
    """Take the few long titles of cards, which may be their summaries, from where the others have theirs."""
    long = [place for place, title in enumerate(titles) if len(title) > LONG]
    if not 0 < len(long) * 4 <= len(titles):
        return titles
    own = [
        {text.path: text.text for text in row.texts if link and text.link is link.anchor.node}
        for row, link in zip(rows, links, strict=True)
    ]
    paths = (
        next((path for path, said in own[place].items() if said == title), "") for place, title in enumerate(titles)
    )
    path, count = Counter(paths).most_common(1)[0]
    if not path or count * 4 < len(titles) * 3:
        return titles
    return [own[place].get(path, title) if place in long else title for place, title in enumerate(titles)]


@lru_cache(maxsize=8192)
def telling(title: str) -> bool:
    """Say whether words could be the title of one item."""
    if not title or MORE.fullmatch(title) or FILE_WORDS.fullmatch(title):
        return False
    if _NUMBERED.fullmatch(title) or _FILE.fullmatch(title) or PAPER.fullmatch(title):
        return False
    return letters_in(title) * 2 >= len(title.replace(" ", ""))


def _good(titles: Sequence[str]) -> bool:
    """Say whether titles found in one way are good enough for a whole list."""
    told = [title for title in titles if telling(title)]
    return len(told) * 10 >= len(titles) * 6 and len(set(told)) * 3 >= len(told) * 2


def _of_link(row: Row, link: RowLink | None) -> str:
    if link is None:
        return ""
    said = [text for text in row.texts if text.link is link.anchor.node]
    texts = _without_dates(said)
    if not texts:
        same = [other for other in row.links if other.anchor.key == link.anchor.key and other.text]
        return max((other.text for other in same), key=words_worth, default="")
    headed = [text for text in texts if text.heading is not None and text.heading is not link.anchor.node]
    inner = [text for text in headed if text.heading is not None and link.anchor.node in text.heading.iterancestors()]
    if inner:
        return _headline(inner)
    whole = _without_kicker(texts)
    blocks = list(dict.fromkeys(text.block for text in texts))
    if len(whole) > 60 and len(blocks) > 1:
        return _of_card(texts, by_block=True)
    return _of_card(texts, by_block=False) if len(blocks) == 1 and _in_pieces(said) else whole


def _in_pieces(texts: Sequence[Text]) -> bool:
    """Say whether a link is a card of inline pieces: none of its texts stands in itself, and one is a date alone."""
    bare = any(text.node is text.link or text.glued for text in texts)
    return not bare and len({text.path for text in texts}) == len(texts) > 1 and any(_dated(text) for text in texts)


def _dated(text: Text) -> bool:
    return len(text.text) < 40 and any(map(str.isdecimal, text.text)) and dates.read(text.text) is not None


def _without_dates(texts: list[Text]) -> list[Text]:
    """Return the texts of a link without dates that stand apart from its words."""
    if len(texts) < 2:
        return texts
    main = max(texts, key=lambda text: len(text.text))
    alone = main.node is not main.link and main.node is not main.heading
    kept = [
        text for text in texts if text is main or not (_apart(text, main, alone=alone) and dates.is_only(text.text))
    ]
    return kept if any(telling(text.text) for text in kept) else texts


def _apart(text: Text, main: Text, *, alone: bool) -> bool:
    """Say whether a text stands in another block than the main one, or both in an element each."""
    return text.block is not main.block or (alone and text.node is not main.node and text.node is not text.link)


def _headline(texts: Sequence[Text]) -> str:
    """Return the text of the first heading among `texts`."""
    first = texts[0].heading
    return _without_kicker([text for text in texts if text.heading is first])


def _without_kicker(texts: Sequence[Text]) -> str:
    """Return what a heading says, without the word before it that names its topic."""
    whole = joined(list(texts))
    link = texts[0].link
    for said in (link.get("aria-label"), link.get("title")) if link is not None else ():
        name = " ".join((said or "").split())
        if telling(name) and name != whole and len(name) * 2 > len(whole) and (name in whole):
            return name
    named = [text for text in texts if _names(text) & TITLE_NAMES and text.node is not texts[0].heading]
    kickers = [text for text in texts if _names(text) & CATEGORY_NAMES and text not in named]
    if _REFERENCE.fullmatch(texts[0].text) and texts[0] not in kickers:
        kickers.append(texts[0])
    rest = [text for text in texts if text not in kickers]
    if kickers and rest and telling(joined(rest)):
        return joined(rest)
    return joined(named) if named and len(named) < len(texts) and telling(joined(named)) else whole


def _names(text: Text) -> frozenset[str]:
    """Return the names of the element that a text stands in."""
    return names_of(text.node.get("class") or "")


def _of_card(texts: Sequence[Text], *, by_block: bool) -> str:
    """Return the title of a link that is a whole card without headings, in blocks or in inline pieces."""
    blocks: dict[object, list[Text]] = defaultdict(list)
    for text in texts:
        blocks[text.block if by_block else text.path].append(text)
    best, most = "", 0.0
    for number, said in enumerate(blocks.values()):
        whole = joined(said)
        names = names_of(" ".join(f"{text.path.rsplit('/', 1)[-1]} {text.node.get('class') or ''}" for text in said))
        worth = (
            words_worth(whole) * 0.9**number * (2.0 if names & TITLE_NAMES else 1.0) * (1.0 if telling(whole) else 0.1)
        )
        if names & (SUMMARY_NAMES | DATE_NAMES | AUTHOR_NAMES | CATEGORY_NAMES) and not names & TITLE_NAMES:
            worth *= 0.4
        if len(whole) > 200:
            worth *= 0.4
        if worth > most:
            best, most = whole, worth
    return best


def _of_heading(row: Row) -> str:
    headed = [text for text in row.texts if text.heading is not None]
    return _headline(headed) if headed else ""


def _of_column(rows: Sequence[Row]) -> list[str]:
    """Return the texts of the place where most rows say what they are about, and each says something else."""
    columns: dict[str, list[str]] = defaultdict(list)
    first: dict[str, int] = {}
    for row in rows:
        for number, (path, text) in enumerate(_columns(row).items()):
            columns[path].append(text)
            first.setdefault(path, number)
    worth = {path: _column_worth(path, texts, len(rows)) * 0.97 ** first[path] for path, texts in columns.items()}
    best = max(worth, key=lambda path: worth[path], default="")
    if not best or worth[best] < 0.05:
        return [""] * len(rows)
    titles = [_columns(row).get(best, "") for row in rows]
    if len(set(titles)) * 3 < len(titles) * 2:
        return [_cell(best, row) for row in rows]
    return titles


def _columns(row: Row) -> dict[str, str]:
    """Return what a row says at each place; the second text at one place, as between links, is a place of its own."""
    found: dict[str, str] = {}
    times: Counter[str] = Counter()
    for text in row.texts:
        if text.hidden or times[text.path] >= AT_ONE_PLACE:
            continue
        times[text.path] += 1
        count = times[text.path]
        if count == 1:
            found[text.path] = text.text
        elif said := text.text.strip(_DASHES):
            found[f"{text.path}#{count}"] = said
    return found


def _cell(path: str, row: Row) -> str:
    """Return all that the cell at `path` says, where its first words are not enough to tell the rows apart."""
    first = next((text for text in row.texts if text.path == path and not text.hidden), None)
    if first is None:
        return _columns(row).get(path, "")
    said = [text for text in row.texts if text.block is first.block]
    if any(text.link is not None or BYLINE.match(text.text) or any(map(str.isdigit, text.text)) for text in said[1:]):
        return first.text
    return joined(said)


def _column_worth(path: str, texts: Sequence[str], rows: int) -> float:
    told = [text for text in texts if telling(text)]
    if not told:
        return 0.0
    distinct = len(set(told)) / len(told)
    size = sum(len(text) for text in told) / len(told)
    length = min(1.0, size / 25) if size <= 160 else 160 / size
    path = path.partition("#")[0]
    names = names_of(path.rsplit("/", 1)[-1])
    last = path.rsplit("/", 1)[-1].partition(".")[0]
    bonus = 1.6 if names & TITLE_NAMES or last in HEADINGS else 1.3 if last in {"strong", "b"} else 1.0
    if sum(map(dates.is_only, told)) * 2 > len(told):
        bonus = 0.1
    elif names & (AUTHOR_NAMES | DATE_NAMES | CATEGORY_NAMES) or sum(
        bool(BYLINE.match(text)) for text in told
    ) * 2 > len(told):
        bonus = 0.3
    return (len(told) / rows) * distinct**2 * length * bonus


def _of_attributes(rows: Sequence[Row], links: Sequence[RowLink | None]) -> list[str]:
    """Return what the attributes of each row's own link call it."""
    return [_attribute(link) if link else "" for _, link in zip(rows, links, strict=True)]


def _attribute(link: RowLink) -> str:
    node = link.anchor.node
    said = [node.get("title"), node.get("aria-label")]
    said += [image.get("alt") for image in node.iter("img")]
    return next((" ".join(text.split()) for text in said if text and telling(text.strip())), "")
