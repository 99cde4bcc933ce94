"""The tree of an XML feed: elements by one name in every dialect, and the texts, bases and languages in them."""

import base64
import binascii
import re
from html import escape
from urllib.parse import urljoin

from lxml import etree

from feedbot.errors import ExtractError
from feedbot.extract import clean, tolerant
from feedbot.item import legal

Element = etree._Element  # noqa: SLF001 - lxml exports the type of its elements under no other name
BASE = "{http://www.w3.org/XML/1998/namespace}base"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MOST_TAGS = 500_000
"""A document with more tags is refused, for its tree would take too much memory."""

MODULES = (
    ("modules/content", "content"),
    ("dc/elements", "dc"),
    ("dc/terms", "dcterms"),
    ("mrss", "media"),
    ("dtds/podcast", "itunes"),
    ("commentapi", "wfw"),
    ("1999/xhtml", "xhtml"),
    ("rdf-syntax", "rdf"),
    ("feedburner", "feedburner"),
    ("mvcb", "admin"),
    ("purl.org/atom", ""),
    ("2005/atom", ""),
    ("modules/", "module"),
    ("rss", ""),
    ("rdf/simple", ""),
)
"""What stands in the name of a namespace, and the prefix that it has here; all dialects share the empty one."""

SAME = {"atom": "", "a10": "", "rss": "", "atom10": "", "atom03": "", "thr": "thread"}
NUMBERS_OF_WINDOWS = re.compile(r"&#(?:1[2-5]\d|x0*[89][0-9a-f]);", re.IGNORECASE)


class Names:
    """The names of elements in one document: prefix and local name, in lower case, without the dialect."""

    def __init__(self, root: Element) -> None:
        self._known: dict[str, str] = {}
        self._core = (etree.QName(root).namespace or "") if "}" in root.tag else ""

    def __call__(self, element: Element) -> str:
        """Return the name of `element`, empty for what is no element."""
        tag = element.tag
        if not isinstance(tag, str):
            return ""
        if tag not in self._known:
            self._known[tag] = self._name(tag)
        return self._known[tag]

    def _name(self, tag: str) -> str:
        space, brace, local = tag.rpartition("}")
        if not brace:
            space, _, local = tag.rpartition(":")
            prefix = SAME.get(space.lower(), space.lower())
        elif space[1:] == self._core and "rdf-syntax" not in space:
            prefix = ""
        else:
            low = space.lower()
            prefix = next((short for mark, short in MODULES if mark in low), low)
        return f"{prefix}:{local.lower()}" if prefix else local.lower()


def grow(text: str) -> Element:
    """Parse `text` strictly, and mended where that fails; nothing outside the text is ever read.

    Raises:
        ExtractError: no tree can be made of it, or too large a one.
    """
    if text.count("<") > MOST_TAGS:
        raise ExtractError(f"the feed has more than {MOST_TAGS} tags, which is too large to read")
    doctype = tolerant.DOCTYPE.search(text, 0, 20_000) if "<!DOCTYPE" in text[:10_000] else None
    entities = tolerant.declared(doctype[1] or "") if doctype else {}
    text = text.replace(doctype[0], "", 1) if doctype else text
    root = None
    if NUMBERS_OF_WINDOWS.search(text) is None:
        root = _parsed(re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1), recover=False)
    if root is None:
        root = _parsed(tolerant.mended(text, entities), recover=True)
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
        return etree.fromstring(legal(text).encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def raw(element: Element, *, typed: bool) -> tuple[str, bool]:
    """Return what an element says, and whether that is markup.

    `typed` says that text is plain unless declared otherwise (RFC 4287 section 3.1); in RSS all text may be markup.
    """
    kind = (element.get("type") or "").lower()
    mode = (element.get("mode") or "").lower()
    if len(element):
        return _inner(element), True
    text = element.text or ""
    if mode == "base64" or (kind and "/" in kind and not kind.startswith("text/") and "xml" not in kind):
        text = _unpacked(text)
    if kind in {"", "text", "text/plain"}:
        return text, not typed and kind == ""
    return text, mode != "xml" and kind not in {"xhtml", "application/xhtml+xml"}


def text_of(element: Element, *, typed: bool) -> str:
    """Return what an element says in one line of plain text."""
    said, markup = raw(element, typed=typed)
    return " ".join((clean.plain(said) if markup else legal(said)).split())


def html_of(element: Element, base: str, *, typed: bool) -> str:
    """Return what an element says as HTML that is fit to be shown."""
    said, markup = raw(element, typed=typed)
    return clean.sanitise(said if markup else escape(said, quote=False), base).strip()


def _unpacked(text: str) -> str:
    try:
        return base64.b64decode(text, validate=False).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return text


def _inner(element: Element) -> str:
    """Write the children of an element as HTML, their links read against their own bases."""
    for inner in element.iterdescendants("*"):
        for name in ("href", "src"):
            if inner.get(name) is not None and (inner.base or "").startswith("http"):
                inner.set(name, _joined(inner.base or "", inner.get(name, "")))
        inner.tag = inner.tag.rpartition("}")[2].rpartition(":")[2] or "span"
    parts = [escape(element.text or "", quote=False)]
    parts += [etree.tostring(child, encoding="unicode", method="html") for child in element]
    return "".join(parts)


def _joined(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:
        return url
