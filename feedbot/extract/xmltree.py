"""The tree of an XML feed: elements by one name in every dialect, and the texts, bases and languages in them."""

import base64
import binascii
import re
from html import escape

from lxml import etree

from feedbot.errors import ExtractError
from feedbot.extract import clean, tolerant
from feedbot.extract.dialects import Element
from feedbot.item import legal

BASE = "{http://www.w3.org/XML/1998/namespace}base"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MOST_TAGS = 500_000
"""A document with more tags is refused, for its tree would take too much memory."""
MOST_REFERENCES = 500_000
"""A broken document with more entities is refused."""

PLAIN = ("", "text", "text/plain")
NUMBERS_OF_WINDOWS = re.compile(r"&#(?:1[2-5]\d|x0*[89][0-9a-f]);", re.IGNORECASE)


def grow(text: str) -> Element:
    """Parse `text` strictly, and mended where that fails; nothing outside the text is ever read.

    Raises:
        ExtractError: no tree can be made of it, or too large a one.
    """
    if text.count("<") + text.count("&lt;") > MOST_TAGS:
        raise ExtractError(f"the feed has more than {MOST_TAGS} tags, which is too large to read")
    doctype = tolerant.DOCTYPE.search(text, 0, 20_000) if "<!DOCTYPE" in text[:10_000] else None
    entities = tolerant.declared(doctype[1] or "") if doctype else {}
    text = text.replace(doctype[0], "", 1) if doctype else text
    root = None
    if NUMBERS_OF_WINDOWS.search(text) is None:
        root = _parsed(re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1), recover=False)
    if root is None and text.count("&") > MOST_REFERENCES:
        raise ExtractError(
            f"the feed is broken, and has more than {MOST_REFERENCES} entities, which is too much to mend"
        )
    if root is None:
        root = _parsed(legal(tolerant.mended(text, entities)), recover=True)
    if root is None:
        raise ExtractError("no XML can be read in the feed")
    return root


def _parsed(text: str, *, recover: bool) -> Element | None:
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def raw(element: Element, *, typed: bool) -> tuple[str, bool]:
    """Return what an element says, and whether that is markup.

    `typed` says that text is plain unless declared otherwise (RFC 4287 section 3.1); in RSS all text may be markup.
    """
    if len(element):
        return _inner(element), True
    text, kind, mode = element.text or "", element.get("type", ""), element.get("mode", "")
    if not kind and not mode:
        return text, not typed
    kind, mode = kind.lower(), mode.lower()
    if mode == "base64" or ("/" in kind and not kind.startswith("text/") and "xml" not in kind):
        text = _unpacked(text)
    if kind in PLAIN:
        return text, not typed and kind == ""
    return text, mode != "xml" and "xhtml" not in kind


def text_of(element: Element, *, typed: bool) -> str:
    """Return what an element says in one line of plain text."""
    said, markup = raw(element, typed=typed)
    return " ".join((clean.plain(said) if markup and ("&" in said or "<" in said) else said).split())


def html_of(element: Element, base: str, *, typed: bool) -> str:
    """Return what an element says as HTML that is fit to be shown."""
    said, markup = raw(element, typed=typed)
    return clean.sanitise(said if markup else escape(said, quote=False), base).strip()


def base_of(element: Element, outer: str) -> str:
    """Return what links in `element` are relative to, where the part around it has the base `outer` (XML Base)."""
    own = element.get(BASE)
    return clean.absolute(own, outer) or outer if own else outer


def language_of(element: Element) -> str:
    """Return the language that `element` declares, or the first container in it (XML 1.0 section 2.12)."""
    said = element.get(LANG)
    if said is None and element.getparent() is None:
        said = next((lang for child in element if (lang := child.get(LANG))), None)
    return said or ""


def _unpacked(text: str) -> str:
    try:
        return legal(base64.b64decode(text, validate=False).decode("utf-8", "replace"))
    except (binascii.Error, ValueError):
        return text


def _inner(element: Element) -> str:
    """Write the children of an element as HTML, their links read against their own bases."""
    for inner in element.iterdescendants("*"):
        for name in ("href", "src"):
            url, base = inner.get(name), inner.base or ""
            if url is not None and base.startswith("http"):
                inner.set(name, clean.absolute(url, base) or "")
        local = inner.tag.rpartition("}")[2].rpartition(":")[2]
        inner.tag = local if local.isascii() and local.isalnum() and local[0].isalpha() else "span"
    parts = [escape(element.text or "", quote=False)]
    parts += [etree.tostring(child, encoding="unicode", method="html") for child in element]
    return "".join(parts)
