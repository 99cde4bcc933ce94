"""Tell a page that stands in the way of the news from the news: challenge, consent, login, error."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lxml import etree

from feedbot.extract.document import Document
from feedbot.extract.links import Element
from feedbot.extract.texts import text_below, tidy

SHORT = 4000
"""A page that stands in the way says little; one with more text than this is none."""

_CHALLENGE = re.compile(
    r"just a moment|checking (?:your|if the site connection|the) (?:browser|connection|security)?|"
    r"verif(?:y|ying) (?:that )?you are (?:a )?human"
    r"|are you (?:a )?(?:robot|human)|not a robot|enable javascript and cookies|unusual traffic|"
    r"ddos protection|attention required"
    r"|pardon our interruption|request (?:has been )?blocked|you have been blocked|security check|"
    r"bot detection|captcha"
    r"|incident id|reference #\d|sicherheitsüberprüfung|vérification de sécurité|проверка браузера",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"access (?:is |has been )?denied|forbidden|not authori[sz]ed|unauthori[sz]ed|permission denied|"
    r"zugriff verweigert"
    r"|accès refusé|acceso denegado|accesso negato|acesso negado|toegang geweigerd|доступ (?:запрещ|огранич)",
    re.IGNORECASE,
)
_ERROR = re.compile(
    r"\b(?:404|410|403|500|502|503|504)\b(?:\W+\w+){0,6}?\W*(?:error|not found|unavailable|gone|forbidden|"
    r"gateway|fehler|erreur|timeout)?"
    r"|(?:page|file|site) (?:could )?(?:not (?:be )?found|cannot be found)|not found|internal server error"
    r"|service unavailable"
    r"|bad gateway|something went wrong|temporarily unavailable|under maintenance|down for maintenance|"
    r"wartungsarbeiten"
    r"|seite (?:wurde )?nicht gefunden|page (?:introuvable|non trouvée)|página no encontrada|"
    r"pagina non trovata|pagina niet gevonden"
    r"|en maintenance|en mantenimiento|in manutenzione|страница не найдена|ページが見つかりません|页面不存在",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"before you continue|we value your privacy|your privacy choices|cookies? (?:consent|settings|"
    r"preferences)|accept (?:all )?cookies"
    r"|consent to|zustimmen und weiter|mit werbung (?:weiter)?lesen|datenschutzeinstellungen|"
    r"nous respectons votre vie privée"
    r"|accepter et continuer|aceptar y continuar|accetta e continua",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"(?:log|sign) ?in|anmelden|einloggen|se connecter|connexion|iniciar sesión|accedi|entrar|inloggen|"
    r"logga in|zaloguj|войти|ログイン|登录",
    re.IGNORECASE,
)
_EMPTY = re.compile(
    r"\b(?:no|there (?:are|is)(?: currently)? no|0|zero|currently no|keine?|aucune?|ningun[ao]?|"
    r"nessun[ao]?|nenhuma?|geen|inga?|ingen|brak)"
    r"\s+(?:\w+\s+){0,2}?(?:results?|items?|news|posts?|articles?|entries|publications?|documents?|stories"
    r"|matches|notices|events|meetings"
    r"|ergebnisse|nachrichten|meldungen|einträge|beiträge|résultats?|actualités?|resultados|noticias|"
    r"risultati|notizie|nieuws|resultaten"
    r"|nyheter|resultat|wyników)\b|nothing (?:found|here|to (?:show|display))|ничего не найдено|"
    r"нет (?:новостей|результатов)",
    re.IGNORECASE,
)
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


def barrier_of(document: Document) -> Barrier | None:
    """Return what stands between us and the news, None where the page seems to be the page."""
    title = _title(document)
    body = _body(document)
    if len(body) > SHORT:
        return None
    top = f"{title}\n{body[:600]}"
    for what, pattern, where in (
        ("a challenge for browsers", _CHALLENGE, top),
        ("access is denied", _DENIED, title + "\n" + body[:200]),
        ("an error page", _ERROR, title + "\n" + body[:120]),
        ("a consent wall", _CONSENT, top),
    ):
        found = pattern.search(where)
        if found:
            return Barrier(f"{what}: it says {found[0].strip()!r}")
    if _PASSWORD(document.root) and (found := _LOGIN.search(top)):
        return Barrier(f"a login form: it says {found[0].strip()!r} and asks for a password")
    return None


def emptiness_of(document: Document) -> str:
    """Return the words by which the page says that it has nothing to show, `""` where it says nothing of the kind."""
    found = _EMPTY.search(_body(document))
    return found[0].strip() if found else ""


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
    node = document.root.find(".//body")
    return text_below(node if node is not None else document.root)
