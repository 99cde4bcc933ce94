"""Wording: what of a text is said, and what only looks different from one day to the next."""

import re
import unicodedata
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache

_SPELLING = {
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "–": "-",
    "—": "-",
    "…": "...",
    "\u00ad": "",
    "\u200b": "",
}
_QUOTES = {"«": '"', "»": '"', "‹": "'", "›": "'", "‚": "'", "‟": '"', "‐": "-", "‑": "-", "−": "-"}
_THINGS = (
    "comments? views? shares? likes? reads? reactions? repl(?:y|ies) claps? retweets? downloads? "
    "kommentare? aufrufe? antworten? commentaires? vues? partages? réponses? comentarios? visitas? vistas? "
    "commenti? reacties? visualizzazioni lecturas?"
).replace(" ", "|")
_TIMES = (
    "seconds? secs? minutes? mins? hours? hrs? days? weeks? months? years? "
    "sekunden? minuten? stunden? tagen? wochen? monaten? secondes? heures? jours? semaines? mois "
    "segundos? minutos? horas? días? semanas?"
).replace(" ", "|")
_COUNTED = re.compile(
    rf"\d(?<![\w.,]\d)[\d.,]*[km]? ?(?:(?:{_THINGS})(?!\w)|(?:{_TIMES}) (?:ago|read)(?!\w))", re.IGNORECASE
)
_NAMED = re.compile(rf"(?<!\w)(?:{_THINGS}) ?[:(] ?\d[\d.,]*[km]?\)?", re.IGNORECASE)
_MARKED = re.compile(r"[:(] ?\d")
_SINCE = re.compile(rf"(?<!\w)(?:vor|il y a|hace|há|fa) \d+ (?:{_TIMES})(?!\w)", re.IGNORECASE)
_BEFORE = ("vor ", "il y a ", "hace ", "há ", "fa ")
_DIGIT = re.compile(r"\d")
_EDGE = 400
"""Characters at the ends of a long text where counters stand; what is between is the text itself."""


def plain(text: str) -> str:
    """Return `text` in one spelling: single spaces, straight quotes, compatible characters as their usual ones."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        for odd, usual in _SPELLING.items():  # many times faster than `translate` on a long text
            text = text.replace(odd, usual)
    return " ".join(text.split())


def steady(text: str) -> str:
    """Return `text` in one spelling without what counts by itself: "12 comments", "5 min read", "3 hours ago"."""
    said = plain(text)
    if not said.isascii():
        for odd, usual in _QUOTES.items():
            said = said.replace(odd, usual)
    if len(said) <= 3 * _EDGE:
        return _uncounted(said)
    return f"{_uncounted(said[:_EDGE])}{said[_EDGE:-_EDGE]}{_uncounted(said[-_EDGE:])}"


def _uncounted(text: str) -> str:
    """Leave counters out; most texts have none, which a glance tells."""
    if not _DIGIT.search(text):
        return text
    text = _COUNTED.sub("#", text)
    if _MARKED.search(text):
        text = _NAMED.sub("#", text)
    low = text.lower()
    if any(word in low for word in _BEFORE):
        text = _SINCE.sub("#", text)
    return text


@lru_cache(maxsize=1024)  # every title is compared with several
def words_of(title: str) -> tuple[str, ...]:
    """Return the words of a title in small letters, without what counts by itself (see `steady`)."""
    return _words(title)


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", steady(text).casefold()))


@lru_cache(maxsize=256)  # of a text of 2,000 characters they take 40 KB
def runs_of(text: str) -> frozenset[str]:
    """Return every run of three words in a text."""
    words = _words(text)
    return frozenset(" ".join(words[place : place + 3]) for place in range(len(words) - 2))


def numbers_of(words: Sequence[str]) -> list[str]:
    """Return those of these words that are numbers."""
    return [word for word in words if word.isdecimal()]


def overlap(one: AbstractSet[str], other: AbstractSet[str]) -> float:
    """Return the share of what two sets have in all that both have; 0 where there is nothing."""
    return len(one & other) / len(one | other) if one or other else 0.0
