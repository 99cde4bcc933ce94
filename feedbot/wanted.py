"""What is wanted: whether an item passes a filter, speaks a language, and changed enough to be told again.

Words and phrases stand between word boundaries, whatever their case. A `/regular expression/` is matched by RE2, whose
time grows with the length of the text alone: no expression, and nothing that a stranger writes, can make it hang.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache

from feedbot.item import Content, legal
from feedbot.source import Filter

FIELD = "fields."
"""Begins the names of terms that look at an extra field."""
FEW_WORDS = 3
FEW_IN = 50
"""An edit of fewer than FEW_WORDS words, or of one word in FEW_IN, is a slight one."""
_WORD = re.compile(r"\w+")


def passes(wanted: Filter, content: Content, source: str = "") -> bool:
    """Say whether `wanted` lets `content` through: all of `only` match, and none of `never`."""
    return not obstacle(wanted, content, source)


def obstacle(wanted: Filter, content: Content, source: str = "") -> str:
    """Return what of `wanted` keeps `content` back, such as `never.title: vacancy`; nothing where nothing does."""
    for name, terms in wanted.only.items():
        if _match(name, terms, content, source) is None:
            return f"only.{name}: none of {', '.join(terms)}"
    for name, terms in wanted.never.items():
        if (term := _match(name, terms, content, source)) is not None:
            return f"never.{name}: {term}"
    return ""


def speaks(languages: Sequence[str], spoken: str | None) -> bool:
    """Say whether `spoken` is one of `languages`, by basic filtering (RFC 4647 section 3.3.1).

    `en` takes `en-GB` too. No languages take every one, and what does not say its language is let through.
    """
    if not languages or not spoken:
        return True
    tag = f"{spoken.replace('_', '-').lower()}-"
    return any(tag.startswith(f"{one.lower()}-") for one in languages)


def substantive(before: Content, after: Content) -> bool:
    """Say whether readers of `before` want to hear of `after`: another title, file or figure, or more than a few words.

    Case, punctuation, white space, authors and categories alone make no difference worth telling.
    """
    if _bag(before.title) != _bag(after.title):
        return True
    if {one.url for one in after.attachments} - {one.url for one in before.attachments}:
        return True
    old, new = _bag(_text(before)), _bag(_text(after))
    changed = (old - new) + (new - old)
    if any(letter.isdigit() for word in changed for letter in word):
        return True
    return changed.total() >= max(FEW_WORDS, min(old.total(), new.total()) / FEW_IN)


def expression(term: str) -> str | None:
    """Return the regular expression that a term holds between slashes; None for a word or phrase."""
    return term[1:-1] if len(term) > 2 and term[0] == term[-1] == "/" else None


def fault(term: str) -> str:
    """Return what is wrong with a term; nothing where it can be used."""
    try:
        _search(term)
    except ValueError as error:
        return str(error)
    return ""


def _match(name: str, terms: Sequence[str], content: Content, source: str) -> str | None:
    """Return the first of `terms` that is found."""
    texts = _texts(name, content, source)
    return next((term for term in terms for text in texts if _search(term)(text)), None)


def _texts(name: str, content: Content, source: str) -> Sequence[str]:
    match name:
        case "title":
            return (content.title,)
        case "summary":
            return (content.summary,)
        case "content":
            return (content.content_text,)
        case "category":
            return content.categories
        case "author":
            return content.authors
        case "url":
            return (content.url,)
        case "source":
            return (source,)
        case _:
            return (content.fields.get(name.removeprefix(FIELD), ""),)


@lru_cache(maxsize=1024)
def _search(term: str) -> Callable[[str], bool]:
    """Return what finds a term in a text. Raises ValueError."""
    written = expression(term)
    if written is None:
        words = r"\s+".join(re.escape(word) for word in term.split())
        found = re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)
        return lambda text: found.search(text) is not None
    import re2  # noqa: PLC0415 - most configurations hold no expression

    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    try:
        pattern = re2.compile(written, options)
    except re2.error as error:
        said = error.args[0] if error.args else "?"
        raise ValueError(said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)) from None
    return lambda text: pattern.search(legal(text)) is not None


def _text(content: Content) -> str:
    return f"{content.summary}\n{content.content_text or content.content_html}"


def _bag(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.casefold()))
