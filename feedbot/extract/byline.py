"""Who wrote an article: people, neither the site nor those who only put it there."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby, takewhile

from feedbot.extract.document import Document
from feedbot.extract.links import Element
from feedbot.extract.structured import Facts, as_list, kinds, text_of
from feedbot.extract.vocabulary import names_of, words

MOST = 12
"""More authors than this are a list of something else."""

_NAMES = (
    "author", "article:author", "dc.creator", "dcterms.creator", "dc.contributor", "parsely-author",
    "sailthru.author", "byl", "cxenseparse:author", "authors", "article.author", "citation-author", "creator",
    "news-authors", "byline", "article-author",
)  # fmt: skip
_BY = re.compile(
    r"^(?:(?:view |see )?(?:all |more )?(?:posts?|articles?|stories|beiträge|artikel) (?:by|von|par|por|di|door) |"
    r"(?:(?:words|text|story|article|written|posted|published|reported|interview|review|report|a guest post|submitted|"
    r"medically reviewed|reviewed|texte?|testo|texto)\s+)?(?:by|von|vom|par|por|di|door|av|af|od|przez)\b\s*:?|"
    r"(?:autor(?:in|es|en)?|authors?|auteurs?|autore|autori|written|text|foto|redactie|redaktion|автор|автори|"
    r"συντάκτης|yazar|penulis|szerző|kirjoittaja|forfatter|skribent|από|ავტორი|작성자|記者|文|作者|责任编辑|责编|编辑|記事)\s*[:：/|]|"
    r"by:)\s*",
    re.IGNORECASE,
)
_AND = re.compile(
    r"\s*(?:;|\||•|·|/|\n|,(?!\s*(?:Jr|Sr|MD|M\.D|PhD|Ph\.D|RN|RD|MPH|DO|III?)\b\.?)|\s(?:and|und|et|y|og|och|en|e|"
    r"i|és|ja|with|mit|и|та|και|ve|dan)\s|\s&\s)\s*"
)
_WHEN = re.compile(
    r"\d|\b(?:updated|published|posted|ago|min read|minutes|publié|mis à jour|veröffentlicht|aktualisiert|stand|"
    r"publicado|actualizado|pubblicato|aggiornato|image|images|photos?|getty|read more|follow|share|comments?|"
    r"view all|see all|posts?|articles?|stories|all|our|your|about)\b",
    re.IGNORECASE,
)
_PROFILE = re.compile(
    r"/(?:authors?|autor(?:en|es|i)?|auteurs?|people|staff|profiles?|contributors?|by|journalists?|journalistes?|"
    r"reporters?|columnists?|writers?|redaktion|team|bio|users?)/[^/?#]{3,}",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"(?:web)?(?:admin\w*|master)|(?:the )?(?:editor\w*|staff|news ?(?:desk|room|team)?|team|press|redac\w+|redak\w+|"
    r"redaz\w+|reda[ck]t\w+|unknown|anonymous|none|null|undefined|guest(?: \w+)?|user|root|default|author|"
    r"contributors?|correspondents?|reporters?|writers?|agenc\w+|press release|sponsored|promoted|advertis\w+|"
    r"partner content|associated content|home|blog|online|web|desk|bureau|editorial board|la rédaction|autor|info|"
    r"contact|support|marketing|communications?)",
    re.IGNORECASE,
)
_GROUP = re.compile(
    r"\b(?:staff|team|desk|editors|editorial|redaktion|rédaction|redacción|redazione|redactie|newsroom|agency|"
    r"agencies|reporters|writers|wire|services?|contributors|correspondents|news|press|media|magazine|ltd|inc|gmbh|"
    r"llc|university|institute|department|ministry|council|association|foundation|society|company|group|network|"
    r"online|website|blog|redacao|redação|редакция|редакція|admin)\b|\.(?:com|org|net|de|co|fr|uk|tv)\b",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"(?:\w+ ){0,4}(?:editor|reporter|correspondent|writer|journalist|columnist|producer|analyst|director|manager|"
    r"officer|professor|author|contributor|photographer|redakteurin?|chefredakteur|journaliste|redactor|periodista|"
    r"giornalista|freelance\w*|consultant|specialist|coordinator|president|ceo|founder|fellow|lecturer|researcher|"
    r"expert|blogger|attorney|phd|ph\.d|md|m\.d|rdn?|rn|mph|cfa|cpa|mba|esq)\b.*",
    re.IGNORECASE,
)
_CARD = re.compile(
    r"(?:written )?by|author|verfasst von|geschrieben von|écrit par|escrito por|scritto da", re.IGNORECASE
)
_CREDIT = re.compile(
    r"\b(?:image|images|photos?|photograph\w*|getty|shutterstock|istock|foto|bild)\s*[:/(]|getty", re.IGNORECASE
)
_WIDE = re.compile("[\u3040-\u9fff\uac00-\ud7af]{2}")
_PARTICLES = words("van von de der den del di da do dos das du la le el al bin ibn ben ter ten zu y e und and o’ mc st")
_HOLDS = words(
    """
    author authors byline bylines autor autore auteur autoren verfasser writer contributor contributors creator
    username
    """
)
_HOLDS_NAME = words("authorname bylinename articleauthor articlebyline postauthor entryauthor bylineauthor authorlink")
_NOT_HERE = words(
    "comment comments related bio biography avatar image photo social card recommended popular sidebar footer"
)


def authors_of(document: Document, said: Facts, heading: Element | None) -> tuple[str, ...]:
    """Return the names of the people who wrote it; a full name is believed before a short one."""
    own = {_key(name) for name in said.site} | {_host(document.url)}
    named = [*said.micro.get("author", ()), *said.said(*_NAMES), *_of_card(said)]
    site = own - {_key(name) for name in named if " " in name} if any(said.told("author")) else own
    choices = [_people(_of_json(said), site), _people(said.micro.get("author", ()), own)]
    if not any(_full(names) for names in choices):
        choices.append(_people((*said.said(*_NAMES), *_of_card(said)), own))
        choices.insert(2, next((names for line in _of_page(document, heading) if (names := _seen([line], own))), ()))
    choices.sort(key=_full, reverse=True)
    return next((names for names in choices if names), ())


def _full(names: tuple[str, ...]) -> bool:
    return any(" " in name or _WIDE.search(name) for name in names)


def _seen(said: Iterable[str], site: set[str]) -> tuple[str, ...]:
    """Return the people in lines that are seen, where everything in them is written as names are."""
    return tuple(takewhile(_is_written_as_name, _people(said, site)))


def _is_written_as_name(name: str) -> bool:
    parts = [part for part in name.split() if part.lower().strip(".'’") not in _PARTICLES]
    cased = [part for part in parts if part[0].lower() != part[0].upper()]
    return 0 < len(parts) < 5 and all(part[0].isupper() for part in cased) and not _GROUP.search(name)


def _of_json(said: Facts) -> Iterator[str]:
    for source in said.told("author"):
        for one in as_list(source):
            group = isinstance(one, dict) and any(kind.endswith(("Organization", "WebSite")) for kind in kinds(one))
            name = one.get("name") if isinstance(one, dict) else one
            if not group or " " in text_of(name):
                yield from map(text_of, as_list(name))


def _of_card(said: Facts) -> Iterator[str]:
    """Give the author whom a page names for the cards that show it in messages."""
    for number in ("1", "2"):
        label = next(said.said(f"twitter:label{number}"), "")
        if _CARD.fullmatch(label):
            yield from said.said(f"twitter:data{number}")


def _of_page(document: Document, heading: Element | None) -> Iterator[str]:
    """Give the lines that may name the authors, the most telling first: bylines, links to authors, `By` and a name."""
    elements = list(document.root.iter("*"))
    start = elements.index(heading) if heading is not None else 0
    order = [*elements[start:], *elements[max(0, start - 40) : start]]
    near = [*order[:200], *order[-40:]]
    for named in ([one for one in order if _is_byline(one)][:30], [one for one in near if _leads_to_author(one)][:3]):
        yield from _lines(named)
    before = ""
    for one in near:
        for said in (one.text, one.tail):
            line = " ".join((said or "").split())
            if line and len(line) < 100 and (_BY.match(line) or _BY.fullmatch(f"{before} ")):
                yield line
            before = line or before


def _lines(named: list[Element]) -> Iterator[str]:
    """Give what elements say, those side by side in one line."""
    for _, beside in groupby(named, key=Element.getparent):
        texts = [text for one in beside if 3 < len(text := _line(one)) < 200]
        if texts:
            yield "\n".join(dict.fromkeys(texts))


def _leads_to_author(one: Element) -> bool:
    return one.tag == "a" and bool(_PROFILE.search(one.get("href") or ""))


def _is_byline(one: Element) -> bool:
    if "author" in (one.get("rel") or "").split() or (one.get("itemprop") or "") == "author":
        return True
    said = one.get("class") or ""
    if not said or len(said) > 300:
        return False
    names = names_of(said)
    if not names & (_HOLDS | _HOLDS_NAME) or names & _NOT_HERE:
        return False
    return not any(names_of(up.get("class") or "") & _NOT_HERE for up in list(one.iterancestors())[:4])


def _line(one: Element) -> str:
    inner = next((part for part in one.iter("*") if part is not one and _is_name(part)), one)
    texts = [text for part in inner.itertext() if (text := " ".join(str(part).split()))][:14]
    return ("\n" if inner is one else " ").join(texts)


def _is_name(part: Element) -> bool:
    if "author" in (part.get("rel") or "").split() or (part.get("itemprop") or "") == "name":
        return True
    return bool(names_of(part.get("class") or "") & _HOLDS_NAME)


def _people(said: Iterable[str], site: set[str]) -> tuple[str, ...]:
    """Return what among `said` are names of people, each once."""
    found: dict[str, str] = {}
    for line in said:
        if _CREDIT.search(line):
            continue
        for part in _AND.split(_BY.sub("", " ".join(line.split(" ")).strip())):
            name = _tidy(part)
            if name and _is_person(name, site):
                found.setdefault(_key(name), name)
    names = list(found.values())
    return tuple(names) if len(names) <= MOST else ()


def _tidy(text: str) -> str:
    text = _BY.sub("", text.strip())
    text = re.sub(r"\s*[(<\[].*$|\s*\S+@\S+|(?<!\w)@\w+", "", text)
    text = re.split(r"\s+[-–—|]\s+|\s{2,}|,\s", text)[0]
    text = text.strip(" \t\r\n,.;:-–—|•·*").strip()
    dotted = re.fullmatch(r"([a-z]{2,})[._]((?!(?:com|org|net|info|news)$)[a-z]{3,})", text)
    return f"{dotted[1].title()} {dotted[2].title()}" if dotted else text


def _is_person(name: str, site: set[str]) -> bool:
    key = _key(name)
    if len(key) < 3 or len(name) > 50 or len(name.split()) > 6 or "://" in name or key in site:
        return False
    if any(_key("".join(name.split()[:count])) in site for count in range(1, len(name.split())) if len(key) > 4):
        return False
    if _WHEN.search(name) or _NOBODY.fullmatch(name) or _ROLE.fullmatch(name) or _BY.fullmatch(name):
        return False
    first = next((letter for letter in name if letter.isalpha()), "")
    if first.islower() and " " in name and not any(letter.isupper() for letter in name):
        return all(len(word) > 1 for word in name.split()) and len(name.split()) == 2
    return bool(first) and not re.search(r"[?!{}=_#%<>\[\]]", name)


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def _host(url: str) -> str:
    labels = url.split("://", 1)[-1].split("/", 1)[0].partition(":")[0].removeprefix("www.").split(".")
    return _key(labels[-2]) if len(labels) > 1 else _key(labels[0])
