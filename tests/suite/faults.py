"""Faults: what goes wrong with pages of news, as changes of a body that was well, and which states are right then."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from lxml import html

from feedbot.source import Health
from tests.suite.markups import SITE, Markup
from tests.suite.press import Tongue

Change = Callable[[str, Markup, Tongue], str | None]
WELL = frozenset({Health.FRESH, Health.QUIET})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong. `change` gives the page as it is then, None where that kind of page cannot have it.

    `survived` says that a page which is read as before is as good as the right state.
    """

    name: str
    change: Change
    right: frozenset[Health]
    survived: bool = False
    media: str = ""


def _is_html(markup: Markup) -> bool:
    return markup.media.startswith("text/html")


def _tree(body: str) -> html.HtmlElement:
    return html.document_fromstring(body)


def written(tree: html.HtmlElement) -> str:
    """Return a tree as the page that it is of."""
    return f"<!DOCTYPE html>{html.tostring(tree, encoding='unicode')}"


def rows_of(tree: html.HtmlElement) -> Sequence[html.HtmlElement]:
    """Return the rows of news: what repeats in the main part and holds a link."""
    main = tree.find(".//main")
    assert main is not None
    best: list[html.HtmlElement] = []
    for holder in main.iter():
        rows = [row for row in holder if row.tag != "h1" and (row.tag == "a" or row.find(".//a") is not None)]
        best = rows if len(rows) > len(best) else best
    return best


def on_html(change: Callable[[html.HtmlElement], None]) -> Change:
    """Make a change of the tree of an HTML page one of its text."""

    def changed(body: str, markup: Markup, _tongue: Tongue) -> str | None:
        if not _is_html(markup):
            return None
        tree = _tree(body)
        change(tree)
        return written(tree)

    return changed


def classes(tree: html.HtmlElement) -> None:
    """Rename every class."""
    for node in tree.iter():
        if isinstance(node.tag, str) and node.get("class"):
            node.set("class", " ".join(f"v2-{name[::-1]}" for name in node.get("class", "").split()))


def tags(tree: html.HtmlElement) -> None:
    """Put other elements in the place of usual ones."""
    turned = {"li": "div", "ul": "div", "article": "section", "h2": "h5", "h3": "h5", "h4": "p", "time": "span"}
    main = tree.find(".//main")
    assert main is not None
    for node in list(main.iter()):
        if node.tag in turned:
            node.tag = turned[node.tag]
    for node in main.iter("span"):
        node.attrib.pop("datetime", None)


def turned(tree: html.HtmlElement) -> None:
    """Turn the order of the news around."""
    rows = rows_of(tree)
    holder = rows[0].getparent()
    assert holder is not None
    if holder.tag in {"dl", "div", "main"} and any(row.tag in {"dt", "h3"} for row in rows):
        return
    for row in rows:
        holder.remove(row)
    for row in reversed(rows):
        holder.append(row)


def _absolute(tree: html.HtmlElement) -> None:
    tree.make_links_absolute(f"{SITE}/news/")


_DATED = re.compile(
    r"\d{1,2}\.? (?:de )?[^\W\d_]{3,} (?:de )?20\d\d|\d\d/\d\d/20\d\d|20\d\d-\d\d-\d\d(?:T[\d:]+(?:\+00:00|Z)?)?"
    r"|\w{3}, \d\d \w{3} 20\d\d [\d:]+ GMT"
)


def _dateless(body: str, markup: Markup, _tongue: Tongue) -> str | None:
    if not markup.dated:
        return None
    if _is_html(markup):
        return _DATED.sub("", body)
    body = re.sub(r"<(pubDate|published|updated|news:publication_date)>[^<]*</\1>", "", body)
    return re.sub(r'"(?:date_published|publishedAt)": "[^"]*",? ?', '"x": 0, ', body).replace(', "x": 0, }', "}")


def _today(body: str, markup: Markup, tongue: Tongue) -> str | None:
    if not markup.dated or not _is_html(markup):
        return None
    found = re.search(r"made at", body)
    assert found is not None
    iso = max(re.findall(r"20\d\d-\d\d-\d\d", body), default="2026-03-30")
    words = tongue.form.format(day=int(iso[8:]), month=tongue.month(int(iso[5:7])), year=int(iso[:4]))
    body = re.sub(r"20\d\d-\d\d-\d\d", iso, body)
    body = re.sub(r"\d\d/\d\d/20\d\d", f"{iso[8:]}/{iso[5:7]}/{iso[:4]}", body)
    return re.sub(r"\d{1,2}\.? (?:de )?[^\W\d_]{3,} (?:de )?20\d\d", words, body)


def _emptied(body: str, markup: Markup, _tongue: Tongue) -> str | None:
    if _is_html(markup):
        tree = _tree(body)
        main = tree.find(".//main")
        holder = rows_of(tree)[0].getparent()
        assert holder is not None
        assert main is not None
        for one in main.findall(".//ul[@class='items']") or [holder]:
            for node in list(one):
                if node.tag != "h1":
                    one.remove(node)
        return written(tree)
    body = re.sub(r"<(item|entry|url)>.*</\1>", "", body, flags=re.DOTALL)
    return re.sub(r'"(items|articles)": \[.*\]', r'"\1": []', body)


def _says_empty(body: str, markup: Markup, tongue: Tongue) -> str | None:
    words = {
        "en": "There are currently no news items.",
        "de": "Zurzeit gibt es keine Meldungen.",
        "fr": "Aucune actualité pour le moment.",
        "pl": "Brak aktualności.",
        "es": "No hay noticias.",
    }
    gone = _gone(body, markup, tongue)
    return gone and gone.replace("</h1>", f"</h1><p>{words[tongue.code]}</p>")


def _gone(body: str, markup: Markup, _tongue: Tongue) -> str | None:
    if not _is_html(markup):
        return None
    tree = _tree(body)
    main = tree.find(".//main")
    assert main is not None
    for node in list(main):
        if node.tag != "h1":
            main.remove(node)
    return written(tree)


def _half(body: str, markup: Markup, _tongue: Tongue) -> str | None:
    if _is_html(markup):
        tree = _tree(body)
        rows = rows_of(tree)
        if rows[0].tag in {"dt", "h3"} or markup.name in {"months", "lead", "headings"}:
            return None
        for row in rows[len(rows) // 2 :]:
            row.drop_tree()
        return written(tree)
    if body.startswith("{"):
        return _fewer(body)
    found = list(re.finditer(r"<(item|entry|url)>.*?</\1>", body, flags=re.DOTALL))
    kept = len(found) // 2
    return body[: found[kept].start()] + body[found[-1].end() :]


def _fewer(body: str) -> str:
    document = json.loads(body)
    holder, name = (document, "items") if "items" in document else (document["data"], "articles")
    holder[name] = holder[name][: len(holder[name]) // 2]
    return json.dumps(document, ensure_ascii=False)


def _few(body: str, markup: Markup, _tongue: Tongue) -> str | None:
    """Leave hardly anything: what a selector may still match by chance after a redesign."""
    if not _is_html(markup) or markup.name in {"months", "lead", "headings", "definitions"}:
        return None
    tree = _tree(body)
    for row in rows_of(tree)[2:]:
        row.drop_tree()
    return written(tree)


def _titleless(tree: html.HtmlElement) -> None:
    main = tree.find(".//main")
    assert main is not None
    for link in main.iter("a"):
        for node in list(link):
            if node.tag == "strong":
                link.remove(node)
        link.text = None


def _other_list(body: str, markup: Markup, _tongue: Tongue) -> str | None:
    """Put another list where the news was: what is on, which was never news."""
    gone = _gone(body, markup, _tongue)
    rows = "".join(
        f'<li class="event"><h3><a href="/events/{n}">Guided walk number {n} through the old town</a></h3>'
        f"<p>{n + 3} January 2019</p></li>"
        for n in range(12)
    )
    return gone and gone.replace("</h1>", f'</h1><ul class="events">{rows}</ul>')


def _mojibake(body: str, markup: Markup, _tongue: Tongue) -> str | None:
    """Write UTF-8 twice, as a site does that changes its database and not its pages."""
    return body.encode().decode("cp1252", "replace") if not body.isascii() else None


def _cut(body: str, markup: Markup, _tongue: Tongue) -> str | None:
    return body[: int(len(body) * 0.55)]


def instead(text: str, *, frame: bool = False) -> Change:
    """Put another page where the news was; with the `frame` of the site around it."""

    def changed(body: str, markup: Markup, _tongue: Tongue) -> str | None:
        if not frame:
            return text
        if not _is_html(markup):
            return None
        main = re.sub(r"<main>.*</main>", lambda _: f"<main>{text}</main>", body, flags=re.DOTALL)
        title = re.search(r"<h1>(.*?)</h1>", text)
        return re.sub(r"<title>.*?</title>", f"<title>{title[1] if title else 'Newsroom'}</title>", main)

    return changed


def page(title: str, main: str, *, head: str = "") -> str:
    """Return a page that says one thing."""
    return (
        f"<!DOCTYPE html><html><head><title>{escape(title)}</title>{head}</head><body><h1>{escape(title)}</h1>"
        f"{main}</body></html>"
    )


_CHALLENGES = (
    page("Just a moment...", "<p>Checking your browser before accessing newsroom.example.</p>"),
    page("Attention Required!", "<p>Please complete the security check to access newsroom.example</p>"),
    page(
        "Sicherheitsüberprüfung",
        "<p>Bitte bestätigen Sie, dass Sie ein Mensch sind.</p><div class='cf-turnstile'></div>",
    ),
    page("Vérification", "<p>Vérification de sécurité en cours</p><script>var _cf_chl_opt={}</script>"),
    page("Access denied", "<p>You don't have permission to access this page. Reference #18.2f</p>"),
)
_CONSENT = (
    page("Before you continue", "<p>We and our partners use cookies.</p><button>Accept all cookies</button>"),
    page("Datenschutzeinstellungen", "<p>Mit Werbung weiterlesen</p><button>Zustimmen und weiter</button>"),
    page("Nous respectons votre vie privée", "<p>Des cookies sont utilisés.</p><button>Tout accepter</button>"),
)
_LOGINS = (
    page("Sign in", "<form><input name=u><input type=password name=p><button>Sign in</button></form>"),
    page("Anmelden", "<form><input name=u><input type=password name=p><button>Anmelden</button></form>"),
    page("Connexion", "<form><input name=u><input type=password name=p><button>Se connecter</button></form>"),
)
_MISSING = (
    "<h1>Page not found</h1><p>The page that you look for has moved or is gone. Try the search.</p>",
    "<h1>Seite nicht gefunden</h1><p>Die Seite gibt es nicht mehr.</p>",
    "<h1>Page introuvable</h1><p>Cette page n’existe plus.</p>",
    "<h1>404</h1><p>Sorry, we could not find that page.</p>",
)
_ERRORS = (
    page("Internal Server Error", "<p>Something went wrong on our side. Please try again later.</p>"),
    page("503 Service Unavailable", "<p>The server is temporarily unable to answer.</p>"),
    page("Wartungsarbeiten", "<p>Unsere Seite wird gewartet. Bitte versuchen Sie es später wieder.</p>"),
    page("newsroom.example", "<p>This domain is for sale. Make an offer.</p>"),
)
_HTML = "text/html; charset=utf-8"
_B, _C, _D, _E = (frozenset({one}) for one in (Health.BLOCKED, Health.CHANGED, Health.DOWN, Health.EMPTY))

FAULTS: tuple[Fault, ...] = (
    Fault(name="class renamed", change=on_html(classes), right=_C, survived=True),
    Fault(name="tags changed", change=on_html(tags), right=_C, survived=True),
    Fault(name="order changed", change=on_html(turned), right=_C, survived=True),
    Fault(name="links made absolute", change=on_html(_absolute), right=_C, survived=True),
    Fault(name="dates dropped", change=_dateless, right=_C),
    Fault(name="dates all today", change=_today, right=_C),
    Fault(name="list emptied", change=_emptied, right=_E),
    Fault(name="says that it is empty", change=_says_empty, right=_E),
    Fault(name="container gone", change=_gone, right=_C),
    Fault(name="half the items gone", change=_half, right=_C),
    Fault(name="hardly any items left", change=_few, right=_C),
    Fault(name="titles gone", change=on_html(_titleless), right=_C, survived=True),
    Fault(name="another list instead", change=_other_list, right=_C),
    Fault(name="encoding broken", change=_mojibake, right=_C),
    Fault(name="truncated body", change=_cut, right=_D),
    *(Fault(name="challenge page", change=instead(one), right=_B, media=_HTML) for one in _CHALLENGES),
    *(Fault(name="consent wall", change=instead(one), right=_B, media=_HTML) for one in _CONSENT),
    *(Fault(name="login page", change=instead(one), right=_B, media=_HTML) for one in _LOGINS),
    *(Fault(name="soft 404", change=instead(one, frame=True), right=_B) for one in _MISSING),
    *(Fault(name="error with 200", change=instead(one), right=_B, media=_HTML) for one in _ERRORS),
)


def changed(fault: Fault, body: str, markup: Markup, tongue: Tongue) -> tuple[str, str] | None:
    """Return the body and its media type once the fault is there; None where this page cannot have it."""
    found = fault.change(body, markup, tongue)
    same = found is None or found == body
    return None if same or found is None else (found, fault.media or markup.media)
