"""Tell a page that stands in the way of the news from the news: challenge, consent, login, error, parked domain."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lxml import etree

from feedbot.extract.document import Document
from feedbot.extract.links import CONTENT, Element, Survey
from feedbot.extract.texts import text_below, tidy
from feedbot.extract.vocabulary import names_of, words
from feedbot.item import Candidate

SHORT = 4000
"""A page that stands in the way says little; one with more text than this is none."""
BARE = 400
"""A page says hardly anything beside what stands in the way if it says no more than this."""
LONG = 10 * SHORT
"""A page with more text than this is not looked into."""
FEW = 3
"""So few items may be a coincidence on a page that stands in the way of the news."""

_CHALLENGE = re.compile(
    r"just a moment|(?:please )?wait while we (?:check|verify)|checking (?:your browser|if the site connection)|"
    r"verify(?:ing)? (?:that )?you are (?:a )?human|are you (?:a )?(?:robot|human)|not a robot|"
    r"enable javascript and cookies|unusual traffic|ddos protection by|attention required|pardon our interruption|"
    r"request (?:has been )?blocked|you have been blocked|security check|bot detection|complete the captcha|"
    r"incident id|reference #\d|sicherheitsüberprüfung|vérification de sécurité|verificación de seguridad|"
    r"проверка браузера|человек или робот|人机验证|ロボットではありません",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"access (?:is |has been )?denied|(?:error )?403\b|forbidden|not authori[sz]ed|unauthori[sz]ed|permission denied|"
    r"not available in your (?:country|region)|zugriff verweigert|accès (?:refusé|interdit)|acceso denegado|"
    r"accesso negato|acesso negado|toegang geweigerd|åtkomst nekad|odmowa dostępu|доступ (?:запрещ|огранич)",
    re.IGNORECASE,
)
_ERROR = re.compile(
    r"(?:error|fehler|erreur|http|status)?\W{0,3}\b(?:404|410|500|502|503|504)\b(?:\W+\w+){0,3}?\W*(?:error|not found|"
    r"unavailable|gone|gateway|fehler|erreur|timeout)?|(?:page|file|site|resource) (?:could )?(?:not (?:be )?found|"
    r"cannot be found|(?:does not|doesn.t) exist|is (?:gone|missing|no longer available))|"
    r"not found\b|nothing (?:was )?"
    r"found here|(?:sorry|oops)\W{1,3}(?:that|this|the|we|something).{0,40}(?:exist|found|find|"
    r"wrong)|internal server error|"
    r"service (?:temporarily )?unavailable|bad gateway|something went wrong|temporarily (?:unavailable|offline)|"
    r"(?:under|down for|scheduled) maintenance|wartungsarbeiten|wird gewartet|seite (?:wurde )?nicht gefunden|"
    r"(?:page|fichier) (?:introuvable|non trouvée)|n.existe (?:pas|plus)|página no encontrada|pagina non trovata|"
    r"página não encontrada|pagina niet gevonden|sidan (?:kunde inte hittas|finns inte)|"
    r"siden (?:ble|blev)? ?ikke fundet|"
    r"sivua ei löyty|nie znaleziono|stránka nenalezena|en maintenance|en mantenimiento|in manutenzione|"
    r"страница не найдена|сторінку не знайдено|η σελίδα δεν βρέθηκε|sayfa bulunamadı|ページが見つかりません|页面不存在|"
    r"페이지를 찾을 수 없|الصفحة غير موجودة|הדף לא נמצא",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"before you continue|we (?:value|care about) your privacy|your privacy choices|cookies? (?:consent|settings|"
    r"preferences)|(?:accept|allow) (?:all )?cookies|we use cookies|consent to|zustimmen und weiter|"
    r"mit werbung (?:weiter)?lesen|datenschutzeinstellungen|(?:alle|allen) cookies (?:akzeptieren|zustimmen)|"
    r"nous respectons votre vie privée|accepter et continuer|tout accepter|aceptar (?:y continuar|todas)|"
    r"accetta e continua|accetta tutti|aceitar (?:todos|e continuar)|alle cookies accepteren|godkänn alla",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"(?:please )?(?:log|sign)[ -]?in\b|login\b|anmelden|anmeldung|einloggen|se connecter|connexion|"
    r"iniciar sesión|accedi\b|entrar\b|inloggen|logga in|logg inn|log ind|kirjaudu|zaloguj|"
    r"přihlášení|войти|вход\b|увійти|"
    r"ログイン|登录|로그인|تسجيل الدخول|התחברות",
    re.IGNORECASE,
)
_PARKED = re.compile(
    r"(?:this )?domain(?: name)?(?: \S+)? (?:is|may be|has been|has) (?:for sale|parked|expired|registered|suspended)|"
    r"(?:buy|purchase|make an offer (?:on|for)) this domain|(?:is|may be) for sale\W|"
    r"parked (?:free|domain)|domain parking|"
    r"this (?:account|site|website) has been suspended|account suspended|diese domain (?:steht|ist|kann)|"
    r"ce (?:nom de )?domaine (?:est|a expiré)|este dominio (?:está|ha)|questo dominio|"
    r"домен (?:продается|продаётся|припаркован)|"
    r"welcome to nginx|apache2? (?:\w+ )?default page|test page for the|iis windows server|"
    r"default web ?(?:site )?page|"
    r"website coming soon|future home of",
    re.IGNORECASE,
)
BANNERS = words("consent cookie cookies gdpr onetrust cmp privacy")
"""Names of what asks for consent and stands beside the page."""
_KINDS = (
    ("a challenge for browsers", _CHALLENGE),
    ("access is denied", _DENIED),
    ("an error page", _ERROR),
    ("a parked domain or a bare server", _PARKED),
)
_EMPTY = re.compile(
    r"\b(?:no|there (?:are|is)(?: currently| now)? no|0|zero|currently no|keine?|aucune?|ningun[ao]?|no hay|"
    r"nessun[ao]?|nenhuma?|geen|inga?|ingen|ei|brak|žádné|nincs|nu există)"
    r"\s+(?:\w+\s+){0,2}?(?:results?|items?|news|posts?|articles?|entries|publications?|documents?|stories"
    r"|matches|notices|announcements|updates"
    r"|ergebnisse|nachrichten|meldungen|einträge|beiträge|artikel|résultats?|actualités?|articles|resultados|noticias|"
    r"entradas|risultati|notizie|articoli|notícias|nieuws|nieuwsberichten|berichten|resultaten|nyheter|nyheder|inlägg|"
    r"resultat|tuloksia|uutisia|wyników|wiadomości|aktualności|aktuality|hír|știri)\b|"
    r"nothing (?:found|here|to (?:show|display|see))|check back (?:soon|later)|ничего не найдено|"
    r"нет (?:новостей|результатов|записей)|немає новин|记录为空|暂无|"
    r"該当する.{0,12}ありません|お知らせはありません|결과가 없습니다|"
    r"لا توجد|אין תוצאות",
    re.IGNORECASE,
)
_MARKS = tuple(
    words(
        """
        cf-challenge cf_chl_opt cf-browser-verification cf-turnstile px-captcha captcha-delivery.com _incapsula_resource
        sucuri_cloudproxy ddos-guard awswafintegration aws-waf-token geetest_ imperva-challenge smartcaptcha
        """
    )
)
"""What the pages of makers of challenges hold, in lower case."""
_MARGIN = " .!…-"
_SEGMENT = re.compile(r"\s+[|–—·•:»«/-]+\s+|\s*[|»«]\s*")
_PASSWORD: Callable[[Element], Any] = etree.XPath("boolean(.//input[@type='password'])")
_SCRIPTS: Callable[[Element], Any] = etree.XPath("count(.//script)")
_SHELL: Callable[[Element], Any] = etree.XPath(
    "boolean(.//*[@id='root' or @id='app' or @id='__next' or @id='__nuxt' "
    "or @id='___gatsby' or @id='main-app'][not(.//a)]"
    "|.//app-root[not(.//a)])"
)
_NO_SCRIPT = re.compile(
    r"(?:enable|requires?|turn on|activate|aktivieren|activer|activar|habilit\w+|"
    r"include)\W+(?:\w+\W+){0,2}javascript|javascript (?:is |muss |est )?(?:required|disabled|aktiviert|"
    r"requis)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Barrier:
    """What stands in the way, in words."""

    evidence: str


def barrier_of(document: Document, items: Sequence[Candidate] = ()) -> Barrier | None:
    """Return what stands between us and the news, None where the page seems to be the page.

    What a page calls itself goes before what was found on it: an error page may well list the latest news. Words and
    marks within it count only where few `items` were found, for banners, headlines and header links use them too.
    """
    page = _Page(document)
    named = page.named()
    if named is not None:
        return named
    dated = any(item.published is not None for item in items)
    if len(items) > FEW or (dated and len(items) > 1):
        return None if dated else page.parked()
    return page.worded() or (None if items else page.walled())


class _Page:
    """A page, as what it says of itself."""

    def __init__(self, document: Document) -> None:
        self._root = document.root
        self._title = _title(document)
        self._heading = text_below(first)[:200] if (first := next(document.root.iter("h1"), None)) is not None else ""
        self._document = document

    @cached_property
    def _body(self) -> str:
        return _body(self._document)

    def named(self) -> Barrier | None:
        """Say what the page calls itself, in a part of its title or in its first heading alone."""
        parts = [("title", part) for part in _SEGMENT.split(self._title)] if self._title else []
        parts += [("first heading", self._heading)]
        for where, part in parts:
            for what, pattern in _KINDS:
                found = pattern.match(part.strip(_MARGIN))
                if found and _covers(found, part) and self._agrees(where):
                    return Barrier(f"{what}: its {where} is {part.strip()!r}")
        if self._asks() and (part := next((text for _, text in parts if _whole(_LOGIN, text)), "")):
            return Barrier(f"a login form: the page is called {part.strip()!r} and asks for a password")
        return None

    def _agrees(self, where: str) -> bool:
        """Say whether what one name says may be believed: a heading of a long page may be that of its news."""
        return where == "title" or len(self._body) < SHORT

    def parked(self) -> Barrier | None:
        """Say whether a page of links without dates stands on a domain that nobody uses."""
        found = _PARKED.search(self._top) if len(self._body) < SHORT else None
        return Barrier(f"a parked domain or a bare server: it says {found[0].strip()!r}") if found else None

    def worded(self) -> Barrier | None:
        """Say what the first words of a short page name."""
        if len(self._body) > SHORT:
            return None
        lengths = {_CHALLENGE: 600, _DENIED: 200, _ERROR: 120, _PARKED: 600}
        for what, pattern in _KINDS:
            found = pattern.search(f"{self._title}\n{self._body[: lengths[pattern]]}")
            if found and not (found[0].strip().isdigit() and len(self._body) > BARE):
                return Barrier(f"{what}: it says {found[0].strip()!r}")
        mark = self._mark()
        return Barrier(f"a challenge for browsers: it holds {mark!r}") if mark else None

    def walled(self) -> Barrier | None:
        """Say whether a page without items asks for consent or a password and says little else."""
        if len(self._body) >= LONG:
            return None
        rest = self._beside_banners()
        if (found := _CONSENT.search(self._top)) and len(rest) < BARE:
            return Barrier(f"a consent wall: it says {found[0].strip()!r}, and hardly anything else")
        if self._asks() and len(rest) < SHORT // 2 and (found := _LOGIN.search(self._top)):
            return Barrier(f"a login form: it says {found[0].strip()!r} and asks for a password")
        return None

    @property
    def _top(self) -> str:
        return f"{self._title}\n{self._body[:600]}"

    def _asks(self) -> bool:
        return bool(_PASSWORD(self._root))

    def _mark(self) -> str:
        said = etree.tostring(self._root, encoding="unicode")[:200_000].lower()
        return next((mark for mark in _MARKS if mark in said), "")

    def _beside_banners(self) -> str:
        """Return the text of the page without parts that are named for cookies, and without its frame."""
        main = self._root.find(".//body")
        parts = [node for node in (main if main is not None else self._root) if isinstance(node.tag, str)]
        return " ".join(text_below(node) for node in parts if not _is_frame(node))


OVER = 12
"""So many characters more than the words that name an obstacle may stand in a name: `404 - Page not found!`."""


def _is_frame(node: Element) -> bool:
    names = names_of(f"{node.get('class') or ''} {node.get('id') or ''}")
    return node.tag in {"header", "footer", "nav", "script", "style", "dialog"} or bool(names & BANNERS)


def _covers(found: re.Match[str], part: str) -> bool:
    """Say whether a name is hardly more than the words found in it; a bare number must be all of it."""
    said = found[0].strip()
    over = len(part.strip(_MARGIN)) - len(said)
    return over == 0 if said.isdigit() else bool(said) and over <= OVER


def _whole(pattern: re.Pattern[str], text: str) -> bool:
    found = pattern.match(text.strip(" .!"))
    return found is not None and len(text.strip()) - len(found[0]) <= OVER


def emptiness_of(survey: Survey) -> str:
    """Return the words by which the page says that it has nothing to show, `""` where it says nothing of the kind.

    Only short texts count, and none of what stands around the content.
    """
    for node in survey.document.root.iter():
        for said in (node.text, node.tail):
            found = _EMPTY.search(said) if said and 4 < len(said) < LINE and isinstance(node.tag, str) else None
            if found and node.tag not in _NO_WORDS and survey.place(node).zone == CONTENT:
                return found[0].strip()
    return ""


LINE = 300
"""A page that has nothing to show says so in fewer characters."""
_NO_WORDS = {"script", "style", "noscript", "template", "option", "title"}


def is_shell(document: Document) -> bool:
    """Say whether the page is a shell that a script is to fill."""
    if _SHELL(document.root):
        return True
    body = _body(document)
    return len(body) < 800 and bool(_SCRIPTS(document.root)) and bool(_NO_SCRIPT.search(body) or len(body) < 60)


def _title(document: Document) -> str:
    node = document.root.find(".//title")
    return tidy(node.text or "")[:300] if node is not None else ""


def _body(document: Document) -> str:
    """Return the text of a page; of a long one, no more than it takes to say that it is."""
    found = document.root.find(".//body")
    body = found if found is not None else document.root
    said = 0
    for node in body.iter():
        if node.tag not in _NO_WORDS:
            said += len((node.text or "").strip())
        said += len((node.tail or "").strip())
        if said > LONG:
            return " " * LONG
    return text_below(body)
