"""Changes to a configuration file that keep its comments and its layout."""

import json
from collections.abc import Sequence
from importlib.resources import files

import yaml

from feedbot.config.build import id_of, unique
from feedbot.config.subscriptions import Subscription
from feedbot.errors import ConfigError, Problem


def starting_text() -> str:
    """Return what `feedbot init` writes."""
    return files("feedbot.config").joinpath("starting.yaml").read_text(encoding="utf-8")


def add_source(
    text: str,
    url: str,
    *,
    way: str = "",
    id: str | None = None,  # noqa: A002 - the word of the configuration
    kind: str = "auto",
    follow: bool = False,
) -> str:
    """Return `text` with one more source at the end of `sources:`. Raises ConfigError when there is no such place.

    `way` is where the news of the page at `url` is read, if not there; the page is then the `home` of the source.
    """
    found = _sources(text)
    taken = _values(found, "id")
    if id in taken:
        raise _problem("sources", f"the id {id!r} is taken", "choose another one with --id")
    home = url if way not in {"", url} else ""
    return _placed(text, found, _entry(id or unique(id_of(url), taken), way or url, home, kind, follow=follow))


def add_subscriptions(text: str, subscriptions: Sequence[Subscription]) -> tuple[str, int]:
    """Return `text` with a source more for each subscription whose address is not there yet, and how many these are.

    Raises ConfigError when there is no place for them.
    """
    found = _sources(text)
    taken, urls = _values(found, "id"), {url.replace("$$", "$") for url in _values(found, "url")}
    lines: list[str] = []
    fresh = [one for one in subscriptions if one.url not in urls]
    for one in fresh:
        name = unique(one.id or id_of(one.url), taken)
        taken.add(name)
        entry = _entry(name, one.url.replace("$", "$$"), "", one.kind, follow=one.follow)
        title = [f"  title: {json.dumps(one.title.replace('$', '$$'), ensure_ascii=False)}"] if one.title else []
        lines += [*entry[:2], *title, *entry[2:]]
    return (_placed(text, found, lines) if lines else text), len(fresh)


def _sources(text: str) -> yaml.Node | None:
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for key, value in pairs if key.value == "sources"), None)


def _placed(text: str, found: yaml.Node | None, lines: list[str]) -> str:
    """Return `text` with these lines at the end of its sources."""
    if found is None:
        return (
            f"{text.rstrip()}\n\nsources:\n{_indented(lines, 2)}"
            if text.strip()
            else f"sources:\n{_indented(lines, 2)}"
        )
    if isinstance(found, yaml.SequenceNode) and not found.flow_style and found.value:
        return _after(text, found, lines)
    if not found.value:
        start, end = found.start_mark.index, found.end_mark.index
        return f"{text[:start].rstrip()}\n{_indented(lines, 2)}{text[end:].lstrip(chr(10))}"
    raise _problem("sources", "stands in one line", "write one source a line, each after `- `")


def _values(found: yaml.Node | None, name: str) -> set[str]:
    """Return what the sources say under a key; a source of one line says its URL only."""
    said = set()
    for one in getattr(found, "value", None) or []:
        if isinstance(one, yaml.MappingNode):
            said |= {value.value for key, value in one.value if key.value == name and isinstance(value.value, str)}
        elif isinstance(one, yaml.ScalarNode) and name == "url":
            said.add(one.value)
    return said


def _entry(name: str, url: str, home: str, kind: str, *, follow: bool) -> list[str]:
    lines = [f"- id: {name}", f"  url: {_written(url)}", *([f"  home: {_written(home)}"] if home else [])]
    lines += [f"  kind: {kind}"] if kind != "auto" else []
    return [*lines, *(["  follow: true"] if follow else [])]


def _written(url: str) -> str:
    return url if _plain(url) else f'"{url}"'


def _plain(url: str) -> bool:
    return not any(mark in url for mark in (" #", ": ", '"', "'", "{", "}", "[", "]", ","))


def _indented(lines: list[str], columns: int) -> str:
    return "".join(f"{' ' * columns}{line}\n" for line in lines)


def _after(text: str, sequence: yaml.SequenceNode, lines: list[str]) -> str:
    """Insert after the line in which the last source ends, at the column of its dash."""
    last = sequence.value[-1]
    end = last.end_mark.index
    while end and text[end - 1] in " \t\n":
        end -= 1
    line_end = text.find("\n", end)
    cut = len(text) if line_end < 0 else line_end + 1
    head = text[:cut] if text[:cut].endswith("\n") else f"{text[:cut]}\n"
    return head + _indented(lines, sequence.start_mark.column) + text[cut:]


def _problem(key: str, what: str, remedy: str) -> ConfigError:
    return ConfigError([Problem(file="the configuration", line=1, column=1, key=key, what=what, remedy=remedy)])
