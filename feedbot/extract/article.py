"""One article page -> one candidate: what its data for machines and what its visible text say, weighed together."""

from datetime import datetime
from urllib.parse import urlsplit

from feedbot.extract import body, extras
from feedbot.extract.byline import authors_of
from feedbot.extract.document import Document
from feedbot.extract.headline import headline_of
from feedbot.extract.lead import lead_of
from feedbot.extract.links import Element
from feedbot.extract.moments import Reading
from feedbot.extract.prose import blocks_of, story_of
from feedbot.extract.published import modified_of, published_of
from feedbot.extract.regions import located
from feedbot.extract.structured import Facts, as_list, facts, text_of
from feedbot.item import Candidate


def read(
    document: Document, *, timezone: str = "UTC", language: str | None = None, now: datetime | None = None
) -> Candidate:
    """Read an article page; what it does not say is left empty.

    Args:
        document: the page.
        timezone: IANA name of the zone in which times without one are meant.
        language: BCP 47 tag of its language, where that is known better than the page says.
        now: aware moment when the page was seen; later dates are not believed.
    """
    said = facts(document)
    language = language or document.language or _language(said)
    reading = Reading(language=located(language, document.url), timezone=timezone, now=now)
    headline = headline_of(document, said)
    blocks = blocks_of(document.root, urlsplit(document.url).hostname or "")
    story = story_of(blocks)
    container = _container(headline.element, story.element)
    html = body.html_of(story, blocks, document.base, headline.title, reading)
    links = list(extras.links_in(document, container))
    report = extras.report_of(links)
    return Candidate(
        url=_address(document, said),
        title=headline.title,
        published=published_of(document, said, headline.element, reading),
        updated=modified_of(said),
        summary=_summary(said),
        content_html=html,
        content_text=body.text_of(html),
        authors=authors_of(document, said, headline.element),
        categories=_categories(said),
        image=lead_of(document, said, container),
        attachments=tuple(extras.attachments_of(links)),
        quotes=tuple(extras.quotes_of(story.element)),
        related=tuple(extras.related_of(document)),
        fields={"report": report.url} if report else {},
        language=language,
    )


def _container(heading: Element | None, story: Element) -> Element:
    """Return the element that holds the heading and the body, or the body where there is no heading."""
    if heading is None:
        return story
    above = {story, *story.iterancestors()}
    return next((one for one in heading.iterancestors() if one in above), story)


def _language(said: Facts) -> str | None:
    return next((text for one in said.told("inLanguage") if 1 < len(text := text_of(one)) < 12), None)


def _summary(said: Facts) -> str:
    told = [text_of(one) for one in said.told("description")]
    return next(
        (text for text in (*said.said("og:description", "description", "twitter:description"), *told) if text), ""
    )


def _categories(said: Facts) -> tuple[str, ...]:
    told = [text_of(one) for source in said.told("articleSection") for one in as_list(source)]
    told = told or list(said.said("article:section", "section"))
    return tuple(dict.fromkeys(text for text in told if 1 < len(text) < 80))


def _address(document: Document, said: Facts) -> str:
    """Return the address that the page calls its own, unless that is plainly another page's."""
    links = (
        one.get("href") or ""
        for one in document.root.iter("link")
        if "canonical" in (one.get("rel") or "").lower().split()
    )
    for raw in (*links, *said.said("og:url")):
        url = document.absolute(raw)
        if url and (urlsplit(url).path.strip("/") or not urlsplit(document.url).path.strip("/")):
            return url
    return document.url
