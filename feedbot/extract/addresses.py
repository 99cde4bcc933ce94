"""How addresses are built: those of one kind of page are built alike."""

import re
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit

_IDENTITY = re.compile(r"(?=.*\d)[\w.~-]{6,}|[0-9a-fA-F-]{12,}")
_FILE = re.compile(r"\.(\w{2,5})$")


def shape_of(url: str) -> str:
    """Return the pattern of an address: what varies from page to page is told by its kind alone.

    Numbers become `#`, ids `*`, words joined by hyphens `-`; plain words of the path stay, as do names of parameters.
    """
    parts = urlsplit(url)
    steps = [step for step in unquote(parts.path).split("/") if step]
    told = [_kind(step) for step in steps]
    names = sorted({name for name, _ in parse_qsl(parts.query)})
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}/{'/'.join(told)}" + (f"?{'&'.join(names)}" if names else "")


@lru_cache(maxsize=2048)
def kind_of(url: str) -> str:
    """Return the pattern of an address without its plain words: `w` stands for any number of them."""
    shape, mark, names = shape_of(url).partition("?")
    steps = ["w" if step[:1].isalpha() else step for step in shape.split("/")[1:]]
    kept = [step for number, step in enumerate(steps) if step != "w" or steps[number - 1 : number] != ["w"]]
    return "/".join(kept) + mark + names


def ending_of(kind: str) -> str:
    """Return the file ending of addresses of this kind, `""` where they have none."""
    return kind.partition("?")[0].rpartition("/")[2].partition(".")[2]


def is_telling(kind: str) -> bool:
    """Say whether addresses of this kind are those of single pieces: they end in an id, a number or a whole phrase."""
    last = kind.partition("?")[0].rsplit("/", 1)[-1]
    return last[:1] in {"#", "*", "-"} or "?" in kind


def _kind(step: str) -> str:
    found = _FILE.search(step)
    ending = f".{found[1].lower()}" if found else ""
    stem = step[: found.start()] if found else step
    if stem.isdigit():
        return f"#{ending}"
    words = [word for word in re.split(r"[-_ +,.]+", stem) if word]
    if len(words) > 2 or len(stem) > 30:
        return f"-{ending}"
    return f"*{ending}" if _IDENTITY.fullmatch(stem) else f"{stem.lower()}{ending}"
