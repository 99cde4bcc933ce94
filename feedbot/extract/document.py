"""Document: a page as a tree, whatever its bytes were."""

import re
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml import etree

from feedbot.extract.charset import decode
from feedbot.item import legal
from feedbot.page import Page

MAX_BYTES = 16_000_000
"""More of a body than this is not decoded."""
MAX_TEXT = 2_500_000
"""More text than this is not read as HTML, once scripts and styles are gone."""
MAX_MARKS = 160_000
"""Reading stops after so many `<`."""
MAX_ATTRIBUTES = 320_000
"""Reading stops after so many `=`."""

_BULK = re.compile(r"<(?P<tag>style|svg)\b|<(?P<script>script)\b(?![^>]{0,200}json)|<(?P<comment>!--)", re.IGNORECASE)
_ENDS = {
    "style": re.compile(r"</style[^>]{0,99}>", re.IGNORECASE),
    "svg": re.compile(r"</svg[^>]{0,99}>", re.IGNORECASE),
    "script": re.compile(r"</script[^>]{0,99}>", re.IGNORECASE),
    "!--": re.compile("-->"),
}
_ATTRIBUTE = r"""[\s/]*+[^\s/>=][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"?|'[^']*+'?|[^\s>"'][^\s>]*+)?)?+"""
MOST_ATTRIBUTES = 60
MOST_HIDDEN, MOST_BEHIND = 20, 40
_HIDDEN = re.compile(r"""=\s*(?:"(?=[^">]*>)|'(?=[^'>]*>))""")
_LONG = re.compile(r"<[a-zA-Z][^>]{118,}")
_FULL = re.compile(rf"<[a-zA-Z][^\s/>]*+(?:{_ATTRIBUTE}){{{MOST_ATTRIBUTES + 1}}}")
_CROWDED = re.compile(
    rf"(<script\b[^>]{{0,2000}}>.*?(?:</script|\Z))|(<[a-zA-Z][^\s/>]*+(?:{_ATTRIBUTE}){{{MOST_ATTRIBUTES}}}+)(?:{_ATTRIBUTE})++",
    re.IGNORECASE | re.DOTALL,
)
"""A tag with more attributes than any page needs: the parser takes a time that grows with their square.

What scripts compare with `<` is no tag, so they are passed over whole.
"""
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An HTML page, parsed. `base` is what its links are relative to; `language` is BCP 47, None where unsaid."""

    url: str
    base: str
    root: etree._Element
    language: str | None = None
    whole: bool = True
    """False where the page was larger than what is read of one."""

    @property
    def _origin(self) -> str:
        scheme, mark, rest = self.base.partition("://")
        return f"{scheme}{mark}{rest.partition('/')[0].partition('?')[0].partition('#')[0]}"

    def absolute(self, link: str) -> str:
        """Return `link` as an absolute URL, `""` where it is none that can be fetched."""
        link = _TRIM.sub("", link)
        if _PLAIN.match(link):
            return f"{self._origin}{link}" if link[0] == "/" else link
        if not link or _SCHEME.match(link):
            return ""
        try:
            url = urljoin(self.base, link)
            parts = urlsplit(url)
        except ValueError:
            return ""
        return url.replace(" ", "%20") if parts.scheme in {"http", "https", "file"} else ""


_PLAIN = re.compile(r"(?:https?://[a-zA-Z0-9.-]+|(?=/(?![/\\])))(?:/(?!\.)[^\s/\\\x00-\x20\x7f]*)+$")
"""An address that is absolute within its site or wholly, and plain."""
_TRIM = re.compile(r"^[\x00-\x20]+|[\x00-\x20]+$|[\t\r\n]+")
_SCHEME = re.compile(r"(?!https?:|file:)[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)


_CONTROLS = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|6553[45])(?!\d)|x0*(?:[0-8bcef]|1[0-9a-f]|fff[ef])(?![0-9a-f]));?",
    re.IGNORECASE,
)
"""References to characters that XML 1.0 cannot carry (section 2.2); the parser would hand them on."""


def open_document(page: Page) -> Document:
    """Parse the body of `page` as HTML; never raises, and holds at most a bounded tree.

    An empty body gives an empty tree; what is too large is cut, and `whole` says so.
    """
    text = legal(decode(page.body[:MAX_BYTES], page.content_type))
    text, cut = _bounded(text)
    if "&#" in text:
        text = _CONTROLS.sub(" ", text)
    if _may_be_crowded(text):
        text = _CROWDED.sub(lambda found: found[1] or found[2], text)
    root = _parse(text)
    return Document(
        url=page.url,
        base=_base(root, page.url),
        root=root,
        language=_language(root),
        whole=not cut and len(page.body) <= MAX_BYTES,
    )


def _may_be_crowded(text: str) -> bool:
    """Say whether a tag may have far too many attributes, at a small part of the cost of finding it.

    Such a tag is long up to its first `>`, or hides one or more of those in values between quotes.
    """
    bare = _without_scripts(text)
    hidden = [found.end() for found in islice(_HIDDEN.finditer(bare), MOST_HIDDEN + 1)]
    ends = [bare.find(bare[at - 1], at) + 1 for at in hidden]
    if len(hidden) > MOST_HIDDEN or any(_gaps(bare[at : bare.find(">", at)]) >= MOST_BEHIND for at in ends):
        return True
    return any(_gaps(tag[0]) >= MOST_ATTRIBUTES and _FULL.match(tag[0]) for tag in _LONG.finditer(bare))


def _gaps(tag: str) -> int:
    """Return how many characters there are at which an attribute could begin."""
    return sum(map(tag.count, " /\n\t\r\f\"'"))


def _without_scripts(text: str) -> str:
    """Return a text without its scripts, as far as they plainly stand behind a tag or a word, not within a tag."""
    kept, at, start = [], 0, text.find("<script")
    while start >= 0:
        end = text.find("</script", start)
        if end < 0 or _HIDDEN.search(text, at, start):
            break
        within = text.rfind("<", at, start) > text.rfind(">", at, start)
        if within or text.find(">", start, start + 2000) < 0:
            break
        kept.append(text[at:start])
        at = end
        start = text.find("<script", end)
    return "".join([*kept, text[at:]])


def _parse(text: str) -> etree._Element:
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(text.encode() or b"<html/>", parser)
    return root if root is not None else etree.Element("html")


def _bounded(text: str) -> tuple[str, bool]:
    """Return what is to be read of `text`, and whether something had to go."""
    if len(text) <= MAX_MARKS * 3:
        return text, False
    lean = _lean(text) if len(text) > MAX_TEXT or text.count("<") > MAX_MARKS else text
    end = min(MAX_TEXT, _position(lean, "<", MAX_MARKS), _position(lean, "=", MAX_ATTRIBUTES))
    return lean[:end], end < len(lean)


def _lean(text: str) -> str:
    """Return `text` without scripts, styles, drawings and comments; data in JSON stays. Takes linear time."""
    kept, at = [], 0
    endless: set[str] = set()
    for start in _BULK.finditer(text):
        kind = (start["tag"] or start["script"] or start["comment"]).lower()
        if start.start() < at or kind in endless:
            continue
        end = _ENDS[kind].search(text, start.end())
        if end is None:
            endless.add(kind)
            continue
        kept.append(text[at : start.start()])
        at = end.end()
    return " ".join([*kept, text[at:]])


def _position(text: str, mark: str, count: int) -> int:
    """Return where `mark` stands for the `count`th time, the length of `text` where it does not so often."""
    if text.count(mark) <= count:
        return len(text)
    places = re.finditer(re.escape(mark), text)
    return next(place.start() for number, place in enumerate(places, 1) if number == count)


def _base(root: etree._Element, url: str) -> str:
    said = next((str(node.get("href")) for node in root.iter("base") if node.get("href")), "")
    try:
        base = urljoin(url, said.strip())
        return base if urlsplit(base).scheme in {"http", "https", "file"} else url
    except ValueError:
        return url


def _language(root: etree._Element) -> str | None:
    said = [root.get("lang"), root.get("{http://www.w3.org/XML/1998/namespace}lang"), root.get("xml:lang")]
    for meta in root.iter("meta"):
        name = (meta.get("property") or meta.get("http-equiv") or meta.get("name") or "").lower()
        if name in {"og:locale", "content-language", "language", "dc.language", "dcterms.language"}:
            said.append(meta.get("content"))
    for word in said:
        found = _LANGUAGE.fullmatch((word or "").strip())
        if found:
            return found[0].replace("_", "-")
    return None
