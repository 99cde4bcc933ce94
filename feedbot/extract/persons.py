"""Names of people: told from sites, desks, roles and other words that stand where an author does."""

import re
from collections.abc import Iterable
from itertools import takewhile

from feedbot.extract.vocabulary import words

MOST = 12
"""More authors than this are a list of something else."""

BY = re.compile(
    r"^(?:(?:view |see )?(?:all |more )?(?:posts?|articles?|stories|beiträge|artikel) (?:by|von|par|por|di|door) |"
    r"(?:text|texte?s?|testo|texto|interview|words|story|report|protokoll|foto|fotos|photos?|video)"
    r"\s*(?:und|and|&|\+|/|,|et|e|y)\s*(?:text|interview|words|pictures|photos?|fotos?|bilder|video|grafik)\s*:|"
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
_CREDIT = re.compile(
    r"\b(?:image|images|photos?|photograph\w*|getty|shutterstock|istock|foto|bild)\s*[:/(]|getty|©", re.IGNORECASE
)
_LOGIN = re.compile(r"[a-z][a-z0-9]{3,19}")
_WIDE = re.compile("[\u3040-\u9fff\uac00-\ud7af]{2}")
_PARTICLES = words("van von de der den del di da do dos das du la le el al bin ibn ben ter ten zu y e und and o’ mc st")


def people(said: Iterable[str], site: set[str]) -> tuple[str, ...]:
    """Return what among `said` are names of people, each once; `site` are keys of what its site is called."""
    found: dict[str, str] = {}
    for line in said:
        if _CREDIT.search(line):
            continue
        for part in _AND.split(BY.sub("", " ".join(line.split(" ")).strip())):
            name = _tidy(part)
            if name and _is_person(name, site):
                found.setdefault(key_of(name), name)
    names = list(found.values())
    return tuple(names) if len(names) <= MOST else ()


def people_in(line: str, site: set[str], *, marked: bool = False) -> tuple[str, ...]:
    """Return the people in a line that is seen: the names at its front, each written as names are.

    `marked` says that the page marks the line as one of its authors: then a lone word in small letters is a login.
    """
    if marked and _LOGIN.fullmatch(line) and _is_person(line, site):
        return (line,)
    front: list[str] = []
    for part in _AND.split(BY.sub("", " ".join(line.split(" ")).strip())):
        if front and any(map(str.isdecimal, part)):
            break
        if _is_person(_tidy(part), site):
            front.append(part)
    return tuple(takewhile(_is_written_as_name, people(front, site))) if not _CREDIT.search(line) else ()


def are_full(names: Iterable[str]) -> bool:
    """Say whether one of the names is more than a first name or a login."""
    return any(" " in name or _WIDE.search(name) for name in names)


def spelled(name: str) -> str:
    """Return the name that a login such as `ada.marsh` is made of, or what is no login as it is."""
    dotted = re.fullmatch(r"([a-z]{2,})[._]((?!(?:com|org|net|info|news)$)[a-z]{3,})", name)
    return f"{dotted[1].title()} {dotted[2].title()}" if dotted else name


def key_of(text: str) -> str:
    """Return what two writings of one name have in common."""
    return re.sub(r"[\W_]+", "", text.casefold())


def _is_written_as_name(name: str) -> bool:
    parts = [part for part in name.split() if part.lower().strip(".'’") not in _PARTICLES]
    cased = [part for part in parts if part[0].lower() != part[0].upper()]
    if len(parts) == 1 and len(name) < 5 and name.isupper():
        return False
    return 0 < len(parts) < 5 and all(part[0].isupper() for part in cased) and not _GROUP.search(name)


def _tidy(text: str) -> str:
    text = BY.sub("", text.strip())
    text = re.sub(r"\s*[(<\[].*$|\s*\S+@\S+|(?<!\w)@\w+", "", text)
    text = re.split(r"\s+[-–—|]\s+|\s{2,}|,\s", text)[0]
    return text.strip(" \t\r\n,.;:-–—|•·*").strip()


def _is_person(name: str, site: set[str]) -> bool:
    key = key_of(name)
    if len(key) < 3 or len(name) > 50 or len(name.split()) > 6 or "://" in name or key in site:
        return False
    if any(key_of("".join(name.split()[:count])) in site for count in range(1, len(name.split())) if len(key) > 4):
        return False
    if _WHEN.search(name) or _NOBODY.fullmatch(name) or _ROLE.fullmatch(name) or BY.fullmatch(name):
        return False
    first = next((letter for letter in name if letter.isalpha()), "")
    if first.islower() and " " in name and not any(letter.isupper() for letter in name):
        return all(len(word) > 1 for word in name.split()) and len(name.split()) == 2
    return bool(first) and not re.search(r"[?!{}=_#%<>\[\]]", name)
