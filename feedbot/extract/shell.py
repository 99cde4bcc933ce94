"""Tell a page that a script is to fill from one that has nothing to say."""

import re
from collections.abc import Callable
from typing import Any

from lxml import etree

from feedbot.extract.document import Document
from feedbot.extract.links import Element
from feedbot.extract.texts import text_below

LITTLE, SOME = 250, 2000
"""So many characters are next to nothing; so many are what stands around the news."""

_ROOTS = ("root", "app", "__next", "__nuxt", "___gatsby", "main-app", "application", "react-root", "svelte", "q-app")
_HOLDERS: Callable[[Element], Any] = etree.XPath(
    "//*[" + " or ".join(f"@id='{name}'" for name in _ROOTS) + " or self::app-root or @data-reactroot or @ng-app "
    "or @data-v-app or @v-cloak or @ng-cloak or @data-react-class or @data-vue or @data-ember-action]"
)
_BUSY: Callable[[Element], Any] = etree.XPath(
    "//*[@aria-busy='true' or @role='status' or contains(@class, 'loading') or contains(@class, 'spinner') "
    "or contains(@class, 'skeleton') or contains(@class, 'loader')]"
)
_NO_SCRIPT: Callable[[Element], Any] = etree.XPath("//noscript")
_ASKS = re.compile(
    r"java ?script.{0,60}(?:enable|required?|requires|need|disabled|turn(?:ed)? o|activ|aktiv|habilit|abilit|inschakel"
    r"|aktiver|włącz|povol|включ|увімкн|etkin|有効|启用|啟用|켜)"
    r"|(?:enable|requires?|needs?|turn on|without|activ\w+|aktiv\w+|habilit\w+|abilit\w+|schakel|włącz|povol\w*"
    r"|включ\w+|увімкн\w+|启用|啟用|有効).{0,30}java ?script",
    re.IGNORECASE | re.DOTALL,
)
_LOADING = re.compile(
    r"(?:please wait.{0,20}|loading\b.{0,30}|wird geladen|lädt|bitte warten|chargement.{0,20}|cargando.{0,20}"
    r"|carregando.{0,20}|caricamento.{0,20}|(?:bezig met )?laden|laddar|indlæser|laster|ladataan|ładowanie|načítá\w*"
    r"|betöltés|se încarcă|загрузка|завантаження|φόρτωση|yükleniyor|読み込み中|加载中|載入中|로딩 ?중)\W*",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(r"\{\{\s*[\w.$|\s'()]{1,60}\}\}")


def unfilled(document: Document) -> str:
    """Return by what one sees that a script is to fill the page, `""` where nothing says so."""
    root = document.root
    scripts = sum(1 for _ in root.iter("script")) or (not document.whole)
    if not scripts:
        return ""
    body = root.find(".//body")
    said = text_below(body if body is not None else root)
    for holder in _HOLDERS(root)[:20]:
        if len(said) < SOME and not _full(holder):
            return f"<{holder.tag}{_named(holder)}> is there for a script to fill"
    told = _template(said) or _waiting(root) or _asking(root, said)
    if told:
        return told
    links = sum(1 for _ in root.iter("a"))
    return "the page says next to nothing, and has scripts" if len(said) < LITTLE and links < 3 else ""


def _full(holder: Element) -> bool:
    """Say whether there is more in it than a loading sign."""
    return next(holder.iter("a"), None) is not None or len(text_below(holder)) > LITTLE


def _named(holder: Element) -> str:
    name = holder.get("id")
    return f' id="{name[:40]}"' if name else ""


def _template(said: str) -> str:
    found = _TEMPLATE.search(said[:50_000])
    return f"it shows {found[0]!r}, which a script is to replace" if found else ""


def _waiting(root: Element) -> str:
    for node in _BUSY(root)[:50]:
        said = text_below(node)[:80].strip()
        if node.get("aria-busy") == "true" or _LOADING.fullmatch(said):
            return f"it is still loading: it says {said!r}" if said else "it says that it is still loading"
    return ""


def _asking(root: Element, said: str) -> str:
    if len(said) > SOME:
        return ""
    for node in _NO_SCRIPT(root)[:20]:
        if _ASKS.search("".join(map(str, node.itertext()))[:1000]):
            return "it asks for JavaScript"
    return "it asks for JavaScript" if _ASKS.search(said[:1000]) else ""
