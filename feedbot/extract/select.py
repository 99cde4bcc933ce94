"""Selectors as users write them: CSS with `@attribute` and `:contains('words')`, or XPath."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cssselect import HTMLTranslator, SelectorError
from cssselect.parser import parse
from cssselect.xpath import ExpressionError, XPathExpr
from lxml import etree

from feedbot.extract.links import Element
from feedbot.extract.texts import text_below, tidy

_UPPER, _LOWER = "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÜÉÈÀÅÆØÑÇ", "abcdefghijklmnopqrstuvwxyzäöüéèàåæøñç"
_ATTRIBUTE = re.compile(r"(?P<css>.*?)\s*@(?P<name>[A-Za-z_][\w:.-]*)", re.DOTALL)
_ADDRESSES = {"a": "href", "area": "href", "link": "href", "img": "src", "iframe": "src", "source": "src"}


@dataclass(frozen=True, slots=True)
class Selector:
    """A compiled selector. `attribute` is what is taken of the elements it finds, None for their text."""

    text: str
    find: etree.XPath
    attribute: str | None = None

    def elements(self, node: Element) -> list[Element]:
        """Return the elements found at or below `node`, in the order of the document."""
        return [found for found in self._found(node) if isinstance(found, etree._Element)]  # noqa: SLF001 - see links

    def strings(self, node: Element) -> list[str]:
        """Return what is said by what is found: the attribute where one is asked for, else the text."""
        said = [self._said(found) for found in self._found(node)]
        return [text for text in said if text]

    def _said(self, found: Any) -> str:  # noqa: ANN401 - XPath gives elements, strings, numbers or truth values
        if isinstance(found, etree._Element):  # noqa: SLF001 - see links
            return tidy(found.get(self.attribute) or "") if self.attribute else text_below(found)
        return tidy(str(found))

    def _found(self, node: Element) -> list[Any]:
        try:
            found: Any = self.find(node)
        except etree.XPathError:
            return []
        return found if isinstance(found, list) else [found]


class _Translator(HTMLTranslator):
    """CSS as the library reads it, but words match in any case and spacing."""

    def xpath_contains_function(self, xpath: XPathExpr, function: Any) -> XPathExpr:  # noqa: ANN401 - untyped library
        if function.argument_types() not in (["STRING"], ["IDENT"]):
            raise ExpressionError(":contains() takes words in quotes")
        words = " ".join(function.arguments[0].value.split()).translate(str.maketrans(_UPPER, _LOWER))
        said = f"translate(normalize-space(.), '{_UPPER}', '{_LOWER}')"
        return xpath.add_condition(f"contains({said}, {self.xpath_literal(words)})")


@lru_cache(maxsize=4096)
def compile_selector(text: str) -> Selector:
    """Compile a selector; it is XPath where it starts with `/`, `./` or `(`, CSS otherwise.

    Both are relative to the item that a field belongs to: `//h2` there means any `h2` below the item.

    Raises:
        ValueError: it is no selector; the text says where and why.
    """
    text = text.strip()
    if not text:
        raise ValueError("a selector must not be empty")
    return _xpath(text) if text.startswith(("/", "./", "(", "..")) else _css(text)


def _xpath(text: str) -> Selector:
    try:
        return Selector(text, etree.XPath("." + text if text.startswith("//") else text))
    except etree.XPathError as error:
        raise ValueError(f"not an XPath expression: {text!r}: {error}") from error


def _css(text: str) -> Selector:
    found = _ATTRIBUTE.fullmatch(text)
    css, attribute = (found["css"], found["name"].lower()) if found else (text, None)
    try:
        path = " | ".join(_paths(css)) if css.strip() else "."
        return Selector(text, etree.XPath(path), attribute)
    except (SelectorError, etree.XPathError) as error:
        raise ValueError(f"not a CSS selector: {text!r}: {error}{_hint(css)}") from error


def _paths(css: str) -> list[str]:
    css = re.sub(r"(^|,)\s*(?=[>+~])", r"\1 :scope ", css)
    translator, selectors = _Translator(), parse(css)
    if any(selector.pseudo_element for selector in selectors):
        raise ExpressionError("a text is taken without ::text, an attribute by @name")
    return [translator.selector_to_xpath(selector, prefix="descendant-or-self::") for selector in selectors]


def _hint(css: str) -> str:
    if re.search(r"\.\.|\.\s|\.$", css):
        return "; a class is written .name, without a space or a second dot"
    if "//" in css or css.startswith("@"):
        return "; XPath starts with / or ./"
    if "@" in css:
        return "; an attribute is taken by @name at the very end"
    if css.count("[") != css.count("]") or css.count("(") != css.count(")"):
        return "; a bracket is not closed"
    return ""


def address_of(node: Element) -> str:
    """Return the address that an element leads to or shows, of its own or of the first link below it."""
    name = _ADDRESSES.get(str(node.tag))
    if name and node.get(name):
        return node.get(name) or ""
    inner = next(node.iter("a"), None)
    return (inner.get("href") or "") if inner is not None else ""
