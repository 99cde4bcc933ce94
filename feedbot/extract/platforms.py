"""Where software that builds sites puts feeds, told by the marks that it leaves in its pages."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """A software, the mark by which its pages are known, and where its feeds stand.

    A path that begins with `/` is that of the site, another one is relative to the page; `?` replaces its query.
    """

    name: str
    mark: re.Pattern[str]
    paths: tuple[str, ...]


def _platform(name: str, mark: str, *paths: str) -> Platform:
    return Platform(name=name, mark=re.compile(mark, re.IGNORECASE), paths=paths)


PLATFORMS = (
    _platform("WordPress", r"\bwordpress\b|/wp-(?:content|includes)/|api\.w\.org", "feed/", "/feed/"),
    _platform("Ghost", r"\bghost \d|/ghost/api/|ghost-sdk", "rss/", "/rss/"),
    _platform("Blogger", r"\bblogger\b|blogblog\.com|blogger\.com/static", "/feeds/posts/default"),
    _platform("Squarespace", r"\bsquarespace\b", "?format=rss"),
    _platform("Substack", r"\bsubstackcdn\.com", "/feed"),
    _platform("Drupal", r"\bdrupal\b", "/rss.xml", "feed"),
    _platform("Joomla", r"\bjoomla\b", "?format=feed&type=rss"),
    _platform("Hugo", r"\bhugo \d", "index.xml", "/index.xml"),
    _platform("Jekyll", r"\bjekyll\b", "/feed.xml"),
    _platform("Gatsby", r"\bgatsby\b", "/rss.xml"),
    _platform("Eleventy", r"\beleventy\b", "/feed.xml", "/feed/feed.xml"),
    _platform("Astro", r"\bastro v\d", "/rss.xml"),
    _platform("Docusaurus", r"\bdocusaurus\b", "rss.xml"),
    _platform("Wix", r"\bwix\.com website builder|static\.wixstatic\.com", "/blog-feed.xml"),
    _platform("Webflow", r"\bwebflow\b", "rss.xml"),
    _platform("HubSpot", r"\bhubspot\b|hs-scripts\.com", "rss.xml"),
    _platform("Shopify", r"cdn\.shopify\.com", ".atom"),
    _platform("Discourse", r"\bdiscourse \d", "/latest.rss"),
    _platform("Plone", r"\bplone\b", "RSS"),
    _platform("Tumblr", r"\btumblr\b", "/rss"),
)
"""The likeliest place of each first."""


def platform_of(generator: str, marks: str) -> Platform | None:
    """Return what built a page, by what it calls itself in `generator`, else by `marks`: addresses of its parts."""
    said = next((one for one in PLATFORMS if generator and one.mark.search(generator)), None)
    return said or next((one for one in PLATFORMS if one.mark.search(marks)), None)
