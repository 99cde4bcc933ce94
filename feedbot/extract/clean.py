"""Make HTML of strangers fit to be shown: what can act is removed, what can be read stays."""

import html as entities
import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

import nh3
from lxml import etree

from feedbot.item import legal

FLOW = nh3.ALLOWED_TAGS | {
    *("address", "audio", "big", "dir", "font", "main", "menu", "picture"),
    *("section", "source", "tfoot", "track", "video"),
}
MUTE = {"script", "style", "template", "noembed", "noframes", "xmp", "title", "textarea", "select", "canvas"}
"""Elements that go with all they hold."""

EVERYWHERE = {"lang", "dir", "title"}
ATTRIBUTES = {
    "*": EVERYWHERE,
    "a": {"href", "hreflang"},
    "area": {"href", "alt", "coords", "shape"},
    "audio": {"src", "controls", "loop"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "data": {"value"},
    "del": {"cite", "datetime"},
    "details": {"open"},
    "img": {"src", "srcset", "sizes", "alt", "width", "height", "loading"},
    "ins": {"cite", "datetime"},
    "li": {"value"},
    "ol": {"start", "reversed", "type"},
    "q": {"cite"},
    "source": {"src", "srcset", "sizes", "type", "media"},
    "td": {"colspan", "rowspan", "headers", "align"},
    "th": {"colspan", "rowspan", "headers", "scope", "align"},
    "time": {"datetime"},
    "track": {"src", "kind", "srclang", "label"},
    "video": {"src", "poster", "width", "height", "controls", "loop"},
}

_BLOCKS = """address article aside blockquote caption center dd details dir div dl dt figcaption figure footer h1 h2
    h3 h4 h5 h6 header hr main menu nav ol p pre section summary table ul"""
BLOCKS = set(_BLOCKS.split())
LINES = {"br", "li", "tr"}
CELLS = {"td", "th"}

FRAMES = re.compile(r"</?iframe[^<>]*>|<(?:script|style|template|title|textarea|canvas)\b[^<>]*/>", re.IGNORECASE)
"""What would take the rest of the text with it where it is not closed."""

SOUND = re.compile(r"https?://[\w-]+(?:\.[\w-]+)*(?::\d{1,5})?(?:[/?#][!-~]*)?", re.ASCII)
"""An address that needs no mending."""

PIXEL = re.compile(r'(?=.* width="[01](?:px)?")(?=.* height="[01](?:px)?")', re.DOTALL)
_STEP = r"[\w%~-][\w%~.-]*+"
NEAR = re.compile(rf"/|/?+{_STEP}(?:/{_STEP})*+/?+(?:\?[!-~]*+)?+", re.ASCII)
"""A relative address that only has to be put behind another."""

LOADING = re.compile(r'<(?:a|area|audio|blockquote|del|img|ins|q|source|track|video)(?: [a-z]+="[^"]*")+>')
ADDRESS = re.compile(r' (href|src|cite|poster|srcset)="([^"]*)"')
TAG = re.compile(r'<(/?)([a-z0-9]+)(?: [a-z]+="[^"]*")*>')
"""How clean HTML writes its tags: all quotes doubled, and no other quote inside them."""

LARGE = 10_000
"""HTML longer than this is made shallow first: the parsers need a time that grows with the square of some evils."""

LONGEST_SRCSET = 8000
"""A longer list of pictures is dropped; the one in `src` stays."""

MOST_TAGS = 100_000
"""HTML is cut before a tag beyond these, for its tree would take too much memory."""

MOST_REFERENCES = 60_000
"""HTML is cut before an entity beyond these: in one text, the sanitiser needs a time that grows with their square."""

_ATTRIBUTE = (
    r"[\s/]*+[^\s/>][^\s/>=]*+"
    r"""(?:\s*+=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>"'][^\s>]*+|(?=>)))?+"""
)
EVILS = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|template|noembed|noframes|xmp|title|textarea|plaintext)\b.*?(?:</\1|\Z)"
    rf"|(<[a-z][^\s/>]*+(?:{_ATTRIBUTE}){{0,60}}+)(?:{_ATTRIBUTE})*+",
    re.IGNORECASE | re.DOTALL,
)


_SHOWN = nh3.Cleaner(
    tags=FLOW,
    clean_content_tags=MUTE,
    attributes=ATTRIBUTES,
    link_rel=None,
    url_schemes={"http", "https"},
)
_READ = nh3.Cleaner(tags=BLOCKS | LINES | CELLS, clean_content_tags=MUTE, attributes={}, link_rel=None)


def sanitise(html: str, base: str) -> str:
    """Return `html` with nothing in it that acts, loads a frame, tracks or is illegal in XML.

    Links and media are made absolute against `base`; what is not HTTP then is dropped. Text without a tag or an
    entity comes back as it is.
    """
    html = legal(html)
    if not ("<" in html or "&" in html or ">" in html):
        return html
    cleaned = _SHOWN.clean(_shallow(html))
    return legal(LOADING.sub(lambda tag: _anchored(tag[0], base), cleaned)).strip()


def _anchored(tag: str, base: str) -> str:
    """Return a clean tag with its addresses made absolute, and nothing for a picture that only counts readers."""
    if tag.startswith("<img") and PIXEL.match(tag):
        return ""
    return ADDRESS.sub(lambda found: _address(found, base), tag)


def _address(found: re.Match[str], base: str) -> str:
    name, value = found.groups()
    if name != "srcset" and SOUND.fullmatch(value):
        return found[0]
    said = entities.unescape(value)
    whole = _sources(said, base) if name == "srcset" else absolute(said, base)
    return f' {name}="{entities.escape(whole)}"' if whole else ""


def plain(html: str) -> str:
    """Return the text of `html`: entities resolved once, blocks parted by an empty line, `br` and rows by a break."""
    html = legal(html)
    if "<" not in html:
        return legal(_paragraphs(entities.unescape(html))) if "&" in html else _paragraphs(html)
    return plain_of_clean(_READ.clean(_shallow(html)))


def plain_of_clean(html: str) -> str:
    """Return the text of HTML that `sanitise` made, as `plain` does, without parsing it again."""
    if "<" not in html and "&" not in html:
        return _paragraphs(legal(html))
    text = TAG.sub(_gap, " ".join(html.split())) if "<" in html else html
    return legal(_paragraphs(entities.unescape(text)))


def absolute(url: str, base: str) -> str | None:
    """Return `url` as an absolute HTTP address, read against `base`; None where it is none."""
    if SOUND.fullmatch(url):
        return url
    if NEAR.fullmatch(url):
        place = _place("/" if url.startswith("/") else ".", base)
        return place and place + url.removeprefix("/")
    return _joined(re.sub(r"[\t\r\n]", "", legal(url)).strip(), base)


def _joined(url: str, base: str) -> str | None:
    try:
        whole = urljoin(base, url) if base else url
        parts = urlsplit(whole)
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https"} or not parts.netloc:
        return None
    return whole.replace(" ", "%20")


_place = lru_cache(maxsize=128)(_joined)
"""Where the addresses begin that are near the base; asked again for every link of a page."""


def _sources(srcset: str, base: str) -> str | None:
    """Make every address of a `srcset` absolute (HTML, section 4.8.4.2.1); None where one is not HTTP."""
    if len(srcset) > LONGEST_SRCSET:
        return None
    parts = re.sub(r"(\s[\d.]+[wxh])\s*,", r"\1, ", srcset)
    found = [part.split() for part in re.split(r",\s+|\s,", parts) if part.strip(" ,")]
    whole = [(absolute(part[0].strip(","), base), *part[1:2]) for part in found]
    return None if any(part[0] is None for part in whole) else ", ".join(" ".join(filter(None, part)) for part in whole)


def _gap(tag: re.Match[str]) -> str:
    name = tag[2]
    if name in CELLS:
        return "" if tag[1] else " "
    return "\n\n" if name in BLOCKS else "" if tag[1] or name not in LINES else "\n"


def _paragraphs(text: str) -> str:
    """Tidy white space: one space within a line, at most one empty line between two."""
    if "\n" not in text:
        return " ".join(text.split())
    lines = "\n".join(" ".join(line.split()) for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def _shallow(html: str) -> str:
    """Bound the attributes of each tag and the depth of the tree, in a time that grows with the length alone."""
    html = FRAMES.sub("", html)
    if len(html) < LARGE:
        return html
    if html.count("<") > MOST_TAGS:
        html = "<".join(html.split("<", MOST_TAGS)[:MOST_TAGS])
    few = EVILS.sub(lambda found: found[2] or " ", html)
    tree = etree.fromstring(f"<div>{few}</div>", etree.HTMLParser(recover=True, remove_comments=True))
    whole = "" if tree is None else etree.tostring(tree, encoding="unicode", method="html")
    if whole.count("&") > MOST_REFERENCES:
        whole = "&".join(whole.split("&", MOST_REFERENCES)[:MOST_REFERENCES])
    return whole.removeprefix("<html><body><div>").removesuffix("</div></body></html>")
