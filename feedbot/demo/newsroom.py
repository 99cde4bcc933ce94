"""The sample newsroom as a web site: a listing of cards, article pages, pictures and reports."""

from dataclasses import replace
from datetime import date
from functools import cache
from html import escape
from importlib.resources import files

from feedbot.demo.stories import BODY, CORRECTED, PUBLISHED, STANDING, Story

Answer = tuple[str, bytes]
"""Media type and body."""


class Newsroom:
    """The newsroom as it stands on `today`; `publish` brings two stories and a correction."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._stories: tuple[Story, ...] = STANDING

    def publish(self) -> None:
        """Publish what is waiting, and correct one story."""
        standing = (replace(story, summary=CORRECTED.get(story.slug, story.summary)) for story in STANDING)
        self._stories = (*PUBLISHED, *standing)

    def answer(self, path: str) -> Answer | None:
        """Return what stands at `path`, None where there is nothing."""
        match path.strip("/").split("/"):
            case ["news"]:
                return "text/html; charset=utf-8", self._listing().encode()
            case ["news", slug]:
                story = self._story(slug)
                return ("text/html; charset=utf-8", self._article(story).encode()) if story else None
            case ["newsroom.css"]:
                return "text/css; charset=utf-8", _data("newsroom.css")
            case ["pictures", name] if any(f"{story.picture}.jpg" == name for story in self._stories):
                return "image/jpeg", _data(f"pictures/{name}")
            case ["reports", name] if self._story(name.removesuffix(".pdf")):
                return "application/pdf", _data("report.pdf")
            case _:
                return None

    def _story(self, slug: str) -> Story | None:
        return next((story for story in self._stories if story.slug == slug), None)

    def _listing(self) -> str:
        cards = "\n".join(self._card(story) for story in self._stories)
        pager = '<nav class="pager" aria-label="Pages"><a aria-current="page" href="/news/">1</a></nav>'
        return _page("News and blog", f'<h1>News and blog</h1>\n<ul class="cards">\n{cards}\n</ul>\n{pager}')

    def _card(self, story: Story) -> str:
        return (
            f'<li class="card"><img class="card__image" src="/pictures/{story.picture}.jpg" alt="{escape(story.alt)}">'
            f'<span class="card__tag">{story.kind}</span><h2 class="card__title">'
            f'<a href="/news/{story.slug}/">{escape(story.title)}</a></h2>'
            f'<p class="card__date">{_written(story.dated(self._today))}</p><p>{escape(story.summary)}</p>'
            f'<a class="card__more" href="/news/{story.slug}/">Read article</a></li>'
        )

    def _article(self, story: Story) -> str:
        related = [other for other in self._stories if other.slug in story.related]
        cards = "".join(
            f'<li><img src="/pictures/{other.picture}.jpg" alt="{escape(other.alt)}"><span>{other.kind}</span> '
            f'<a href="/news/{other.slug}/">{escape(other.title)}</a></li>'
            for other in related
        )
        return _page(
            story.title,
            f'<a class="back" href="/news/">Back to news</a>\n<article>\n<h1>{escape(story.title)}</h1>\n'
            f'<p class="date">{_written(story.dated(self._today))}</p>\n'
            f'<img class="lead" src="/pictures/{story.picture}.jpg" alt="{escape(story.alt)}">\n'
            f"{_body(story)}</article>\n"
            f'<aside class="related"><h2>Related articles</h2><ul>{cards}</ul></aside>',
        )


def _body(story: Story) -> str:
    parts = []
    for heading, text in story.sections:
        parts += [f"<h2>{escape(heading)}</h2>"] if heading else []
        parts += [f"<p>{escape(paragraph)}</p>" for paragraph in text.split("\n\n")]
    if story.quote:
        words, speaker, role = (escape(part) for part in story.quote)
        parts.append(
            f"<blockquote><p>“{words}”</p><footer><cite>{speaker}</cite>, <span>{role}</span></footer></blockquote>"
        )
    if story.report:
        parts.append(f'<p><a class="report" href="/reports/{story.slug}.pdf">Read the report</a></p>')
    return "\n".join(parts) + "\n"


def _page(title: str, main: str) -> str:
    return (
        f'<!doctype html>\n<html lang="en-GB">\n<head><meta charset="utf-8"><title>{escape(title)} | {BODY}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/newsroom.css"></head>\n<body>\n'
        f'<header><a href="/news/">{BODY}</a><nav aria-label="Main"><ul><li><a href="/about/">About us</a></li>'
        '<li><a href="/inquiries/">Our inquiries</a></li><li><a href="/news/">News</a></li>'
        f'<li><a href="/contact/">Contact</a></li></ul></nav></header>\n<main>\n{main}\n</main>\n'
        f"<footer><p>{BODY} is invented for feedbot's demo.</p></footer>\n</body>\n</html>\n"
    )


def _written(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


@cache
def _data(name: str) -> bytes:
    return files("feedbot.demo").joinpath(name).read_bytes()


MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
