"""The lead image of an article, with what its page says it shows."""

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from feedbot.extract.document import Document
from feedbot.extract.links import Element
from feedbot.extract.pictures import addresses_of, alt_of, picture_in
from feedbot.extract.structured import Facts, as_list
from feedbot.item import Image

_GENERIC = re.compile(
    r"(?:^|[/_-])(?:logo|default|placeholder|fallback|og[-_]?(?:image|default|logo)|share[-_]?(?:image|default|logo)|"
    r"social[-_]?(?:share|image|default)|no[-_]?image|blank|avatar|favicon|apple-touch-icon|site[-_]?icon|"
    r"facebook[-_]default)"
    r"[^/]*$",
    re.IGNORECASE,
)
_SIZE = re.compile(
    r"[-_]?(?:\d{2,4}x\d{2,4}|scaled|w\d{2,4}|\d{3,4}w)?\.(?:jpe?g|png|gif|webp|avif|svg)$", re.IGNORECASE
)


def lead_of(document: Document, said: Facts, container: Element) -> Image | None:
    """Return the picture that machines are told of, with its alt on the page; else the first in the article."""
    told = list(dict.fromkeys(url for raw, _ in _told(said) if (url := document.absolute(raw))))
    alts = {document.absolute(raw): alt for raw, alt in _told(said) if alt}
    good = next((url for url in told if not _is_generic(url)), "")
    if good:
        return Image(url=good, alt=_alt_on_page(good, document) or alts.get(good))
    for one in container.iter("img", "amp-img"):
        if image := picture_in(one, document):
            return image
    return Image(url=told[0], alt=alts.get(told[0])) if told else None


def _told(said: Facts) -> Iterator[tuple[str, str]]:
    alt = next(said.said("og:image:alt", "twitter:image:alt"), "")
    for url in said.said("og:image", "og:image:url", "og:image:secure-url", "twitter:image", "twitter:image:src"):
        yield url, alt
    for image in said.told("image"):
        for one in as_list(image):
            said_url = one.get("url") or one.get("contentUrl") if isinstance(one, dict) else one
            for address in as_list(said_url):
                if isinstance(address, str):
                    yield address, str(one.get("caption") or "") if isinstance(one, dict) else ""
    for url in (
        *said.micro.get("image", ()),
        *said.said("thumbnail", "sailthru.image.full", "msapplication-tileimage"),
    ):
        yield url, ""


def _is_generic(url: str) -> bool:
    return bool(_GENERIC.search(unquote(urlsplit(url).path))) or urlsplit(url).path.endswith(".svg")


def _alt_on_page(url: str, document: Document) -> str | None:
    """Return the alt text of the picture on the page that shows the same file, at whatever size."""
    name = _name(url)
    for one in document.root.iter("img", "amp-img"):
        if any(raw and (raw in url or (len(name) > 5 and name in unquote(raw))) for raw in addresses_of(one)):
            alt = alt_of(one)
            if alt:
                return alt
    return None


def _name(url: str) -> str:
    return _SIZE.sub("", unquote(urlsplit(url).path).rpartition("/")[2])
