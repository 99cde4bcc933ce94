"""The dialects of XML feeds: which namespaces are one, and where each field stands in which of them."""

from collections.abc import Mapping
from typing import Final

from lxml import etree

Element = etree._Element  # noqa: SLF001 - lxml exports the type of its elements under no other name

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("title", "dc:title", "media:title"),
    "link": ("link",),
    "original": ("feedburner:origlink",),
    "id": ("id", "guid", "dc:identifier"),
    "guid": ("guid",),
    "published": ("pubdate", "published", "issued", "dcterms:issued", "dc:date", "created", "dcterms:created", "date"),
    "updated": ("updated", "modified", "dcterms:modified", "lastbuilddate"),
    "content": ("content:encoded", "content", "fullitem", "xhtml:body", "body", "xhtml:div"),
    "summary": (
        *("summary", "subtitle", "tagline", "description", "abstract", "dc:description", "dcterms:abstract"),
        *("itunes:summary", "itunes:subtitle", "media:description", "info"),
    ),
    "author": ("author", "dc:creator", "dc:author", "managingeditor", "itunes:author", "creator"),
    "publisher": ("webmaster", "itunes:owner", "dc:publisher", "dc:contributor", "contributor", "media:credit"),
    "category": ("category", "dc:subject", "itunes:category", "media:category"),
    "keywords": ("itunes:keywords", "media:keywords"),
    "rights": ("rights", "copyright", "dc:rights", "dcterms:rights", "media:copyright"),
    "language": ("language", "dc:language"),
    "generator": ("generator", "admin:generatoragent"),
    "comments": ("comments",),
    "enclosure": ("enclosure",),
    "ttl": ("ttl",),
    "skiphours": ("skiphours",),
    "skipdays": ("skipdays",),
    "media": ("media:content",),
    "thumbnail": ("media:thumbnail", "itunes:image"),
    "picture": ("image", "logo", "icon", "itunes:link"),
    "caption": ("media:description",),
}
"""Under which names each field stands, the most trusted first. What is not here (georss, durations) is left."""

PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    name: tuple(field for field, names in FIELDS.items() if name in names)
    for name in {name for names in FIELDS.values() for name in names}
}
"""The same table by name: the fields that an element counts for."""

CONTAINERS = frozenset({"channel", "items", "feed", "media:group", "media:content"})
"""What these hold counts as if it stood outside them."""
ENTRIES = frozenset({"item", "entry"})

MODULES = (
    ("modules/content", "content"),
    ("dc/elements", "dc"),
    ("dc/terms", "dcterms"),
    ("mrss", "media"),
    ("dtds/podcast", "itunes"),
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
SAME = {"atom": "", "a10": "", "rss": "", "atom10": "", "atom03": ""}
"""What prefixes mean that a broken feed uses without declaring them."""


class Names:
    """The names of the elements in one document: prefix and local name in lower case, the dialect left out."""

    def __init__(self, root: Element) -> None:
        self._known: dict[object, tuple[str, tuple[str, ...]]] = {}
        space = root.tag.rpartition("}")[0]
        self._core = "" if "rdf-syntax" in space else space

    def of(self, element: Element) -> tuple[str, tuple[str, ...]]:
        """Return the name of `element` and the fields it counts for; both empty for what is no element."""
        tag = element.tag
        known = self._known.get(tag)
        if known is None:
            name = self._name(tag) if isinstance(tag, str) else ""
            known = self._known[tag] = (name, PLACES.get(name, ()))
        return known

    def _name(self, tag: str) -> str:
        space, brace, local = tag.rpartition("}")
        if not brace:
            alias, _, local = tag.rpartition(":")
            prefix = SAME.get(alias.lower(), alias.lower())
        else:
            low = space.lower()
            prefix = "" if space == self._core else next((short for mark, short in MODULES if mark in low), low)
        return f"{prefix}:{local.lower()}" if prefix else local.lower()
