"""Whose way of writing dates a page follows: its domain tells the country where its language tag does not."""

from urllib.parse import urlsplit

from feedbot.extract.vocabulary import words

_AMERICAN = words("gov mil edu us")
_UNSAID = words("gov mil")
"""Domains of one government: there it is known even of a page that says no language."""
_NO_PLACE = words("ai app cc co fm gg io la ly me sh so to tv ws")
"""Codes of countries that are sold to everyone."""


def located(language: str | None, url: str) -> str | None:
    """Return the language of a page (BCP 47) with the country of its site, where `en` alone leaves that open."""
    domain = (urlsplit(url).hostname or "").rpartition(".")[2]
    if (language or "en").lower() != "en" or (language is None and domain not in _UNSAID):
        return language
    if domain in _AMERICAN:
        return "en-US"
    if domain == "uk":
        return "en-GB"
    return f"en-{domain.upper()}" if len(domain) == 2 and domain.isalpha() and domain not in _NO_PLACE else language
