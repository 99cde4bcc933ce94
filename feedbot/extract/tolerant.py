"""Mend the text of a broken XML feed, so that a parser reads what was meant. All in linear time."""

import re
from collections.abc import Mapping
from html import escape, unescape
from html.entities import html5

ROOT = re.compile(r"<(?:[\w-]+:)?(?:rss|feed|rdf|channel)(?=[\s>/])", re.IGNORECASE)
"""How the root of a feed begins, whatever stands before it."""

DOCTYPE = re.compile(r"<!DOCTYPE(?:[^>\[]*)(?:\[(.*?)\]\s*)?>", re.IGNORECASE | re.DOTALL)
DECLARED = re.compile(
    r"""<!ENTITY\s+([\w.-]{1,40})\s+(?:"([^"<&%]{0,40})"|'([^'<&%]{0,40})'|["'](&\#x?[0-9a-f]+;)["'])""",
    re.IGNORECASE,
)
CDATA = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|\Z)", re.DOTALL)
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
REFERENCE = re.compile(r"&(?:(#x?[0-9a-f]{1,8})|(amp|lt|gt|quot|apos)|([a-z][\w.-]{0,40}));|&", re.IGNORECASE)
STRAY = re.compile(r"<(?![a-z/!?_])", re.IGNORECASE)
SPOKEN = re.compile(
    r"<((?:atom:|content:|itunes:)?(?:title|description|summary|content|encoded|rights|copyright|subtitle|tagline|info))"
    r"(\s[^<>]*(?<!/))?>([^<]*(?:<(?!/?\1[\s>]|/?(?:item|entry|channel|feed)[\s>])[^<]*)*)</\1\s*>",
    re.IGNORECASE,
)
"""An element whose content is for people, with that content."""

TYPE = re.compile(r"""\s(?:type|mode)\s*=\s*(?:"[^"]*"|'[^']*')""")


MOST_REFERENCES = 100_000
"""In a text with more, entities of its own are left alone, so that they cannot blow it up."""


def mended(text: str, entities: Mapping[str, str]) -> str:
    """Return `text` from its root on, with each thing that XML forbids written in the way that it allows.

    `entities` are those that the document declared itself. Markup in texts for people is made part of their text.
    """
    found = ROOT.search(text)
    entities = entities if text.count("&") < MOST_REFERENCES else {}
    text = CDATA.sub(lambda section: escape(section[1], quote=False), text[found.start() if found else 0 :])
    text = REFERENCE.sub(lambda reference: _resolved(reference, entities), COMMENT.sub("", text))
    return STRAY.sub("&lt;", SPOKEN.sub(_enclosed, text))


def declared(doctype: str) -> dict[str, str]:
    """Return the entities that an internal subset declares as plain text; those that build on others are left out."""
    return {found[1]: unescape(found[2] or found[3] or found[4] or "") for found in DECLARED.finditer(doctype)}


def _resolved(reference: re.Match[str], entities: Mapping[str, str]) -> str:
    number, own, name = reference.groups()
    if own:
        return reference[0].lower()
    if number:
        return escape(unescape(reference[0]), quote=False)
    if name and (name in entities or f"{name};" in html5):
        return escape(entities.get(name) or html5[f"{name};"], quote=False)
    return f"&amp;{reference[0][1:]}"


def _enclosed(element: re.Match[str]) -> str:
    """Turn markup that stands as such in an element into the text of the element."""
    name, attributes, inner = element.groups(default="")
    if "<" not in inner:
        return element[0]
    return f'<{name} type="html"{TYPE.sub("", attributes)}>{escape(inner, quote=False)}</{name}>'
